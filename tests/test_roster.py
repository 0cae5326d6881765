"""Speakers kept up name by name, and found without reading them all."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from world import WORDS, an_article, new_store

from index import joining
from index.roster import Few, Roster, match, mentioned
from index.storage.store import Store
from index.storage.writer import Entry, Writer
from index.types import Span, Speaker, Statement

NAMES = (
    "Zelensky|Volodymyr Zelenskyy|Volodymyr Zelenskiy|Olena Zelenska|Kuleba|Dmytro Kuleba|"
    "Anastacia Kuleba|NATO|The Kremlin|Donald J. Trump|Donald Trump|Trump|Foreign Ministry|"
    "President Trump|Ann Lee|Lee"
).split("|")
ROLES = ("", "Ukrainian President", "NATO chief")


def entry(identifier: str, said: list[tuple[str, str]]) -> Entry:
    article = an_article(f"What {identifier} has. " * 30, identifier=identifier)
    statements = tuple(
        Statement(
            f"{identifier}:{at}",
            (Span(identifier, article.revision, at, at + 1),),
            "direct",
            speaker_name=name,
            speaker_role=role,
        )
        for at, (name, role) in enumerate(said)
    )
    return Entry(article, (), (), statements)


def told(store: Store) -> tuple[object, ...]:
    """Everything that the join has made, in order."""
    tables = ("names", "speakers", "forms")
    rows = ([tuple(row) for row in store.read(f"SELECT * FROM {one}")] for one in tables)
    return (*map(sorted, rows), [one.name for one in store.speakers()])


SAID = st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(ROLES)), max_size=4)


@settings(max_examples=15, deadline=None)
@given(st.lists(st.tuples(st.sampled_from("abcd"), st.none() | SAID), max_size=8))
def test_speakers_joined_as_articles_come_and_go_are_those_joined_at_once(changes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        store = new_store(Path(folder), WORDS)
        with Writer(store) as writer:
            for identifier, said in changes:
                if said is None:
                    writer.remove([identifier])
                else:
                    writer.put([entry(identifier, said)], {}, {})
                joining.join_speakers(store, writer)
                assert not joining.is_due(store)
            bit_by_bit = told(store)
            with writer.transaction() as connection:
                connection.execute("DELETE FROM speakers")
                connection.execute("DELETE FROM meta WHERE key = 'aliases'")
            joining.join_speakers(store, writer)
            assert told(store) == bit_by_bit
        roster, few = Roster(store), Few(store.speakers())
        for name in (*NAMES, "the NATO chief", "Trumpp", "the Ukrainian president", "Nobody"):
            assert match(name, roster) == match(name, few)
        store.close()


@pytest.fixture
def store(tmp_path: Path) -> Store:
    made = new_store(tmp_path / "index", WORDS)
    with Writer(made) as writer:
        said = [
            ("Jens Stoltenberg", "NATO chief"),
            ("Jens Stoltenberg", ""),
            ("Bashar al-Assad", ""),
        ]
        writer.put([entry("a", said)], {}, {})
        joining.join_speakers(made, writer)
    return made


def test_a_sentence_mentions_those_whose_name_or_its_last_word_stands_in_it(store: Store) -> None:
    roster = Roster(store)
    text = "Did Stoltenberg and Mr. al-Assad meet?"
    assert [one.name for one in mentioned(text, roster)] == ["Jens Stoltenberg", "Bashar al-Assad"]
    assert mentioned("Stolten berg", roster) == mentioned("", roster) == []


def test_a_roster_is_a_mapping_of_those_who_speak(store: Store) -> None:
    roster = Roster(store)
    assert list(roster) == ["jens-stoltenberg", "bashar-al-assad"]
    assert (len(roster), roster.get("nobody")) == (2, None)
    assert roster["jens-stoltenberg"].roles == ("NATO chief",)
    assert store.statement_count(["jens-stoltenberg", "nobody"]) == 2


def test_spellings_given_by_hand_later_join_what_was_apart(store: Store) -> None:
    write_aliases = store.folder / joining.ALIASES
    write_aliases.write_text('[aliases]\n"Bashar al-Assad" = "Jens Stoltenberg"\n')
    with Writer(store) as writer:
        joining.join_speakers(store, writer)
        assert [one.name for one in store.speakers()] == ["Jens Stoltenberg"]
        write_aliases.unlink()
        joining.join_speakers(store, writer)
    assert len(store.speakers()) == 2


def test_a_surname_with_its_particles_is_a_surname() -> None:
    few = Few([Speaker("u", "Ursula von der Leyen")])
    assert [one.name for one in match("von der Leyen", few)] == ["Ursula von der Leyen"]
