"""A quoted place + its article's statements -> who said it, and whether a claim errs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from index.speakers import fold
from index.types import Speaker, Statement


@dataclass(frozen=True, slots=True)
class Attributed:
    """Who an article lets say the words at a place; ``speaker`` None when it leaves that open."""

    statement: Statement | None
    speaker: Speaker | None


def attributed(
    start: int, end: int, statements: Sequence[Statement], speakers: Mapping[str, Speaker]
) -> Attributed:
    """The statement whose content holds most of ``start:end``, the tightest of equals."""
    best: tuple[int, int, Statement] | None = None
    for one in statements:
        shared = sum(max(0, min(end, part.end) - max(start, part.start)) for part in one.content)
        size = sum(part.end - part.start for part in one.content)
        if shared and (best is None or (shared, -size) > (best[0], -best[1])):
            best = (shared, size, one)
    if best is None:
        return Attributed(None, None)
    return Attributed(best[2], speakers.get(best[2].speaker_id))


def named_in(text: str, speakers: Sequence[Speaker]) -> list[Speaker]:
    """Those of ``speakers`` whose surname or whole name stands in ``text`` as words."""
    words = f" {fold(text)} "
    return [
        one for one in speakers if any(f" {fold(name)} " in words for name in _short_forms(one))
    ]


def conflicts(claim: str, found: Attributed, others: Sequence[Speaker]) -> bool:
    """Whether ``claim`` gives words to somebody else than the article does.

    A claim that names the real speaker is sound, also when it names others beside; one that
    names nobody says nothing false. One that names another corpus speaker only is refused.
    """
    if found.speaker is None or named_in(claim, [found.speaker]):
        return False
    surface = found.statement.speaker_surface if found.statement else ""
    if surface and fold(surface) in fold(claim):
        return False
    return bool(named_in(claim, [one for one in others if one.id != found.speaker.id]))


def _short_forms(speaker: Speaker) -> set[str]:
    names = (speaker.name, *speaker.aliases)
    return {name for name in names if name} | {name.split()[-1] for name in names if name}
