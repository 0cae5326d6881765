"""Gold questions -> the weights of ``rag/relevance.json`` and ``rag/answerable.json``.

``python -m eval.calibrate --data FOLDER`` fits both on the sample corpus's questions and on those
of the sets with gold sentences that lie in FOLDER, so that what holds for one story alone does
not win. It prints how they do on questions left out of the fit (five folds by question), on each
set when no question of it is in the fit, and what each floor of the decision would let through.
Without ``--data`` it fits on the sample corpus alone.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy import optimize

from eval import sample, shelf
from eval.cases import Case
from eval.sets import reading
from rag import decide, logistic
from rag.candidates import Candidate, candidates
from rag.desk import Desk
from rag.logistic import Logistic
from rag.relevance import FEATURES as SENTENCE
from rag.remarks import Remarks
from rag.retrieve import retrieve, without_period
from rag.settings import Settings
from rag.types import Filters

FOLDS = 5
SETS = ("clapnq", "squad2", "quotesum")  # beside the sample corpus
DECIDED = "sample"  # whose questions fit the decision: other sets refuse by other rules
OTHERS = 0.5  # weight of one of their questions, where one of the sample corpus has 1
FLOORS = (0.25, 0.3, 0.35, 0.4, 0.45)  # among which the setting "answerable_floor" is chosen
RIDGE = 1e-2  # weight of the squared norm beside the mean log loss, over standardised features
HOME = Path(__file__).resolve().parent.parent / "rag"
Matrix = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Sample:
    """One question: whether it is answerable, what speaks for that beside its sentences, and these:
    float64[n, features] and which of them are gold, float64[n].

    ``signs`` are taken under the weights of relevance that are in use, ``home`` is the set it
    is from, ``left_out`` questions are measured and never fitted.
    """

    home: str
    left_out: bool
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


def samples(desk: Desk, cases: Sequence[Case], home: str = "sample") -> list[Sample]:
    """The candidate sentences of every question that is not refused before the search."""
    made = []
    people = desk.roster()
    nothing = Logistic((0.0,) * len(SENTENCE), 0.0)
    for case in cases:
        query = desk.query(case.question, case.history, Filters())
        found = retrieve(query, desk.store, desk.view, desk.settings)
        if not found.evidence:
            found = retrieve(without_period(query), desk.store, desk.view, desk.settings)
        ranked = candidates(query, found.evidence, desk.view, people, nothing)
        best = _ranked_by(ranked, logistic.load("relevance", SENTENCE))
        if ranked and query.speaker_known and not query.outside:
            gold = [_is_gold(case, c.evidence.article.id, c.start, c.end) for c in ranked]
            made.append(
                Sample(
                    home,
                    case.left_out,
                    case.answerable,
                    decide.signs(query, found.vector, best, Remarks(desk.view, best), desk.view),
                    ranked,
                    np.array([c.features for c in ranked], dtype=np.float64),
                    np.array(gold, dtype=np.float64),
                )
            )
    return made


def _ranked_by(some: Sequence[Candidate], model: Logistic) -> list[Candidate]:
    ranked = [replace(one, relevance=model.probability(one.features)) for one in some]
    return sorted(ranked, key=lambda one: (-one.relevance, one.evidence.rank, one.start))


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
    """Weights that minimise the weighted mean of -log(share of the softmax on gold)."""
    x = np.concatenate([one.features for one in some])
    gold = np.concatenate([one.gold for one in some])
    deviation = x.std(axis=0) + 1e-9
    z = (x - x.mean(axis=0)) / deviation
    sizes = [len(one.gold) for one in some]
    counts = np.array([_worth(one.home) for one in some])
    counts /= counts.sum()
    starts, lists = np.cumsum([0, *sizes[:-1]]), np.repeat(np.arange(len(sizes)), sizes)

    def loss(w: Matrix) -> tuple[float, Matrix]:
        score = z @ w
        power = np.exp(score - np.maximum.reduceat(score, starts)[lists])
        total, right = np.add.reduceat(power, starts), np.add.reduceat(power * gold, starts)
        pull = (power / total[lists] - power * gold / right[lists]) * counts[lists]
        value = -(np.log(right / total) * counts).sum() + RIDGE * w @ w
        return float(value), z.T @ pull + 2 * RIDGE * w

    found = optimize.minimize(loss, np.zeros(z.shape[1]), jac=True, method="L-BFGS-B")
    weights: Matrix = found.x / deviation
    return weights


def _worth(home: str) -> float:
    return 1.0 if home == "sample" else OTHERS


def decision_fit(some: Sequence[Sample], relevance: Fit) -> Fit:
    """The model that decides whether to answer; both classes weigh the same."""
    rows, answerable = decisions(some, relevance)
    weight = np.where(answerable == 1, 1 / max(1, answerable.sum()), 0.0)
    weight[answerable == 0] = 1 / max(1, (answerable == 0).sum())
    return fit(rows, answerable, weight)


def fit(x: Matrix, y: Matrix, weight: Matrix | None = None) -> Fit:
    """Logistic regression by Newton's method; converges in a few steps."""
    weight = np.ones(len(y)) if weight is None else weight / weight.mean()
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

    ``reciprocal_rank`` is that of the first gold sentence, ``first`` how often the first sentence
    is gold, both on average over answerable questions; ``sure`` the probability that each question
    can be answered (float64[n]), ``answerable`` whether it can.
    """

    reciprocal_rank: float
    first: float
    sure: Matrix
    answerable: npt.NDArray[np.bool_]

    def area(self) -> float:
        """The area under the curve of telling answerable questions from others; nan without."""
        return _area(self.sure, self.answerable) if not self.answerable.all() else float("nan")

    def answered(self, floor: float) -> tuple[float, float]:
        """Shares of the answerable questions and of the others that ``floor`` lets through."""
        passed = self.sure >= floor
        return float(passed[self.answerable].mean()), float(passed[~self.answerable].mean())


Models = Callable[[int], tuple[Fit, Fit]]


def by_folds(some: Sequence[Sample]) -> Models:
    """For each question the models that are fitted on the other folds."""
    order = np.random.default_rng(0).permutation(len(some))
    made: dict[int, tuple[Fit, Fit]] = {}
    for fold in np.array_split(order, FOLDS):
        held = set(fold.tolist())
        fitted = _fitted([one for at, one in enumerate(some) if at not in held])
        made |= dict.fromkeys(held, fitted)
    return made.__getitem__


def by_sets(some: Sequence[Sample]) -> Models:
    """For each question the models that are fitted on the other sets."""
    homes = dict.fromkeys(one.home for one in some)
    made = {home: _fitted([one for one in some if one.home != home]) for home in homes}
    return lambda at: made[some[at].home]


def unseen(some: Sequence[Sample], models: Models, home: str) -> Unseen:
    """The questions of ``home``, each under the models that did not see it."""
    ranks, sure, answerable = [], [], []
    for at, one in enumerate(some):
        if one.home != home:
            continue
        ranker, decider = models(at)
        if one.answerable:
            gold = one.gold[np.argsort(-ranker.scores(one.features), kind="stable")]
            ranks.append(1 / (1 + int(np.argmax(gold))) if gold.any() else 0.0)
        row, _ = decisions([one], ranker)
        sure.append(1 / (1 + float(np.exp(-decider.scores(row)[0]))))
        answerable.append(one.answerable)
    first = float(np.mean([rank == 1 for rank in ranks]))
    return Unseen(float(np.mean(ranks)), first, np.array(sure), np.array(answerable))


def _fitted(some: Sequence[Sample]) -> tuple[Fit, Fit]:
    kept = [one for one in some if not one.left_out]
    ranker = sentence_fit(kept)
    return ranker, decision_fit([one for one in kept if one.home == DECIDED] or kept, ranker)


def write(name: str, features: Sequence[str], fitted: Fit, home: Path = HOME) -> None:
    """Store the weights by feature name, rounded to four places."""
    named = dict(zip(features, (round(float(w), 4) for w in fitted.weights), strict=True))
    text = json.dumps({"weights": named, "intercept": round(fitted.intercept, 4)}, indent=1)
    (home / f"{name}.json").write_text(text + "\n")


def main() -> None:
    """Fit, print how questions fare that are left out, and write both files."""
    parser = argparse.ArgumentParser(prog="python -m eval.calibrate", description=__doc__)
    parser.add_argument("--data", type=Path, help="folder with the sets, each in one of its name")
    data = parser.parse_args().data
    with sample.desk() as desk:
        found = samples(desk, sample.cases(desk))
    for name in SETS if data else ():
        material = reading.read(name, data / name)
        with shelf.desk(material, Settings()) as desk:
            found += samples(desk, material.cases, name)
    _tell("some of its questions are in the fit", found, by_folds(found))
    if data:
        _tell("none of its questions is in the fit", found, by_sets(found))
    ranker, decider = _fitted(found)
    write("relevance", SENTENCE, ranker)
    write("answerable", decide.FEATURES, decider)


def _tell(how: str, found: Sequence[Sample], models: Models) -> None:
    print(f"\n{how}\nset         MRR  first   area" + "".join(f"{f:>14.2f}" for f in FLOORS))
    for home in dict.fromkeys(one.home for one in found):
        seen = unseen(found, models, home)
        line = f"{home:<9} {seen.reciprocal_rank:.3f}  {seen.first:.3f}  {seen.area():.3f}"
        if not seen.answerable.all():
            floors = (seen.answered(floor) for floor in FLOORS)
            line += "".join(f"   {can:.3f}/{cannot:.3f}" for can, cannot in floors)
        print(line)


def _area(scores: Matrix, answerable: npt.NDArray[np.bool_]) -> float:
    above = scores[answerable][:, None] - scores[~answerable][None]
    return float(((above > 0) + 0.5 * (above == 0)).mean())


def _is_gold(case: Case, article: str, start: int, end: int) -> bool:
    return any(
        span.article_id == article
        and min(end, span.end) - max(start, span.start)
        >= 0.5 * min(end - start, span.end - span.start)
        for span in case.gold
    )


if __name__ == "__main__":
    main()
