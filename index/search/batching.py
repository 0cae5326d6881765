"""Requests of many threads -> runs of a few, several requests at a time.

A compiled graph runs eight short texts in little more than the time of one, and must not be run
by two threads at once. Whoever finds it free runs it; what is asked meanwhile waits, and is run
together by the first of those who wait. Nobody waits for company, so a lone request loses nothing.
Where many wait, the graph is read once more in lanes of one core each, which run beside each
other: all cores at one short text wait for each other for a fifth of the time (docs/speed.md).
Each asker waits on a lock of its own: with one lock for all, those whose vectors were ready had to
take it in turn before the graph could run again, and then ran with two or three others.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

Rows = Sequence[list[int]]
Vectors = npt.NDArray[np.float32]
Run = Callable[[Rows], Vectors]

_CROWD = 4  # requests that wait before lanes are opened


class _Request:
    """What a thread waits for; ``turn`` is held until it has its vectors or is to run ``batch``."""

    __slots__ = ("batch", "error", "found", "rows", "run", "turn", "width")

    def __init__(self, rows: Rows) -> None:
        self.rows = rows
        self.width = max(map(len, rows))
        self.found: Vectors | None = None
        self.error: BaseException | None = None
        self.batch: list[_Request] = []  # itself first
        self.run: Run | None = None
        self.turn = threading.Lock()
        self.turn.acquire()


class Batching:
    """``run`` (token rows to float32[n, d]) for many threads; up to ``most`` rows at a time.

    ``lanes`` is called once, by one of many who wait or by who has much to ask, for functions that
    do the same and may run at the same time, each in a thread; none where there is but one core.
    """

    def __init__(
        self, run: Run, most: int, lanes: Callable[[], Sequence[Run]] = lambda: ()
    ) -> None:
        self._run, self._most, self._open = run, most, lanes
        self._waiting: list[_Request] = []  # oldest first
        self._lanes: list[Run] = []  # that are free
        self._places, self._running = 1, 0
        self._opened = False
        self._state = threading.Lock()  # of all the above; held for moments

    def __call__(self, rows: Rows) -> Vectors:
        """The vectors of ``rows`` in order; raises what ``run`` raises for the rows of its run."""
        request = _Request(rows)
        with self._state:
            self._waiting.append(request)
            self._start()
            crowded = len(self._waiting) >= _CROWD
        request.turn.acquire()
        if request.batch:
            self._serve(request)
        if crowded:
            self.widened()
        if request.error is not None:
            raise request.error
        assert request.found is not None
        return request.found

    def _start(self) -> None:
        """Give the oldest requests to runs of their own while there is place; with the lock held.

        A run that is alone has all cores, one beside others a lane.
        """
        while self._waiting and self._running < self._places:
            batch = self._taken()
            alone = not (self._running or self._waiting)
            self._running += 1
            batch[0].batch = batch
            batch[0].run = self._lanes.pop() if self._lanes and not alone else self._run
            batch[0].turn.release()

    def _serve(self, request: _Request) -> None:
        """Run the batch that was given to ``request``, then let the next ones run."""
        batch, run = request.batch, request.run
        assert run is not None
        try:
            found = run([row for one in batch for row in one.rows])
            at = 0
            for one in batch:
                one.found = found[at : at + len(one.rows)]
                at += len(one.rows)
        except BaseException as error:
            for one in batch:
                one.error = error
        finally:
            with self._state:
                self._running -= 1
                if run is not self._run:
                    self._lanes.append(run)
                self._start()
            for one in batch[1:]:
                one.turn.release()

    def widened(self) -> int:
        """Open the lanes, once; returns how many runs there may be at a time."""
        with self._state:
            if self._opened:
                return self._places
            self._opened = True
        lanes = list(self._open())
        with self._state:
            self._lanes = lanes
            self._places = max(1, len(lanes))
            self._start()
            return self._places

    def _taken(self) -> list[_Request]:
        """The oldest request and those nearest to it in length, no longer waiting: shorter ones
        are padded. With the lock held."""
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
