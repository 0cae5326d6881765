"""Gold questions -> the weights of ``rag/relevance.json``, by logistic regression.

``python -m eval.calibrate`` fits on the sample corpus's questions and prints how well sentences
are ranked on questions left out of the fit (five folds by question).
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from eval.cases import Case
from rag.candidates import candidates
from rag.desk import Desk
from rag.relevance import FEATURES
from rag.retrieve import retrieve, without_period
from rag.types import Filters

FOLDS = 5
RIDGE = 1e-2  # weight of the squared norm beside the mean log loss, over standardised features
OUT = Path(__file__).resolve().parent.parent / "rag" / "relevance.json"
Matrix = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Sample:
    """One question's sentences: float64[n, features] and which of them are gold, float64[n]."""

    features: Matrix
    gold: Matrix


@dataclass(frozen=True, slots=True)
class Fit:
    """Weights for raw feature values, and the intercept."""

    weights: Matrix
    intercept: float

    def scores(self, features: Matrix) -> Matrix:
        """Log odds, float64[n]."""
        return features @ self.weights + self.intercept


def samples(desk: Desk, cases: Sequence[Case]) -> list[Sample]:
    """The candidate sentences of every question that has some."""
    found = []
    for case in cases:
        query = desk.query(case.question, case.history, Filters())
        evidence = retrieve(query, desk.store, desk.view, desk.settings).evidence
        if not evidence:
            wide = without_period(query)
            evidence = retrieve(wide, desk.store, desk.view, desk.settings).evidence
        ranked = candidates(query, evidence, desk.view)
        if ranked:
            gold = [_is_gold(case, c.evidence.article.id, c.start, c.end) for c in ranked]
            features = np.array([c.features for c in ranked], dtype=np.float64)
            found.append(Sample(features, np.array(gold, dtype=np.float64)))
    return found


def fit(some: Sequence[Sample]) -> Fit:
    """Logistic regression by Newton's method; converges in a few steps."""
    x = np.concatenate([one.features for one in some])
    y = np.concatenate([one.gold for one in some])
    mean, deviation = x.mean(axis=0), x.std(axis=0) + 1e-9
    z = np.column_stack([(x - mean) / deviation, np.ones(len(x))])
    penalty = np.full(z.shape[1], 2 * RIDGE)
    penalty[-1] = 0.0
    beta = np.zeros(z.shape[1])
    for _ in range(25):
        p = 1 / (1 + np.exp(-(z @ beta)))
        gradient = z.T @ (p - y) / len(y) + penalty * beta
        hessian = (z * (p * (1 - p))[:, None]).T @ z / len(y) + np.diag(penalty + 1e-9)
        beta -= np.linalg.solve(hessian, gradient)
    raw = beta[:-1] / deviation
    return Fit(raw, float(beta[-1] - (raw * mean).sum()))


def left_out_rank(some: Sequence[Sample]) -> float:
    """Mean reciprocal rank of the first gold sentence, each question scored by a fit without it."""
    order = np.random.default_rng(0).permutation(len(some))
    ranks = []
    for fold in np.array_split(order, FOLDS):
        held = set(fold.tolist())
        fitted = fit([one for at, one in enumerate(some) if at not in held])
        for at in held:
            if some[at].gold.any():
                best = np.argsort(-fitted.scores(some[at].features), kind="stable")
                ranks.append(1 / (1 + int(np.argmax(some[at].gold[best]))))
    return float(np.mean(ranks))


def write(fitted: Fit, path: Path = OUT) -> None:
    """Store the weights by feature name, rounded to four places."""
    named = dict(zip(FEATURES, (round(float(w), 4) for w in fitted.weights), strict=True))
    text = json.dumps({"weights": named, "intercept": round(fitted.intercept, 4)}, indent=1)
    path.write_text(text + "\n")


def _is_gold(case: Case, article: str, start: int, end: int) -> bool:
    return any(
        span.article_id == article
        and min(end, span.end) - max(start, span.start)
        >= 0.5 * min(end - start, span.end - span.start)
        for nugget in case.nuggets
        for span in nugget
    )
