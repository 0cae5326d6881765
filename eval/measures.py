"""Rows -> figures: each a share with its denominator, an interval and where the method is from.

An interval is the middle 95 % of 1,000 resamples of the questions (Efron and Tibshirani 1993),
with a fixed seed. A share is the sum of what is counted over the sum of what it is out of, so
means over questions, counts of quotations and counts of refusals are one kind of thing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from eval.metrics import Score
from eval.rows import Row
from eval.run import CUTOFFS

RESAMPLES = 1000
Share = tuple[float, float] | None  # what is counted, out of how much; None: does not apply
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure of a run: its share of each question, and what it says.

    ``better`` tells a comparison which way is good; ``unit`` is empty for a share of 1.
    """

    name: str
    of: Callable[[Row], Share]
    denominator: str
    source: str = ""
    better: Literal["more", "less"] = "more"
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """A measured value, how many questions or items it is out of, and its 95 % interval.

    All None when nothing applies.
    """

    value: float | None
    count: int
    low: float | None = None
    high: float | None = None


def _value(read: Callable[[Score], float | bool | None]) -> Callable[[Row], Share]:
    """A measure that every question has one value of, or none."""

    def of(row: Row) -> Share:
        found = read(row.score)
        return None if found is None or row.answer is None else (float(found), 1.0)

    return of


def _found(read: Callable[[Score], float | None]) -> Callable[[Row], Share]:
    """The same of retrieval, which also sets without answers have."""

    def of(row: Row) -> Share:
        found = read(row.score)
        return None if found is None else (float(found), 1.0)

    return of


def _recall(k: int) -> Callable[[Row], Share]:
    return lambda row: (row.score.recall[str(k)], 1.0) if row.score.recall else None


def _when(
    condition: Callable[[Row], bool], read: Callable[[Row], float | bool]
) -> Callable[[Row], Share]:
    return lambda row: (float(read(row)), 1.0) if row.answer and condition(row) else None


def _first_right(row: Row) -> Share:
    found = row.score.citations_right
    return (float(found[0][0] > 0), 1.0) if found and row.answerable else None


_ALCE = "after ALCE (Gao et al. 2023), gold spans in place of an entailment model"
_SQUAD = "Rajpurkar et al. 2016"
_ANSWERABLE = "answerable questions"

MEASURES: tuple[Measure, ...] = (
    *(
        Measure(
            f"recall@{k}",
            _recall(k),
            f"answerable questions; share of the parts of a full answer that the first {k} places "
            "touch",
        )
        for k in CUTOFFS
    ),
    Measure(
        "MRR@10",
        _found(lambda s: s.reciprocal_rank),
        f"{_ANSWERABLE}; no hit counts 0",
        "ir_measures; Voorhees 1999",
    ),
    Measure(
        "nDCG@10",
        _found(lambda s: s.ndcg),
        f"{_ANSWERABLE}; no hit counts 0",
        "ir_measures; Järvelin and Kekäläinen 2002",
    ),
    Measure(
        "MAP",
        _found(lambda s: s.average_precision),
        f"{_ANSWERABLE}; no hit counts 0",
        "ir_measures",
    ),
    Measure(
        "right",
        _value(lambda s: s.right),
        "all questions; gold is cited, or an abstention that is due is made",
    ),
    Measure(
        "citation precision",
        _value(lambda s: s.citation_precision),
        "questions that got an answer; one that should not have counts 0",
        _ALCE,
    ),
    Measure(
        "first sentence right",
        _first_right,
        "answerable questions that got an answer; its first sentence cites gold",
    ),
    Measure("citation recall", _value(lambda s: s.citation_recall), _ANSWERABLE, _ALCE),
    Measure(
        "quotations verbatim",
        lambda row: (row.score.quotations_verbatim, row.score.quotations),
        "quotations in all answers; checked by code apart from the gate",
    ),
    Measure(
        "speaker accuracy",
        _value(lambda s: s.speaker_right),
        "answered questions with a gold speaker; whose the first sentence is",
    ),
    Measure(
        "short answer found",
        _value(lambda s: s.answer_found),
        "questions with a short gold answer; it stands in the answer or in what that cites",
        "STR-EM of ALCE, evened as by SQuAD",
    ),
    Measure(
        "token F1",
        _value(lambda s: s.token_f1),
        "questions with a short gold answer; against whole sentences, so low by design",
        _SQUAD,
    ),
    Measure(
        "exact match", _value(lambda s: s.exact_match), "questions with a short gold answer", _SQUAD
    ),
    Measure(
        "follow-ups right",
        _when(lambda row: bool(row.history), lambda row: row.score.right),
        "questions after others; gold is cited",
    ),
    Measure(
        "abstention precision",
        _when(lambda row: row.score.abstained, lambda row: not row.answerable),
        "refusals",
    ),
    Measure(
        "abstention recall",
        _when(lambda row: not row.answerable, lambda row: row.score.abstained),
        "unanswerable questions",
    ),
    Measure(
        "answered when answerable",
        _when(lambda row: row.answerable, lambda row: not row.score.abstained),
        _ANSWERABLE,
    ),
    Measure(
        "reason right",
        _value(lambda s: s.reason_right),
        "refused unanswerable questions whose gold names a reason",
    ),
    Measure(
        "tokens",
        _value(lambda s: s.tokens or None),
        "all questions, mean",
        better="less",
        unit="tokens",
    ),
    Measure(
        "cost", _value(lambda s: s.cost or None), "all questions, mean", better="less", unit="US$"
    ),
)
LATENCIES = {"latency p50": 0.5, "latency p95": 0.95, "latency p99": 0.99}


