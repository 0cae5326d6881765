"""What words, meaning and speaker say of a passage, added up."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from world import WORDS, indexed

from index.search.lexical import Lexical, most, terms
from index.view import View
from rag.desk import Desk
from rag.fusion import LEGS, MEANING, SPEAKER, fused
from rag.settings import Settings

QUESTION = "Which ferry sank near Kalbay after a fire in the engine room?"
TEXTS = {
    "fire": "A fire broke out in the engine room of the ferry, which sank near Kalbay.",
    "ferry": "The ferry company of Kalbay reported higher earnings for the year.",
    "bread": "Bakers in the capital raised the price of bread again.",
    "ship": "Sailors saw smoke over the harbour before the vessel went under.",
}


@pytest.fixture(scope="module")
def view(tmp_path_factory: pytest.TempPathFactory) -> View:
    home = tmp_path_factory.mktemp("fusion")
    rows = [json.dumps({"id": name, "text": text}) + "\n" for name, text in TEXTS.items()]
    (home / "news.jsonl").write_text("".join(rows))
    store, _ = indexed(home / "index", home / "news.jsonl")
    return View(store, WORDS)


def key(view: View, text: str) -> int:
    """The key of the one passage that ``text`` stands in."""
    [(found, _)] = view.with_all(text, 2)
    return found


def test_who_has_nearly_all_words_of_a_question_leads_whoever_is_nearer(view: View) -> None:
    vector = view.embed(["Smoke over a harbour, a vessel under water"])[0]
    engine, smoke = key(view, "engine room"), key(view, "smoke vessel")
    nearest, matching = view.nearest(vector, 10), view.matching(QUESTION, 10)
    assert (nearest[0][0], matching[0][0]) == (smoke, engine)
    scores = fused(QUESTION, vector, (), view, 10)
    assert max(scores, key=scores.__getitem__) == engine


def test_meaning_decides_between_passages_that_have_none_of_the_words(view: View) -> None:
    smoke = view.embed([TEXTS["ship"]])[0]
    scores = fused("What happened?", smoke, (), view, 10)
    assert max(scores, key=scores.__getitem__) == key(view, "smoke vessel")
    assert max(scores.values()) == pytest.approx(MEANING)


def test_what_an_asked_speaker_says_comes_before_its_like(view: View) -> None:
    vector = view.embed([QUESTION])[0]
    bread = key(view, "price of bread")
    silent, said = (fused(QUESTION, vector, some, view, 10)[bread] for some in ((), (bread,)))
    assert said - silent == pytest.approx(SPEAKER)


def test_a_leg_that_is_left_out_finds_and_counts_nothing(view: View) -> None:
    vector, bread = view.embed([QUESTION])[0], key(view, "price of bread")
    legs = {one: fused(QUESTION, vector, (bread,), view, 10, (one,)) for one in LEGS}
    assert legs["statements"] == {bread: SPEAKER}
    assert bread not in legs["lexical"]
    whole = fused(QUESTION, vector, (bread,), view, 10)
    for found in whole:
        parts = sum(scores.get(found, 0.0) for scores in legs.values())
        assert whole[found] == pytest.approx(parts, abs=1e-6)


def test_a_score_does_not_depend_on_how_many_others_are_found(view: View) -> None:
    vector = view.embed([QUESTION])[0]
    few, many = (fused(QUESTION, vector, (), view, depth) for depth in (1, 10))
    first = key(view, "engine room")
    assert few[first] == pytest.approx(many[first])
    assert len(few) < len(many)


def test_nothing_is_found_in_an_empty_index(tmp_path: Path) -> None:
    (tmp_path / "news").mkdir()
    store, _ = indexed(tmp_path / "index", tmp_path / "news")
    view = View(store, WORDS)
    assert fused(QUESTION, np.ones(WORDS.dimension, np.float32), (), view, 10) == {}


def test_a_search_without_words_of_its_own_is_answered(view: View) -> None:
    desk = Desk(view._store, WORDS, Settings())
    assert len(desk.search("what did they do", 2)) == 2


WORD = st.sampled_from(["fire", "ferry", "port", "bread", "harbour", "sink", "sank", "the"])
TEXT = st.lists(WORD, min_size=1, max_size=30).map(" ".join)


@given(st.lists(st.tuples(TEXT, TEXT), min_size=1, max_size=12), TEXT)
def test_no_passage_scores_more_than_the_words_can(rows: list[tuple[str, str]], query: str) -> None:
    index = Lexical()
    index.update((at, title, text) for at, (title, text) in enumerate(rows))
    limit = most(map(index.frequency, terms(query)), len(index))
    assert all(score <= limit * (1 + 1e-5) for _, score in index.search(query, len(rows)))
