"""One folder on disk: SQLite is the truth, every other file in it is derived (reading side).

Readers never block: SQLite's write-ahead log gives each of them the last commit.
``index.storage.writer`` is the only way to change what stands here.
"""

from __future__ import annotations

import contextlib
import functools
import sqlite3
import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import numpy.typing as npt

from index.errors import CorpusError, IndexDamaged, IndexMismatch, NoIndex
from index.storage import database, rows
from index.storage.connections import Connections, groups
from index.storage.database import DATABASE as DATABASE
from index.storage.lock import Lock
from index.storage.upgrade import FORMAT, upgrade
from index.types import Article, Passage, Speaker, Statement

_VECTORS = "SELECT p.key, v.vector FROM passages p JOIN vectors v ON v.key = p.vector"

Keys = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float32]


class Store:
    """An existing index opened for reading; safe to use from several threads."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._connections = Connections(folder / DATABASE)
        if not (folder / DATABASE).is_file():
            raise NoIndex(f"there is no index in {folder}: make one with 'onrecord index PATH'")
        if not _is_there(folder):
            raise IndexDamaged(
                f"{DATABASE} in {folder} is empty: restore it from a copy, or index again"
            )
        upgrade(folder, self.meta("format"))

    @classmethod
    def create(cls, folder: Path, embedder: str, fingerprint: str, dimension: int) -> Store:
        """Make an empty index in ``folder`` unless one is there, and open it.

        Raises CorpusError when the folder cannot be written to, IndexLocked when another
        process makes one at this moment.
        """
        if not _is_there(folder):
            try:
                folder.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise CorpusError(
                    f"no index can be made in {folder} ({error.strerror}): name another folder"
                ) from error
            with Lock(folder):
                if not _is_there(folder):
                    facts = {
                        "format": str(FORMAT),
                        "generation": "0",
                        "embedder": embedder,
                        "fingerprint": fingerprint,
                        "dimension": str(dimension),
                        "created": datetime.now(UTC).isoformat(),
                    }
                    database.create(folder / DATABASE, facts)
        return cls(folder)

    def connection(self) -> sqlite3.Connection:
        """This thread's connection; raises IndexDamaged when the file is not a database."""
        return self._connections.own()

    def read(self, sql: str, values: Sequence[object] = ()) -> list[sqlite3.Row]:
        """The rows of a query; raises IndexDamaged when SQLite finds the file malformed."""
        return self._connections.read(sql, values)

    def read_in(self, sql: str, values: Iterable[object], after: str = "") -> list[sqlite3.Row]:
        """The rows of a query that ends in "IN", for any number of ``values``; ``after`` may
        group what one value gives."""
        return self._connections.read_in(sql, values, after)

    def one_commit(self) -> contextlib.AbstractContextManager[None]:
        """While it lasts, all reads of this thread see one and the same commit."""
        return self._connections.one_commit()

    def close(self) -> None:
        """Close this thread's connection."""
        self._connections.close()

    def meta(self, key: str) -> str:
        """A fact the index states of itself; empty when it does not."""
        found = self.read("SELECT value FROM meta WHERE key = ?", (key,))
        return str(found[0]["value"]) if found else ""

    def require(self, embedder: str, fingerprint: str) -> None:
        """Raise IndexMismatch unless the index's vectors are those of this embedder."""
        own = self.meta("fingerprint")
        plain = min(own, fingerprint, key=len)
        if {own, fingerprint} == {plain, f"{plain}:int8"}:
            made, asked = ("faithful", "int8") if own == plain else ("int8", "faithful")
            raise IndexMismatch(
                f"the index was made with the precision {made}, not {asked}: set that precision, "
                "or index again into a new folder"
            )
        if own != fingerprint:
            raise IndexMismatch(
                f"the index was made with the embedder {self.meta('embedder')}, not with "
                f"{embedder}: set that embedder, or index again into a new folder"
            )

    def generation(self) -> int:
        """The number of commits that changed what can be retrieved."""
        return int(self.meta("generation"))

    def article(self, identifier: str, revision: str = "") -> Article | None:
        """One revision of an article, the current one by default; None if there is none."""
        wanted = "revision = ?" if revision else "current = ?"
        found = self.read(
            f"SELECT {rows.ARTICLE_COLUMNS} FROM articles WHERE id = ? AND {wanted}",
            (identifier, revision or 1),
        )
        return rows.article(found[0]) if found else None

    def is_current(self, identifier: str, revision: str) -> bool:
        """Whether ``revision`` is what the index retrieves for the article now."""
        sql = "SELECT 1 FROM articles WHERE id = ? AND revision = ? AND current"
        return bool(self.read(sql, (identifier, revision)))

    def articles(self, limit: int = -1, offset: int = 0) -> list[Article]:
        """Current articles, newest first, undated ones last; ``limit`` -1 means all."""
        found = self.read(
            f"SELECT {rows.ARTICLE_COLUMNS} FROM articles WHERE current "
            "ORDER BY published IS NULL, published DESC, id LIMIT ? OFFSET ?",
            (limit, offset),
        )
        return [rows.article(row) for row in found]

    def coverage(self) -> tuple[int, datetime | None, datetime | None, datetime | None]:
        """Number of current articles, first and last publication, time of the last indexing."""
        (row,) = self.read(
            "SELECT count(*) AS n, min(published) AS first, max(published) AS last, "
            "max(indexed_at) AS at FROM articles INDEXED BY articles_by_day WHERE current"
        )
        times = (datetime.fromisoformat(t) if t else None for t in (row[1], row[2], row[3]))
        first, last, indexed = times
        return int(row["n"]), first, last, indexed

    def passages(self, keys: Sequence[int]) -> dict[int, tuple[Passage, Article]]:
        """The live passages among ``keys`` with their articles; the others are left out."""
        sql = (
            "SELECT p.key, p.start, p.end, p.kind, p.tokens, p.article AS of FROM passages p "
            "JOIN articles a ON a.key = p.article WHERE a.current AND p.key IN"
        )
        found = self.read_in(sql, map(int, keys))
        # Apart, so that an article is read once, however many of its passages are.
        sql = f"SELECT key, {rows.ARTICLE_COLUMNS} FROM articles WHERE key IN"
        of = {row["of"] for row in found}
        articles = {row["key"]: rows.article(row) for row in self.read_in(sql, of)}
        held = [(row, articles[row["of"]]) for row in found if row["of"] in articles]
        return {row["key"]: (rows.passage(row, article), article) for row, article in held}

    def passage_keys(self, after: int = 0) -> Keys:
        """Keys of live passages above ``after``, ascending, int64[n]."""
        found = self.read("SELECT key FROM passages WHERE key > ? ORDER BY key", (after,))
        return np.fromiter((row[0] for row in found), dtype=np.int64, count=len(found))

    def last_key(self) -> int:
        """The highest key of a live passage, 0 when there is none."""
        return int(self.read("SELECT coalesce(max(key), 0) AS last FROM passages")[0]["last"])

    def passage_count(self, upto: int | None = None) -> int:
        """Number of live passages, of those with keys up to ``upto`` if that is given."""
        count = int(self.read("SELECT count(*) AS n FROM passages")[0]["n"])
        if upto is None:
            return count
        # What came since is little; counting by keys reads the table, the whole one an index.
        since = self.read("SELECT count(*) AS n FROM passages WHERE key > ?", (upto,))
        return count - int(since[0]["n"])

    def live(self, keys: Sequence[int]) -> set[int]:
        """Those of ``keys`` whose passages are live."""
        return {row[0] for row in self.read_in("SELECT key FROM passages WHERE key IN", keys)}

    def texts(self, after: int = 0) -> Iterator[tuple[int, str, str]]:
        """Key, title and text of live passages above ``after``."""
        sql = (
            "SELECT p.key, a.title, substr(a.text, p.start + 1, p.end - p.start) AS text "
            "FROM passages p JOIN articles a ON a.key = p.article WHERE p.key > ? ORDER BY p.key"
        )
        try:
            for row in self.connection().execute(sql, (after,)):
                yield row["key"], row["title"], row["text"]
        except sqlite3.DatabaseError as error:
            raise database.failure(error) from error

    def vectors(self, keys: Iterable[int]) -> tuple[Keys, Floats]:
        """The live ones of ``keys``, int64[n], and their vectors, float32[n, d]; in any order."""
        return self._matrix(self.read_in(f"{_VECTORS} WHERE p.key IN", map(int, keys)))

    def vector_blocks(self, after: int = 0, rows: int = 20_000) -> Iterator[tuple[Keys, Floats]]:
        """Keys and vectors of live passages above ``after``, up to ``rows`` at a time."""
        sql = f"{_VECTORS} WHERE p.key > ? ORDER BY p.key LIMIT ?"
        while found := self.read(sql, (after, rows)):
            yield self._matrix(found)
            after = found[-1][0]

    def _matrix(self, found: Sequence[sqlite3.Row]) -> tuple[Keys, Floats]:
        keys = np.fromiter((row[0] for row in found), dtype=np.int64, count=len(found))
        blob = b"".join(row[1] for row in found)
        return keys, np.frombuffer(blob, dtype="<f4").reshape(len(keys), self.dimension)

    @functools.cached_property
    def dimension(self) -> int:
        """The length of every vector."""
        return int(self.meta("dimension"))

    def known_vectors(self, digests: Iterable[bytes]) -> set[bytes]:
        """Those of ``digests`` whose texts are embedded already."""
        found = self.read_in("SELECT digest FROM vectors WHERE digest IN", digests)
        return {row["digest"] for row in found}

    def statements(self, where: str = "", values: Sequence[object] = ()) -> list[Statement]:
        """Statements of current articles that fit a condition over ``s`` and ``n``, in order."""
        sql = (
            "SELECT s.record, coalesce(n.speaker, '') AS speaker FROM statements s "
            "JOIN articles a ON a.key = s.article LEFT JOIN names n ON n.name = s.name "
            f"WHERE a.current {'AND ' + where if where else ''} ORDER BY a.id, s.start"
        )
        return [rows.statement(row["record"], row["speaker"]) for row in self.read(sql, values)]

    def statements_of(
        self, identifier: str, start: int = 0, end: int = sys.maxsize
    ) -> tuple[Statement, ...]:
        """Statements of the current revision of one article that touch [start, end), in order."""
        return self.statements_in([(identifier, start, end)])[0]

    def statements_in(self, places: Sequence[tuple[str, int, int]]) -> list[tuple[Statement, ...]]:
        """The same for each of ``places``: an article's id, start and end; in one query."""
        found: list[list[Statement]] = [[] for _ in places]
        for some in groups([(at, *place) for at, place in enumerate(places)]):
            marks = ",".join(["(?, ?, ?, ?)"] * len(some))
            sql = (
                f"WITH wanted (at, id, first, stop) AS (VALUES {marks}) "
                "SELECT w.at, s.record, coalesce(n.speaker, '') FROM wanted w "
                "CROSS JOIN articles a ON a.id = w.id AND a.current "
                "CROSS JOIN statements s ON s.article = a.key "
                'AND s.start < w.stop AND s."end" > w.first '
                "LEFT JOIN names n ON n.name = s.name ORDER BY w.at, s.start"
            )
            for at, record, speaker in self.read(sql, [value for one in some for value in one]):
                found[at].append(rows.statement(record, speaker))
        return [tuple(some) for some in found]

    def spoken_passages(
        self, speaker_ids: Sequence[str], among: Sequence[int] | None = None
    ) -> list[tuple[int, str]]:
        """Keys of passages in which these speakers say something, with the words of each; only
        those ``among`` keys if they are given."""
        marks = ",".join("?" * len(speaker_ids))
        source = "FROM names n JOIN statements s ON s.name = n.name"
        within = ""
        if among is not None:
            keys = ",".join(str(int(key)) for key in among)
            source = (
                "FROM passages q CROSS JOIN statements s ON s.article = q.article "
                "JOIN names n ON n.name = s.name"
            )
            within = f"AND q.key IN ({keys}) AND p.key = q.key"
        sql = (
            f'SELECT p.key, substr(a.text, s.start + 1, s."end" - s.start) AS words {source} '
            "JOIN articles a ON a.key = s.article AND a.current "
            'JOIN passages p ON p.article = a.key AND p.start < s."end" AND p."end" > s.start '
            f"WHERE n.speaker IN ({marks}) {within} ORDER BY p.key"
        )
        return [(row["key"], row["words"]) for row in self.read(sql, speaker_ids)]

    def statement_count(self, speaker_ids: Sequence[str]) -> int:
        """How many statements these speakers make."""
        found = self.read_in("SELECT statements FROM speakers WHERE id IN", speaker_ids)
        return sum(row["statements"] for row in found)

    def articles_quoting(self, speaker_ids: Sequence[str]) -> int:
        """In how many current articles one of these speakers says something."""
        sql = (
            "SELECT DISTINCT s.article FROM names n JOIN statements s ON s.name = n.name "
            "JOIN articles a ON a.key = s.article AND a.current WHERE n.speaker IN"
        )
        return len({row["article"] for row in self.read_in(sql, speaker_ids)})

    def speakers(self, limit: int = -1) -> tuple[Speaker, ...]:
        """Everybody who speaks in current articles, most quoted first; -1 means all."""
        sql = "SELECT * FROM speakers ORDER BY statements DESC, name, id LIMIT ?"
        return tuple(rows.speaker(row) for row in self.read(sql, (limit,)))

    def speaker(self, identifier: str) -> Speaker | None:
        """One speaker by id; None if there is none."""
        found = self.read("SELECT * FROM speakers WHERE id = ?", (identifier,))
        return rows.speaker(found[0]) if found else None


def _is_there(folder: Path) -> bool:
    """Whether a database is there; an empty file is what a failing disk leaves of one."""
    place = folder / DATABASE
    return place.is_file() and place.stat().st_size > 0
