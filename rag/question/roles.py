"""Roles in a question ("Ukraine's president", "the NATO chief") -> who holds them in the corpus.

A role belongs to somebody only where an article calls a person so, country and rank included:
a deputy is not the minister, and one country's president is not another's.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from index.roster import Forms
from index.speech import mentions, offices
from index.speech.speakers import fold
from index.types import Speaker

_ADJECTIVES = {
    "America": ("American", "US", "U.S.", "United States"),
    "Belarus": ("Belarusian",),
    "Britain": ("British", "UK", "U.K.", "United Kingdom"),
    "Canada": ("Canadian",),
    "China": ("Chinese",),
    "Estonia": ("Estonian",),
    "EU": ("EU", "European Union"),
    "France": ("French",),
    "Germany": ("German",),
    "Hungary": ("Hungarian",),
    "India": ("Indian",),
    "Iran": ("Iranian",),
    "Israel": ("Israeli",),
    "Italy": ("Italian",),
    "Japan": ("Japanese",),
    "Latvia": ("Latvian",),
    "Lithuania": ("Lithuanian",),
    "Poland": ("Polish",),
    "Romania": ("Romanian",),
    "Russia": ("Russian",),
    "Spain": ("Spanish",),
    "Turkey": ("Turkish",),
    "Ukraine": ("Ukrainian",),
}
_COUNTRY = {
    fold(form): country for country, forms in _ADJECTIVES.items() for form in (country, *forms)
}
_MOST = 200  # holders of a role's last word that are looked at, the most quoted of them
_RANKS = frozenset("deputy vice former acting ex assistant retired late designate".split())
_WORD = r"[a-z][a-z-]*"
_ROLE = "|".join(sorted(mentions.ROLES, key=len, reverse=True)).replace(".", r"\.")
_PHRASE = re.compile(
    r"(?P<owner>(?:\b[A-Z][\w.-]*\s)*\b[A-Z][\w.-]*?)(?P<owned>['’]s?)?\s+"
    rf"(?P<role>(?:{_WORD}\s+){{0,3}}?(?:{_ROLE}))\b(?!['’]?\s*[A-Z])"
)
_NOT_OWNERS = frozenset("who what when where why how which did does do is was were has the".split())


@dataclass(frozen=True, slots=True)
class Role:
    """A stretch ``question[start:end]`` that names a role; ``holder`` is None when unknown."""

    start: int
    end: int
    text: str
    holder: Speaker | None


def roles(question: str, speakers: Forms) -> tuple[Role, ...]:
    """The roles of countries and bodies that ``question`` names, in order."""
    found = []
    for match in _PHRASE.finditer(question):
        owner, start = _owner(match)
        if owner:
            text = question[start : match.end()]
            found.append(Role(start, match.end(), text, holder(owner, match["role"], speakers)))
    return tuple(found)


def holder(owner: str, role: str, speakers: Forms) -> Speaker | None:
    """The best known speaker whom an article gives ``role`` of ``owner``."""
    wanted = _words(role)
    for one in speakers.having("word", fold(role).split()[-1:], _MOST):
        speaker = speakers.speaker(one)
        if any(_fits(_words(held), wanted, _canonical(owner)) for held in speaker.roles):
            return speaker
    return _by_office(f"{owner} {role}", speakers)


def _by_office(words: str, speakers: Forms) -> Speaker | None:
    """Who holds the office of "the Russian leader", which articles call by another name."""
    key = offices.office(words)
    for head in ("president", "minister", "chancellor", "general", "secretary"):
        if head in key.split():
            for one in speakers.having("word", [head], _MOST):
                speaker = speakers.speaker(one)
                if any(offices.office(held) == key for held in speaker.roles):
                    return speaker
    return None


def _owner(match: re.Match[str]) -> tuple[str, int]:
    """Who a role is of, without question words in front of it, and where that begins."""
    words = match["owner"].split()
    while words and words[0].lower() in _NOT_OWNERS:
        words.pop(0)
    owner = " ".join(words)
    return owner, match.end("owner") - len(owner)


def _fits(held: set[str], wanted: set[str], owner: set[str]) -> bool:
    ranks = (held ^ wanted) & _RANKS
    owners = {_COUNTRY.get(word, word) for word in held}
    return not ranks and wanted <= held and owner <= owners


def _words(role: str) -> set[str]:
    return set(fold(re.sub(r"['’]s?\b", "", role)).replace("defense", "defence").split())


def _canonical(owner: str) -> set[str]:
    folded = fold(owner)
    return {_COUNTRY[folded]} if folded in _COUNTRY else set(folded.split())
