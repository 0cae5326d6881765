"""Messages -> a reply, piece by piece.

litellm's own retries multiply every time limit and it reports a cut stream as finished, so
retries, the deadline and the check for a complete reply are ours (docs/models.md).
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from rag.errors import ModelUnavailable
from rag.models import faults, local
from rag.models.breaker import breaker_of
from rag.models.call import LONGEST, Call, library
from rag.models.ending import ClosedObject, Ending, EndMark
from rag.settings import Settings
from rag.types import Usage

Message = dict[str, str]

STALL = 10.0  # seconds without a word after which a reply that had begun is given up
_LAST_WORD = 2.0  # seconds granted after the end mark, for the provider to say what it cost


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
            call = Call(_arguments(request, model, settings, patience), attempt, patience.gone)
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
        return bool(library().supports_response_schema(model=model))
    return False


def _rest(
    call: Call, reply: Reply, first: str, deadline: float, ending: Ending
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
            if length >= LONGEST:
                return
            piece = call.next(min(STALL, deadline - time.monotonic()))
    except Exception:  # whatever ended it: what came is kept, and marked as broken off
        if ending.held:
            yield ending.held
    finally:
        call.close()
        reply.usage = call.usage


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


def priced(used: Usage, model: str) -> Usage:
    """With US dollars by litellm's price list; none for models that it does not hold."""
    if not used.prompt_tokens or model == local.NAME:
        return used
    with contextlib.suppress(Exception):
        read, written = library().cost_per_token(
            model=model,
            prompt_tokens=used.prompt_tokens,
            completion_tokens=used.completion_tokens,
        )
        return replace(used, cost=float(read + written))
    return used
