"""What a sentence shows of the kind of thing that is asked for, and words that come near."""

from __future__ import annotations

import numpy as np
import pytest

from index.search.embed import load
from rag.kinds import Sought
from rag.nearness import Nearness, stem, words
from rag.question.reading import _expects
from rag.types import Interpretation, Query

SIGNS = ("unit", "year", "name", "place", "reason")


def shown(question: str, sentence: str) -> set[str]:
    query = Query(question, question, Interpretation(), expects=_expects(question))
    return {sign for sign, value in zip(SIGNS, Sought(query).signs(sentence), strict=True) if value}


@pytest.mark.parametrize(
    ("question", "sentence", "signs"),
    [
        ("How many members were hurt?", "It hurt three members of staff.", {"unit"}),
        ("How many members were hurt?", "It hurt members of staff in 2 rooms.", set()),
        ("When was the bridge built?", "It was finished in 1954.", {"year"}),
        ("Who chaired the session?", "The session was chaired by Ana Reyes.", {"name"}),
        ("Who met Ana Reyes?", "On Monday the crew met Ana Reyes.", set()),
        ("Which country stayed away?", "The seat of Norway was empty.", {"name"}),
        ("Where did the ship land?", "The ship put in at Varna.", {"place"}),
        ("Why was it closed?", "It was shut because of cracks.", {"reason"}),
        ("What was closed?", "Three bridges in Varna, because of cracks.", set()),
    ],
)
def test_a_sentence_shows_what_the_question_word_asks_for(
    question: str, sentence: str, signs: set[str]
) -> None:
    assert shown(question, sentence) == signs


class Words:
    """What ``Nearness`` needs of a view, with the embedder's own word vectors."""

    def words(self, some: list[str]) -> np.ndarray:
        return load().sketch(some)


def test_a_word_that_means_the_same_is_nearer_than_any_other() -> None:
    texts = ("A vehicle exploded.", "A choir sang.", "Cars went by.", "")
    near = Nearness(Words(), {"car": 2.0, "exploded": 1.0}, texts)  # type: ignore[arg-type]
    assert near.share("A vehicle exploded.") > near.share("Cars went by.") > 0.6
    assert near.share("A choir sang.") < 0.5
    assert near.share("") == 0.0


def test_the_sentence_before_carries_what_a_pronoun_stands_for() -> None:
    texts = ("Ana Reyes spoke.", "She called it an insult.")
    near = Nearness(Words(), {"reyes": 1.0, "insult": 1.0}, texts)  # type: ignore[arg-type]
    alone, carried = near.share(texts[1]), near.share(texts[1], texts[0])
    assert alone < carried < 1.0


def test_words_are_taken_as_the_index_stems_them() -> None:
    assert words("It’s the mayor's 15 Drivers.") == ["it’s", "the", "mayor's", "15", "drivers"]
    assert stem("drivers") == "driver"
    assert stem("the") == "the"
