"""Gold questions -> the weights of ``rag/relevance.json`` and ``rag/answerable.json``.

``python -m eval.calibrate`` fits both on the sample corpus's questions by logistic regression
and prints how well they do on questions left out of the fit (five folds by question), and what
each floor of the decision would let through.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy import optimize

from eval import sample
from eval.cases import Case
from rag import decide
from rag.candidates import Candidate, candidates
from rag.desk import Desk
from rag.logistic import Logistic
from rag.relevance import FEATURES as SENTENCE
from rag.remarks import Remarks
from rag.retrieve import retrieve, without_period
from rag.types import Filters

FOLDS = 5
FLOORS = (0.3, 0.35, 0.4, 0.45, 0.5)  # among which the setting "answerable_floor" is chosen
RIDGE = 1e-2  # weight of the squared norm beside the mean log loss, over standardised features
HOME = Path(__file__).resolve().parent.parent / "rag"
Matrix = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Sample:
    """One question: whether it is answerable, what speaks for that beside its sentences, and these:
    float64[n, features] and which of them are gold, float64[n].

    ``signs`` are taken under the weights of relevance that are in use.
    """

    answerable: bool
    signs: decide.Signs
    ranked: tuple[Candidate, ...]
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
    """The candidate sentences of every question that is not refused before the search."""
    made = []
    people = desk.roster()
    for case in cases:
        query = desk.query(case.question, case.history, Filters())
        found = retrieve(query, desk.store, desk.view, desk.settings)
        if not found.evidence:
            found = retrieve(without_period(query), desk.store, desk.view, desk.settings)
        ranked, best = (
            candidates(query, found.evidence, desk.view, people, model)
            for model in (Logistic((0.0,) * len(SENTENCE), 0.0), None)
        )
        if ranked and query.speaker_known and not query.outside:
            gold = [_is_gold(case, c.evidence.article.id, c.start, c.end) for c in ranked]
            made.append(
                Sample(
                    case.answerable,
                    decide.signs(query, found.vector, best, Remarks(desk.view, best), desk.view),
                    ranked,
                    np.array([c.features for c in ranked], dtype=np.float64),
                    np.array(gold, dtype=np.float64),
                )
            )
    return made


def decisions(some: Sequence[Sample], relevance: Fit) -> tuple[Matrix, Matrix]:
    """Features of ``rag.decide`` under a fitted relevance, and whether each is answerable."""
    rows, answerable = [], []
    for one in some:
        scores = 1 / (1 + np.exp(-relevance.scores(one.features)))
        ranked = [replace(c, relevance=float(r)) for c, r in zip(one.ranked, scores, strict=True)]
        ranked.sort(key=lambda c: -c.relevance)
        rows.append(decide.features(ranked, one.signs))
        answerable.append(float(one.answerable))
    return np.array(rows), np.array(answerable)


def sentence_fit(some: Sequence[Sample]) -> Fit:
    """The model that ranks sentences: the order is fitted on whole lists (ListNet's top-one loss,
    Cao et al. 2007), then scores are turned into probabilities (Platt 1999)."""
    weights = _listwise([one for one in some if one.gold.any()])
    x = np.concatenate([one.features for one in some]) @ weights
    level = fit(x[:, None], np.concatenate([one.gold for one in some]))
    return Fit(weights * level.weights[0], level.intercept)


def _listwise(some: Sequence[Sample]) -> Matrix:
    """Weights that minimise the mean of -log(share of the softmax that falls on gold)."""
    x = np.concatenate([one.features for one in some])
    gold = np.concatenate([one.gold for one in some])
    deviation = x.std(axis=0) + 1e-9
    z = (x - x.mean(axis=0)) / deviation
    sizes = [len(one.gold) for one in some]
    starts, lists = np.cumsum([0, *sizes[:-1]]), np.repeat(np.arange(len(sizes)), sizes)

    def loss(w: Matrix) -> tuple[float, Matrix]:
        score = z @ w
        power = np.exp(score - np.maximum.reduceat(score, starts)[lists])
        total, right = np.add.reduceat(power, starts), np.add.reduceat(power * gold, starts)
        pull = power / total[lists] - power * gold / right[lists]
        value = -np.log(right / total).mean() + RIDGE * w @ w
        return float(value), z.T @ pull / len(sizes) + 2 * RIDGE * w

    found = optimize.minimize(loss, np.zeros(z.shape[1]), jac=True, method="L-BFGS-B")
    weights: Matrix = found.x / deviation
    return weights


def decision_fit(some: Sequence[Sample], relevance: Fit) -> Fit:
    """The model that decides whether to answer; both classes weigh the same."""
    rows, answerable = decisions(some, relevance)
    return fit(rows, answerable, balanced=True)


def fit(x: Matrix, y: Matrix, balanced: bool = False) -> Fit:
    """Logistic regression by Newton's method; converges in a few steps."""
    share = y.mean() if balanced else 0.5
    weight = np.where(y > 0, 0.5 / share, 0.5 / (1 - share))
    mean, deviation = x.mean(axis=0), x.std(axis=0) + 1e-9
    z = np.column_stack([(x - mean) / deviation, np.ones(len(x))])
    penalty = np.full(z.shape[1], 2 * RIDGE)
    penalty[-1] = 0.0
    beta = np.zeros(z.shape[1])
    for _ in range(25):
        p = 1 / (1 + np.exp(-(z @ beta)))
        gradient = z.T @ (weight * (p - y)) / len(y) + penalty * beta
        hessian = (z * (weight * p * (1 - p))[:, None]).T @ z / len(y) + np.diag(penalty + 1e-9)
        beta -= np.linalg.solve(hessian, gradient)
    raw = beta[:-1] / deviation
    return Fit(raw, float(beta[-1] - (raw * mean).sum()))


