"""A question + sentences -> how far each is about what is asked, from 0 to 1.

Words and meaning each miss what the other sees ("pullback" for "withdrawal"; a name that an
embedding blurs), so both count. Weights and floors: docs/evaluation.md.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from index.graph import Vectors
from index.lexical import terms
from index.view import View

MEANING = 0.5  # weight of the cosine; the rest goes to the words


# Words that say what form an answer takes, not what it is about.
_ASKING = frozenset(
    terms(
        "many much number sum portion share percentage kind sort name way thing happened happen "
        "people anyone anybody someone day date year time list show tell give compare said says "
        "say told following ask called call make made go come"
    )
)


class Relevance:
    """Scores texts against one question; ``wanted`` is the part of it that they must cover."""

    def __init__(self, view: View, wanted: str, vector: Vectors) -> None:
        self._vector = vector
        self._view = view
        self._weights = {term: _weight(view, term) for term in terms(wanted) if term not in _ASKING}

    def scores(self, texts: Sequence[str]) -> list[float]:
        """The relevance of each text."""
        if not texts:
            return []
        cosines = np.clip(self._view.embed(texts) @ self._vector, 0.0, 1.0)
        return [
            MEANING * float(cosine) + (1 - MEANING) * self.coverage(text)
            for cosine, text in zip(cosines, texts, strict=True)
        ]

    def coverage(self, text: str) -> float:
        """Share of the wanted terms, weighted by rarity, that ``text`` holds; 0 without any."""
        total = sum(self._weights.values())
        held = set(terms(text, keep_stop_words=True))
        covered = sum(weight for term, weight in self._weights.items() if term in held)
        return covered / total if total else 0.0


def _weight(view: View, term: str) -> float:
    """Inverse document frequency over passages (Robertson and Spärck Jones)."""
    n = max(1, len(view))
    found = min(view.frequency(term), n)
    return math.log(1 + (n - found + 0.5) / (found + 0.5))
