"""Claims that people labelled -> how well the gate's score tells supported ones from others.

``wice``: claims with their cited page (Kamoi et al., EMNLP 2023); ``qags``: sentences of news
summaries with their article (Wang et al., ACL 2020). Read and scored by ``eval.support_curve``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from eval import risk, support_curve
from eval.measures import RESAMPLES, Figure, draws
from eval.support_curve import Scored
from rag.errors import UsageError

SETS = {
    "wice": (("wice", support_curve.wice, "dev.jsonl.gz"),),
    "qags": (
        ("qags cnndm", support_curve.qags, "cnndm.jsonl.gz"),
        ("qags xsum", support_curve.qags, "xsum.jsonl.gz"),
    ),
}
Values = Sequence[float] | npt.NDArray[np.float64]
Labels = Sequence[bool] | npt.NDArray[np.bool_]
Statistic = Callable[[Values, Labels], float | None]


def measured(which: str, folder: Path, limit: int) -> dict[str, list[Scored]]:
    """The scored claims of each file of the set ``which``, the first ``limit`` (0: all).

    Raises UsageError when a file is missing or is of another set.
    """
    found = {}
    for name, read, file in SETS[which]:
        try:
            found[name] = support_curve.scored(list(read(folder / file))[: limit or None])
        except OSError as error:
            raise UsageError(
                f"--set {which} needs {folder / file}: name the set's folder with --data"
            ) from error
        except (KeyError, TypeError, ValueError) as error:
            raise UsageError(f"{folder / file} does not hold the set {which!r}") from error
    return found


def figures(claims: Sequence[Scored]) -> dict[str, Figure]:
    """AUROC and average precision of the words alone and with the checks, and what the base is."""
    labels = [one.supported for one in claims]
    words = [one.overlap for one in claims]
    checked = [one.overlap * one.sound for one in claims]
    found = {"supported": Figure(sum(labels) / len(labels), len(labels))} if claims else {}
    for name, statistic in (("AUROC", risk.auroc), ("average precision", precision)):
        found[f"{name}, words"] = _figure(statistic, words, labels)
        found[f"{name}, with checks"] = _figure(statistic, checked, labels)
    return found


def precision(values: Values, labels: Labels) -> float:
    """Average precision: mean precision at each threshold, by what it adds to recall.

    Claims of equal score are let through together.
    """
    scores, truth = np.asarray(values), np.asarray(labels, dtype=np.float64)
    order = np.argsort(-scores, kind="stable")
    ends = np.append(np.flatnonzero(np.diff(scores[order])), len(order) - 1)
    right = np.cumsum(truth[order])[ends]
    gained = np.diff(right, prepend=0.0)
    return float((right / (ends + 1) * gained).sum() / max(1.0, truth.sum()))


def _figure(statistic: Statistic, values: Sequence[float], labels: Sequence[bool]) -> Figure:
    scores, truth = np.asarray(values), np.asarray(labels)
    every = (statistic(scores[at], truth[at]) for at in draws(len(scores), RESAMPLES))
    drawn = [one for one in every if one is not None]
    low, high = np.percentile(drawn, (2.5, 97.5))
    return Figure(statistic(scores, truth), len(values), float(low), float(high))
