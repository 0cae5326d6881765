"""What is indexed, listed without the texts; and stories that were printed more than once."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from index import catalogue
from index.store import Store
from index.types import Article
from index.writer import Entry, Writer
from rag.desk import Desk
from tests.newsroom import BRIDGE, STRIKE

NOTE = "\n\nThis newspaper thanks the agency for its help with the story that stands above."


def library(folder: Path, *articles: Article) -> Store:
    """An index that needs no model."""
    store = Store.create(folder, "none", "none", 4)
    with Writer(store) as writer:
        writer.put([Entry(one, (), (), ()) for one in articles], {}, {})
    return store


def article(name: str, text: str, publisher: str = "Courier", day: int = 0) -> Article:
    published = datetime(2022, 2, day, tzinfo=UTC) if day else None
    return Article(name, name.ljust(64, "0"), f"On {name}", text, publisher, published=published)


def test_articles_are_listed_newest_first_and_outlets_counted(tmp_path: Path) -> None:
    store = library(
        tmp_path,
        article("old", "One.", day=1),
        article("undated", "Two."),
        article("new", "Three.", "Wire", 9),
        article("plain", "Four.", "", 3),
    )
    listed = catalogue.entries(store)
    assert [one.id for one in listed] == ["new", "plain", "old", "undated"]
    assert listed[0].published == datetime(2022, 2, 9, tzinfo=UTC)
    assert catalogue.outlets(store) == 2


def test_a_story_under_another_headline_edited_and_cut_is_a_copy(tmp_path: Path) -> None:
    printed = BRIDGE.replace("Council closes the Tessen bridge", "Cracks shut bridge")
    printed = printed.replace("last 15 weeks", "take 15 weeks").rsplit("\n\n", 1)[0] + NOTE
    store = library(
        tmp_path, article("wire", BRIDGE), article("courier", printed), article("strike", STRIKE)
    )
    assert catalogue.copies(store) == [("courier", "wire")]


def test_a_shared_note_or_a_few_words_make_no_copies(tmp_path: Path) -> None:
    store = library(
        tmp_path,
        article("bridge", BRIDGE + NOTE),
        article("strike", STRIKE + NOTE),
        article("brief", "Rain."),
        article("short", "Rain."),
    )
    assert catalogue.copies(store) == []


def test_the_near_duplicate_of_the_sample_corpus_is_found(desk: Desk) -> None:
    assert catalogue.copies(desk.store) == [("kindergarten-shelling", "nursery-shell-luhansk")]
