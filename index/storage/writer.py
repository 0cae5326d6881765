"""The only way to change a store: one process at a time, one transaction a change."""

from __future__ import annotations

import contextlib
import hashlib
import json
import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
import numpy.typing as npt

from index import removal
from index.errors import CorpusError
from index.speech import offices
from index.speech.speakers import Joined, forms
from index.storage import rows
from index.storage.lock import Lock
from index.storage.store import Store
from index.types import Article, Holder, Passage, Statement


@dataclass(frozen=True, slots=True)
class Entry:
    """An article ready to be stored; ``digests`` are those of its passages' embedded texts.

    ``extraction`` is the number of the program's way to read the statements and holders.
    """

    article: Article
    passages: tuple[Passage, ...]
    digests: tuple[bytes, ...]
    statements: tuple[Statement, ...]
    holders: tuple[Holder, ...] = ()
    extraction: int = 0


@dataclass(frozen=True, slots=True)
class Settled:
    """Who a statement of an office is by, as other articles say; empty where that is open.

    ``article``, ``start`` and ``end`` are the statement's key in the store.
    """

    article: int
    start: int
    end: int
    name: str = ""
    role: str = ""
    basis: str = ""


class Writer(Lock):
    """Holds the write lock of a store; a context manager.

    Raises IndexLocked when another process holds it, CorpusError when the folder is read-only.
    """

    def __init__(self, store: Store) -> None:
        super().__init__(store.folder)
        self._store = store

    @contextlib.contextmanager
    def transaction(self, retrieval_changes: bool = True) -> Iterator[sqlite3.Connection]:
        """One commit point: all of it stands after this, or none of it."""
        connection = self._store.connection()
        try:
            connection.execute("BEGIN IMMEDIATE")
            yield connection
            if retrieval_changes:
                connection.execute("UPDATE meta SET value = value + 1 WHERE key = 'generation'")
            connection.execute("COMMIT")
        except sqlite3.DatabaseError as error:
            _roll_back(connection)
            raise CorpusError(
                f"the index could not be written ({error}): free disk space or check the disk; "
                "what was committed before still answers"
            ) from error
        except BaseException:
            _roll_back(connection)
            raise

    def put(
        self,
        entries: Sequence[Entry],
        vectors: Mapping[bytes, npt.NDArray[np.float32]],
        sources: Mapping[str, str],
    ) -> None:
        """Store articles as their current revisions, with the sources that are read completely."""
        now = datetime.now(UTC).isoformat()
        with self.transaction(retrieval_changes=bool(entries)) as connection:
            stored = [
                (digest, vector.astype("<f4").tobytes()) for digest, vector in vectors.items()
            ]
            connection.executemany(
                "INSERT INTO vectors (digest, vector) VALUES (?, ?) "
                "ON CONFLICT (digest) DO UPDATE SET vector = excluded.vector",
                stored,
            )
            replaced = _vectors_of(connection, [entry.article.id for entry in entries])
            for entry in entries:
                _put(connection, entry, now)
            connection.executemany("REPLACE INTO sources VALUES (?, ?)", sources.items())
            _drop_unused(connection, replaced)

    def put_statements(self, entries: Sequence[Entry]) -> None:
        """Replace the statements of stored articles; their passages and vectors stay."""
        with self.transaction() as connection:
            for entry in entries:
                (row,) = connection.execute(
                    "SELECT key FROM articles WHERE id = ? AND current", (entry.article.id,)
                )
                for table in ("statements", "holders"):
                    connection.execute(f"DELETE FROM {table} WHERE article = ?", (row["key"],))
                _put_statements(connection, row["key"], entry)

    def settle(self, settled: Sequence[Settled], offices: Collection[str]) -> None:
        """Give statements of ``offices`` the names that other articles settle, or take them."""
        with self.transaction(retrieval_changes=bool(settled)) as connection:
            connection.executemany(
                "UPDATE statements SET name = ?1, role = ?2, record = json_set(record, "
                "'$.speaker_name', ?1, '$.speaker_role', ?2, '$.speaker_basis', ?3, "
                "'$.speaker_method', iif(?1 = '', 'unknown', 'corpus')) "
                'WHERE article = ?4 AND start = ?5 AND "end" = ?6',
                ((s.name, s.role, s.basis, s.article, s.start, s.end) for s in settled),
            )
            connection.executemany(
                "DELETE FROM unsettled WHERE office = ?", ((one,) for one in offices)
            )

    def remove(self, identifiers: Iterable[str]) -> list[str]:
        """Delete articles with all their revisions; returns the ids that were there."""
        found = [one for one in dict.fromkeys(identifiers) if self._store.article(one)]
        with self.transaction(retrieval_changes=bool(found)) as connection:
            used = _vectors_of(connection, found)
            for identifier in found:
                sources = connection.execute(
                    "SELECT source FROM articles WHERE id = ?", (identifier,)
                ).fetchall()
                files = {file for row in sources for file in removal.files_of(row["source"])}
                connection.executemany(
                    "DELETE FROM sources WHERE source = ?", ((file,) for file in files)
                )
                connection.execute("DELETE FROM articles WHERE id = ?", (identifier,))
            _drop_unused(connection, used)
        return found

    def join(self, names: Collection[str], joined: Joined, aliases: str) -> None:
        """Replace what ``names`` stand for by ``joined``, and the speakers that they stood for;
        ``aliases`` is the digest of the spellings by hand."""
        with self.transaction() as connection:
            connection.execute("CREATE TEMP TABLE IF NOT EXISTS again (name TEXT PRIMARY KEY)")
            connection.execute("DELETE FROM again")
            connection.executemany("INSERT INTO again VALUES (?)", ((name,) for name in names))
            connection.execute(
                "DELETE FROM speakers WHERE id IN "
                "(SELECT speaker FROM names WHERE name IN (SELECT name FROM again))"
            )
            connection.executemany(
                "INSERT INTO speakers VALUES (?, ?, ?, ?, ?)",
                (
                    (s.id, s.name, json.dumps(s.aliases), json.dumps(s.roles), joined.counts[s.id])
                    for s in joined.speakers
                ),
            )
            connection.executemany(
                "INSERT OR IGNORE INTO forms VALUES (?, ?, ?)",
                ((*form, one.id) for one in joined.speakers for form in forms(one)),
            )
            connection.executemany(
                "INSERT INTO names VALUES (?, ?, ?)",
                ((name, joined.families[name], one) for name, one in joined.speaker_ids.items()),
            )
            connection.execute("DELETE FROM unjoined")
            connection.execute("REPLACE INTO meta VALUES ('aliases', ?)", (aliases,))


