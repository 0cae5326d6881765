"""Rows -> risk against coverage: how often answers are wrong when only the surest are given.

Questions are taken in the order of the confidence that ``rag.decide`` holds against its floor.
Risk at a coverage is the share of wrong answers among those given (El-Yaniv and Wiener 2010); an
answer to a question that has none is wrong. What would have been said below the floor is known,
as the run asks for it without one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from eval.rows import Row


@dataclass(frozen=True, slots=True)
class Curve:
    """``points`` are (coverage, risk, confidence) from the surest question on; ``area`` is the
    mean risk over all coverages (AURC, Geifman and El-Yaniv 2017; less is better), ``best`` that
    of an order which knows what is right. ``answerable`` is the chance that a question with an
    answer is surer than one without (AUROC), None when there is only one kind. ``given`` is the
    coverage and risk of the answers that were given.
    """

    points: tuple[tuple[float, float, float], ...]
    area: float
    best: float
    answerable: float | None
    given: tuple[float, float]

    def above(self, floor: float) -> tuple[float, float]:
        """Coverage and risk when whatever is at least as sure as ``floor`` is answered."""
        held = [(coverage, risk) for coverage, risk, sure in self.points if sure >= floor]
        return held[-1] if held else (0.0, 0.0)


def curve(rows: Sequence[Row]) -> Curve | None:
    """The curve of a run; None when nothing was asked."""
    asked = [row for row in rows if row.answer is not None]
    if not asked:
        return None
    order = sorted(asked, key=lambda row: -row.score.confidence)
    risks = _risks([row.score.forced_right for row in order])
    steps = [
        at
        for at, row in enumerate(order)
        if at + 1 == len(order) or order[at + 1].score.confidence < row.score.confidence
    ]  # questions that are equally sure are given together
    points = tuple(((at + 1) / len(order), risks[at], order[at].score.confidence) for at in steps)
    sizes = [at - before for before, at in zip([-1, *steps], steps, strict=False)]
    told = [row for row in asked if not row.score.abstained]
    wrong = sum(not row.score.forced_right for row in told)
    perfect = _risks(sorted((row.score.forced_right for row in order), reverse=True))
    return Curve(
        points,
        sum(n * risks[at] for n, at in zip(sizes, steps, strict=True)) / len(order),
        sum(perfect) / len(perfect),
        auroc([row.score.confidence for row in asked], [row.answerable for row in asked]),
        (len(told) / len(asked), wrong / len(told) if told else 0.0),
    )


def auroc(
    values: Sequence[float] | npt.NDArray[np.float64],
    labels: Sequence[bool] | npt.NDArray[np.bool_],
) -> float | None:
    """Chance that a true one scores above a false one; ties count half. None without both."""
    scores, truth = np.asarray(values, dtype=np.float64), np.asarray(labels, dtype=np.bool_)
    yes, no = scores[truth], np.sort(scores[~truth])
    if not len(yes) or not len(no):
        return None
    below = np.searchsorted(no, yes, side="left") + np.searchsorted(no, yes, side="right")
    return float(below.mean() / (2 * len(no)))


def _risks(right: Sequence[bool]) -> list[float]:
    found, wrong = [], 0
    for at, one in enumerate(right, start=1):
        wrong += not one
        found.append(wrong / at)
    return found
