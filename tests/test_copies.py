"""One report printed by several outlets is one place in the results and one source."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from world import WORDS, an_article, indexed, new_store, write

from index import build, check, copies
from index.storage.store import Store
from index.storage.writer import Writer
from index.types import Article
from rag.desk import Desk
from rag.retrieve import retrieve
from rag.settings import Settings
from rag.types import Filters

WIRE = (
    "Ferry sinks off Kalbay\n\n"
    "The ferry Astra sank off the port of Kalbay early on Monday with forty people aboard. "
    "Fishing boats reached the wreck within the hour and pulled most of them from the water. "
    "The harbour master said that the bow door had been open when the ship left its berth.\n\n"
    "Two inquiries were opened by noon. The owner of the line declined to comment on the door, "
    "and relatives waited at the quay through the afternoon for news of those still missing.\n"
)
SECOND_PARAGRAPH = WIRE.index("Two inquiries")
OTHER = (
    "Ferry line sold\n\n"
    "The line that runs ferries out of Kalbay was sold on Friday to a fund from the capital, "
    "which wants to replace all of its ships within six years and to raise fares in spring. "
    "The harbour master said that new berths would have to be dredged before that.\n"
)


def one(text: str, day: int = 0) -> Article:
    published = datetime(2024, 3, 1, tzinfo=UTC) + timedelta(days=day)
    return replace(an_article(text), published=published)


@pytest.mark.parametrize(
    ("other", "days", "copy"),
    [
        (WIRE, 400, True),  # word for word, whenever it was printed
        (WIRE.replace("Monday", "Tuesday").replace("forty", "fifty"), 2, True),
        (WIRE[:SECOND_PARAGRAPH], 2, True),  # cut by its last paragraph
        (WIRE[:SECOND_PARAGRAPH], 30, False),
        (WIRE + OTHER.split("\n\n")[1] * 3, 1, True),  # inside a longer article
        (OTHER, 0, False),
        ("Ferry sinks.", 0, False),
    ],
)
def test_articles_are_one_report_when_they_share_most_of_their_words(other, days, copy) -> None:
    assert copies.are_copies(one(WIRE), one(other, days)) is copy
    assert copies.are_copies(one(other, days), one(WIRE)) is copy


@pytest.fixture
def store(tmp_path: Path) -> Store:
    rewritten = WIRE.replace("Monday", "Tuesday").replace("aboard", "on board")
    news = write(tmp_path / "news", agency=WIRE, daily=rewritten, herald=WIRE + "More later.\n")
    return indexed(tmp_path / "index", write(news, sale=OTHER))[0]


def test_copies_are_linked_and_unlinked_as_articles_come_and_go(store: Store, tmp_path) -> None:
    news = tmp_path / "news"
    assert copies.of(store, "agency") == ("daily", "herald")
    assert copies.of(store, "sale") == copies.of(store, "nobody") == ()
    assert copies.linked(store, ["agency", "sale", "herald", "nobody"]) == {"agency", "herald"}
    assert copies.clusters(store) == (1, 3)
    (news / "herald.txt").unlink()
    build.remove(store, ["herald"])
    assert copies.of(store, "daily") == ("agency",)
    indexed(store.folder, write(news, daily=OTHER))
    assert (copies.of(store, "agency"), copies.of(store, "sale")) == ((), ("daily",))
    indexed(store.folder, write(news, daily=WIRE))
    assert (copies.of(store, "agency"), copies.of(store, "sale")) == (("daily",), ())
    assert check.check(store) == []


def test_links_made_bit_by_bit_are_those_that_a_repair_makes(store: Store) -> None:
    def linked() -> list[tuple[str, tuple[str, ...]]]:
        return [(one.id, copies.of(store, one.id)) for one in store.articles()]

    before = linked()
    store.connection().execute("DELETE FROM sketches")
    assert [one.place for one in check.check(store)] == ["copies"]
    assert not store.read("SELECT * FROM copies UNION SELECT * FROM bands")
    assert check.repair(store, WORDS) == []
    assert linked() == before


def test_a_report_takes_one_place_and_says_where_else_it_stands(store: Store) -> None:
    desk = Desk(store, WORDS, Settings())
    query = desk.query("Was the bow door of the ferry open?", (), Filters())
    evidence = retrieve(query, store, desk.view, desk.settings).evidence
    places = {one.article.id: {copy.id for copy in one.also_in} for one in evidence}
    (first,) = places.keys() & {"agency", "daily", "herald"}
    assert places[first] == {"agency", "daily", "herald"} - {first}
    assert places["sale"] == set()


def test_a_run_that_was_killed_before_linking_is_made_up_for(tmp_path: Path, monkeypatch) -> None:
    news = write(tmp_path / "news", agency=WIRE, daily=WIRE)
    with monkeypatch.context() as patched:
        patched.setattr(copies, "link", lambda *_: None)
        store, _ = indexed(tmp_path / "index", news)
    assert copies.is_due(store)
    indexed(tmp_path / "index", news)
    assert copies.of(store, "agency") == ("daily",)


def test_a_gap_in_what_is_linked_is_found_and_repaired(tmp_path: Path) -> None:
    news = write(tmp_path / "news", agency=WIRE, daily=WIRE, sale=OTHER)
    store, _ = indexed(tmp_path / "index", news)
    with Writer(store) as writer, writer.transaction() as connection:
        connection.execute("DELETE FROM sketches WHERE article = (SELECT min(key) FROM articles)")
    assert copies.of(store, "agency") == ()
    assert [one.place for one in check.check(store) if one.place == "copies"]
    assert check.repair(store, WORDS) == []
    assert copies.of(store, "agency") == ("daily",)


def test_an_empty_index_has_no_clusters(tmp_path: Path) -> None:
    assert copies.clusters(new_store(tmp_path / "index")) == (0, 0)