@dataclass(frozen=True, slots=True)
class Unseen:
    """How well questions fare that are left out of the fit.

    ``reciprocal_rank`` is that of the first gold sentence, on average; ``sure`` the probability
    that each question can be answered (float64[n]), ``answerable`` whether it can.
    """

    reciprocal_rank: float
    sure: Matrix
    answerable: npt.NDArray[np.bool_]

    def area(self) -> float:
        """The area under the curve of telling answerable questions from others."""
        return _area(self.sure, self.answerable)

    def answered(self, floor: float) -> tuple[float, float]:
        """Shares of the answerable questions and of the others that ``floor`` lets through."""
        passed = self.sure >= floor
        return float(passed[self.answerable].mean()), float(passed[~self.answerable].mean())


def left_out(some: Sequence[Sample]) -> Unseen:
    """Every question under models that are fitted on the other folds."""
    order = np.random.default_rng(0).permutation(len(some))
    ranks, sure, answerable = [], [], []
    for fold in np.array_split(order, FOLDS):
        held = set(fold.tolist())
        rest = [one for at, one in enumerate(some) if at not in held]
        ranker = sentence_fit(rest)
        decider = decision_fit(rest, ranker)
        for at in sorted(held):
            one = some[at]
            if one.answerable:
                best = np.argsort(-ranker.scores(one.features), kind="stable")
                gold = one.gold[best]
                ranks.append(1 / (1 + int(np.argmax(gold))) if gold.any() else 0.0)
            row, _ = decisions([one], ranker)
            sure.append(1 / (1 + float(np.exp(-decider.scores(row)[0]))))
            answerable.append(one.answerable)
    return Unseen(float(np.mean(ranks)), np.array(sure), np.array(answerable))


def write(name: str, features: Sequence[str], fitted: Fit, home: Path = HOME) -> None:
    """Store the weights by feature name, rounded to four places."""
    named = dict(zip(features, (round(float(w), 4) for w in fitted.weights), strict=True))
    text = json.dumps({"weights": named, "intercept": round(fitted.intercept, 4)}, indent=1)
    (home / f"{name}.json").write_text(text + "\n")


def main() -> None:
    """Fit on the sample corpus and write both files."""
    with sample.desk() as desk:
        found = samples(desk, sample.cases(desk))
    unseen = left_out(found)
    rank, area = unseen.reciprocal_rank, unseen.area()
    print(f"left out: reciprocal rank of sentences {rank:.3f}, area of the decision {area:.3f}")
    for floor in FLOORS:
        can, cannot = unseen.answered(floor)
        print(
            f"floor {floor:.2f}: {can:.3f} of the answerable answered, {cannot:.3f} of the others"
        )
    ranker = sentence_fit(found)
    write("relevance", SENTENCE, ranker)
    write("answerable", decide.FEATURES, decision_fit(found, ranker))


def _area(scores: Matrix, answerable: npt.NDArray[np.bool_]) -> float:
    above = scores[answerable][:, None] - scores[~answerable][None]
    return float(((above > 0) + 0.5 * (above == 0)).mean())


def _is_gold(case: Case, article: str, start: int, end: int) -> bool:
    return any(
        span.article_id == article
        and min(end, span.end) - max(start, span.start)
        >= 0.5 * min(end - start, span.end - span.start)
        for nugget in case.nuggets
        for span in nugget
    )


if __name__ == "__main__":
    main()
