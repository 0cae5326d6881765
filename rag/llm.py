"""Messages -> a reply, piece by piece (only module importing litellm).

litellm's own retries multiply every time limit and it reports a cut stream as finished, so
retries, the deadline and the check for a complete reply are ours (docs/models.md).
"""

from __future__ import annotations

import contextlib
import logging
import queue
import random
import threading
import time
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from rag.breaker import breaker_of
from rag.errors import ModelError, ModelTimeout, ModelUnavailable
from rag.settings import Settings
from rag.types import Usage

Message = dict[str, str]

STALL = 10.0  # seconds without a word after which a reply that had begun is given up
_LONGEST_WAIT = 8.0  # seconds between two tries
_LONGEST_REPLY = 64_000  # characters; a reply that goes on is cut there
_LAST_WORD = 2.0  # seconds granted after the end mark, for the provider to say what it cost
_WAITING = 256  # pieces read ahead of the gate

# Another try cannot help against these; all else may be a passing fault.
_FINAL = {
    "AuthenticationError": "the provider refused the key: set its API key",
    "PermissionDeniedError": "the provider refused access: check the key's rights",
    "NotFoundError": "the provider does not know the model: check its name",
    "BadRequestError": "the provider could not use the request: check the model's name",
    "UnsupportedParamsError": "it does not take the parameters sent: name another model",
    "ContentPolicyViolationError": "the provider declined the question",
    "ContextWindowExceededError": "the passages are too long for it: lower prompt_tokens",
}
_PASSING = {
    "RateLimitError": "the provider is over its rate limit: wait and try again",
    "EmptyReply": "it gave an empty reply: try again or name another model",
}


@dataclass(slots=True)
class Reply:
    """A reply as it comes in: read ``pieces`` to the end, then the rest of it is known.

    ``complete`` is False while the mark that ends a whole reply has not come.
    """

    text: str = ""
    complete: bool = False
    usage: Usage = field(default_factory=Usage)
    rest: Generator[str, None, None] = field(default_factory=lambda: (_ for _ in ()), repr=False)

    def pieces(self) -> Iterator[str]:
        """The text in the pieces it arrives in; closing the iterator ends the call."""
        if self.text:
            yield self.text
        try:
            for piece in self.rest:
                self.text += piece
                yield piece
        finally:
            self.rest.close()


class EmptyReply(Exception):
    """The provider ended the reply without a word."""


def complete(messages: Sequence[Message], model: str, settings: Settings, end: str) -> Reply:
    """The reply of ``model``, begun; its text stops before the mark ``end``.

    Raises ModelUnavailable or ModelTimeout when no word has come after ``settings.model_tries``
    tries or when the deadline of ``settings.model_deadline`` seconds is over, whichever is first.
    A reply that breaks off later just ends, with ``complete`` False.
    """
    deadline = time.monotonic() + settings.model_deadline
    breaker = breaker_of(model, settings.api_base)
    breaker.check(model)
    for attempt in range(1, settings.model_tries + 1):
        call = _Call(_request(messages, model, settings, deadline), attempt)
        try:
            first = call.next(deadline - time.monotonic())
            breaker.worked()
            reply = Reply()
            reply.rest = _rest(call, reply, first, deadline, end)
            return reply
        except Exception as error:  # litellm raises many kinds; one line of each is enough
            call.close()
            pause = _pause(error, attempt)
            if type(error).__name__ not in _FINAL:
                breaker.failed()
            out_of_time = time.monotonic() + pause >= deadline
            if type(error).__name__ in _FINAL or attempt == settings.model_tries or out_of_time:
                raise _translated(error, model) from None
            time.sleep(pause)
    raise ModelUnavailable(f"{model} was not tried: set model_tries to 1 or more")


def _rest(
    call: _Call, reply: Reply, first: str, deadline: float, end: str
) -> Generator[str, None, None]:
    """The text up to ``end``, of which no part is ever let through, cut at the limits."""
    held, length, piece = "", 0, first
    try:
        while True:
            held += piece
            before, mark, _ = held.partition(end)
            if mark:
                reply.complete = True
                yield before
                call.finish(min(deadline, time.monotonic() + _LAST_WORD))
                return
            keep = next(
                (n for n in range(min(len(end), len(held)), 0, -1) if end[:n] == held[-n:]), 0
            )
            ready, held = held[: len(held) - keep], held[len(held) - keep :]
            length += len(ready)
            if ready:
                yield ready
            if length >= _LONGEST_REPLY:
                return
            piece = call.next(min(STALL, deadline - time.monotonic()))
    except Exception:  # whatever ended it: what came is kept, and marked as broken off
        if held:
            yield held
    finally:
        call.close()
        reply.usage = _priced(call.usage, call.model)


