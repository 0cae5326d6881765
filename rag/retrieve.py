"""Query -> Evidence: dense, lexical and statement legs, fused, folded, within the period."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Literal

from index.graph import Vectors
from index.lexical import terms
from index.store import Store
from index.types import Article, Passage, Statement
from index.view import View
from rag.settings import Settings
from rag.types import Evidence, Query

RRF = 60  # Cormack, Clarke and Büttcher 2009: the constant of reciprocal rank fusion
Leg = Literal["dense", "lexical", "statements"]
LEGS: tuple[Leg, ...] = ("dense", "lexical", "statements")
_COPY = 0.6  # share of stems (Jaccard) from which two passages of two articles are one report
_SAID_MOST = 400  # statements of the asked speakers that are looked through one by one
_REPORT_DELAY = timedelta(days=1)  # what is said on a day is printed by the end of the next


@dataclass(frozen=True, slots=True)
class Found:
    """The evidence of a query, best first, and the question's vector (float32[d])."""

    evidence: tuple[Evidence, ...]
    vector: Vectors


def retrieve(
    query: Query, store: Store, view: View, settings: Settings, use: Collection[Leg] = LEGS
) -> Found:
    """Up to ``settings.evidence`` passages for ``query``, one place for each report.

    ``use`` leaves legs out, to measure what each adds.
    """
    vector = view.embed([query.standalone])[0]
    depth = settings.candidates
    text = f"{query.standalone} {query.interpretation.topic}"
    legs = [
        [key for key, _ in view.nearest(vector, depth)],
        [key for key, _ in view.matching(text, depth)],
        _said(query, store, view, depth),
    ]
    scores = fuse([leg for name, leg in zip(LEGS, legs, strict=True) if name in use])
    ranked = sorted(scores, key=lambda key: (-scores[key], key))[: depth * 2]
    passages = store.passages(ranked)
    kept = [key for key in ranked if key in passages and _in_period(passages[key][1], query)]
    folded = _folded([(key, *passages[key]) for key in kept], settings.evidence)
    return Found(_evidence(folded, scores, store, view, vector), vector)


def fuse(legs: Sequence[Sequence[int]]) -> dict[int, float]:
    """Reciprocal rank fusion of ranked keys."""
    scores: dict[int, float] = {}
    for leg in legs:
        for rank, key in enumerate(leg, start=1):
            scores[key] = scores.get(key, 0.0) + 1 / (RRF + rank)
    return scores


def _said(query: Query, store: Store, view: View, depth: int) -> list[int]:
    """Passages in which the asked speakers say something, those nearest the topic first."""
    if not query.speaker_ids:
        return []
    topic = query.interpretation.topic or query.standalone
    wanted = set(terms(query.interpretation.topic))
    among = None
    if store.statement_count(query.speaker_ids) > _SAID_MOST:
        among = [key for key, _ in view.matching(topic, _SAID_MOST)]
    hits = store.spoken_passages(query.speaker_ids, among)
    overlaps: dict[int, int] = {}
    for key, words in hits:
        overlap = len(wanted & set(terms(words)))
        overlaps[key] = max(overlaps.get(key, 0), overlap)
    return sorted(overlaps, key=lambda key: (-overlaps[key], key))[:depth]


def _in_period(article: Article, query: Query) -> bool:
    asked = query.interpretation
    if asked.since is None and asked.until is None:
        return True
    if article.published is None:
        return not query.strict_dates
    delay = timedelta() if query.strict_dates else _REPORT_DELAY
    day = article.published.date()
    after = asked.since is None or day >= asked.since
    return after and (asked.until is None or day <= asked.until + delay)


def _folded(
    found: Sequence[tuple[int, Passage, Article]], limit: int
) -> list[tuple[int, Passage, Article, tuple[Article, ...]]]:
    """The first ``limit`` passages that are not copies, each with the articles of its copies."""
    kept: list[tuple[int, Passage, Article, tuple[Article, ...]]] = []
    stems: list[set[str]] = []
    for key, passage, article in found:
        own = set(terms(article.text[passage.span.start : passage.span.end]))
        for at, (_, _, other, copies) in enumerate(kept):
            if other.id != article.id and _jaccard(own, stems[at]) >= _COPY:
                known = {other.id, *(copy.id for copy in copies)}
                if article.id not in known:
                    kept[at] = (*kept[at][:3], (*copies, article))
                break
        else:
            if len(kept) < limit:
                kept.append((key, passage, article, ()))
                stems.append(own)
    return kept


def _jaccard(one: set[str], other: set[str]) -> float:
    return len(one & other) / len(one | other) if one or other else 0.0


def _evidence(
    folded: Sequence[tuple[int, Passage, Article, tuple[Article, ...]]],
    scores: dict[int, float],
    store: Store,
    view: View,
    vector: Vectors,
) -> tuple[Evidence, ...]:
    cosines = view.cosines(vector, [key for key, *_ in folded])
    said = {article.id: store.statements_of(article.id) for _, _, article, _ in folded}
    return tuple(
        Evidence(
            passage=passage,
            article=article,
            rank=rank,
            score=scores[key],
            similarity=cosine,
            statements=_within(said[article.id], passage),
            also_in=copies,
        )
        for rank, ((key, passage, article, copies), cosine) in enumerate(
            zip(folded, cosines, strict=True), start=1
        )
    )


def _within(statements: Sequence[Statement], passage: Passage) -> tuple[Statement, ...]:
    start, end = passage.span.start, passage.span.end
    return tuple(
        one for one in statements if one.content[0].start < end and one.content[-1].end > start
    )


def without_period(query: Query) -> Query:
    """``query`` open in time, for when its period was a matter of the story, not of printing."""
    return replace(query, interpretation=replace(query.interpretation, since=None, until=None))
