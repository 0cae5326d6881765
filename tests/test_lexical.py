"""Finding passages by their words."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.search.lexical import Lexical, terms


@pytest.fixture(scope="module")
def index() -> Lexical:
    made = Lexical()
    made.update(
        [
            (1, "Talks", "The ministers withdrew their troops from the border."),
            (2, "Harvest", "Wheat prices rose in Kyiv while harvests failed."),
            (3, "Café culture", "Zelenskyy visited the café on Monday."),
        ]
    )
    return made


def keys(index: Lexical, query: str) -> list[int]:
    return [key for key, _ in index.search(query, 10)]


def test_words_are_found_in_any_inflection_case_and_accent(index: Lexical) -> None:
    assert keys(index, "withdrawing TROOP") == [1]
    assert keys(index, "cafe") == [3]
    assert keys(index, "harvest price") == [2]


def test_a_word_of_title_and_text_counts_no_more_than_twice_in_the_text() -> None:
    index = Lexical()
    index.update([(1, "Wheat", "wheat rose again"), (2, "Rose", "wheat wheat again")])
    (_, one), (_, other) = index.search("wheat", 2)
    assert one == pytest.approx(other)


def test_words_of_the_title_are_found_with_each_passage(index: Lexical) -> None:
    assert keys(index, "talks") == [1]
    assert index.frequency("harvest") == 1
    assert [key for key, _ in index.with_all("talks about withdrawing ministers", 3)] == []
    assert [key for key, _ in index.with_all("talks ministers", 3)] == [1]


def test_stop_words_find_nothing(index: Lexical) -> None:
    assert keys(index, "what did they do about the") == []


@given(st.text(max_size=80))
def test_no_character_of_a_query_is_an_operator(query: str) -> None:
    shared = Lexical()
    shared.update([(1, "", query.encode("utf-8", "replace").decode("utf-8"))])
    assert isinstance(shared.search(f'{query} "*" AND key:1 OR +x -y ~2 ^3', 5), list)


def test_words_of_a_query_are_not_joined_by_punctuation(index: Lexical) -> None:
    assert keys(index, 'border" OR text:*') == [1]


def test_half_a_character_in_a_query_is_no_error(index: Lexical) -> None:
    assert keys(index, "\ud800 wheat") == [2]
    assert terms("\udfff") == []


def test_removed_keys_are_gone_and_new_ones_are_there() -> None:
    index = Lexical()
    index.update([(1, "", "wheat"), (2, "", "wheat")])
    index.update([(3, "", "wheat")], removed=[1])
    assert sorted(keys(index, "wheat")) == [2, 3] == sorted(index.keys())


def test_an_index_on_disk_is_read_without_writing_beside_it(tmp_path: Path) -> None:
    Lexical(tmp_path / "made").update([(1, "", "wheat")])
    before = sorted((tmp_path / "made").iterdir())
    index = Lexical.read(tmp_path / "made", 1)
    assert index is not None
    assert keys(index, "wheat") == [1]
    assert sorted((tmp_path / "made").iterdir()) == before


def test_an_index_that_is_missing_or_holds_another_number_is_not_read(tmp_path: Path) -> None:
    Lexical(tmp_path / "made").update([(1, "", "wheat")])
    assert Lexical.read(tmp_path / "made", 2) is None
    assert Lexical.read(tmp_path / "none", 0) is None
    assert not (tmp_path / "none").exists()
