"""Words around a statement and the day an article came out -> the day of speaking, or None.

Weekdays mean the last such day up to and including publication; nothing vaguer than a day counts.
Wrong is worse than unknown: two different days in reach, or a day after publication, give None.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

WEEKDAYS = "monday tuesday wednesday thursday friday saturday sunday".split()
_MONTH_NAMES = "jan feb mar apr may jun jul aug sep oct nov dec".split()
MONTH = (
    r"(?:Jan(?:uary|\.)?|Feb(?:ruary|\.)?|Mar(?:ch|\.)?|Apr(?:il|\.)?|May|June?|July?|Jun\.|Jul\.|"
    r"Aug(?:ust|\.)?|Sept?(?:ember|\.)?|Oct(?:ober|\.)?|Nov(?:ember|\.)?|Dec(?:ember|\.)?)"
)
_DAY = re.compile(
    rf"\b(?P<month>{MONTH})\s(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\b(?:,?\s(?P<year>(?:19|20)\d\d)\b)?"
    rf"|\b(?P<day2>\d{{1,2}})(?:st|nd|rd|th)?\s(?P<month2>{MONTH})\b(?:,?\s(?P<year2>(?:19|20)\d\d)\b)?"
    r"|\b(?P<iso>(?:19|20)\d\d-\d\d-\d\d)\b"
    r"|\b(?P<vague>(?:last|next|this coming|following|previous|every|each|since|until|by|before|"
    r"after)\s)?"
    r"(?P<weekday>(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)\b(?P<possessive>[’']s)?"
    r"|(?<!USA )\b(?P<near>today|yesterday|tonight)\b(?P<possessive2>[’']s)?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Day:
    """A day named in text, ``start:end`` in code points of the searched text."""

    day: date
    words: str
    start: int
    end: int


def days(
    text: str, published: date | None, start: int = 0, end: int | None = None
) -> Iterator[Day]:
    """The days a stretch of text names plainly enough to be sure of."""
    for match in _DAY.finditer(text, start, len(text) if end is None else end):
        day = _day(match, published)
        if day is not None:
            yield Day(day, match.group().strip(), match.start(), match.end())


def said_on(found: list[Day]) -> tuple[date | None, str]:
    """The one day all agree on with the words of the first, else unknown."""
    if not found or len({f.day for f in found}) > 1:
        return None, ""
    return found[0].day, found[0].words


def _day(match: re.Match[str], published: date | None) -> date | None:
    try:
        return _named_day(match, published)
    except (ValueError, OverflowError):
        return None


def _named_day(match: re.Match[str], published: date | None) -> date | None:
    group = match.groupdict()
    if group["iso"]:
        return date.fromisoformat(group["iso"])
    if group["weekday"]:
        return _weekday(group, published)
    if group["near"]:
        if published is None or group["possessive2"]:
            return None
        return published - timedelta(days=1 if group["near"].lower() == "yesterday" else 0)
    month = _MONTH_NAMES.index((group["month"] or group["month2"])[:3].lower()) + 1
    number = int(group["day"] or group["day2"])
    year = group["year"] or group["year2"]
    if year:
        return date(int(year), month, number)
    if published is None:
        return None
    # Without a year the nearest such day in the past is meant, at most half a year back.
    for candidate in (published.year, published.year - 1):
        day = date(candidate, month, number)
        if timedelta(0) <= published - day <= timedelta(days=183):
            return day
    return None


def _weekday(group: dict[str, str | None], published: date | None) -> date | None:
    # "By Thursday he said": it was then that he did; "said by Thursday the ice would go" is not.
    vague = group["vague"] not in (None, "By ")
    if published is None or group["possessive"] or vague:
        return None
    wanted = WEEKDAYS.index((group["weekday"] or "").lower())
    return published - timedelta(days=(published.weekday() - wanted) % 7)


def month_day(month: str, number: int, published: date) -> date | None:
    """The day of a month without its year that is nearest to publication; None where none is."""
    at = _MONTH_NAMES.index(month[:3].lower()) + 1
    found = []
    for year in (published.year - 1, published.year, published.year + 1):
        try:
            found.append(date(year, at, number))
        except ValueError:
            continue
    return min(found, key=lambda day: abs(day - published), default=None)
