"""Ctrl-C and SIGTERM -> a wish to stop, which long work looks at between its steps."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
from collections.abc import Iterator
from types import FrameType, TracebackType
from typing import Any, Self

STOPPED = "stopped; what was committed stands"
_SIGNALS = (signal.SIGINT, signal.SIGTERM)


@contextlib.contextmanager
def leaving_at_once() -> Iterator[None]:
    """While it lasts, Ctrl-C ends the process and waits for none of its threads.

    An import that is interrupted may keep its lock: the thread that waits for that lock, and
    whoever waits for the thread, would wait for ever.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, _leave)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _leave(number: int, _: FrameType | None) -> None:
    os.write(2, f"{STOPPED}\n".encode())
    os._exit(128 + number)


class Stop:
    """While it lasts, the first signal sets ``event`` and the second one interrupts at once.

    Outside the main thread, where Python takes no signals, it only holds the event.
    """

    def __init__(self, told: str) -> None:
        self.event = threading.Event()
        self.number = 0
        self._told = told
        self._before: dict[int, Any] = {}

    def asked(self) -> bool:
        """Whether somebody wants it to stop."""
        return self.event.is_set()

    @property
    def code(self) -> int:
        """The exit code a shell expects after the signal that came: 130 or 143; 0 after none."""
        return 128 + self.number if self.number else 0

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():
            self._before = {one: signal.signal(one, self._came) for one in _SIGNALS}
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _came(self, number: int, _: FrameType | None) -> None:
        if self.event.is_set():
            raise KeyboardInterrupt
        self.number = number
        self.event.set()
        os.write(2, f"\n{self._told}\n".encode())  # print could be interrupted within itself
