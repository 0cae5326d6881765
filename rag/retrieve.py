"""Query -> Evidence: dense, lexical and statement legs, fused, folded, within the period."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from index import copies
from index.search.graph import Vectors
from index.search.lexical import terms
from index.storage.store import Store
from index.types import Article, Passage, Statement
from index.view import View
from rag.fusion import LEGS, Leg, fused
from rag.gate.compounds import parts
from rag.gate.figures import figures
from rag.nearest import words
from rag.question.names import quoted
from rag.settings import Settings
from rag.types import Evidence, Query

_COPY = 0.6  # share of stems (Jaccard) from which two passages of two articles are one report
_VERBATIM = 10.0  # before all that is only about the same
_SAID_MOST = 400  # statements of the asked speakers that are looked through one by one
_DEEPER = 6  # times as many candidates where a period will leave most of them out
_SPARE = 2  # passages read at a time beyond those wanted: few are folded into others
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
    timed = query.interpretation.since or query.interpretation.until
    depth = settings.candidates * (_DEEPER if timed else 1)
    text = f"{query.standalone} {query.interpretation.topic}"
    text = " ".join([text, *(part for term in terms(text) for part in _split(term, view))])
    scores = fused(text, vector, _said(query, store, view, depth), view, depth, use)
    for key in _verbatim(query, store, view):
        scores[key] = scores.get(key, 0.0) + _VERBATIM
    ranked = sorted(scores, key=lambda key: (-scores[key], key))[: depth * 2]
    found = _printed(ranked, query, store, settings.evidence + _SPARE)
    folded = _folded(found, settings.evidence, store)
    return Found(_evidence(folded, scores, store, view, vector), vector)


def _split(term: str, view: View) -> tuple[str, ...]:
    found = parts(term, view.frequency)
    return found if len(found) > 1 else ()


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
    for key, told in hits:
        overlap = len(wanted & set(terms(told)))
        overlaps[key] = max(overlaps.get(key, 0), overlap)
    return sorted(overlaps, key=lambda key: (-overlaps[key], key))[:depth]


def _verbatim(query: Query, store: Store, view: View) -> list[int]:
    """Passages that have the very words which the question asks after in quotation marks."""
    found = []
    for quotation in quoted(query.question):
        held = [(view.frequency(term), term) for term in set(terms(quotation))]
        rarest = min((one for one in held if one[0]), default=None)
        if rarest is None or rarest[0] > _SAID_MOST:
            continue
        wanted = " ".join(words(quotation))
        keys = [int(key) for key in view.holding(rarest[1])]
        for key, (passage, article) in store.passages(keys).items():
            text = article.text[passage.span.start : passage.span.end]
            if f" {wanted} " in f" {' '.join(words(text))} ":
                found.append(key)
    return found


def in_period(article: Article, query: Query, said: Statement | None = None) -> bool:
    """Whether a period is asked for and ``article`` was printed, or ``said`` said, in it."""
    asked = query.interpretation
    if asked.since is None and asked.until is None:
        return False
    if said is not None and said.said_on is not None:
        return _between(said.said_on, asked.since, asked.until)
    if article.published is None:
        return not query.strict_dates
    # What is printed on the day of an event is seldom from before it.
    before = bool(asked.period_basis) and asked.since is None
    exact = query.strict_dates or before or asked.until is None
    delay = timedelta() if exact else _REPORT_DELAY
    until = asked.until + delay if asked.until else None
    return _between(article.published.date(), asked.since, until)


def _between(day: date, since: date | None, until: date | None) -> bool:
    return (since is None or day >= since) and (until is None or day <= until)


@dataclass(slots=True)
class _Place:
    """A passage that is kept, with the ids of the articles that are one report with its own, and
    the articles that have its words too."""

    key: int
    passage: Passage
    article: Article
    plain: set[str]
    reports: tuple[str, ...]
    also_in: dict[str, Article] = field(default_factory=dict)

    @property
    def words(self) -> str:
        return self.article.text[self.passage.span.start : self.passage.span.end]

    def says(self, article: Article, words: str, plain: set[str]) -> bool:
        """Whether ``words`` of another article, ``plain`` when split, have nothing that is not
        said here."""
        if article.id == self.article.id:
            return False
        one_report = article.id in self.reports
        copied = one_report and copies.held(words, self.article.text) >= _COPY
        if not copied and not self._shares(words, plain):
            return False
        known = figures(self.article.text)  # other figures are news, however alike the words
        return all(any(one.fits(other) for other in known) for one in figures(words))

    def _shares(self, words: str, plain: set[str]) -> bool:
        """Whether the stems of both are mostly the same; stemming takes longer than all else here
        and is left out where the words as they are spelt hardly meet."""
        if _jaccard(plain, self.plain) < _COPY / 2:
            return False
        return _jaccard(set(terms(words)), set(terms(self.words))) >= _COPY


@dataclass(frozen=True, slots=True)
class _Read:
    """A passage as it stands in the index; ``linked`` unless its article is known to have no
    copies."""

    key: int
    passage: Passage
    article: Article
    linked: bool


def _printed(ranked: Sequence[int], query: Query, store: Store, together: int) -> Iterator[_Read]:
    """The passages of ``ranked`` in order, read as they are needed, first so many ``together``.

    Those of the period come first, or alone where it was fixed by hand: what happened on a day is
    also told later.
    """
    asked = query.interpretation
    if asked.since is None and asked.until is None:
        yield from _read(ranked, store, together)
        return
    others = []
    for one in _read(ranked, store, together):
        if in_period(one.article, query):
            yield one
        else:
            others.append(one)
    if not query.strict_dates:
        yield from others


def _read(ranked: Sequence[int], store: Store, together: int) -> Iterator[_Read]:
    at = 0
    while at < len(ranked):
        some = ranked[at : at + together]
        at, together = at + together, 2 * together  # who wants more wants many: those of a period
        found = store.passages(some)
        linked = copies.linked(store, {article.id for _, article in found.values()})
        for key in some:
            if key in found:
                passage, article = found[key]
                yield _Read(key, passage, article, article.id in linked)


def _folded(found: Iterable[_Read], limit: int, store: Store) -> list[_Place]:
    """The first ``limit`` passages that are not copies, each with the articles of its copies."""
    kept: list[_Place] = []
    for one in found:
        words = one.article.text[one.passage.span.start : one.passage.span.end]
        plain = set(words.lower().split())
        place = next((other for other in kept if other.says(one.article, words, plain)), None)
        if place:
            place.also_in.setdefault(one.article.id, one.article)
        elif len(kept) == limit:
            break
        else:
            reports = copies.of(store, one.article.id) if one.linked else ()
            kept.append(_Place(one.key, one.passage, one.article, plain, reports))
    for place in kept:
        others = (store.article(one) for one in place.reports if one not in place.also_in)
        held = [one for one in others if one and copies.held(place.words, one.text) >= _COPY]
        place.also_in |= {one.id: one for one in held}
    return kept


def _jaccard(one: set[str], other: set[str]) -> float:
    shared = len(one & other)
    return shared / (len(one) + len(other) - shared) if one or other else 0.0


def _evidence(
    folded: Sequence[_Place],
    scores: dict[int, float],
    store: Store,
    view: View,
    vector: Vectors,
) -> tuple[Evidence, ...]:
    cosines = view.cosines(vector, [one.key for one in folded])
    spans = [one.passage.span for one in folded]
    said = store.statements_in([(span.article_id, span.start, span.end) for span in spans])
    return tuple(
        Evidence(
            passage=one.passage,
            article=one.article,
            rank=rank,
            score=scores[one.key],
            similarity=cosine,
            statements=statements,
            also_in=tuple(one.also_in.values()),
        )
        for rank, (one, cosine, statements) in enumerate(
            zip(folded, cosines, said, strict=True), start=1
        )
    )


def without_period(query: Query) -> Query:
    """``query`` open in time, for when its period was a matter of the story, not of printing."""
    return replace(query, interpretation=replace(query.interpretation, since=None, until=None))