def text_digest(text: str) -> bytes:
    """The key under which the vector of ``text`` is stored."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()


def _put(connection: sqlite3.Connection, entry: Entry, now: str) -> None:
    article = entry.article
    _retire(connection, article.id)
    connection.execute(
        "DELETE FROM articles WHERE id = ? AND revision = ?", (article.id, article.revision)
    )
    marks = ", ".join("?" * len(rows.article_row(article)))
    cursor = connection.execute(
        f"INSERT INTO articles ({rows.ARTICLE_COLUMNS}, current, indexed_at) "
        f"VALUES ({marks}, 1, ?)",
        (*rows.article_row(article), now),
    )
    key = cursor.lastrowid
    connection.executemany(
        'INSERT INTO passages (article, start, "end", kind, tokens, vector) '
        "VALUES (?, ?, ?, ?, ?, (SELECT key FROM vectors WHERE digest = ?))",
        (
            (key, passage.span.start, passage.span.end, passage.kind, passage.tokens, digest)
            for passage, digest in zip(entry.passages, entry.digests, strict=True)
        ),
    )
    if key is not None:
        _put_statements(connection, key, entry)


def _put_statements(connection: sqlite3.Connection, key: int, entry: Entry) -> None:
    connection.executemany(
        "INSERT OR REPLACE INTO statements VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            (
                key,
                s.content[0].start,
                s.content[-1].end,
                s.speaker_name,
                s.speaker_role,
                rows.statement_json(s),
                "" if s.speaker_name else offices.asked(s.speaker_surface),
            )
            for s in entry.statements
        ),
    )
    connection.executemany(
        "INSERT OR REPLACE INTO holders VALUES (?, ?, ?, ?)",
        ((key, one.office, one.name, one.words) for one in entry.holders),
    )
    connection.execute("UPDATE articles SET extraction = ? WHERE key = ?", (entry.extraction, key))


def _retire(connection: sqlite3.Connection, identifier: str) -> None:
    """Keep the text of the revision that was current, and take it out of retrieval."""
    current = "SELECT key FROM articles WHERE id = ? AND current"
    for table in ("passages", "statements", "holders", "sketches"):
        connection.execute(f"DELETE FROM {table} WHERE article IN ({current})", (identifier,))
    connection.execute("UPDATE articles SET current = 0 WHERE id = ?", (identifier,))


def _vectors_of(connection: sqlite3.Connection, identifiers: Sequence[str]) -> set[int]:
    """The keys of the vectors that the passages of these articles use."""
    sql = "SELECT p.vector FROM passages p JOIN articles a ON a.key = p.article WHERE a.id = ?"
    return {row["vector"] for one in identifiers for row in connection.execute(sql, (one,))}


def _drop_unused(connection: sqlite3.Connection, vectors: Iterable[int]) -> None:
    sql = (
        "DELETE FROM vectors WHERE key = ?1 AND NOT EXISTS "
        "(SELECT 1 FROM passages WHERE vector = ?1)"
    )
    connection.executemany(sql, ((key,) for key in vectors))


def _roll_back(connection: sqlite3.Connection) -> None:
    with contextlib.suppress(sqlite3.DatabaseError):
        connection.execute("ROLLBACK")
