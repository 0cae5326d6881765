"""Rows -> a table, JSON and a verdict against the recorded floors."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from eval import metrics
from eval.run import CUTOFFS, Row

FLOORS = Path(__file__).with_name("floors.json")


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure with the number of cases or items it is a share of."""

    value: float | None
    count: int


def figures(rows: Sequence[Row]) -> dict[str, Figure]:
    """Every figure of a run by name; the denominators stand in docs/evaluation.md."""
    scores = [row.score for row in rows]
    found: dict[str, Figure] = {}
    for k in CUTOFFS:
        found[f"recall@{k}"] = Figure(*metrics.mean(s.recall[k] for s in scores))
    found |= _ranking(rows)
    found["citation precision"] = Figure(*metrics.mean(s.citation_precision for s in scores))
    found["citation recall"] = Figure(*metrics.mean(s.citation_recall for s in scores))
    quoted = sum(s.quotations for s in scores)
    verbatim = sum(s.quotations_verbatim for s in scores)
    found["quotations verbatim"] = Figure(verbatim / quoted if quoted else None, quoted)
    found["speaker accuracy"] = Figure(*metrics.mean(s.speaker_right for s in scores))
    found["short answer found"] = Figure(*metrics.mean(s.answer_right for s in scores))
    found |= _abstention(rows)
    times = [s.milliseconds for s in scores]
    found["latency p50 ms"] = Figure(metrics.percentile(times, 0.5), len(times))
    found["latency p95 ms"] = Figure(metrics.percentile(times, 0.95), len(times))
    return found


def by_type(rows: Sequence[Row]) -> dict[str, dict[str, Figure]]:
    """The figures of each type of question."""
    types = dict.fromkeys(row.case.type for row in rows)
    return {name: figures([row for row in rows if row.case.type == name]) for name in types}


def table(found: Mapping[str, Figure]) -> str:
    """The figures as lines for a terminal."""
    width = max(map(len, found))
    return "\n".join(
        f"{name:<{width}}  {'n/a' if one.value is None else f'{one.value:8.3f}'}  of {one.count}"
        for name, one in found.items()
    )


def type_table(found: Mapping[str, Mapping[str, Figure]]) -> str:
    """A line a type of question with the figures that tell types apart."""
    names = ("recall@10", "citation precision", "citation recall", "speaker accuracy")
    lines = [f"{'type':<14}{'n':>4}" + "".join(f"{name:>20}" for name in names)]
    for kind, values in found.items():
        shown = [values[name].value for name in names]
        cells = "".join(f"{'n/a' if v is None else f'{v:.3f}':>20}" for v in shown)
        lines.append(f"{kind:<14}{values['latency p50 ms'].count:>4}{cells}")
    return "\n".join(lines)


def below_floor(found: Mapping[str, Figure], floors: Path = FLOORS) -> list[str]:
    """A line for every figure that falls below its recorded floor."""
    lines = []
    for name, floor in json.loads(floors.read_text()).items():
        value = found[name].value
        if value is None or value < floor:
            lines.append(f"{name} is {value if value is None else round(value, 3)}, floor {floor}")
    return lines


def _ranking(rows: Sequence[Row]) -> dict[str, Figure]:
    """Mean reciprocal rank and nDCG at 10 over passages, by ir_measures."""
    import ir_measures
    from ir_measures import RR, nDCG

    answerable = [row for row in rows if row.case.answerable]
    if not answerable:
        return {"MRR@10": Figure(None, 0), "nDCG@10": Figure(None, 0)}
    qrels = {row.case.id: dict.fromkeys(row.relevant, 1) for row in answerable}
    ranked = {
        row.case.id: {key: 1.0 / rank for rank, key in enumerate(row.ranking, start=1)}
        or {"-": 0.0}
        for row in answerable
    }
    values = ir_measures.calc_aggregate([RR @ 10, nDCG @ 10], qrels, ranked)
    return {
        "MRR@10": Figure(float(values[RR @ 10]), len(answerable)),
        "nDCG@10": Figure(float(values[nDCG @ 10]), len(answerable)),
    }


def _abstention(rows: Sequence[Row]) -> dict[str, Figure]:
    """Abstaining as a decision: of those made, how many right; of those due, how many made."""
    made = [row for row in rows if row.score.abstained]
    due = [row for row in rows if not row.case.answerable]
    right = [row for row in made if not row.case.answerable]
    answerable = [row for row in rows if row.case.answerable]
    answered = [row for row in answerable if not row.score.abstained]
    return {
        "abstention precision": Figure(len(right) / len(made) if made else None, len(made)),
        "abstention recall": Figure(len(right) / len(due) if due else None, len(due)),
        "answered when answerable": Figure(
            len(answered) / len(answerable) if answerable else None, len(answerable)
        ),
        "reason right": Figure(*metrics.mean(row.score.reason_right for row in rows)),
    }
