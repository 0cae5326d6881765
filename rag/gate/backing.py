"""Cited sentences -> what a claim that rests on them may draw on, and whom it may let speak."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from index.roster import mentioned
from index.types import Speaker, Statement
from rag.gate import marks, support
from rag.gate.attribution import Attributed, Claimed, attributed, fits, is_named, named_in
from rag.gate.citing import Cited, before, words
from rag.gate.naming import SUBJECTS

_CARRIES = 0.9  # share of the best sentence's words from which another carries the same
_POINTS_BACK = re.compile(
    r"\b(?:he|she|it|they|him|his|her|hers|its|their|them|this|these|those|both)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Backing:
    """Reads cited sentences with the speakers of the corpus at hand."""

    speakers: Mapping[str, Speaker]

    def leaves_open(self, text: str, cited: list[Cited]) -> bool:
        """Whether a pronoun stands for somebody whom the sentence does not name."""
        known = [who for one in cited if (who := self.voice(one)).speaker]
        pronoun = any(word in SUBJECTS for word in re.findall(r"[a-z]+", text.lower()))
        return pronoun and bool(known) and not any(is_named(text, who) for who in known)

    def may_say(self, text: str, by: Claimed, cited: Sequence[Cited]) -> bool:
        """Whether a cited sentence that carries what ``by`` is to have said lets them say it."""
        others = mentioned(by.surface, self.speakers)
        said = text[by.start : by.end]
        shares = [support.overlap(said, words(one)) for one in cited]
        for one, share in zip(cited, shares, strict=True):
            if share < max(shares) * _CARRIES:
                continue
            if any(fits(by.surface, own, words(one), others) for own in self._voices(said, one)):
                return True
        return False

    def _voices(self, said: str, one: Cited) -> list[Attributed]:
        """Who says ``said`` in a cited sentence: of several who speak there, whoever's own words
        carry it best."""
        inside = _inside(one)
        if len(inside) < 2:
            found = [attributed(*_extent(s), [s], self.speakers) for s in inside]
            return [self.voice(one), *found]
        source = one.evidence.article.text
        own = [
            support.overlap(said, " ".join(source[part.start : part.end] for part in s.content))
            for s in inside
        ]
        return [
            attributed(*_extent(s), [s], self.speakers)
            for s, share in zip(inside, own, strict=True)
            if share >= max(own) * _CARRIES
        ]

    def voice(self, one: Cited) -> Attributed:
        person = self.speakers.get(one.statement.speaker_id) if one.statement else None
        return Attributed(one.statement, person)

    def is_speech(self, text: str, one: Cited) -> bool:
        """Whether what the claim takes from a cited sentence is what somebody says there."""
        who = self.voice(one)
        if who.statement is None or who.speaker is None:
            return False
        source = one.evidence.article.text
        said = " ".join(source[part.start : part.end] for part in who.statement.content)
        return support.overlap(text, said) >= support.overlap(text, words(one)) - 0.1

    def source(self, cited: Sequence[Cited], plain: str | None = None) -> support.Source:
        """What a claim that cites these sentences may draw on."""
        return support.Source(
            marks.visible(" ".join(words(one) for one in cited)),
            " ".join(f"{self.names(one)} {one.evidence.article.publisher}" for one in cited),
            " ".join(before(one) for one in cited if _POINTS_BACK.search(words(one))),
            " ".join(f"{one.evidence.article.title} {one.evidence.article.text}" for one in cited),
            self._dates(cited),
            plain,
        )

    def names(self, one: Cited) -> str:
        """Names and roles that the speaker of a cited statement goes by."""
        return _known_as(self.voice(one).speaker)

    def reads_as(self, text: str, one: Cited) -> bool:
        """Whether ``text`` is the cited sentence with one of those who speak in it named."""
        source = marks.visible(words(one))
        for said in (one.statement, *_inside(one)):
            person = self.speakers.get(said.speaker_id) if said else None
            surface = said.speaker_surface if said else ""
            if support.reads_as(text, source, _known_as(person), surface):
                return True
        return False

    def _dates(self, cited: Sequence[Cited]) -> str:
        """Dates that follow from the cited statements and their articles."""
        days = [one.statement.said_on for one in cited if one.statement and one.statement.said_on]
        days += [p.date() for one in cited if (p := one.evidence.article.published)]
        return " ".join(f"{day.day} {day:%B %Y %A}" for day in days)

    def speaker(self, text: str, cited: list[Cited]) -> str:
        """Who says a paraphrase: the cited statement's speaker where the text names them."""
        for one in cited:
            person = self.voice(one).speaker
            if person and named_in(text, [person]):
                return person.name
        return ""


def _inside(one: Cited) -> list[Statement]:
    """The statements that a cited sentence holds a part of."""
    return [
        said
        for said in one.evidence.statements
        if said.content[0].start < one.end and one.start < said.content[-1].end
    ]


def _extent(said: Statement) -> tuple[int, int]:
    return said.content[0].start, said.content[-1].end


def _known_as(person: Speaker | None) -> str:
    return " ".join([person.name, *person.aliases, *person.roles]) if person else ""