def figures(rows: Sequence[Row], resamples: int = RESAMPLES) -> dict[str, Figure]:
    """Every figure of a run by name; those that no question of it has are left out."""
    found = {}
    for measure in MEASURES:
        shares = [share for row in rows if (share := measure.of(row)) and share[1]]
        if shares:
            found[measure.name] = _figure(np.array(shares, dtype=np.float64), resamples)
    times = np.array([row.score.milliseconds for row in rows if row.answer], dtype=np.float64)
    for name, quantile in LATENCIES.items() if len(times) else ():
        found[name] = _percentile(times, quantile, resamples)
    return found


def by_type(rows: Sequence[Row]) -> dict[str, dict[str, Figure]]:
    """The figures of each kind of question, without intervals."""
    kinds = dict.fromkeys(row.kind for row in rows)
    return {name: figures([row for row in rows if row.kind == name], 0) for name in kinds}


def measure(name: str) -> Measure:
    """The measure ``name``; for a figure that is none of a row's, what is known of it."""
    if name in LATENCIES:
        return Measure(name, lambda _: None, "all questions", better="less", unit="ms")
    known = {one.name: one for one in MEASURES}
    return known.get(name) or Measure(name, lambda _: None, "")


def draws(count: int, resamples: int) -> npt.NDArray[np.int64]:
    """Resamples of ``count`` questions, int64[resamples, count], the same in every run."""
    return np.random.default_rng(0).integers(0, count, (resamples, count))


def _figure(shares: Floats, resamples: int) -> Figure:
    counted, out_of = shares.sum(axis=0)
    value = float(counted / out_of)
    if not resamples:
        return Figure(value, int(out_of))
    drawn = shares[draws(len(shares), resamples)].sum(axis=1)
    low, high = np.percentile(drawn[:, 0] / np.maximum(drawn[:, 1], 1e-9), (2.5, 97.5))
    return Figure(value, int(out_of), float(low), float(high))


def _percentile(times: Floats, share: float, resamples: int) -> Figure:
    value = float(np.quantile(times, share))
    if not resamples:
        return Figure(value, len(times))
    drawn = np.quantile(times[draws(len(times), resamples)], share, axis=1)
    low, high = np.percentile(drawn, (2.5, 97.5))
    return Figure(value, len(times), float(low), float(high))


def positions(rows: Sequence[Row]) -> list[tuple[str, Mapping[str, float]]]:
    """Where an answer's right sentences stand, a line a type and one for all.

    Of the answered questions: how many, sentences and citations an answer, the share of answers
    that cite gold nowhere, and the share of the n-th sentences that cite gold.
    """
    kinds = ["all", *dict.fromkeys(row.kind for row in rows)]
    groups = {name: [r for r in rows if name in ("all", r.kind)] for name in kinds}
    return [(name, found) for name, group in groups.items() if (found := _positions(group))]


def _positions(rows: Sequence[Row]) -> dict[str, float]:
    answers = [row.score.citations_right for row in rows if row.score.citations_right]
    if not answers:
        return {}
    found = {
        "answered": float(len(answers)),
        "sentences": float(np.mean([len(one) for one in answers])),
        "citations": float(np.mean([sum(n for _, n in one) for one in answers])),
        "no gold": float(np.mean([not any(right for right, _ in one) for one in answers])),
    }
    for at in range(4):
        cited = [one[at][0] > 0 for one in answers if len(one) > at]
        if cited:
            found[f"sentence {at + 1}"] = float(np.mean(cited))
    return found
