"""Messages -> a reply, whole or piece by piece (only module importing litellm).

litellm's own retries multiply every time limit and it reports a cut stream as finished, so
retries, the deadline and the check for a complete reply are ours (docs/models.md).
"""

from __future__ import annotations

import logging
import random
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rag.errors import ModelError, ModelTimeout, ModelUnavailable
from rag.settings import Settings
from rag.types import Usage

Message = dict[str, str]

_LONGEST_WAIT = 8.0  # seconds between two tries
_LONGEST_REPLY = 64_000  # characters; a reply that goes on is cut there


@dataclass(frozen=True, slots=True)
class Reply:
    """Text as it came, and what it cost; ``complete`` is False when it broke off."""

    text: str
    complete: bool
    usage: Usage


def complete(messages: Sequence[Message], model: str, settings: Settings, end: str) -> Reply:
    """The reply of ``model``, cut before the line ``end`` that shows it is whole.

    Raises ModelUnavailable or ModelTimeout after ``settings.model_tries`` tries or when the
    deadline of ``settings.model_deadline`` seconds is over, whichever comes first.
    """
    deadline = time.monotonic() + settings.model_deadline
    for attempt in range(1, settings.model_tries + 1):
        try:
            return _within(messages, model, settings, end, deadline)
        except ModelUnavailable:
            pause = random.uniform(0, min(_LONGEST_WAIT, 0.5 * 2**attempt))
            if attempt == settings.model_tries or time.monotonic() + pause >= deadline:
                raise
            time.sleep(pause)
    raise ModelUnavailable(f"{model} was not tried: set model_tries to 1 or more")


def _within(
    messages: Sequence[Message], model: str, settings: Settings, end: str, deadline: float
) -> Reply:
    """One try on a thread of its own, so that nothing a provider does outlasts the deadline."""
    outcome: list[Reply | Exception] = []
    pieces: list[str] = []
    stop = threading.Event()

    def work() -> None:
        try:
            outcome.append(_read(messages, model, settings, end, deadline, pieces, stop))
        except Exception as error:  # litellm raises many kinds; one line of each is enough
            outcome.append(error)

    thread = threading.Thread(target=work, daemon=True, name="model-call")
    thread.start()
    thread.join(max(0.0, deadline - time.monotonic()))
    stop.set()
    if not outcome:
        if pieces:
            return Reply("".join(pieces), False, Usage(calls=1))
        raise ModelTimeout(f"{model} gave no answer within {settings.model_deadline:g} seconds")
    if isinstance(outcome[0], Exception):
        if pieces:
            return Reply("".join(pieces), False, Usage(calls=1))
        raise _translated(outcome[0], model) from None
    return outcome[0]


def _read(
    messages: Sequence[Message],
    model: str,
    settings: Settings,
    end: str,
    deadline: float,
    pieces: list[str],
    stop: threading.Event,
) -> Reply:
    stream = _litellm().completion(
        model=model,
        messages=list(messages),
        stream=True,
        stream_options={"include_usage": True},
        temperature=0,
        max_tokens=settings.reply_tokens,
        timeout=max(1.0, deadline - time.monotonic()),
        max_retries=0,
        num_retries=0,
        **({"api_base": settings.api_base} if settings.api_base else {}),
    )
    usage = Usage(calls=1)
    length = 0
    for chunk in stream:
        usage = _usage(chunk, usage)
        piece = _text(chunk)
        pieces.append(piece)
        length += len(piece)
        if stop.is_set() or length > _LONGEST_REPLY:
            break
    text, mark, _ = "".join(pieces).partition(end)
    return Reply(text.strip(), bool(mark), usage)


def _text(chunk: Any) -> str:
    choices = getattr(chunk, "choices", None) or []
    delta = getattr(choices[0], "delta", None) if choices else None
    content = getattr(delta, "content", None)
    return content if isinstance(content, str) else ""


def _usage(chunk: Any, before: Usage) -> Usage:
    found = getattr(chunk, "usage", None)
    if not found:
        return before
    return Usage(
        calls=1,
        prompt_tokens=int(getattr(found, "prompt_tokens", 0) or 0),
        completion_tokens=int(getattr(found, "completion_tokens", 0) or 0),
    )


def _translated(error: Exception, model: str) -> ModelError:
    """One line about ``error`` that repeats nothing a provider wrote: it may hold a key."""
    kind = type(error).__name__
    if "Timeout" in kind:
        return ModelTimeout(f"{model} gave no answer in time: try again or name another model")
    advice = {
        "AuthenticationError": "the provider refused the key: set its API key",
        "PermissionDeniedError": "the provider refused access: check the key's rights",
        "NotFoundError": "the provider does not know the model: check its name",
        "BadRequestError": "the provider could not use the request: check the model's name",
        "RateLimitError": "the provider is over its rate limit: wait and try again",
        "ContextWindowExceededError": "the passages are too long for it: lower prompt_tokens",
    }.get(kind, "it cannot be reached: check the name, the key and the network")
    return ModelUnavailable(f"{model}: {advice} ({kind})")


def _litellm() -> Any:
    import litellm  # 2 s: only for those who use a model

    litellm.suppress_debug_info = True
    litellm.telemetry = False
    for name in ("LiteLLM", "LiteLLM Router", "LiteLLM Proxy"):
        logging.getLogger(name).setLevel(logging.CRITICAL)  # its errors echo requests and keys
    return litellm
