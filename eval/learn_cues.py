"""PolNeAR's training part -> the weights of ``index/speech/cues.txt``.

``python -m eval.learn_cues --data train.jsonl.gz`` reads every possible attribution of every
sentence (``index.speech.grammar``), asks how much of an annotated one it covers, and fits that
share by logistic regression. It prints how well attributions of outlets left out of the fit are
chosen.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from eval import polnear
from index.speech import attributions, cues, grammar, statements
from index.speech.attributions import THRESHOLD, Sentence
from index.speech.quotations import Quotation

HOME = Path(cues.__file__).with_name("cues.txt")
INVERSE_RIDGE = 0.5  # scikit-learn's C; of 0.1 to 3 the best log loss on outlets left out
SEEN = 4  # times a feature occurs before it gets a weight
LEAST = 0.15  # weights nearer to nought are left out of the file
NEAR = 0.3  # overlap from which a chosen attribution counts as right when outlets are left out
_HEAD = (
    "# feature weight: logistic regression over the PolNeAR training articles "
    "(Newell et al., LREC 2018)"
)

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Example:
    """A possible attribution: what it rests on and its overlap with an annotated one, 0 to 1.

    ``cue`` tells apart the reporting words of a set; one attribution is chosen for each.
    """

    outlet: str
    cue: tuple[str, int]
    features: tuple[str, ...]
    overlap: float


def main() -> None:
    """Print the figures of outlets left out, fit on everything, and write the file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", required=True, type=Path, help="PolNeAR's train.jsonl.gz")
    parser.add_argument("--out", default=HOME, type=Path, help="the file of weights to write")
    options = parser.parse_args()
    rows = list(polnear.rows(options.data))
    found = list(examples(rows))
    for outlet in sorted({one.outlet for one in found}):
        print(f"{outlet:14} {left_out(found, outlet)}", flush=True)
    weights = fit(found)
    write(weights, options.out)
    print(f"{len(weights)} weights from {len(found)} possible attributions")


def examples(rows: Sequence[Mapping[str, Any]]) -> Iterator[Example]:
    """Every possible attribution of annotated articles."""
    articles = [polnear.article(row) for row in rows]
    for row, (quoted, sentences) in zip(rows, statements.parsed(articles), strict=True):
        gold = [_gold(row["text"], item) for item in row["attributions"]]
        yield from _of_article(row, quoted, sentences, gold)


def _of_article(
    row: Mapping[str, Any],
    quoted: tuple[Quotation, ...],
    sentences: Sequence[Sentence],
    gold: Sequence[tuple[set[int], list[list[int]]]],
) -> Iterator[Example]:
    text, outlet = row["text"], row["publisher"]
    for candidate, words in sentences:
        for frame in grammar.frames(words):
            made = attributions.build(candidate, words, frame)
            if not frame.content or attributions.is_quoted(made, quoted) or made.cue is None:
                continue
            content = polnear.points(text, attributions.whole_quotations(made, quoted))
            overlap = max(
                (_overlap(content, points) for points, cue in gold if _meets(made.cue, cue)),
                default=0.0,
            )
            features = tuple(sorted(set(cues.features(words, frame))))
            yield Example(outlet, (row["id"], made.cue[1]), features, overlap)


def _gold(text: str, item: Mapping[str, Any]) -> tuple[set[int], list[list[int]]]:
    return polnear.points(text, item["content"]), item["cue"]


def _meets(cue: tuple[int, int], gold: Sequence[Sequence[int]]) -> bool:
    """Whether a cue is the annotated one, or that one is unsaid."""
    return not gold or any(start < cue[1] and cue[0] < end for start, end in gold)


def _overlap(one: set[int], other: set[int]) -> float:
    shared = len(one & other)
    return shared / (len(one) + len(other) - shared) if shared else 0.0


def fit(found: Sequence[Example]) -> dict[str, float]:
    """The weight of each feature and "bias", rounded as they are stored."""
    from scipy.sparse import csr_matrix, vstack
    from sklearn.linear_model import LogisticRegression

    seen = Counter(name for one in found for name in one.features)
    names = {name: at for at, name in enumerate(sorted(n for n in seen if seen[n] >= SEEN))}
    held = [[names[n] for n in one.features if n in names] for one in found]
    ends = np.cumsum([0, *map(len, held)])
    columns = np.fromiter((at for row in held for at in row), dtype=np.int32)
    matrix = csr_matrix((np.ones(len(columns)), columns, ends), shape=(len(found), len(names)))
    share = np.array([one.overlap for one in found])
    # An overlap of 0.7 is 0.7 of an attribution and 0.3 of none.
    outcomes = np.repeat([1, 0], len(found))
    counts = np.concatenate([share, 1 - share])
    kept = counts > 0
    model = LogisticRegression(C=INVERSE_RIDGE, max_iter=300, tol=1e-3)
    model.fit(vstack([matrix, matrix])[kept], outcomes[kept], sample_weight=counts[kept])
    fitted: Array = model.coef_[0]
    weights = {name: round(float(fitted[at]), 2) for name, at in names.items()}
    bias = {"bias": round(float(model.intercept_[0]), 2)}
    return bias | {name: weight for name, weight in weights.items() if abs(weight) >= LEAST}


def left_out(found: Sequence[Example], outlet: str) -> str:
    """How well attributions of one outlet are chosen with weights learned from the others.

    Precision counts chosen ones, recall those reporting words that some possible attribution
    of the grammar gets right; quotations that no grammar ties to a speaker are not in it.
    """
    weights = fit([one for one in found if one.outlet != outlet])
    best: dict[tuple[str, int], tuple[float, float]] = {}
    reachable: dict[tuple[str, int], float] = {}
    for one in (one for one in found if one.outlet == outlet):
        total = weights["bias"] + sum(weights.get(name, 0.0) for name in one.features)
        best[one.cue] = max(best.get(one.cue, (-np.inf, 0.0)), (total, one.overlap))
        reachable[one.cue] = max(reachable.get(one.cue, 0.0), one.overlap)
    least = float(np.log(THRESHOLD / (1 - THRESHOLD)))
    chosen = [overlap for total, overlap in best.values() if total >= least]
    right = sum(overlap >= NEAR for overlap in chosen)
    precision = right / max(1, len(chosen))
    recall = right / max(1, sum(overlap >= NEAR for overlap in reachable.values()))
    both = precision + recall
    f1 = 2 * precision * recall / both if both else 0.0
    return f"P {precision:.3f}  R {recall:.3f}  F1 {f1:.3f}  of {len(chosen)} chosen"


def write(weights: Mapping[str, float], file: Path) -> None:
    """Store weights, one feature a line, "bias" first."""
    lines = [f"{name} {weight:.2f}" for name, weight in sorted(weights.items()) if name != "bias"]
    text = "\n".join([_HEAD, f"bias {weights['bias']:.2f}", *lines])
    file.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
