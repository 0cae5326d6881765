"""The form of an answer -> how its sentences stand: in a line, in order of days, side by side.

The text stays what it is, character for character: the page's style sets what leads a sentence
(a day, a name) in front of it from an attribute.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from rag.types import Answer, Claim, Form
from rag.wording import short_day


@dataclass(frozen=True, slots=True)
class Lead:
    """What stands in front of a sentence, and on which side of a comparison it is ("1", "2")."""

    words: str = ""
    side: str = ""


def laid_out(form: Form, answer: Answer) -> tuple[str, tuple[Lead, ...]]:
    """The class of the layout, empty for running text, and a Lead for each claim."""
    claims = answer.claims
    if form == "change" and len(claims) > 1:
        return "course", _once(_day(answer, claim) for claim in claims)
    speakers = list(dict.fromkeys(claim.speaker for claim in claims if claim.speaker))
    if form == "comparison" and len(speakers) == 2:
        names = _once(claim.speaker for claim in claims)
        sides = {name: str(at) for at, name in enumerate(speakers, start=1)}
        both = zip(names, claims, strict=True)
        return "sides", tuple(Lead(one.words, sides.get(c.speaker, "")) for one, c in both)
    plain = tuple(Lead() for _ in claims)
    return ("voices" if form == "round-up" and len(claims) > 2 else ""), plain


def _once(words: Iterable[str]) -> tuple[Lead, ...]:
    """A Lead of each, without words where the same stood before."""
    seen: set[str] = set()
    found = []
    for one in words:
        found.append(Lead("" if one in seen else one))
        seen.add(one)
    return tuple(found)


def _day(answer: Answer, claim: Claim) -> str:
    """When it was said, else printed, by the first of its citations."""
    cited = next((one for one in answer.citations if one.number in claim.citations), None)
    return short_day(cited.said_on or cited.article.published) if cited else ""
