"""One folder on disk: opening, refusing and sharing it."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from world import BRIDGE, HARVEST, WORDS, indexed, new_store, words_embedder, write

from index import build
from index.errors import CorpusError, IndexDamaged, IndexLocked, IndexMismatch, NoIndex
from index.storage.lock import Lock
from index.storage.store import DATABASE, Store
from index.storage.upgrade import FORMAT
from index.storage.writer import Writer


def test_a_folder_without_an_index_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(NoIndex, match="onrecord index PATH"):
        Store(tmp_path)


def test_a_new_index_states_its_embedder_and_is_made_once(tmp_path: Path) -> None:
    store = new_store(tmp_path)
    assert [store.meta(key) for key in ("embedder", "dimension", "generation")] == [
        "words",
        "64",
        "0",
    ]
    created = store.meta("created")
    assert new_store(tmp_path).meta("created") == created


def test_an_empty_file_in_place_of_the_database_is_replaced_when_indexing(tmp_path: Path) -> None:
    (tmp_path / DATABASE).touch()
    with pytest.raises(CorpusError, match="is empty"):
        Store(tmp_path)
    assert new_store(tmp_path).generation() == 0


def test_leftovers_of_a_killed_creation_are_swept(tmp_path: Path) -> None:
    for ending in (".new", ".new-journal", ".new-wal"):
        (tmp_path / f"onrecord{ending}").write_bytes(b"half")
    new_store(tmp_path).close()
    assert sorted(one.name for one in tmp_path.iterdir()) == [DATABASE, "writer.lock"]


def test_an_index_cannot_be_made_where_a_file_stands(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(CorpusError, match="name another folder"):
        new_store(tmp_path / "file")


@pytest.mark.parametrize("wrong", ["99", "0", "x", ""])
def test_another_format_is_refused_with_the_way_out(tmp_path: Path, wrong: str) -> None:
    store = new_store(tmp_path)
    store.connection().execute("UPDATE meta SET value = ? WHERE key = 'format'", (wrong,))
    with pytest.raises(
        IndexMismatch, match=f"format {wrong or 'unknown'}, this program reads {FORMAT}: index"
    ):
        Store(tmp_path)


def test_a_file_that_is_no_database_is_damage_in_one_line(tmp_path: Path) -> None:
    (tmp_path / DATABASE).write_bytes(b"not a database" * 100)
    with pytest.raises(IndexDamaged, match="restore it from a copy") as caught:
        Store(tmp_path)
    assert "\n" not in str(caught.value)


def test_a_damaged_record_is_one_line_too(tmp_path: Path) -> None:
    store, _ = indexed(tmp_path / "index", write(tmp_path / "news", bridge=BRIDGE))
    store.connection().execute("UPDATE articles SET authors = '[\"Jo'")
    with pytest.raises(IndexDamaged, match="--repair"):
        store.articles()


def test_another_embedder_is_refused_before_anything_is_written(tmp_path: Path) -> None:
    store, _ = indexed(tmp_path / "index", write(tmp_path / "news", bridge=BRIDGE))
    write(tmp_path / "news", harvest=HARVEST)
    with pytest.raises(IndexMismatch, match="made with the embedder words, not with other"):
        build.update(store, words_embedder("other"), [tmp_path / "news"])
    assert len(store.articles()) == 1


def test_a_second_writer_is_told_who_writes(tmp_path: Path) -> None:
    store = new_store(tmp_path)
    with Writer(store), pytest.raises(IndexLocked, match=f"process {os.getpid()}: wait"):
        Writer(store)
    Writer(store).__exit__(None, None, None)


def test_the_lock_of_a_dead_process_holds_nobody_up(tmp_path: Path) -> None:
    code = (
        "import os, sys; from pathlib import Path; from index.storage.lock import Lock\n"
        "held = Lock(Path(sys.argv[1])); os.kill(os.getpid(), 9)"
    )
    assert subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=False).returncode == -9
    with Lock(tmp_path):
        pass


def test_what_fails_inside_a_transaction_leaves_nothing(tmp_path: Path) -> None:
    store = new_store(tmp_path)
    with Writer(store) as writer:

        def change(sql: str, error: type[BaseException] | None = None) -> None:
            with writer.transaction() as connection:
                connection.execute("INSERT INTO sources VALUES ('a', 'b')")
                connection.execute(sql)
                if error:
                    raise error

        with pytest.raises(CorpusError, match="what was committed before still answers"):
            change("INSERT INTO nothing VALUES (1)")
        with pytest.raises(KeyboardInterrupt):
            change("DELETE FROM articles", KeyboardInterrupt)
    assert store.generation() == 0
    assert not store.read("SELECT * FROM sources")


def test_a_full_database_is_one_line_and_the_old_articles_stay(tmp_path: Path) -> None:
    store, _ = indexed(tmp_path / "index", write(tmp_path / "news", bridge=BRIDGE))
    pages = store.read("PRAGMA page_count")[0][0]
    store.connection().execute(f"PRAGMA max_page_count = {pages}")
    write(tmp_path / "news", harvest="Wheat fell again.\n" * 5000)
    with pytest.raises(CorpusError, match="full"):
        build.update(store, WORDS, [tmp_path / "news"])
    assert [one.id for one in Store(tmp_path / "index").articles()] == ["bridge"]


def test_reads_inside_one_commit_do_not_see_a_later_one(tmp_path: Path) -> None:
    store, _ = indexed(tmp_path / "index", write(tmp_path / "news", bridge=BRIDGE))
    with store.one_commit():
        before = store.generation()
        indexed(tmp_path / "index", write(tmp_path / "more", harvest=HARVEST))
        assert store.generation() == before
        assert len(store.articles()) == 1
    assert len(store.articles()) == 2


def test_a_reader_during_a_write_sees_the_last_commit(tmp_path: Path) -> None:
    store, _ = indexed(tmp_path / "index", write(tmp_path / "news", bridge=BRIDGE))
    reader = Store(tmp_path / "index")
    with Writer(store) as writer, writer.transaction() as connection:
        connection.execute("DELETE FROM articles")
        assert len(reader.articles()) == 1
    assert reader.articles() == []


def test_more_keys_than_one_statement_takes_are_fetched(tmp_path: Path) -> None:
    store, _ = indexed(tmp_path / "index", write(tmp_path / "news", bridge=BRIDGE))
    keys = [int(key) for key in store.passage_keys()]
    assert set(store.passages([*range(1000, 3000), *keys])) == set(keys)
    assert isinstance(store.connection(), sqlite3.Connection)
