"""What the legs of retrieval say of each passage -> one score a passage.

Scores are added, not ranks: a passage that has nearly every word of a long question leads the list
of the words by far, and its rank would not show it (Bruch, Gai and Ingber 2023, "An analysis of
fusion functions for hybrid retrieval"; docs/evaluation.md has what each costs here). For that every
leg speaks on a scale that does not depend on what else was found: words as a share of the most that
the question's words could score, meaning as the cosine to the question.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Literal

from index.search.graph import Vectors
from index.view import View

Leg = Literal["dense", "lexical", "statements"]
LEGS: tuple[Leg, ...] = ("dense", "lexical", "statements")

MEANING = 0.7  # what a cosine of 1 counts, where all the question's words count 1 at most
SPEAKER = 0.1  # what the first passage in which an asked speaker says something counts more
_HALVED = 10  # passages after which that is half as much


def fused(
    text: str,
    vector: Vectors,
    said: Sequence[int],
    view: View,
    depth: int,
    use: Collection[Leg] = LEGS,
) -> dict[int, float]:
    """The score of each passage key that a leg of ``use`` finds; higher is better.

    ``text`` is looked for by its words, ``vector`` (float32[d]) by its meaning, ``depth`` passages
    each; ``said`` are passages of an asked speaker, the best first. What one leg finds is held
    against the question's meaning too, but against its words only within their ``depth``.
    """
    words = dict(view.matching(text, depth)) if "lexical" in use else {}
    meaning = dict(view.nearest(vector, depth)) if "dense" in use else {}
    spoken = said if "statements" in use else ()
    scores = dict.fromkeys([*words, *meaning, *spoken], 0.0)
    if "dense" in use:
        others = [key for key in scores if key not in meaning]
        meaning |= zip(others, view.cosines(vector, others), strict=True)
    most = view.most(text)
    for key, score in words.items():
        scores[key] += score / most
    for key, cosine in meaning.items():
        scores[key] += MEANING * max(0.0, cosine)
    for rank, key in enumerate(spoken):
        scores[key] += SPEAKER * _HALVED / (_HALVED + rank)
    return scores
