"""What is indexed, listed without the texts; and reports that stand in several."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from index import catalogue
from index.storage.store import Store
from index.storage.writer import Entry, Writer
from index.types import Article
from rag.desk import Desk


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


def test_articles_that_are_one_report_are_listed_together(desk: Desk) -> None:
    pair = ("kindergarten-shelling", "nursery-shell-luhansk")
    assert [tuple(sorted(ids)) for ids in catalogue.reports(desk.store, 9)] == [pair]
    assert catalogue.reports(desk.store, 0) == []
