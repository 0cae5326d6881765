"""Question -> the form of its answer: one thing, sides compared, a course in time, a round-up."""

from __future__ import annotations

import re

from rag.types import Form

_TURNS = (
    r"(?:chang|shift|evolv|develop|sharpen|harden|soften|escalat|progress)\w*|gr[eo]wn?"
    r"|turn(?:ed)?(?!\s+(?:down|out|up|off|back|away|over|to))"
)
_CHANGE = re.compile(
    # "did Lavrov say about climate change" asks for no course
    rf"\b(?:how|did|has|have|had|is|are|was|were)\b(?:(?!\b(?:say|tell|think)\b).)*\b(?:{_TURNS})\b"
    r"|\bover (?:time|the (?:days?|weeks?|months?|years?|course))\b|\bin the course of\b"
    r"|\bhold up\b|\btimeline\b|\b(?:day by|from) day\b"
    r"|\b(?:first|initially|originally)\b.{0,60}?\b(?:and|but)\s+(?:(?:what|then)\s+)*"
    r"(?:later|now|afterwards)\b",
    re.IGNORECASE | re.DOTALL,
)
_COMPARISON = re.compile(
    r"\b(?:compar\w*|versus|vs\.?|contrast\w*|differ\w*|each (?:say|said|think))\b", re.IGNORECASE
)
_VOICES = (
    r"leaders|officials|ministers|politicians|diplomats|governments|allies|experts|analysts"
    r"|residents|people|sides|reactions?|responses"
)
_MANY = (
    rf"{_VOICES}|countries|warnings|figures|numbers|estimates|counts|accounts|reports|claims"
    r"|reasons|preparations|observations|measures|signs"
)
_ROUND_UP = re.compile(
    rf"\b(?:which|what|who|how)\b(?:\W+[\w'’-]+){{0,4}}?\W+(?:{_MANY})\b"
    r"|\bwho (?:else|all|are)\b|\bwho\b.*\b(?:whom|and who)\b|\b(?:all|everyone|every)\b",
    re.IGNORECASE | re.DOTALL,
)


_SAYING = re.compile(
    rf"\b(?:{_VOICES})\b.*\b(?:say|said|saw|react|respond|describe|ridicule|accuse|warn|report|think)"
    r"|\b(?:reactions?|responses)\b",
    re.IGNORECASE | re.DOTALL,
)


def of_voices(question: str) -> bool:
    """Whether a round-up is one of what people said: "how did Western leaders react"."""
    return bool(_SAYING.search(question))


def form(question: str, speakers: int, counts: bool) -> Form:
    """The form of the answer to ``question`` about so many named ``speakers``.

    ``counts`` is whether one figure is asked for: "how many people" wants no round-up.
    """
    if speakers > 1 or _COMPARISON.search(question):
        return "comparison"
    if _CHANGE.search(question):
        return "change"
    if not counts and _ROUND_UP.search(question):
        return "round-up"
    return "single"
