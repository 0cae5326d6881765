"""Words of a question + sentences -> how near the sentences' words come to them.

"What blew up?" is answered by "A car exploded": none of the words is the same. The vectors of
single words see that the two are close, where an average over the whole sentence drowns it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from index.search.lexical import terms
from index.view import View

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_CARRIED = 0.6  # what a word counts that only the sentence before has


@lru_cache(maxsize=16_384)
def stem(word: str) -> str:
    """The stem of one word in lower case, as the index knows it."""
    return next(iter(terms(word, keep_stop_words=True)), word)


def words(text: str) -> list[str]:
    """The words of ``text`` in order and in lower case."""
    return [word.lower() for word in _WORD.findall(text)]


class Nearness:
    """How near ``texts`` come to the ``wanted`` words, which have weights.

    A word of the same stem is at 1, any other at the cosine of their vectors, 0 at the least.
    """

    def __init__(self, view: View, wanted: Mapping[str, float], texts: Sequence[str]) -> None:
        held = {text: words(text) for text in dict.fromkeys(texts)}
        known = {word: at for at, word in enumerate({w: 0 for some in held.values() for w in some})}
        near = np.maximum(view.words(list(wanted)) @ view.words(list(known)).T, 0.0)
        columns: dict[str, list[int]] = {}
        for word, at in known.items():
            columns.setdefault(stem(word), []).append(at)
        for row, word in enumerate(wanted):
            near[row, columns.get(stem(word), [])] = 1.0
        self._weights = np.fromiter(wanted.values(), dtype=np.float64, count=len(wanted))
        self._nearest: dict[str, npt.NDArray[np.float32]] = {
            text: near[:, [known[word] for word in some]].max(axis=1)
            for text, some in held.items()
            if some
        }

    def share(self, text: str, before: str = "") -> float:
        """Share of the wanted words in ``text``, weighted, each by how near one comes to it.

        With the sentence ``before``, what only that one has counts a little less: the name that
        "he" stands for. Both are among the texts given at the start.
        """
        found = self._nearest.get(text)
        total = self._weights.sum()
        if found is None or not total:
            return 0.0
        carried = self._nearest.get(before)
        if carried is not None:
            found = np.maximum(found, _CARRIED * carried)
        return float(found @ self._weights / total)
