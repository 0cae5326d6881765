"""Two runs over the same questions -> differences with their significance.

Paired bootstrap (Efron and Tibshirani 1993; Sakai 2006 for retrieval): both runs are resampled
by the same draws of questions, so what is hard for both cancels out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from eval.measures import MEASURES, Measure, draws
from eval.rows import Row
from rag.errors import UsageError

_RESAMPLES = 5000


@dataclass(frozen=True, slots=True)
class Difference:
    """``after - before`` of a figure over the questions both runs have, its 95 % interval, and
    ``p``, how often chance alone gives as much (two-sided). ``count`` is of questions."""

    name: str
    before: float
    after: float
    low: float
    high: float
    p: float
    count: int

    @property
    def change(self) -> float:
        """``after - before``."""
        return self.after - self.before


def differences(before: Sequence[Row], after: Sequence[Row]) -> list[Difference]:
    """The difference of every figure that both runs have.

    Raises UsageError when they have no question in common.
    """
    old = {row.id: row for row in before}
    pairs = [(old[row.id], row) for row in after if row.id in old]
    if not pairs:
        raise UsageError("the two runs have no question in common: compare runs of one set")
    found = (_difference(measure, pairs) for measure in MEASURES)
    return [one for one in found if one]


def _difference(measure: Measure, pairs: Sequence[tuple[Row, Row]]) -> Difference | None:
    shares = [(measure.of(a) or (0.0, 0.0), measure.of(b) or (0.0, 0.0)) for a, b in pairs]
    values = np.array([pair for pair in shares if pair[0][1] or pair[1][1]], dtype=np.float64)
    if not len(values) or not values[:, 0, 1].any() or not values[:, 1, 1].any():
        return None
    before, after = _ratios(values.sum(axis=0))
    drawn = _ratios(values[draws(len(values), _RESAMPLES)].sum(axis=1))
    changes = drawn[..., 1] - drawn[..., 0]
    low, high = np.percentile(changes, (2.5, 97.5))
    tail = min((changes <= 0).mean(), (changes >= 0).mean())
    p = min(1.0, 2 * (tail * _RESAMPLES + 1) / (_RESAMPLES + 1))
    return Difference(
        measure.name, float(before), float(after), float(low), float(high), float(p), len(values)
    )


def _ratios(
    sums: np.ndarray[tuple[int, ...], np.dtype[np.float64]],
) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    return np.asarray(sums[..., 0] / np.maximum(sums[..., 1], 1e-9), dtype=np.float64)
