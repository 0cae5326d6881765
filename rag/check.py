"""A quotation, and whose it is said to be -> whether the articles have it so.

Candidates come from the lexical index, so that the whole corpus is searched in milliseconds; each
is then compared word for word.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from index.roster import match
from index.search.lexical import STOP_WORDS
from index.types import Article, Speaker, Statement
from rag.desk import Desk
from rag.errors import UsageError
from rag.gate.attribution import attributed
from rag.gate.locate import NEGATION, bare, locate
from rag.nearest import Change, changes, likeness, nearest, widened, within, words
from rag.types import ArticleRef
from rag.wire import reference

Outcome = Literal["authentic", "altered", "shortened", "other_speaker", "not_found"]

CANDIDATES = 30  # passages looked through for the very words
LIKELY = 40  # passages compared roughly where none has them; the first ATTRIBUTED in full
ATTRIBUTED = 8  # of the places found, those whose speaker is looked up
NEAR = 0.6  # share of equal words from which other words are an alteration
CONTEXT = 120  # code points shown around the place
_CONDITION = re.compile(
    r"\b(?:if|unless|until|provided|providing|as long as|only when|on condition)\b|^Should\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Checked:
    """The outcome, with the place it rests on: ``text[start:end] == exact``, code points."""

    outcome: Outcome
    message: str
    quotation: str
    speaker_asked: str
    article: ArticleRef | None = None
    start: int = 0
    end: int = 0
    exact: str = ""
    prefix: str = ""
    suffix: str = ""
    speaker: str = ""
    said_on: date | None = None
    changes: tuple[Change, ...] = ()


@dataclass(frozen=True, slots=True)
class _Region:
    """Text around a passage that shares words with the quotation."""

    article: Article
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Place:
    """``ratio`` is the share of equal words, 1 where the quotation stands word for word."""

    article: Article
    start: int
    end: int
    ratio: float
    statement: Statement | None = None
    speaker: Speaker | None = None


def check(desk: Desk, quotation: str, speaker: str = "") -> Checked:
    """What the corpus says of a quotation.

    Raises UsageError when the quotation holds no words or is too long.
    """
    wanted = words(quotation)
    if not wanted:
        raise UsageError("the quotation holds no words: give the words to look for")
    people = match(speaker, desk.roster()) if speaker else ()
    ids = {one.id for one in people}
    verbatim = _spoken(desk, _verbatim(desk, quotation))
    near = [] if verbatim else _spoken(desk, _near(desk, quotation, wanted))
    joined = [place for one in near if (place := _across(one, wanted))]
    found = sorted(verbatim or joined, key=lambda one: not _is(one, ids))
    if found and speaker and not _is(found[0], ids):
        name = found[0].speaker.name if found[0].speaker else "no named speaker"
        return _result("other_speaker", f"{name} said this.", found[0], quotation, speaker)
    if found:
        return _found_verbatim(found[0], quotation, speaker)
    if near:
        best = min(near, key=lambda one: (-round(one.ratio, 2), not _is(one, ids)))
        return _differing(best, quotation, speaker, ids)
    stranger = speaker and not people
    message = f"No article has these words, and nobody called {speaker!r} speaks in any."
    return Checked(
        "not_found", message if stranger else "No article has these words.", quotation, speaker
    )


def _regions(desk: Desk, keys: Iterable[int], reach: int) -> Iterator[_Region]:
    """The text around passages, ``reach`` code points further on both sides, in their order."""
    wanted = list(keys)
    found = desk.store.passages(wanted)
    for passage, article in (found[key] for key in wanted if key in found):
        start = max(0, passage.span.start - reach)
        yield _Region(article, start, min(len(article.text), passage.span.end + reach))


def _verbatim(desk: Desk, quotation: str) -> list[_Place]:
    """The places that have the words of a quotation, in passages that hold all of them or most."""
    reach = len(quotation) + 2
    seen: dict[tuple[str, int, int], _Place] = {}
    for search in (desk.view.with_all, desk.view.matching):
        keys = [key for key, _ in search(quotation, CANDIDATES)]
        for region in _regions(desk, keys, reach):
            if place := locate(quotation, region.article.text, region.start, region.end):
                one = _Place(region.article, place.start, place.end, 1.0)
                seen.setdefault((region.article.id, place.start, place.end), one)
        if seen:
            break  # most of a quotation's words are enough only where none has all
    return list(seen.values())


def _near(desk: Desk, quotation: str, wanted: Sequence[str]) -> list[_Place]:
    """The places nearest to a quotation in the passages that are likest to it, best first."""
    topical = {word for word in wanted if word not in STOP_WORDS}
    keys = [key for key, _ in desk.view.matching(quotation, LIKELY)]
    found: dict[tuple[str, int, int], _Place] = {}
    regions = list(_regions(desk, keys, 2 * len(quotation)))
    rough = [likeness(wanted, one.article.text, one.start, one.end) for one in regions]
    order = sorted(range(len(regions)), key=lambda at: -rough[at])
    for region in (regions[at] for at in order[:ATTRIBUTED]):
        text = region.article.text
        place = nearest(wanted, text, region.start, region.end, NEAR)
        if place is None:
            continue
        shared = topical & set(words(text[place.start : place.end]))
        if 2 * len(shared) >= len(topical):
            place = widened(wanted, text, place)
            one = _Place(region.article, place.start, place.end, min(place.ratio, 0.999))
            found.setdefault((region.article.id, place.start, place.end), one)
    return sorted(found.values(), key=lambda one: -one.ratio)


def _spoken(desk: Desk, places: Sequence[_Place]) -> list[_Place]:
    """The first of ``places`` with the statements that hold them and who makes those."""
    speakers = desk.roster()
    made = []
    for one in places[:ATTRIBUTED]:
        there = desk.store.statements_of(one.article.id, one.start, one.end)
        said = attributed(one.start, one.end, there, speakers)
        made.append(replace(one, statement=said.statement, speaker=said.speaker))
    return made


def _across(place: _Place, wanted: Sequence[str]) -> _Place | None:
    """The place where a statement has the words in a row but for what the reporter puts between."""
    if place.statement is None:
        return None
    parts = [(part.start, part.end) for part in place.statement.content]
    found = within(wanted, place.article.text, parts)
    return replace(place, start=found.start, end=found.end, ratio=1.0) if found else None


def _found_verbatim(place: _Place, quotation: str, asked: str) -> Checked:
    lost = _lost(place, quotation)
    if lost:
        message = f"The words stand there, but what is left out turns them round: {lost!r}."
        return _result("shortened", message, place, quotation, asked)
    name = place.speaker.name if place.speaker else ""
    message = f"{name} said this." if name else "The article has these words."
    return _result("authentic", message, place, quotation, asked)


def _differing(place: _Place, quotation: str, asked: str, ids: set[str]) -> Checked:
    """What is said of words that an article has almost: left out, added or exchanged."""
    found = _result("altered", "", place, quotation, asked)
    kinds = {one.kind for one in found.changes if words(one.words)} - {"same"}
    left_out = " … ".join(one.words for one in found.changes if one.kind == "article")
    turned = NEGATION.search(left_out) or _CONDITION.search(left_out)
    if kinds == {"article"} and turned:
        message = f"The words stand there, but what is left out turns them round: {left_out!r}."
        return replace(found, outcome="shortened", message=message)
    message = (
        "Words of the article are left out."
        if kinds == {"article"}
        else "The quotation has words that the article has not."
        if kinds == {"quotation"}
        else "The article has other words."
    )
    if asked and not _is(place, ids):
        whose = place.speaker.name if place.speaker else "nobody by name"
        message += f" It gives them to {whose}."
    return replace(found, message=message)


def _lost(place: _Place, quotation: str) -> str:
    """A negation or condition in the rest of the sentence that the quotation leaves out."""
    before, after = _rest(place)
    reach = 2 if NEGATION.search(quotation) else 4
    if found := NEGATION.search(" ".join(before.split()[-reach:])):
        return found.group()
    if not _CONDITION.search(quotation):
        for part in (before, after):
            if found := _CONDITION.search(part.strip()):
                return found.group()
    return ""


def _rest(place: _Place) -> tuple[str, str]:
    """What stands before and after a place in its sentence, as far as the same words go on.

    `"We will stay," he said, "unless they leave"` goes on behind the reporter's words.
    """
    text = place.article.text
    before = re.split(r"[.!?\n]\s|[\"“”]", text[max(0, place.start - 200) : place.start])[-1]
    tail = text[place.end : place.end + 200]
    after = re.split(r"[.!?\n]|[\"“”]", tail)[0]
    parts = place.statement.content if place.statement else ()
    later = next((one for one in parts if one.start >= place.end), None)
    if later and re.match(r"\s*[,—–-]?[\"”]", tail):
        resumed = text[later.start : later.end].lstrip('"“” ')
        if resumed[:1].islower():
            after += " " + re.split(r"[.!?\n]", resumed)[0]
    return before, after


def _is(place: _Place, ids: set[str]) -> bool:
    return place.speaker is not None and place.speaker.id in ids


def _result(outcome: Outcome, message: str, place: _Place, quotation: str, asked: str) -> Checked:
    text = place.article.text
    exact = text[place.start : place.end]
    return Checked(
        outcome=outcome,
        message=message,
        quotation=quotation,
        speaker_asked=asked,
        article=reference(place.article),
        start=place.start,
        end=place.end,
        exact=exact,
        prefix=text[max(0, place.start - CONTEXT) : place.start],
        suffix=text[place.end : place.end + CONTEXT],
        speaker=place.speaker.name if place.speaker else "",
        said_on=place.statement.said_on if place.statement else None,
        changes=changes(bare(quotation), exact),
    )
