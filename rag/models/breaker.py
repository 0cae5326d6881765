"""Failures of a model in a row -> a rest in which it is not called."""

from __future__ import annotations

import threading
import time

from rag.errors import ModelUnavailable

FAILURES = 5  # in a row
RESTING = 15.0  # seconds without calls after them


class Breaker:
    """Counts failures in a row; after too many, calls rest for a while."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._failures = 0
        self._until = 0.0

    def check(self, model: str) -> None:
        """Raises ModelUnavailable while calls rest."""
        with self._lock:
            left = self._until - time.monotonic()
        if left > 0:
            raise ModelUnavailable(
                f"{model} failed {FAILURES} times in a row: not called for {left:.0f} more seconds"
            )

    def worked(self) -> None:
        """A call gave a word."""
        with self._lock:
            self._failures = 0

    def failed(self) -> None:
        """A call gave none, and not because of what was asked."""
        with self._lock:
            self._failures += 1
            if self._failures >= FAILURES:
                self._failures, self._until = 0, time.monotonic() + RESTING


_FAILURESS: dict[tuple[str, str], Breaker] = {}


def breaker_of(model: str, api_base: str) -> Breaker:
    """The breaker that all questions to this model share."""
    return _FAILURESS.setdefault((model, api_base), Breaker())
