"""An event that a question names -> the days on which the articles' own sentences put it.

"Before the talks in Munich" names a date that only the articles know: one of them says that the
ministers "will meet in Munich on Saturday", another that the conference was "from 18 to 20
February". Where they do not say, or disagree, the event has no day.
"""

from __future__ import annotations

import re
import textwrap
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from index.search.lexical import terms
from index.sentences import sentences
from index.speech.dates import MONTH, WEEKDAYS, days, month_day
from index.storage.store import Store
from index.types import Article, Block
from index.view import View
from rag import wording
from rag.types import Notice

_KIND = (
    r"talks?|meetings?|summits?|conferences?|congress|assembly|visits?|trips?|speech|address|"
    r"drills|exercises?|manoeuvres|maneuvers|invasion|attacks?|cyberattacks?|strikes?|bombing|"
    r"explosions?|shooting|votes?|elections?|referendum|debates?|hearings?|trial|ceremony|games|"
    r"olympics|protests?|rally|march|launch|announcement|resignation|ceasefire|negotiations|"
    r"phone call|press conference|session|forum|match|final|funeral|coup|accident|crash|storm|"
    r"hurricane|earthquake|flood|fire|evacuation|withdrawal|deadline|inauguration"
)
_EVENT = re.compile(
    r"(?i:\b(?P<lead>before|ahead of|prior to|until|after|following|since|during|at))\s+"
    rf"(?P<words>(?i:the)\s+(?:[\w’'-]+\s+){{0,4}}?(?P<kind>(?i:{_KIND}))\b"
    r"(?:\s+of\s+(?:the\s+)?[\w’'-]+(?:\s+(?:ministers|leaders|council|allies|presidents))?)?"
    r"(?:\s+(?:in|of|on|at|with|between|to|against|and)\s+(?:the\s+)?[A-Z][\w’'-]*"
    r"(?:\s+[A-Z][\w’'-]*)*)*)"
)
_GATHERING = re.compile(
    r"\b(?:talks?|meetings?|summits?|conference|visit|trip|session|forum|negotiations|met)\b",
    re.IGNORECASE,
)
_SPOKE = r"\b(?:told|speaking|spoke|addressed|addressing)\b(?:\s[\w’'-]+){0,4}?\s+in"
_TELLS = (
    r"(?:said|says|told|warned|announced|added|reported|wrote|spoke|spoken|address|claimed|"
    r"insisted|repeated|declared|estimated|called|promised|accused|asked)"
)
_SAID = re.compile(rf"\b{_TELLS}\b[^,;]{{0,24}}$", re.IGNORECASE)  # the day of speaking follows
_SAYS = re.compile(rf"^,?\s+(?:[\w’'.-]+\s+){{0,6}}?{_TELLS}\b", re.IGNORECASE)
_CAPITAL = re.compile(r"\b[A-Z][\w’'-]+")
_RANGE = re.compile(
    rf"\b(?:from\s+|between\s+)?(?P<first>\d{{1,2}})\s?(?:-|–|to|and|until)\s?"
    rf"(?P<last>\d{{1,2}})\s+(?P<month>{MONTH})"
    rf"|\b(?P<month2>{MONTH})\s(?P<first2>\d{{1,2}})\s?(?:-|–|to|and|until)\s?(?P<last2>\d{{1,2}})\b",
    re.IGNORECASE,
)
_WEEKEND = re.compile(r"\bthis weekend\b", re.IGNORECASE)
_AHEAD = re.compile(
    r"\b(?:will|to (?:be|hold|meet|open|begin|start|attend|travel|discuss|take place)|due|"
    r"scheduled|planned?|plans|expected|next|upcoming|later this)\b",
    re.IGNORECASE,
)
_WEEKDAY = re.compile(rf"\b(?P<day>{'|'.join(WEEKDAYS)})\b", re.IGNORECASE)
_LOOKED_THROUGH = 60  # passages that hold the event's words
_SHOWN = 240  # code points of the sentence that gives the day
_OPENING = 12  # code points into a sentence by which "On Tuesday" opens it
_REACH = 70  # code points between an event and its day
_AGREED = 0.5  # share of the days given that must lie together


@dataclass(frozen=True, slots=True)
class Event:
    """What a question calls an event ("the talks in Munich"), its kind ("talks") and the word
    before it."""

    lead: str
    words: str
    kind: str

    def period(self, first: date, last: date) -> tuple[date | None, date | None]:
        """The days asked for, inclusive, when the event was from ``first`` to ``last``."""
        if self.lead in ("before", "ahead of", "prior to"):
            return None, first - timedelta(days=1)
        if self.lead == "until":
            return None, last
        if self.lead in ("after", "following"):
            return last, None
        return (first, None) if self.lead == "since" else (first, last)


@dataclass(frozen=True, slots=True)
class Dated:
    """The days of an event and the sentence that gives them, ``article.text[start:end]``."""

    first: date
    last: date
    article: Article
    start: int
    end: int


def named(question: str) -> Event | None:
    """The first event by which ``question`` names a time; None where it names none."""
    found = _EVENT.search(question)
    if found is None:
        return None
    lead = " ".join(found["lead"].lower().split())
    return Event(lead, found["words"], found["kind"])