class _Call:
    """One try on a thread of its own, so that nothing a provider does outlasts the deadline."""

    def __init__(self, request: dict[str, Any], number: int) -> None:
        self.usage = Usage(calls=number)
        self.model = str(request["model"])
        self._number = number
        self._request = request
        self._pieces: queue.Queue[str | Exception] = queue.Queue(_WAITING)
        self._stop = threading.Event()
        self._stream: Any = None
        threading.Thread(target=self._work, daemon=True, name="model-call").start()

    def next(self, wait: float) -> str:
        """The next piece; raises what the provider did instead, TimeoutError after ``wait``."""
        try:
            found = self._pieces.get(timeout=max(0.0, wait))
        except queue.Empty:
            raise TimeoutError from None
        if isinstance(found, Exception):
            raise found
        return found

    def finish(self, until: float) -> None:
        """Let the provider say what it cost, at most until then."""
        with contextlib.suppress(Exception):
            while True:
                self.next(until - time.monotonic())

    def close(self) -> None:
        """Stop the thread, also where it waits for a provider that says nothing."""
        self._stop.set()
        with contextlib.suppress(Exception):  # not every provider's stream is the openai client's
            import socket

            response = self._stream.completion_stream.response
            raw = response.extensions["network_stream"].get_extra_info("socket")
            raw.shutdown(socket.SHUT_RDWR)  # closing alone would not wake a blocked reader

    def _work(self) -> None:
        try:
            self._stream = _litellm().completion(**self._request)
            for chunk in self._stream:
                self._count(chunk)
                if piece := _text(chunk)[:_LONGEST_REPLY]:
                    self._put(piece)
                if self._stop.is_set():
                    return
            self._put(EmptyReply())
        except Exception as error:
            self._put(error)

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


def _request(
    messages: Sequence[Message], model: str, settings: Settings, deadline: float
) -> dict[str, Any]:
    return {
        "model": model,
        "messages": list(messages),
        "stream": True,
        "stream_options": {"include_usage": True},
        "temperature": 0,
        "max_tokens": settings.reply_tokens,
        "timeout": max(1.0, deadline - time.monotonic()),
        "max_retries": 0,
        "num_retries": 0,
        "drop_params": True,  # some models take no temperature
        **({"api_base": settings.api_base} if settings.api_base else {}),
    }


def _pause(error: Exception, attempt: int) -> float:
    """Seconds to wait: what the provider asks for, else full jitter that doubles."""
    headers = getattr(getattr(error, "response", None), "headers", None) or {}
    with contextlib.suppress(KeyError, TypeError, ValueError):
        return max(0.0, float(headers["retry-after"]))
    return random.uniform(0, min(_LONGEST_WAIT, 0.5 * 2**attempt))


def _text(chunk: Any) -> str:
    choices = getattr(chunk, "choices", None) or []
    delta = getattr(choices[0], "delta", None) if choices else None
    content = getattr(delta, "content", None)
    return content if isinstance(content, str) else ""


def _priced(used: Usage, model: str) -> Usage:
    """With US dollars by litellm's price list; none for models that it does not hold."""
    if not used.prompt_tokens:
        return used
    with contextlib.suppress(Exception):
        read, written = _litellm().cost_per_token(
            model=model,
            prompt_tokens=used.prompt_tokens,
            completion_tokens=used.completion_tokens,
        )
        return replace(used, cost=float(read + written))
    return used


def _translated(error: Exception, model: str) -> ModelError:
    """One line about ``error`` that repeats nothing a provider wrote: it may hold a key."""
    kind = type(error).__name__
    if "Timeout" in kind:
        return ModelTimeout(f"{model} gave no answer in time: try again or name another model")
    reached = "it cannot be reached: check the name, the key and the network"
    return ModelUnavailable(f"{model}: {(_FINAL | _PASSING).get(kind, reached)} ({kind})")


def _litellm() -> Any:
    import litellm  # 2 s: only for those who use a model

    litellm.suppress_debug_info = True
    litellm.telemetry = False
    for name in ("LiteLLM", "LiteLLM Router", "LiteLLM Proxy"):
        logging.getLogger(name).setLevel(logging.CRITICAL)  # its errors echo requests and keys
    return litellm
