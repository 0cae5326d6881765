"""One call of a language model, piece by piece (only module importing litellm)."""

from __future__ import annotations

import contextlib
import logging
import queue
import threading
import time
from collections.abc import Callable
from typing import Any

from rag.models import faults
from rag.types import Usage

LONGEST = 64_000  # characters of a reply; one that goes on is cut there
_WAITING = 256  # pieces read ahead of the gate
_SLICE = 0.2  # seconds between two looks at whether the reader is still there


class Call:
    """One try on a thread of its own, so that nothing a provider does outlasts the deadline.

    ``request`` is what litellm's ``completion`` takes, ``number`` counts the tries, ``gone`` says
    whether whoever asked has left meanwhile. ``usage`` is what the provider has told so far.
    """

    def __init__(self, request: dict[str, Any], number: int, gone: Callable[[], bool]) -> None:
        self.usage = Usage(calls=number)
        self._number = number
        self._request = request
        self._gone = gone
        self._pieces: queue.Queue[str | Exception] = queue.Queue(_WAITING)
        self._stop = threading.Event()
        self._stream: Any = None
        threading.Thread(target=self._work, daemon=True, name="model-call").start()

    def next(self, wait: float) -> str:
        """The next piece; raises what the provider did instead, TimeoutError after ``wait``, and
        Gone within a fifth of a second after the asker has left."""
        until = time.monotonic() + wait
        while True:
            if self._gone():
                raise faults.Gone
            left = until - time.monotonic()
            with contextlib.suppress(queue.Empty):
                found = self._pieces.get(timeout=max(0.0, min(_SLICE, left)))
                if isinstance(found, Exception):
                    raise found
                return found
            if left <= 0:
                raise TimeoutError

    def finish(self, until: float) -> None:
        """Let the provider say what it cost, at most until then."""
        with contextlib.suppress(Exception):
            while True:
                self.next(until - time.monotonic())

    def close(self) -> None:
        """Stop the thread, also where it waits for a provider that says nothing.

        A provider that has not even answered the request is left as soon as it does.
        """
        self._stop.set()
        self._hang_up()

    def _hang_up(self) -> None:
        with contextlib.suppress(Exception):  # not every provider's stream is the openai client's
            import socket

            response = self._stream.completion_stream.response
            raw = response.extensions["network_stream"].get_extra_info("socket")
            raw.shutdown(socket.SHUT_RDWR)  # closing alone would not wake a blocked reader

    def _work(self) -> None:
        try:
            self._stream = library().completion(**self._request)
            if self._stop.is_set():
                self._hang_up()
                return
            for chunk in self._stream:
                self._count(chunk)
                if piece := _text(chunk)[:LONGEST]:
                    self._put(piece)
                if self._stop.is_set():
                    return
            self._put(faults.EmptyReply())
        except Exception as error:
            self._put(error)
        finally:
            with contextlib.suppress(Exception):  # a half-read reply would keep its socket open
                self._stream.completion_stream.response.close()

    def _put(self, item: str | Exception) -> None:
        while not self._stop.is_set():
            with contextlib.suppress(queue.Full):
                self._pieces.put(item, timeout=0.2)
                return

    def _count(self, chunk: Any) -> None:
        found = getattr(chunk, "usage", None)
        if not found:
            return
        read = int(getattr(found, "prompt_tokens", 0) or 0)
        written = int(getattr(found, "completion_tokens", 0) or 0)
        self.usage = Usage(self._number, read, written)


def _text(chunk: Any) -> str:
    choices = getattr(chunk, "choices", None) or []
    delta = getattr(choices[0], "delta", None) if choices else None
    content = getattr(delta, "content", None)
    return content if isinstance(content, str) else ""


def library() -> Any:
    """litellm, made silent: it tells nobody of its use, and no log what it was asked."""
    import litellm  # 2 s: only for those who use a model

    litellm.suppress_debug_info = True
    litellm.telemetry = False
    for name in ("LiteLLM", "LiteLLM Router", "LiteLLM Proxy"):
        logging.getLogger(name).setLevel(logging.CRITICAL)  # its errors echo requests and keys
    return litellm
