"""Paired attributions of articles -> precision, recall and right speakers, with intervals.

An interval is the middle 95 % of 1,000 resamples of the articles (Efron and Tibshirani 1993):
attributions of one article stand and fall together, so they are drawn together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from eval.measures import RESAMPLES, draws

LENIENT, STRICT = 0.3, 0.8  # overlaps, 0 to 1
LIMITS = (LENIENT, STRICT)
COUNTS = 12  # of one article, in the order of ``Tally``
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Tally:
    """What one article adds to the scores of a kind of speech.

    ``gold`` and ``found`` are of the kind; ``met`` are those gold and ``right`` those found ones
    that are paired at each of LIMITS. The pairs after them, all at LENIENT, are counted with how
    many of them are right: by source, by name, by name where the source is "he" or "she".
    """

    gold: int
    found: int
    met: tuple[int, int]
    right: tuple[int, int]
    sourced: tuple[int, int]
    named: tuple[int, int]
    pronouns: tuple[int, int]

    def row(self) -> tuple[int, ...]:
        """The counts in order, COUNTS of them."""
        pairs = (self.met, self.right, self.sourced, self.named, self.pronouns)
        return (self.gold, self.found, *(count for pair in pairs for count in pair))


@dataclass(frozen=True, slots=True)
class SpeechScores:
    """Scores of one kind of speech, or of all.

    ``recall`` counts gold of the kind, ``precision`` found of the kind, each matched with any
    kind of the other side. ``source`` and ``speaker`` are shares of ``sourced`` and ``named``,
    which count pairs at overlap 0.3. ``intervals`` are of "F1@.3", "F1@.8" and "speaker".
    """

    gold: int
    found: int
    precision: Mapping[float, float]
    recall: Mapping[float, float]
    f1: Mapping[float, float]
    sourced: int
    source: float
    named: int
    speaker: float
    pronouns: int
    pronoun_speaker: float
    intervals: Mapping[str, tuple[float, float]]


def scores(tallies: Sequence[Tally], resamples: int = RESAMPLES) -> SpeechScores:
    """The scores over all articles, one tally each; 0 where there is nothing to count."""
    counts = np.array([one.row() for one in tallies], dtype=np.float64).reshape(-1, COUNTS)
    total = counts.sum(axis=0)
    precision, recall, f1 = _rates(total)
    return SpeechScores(
        int(total[0]),
        int(total[1]),
        dict(zip(LIMITS, map(float, precision), strict=True)),
        dict(zip(LIMITS, map(float, recall), strict=True)),
        dict(zip(LIMITS, map(float, f1), strict=True)),
        int(total[6]),
        _share(total, 6),
        int(total[8]),
        _share(total, 8),
        int(total[10]),
        _share(total, 10),
        _intervals(counts, resamples) if len(counts) else {},
    )


def _rates(counts: Floats) -> tuple[Floats, Floats, Floats]:
    """Precision, recall and F1 at each limit from the counts of any number of samples."""
    recall = counts[..., 2:4] / np.maximum(counts[..., 0:1], 1)
    precision = counts[..., 4:6] / np.maximum(counts[..., 1:2], 1)
    return precision, recall, 2 * precision * recall / np.maximum(precision + recall, 1e-9)


def _share(counts: Floats, at: int) -> float:
    return float(counts[at + 1] / counts[at]) if counts[at] else 0.0


def _intervals(counts: Floats, resamples: int) -> dict[str, tuple[float, float]]:
    drawn = counts[draws(len(counts), resamples)].sum(axis=1)
    _, _, f1 = _rates(drawn)
    speaker = drawn[:, 9] / np.maximum(drawn[:, 8], 1)
    columns = {"F1@.3": f1[:, 0], "F1@.8": f1[:, 1], "speaker": speaker}
    bounds = {name: np.percentile(values, (2.5, 97.5)) for name, values in columns.items()}
    return {name: (float(low), float(high)) for name, (low, high) in bounds.items()}
