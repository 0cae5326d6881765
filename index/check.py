"""Is everything in an index what it says it is? And: make anew what is derived."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from index import build, copies, holders, joining
from index.errors import IndexDamaged, OnrecordError
from index.formats.metadata import revision
from index.search.embed import Embedder
from index.storage import rows, snapshots
from index.storage.store import Store
from index.storage.writer import Writer

_UNIT = 1e-2  # how far a vector's length may be from 1; bfloat16 keeps three digits
_BATCH = 1000  # rows looked at together


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it should be.

    ``place`` is an article's id, a file's name or a part of the index. ``derived`` is true where
    ``repair`` makes it anew; the rest needs the source files or a copy of the index.
    """

    place: str
    what: str
    derived: bool


def check(store: Store) -> list[Finding]:
    """All that is wrong with the index; an empty list when it is sound. Changes nothing.

    A damaged database is a finding, not an error.
    """
    found: list[Finding] = []
    for look in (
        _database,
        _articles,
        _passages,
        _statements,
        _vectors,
        _snapshots,
        _joined,
        _copies,
    ):
        try:
            with store.one_commit():
                found += look(store)
        except (OnrecordError, sqlite3.DatabaseError) as error:
            found.append(Finding("database", f"{look.__name__.strip('_')}: {error}", False))
    return found


def repair(store: Store, embedder: Embedder) -> list[Finding]:
    """Make anew what is derived from the articles; returns what is wrong after it.

    Nothing that came from the sources is dropped. Raises IndexLocked, IndexMismatch, or
    CorpusError when the folder cannot be written to.
    """
    store.require(embedder.name, embedder.fingerprint)
    with Writer(store) as writer:
        broken = dict.fromkeys(one.place for one in check(store) if one.derived)
        with writer.transaction() as connection:
            connection.execute("REINDEX")
            connection.execute("DELETE FROM snapshots")
            connection.execute("DELETE FROM meta WHERE key = 'aliases'")  # join everybody again
            connection.execute("DELETE FROM sketches")
            for table in ("passages", "statements", "holders"):
                connection.execute(
                    f"DELETE FROM {table} WHERE article NOT IN "
                    "(SELECT key FROM articles WHERE current)"
                )
            connection.execute(
                "INSERT OR IGNORE INTO unsettled SELECT office FROM statements WHERE office <> ''"
            )
        articles = [one for one in map(store.article, broken) if one]
        build.remake(store, writer, embedder, articles)
    return check(store)


def _database(store: Store) -> Iterator[Finding]:
    for row in store.read("PRAGMA integrity_check(20)"):
        if row[0] != "ok":
            yield Finding("database", str(row[0]), "index" in str(row[0]))
    for row in store.read("PRAGMA foreign_key_check"):
        yield Finding("database", f"a row of {row[0]} points at a missing {row[2]}", False)


def _articles(store: Store) -> Iterator[Finding]:
    for row in store.read("SELECT id, revision FROM articles ORDER BY id, key"):
        found = store.article(row["id"], row["revision"])
        if found is None or revision(found.text) != row["revision"]:
            yield Finding(row["id"], "the text does not match its checksum", False)


def _passages(store: Store) -> Iterator[Finding]:
    sql = (
        'SELECT a.id, a.current, p.start, p."end" FROM passages p '
        "LEFT JOIN articles a ON a.key = p.article WHERE a.key IS NULL OR NOT a.current "
        'OR p.start < 0 OR p.start >= p."end" OR p."end" > length(a.text)'
    )
    for row in store.read(sql):
        why = "is outside the text" if row["current"] else "belongs to no current article"
        place = row["id"] or "passages"
        yield Finding(place, f"the passage {row['start']}-{row['end']} {why}", True)


def _statements(store: Store) -> Iterator[Finding]:
    sql = (
        "SELECT a.id, a.revision, a.current, length(a.text) AS size, s.start, s.record "
        "FROM statements s LEFT JOIN articles a ON a.key = s.article"
    )
    for row in store.read(sql):
        if not row["current"]:
            place = row["id"] or "statements"
            yield Finding(place, "a statement belongs to no current article", True)
        elif not _lies_inside(row):
            yield Finding(row["id"], f"the statement at {row['start']} is damaged", True)


def _lies_inside(row: sqlite3.Row) -> bool:
    try:
        one = rows.statement(row["record"], "")
    except IndexDamaged:
        return False
    spans = [span for span in (*one.content, one.speaker, one.cue) if span]
    return all(
        0 <= span.start < span.end <= row["size"]
        and (span.article_id, span.revision) == (row["id"], row["revision"])
        for span in spans
    )


def _vectors(store: Store) -> Iterator[Finding]:
    dimension = int(store.meta("dimension"))
    sql = (
        'SELECT p.key, a.id, p.start, p."end", v.vector FROM passages p '
        "JOIN articles a ON a.key = p.article LEFT JOIN vectors v ON v.key = p.vector "
        "WHERE p.key > ? ORDER BY p.key LIMIT ?"
    )
    last = 0
    while some := store.read(sql, (last, _BATCH)):
        last = some[-1]["key"]
        for row in some:
            if not _is_unit(row["vector"] or b"", dimension):
                what = f"the passage {row['start']}-{row['end']} has no sound vector"
                yield Finding(row["id"], what, True)


def _is_unit(vector: bytes, dimension: int) -> bool:
    if len(vector) != dimension * 4:
        return False
    return abs(float(np.linalg.norm(np.frombuffer(vector, dtype="<f4"))) - 1) < _UNIT


def _snapshots(store: Store) -> Iterator[Finding]:
    live = store.passage_count()
    for kind in ("vectors", "lexical"):
        one = snapshots.recorded(store, kind)
        if one is None:
            yield Finding(kind, "was not written", True)
        elif snapshots.is_due(store, kind, one, live):
            yield Finding(one.path, "is behind the articles: it is caught up at each start", True)
        elif not snapshots.sound(store, one):
            yield Finding(one.path, "is missing or does not match its checksum", True)


def _joined(store: Store) -> Iterator[Finding]:
    if joining.is_due(store) or holders.is_due(store):
        yield Finding("speakers", "are behind the statements", True)


def _copies(store: Store) -> Iterator[Finding]:
    if copies.is_due(store):
        yield Finding("copies", "are behind the articles", True)
