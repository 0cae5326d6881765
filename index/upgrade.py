"""An index of an older format -> the format of this program, in one transaction."""

from __future__ import annotations

import contextlib
import sqlite3
from pathlib import Path

from index import database, notices
from index.errors import CorpusError, IndexLocked, IndexMismatch
from index.lock import Lock

FORMAT = 3  # raised when the schema changes; an older program refuses a newer index
_OLDEST = 1

# What turned the format of that number into the next one.
_STEPS = {
    1: (
        "ALTER TABLE vectors RENAME TO old_vectors",
        "ALTER TABLE passages RENAME TO old_passages",
        "CREATE TABLE vectors (key INTEGER PRIMARY KEY, digest BLOB NOT NULL UNIQUE, "
        "vector BLOB NOT NULL)",
        "CREATE TABLE passages (key INTEGER PRIMARY KEY AUTOINCREMENT, article INTEGER NOT NULL "
        'REFERENCES articles (key) ON DELETE CASCADE, start INTEGER NOT NULL, "end" INTEGER '
        "NOT NULL, kind TEXT NOT NULL, tokens INTEGER NOT NULL, vector INTEGER NOT NULL)",
        "INSERT INTO vectors (digest, vector) SELECT v.digest, v.vector FROM old_vectors v "
        "JOIN (SELECT vector, min(key) AS first FROM old_passages GROUP BY vector) p "
        "ON p.vector = v.digest ORDER BY p.first",
        'INSERT INTO passages SELECT p.key, p.article, p.start, p."end", p.kind, p.tokens, v.key '
        "FROM old_passages p JOIN vectors v ON v.digest = p.vector",
        "DELETE FROM sqlite_sequence WHERE name = 'passages'",
        "UPDATE sqlite_sequence SET name = 'passages' WHERE name = 'old_passages'",
        "DROP TABLE old_passages",
        "DROP TABLE old_vectors",
        "CREATE INDEX passages_by_article ON passages (article)",
        "CREATE INDEX passages_by_vector ON passages (vector)",
        "DELETE FROM snapshots",
    ),
    2: (
        "ALTER TABLE articles ADD COLUMN updated TEXT",
        "ALTER TABLE articles ADD COLUMN section TEXT NOT NULL DEFAULT ''",
        "ALTER TABLE articles ADD COLUMN notice TEXT NOT NULL DEFAULT ''",
        "UPDATE articles SET notice = notice_in(title, text)",
    ),
}


def upgrade(folder: Path, found: str) -> None:
    """Bring an index of format ``found`` up to FORMAT; nothing changes when it is there already.

    Articles, vectors and old revisions stay as they are; nothing is embedded again. Raises
    IndexMismatch when the format is unknown, or older and the folder cannot be written to.
    """
    if found == str(FORMAT):
        return
    if not found.isdecimal() or not _OLDEST <= int(found) < FORMAT:
        raise IndexMismatch(
            f"the index has format {found or 'unknown'}, this program reads {FORMAT}: index "
            "your files again into a new folder, or use the program that made it"
        )
    try:
        with Lock(folder):
            _climb(folder / database.DATABASE)
    except IndexLocked:
        raise
    except CorpusError as error:
        raise IndexMismatch(
            f"the index has format {found}, this program reads {FORMAT} and could not upgrade it "
            f"({error}): run 'onrecord info' once where the folder can be written to"
        ) from error


def _climb(path: Path) -> None:
    connection = database.connect(path).connection
    connection.create_function("notice_in", 2, notices.find, deterministic=True)
    try:
        connection.execute("BEGIN IMMEDIATE")
        (row,) = connection.execute("SELECT value FROM meta WHERE key = 'format'")
        for number in range(int(row["value"]), FORMAT):  # another process may have been first
            for step in _STEPS[number]:
                connection.execute(step)
        connection.execute("UPDATE meta SET value = ? WHERE key = 'format'", (str(FORMAT),))
        connection.execute("COMMIT")
    except sqlite3.DatabaseError as error:
        with contextlib.suppress(sqlite3.DatabaseError):
            connection.execute("ROLLBACK")
        raise CorpusError(str(error)) from error
    finally:
        connection.close()
