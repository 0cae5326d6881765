"""A sentence -> the same with whoever says it named, where it left that to its neighbours."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from index.types import Speaker
from rag.gate import marks, support
from rag.gate.attribution import Attributed, Claimed, claimed, is_named, named_in

SUBJECTS = frozenset("he she they it".split())  # pronouns that a name can take the place of


@dataclass(frozen=True, slots=True)
class Edit:
    """``text[start:end]`` is to read ``new``."""

    start: int
    end: int
    new: str


def naming(by: Claimed | None, who: Attributed) -> list[Edit]:
    """A pronoun replaced by the name it stands for: its sentence may follow any other."""
    if by and by.at and who.speaker and by.surface.lower() in SUBJECTS:
        return [Edit(*by.at, who.speaker.name)]
    return []


def edited(text: str, edits: Sequence[Edit]) -> str:
    """``text`` with ``edits`` made and no quotation mark left but theirs."""
    pieces, at = [], 0
    for edit in sorted(set(edits), key=lambda one: one.start):
        if edit.start < at:
            continue
        pieces += [marks.stripped(text[at : edit.start]), edit.new]
        at = edit.end
    return " ".join("".join([*pieces, marks.stripped(text[at:])]).split())


def with_source(
    text: str, voices: Sequence[Attributed], around: str, others: Sequence[Speaker]
) -> str:
    """``text`` with the one who says it put in front, where it names nobody at all.

    ``around`` are the cited words: they tell whether the first word is a name.
    """
    names = {who.speaker.name for who in voices if who.speaker}
    named = any(is_named(text, who) for who in voices) or named_in(marks.outside(text), others)
    if len(names) != 1 or named or any(by.surface for by in claimed(text)):
        return text
    if text.startswith('"'):
        return f"{names.pop()}: {text}"
    first = re.match(r"\w*", text)
    word = first.group() if first else ""
    ordinary = word.lower() in support.OPENERS or re.search(rf"\b{word.lower()}\b", around)
    start = word.lower() if ordinary else word
    return f"According to {names.pop()}, {start}{text[len(word) :]}"
