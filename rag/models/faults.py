"""What goes wrong with a model's provider -> whether to try again, when, and what to say of it.

Nothing a provider writes is ever repeated: its errors may hold a key.
"""

from __future__ import annotations

import contextlib
import random

from rag.errors import ModelError, ModelTimeout, ModelUnavailable

LONGEST_WAIT = 8.0  # seconds between two tries

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


class EmptyReply(Exception):
    """The provider ended the reply without a word."""


class Gone(Exception):
    """Whoever asked has left."""


def is_final(error: Exception) -> bool:
    """Whether another try cannot help."""
    return isinstance(error, ModelError | Gone) or type(error).__name__ in _FINAL


def pause(error: Exception, attempt: int) -> float:
    """Seconds to wait: what the provider asks for, else full jitter that doubles."""
    headers = getattr(getattr(error, "response", None), "headers", None) or {}
    with contextlib.suppress(KeyError, TypeError, ValueError):
        return max(0.0, float(headers["retry-after"]))
    return random.uniform(0, min(LONGEST_WAIT, 0.5 * 2**attempt))


def translated(error: Exception, model: str, calls: int) -> ModelError:
    """One line about ``error`` after so many calls in vain."""
    kind = type(error).__name__
    if isinstance(error, ModelError):
        found = error
    elif isinstance(error, Gone):
        found = ModelTimeout("whoever asked has left")
    elif "Timeout" in kind:
        found = ModelTimeout(f"{model} gave no answer in time: try again or name another model")
    else:
        reached = "it cannot be reached: check the name, the key and the network"
        said = (_FINAL | _PASSING).get(kind, reached)
        found = ModelUnavailable(f"{model}: {said} ({kind})")
    found.calls = calls
    return found
