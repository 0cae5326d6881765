"""Requests of many threads -> runs of one, several requests at a time.

A compiled graph must not be run by two threads at once, and runs eight short texts in little more
than the time of one. Whoever finds the graph free runs what all the others wait for; nobody waits
for company, so a lone request loses nothing.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

Rows = Sequence[list[int]]
Vectors = npt.NDArray[np.float32]


class _Request:
    __slots__ = ("done", "error", "found", "rows")

    def __init__(self, rows: Rows) -> None:
        self.rows = rows
        self.found: Vectors | None = None
        self.error: BaseException | None = None
        self.done = False


class Batching:
    """``run`` (token rows to float32[n, d]) for many threads; up to ``most`` rows at a time."""

    def __init__(self, run: Callable[[Rows], Vectors], most: int) -> None:
        self._run, self._most = run, most
        self._waiting: deque[_Request] = deque()
        self._free = threading.Lock()

    def __call__(self, rows: Rows) -> Vectors:
        """The vectors of ``rows`` in order; raises what ``run`` raises for the rows of its run."""
        request = _Request(rows)
        self._waiting.append(request)
        while not request.done:
            with self._free:
                if not request.done:
                    self._serve()
        if request.error is not None:
            raise request.error
        assert request.found is not None
        return request.found

    def _serve(self) -> None:
        """Run the oldest requests together, at least one."""
        taken = [self._waiting.popleft()]
        size = len(taken[0].rows)
        while self._waiting and size + len(self._waiting[0].rows) <= self._most:
            taken.append(self._waiting.popleft())
            size += len(taken[-1].rows)
        try:
            found = self._run([row for one in taken for row in one.rows])
        except BaseException as error:
            for one in taken:
                one.error, one.done = error, True
            return
        at = 0
        for one in taken:
            one.found = found[at : at + len(one.rows)]
            at += len(one.rows)
            one.done = True
