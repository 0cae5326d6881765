"""Question -> those whose words it asks for together: "What did Biden, Scholz and Putin say?"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.question.askers import SPEECH
from rag.question.names import Named

MOST = 4  # people side by side in one answer

_AUXILIARY = r"(?:did|does|do|has|have|had|is|was|were|are|will|would|could|can|should)"
_SPAN = re.compile(
    rf"\b(?:{_AUXILIARY}|(?:what|how)(?!\s+{_AUXILIARY}\b))\s+(?:both\s+)?"
    rf"(?P<list>[^?;:]{{3,140}}?)\s+(?:{SPEECH})\b",
    re.IGNORECASE,
)
_BETWEEN = re.compile(r"\s*,\s*(?:and\s+)?|\s+(?:and|or|nor)\s+", re.IGNORECASE)
_NAME = re.compile(
    r"(?:[Tt]he\s+)?[^\W\d_a-z][\w’'.-]*(?:\s+(?:(?:van|von|der|den|de|da|al|bin)\s+)*[^\W\d_a-z][\w’'.-]*)*"
)


@dataclass(frozen=True, slots=True)
class Listed:
    """A stretch ``question[start:end]`` that lists people: those who are known, at most MOST, and
    names that are nobody's here."""

    start: int
    end: int
    known: tuple[Named, ...]
    strangers: tuple[str, ...]


def listed(question: str, people: Sequence[Named]) -> Listed | None:
    """The list of ``people`` and others whose words are asked for, where it has two or more."""
    found = _SPAN.search(question)
    if not found:
        return None
    start, end = found.span("list")
    known: list[Named] = []
    strangers: list[str] = []
    for at, until in _parts(question, start, end):
        inside = [one for one in people if at <= one.start and one.end <= until]
        is_name = _NAME.fullmatch(question, at, until)
        if len(inside) == 1 and (is_name or _bare(question[at:until]) == inside[0].text):
            known += inside
        elif not inside and is_name:
            strangers.append(_bare(question[at:until]))
        else:
            return None
    if len(known) + len(strangers) < 2:
        return None
    return Listed(start, end, tuple(known[:MOST]), tuple(strangers))


def _bare(name: str) -> str:
    return re.sub(r"^the\s+", "", name, flags=re.IGNORECASE)


def _parts(question: str, start: int, end: int) -> list[tuple[int, int]]:
    """Where the parts of a list stand."""
    seams = list(_BETWEEN.finditer(question, start, end))
    starts = [start, *(one.end() for one in seams)]
    return list(zip(starts, [*(one.start() for one in seams), end], strict=True))
