"""Question text -> the period of time it names, in whole days."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta

_MONTHS = {name.lower(): at for at, name in enumerate(calendar.month_name) if name} | {
    name.lower(): at for at, name in enumerate(calendar.month_abbr) if name
}
_MONTH = "(?P<month>" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")\b\.?"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
_YEAR = r"(?P<year>(?:19|20)\d\d)"
_BETWEEN = re.compile(
    rf"\b(?:between|from)\s+(?P<from>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:and|to|until)\s+{_DAY}\s+{_MONTH}",
    re.IGNORECASE,
)
_POINTS = [
    re.compile(r"(?P<year>\d{4})-(?P<number>\d{2})-(?P<day>\d{2})"),
    re.compile(rf"\b{_DAY}\s+(?:of\s+)?{_MONTH}(?:,?\s+{_YEAR})?", re.IGNORECASE),
    re.compile(rf"\b{_MONTH}\s+{_DAY}\b(?:,?\s+{_YEAR})?", re.IGNORECASE),
    re.compile(rf"\b{_MONTH}(?:,?\s+(?:of\s+)?{_YEAR})?(?<!\bmay)", re.IGNORECASE),
    re.compile(rf"\b{_YEAR}\b"),
]
_LEAD = re.compile(
    r"\b(before|until|till|by|up to|after|since|from|on|in|during)\s*(?:the\s+)?$", re.I
)
_RELATIVE = {"today": 0, "yesterday": 1}


@dataclass(frozen=True, slots=True)
class Period:
    """What a question says of time, in inclusive days; None is open.

    ``since`` and ``until`` bound what is asked for ("before 15 February" has no ``since``);
    ``first`` and ``last`` are the days that are named. ``words`` are the months and years by
    which an article would name them. ``rest`` is the question without all this.
    """

    rest: str
    since: date | None = None
    until: date | None = None
    first: date | None = None
    last: date | None = None
    words: tuple[str, ...] = ()


def period(text: str, first: date | None, last: date | None, today: date) -> Period:
    """The period that ``text`` names.

    A month or day without a year is taken in the corpus's own years, ``first`` to ``last``;
    "today" and "yesterday" are those of the person asking.
    """
    for word, back in _RELATIVE.items():
        if found := re.search(rf"\b{word}\b", text, re.IGNORECASE):
            day = today - timedelta(days=back)
            return Period(_without(text, found.start(), found.end()), day, day, day, day)
    # "between 14 and 20 February" names the month once for both days
    text = _BETWEEN.sub(
        lambda m: f"from {m['from']} {m['month']} until {m['day']} {m['month']}", text
    )
    since: date | None = None
    until: date | None = None
    named: list[date] = []
    words: list[str] = []
    for start, end, low, high in reversed(_found(text, first, last)):
        lead = _LEAD.search(text[:start])
        word = lead[1].lower() if lead else "in"
        if word in ("before", "until", "till", "by", "up to"):
            until = low - timedelta(days=1) if word == "before" else high
        elif word in ("after", "since", "from"):
            since = high + timedelta(days=1) if word == "after" else low
        else:
            since, until = min(since or low, low), max(until or high, high)
        named += [low, high if word not in ("after", "since", "from") else date.max]
        words += re.findall(r"[A-Za-z]{3,}|\d{4}", text[start:end])
        text = _without(text, lead.start() if lead else start, end)
    if not named:
        return Period(text)
    return Period(text, since, until, min(named), max(named), tuple(words))


def _found(text: str, first: date | None, last: date | None) -> list[tuple[int, int, date, date]]:
    """Places and day ranges in text order; the fullest reading of each place."""
    found: list[tuple[int, int, date, date]] = []
    for pattern in _POINTS:
        for match in pattern.finditer(text):
            taken = any(match.start() < end and start < match.end() for start, end, _, _ in found)
            days = None if taken else _days(match, first, last)
            if days:
                found.append((match.start(), match.end(), *days))
    return sorted(found)


def _days(match: re.Match[str], first: date | None, last: date | None) -> tuple[date, date] | None:
    parts = match.groupdict()
    word = parts.get("month")
    ambiguous = word and word.lower() in ("may", "march", "mar")
    if ambiguous and not parts.get("day") and not _LEAD.search(match.string[: match.start()]):
        return None  # "may" and "march" are also verbs
    month = int(parts["number"]) if parts.get("number") else _MONTHS.get((word or "").lower(), 0)
    year = int(parts["year"]) if parts.get("year") else _year(month, first, last)
    if not year:
        return None
    try:
        if parts.get("day"):
            day = date(year, month, int(parts["day"]))
            return day, day
        if month:
            return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])
        return date(year, 1, 1), date(year, 12, 31)
    except ValueError:
        return None


def _year(month: int, first: date | None, last: date | None) -> int:
    """The latest year of the corpus in which ``month`` lies, else the corpus's last year."""
    if not first or not last or not month:
        return 0
    for year in range(last.year, first.year - 1, -1):
        if (first.year, first.month) <= (year, month) <= (last.year, last.month):
            return year
    return last.year


def _without(text: str, start: int, end: int) -> str:
    return re.sub(r"\s+([?.!,])", r"\1", f"{text[:start].rstrip()} {text[end:].lstrip()}").strip()
