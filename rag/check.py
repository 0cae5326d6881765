"""A quotation, and whose it is said to be -> whether the articles have it so.

Candidates come from the lexical index, so that the whole corpus is searched in milliseconds; each
is then compared word for word.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from index.roster import match
from index.types import Article, Speaker
from rag.attribution import attributed
from rag.desk import Desk
from rag.errors import UsageError
from rag.locate import NEGATION, bare, locate
from rag.types import ArticleRef
from rag.wire import reference

Outcome = Literal["authentic", "altered", "shortened", "other_speaker", "not_found"]

CANDIDATES = 30  # passages compared word for word
NEAR = 0.6  # share of equal words (difflib's ratio) from which other words are an alteration
CONTEXT = 120  # code points shown around the place
_CONDITION = re.compile(r"\b(?:if|unless|when|until|provided|only|should)\b", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")


@dataclass(frozen=True, slots=True)
class Change:
    """A run of words that both have, or that only the quotation or only the article has."""

    kind: Literal["same", "quotation", "article"]
    words: str


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
class _Place:
    article: Article
    start: int
    end: int
    ratio: float
    speaker: Speaker | None
    said_on: date | None


def check(desk: Desk, quotation: str, speaker: str = "") -> Checked:
    """What the corpus says of a quotation.

    Raises UsageError when the quotation holds no words, is too long, or the speaker is unknown.
    """
    if not _WORD.search(quotation):
        raise UsageError("the quotation holds no words: give the words to look for")
    people = match(speaker, desk.roster()) if speaker else ()
    if speaker and not people:
        raise UsageError(f"nobody called {speaker!r} speaks in these articles")
    places = sorted(_places(desk, quotation), key=lambda p: (-p.ratio, not _is(p, people)))
    verbatim = [one for one in places if one.ratio == 1.0]
    own = [one for one in verbatim if not people or _is(one, people)]
    if own:
        return _found_verbatim(own[0], quotation, speaker)
    if verbatim:
        name = verbatim[0].speaker.name if verbatim[0].speaker else "no named speaker"
        return _result("other_speaker", f"{name} said this.", verbatim[0], quotation, speaker)
    if places and places[0].ratio >= NEAR:
        message = "The article has other words."
        return _result("altered", message, places[0], quotation, speaker)
    return Checked("not_found", "No article has these words.", quotation, speaker)


def changes(quotation: str, exact: str) -> tuple[Change, ...]:
    """The word diff from ``exact`` to ``quotation``, in order."""
    said, given = exact.split(), quotation.split()
    plain = [[_even(word) for word in words] for words in (said, given)]
    found: list[Change] = []
    matcher = difflib.SequenceMatcher(None, plain[0], plain[1], autojunk=False)
    for kind, i1, i2, j1, j2 in matcher.get_opcodes():
        if kind == "equal":
            found.append(Change("same", " ".join(said[i1:i2])))
            continue
        if i2 > i1:
            found.append(Change("article", " ".join(said[i1:i2])))
        if j2 > j1:
            found.append(Change("quotation", " ".join(given[j1:j2])))
    return tuple(found)


def _places(desk: Desk, quotation: str) -> Iterator[_Place]:
    """The best place in each article that shares words with the quotation."""
    hits = desk.view.matching(quotation, CANDIDATES)
    found = desk.store.passages([key for key, _ in hits])
    articles = {article.id: article for _, article in found.values()}
    speakers = desk.roster()
    for article in articles.values():
        start, end, ratio = _best(quotation, article.text)
        if ratio:
            said = attributed(start, end, desk.store.statements_of(article.id), speakers)
            day = said.statement.said_on if said.statement else None
            yield _Place(article, start, end, ratio, said.speaker, day)


def _best(quotation: str, text: str) -> tuple[int, int, float]:
    """The nearest place to ``quotation`` in ``text`` and the share of words they share."""
    if place := locate(quotation, text):
        return place.start, place.end, 1.0
    words = list(_WORD.finditer(text))
    plain = [_even(one.group()) for one in words]
    wanted = [_even(word) for word in _WORD.findall(bare(quotation))]
    if not wanted:
        return 0, 0, 0.0
    matcher = difflib.SequenceMatcher(None, plain, wanted, autojunk=False)
    anchor = matcher.find_longest_match()
    if not anchor.size:
        return 0, 0, 0.0
    first = max(0, anchor.a - anchor.b)
    last = min(len(words), first + len(wanted))
    best = (0, 0, 0.0)
    for start in range(max(0, first - 3), first + 4):
        for stop in range(max(start + 1, last - 3), min(len(words), last + 3) + 1):
            ratio = difflib.SequenceMatcher(None, plain[start:stop], wanted, autojunk=False).ratio()
            if ratio > best[2]:
                best = (words[start].start(), words[stop - 1].end(), min(ratio, 0.999))
    return best


def _found_verbatim(place: _Place, quotation: str, asked: str) -> Checked:
    lost = _lost(place, quotation)
    if lost:
        message = f"The words stand there, but what is left out turns them round: {lost!r}."
        return _result("shortened", message, place, quotation, asked)
    name = place.speaker.name if place.speaker else ""
    message = f"{name} said this." if name else "The article has these words."
    return _result("authentic", message, place, quotation, asked)


def _lost(place: _Place, quotation: str) -> str:
    """A negation or condition in the rest of the sentence that the quotation leaves out."""
    text = place.article.text
    before = re.split(r"[.!?\n]\s|[\"“”]", text[max(0, place.start - 200) : place.start])[-1]
    after = re.split(r"[.!?\n]|[\"“”]", text[place.end : place.end + 200])[0]
    if not NEGATION.search(quotation):
        near = " ".join(before.split()[-4:])
        if found := NEGATION.search(near):
            return found.group()
    if not _CONDITION.search(quotation):
        for part in (before, after):
            if found := _CONDITION.search(part):
                return found.group()
    return ""


def _is(place: _Place, people: Sequence[Speaker]) -> bool:
    return place.speaker is not None and place.speaker.id in {one.id for one in people}


def _even(word: str) -> str:
    return re.sub(r"[^\w]", "", word.replace("’", "'")).lower()


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
        said_on=place.said_on,
        changes=changes(bare(quotation), exact),
    )
