"""The SQLite file of an index: making it, and opening it also where nothing may be written."""

from __future__ import annotations

import atexit
import functools
import shutil
import sqlite3
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from urllib.parse import quote

from index.errors import CorpusError, IndexDamaged

DATABASE = "onrecord.sqlite"
_PASSING = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_FULL}
_NO_LOG = {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN}

Stamp = tuple[int, int, int, bool]


@dataclass(frozen=True, slots=True)
class Opened:
    """A connection; ``stamp`` is None unless SQLite cannot see changes by itself."""

    connection: sqlite3.Connection
    stamp: Stamp | None


def connect(path: Path) -> Opened:
    """Open the database; raises IndexDamaged or CorpusError with what to do.

    The write-ahead log needs a shared file beside the database even for reading. In a folder
    that is read-only and that nobody is writing to, the database is opened as it lies there; where
    a run died in it, a copy of the database is, with what the log adds to it.
    """
    try:
        return Opened(_connected(path, ""), None)
    except sqlite3.DatabaseError as error:
        if _code(error) not in _NO_LOG:
            raise failure(error) from error
    before = stamp(path)
    try:
        if before[3]:  # left by a run that did not end
            return Opened(_connected(_recovered(path, before), ""), before)
        return Opened(_connected(path, "&immutable=1"), before)
    except sqlite3.DatabaseError as error:
        raise failure(error) from error


@functools.cache
def _recovered(path: Path, before: Stamp) -> Path:
    """A copy that the log can be played into, kept while the process lives.

    Raises CorpusError when it cannot be made.
    """
    try:
        folder = tempfile.TemporaryDirectory(prefix="onrecord-")
        atexit.register(folder.cleanup)
        for name in (path.name, f"{path.name}-wal"):
            shutil.copyfile(path.with_name(name), Path(folder.name) / name)
    except OSError as error:
        raise CorpusError(
            f"{path.parent} was left by a run that did not end, cannot be written to, and no copy "
            f"could be made ({error.strerror}): make it writable and run 'onrecord info' once, "
            "which recovers it"
        ) from error
    if stamp(path) != before:
        raise CorpusError(f"{path} changed while it was read: try again")
    return Path(folder.name) / path.name


def stamp(path: Path) -> Stamp:
    """What changes when somebody writes to the database: file, size, time, log beside it."""
    log = path.with_name(path.name + "-wal")
    try:
        facts = path.stat()
        logged = log.exists() and log.stat().st_size > 0
    except OSError as error:
        raise CorpusError(
            f"{path} cannot be read ({error.strerror}): check the folder and its permissions"
        ) from error
    return facts.st_ino, facts.st_size, facts.st_mtime_ns, logged


def failure(error: sqlite3.DatabaseError) -> CorpusError:
    """``error`` of a read as one line: a passing trouble, or a damaged file."""
    if _code(error) in _PASSING:
        return CorpusError(f"{DATABASE} cannot be read now ({error}): check the disk, try again")
    return IndexDamaged(
        f"{DATABASE} is damaged ({error}): restore it from a copy, or delete it and index again"
    )


def create(path: Path, facts: Mapping[str, str]) -> None:
    """Write an empty database that states ``facts`` of itself, all or nothing.

    Raises CorpusError when it cannot be written.
    """
    schema = resources.files("index.storage").joinpath("schema.sql").read_text(encoding="utf-8")
    unfinished = path.with_suffix(".new")
    try:
        for leftover in path.parent.glob(f"{unfinished.name}*"):
            leftover.unlink()
        connection = sqlite3.connect(unfinished, isolation_level=None)
        try:
            connection.executescript(f"BEGIN;\n{schema}\nCOMMIT;")
            connection.executemany("INSERT INTO meta VALUES (?, ?)", facts.items())
            connection.execute("PRAGMA journal_mode = WAL")
        finally:
            connection.close()
        unfinished.replace(path)
    except (OSError, sqlite3.DatabaseError) as error:
        reason = getattr(error, "strerror", None) or error
        raise CorpusError(
            f"no index can be made in {path.parent} ({reason}): check its permissions and the "
            "free disk space"
        ) from error


def _connected(path: Path, options: str) -> sqlite3.Connection:
    place = quote(str(path.absolute()), errors="surrogateescape")
    connection = sqlite3.connect(
        f"file:{place}?mode=rw{options}", uri=True, timeout=30, isolation_level=None
    )
    try:
        connection.row_factory = sqlite3.Row
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("SELECT count(*) FROM sqlite_master").fetchall()
    except sqlite3.DatabaseError:
        connection.close()
        raise
    return connection


def _code(error: sqlite3.DatabaseError) -> int:
    """SQLite's primary result code, 0 when the error has none."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF
