"""Cases + Desk -> scored rows, one JSON object a question."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from eval import metrics
from eval.cases import Case
from eval.metrics import Place, Score
from index.speakers import match
from index.types import Speaker
from rag.ask import ask
from rag.desk import Desk
from rag.retrieve import retrieve
from rag.types import Answer, Filters
from rag.wire import plain

CUTOFFS = (1, 3, 5, 10)


@dataclass(frozen=True, slots=True)
class Row:
    """One case with its answer, what was retrieved for it (best first) and its score."""

    case: Case
    answer: Answer
    retrieved: tuple[Place, ...]
    relevant: frozenset[str]
    ranking: tuple[str, ...]
    score: Score


def run(desk: Desk, cases: Sequence[Case], model: str = "") -> Iterator[Row]:
    """Ask every case and score it, in order."""
    texts = {article.id: article.text for article in desk.store.articles()}
    passages = _all_passages(desk)
    for case in cases:
        answer = ask(desk, case.question, case.history, model=model)
        places = _retrieved(desk, case)
        yield Row(
            case,
            answer,
            tuple(places),
            frozenset(_key(p) for p in passages if _relevant(p, case)),
            tuple(_key(p) for p in places),
            score(case, answer, places, texts, desk.speakers()),
        )


def score(
    case: Case,
    answer: Answer,
    places: Sequence[Place],
    texts: Mapping[str, str],
    speakers: tuple[Speaker, ...],
) -> Score:
    """All figures of one answer."""
    abstained = answer.status == "abstained"
    quoted, verbatim = metrics.quotations(answer, texts)
    reason = answer.abstention.reason if answer.abstention else ""
    return Score(
        recall={k: metrics.nugget_recall(case, places, k) for k in CUTOFFS},
        citation_precision=metrics.citation_precision(case, answer),
        citation_recall=metrics.citation_recall(case, answer),
        quotations=quoted,
        quotations_verbatim=verbatim,
        speaker_right=_speaker_right(case, answer, speakers),
        answer_right=metrics.answer_right(case, answer),
        abstained=abstained,
        abstention_right=abstained != case.answerable,
        reason_right=None if case.answerable or not abstained else reason == case.reason,
        milliseconds=sum(plain(answer.timings_ms).values()),
    )


def row_json(row: Row) -> dict[str, Any]:
    """A row for a JSON Lines file: question, answer, gold and figures."""
    return {
        "id": row.case.id,
        "type": row.case.type,
        "question": row.case.question,
        "gold": plain(row.case.nuggets),
        "retrieved": list(row.ranking),
        "answer": plain(row.answer),
        "score": plain(row.score),
    }


def _retrieved(desk: Desk, case: Case) -> list[Place]:
    query = desk.query(case.question, case.history, Filters())
    settings = replace(desk.settings, evidence=max(CUTOFFS))
    found = retrieve(query, desk.store, desk.view, settings)
    spans = [one.passage.span for one in found.evidence]
    return [(span.article_id, span.start, span.end) for span in spans]


def _all_passages(desk: Desk) -> list[Place]:
    keys = [int(key) for key in desk.store.passage_keys()]
    spans = [passage.span for passage, _ in desk.store.passages(keys).values()]
    return [(span.article_id, span.start, span.end) for span in spans]


def _relevant(place: Place, case: Case) -> bool:
    return any(
        place[0] == span.article_id and place[1] < span.end and place[2] > span.start
        for nugget in case.nuggets
        for span in nugget
    )


def _key(place: Place) -> str:
    return f"{place[0]}:{place[1]}-{place[2]}"


def _speaker_right(case: Case, answer: Answer, speakers: tuple[Speaker, ...]) -> bool | None:
    """Whether the first claim names the gold speaker; None without one or without an answer."""
    if not case.speaker or not case.answerable or not answer.claims:
        return None
    meant = match(case.speaker, speakers)
    given = match(answer.claims[0].speaker, speakers) if answer.claims[0].speaker else ()
    return bool(meant and given and meant[0].id == given[0].id)
