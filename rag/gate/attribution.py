"""Who an article lets say some words, whom a claim lets say them, and whether the two agree.

A claim is read by the same rules as an article (``index.speech.statements``), so "Putin told
Stoltenberg" gives words to Putin in both.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from index.speech.speakers import fold
from index.types import Article, Speaker, Statement

_PRONOUNS = frozenset("he she it they we i who which that him her them his their".split())
_OUTLET = re.compile(
    r"^(?:the |an? |one |this |its? )?(?:\w+ )?(?:articles?|reports?|newspaper|paper|agency|outlet"
    r"|passages?|headline|story|piece|website|broadcaster|journal|reporter|journalist|text)s?$",
    re.IGNORECASE,
)
_NAME = r"[^\W\d_a-z][\w’'-]*(?:\s+(?:(?:de|van|von|al|bin)\s+)?[^\W\d_a-z][\w’'-]*)*"
_VERB = (
    r"(?:said|says|told|added|replied|warned|announced|claimed|declared|insisted|stated|argued"
    r"|explained|wrote|admitted|confirmed|stressed)"
)
_SAYS = re.compile(
    rf"({_NAME})(?:,[^,]{{2,60}},)?\s+{_VERB}\b|\b{_VERB}\s+({_NAME})(?=\s*[.,\[]|$)"
    rf"|[Aa]ccording to ({_NAME})"
)


@dataclass(frozen=True, slots=True)
class Attributed:
    """Who an article lets say the words at a place; ``speaker`` None when it leaves that open."""

    statement: Statement | None
    speaker: Speaker | None


@dataclass(frozen=True, slots=True)
class Claimed:
    """Whom a claim lets say ``claim[start:end]``; ``at`` is where it names them, if it does."""

    start: int
    end: int
    surface: str
    at: tuple[int, int] | None

    @property
    def is_pronoun(self) -> bool:
        """Whether the name has to be looked for in another sentence."""
        return not self.surface or self.surface.lower() in _PRONOUNS


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


@lru_cache(maxsize=512)
def claimed(claim: str) -> tuple[Claimed, ...]:
    """Whom ``claim`` lets say which of its words, tightest first."""
    from index.speech import statements  # with its grammar: as long as a question takes

    found = [
        Claimed(
            one.content[0].start,
            one.content[-1].end,
            one.speaker_surface,
            (one.speaker.start, one.speaker.end) if one.speaker else None,
        )
        for one in statements.extract(Article("claim", "", "", claim))
    ]
    taken = [one.at for one in found if one.at]
    for match in _SAYS.finditer(claim):
        at = match.span(1) if match[1] else match.span(2) if match[2] else match.span(3)
        if not any(start < at[1] and at[0] < end for start, end in taken):
            # The grammar did not see it, so it may be meant for any of the words.
            found.append(Claimed(0, len(claim), claim[slice(*at)], at))
    return tuple(sorted(found, key=lambda one: one.end - one.start))


def giver(claim: str, start: int, end: int) -> Claimed | None:
    """Whom ``claim`` lets say ``claim[start:end]``: the tightest attribution around it."""
    holding = [one for one in claimed(claim) if one.start < end and start < one.end]
    return holding[0] if holding else None


def named_in(text: str, speakers: Sequence[Speaker]) -> list[Speaker]:
    """Those of ``speakers`` whose surname or whole name stands in ``text`` as words."""
    words = f" {fold(text)} "
    return [
        one for one in speakers if any(f" {fold(name)} " in words for name in _short_forms(one))
    ]


def is_outlet(surface: str, article: Article) -> bool:
    """Whether ``surface`` means whoever printed the article and nobody in it."""
    name = re.sub(r"^the ", "", fold(surface))
    return bool(_OUTLET.match(surface)) or bool(name and name == fold(article.publisher))


def fits(surface: str, found: Attributed, nearby: str, others: Sequence[Speaker]) -> bool:
    """Whether ``surface`` means who an article lets speak.

    Where the article leaves that open, ``nearby``, the sentence itself, must name them.
    """
    if found.speaker is None:
        own = fold(found.statement.speaker_surface) if found.statement else ""
        if own and own not in _PRONOUNS:
            return own in fold(surface) or fold(surface) in own
        return bool(_last(surface)) and found.statement is None and _last(surface) in _words(nearby)
    if named_in(surface, [found.speaker]):
        return True
    if named_in(surface, [one for one in others if one.id != found.speaker.id]):
        return False
    forms = [found.statement.speaker_surface if found.statement else "", *found.speaker.roles]
    return any(_same_role(surface, form) for form in forms)


def is_named(text: str, found: Attributed) -> bool:
    """Whether ``text`` says who ``found`` is, by name, by role or in the article's own words."""
    if found.speaker is None:
        return False
    own = found.statement.speaker_surface if found.statement else ""
    roles = [role for role in (own, *found.speaker.roles) if fold(role) not in _PRONOUNS]
    words = f" {fold(text)} "
    return bool(named_in(text, [found.speaker])) or any(
        fold(role) and f" {fold(role)} " in words for role in roles
    )


def _same_role(surface: str, role: str) -> bool:
    """Whether one of two descriptions is the other with words before it."""
    one, other = _bare(surface), _bare(role)
    short, long = sorted((one, other), key=len)
    return bool(short) and (long == short or (" " in short and long.endswith(f" {short}")))


def _bare(description: str) -> str:
    return re.sub(r"^(?:the|a|an|its|his|her|their) ", "", fold(description))


def _last(surface: str) -> str:
    return fold(surface).split()[-1] if fold(surface) else ""


def _words(text: str) -> set[str]:
    return set(fold(text).split())


@lru_cache(maxsize=8192)
def _short_forms(speaker: Speaker) -> frozenset[str]:
    names = (speaker.name, *speaker.aliases)
    return frozenset(
        {name for name in names if name} | {name.split()[-1] for name in names if name}
    )
