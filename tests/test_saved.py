"""Answers that a link leads back to: as they were given, marked as the corpus is now."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from index.storage.store import Store
from index.storage.writer import Entry, Writer
from index.types import Article
from rag.types import Answer, Citation, Coverage, Interpretation
from rag.wire import reference
from ui import saved
from ui.conversation import Exchange, grown
from ui.saved import Saved, keys

BRIDGE = Article("bridge", "a" * 64, "Bridge closed", "The bridge is shut, Holt said.", "Courier")
GIVEN = datetime(2022, 2, 15, 9, 30, tzinfo=UTC)


def library(folder: Path) -> Store:
    """An index that holds one article and needs no model."""
    store = Store.create(folder, "none", "none", 4)
    index(store, BRIDGE)
    return store


def index(store: Store, article: Article) -> None:
    with Writer(store) as writer:
        writer.put([Entry(article, (), (), ())], {}, {})


def exchange(question: str = "What did Holt say?") -> Exchange:
    cited = Citation(1, reference(BRIDGE), 0, 18, "The bridge is shut", "", ", Holt said.", "exact")
    whole = Answer(
        id="made elsewhere",
        question=question,
        standalone_question=question,
        interpretation=Interpretation(speaker="Holt"),
        status="answered",
        abstention=None,
        text="“The bridge is shut” [1].",
        claims=(),
        citations=(cited,),
        conflicts=(),
        coverage=Coverage(1, None, None, GIVEN),
        evidence=(),
        warnings=(),
        model="extractive",
        settings="sha256:0",
    )
    return grown(Exchange(question, given=GIVEN), whole)


def test_an_answer_is_found_again_just_as_it_was_given(tmp_path: Path) -> None:
    store = library(tmp_path)
    kept = Saved(store).keep(exchange())
    assert kept.lasting
    assert kept.answer
    assert kept.answer.id == kept.key
    assert Saved(store).get(kept.key) == kept  # as after a new start of the server


def test_an_answer_outlives_a_new_version_of_its_article_and_says_so(tmp_path: Path) -> None:
    store = library(tmp_path)
    kept = Saved(store).keep(exchange())
    index(store, replace(BRIDGE, revision="b" * 64, text="The bridge is open again."))
    found = Saved(store).get(kept.key)
    assert found
    assert [one.current for one in found.citations] == [False]
    assert found.answer
    assert found.answer.citations == found.citations
    (cited,) = found.citations
    old = store.article("bridge", cited.article.revision)
    assert old
    assert old.text[cited.start : cited.end] == cited.exact
    index(store, BRIDGE)
    assert Saved(store).get(kept.key) == kept


def test_a_conversation_is_what_its_keys_say_and_nobody_guesses_one(tmp_path: Path) -> None:
    answers = Saved(library(tmp_path))
    first, second = (answers.keep(exchange(one)) for one in ("Who?", "When?"))
    assert answers.conversation(keys((first, second))) == (first, second)
    assert answers.conversation(f"{second.key} {'0' * 32} {second.key} ../x '; DROP") == (second,)
    assert answers.conversation("") == ()
    assert answers.get("%") is None
    assert len({exchange().key for _ in range(100)}) == 100


def test_what_still_runs_is_held_and_what_was_stopped_is_kept(tmp_path: Path) -> None:
    answers = Saved(library(tmp_path))
    running = answers.keep(Exchange("Who?", text="Holt said so [1].", given=GIVEN))
    assert not running.lasting
    assert answers.get(running.key) == running
    assert Saved(library(tmp_path)).get(running.key) is None
    stopped = answers.keep(replace(running, stopped=True))
    assert stopped.lasting
    assert Saved(library(tmp_path)).get(running.key) == stopped


def test_only_the_newest_answers_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(saved, "KEPT", 3)
    monkeypatch.setattr(saved, "HELD", 2)
    answers = Saved(library(tmp_path))
    done = [answers.keep(exchange(f"Number {number}?")) for number in range(5)]
    assert [answers.get(one.key) for one in done] == [None, None, *done[2:]]
    running = [answers.keep(Exchange(f"Number {number}?")) for number in range(3)]
    assert [answers.get(one.key) for one in running] == [None, *running[1:]]


def test_where_nothing_can_be_written_answers_last_as_long_as_the_server(tmp_path: Path) -> None:
    store = library(tmp_path)
    (tmp_path / saved.FILE).mkdir()  # what a read-only folder is to everybody but root
    answers = Saved(store)
    kept = answers.keep(exchange())
    assert not kept.lasting
    assert answers.get(kept.key) == kept
    assert Saved(store).get(kept.key) is None


def test_a_damaged_file_and_text_that_no_file_holds_lose_no_question(tmp_path: Path) -> None:
    answers = Saved(library(tmp_path))
    odd = answers.keep(exchange("Half a pair: \ud800"))
    assert not odd.lasting
    assert answers.get(odd.key) == odd
    lasting = answers.keep(exchange())
    (tmp_path / saved.FILE).write_bytes(b"not a database" * 400)
    assert answers.get(lasting.key) is None
    assert not answers.keep(exchange()).lasting
