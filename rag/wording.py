"""Days, periods, counts and topics as people write them, the same on every surface."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

_BEFORE = "about|on|regarding|concerning|of|over|with|to|against|for"
_WHERE = "in|at|after|before|during|under|whether|that"


def day(value: date | datetime | None) -> str:
    """A day for people, "19 February 2022"; times count in UTC; empty when unknown."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = value.astimezone(UTC).date()
    return f"{value.day} {value:%B %Y}"


def short_day(value: date | datetime | None) -> str:
    """A day for tables, "19 Feb 2022"; empty when unknown."""
    *first, month, year = day(value).split() or ("", "", "")
    return " ".join((*first, month[:3], year)).strip()


def moment(value: datetime) -> str:
    """A day and time for people, "19 February 2022 at 14:05 UTC"; a script shows local time."""
    found = value.astimezone(UTC)
    return f"{day(found)} at {found:%H:%M} UTC"


def period(since: date | None, until: date | None) -> str:
    """An inclusive span of days in as few words as it takes."""
    if since and until:
        if since == until:
            return day(since)
        if (since.year, since.month) == (until.year, until.month):
            return f"{since.day} to {day(until)}"
        return f"{day(since)} to {day(until)}"
    if since:
        return f"since {day(since)}"
    return f"until {day(until)}" if until else ""


def count(number: int, noun: str, plural: str = "") -> str:
    """ "1 article", "28 articles"."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def legible(topic: str, question: str) -> str:
    """``topic`` where ``question`` says it in these words behind "about", "on" and the like, else
    empty: what is left of "Who captured him?" to search with is not for people to read."""
    words = topic.partition(" (")[0].strip()
    behind = rf"(?:\b(?:{_BEFORE})\s+|(?=\b(?:{_WHERE})\s)){re.escape(words)}(?!\w)"
    return words if words and re.search(behind, question, re.IGNORECASE) else ""
