"""Messages -> a reply, piece by piece (only module importing litellm).

litellm's own retries multiply every time limit and it reports a cut stream as finished, so
retries, the deadline and the check for a complete reply are ours (docs/models.md).
"""

from __future__ import annotations

import contextlib
import logging
import queue
import threading
import time
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from rag.errors import ModelUnavailable
from rag.models import faults, local
from rag.models.breaker import breaker_of
from rag.models.ending import ClosedObject, Ending, EndMark
from rag.settings import Settings
from rag.types import Usage

Message = dict[str, str]

STALL = 10.0  # seconds without a word after which a reply that had begun is given up
_LONGEST_REPLY = 64_000  # characters; a reply that goes on is cut there
_LAST_WORD = 2.0  # seconds granted after the end mark, for the provider to say what it cost
_WAITING = 256  # pieces read ahead of the gate
_SLICE = 0.2  # seconds between two looks at whether the reader is still there


@dataclass(frozen=True, slots=True)
class Request:
    """What a model is asked, and how its reply says that it is whole.

    With ``schema`` the reply is a JSON object that fits it; ``as_json`` asks for one without the
    provider's help. Else it is prose that ends with ``end``.
    """

    messages: tuple[Message, ...]
    end: str = ""
    schema: Mapping[str, Any] | None = None
    as_json: bool = False

    def ending(self) -> Ending:
        """What watches for the end of one reply."""
        return ClosedObject() if self.schema or self.as_json else EndMark(self.end)


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a model is waited for; times in monotonic seconds.

    ``begin_by`` is when its first word must have come, ``gone`` says whether whoever asked has
    left meanwhile.
    """

    tries: int
    begin_by: float
    deadline: float
    gone: Callable[[], bool] = lambda: False

    @classmethod
    def of(cls, settings: Settings) -> Patience:
        """All of a question's patience for one model, from now."""
        deadline = time.monotonic() + settings.model_deadline
        return cls(settings.model_tries, deadline, deadline)


@dataclass(slots=True)
class Reply:
    """A reply as it comes in: read ``pieces`` to the end, then the rest of it is known.

    ``complete`` is False while the end of a whole reply has not come.
    """

    model: str = ""
    text: str = ""
    complete: bool = False
    usage: Usage = field(default_factory=Usage)
    rest: Generator[str, None, None] = field(default_factory=lambda: (_ for _ in ()), repr=False)

    def pieces(self) -> Generator[str, None, None]:
        """The text in the pieces it arrives in; closing the iterator ends the call."""
        if self.text:
            yield self.text
        try:
            for piece in self.rest:
                self.text += piece
                yield piece
        finally:
            self.rest.close()


def complete(
    request: Request, model: str, settings: Settings, patience: Patience | None = None
) -> Reply:
    """The reply of ``model``, begun; its text stops where the reply says it is whole.

    Raises ModelUnavailable or ModelTimeout, with what was used, when no word has come within
    ``patience`` (by default all that ``settings`` allow). A reply that breaks off later just
    ends, with ``complete`` False.
    """
    patience = patience or Patience.of(settings)
    breaker = breaker_of(model, settings.api_base)
    breaker.check(model)
    for attempt in range(1, patience.tries + 1):
        call = None
        try:
            call = _Call(_arguments(request, model, settings, patience), attempt, patience.gone)
            first = call.next(patience.begin_by - time.monotonic())
            breaker.worked()
            reply = Reply(model)
            reply.rest = _rest(call, reply, first, patience.deadline, request.ending())
            return reply
        except Exception as error:  # litellm raises many kinds; one line of each is enough
            if call:
                call.close()
            pause, final = faults.pause(error, attempt), faults.is_final(error)
            if not final:
                breaker.failed()
            out_of_time = time.monotonic() + pause >= patience.begin_by
            if final or attempt == patience.tries or out_of_time:
                raise faults.translated(error, model, attempt if call else 0) from None
            time.sleep(pause)
    raise ModelUnavailable(f"{model} was not tried: set model_tries to 1 or more")


def structured(model: str, settings: Settings) -> bool:
    """Whether ``model`` is asked for JSON by a schema: what ``settings.replies`` says, or, with
    ``auto``, whether its provider is known to hold to one."""
    if settings.replies != "auto":
        return settings.replies == "json"
    if model == local.NAME:
        return True
    with contextlib.suppress(Exception):
        return bool(_litellm().supports_response_schema(model=model))
    return False


def _rest(
    call: _Call, reply: Reply, first: str, deadline: float, ending: Ending
) -> Generator[str, None, None]:
    """The text up to its end, cut at the limits."""
    length, piece = 0, first
    try:
        while True:
            ready = ending.feed(piece)
            reply.complete = ending.over
            length += len(ready)
            if ready or ending.over:
                yield ready
            if ending.over:
                call.finish(min(deadline, time.monotonic() + _LAST_WORD))
                return
            if length >= _LONGEST_REPLY:
                return
            piece = call.next(min(STALL, deadline - time.monotonic()))
    except Exception:  # whatever ended it: what came is kept, and marked as broken off
        if ending.held:
            yield ending.held
    finally:
        call.close()
        reply.usage = call.usage


class _Call:
    """One try on a thread of its own, so that nothing a provider does outlasts the deadline."""

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
            self._stream = _litellm().completion(**self._request)
            if self._stop.is_set():
                self._hang_up()
                return
            for chunk in self._stream:
                self._count(chunk)
                if piece := _text(chunk)[:_LONGEST_REPLY]:
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


def _arguments(
    request: Request, model: str, settings: Settings, patience: Patience
) -> dict[str, Any]:
    """What litellm is called with; starts the local model's server where it is asked for."""
    place: dict[str, Any] = {"model": model}
    if model == local.NAME:
        server = local.server(settings.gguf)
        address = server.address(patience.begin_by, patience.gone)
        place = {"model": "openai/local", "api_base": f"{address}/v1", "api_key": server.key}
    elif settings.api_base:
        place["api_base"] = settings.api_base
    if request.schema:
        form = {"name": "answer", "strict": True, "schema": request.schema}
        place["response_format"] = {"type": "json_schema", "json_schema": form}
    return {
        **place,
        "messages": list(request.messages),
        "stream": True,
        "stream_options": {"include_usage": True},
        "temperature": 0,
        "max_tokens": settings.reply_tokens,
        "timeout": max(1.0, patience.deadline - time.monotonic()),
        "max_retries": 0,
        "num_retries": 0,
        "drop_params": True,  # some models take no temperature
    }


def _text(chunk: Any) -> str:
    choices = getattr(chunk, "choices", None) or []
    delta = getattr(choices[0], "delta", None) if choices else None
    content = getattr(delta, "content", None)
    return content if isinstance(content, str) else ""


def priced(used: Usage, model: str) -> Usage:
    """With US dollars by litellm's price list; none for models that it does not hold."""
    if not used.prompt_tokens or model == local.NAME:
        return used
    with contextlib.suppress(Exception):
        read, written = _litellm().cost_per_token(
            model=model,
            prompt_tokens=used.prompt_tokens,
            completion_tokens=used.completion_tokens,
        )
        return replace(used, cost=float(read + written))
    return used


def _litellm() -> Any:
    import litellm  # 2 s: only for those who use a model

    litellm.suppress_debug_info = True
    litellm.telemetry = False
    for name in ("LiteLLM", "LiteLLM Router", "LiteLLM Proxy"):
        logging.getLogger(name).setLevel(logging.CRITICAL)  # its errors echo requests and keys
    return litellm
