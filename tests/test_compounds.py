"""Words that newsrooms write together or apart."""

from __future__ import annotations

from rag.gate.compounds import parts

COUNTS = {"cyber": 3, "attack": 9, "cease": 1, "fire": 4, "ceasefir": 2, "with": 50, "draw": 7}


def frequency(term: str) -> int:
    return COUNTS.get(term, 0)


def test_a_word_the_corpus_lacks_is_looked_for_in_its_parts() -> None:
    assert parts("cyberattack", frequency) == ("cyber", "attack")


def test_a_word_the_corpus_has_stays_whole() -> None:
    assert parts("ceasefir", frequency) == ("ceasefir",)


def test_a_word_with_an_unknown_part_stays_whole() -> None:
    assert parts("cyberwarfare", frequency) == ("cyberwarfare",)
    assert parts("", frequency) == ("",)
