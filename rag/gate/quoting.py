"""A sentence -> the same with only true quotations in marks, each under the name that said it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from index.roster import mentioned
from index.speech import quotations
from index.types import Speaker
from rag.gate import marks, support
from rag.gate.attribution import (
    Attributed,
    Claimed,
    attributed,
    fits,
    giver,
    is_named,
    is_outlet,
    named_in,
)
from rag.gate.citing import ADDRESSES_MACHINE, cite, sentences_of, words
from rag.gate.locate import NEGATION, Place, bare, places
from rag.gate.naming import SUBJECTS
from rag.types import Evidence

_DENIES = re.compile(
    r"\b(?:den(?:y|ies|ied|ying|ial)|reject\w*|refut\w*|dismiss\w*|disput\w*|contradict\w*"
    r"|rebuff\w*|doubt\w*)\b",
    re.IGNORECASE,
)

_BEGINS = re.compile(r"(?:^|[.!?…]\s+|[\"“”„‟«»'‘’`]\s?)$")

# sound; not in quotation marks in the article; under a name that is not the article's
Standing = Literal["sound", "unquoted", "misattributed"]


@dataclass(frozen=True, slots=True)
class Found:
    """A quotation of a claim at a place of an article, and whether it may stand there."""

    evidence: Evidence
    place: Place
    who: Attributed
    by: Claimed | None
    standing: Standing


def find(
    text: str,
    mark: quotations.Quotation,
    order: Sequence[Evidence],
    speakers: Mapping[str, Speaker],
) -> Found | None:
    """Where the words between these marks stand in the evidence, the soundest place first."""
    seen: list[Found] = []
    if not support.content(bare(text[mark.start : mark.end])):
        return None  # "and" stands in every article
    for evidence, place in _everywhere(text[mark.start : mark.end], order):
        found = _found(text, mark, evidence, place, speakers)
        if found.standing == "sound":
            return found
        seen.append(found)
    # Another person's words are worse than words that nobody is quoted with.
    return min(seen, key=lambda one: one.standing != "misattributed", default=None)


def lost_negation(text: str, found: Sequence[Found]) -> bool:
    """Whether a claim turns round what the article does with words it quotes.

    A "not" right before the quoted words, or a verb of denial that reports them, must stand in
    the claim too, outside the quotation, and the other way round.
    """
    outside = marks.outside(text)
    denied = bool(NEGATION.search(outside) or _DENIES.search(outside))
    for one in found:
        before = one.evidence.article.text[max(0, one.place.start - 60) : one.place.start]
        clause = re.split(r"[.;:!?,\"“”]", before)[-1]
        negated = bool(NEGATION.search(" ".join(clause.split()[-5:])))
        said = one.who.statement
        cue = one.evidence.article.text[said.cue.start : said.cue.end] if said and said.cue else ""
        if (negated or _DENIES.search(cue)) and not denied:
            return True
        if _DENIES.search(outside) and not _DENIES.search(_sentence_outside(one)):
            return True
    return False


def stands_alone(one: Found) -> bool:
    """Whether the words begin a sentence that the article quotes: then they say by themselves what
    was said, and nothing before them can turn them round."""
    text, start = one.evidence.article.text, one.place.start
    return text[start].isupper() and bool(_BEGINS.search(text[max(0, start - 4) : start]))


def _sentence_outside(one: Found) -> str:
    cited = cite(one.evidence, one.place.start, one.place.end, one.place.match, {})
    return marks.outside(words(cited))


def _everywhere(quotation: str, order: Sequence[Evidence]) -> Iterator[tuple[Evidence, Place]]:
    """Each place of the words, also where only the case of their first letter differs."""
    inner = bare(quotation)
    other = inner[:1].swapcase() + inner[1:]
    for words_ in (quotation, other) if inner[:1].isalpha() else (quotation,):
        hit = False
        for one in order:
            span = one.passage.span
            for place in places(words_, one.article.text, span.start, span.end):
                if not _speaks_to_machine(one, place):
                    hit = True
                    yield one, place
        if hit:
            return


def _speaks_to_machine(one: Evidence, place: Place) -> bool:
    text = one.article.text
    touched = [text[s:e] for s, e in sentences_of(one) if s < place.end and e > place.start]
    return any(ADDRESSES_MACHINE.search(sentence) for sentence in touched)


def _found(
    text: str,
    mark: quotations.Quotation,
    evidence: Evidence,
    place: Place,
    speakers: Mapping[str, Speaker],
) -> Found:
    article = evidence.article
    voices = [attributed(*part, evidence.statements, speakers) for part in place.parts]
    who = voices[0]
    alone = len({_voice(one) for one in voices}) == 1
    quoted = all(_is_quoted(article.text, *part) for part in place.parts)
    cited = marks.visible(words(cite(evidence, place.start, place.end, place.match, speakers)))
    own = support.reads_as(text, cited, f"{_names(who)} said", _surface(who))
    if alone and quoted and own and (who.speaker is None or is_named(marks.outside(text), who)):
        return Found(evidence, place, who, None, "sound")  # the article's own, its speaker named
    by = _giver(text, mark)
    if by and by.surface and is_outlet(by.surface, article):
        return Found(evidence, place, Attributed(None, None), None, "sound")
    standing: Standing = "sound"
    if not alone:
        standing = "misattributed"  # two people's words joined by an ellipsis
    elif not quoted:
        standing = "unquoted"
    elif not _agrees(text, by, who, cited, speakers):
        standing = "misattributed"
    return Found(evidence, place, who, by, standing)


def _giver(text: str, mark: quotations.Quotation) -> Claimed | None:
    """Whom the claim lets say the words; not asked of the parser where only a quotation is."""
    if not any(character.isalpha() for character in marks.outside(text)):
        return None
    return giver(text, mark.start, mark.end)


def _agrees(
    text: str, by: Claimed | None, who: Attributed, cited: str, speakers: Mapping[str, Speaker]
) -> bool:
    if by and not by.is_pronoun:
        return fits(by.surface, who, cited, mentioned(by.surface, speakers))
    outside = marks.outside(text)
    others = mentioned(outside, speakers)
    if who.speaker is None:
        return by is None and not named_in(outside, others)  # "he said": nobody can tell who
    if by and by.at and by.surface.lower() in SUBJECTS:
        return True  # the name will stand there
    # An attribution that was not read is sound where nobody else is named.
    return not [one for one in named_in(outside, others) if one.id != who.speaker.id]


@lru_cache(maxsize=64)
def _quotations(text: str) -> tuple[quotations.Quotation, ...]:
    return quotations.find(text)


def _is_quoted(text: str, start: int, end: int) -> bool:
    return any(mark.start <= start and end <= mark.end for mark in _quotations(text))


def _voice(who: Attributed) -> str:
    if who.speaker:
        return who.speaker.id
    return who.statement.speaker_surface if who.statement else ""


def _names(who: Attributed) -> str:
    person = who.speaker
    return " ".join([person.name, *person.aliases, *person.roles]) if person else ""


def _surface(who: Attributed) -> str:
    return who.statement.speaker_surface if who.statement else ""
