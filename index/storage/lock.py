"""One writer at a time: a lock on a folder that vanishes with the process that holds it."""

from __future__ import annotations

import contextlib
import fcntl
import os
from pathlib import Path
from types import TracebackType
from typing import Self

from index.errors import CorpusError, IndexLocked

LOCK = "writer.lock"


class Lock:
    """Holds the write lock of an index folder; a context manager.

    Raises IndexLocked when another holds it, CorpusError when the folder is read-only.
    """

    def __init__(self, folder: Path) -> None:
        try:
            self._handle = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        except OSError as error:
            raise CorpusError(
                f"{folder} cannot be written to ({error.strerror}): check its permissions"
            ) from error
        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            holder = os.pread(self._handle, 32, 0).decode(errors="replace").strip() or "unknown"
            os.close(self._handle)
            raise IndexLocked(
                f"the index is being written to by process {holder}: wait for it to finish"
            ) from error
        except OSError as error:
            os.close(self._handle)
            raise CorpusError(
                f"{folder} cannot be locked ({error.strerror}): put the index on a local disk"
            ) from error
        with contextlib.suppress(OSError):  # a full disk: the lock holds, only unnamed
            os.ftruncate(self._handle, 0)
            os.pwrite(self._handle, str(os.getpid()).encode(), 0)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        os.close(self._handle)
