"""A question + sentences -> how far each is about what is asked, from 0 to 1.

Words and meaning each miss what the other sees ("pullback" for "withdrawal"; a name that an
embedding blurs), so both count, in a logistic model over a few features. ``eval.calibrate`` fits
its weights on the gold questions and writes them to ``relevance.json`` (docs/evaluation.md).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from index.search.lexical import STOP_WORDS, terms
from index.view import View
from rag.gate.compounds import parts
from rag.nearness import stem, words

FEATURES = (
    "similarity",  # cosine between question and passage, by the embedder
    "sketch",  # cosine between question and sentence, by word vectors
    "topic_sketch",  # the same for the topic
    "words",  # share of the question's words in the sentence, weighted by rarity
    "topic_words",  # the same for the topic
    "nearby_words",  # share of the topic's words in the sentence and its neighbours
    "passage_words",  # share of the topic's words in the passage
    "rank",  # 1 / the passage's rank
    "number",  # 1 when a figure is asked for and the sentence has one
    "date",  # 1 when a day is asked for and the sentence names one
    "speaker",  # 1 when an asked speaker says it
    "speaker_asked",  # 1 when it does not, though a speaker is asked for
    "speaker_named",  # 1 when it does not, but names one who is asked for
    "own_words",  # share of a follow-up's own words in the sentence
    "told",  # cosine between the sentence and what was asked and answered before it
    "story",  # the highest such cosine of any sentence of its article
    "period",  # 1 when a period is asked for and it was printed or said in it
    "near_words",  # share of the topic's words that one of the sentence is the same as or near
    "carried_words",  # the same with the sentence before it
    "title_words",  # share of the question's words in the article's title
    "unit",  # 1 when it is asked how many of a thing and the sentence counts that
    "year",  # 1 when a day is asked for and it names a year
    "name",  # 1 when it is asked who, or which body, and it has a name that the question has not
    "place",  # 1 when it is asked where and it has one behind "in", "from", ...
    "reason",  # 1 when it is asked why and it speaks of a cause
    "asking",  # 1 when it is itself a question
)

# Words that say what form an answer takes, not what it is about.
_ASKING = frozenset(
    terms(
        "many much number sum portion share percentage kind sort name way thing happened happen "
        "people anyone anybody someone day date year time list show tell give compare said says "
        "say told following ask called call make made go come disagree contradict"
    )
)


_LEAST = 200  # passages: in a smaller corpus it says little of a word that all of them have it


class Wanted:
    """Words to be covered, weighted by rarity (inverse document frequency over passages).

    ``words`` are the same as they are spelt, with their weights.
    """

    def __init__(self, view: View, text: str) -> None:
        wanted = [t for t in terms(text) if t not in _ASKING]
        known = [part for t in wanted for part in parts(t, view.frequency)]
        self._weights = {t: _rarity(view, t) for t in known}
        self._total = sum(self._weights.values())
        self._frequency = view.frequency
        self.words = {
            word: self._weights.get(stem(word)) or _rarity(view, stem(word))
            for word in words(text)
            if word not in STOP_WORDS and stem(word) not in _ASKING
        }

    def absent(self) -> float:
        """Share of the wanted words, weighted by rarity, that no passage of the corpus holds."""
        missing = sum(w for term, w in self._weights.items() if not self._frequency(term))
        return missing / self._total if self._total else 0.0

    def coverage(self, text: str) -> float:
        """Share of the wanted words that ``text`` holds; 0 when none is wanted."""
        held = set(terms(text, keep_stop_words=True))
        covered = sum(weight for term, weight in self._weights.items() if term in held)
        return covered / self._total if self._total else 0.0


def is_content(word: str) -> bool:
    """Whether a word of a question says what it is about, and not what form the answer takes."""
    return any(term not in _ASKING for term in terms(word))


def cosines(view: View, wanted: Sequence[str], texts: Sequence[str]) -> npt.NDArray[np.float32]:
    """Cosines of each of ``wanted`` to each text by word vectors, float32[len(wanted), n]."""
    vectors = view.sketch([*wanted, *texts])
    return np.asarray(vectors[: len(wanted)] @ vectors[len(wanted) :].T, dtype=np.float32)


def _rarity(view: View, term: str) -> float:
    """Inverse document frequency (Robertson and Spärck Jones 1976, smoothed)."""
    n = max(_LEAST, len(view))
    found = min(view.frequency(term), n)
    return math.log(1 + (n - found + 0.5) / (found + 0.5))
