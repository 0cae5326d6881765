"""A database file -> rows, through one connection for each thread."""

from __future__ import annotations

import contextlib
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from index.storage import database
from index.storage.database import Opened

_BATCH = 500  # parameters of one statement; SQLite's default limit is 32,766


class Connections:
    """The connections of all threads to one database; each thread uses and closes its own."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._local = threading.local()

    def own(self) -> sqlite3.Connection:
        """This thread's connection; raises IndexDamaged when the file is not a database."""
        found: Opened | None = getattr(self._local, "opened", None)
        if found and found.stamp and found.stamp != database.stamp(self._path):
            self.close()
            found = None
        if found is None:
            found = database.connect(self._path)
            self._local.opened = found
        return found.connection

    def read(self, sql: str, values: Sequence[object] = ()) -> list[sqlite3.Row]:
        """The rows of a query; raises IndexDamaged when SQLite finds the file malformed."""
        try:
            return self.own().execute(sql, values).fetchall()
        except sqlite3.DatabaseError as error:
            raise database.failure(error) from error

    def read_in(self, sql: str, values: Iterable[object], after: str = "") -> list[sqlite3.Row]:
        """The rows of a query that ends in "IN", for any number of ``values``; ``after`` may
        group what one value gives."""
        found: list[sqlite3.Row] = []
        for some in groups(list(values)):
            found += self.read(f"{sql} ({','.join('?' * len(some))}) {after}", some)
        return found

    @contextlib.contextmanager
    def one_commit(self) -> Iterator[None]:
        """While it lasts, all reads of this thread see one and the same commit."""
        connection = self.own()
        if connection.in_transaction:
            yield
            return
        self.read("BEGIN")
        try:
            yield
        finally:
            with contextlib.suppress(sqlite3.DatabaseError):
                connection.execute("COMMIT")

    def close(self) -> None:
        """Close this thread's connection."""
        found: Opened | None = getattr(self._local, "opened", None)
        if found is not None:
            found.connection.close()
            self._local.opened = None


def groups(values: Sequence[Any]) -> Iterator[Sequence[Any]]:
    """``values`` in groups that fit the parameters of one SQL statement."""
    return (values[at : at + _BATCH] for at in range(0, len(values), _BATCH))
