"""Progress of indexing as one line that rewrites itself; silent when nobody watches."""

from __future__ import annotations

import time
from types import TracebackType
from typing import TYPE_CHECKING, Self, TextIO

if TYPE_CHECKING:
    from index.build import Progress

_WIDTH = 24  # characters of the bar
_CLEAR = "\r\x1b[K"


class Bar:
    """Shows files done, passages a second and the time left on a terminal."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._live = out.isatty()
        self._started = time.monotonic()
        self._drawn = False

    def begin(self) -> None:
        """Say that work is under way: the first figures come with the first commit."""
        if self._live:
            print("reading the first articles…", end="", file=self._out, flush=True)

    def show(self, progress: Progress) -> None:
        """Draw ``progress`` over what was drawn before."""
        if self._live:
            self._drawn = True
            print("\r" + self.line(progress), end="", file=self._out, flush=True)

    def count(self, done: int, total: int) -> None:
        """Draw how many of ``total`` articles have their statements anew."""
        if self._live:
            self._drawn = True
            text = f"\rstatements of {done}/{total} articles taken anew   "
            print(text, end="", file=self._out, flush=True)

    def line(self, progress: Progress) -> str:
        """The line for ``progress``."""
        seconds = max(time.monotonic() - self._started, 1e-6)
        share = progress.size / progress.total_size if progress.total_size else 1.0
        left = (progress.total_size - progress.size) * seconds / max(progress.read, 1)
        filled = "█" * int(share * _WIDTH)
        return (
            f"{filled:<{_WIDTH}} {progress.files}/{progress.total} files, "
            f"{progress.articles} articles, {progress.passages} passages, "
            f"{progress.passages / seconds:.0f}/s, {self._span(left)} left   "
        )

    @staticmethod
    def _span(seconds: float) -> str:
        """A time in minutes, or in hours."""
        minutes, rest = divmod(int(seconds), 60)
        return (
            f"{minutes // 60}:{minutes % 60:02}:{rest:02}"
            if minutes > 59
            else f"{minutes}:{rest:02}"
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._live:
            # A bar stays and is followed by what came of it; of anything else nothing is left.
            print("\n" if self._drawn else _CLEAR, end="", file=self._out, flush=True)
