"""An index of an older format answers as before, without embedding anything again."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import tempfile
from pathlib import Path

import pytest
from world import BRIDGE, HARVEST, CountingEmbedder, answers, indexed, words_embedder, write

from index import check
from index.errors import IndexLocked, IndexMismatch
from index.roster import Roster, match
from index.search.lexical import Lexical
from index.search.vectors import digest
from index.storage.lock import Lock
from index.storage.store import DATABASE, Store
from index.storage.upgrade import FORMAT
from index.view import View

GOLDEN = Path(__file__).resolve().parent / "golden"
NOTE = "Correction: An earlier version of this article named the wrong bridge.\n"
# What a format stores otherwise than this program's does.
RANKED = (
    "SELECT id, name, aliases, roles, row_number() OVER (ORDER BY statements DESC, name) "
    "FROM new.speakers"
)
OLD = {
    1: {
        "speakers": RANKED,
        "vectors": "SELECT digest, vector FROM new.vectors",
        "passages": 'SELECT p.key, p.article, p.start, p."end", p.kind, p.tokens, v.digest '
        "FROM new.passages p JOIN new.vectors v ON v.key = p.vector",
    },
    2: {"speakers": RANKED},
    3: {"speakers": RANKED},
    4: {},
    5: {},
}


def aged(store: Store, number: int) -> Path:
    """A folder with what ``store`` holds, as the program of format ``number`` wrote it."""
    folder = store.folder.with_name(f"format-{number}")
    folder.mkdir()
    old = sqlite3.connect(folder / DATABASE)
    old.executescript((GOLDEN / f"format-{number}.sql").read_text())
    old.execute("ATTACH ? AS new", (str(store.folder / DATABASE),))
    for (table,) in old.execute("SELECT name FROM main.sqlite_master WHERE type = 'table'"):
        if table.startswith("sqlite_"):
            continue
        columns = [f'"{row[1]}"' for row in old.execute(f"PRAGMA main.table_info({table})")]
        query = OLD[number].get(table, f"SELECT {', '.join(columns)} FROM new.{table}")
        old.execute(f"INSERT INTO main.{table} ({', '.join(columns)}) {query}")
    old.execute("UPDATE main.meta SET value = ? WHERE key = 'format'", (str(number),))
    old.execute("DELETE FROM main.snapshots")
    old.execute("INSERT INTO main.snapshots VALUES ('vectors', 1, 1, 1, 'gone', '{}')")
    old.commit()
    old.close()
    return folder


@pytest.mark.parametrize("number", OLD)
def test_an_older_index_answers_as_before(tmp_path: Path, number: int) -> None:
    counting = CountingEmbedder()
    news = write(tmp_path / "news", bridge=BRIDGE + NOTE, harvest=HARVEST)
    store, _ = indexed(tmp_path / "index", news, embedder=counting.embedder)
    write(news, harvest=HARVEST.replace("third", "half"))
    indexed(tmp_path / "index", news, embedder=counting.embedder)
    embedded = counting.embedded
    old = Store(aged(store, number))
    assert old.meta("format") == str(FORMAT)
    assert answers(old) == answers(store)
    assert old.articles() == store.articles()
    assert old.statements() == store.statements()
    assert [match("Holt", Roster(one)) for one in (old, store)] == [store.speakers()[:1]] * 2
    bridge = old.article("bridge")
    assert bridge is not None
    assert bridge.notice == NOTE.strip()
    schema = "SELECT count(*) AS n FROM articles"
    assert old.read(schema)[0]["n"] == 3
    _, report = indexed(old.folder, news, embedder=counting.embedder)
    assert (report.unchanged, counting.embedded) == (2, embedded)
    assert check.check(Store(old.folder)) == []
    write(news, more="Two more bridges open.\n\nThey are new.\n")
    _, report = indexed(old.folder, news, embedder=counting.embedder)
    assert report.added == ["more"]


def test_an_older_index_is_found_by_its_titles(tmp_path: Path) -> None:
    article = {"id": "one", "title": "Zinc", "text": "Its price rose on Monday."}
    (tmp_path / "news.jsonl").write_text(json.dumps(article) + "\n")
    store, _ = indexed(tmp_path / "index", tmp_path / "news.jsonl")
    with sqlite3.connect(store.folder / DATABASE) as old:
        ((path,),) = old.execute("SELECT path FROM snapshots WHERE kind = 'lexical'")
        shutil.rmtree(store.folder / path)
        before = Lexical(store.folder / path)  # titles stood apart then, and no query looks there
        before.update((key, "", text) for key, _, text in store.texts())
        files = [file for file in (store.folder / path).iterdir() if file.name[0] != "."]
        digests = {file.name: digest(file) for file in files}
        old.execute("UPDATE snapshots SET digests = ? WHERE path = ?", (json.dumps(digests), path))
    embedder = words_embedder()
    assert View(Store(store.folder), embedder).matching("zinc", 1) == []
    with sqlite3.connect(store.folder / DATABASE) as old:
        old.execute("UPDATE meta SET value = '5' WHERE key = 'format'")
    assert len(View(Store(store.folder), embedder).matching("zinc", 1)) == 1


def test_an_index_that_is_being_written_to_is_not_upgraded_meanwhile(tmp_path: Path) -> None:
    store, _ = indexed(tmp_path / "index", write(tmp_path / "news", bridge=BRIDGE))
    folder = aged(store, 1)
    with Lock(folder), pytest.raises(IndexLocked):
        Store(folder)
    assert len(Store(folder).articles()) == 1


def test_an_older_index_that_cannot_be_written_to_says_how_to_upgrade_it() -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can give its rights away and take them back")
    place = Path(tempfile.mkdtemp())
    place.chmod(0o755)
    try:
        store, _ = indexed(place / "index", write(place / "news", bridge=BRIDGE))
        folder = aged(store, 2)
        os.seteuid(65534)
        with pytest.raises(IndexMismatch, match="run 'onrecord info' once where"):
            Store(folder)
    finally:
        os.seteuid(0)
        shutil.rmtree(place)
