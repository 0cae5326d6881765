"""What calls of models cost, together."""

from __future__ import annotations

from rag.types import Usage


def added(one: Usage, other: Usage) -> Usage:
    """What both used together."""
    return Usage(
        one.calls + other.calls,
        one.prompt_tokens + other.prompt_tokens,
        one.completion_tokens + other.completion_tokens,
        one.cost + other.cost,
    )
