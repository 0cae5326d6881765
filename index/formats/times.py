"""What a source states as a date -> an aware UTC time, or unknown: no date is ever guessed."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta, timezone
from email.utils import parsedate_to_datetime

_EARLIEST_YEAR = 1600  # newspapers begin; an earlier date is a parsing accident
_WRITTEN = datetime(2026, 11, 1, tzinfo=UTC)  # of this program: a clock before it is wrong
_AHEAD = timedelta(days=1)  # a date without a zone may be that far ahead of UTC
_LONGEST = 200  # characters in which a date stands
_TEXT_DATE = re.compile(
    r"(?<!\d)(?P<d1>\d{1,2})(?:st|nd|rd|th)?\s+(?P<m1>[A-Za-z]{3,9})\.?,?\s+(?P<y1>\d{4})(?!\d)"
    r"|(?P<m2>[A-Za-z]{3,9})\.?\s+(?P<d2>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<y2>\d{4})(?!\d)"
)
_TEXT_TIME = re.compile(
    r"[\sT,|·–-]*(?:at\s+)?(?P<hour>\d{1,2})[:.h](?P<minute>\d{2})(?:[:.]\d{2})?"
    r"\s*(?P<half>[AaPp]\.?[Mm]\.?)?\s*\(?(?P<zone>[A-Z]{1,5}|[+-]\d{2}:?\d{2})?\b"
)
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan",
            "february feb",
            "march mar",
            "april apr",
            "may",
            "june jun",
            "july jul",
            "august aug",
            "september sep sept",
            "october oct",
            "november nov",
            "december dec",
        ),
        start=1,
    )
    for name in names.split()
}
# Hours east of UTC; names that mean several zones (IST, AST) are left out.
_ZONES = {
    **{"UTC": 0, "GMT": 0, "Z": 0, "WET": 0, "BST": 1, "CET": 1, "CEST": 2, "EET": 2, "EEST": 3},
    **{"MSK": 3, "JST": 9, "AEST": 10, "AEDT": 11},
    **{"EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7},
}
_NAMED_ZONE = re.compile(r"\s+(?P<zone>[A-Z]{1,5})$")


def published(value: object) -> datetime | None:
    """``value`` as an aware UTC datetime; None unless it states a whole, possible date.

    Understands ISO 8601, RFC 2822, ``2022/02/16`` and dates in English words. A date without
    a zone is taken as UTC, one without a time as midnight: the day is what is compared.
    """
    if isinstance(value, datetime):
        found: datetime | None = value
    else:
        text = str(value or "").strip()[:_LONGEST]
        found = _iso(text) or _rfc2822(text) or _words(text)
    if found is None or found.year < _EARLIEST_YEAR:
        return None
    aware = found if found.tzinfo else found.replace(tzinfo=UTC)
    try:
        return aware.astimezone(UTC)
    except OverflowError:
        return None


def believed(value: object, what: str) -> tuple[datetime | None, tuple[str, ...]]:
    """The time ``value`` states, and why it was not believed where it cannot be.

    A date after both today and the day this program was written is impossible: an article that
    was read has appeared.
    """
    found = published(value)
    shown = " ".join(str(value or "").split())[:60]
    if found is None:
        stated = isinstance(value, str | date) and any(c.isdigit() for c in shown)
        doubt = f"the {what} {shown!r} is no date that can be: taken as unknown"
        return None, (doubt,) if stated else ()
    if found > max(datetime.now(UTC), _WRITTEN) + _AHEAD:
        return None, (f"the {what} {shown!r} lies in the future: taken as unknown",)
    return found, ()


def _iso(text: str) -> datetime | None:
    if not re.match(r"\d{4}[-/]\d{1,2}[-/]\d{1,2}|\d{8}(?:T|$)", text):
        return None
    year_first = re.sub(
        r"^(\d{4})[-/](\d{1,2})[-/](\d{1,2})",
        lambda m: f"{m[1]}-{int(m[2]):02}-{int(m[3]):02}",
        re.sub(r"(?<=\d)\s+(?=[+-]\d{2}:?\d{2}$)", "", text),  # "10:00:00 +01:00", as YAML does
    )
    named = _NAMED_ZONE.search(year_first)
    zone = _zone(named["zone"]) if named else None
    try:
        found = datetime.fromisoformat(year_first[: named.start()] if named else year_first)
    except ValueError:
        return None
    return found.replace(tzinfo=zone) if zone and found.tzinfo is None else found


def _rfc2822(text: str) -> datetime | None:
    if not re.match(r"[A-Za-z]{3},\s+\d", text):
        return None
    try:
        return parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError):
        return None


def _words(text: str) -> datetime | None:
    match = _TEXT_DATE.search(text)
    if not match:
        return None
    month = _MONTHS.get((match["m1"] or match["m2"]).lower())
    try:
        year, day = int(match["y1"] or match["y2"]), int(match["d1"] or match["d2"])
        found = date(year, month, day) if month else None
    except ValueError:
        return None
    return datetime.combine(found, *_clock(text[match.end() :])) if found else None


def _clock(text: str) -> tuple[time, timezone]:
    """The time of day with its zone that ``text`` begins with; midnight UTC when it does not.

    Without a zone that is known the time is left out too: the day as printed is what counts.
    """
    stated = _TEXT_TIME.match(text)
    zone = _zone(stated["zone"] or "") if stated else None
    if not stated or zone is None:
        return time(), UTC
    hour, minute = int(stated["hour"]), int(stated["minute"])
    if stated["half"] and 1 <= hour <= 12:
        hour = hour % 12 + (12 if stated["half"][0] in "pP" else 0)
    return (time(hour, minute), zone) if hour < 24 and minute < 60 else (time(), UTC)


def _zone(name: str) -> timezone | None:
    """The zone of a name or of an offset like +01:00; None when it is unknown."""
    if offset := re.fullmatch(r"([+-])(\d{2}):?(\d{2})", name):
        ahead = timedelta(hours=int(offset[2]), minutes=int(offset[3]))
        return timezone(-ahead if offset[1] == "-" else ahead) if ahead < _AHEAD else None
    return timezone(timedelta(hours=_ZONES[name])) if name in _ZONES else None