def dated(event: Event, store: Store, view: View) -> Dated | None:
    """When the articles say that ``event`` was; None where they do not say or disagree."""
    given = list(_given(event, store, view))
    votes = Counter(day for one in given for day in _every(one))
    if not votes:
        return None
    together = max(_runs(sorted(votes)), key=lambda run: (sum(votes[d] for d in run), run[0]))
    share = sum(votes[day] for day in together) / sum(votes.values())
    articles = {one.article.id for one in given}
    # One word alone ("the meeting") may be any of many: every article must mean the same.
    if share < _AGREED or (len(terms(event.words)) < 2 and (share < 1 or len(articles) < 2)):
        return None
    first, last = together[0], together[-1]
    inside = [one for one in given if first <= one.first and one.last <= last]
    basis = max(
        inside, key=lambda one: (one.last - one.first, -one.first.toordinal(), one.article.id)
    )
    return Dated(first, last, basis.article, basis.start, basis.end)


def _given(event: Event, store: Store, view: View) -> Iterator[Dated]:
    """Every sentence that holds the event's words and gives a day for it.

    Where none does, its place will do: what was said "in Munich on Saturday" was said there then.
    """
    wanted = set(terms(event.words))
    hits = view.matching(event.words, _LOOKED_THROUGH)
    found = store.passages([key for key, _ in hits])
    passages = [found[key] for key, _ in hits if key in found]
    seen: set[tuple[str, int]] = set()
    read: list[tuple[Article, int, int]] = []
    for passage, article in passages:
        span = passage.span
        for one in sentences(article.text, (Block("body", span.start, span.end),)):
            if article.published and (article.id, one.start) not in seen:
                seen.add((article.id, one.start))
                read.append((article, one.start, one.end))
    exact = [at for at in read if wanted <= set(terms(at[0].text[at[1] : at[2]]))]
    kind = re.compile(rf"\b{re.escape(event.kind.rstrip('s'))}", re.IGNORECASE)
    told = [one for at in exact for one in _told(*at, kind)]
    if told or not _GATHERING.search(event.words):
        yield from told
        return
    for place in _CAPITAL.findall(event.words):
        name = re.escape(place)
        there = re.compile(rf"{_SPOKE} {name}\b|{_GATHERING.pattern}[^.;]{{0,30}} in {name}\b")
        near = [at for at in read if there.search(at[0].text[at[1] : at[2]])]
        yield from (one for at in near for one in _told(*at, there, spoken=True))


def _told(
    article: Article, start: int, end: int, event: re.Pattern[str], spoken: bool = False
) -> Iterator[Dated]:
    """The days of the one time that a sentence names close to ``event``.

    The day on which somebody spoke counts only where that is what took place there.
    """
    assert article.published is not None
    published, words = article.published.date(), article.text[start:end]
    spans = [match.span() for match in event.finditer(words)]
    found = {
        (first, last)
        for first, last, left, right in _times(words, published)
        if spoken or not _of_speaking(words, left, right)
        if any(left - _REACH <= b and a <= right + _REACH for a, b in spans)
    }
    if len(found) == 1:
        yield Dated(*found.pop(), article, start, end)


def _times(words: str, published: date) -> Iterator[tuple[date, date, int, int]]:
    """First and last day of each time that a sentence gives for what happens, with its place."""
    for match in _RANGE.finditer(words):
        month = match["month"] or match["month2"]
        first = month_day(month, int(match["first"] or match["first2"]), published)
        last = month_day(month, int(match["last"] or match["last2"]), published)
        if first and last and timedelta(0) <= last - first <= timedelta(days=31):
            yield first, last, *match.span()
            return
    for match in _WEEKEND.finditer(words):
        saturday = published + timedelta(days=(5 - published.weekday()) % 7)
        yield saturday, saturday + timedelta(days=1), *match.span()
    ahead = _AHEAD.search(words)
    for match in _WEEKDAY.finditer(words) if ahead else ():
        wanted = WEEKDAYS.index(match["day"].lower())
        day = published + timedelta(days=(wanted - published.weekday()) % 7)
        yield day, day, *match.span()
    for one in days(words, published):
        if not ahead:
            yield one.day, one.day, one.start, one.end


def _of_speaking(words: str, start: int, end: int) -> bool:
    """Whether a day is that on which somebody said the rest: "On Tuesday, Biden had said"."""
    opens = start < _OPENING or words[end : end + 1] != ","
    return bool(_SAID.search(words[:start]) or (opens and _SAYS.match(words[end:])))


def _every(one: Dated) -> Iterator[date]:
    for number in range((one.last - one.first).days + 1):
        yield one.first + timedelta(days=number)


def _runs(found: Sequence[date]) -> list[list[date]]:
    """Days in order, cut where one is missing between two."""
    runs = [[found[0]]]
    for day in found[1:]:
        if day - runs[-1][-1] <= timedelta(days=1):
            runs[-1].append(day)
        else:
            runs.append([day])
    return runs


def told(event: Event, found: Dated | None, period: tuple[date | None, date | None]) -> Notice:
    """What the reader is told of how the event was dated, or that it could not be."""
    if found is None:
        return Notice(
            "event_undated",
            f"No article says plainly when “{event.words}” took place, so no period is set.",
        )
    sentence = " ".join(found.article.text[found.start : found.end].split())
    shown = textwrap.shorten(sentence, _SHOWN, placeholder=" …")
    outlet = found.article.publisher or found.article.title or found.article.id
    asked = " ".join(
        f"{word} {wording.day(end)}"
        for word, end in zip(("from", "until"), period, strict=True)
        if end
    )
    when = wording.period(found.first, found.last)
    return Notice(
        "event_dated",
        f"“{event.words}” is read as {when}, so {asked} is asked for: {outlet} writes: {shown}",
    )
