"""Requests of many threads -> runs of one, several requests at a time.

A compiled graph must not be run by two threads at once, and runs eight short texts in little more
than the time of one. Whoever finds the graph free runs it; what is asked meanwhile waits, and is
run together by the first of those who wait. Nobody waits for company, so a lone request loses
nothing. Each waits on a lock of its own: with one lock for all, those whose vectors were ready had
to take it in turn before the graph could run again, and then ran with two or three others.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

Rows = Sequence[list[int]]
Vectors = npt.NDArray[np.float32]


class _Request:
    """What a thread waits for; ``turn`` is held until it has its vectors or is to run."""

    __slots__ = ("error", "found", "rows", "turn", "width")

    def __init__(self, rows: Rows) -> None:
        self.rows = rows
        self.width = max(map(len, rows))
        self.found: Vectors | None = None
        self.error: BaseException | None = None
        self.turn = threading.Lock()
        self.turn.acquire()


class Batching:
    """``run`` (token rows to float32[n, d]) for many threads; up to ``most`` rows at a time."""

    def __init__(self, run: Callable[[Rows], Vectors], most: int) -> None:
        self._run, self._most = run, most
        self._waiting: list[_Request] = []  # oldest first
        self._busy = False
        self._state = threading.Lock()  # of the two above; held for moments

    def __call__(self, rows: Rows) -> Vectors:
        """The vectors of ``rows`` in order; raises what ``run`` raises for the rows of its run."""
        request = _Request(rows)
        with self._state:
            self._waiting.append(request)
            first, self._busy = not self._busy, True
        if not first:
            request.turn.acquire()
        if request.found is None and request.error is None:
            self._serve()
        if request.error is not None:
            raise request.error
        assert request.found is not None
        return request.found

    def _serve(self) -> None:
        """Run the oldest requests together, at least one, then let the next one run."""
        taken = self._taken()
        try:
            found = self._run([row for one in taken for row in one.rows])
            at = 0
            for one in taken:
                one.found = found[at : at + len(one.rows)]
                at += len(one.rows)
        except BaseException as error:
            for one in taken:
                one.error = error
        finally:
            with self._state:
                self._busy = bool(self._waiting)
                if self._busy:
                    self._waiting[0].turn.release()
            for one in taken:
                one.turn.release()

    def _taken(self) -> list[_Request]:
        """The oldest request and those nearest to it in length: shorter ones are padded."""
        with self._state:
            width = self._waiting[0].width
            taken: list[_Request] = []
            size = 0
            for one in sorted(self._waiting, key=lambda one: abs(one.width - width)):
                if taken and size + len(one.rows) > self._most:
                    break
                taken.append(one)
                size += len(one.rows)
            for one in taken:
                self._waiting.remove(one)
        return taken
