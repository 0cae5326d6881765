"""What a source states about itself -> clean fields; what it does not state stays unknown."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from index.types import Article

_EARLIEST_YEAR = 1600  # newspapers begin; an earlier date is a parsing accident
_TEXT_DATE = re.compile(
    r"(?<!\d)(?P<d1>\d{1,2})(?:st|nd|rd|th)?\s+(?P<m1>[A-Za-z]{3,9})\.?,?\s+(?P<y1>\d{4})(?!\d)"
    r"|(?P<m2>[A-Za-z]{3,9})\.?\s+(?P<d2>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<y2>\d{4})(?!\d)"
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


def revision(text: str) -> str:
    """The revision of a text: its SHA-256, hexadecimal."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def slug(name: str) -> str:
    """``name`` as an article id: letters, digits, ``_``, ``.`` and ``-``, at most 80 characters."""
    return re.sub(r"[^\w.-]+", "-", name, flags=re.ASCII).strip("-.")[:80] or "article"


def published(value: object) -> datetime | None:
    """``value`` as an aware UTC datetime; None unless it states a whole, possible date.

    Understands ISO 8601, RFC 2822, ``2022/02/16`` and dates in English words. A date without
    a zone is taken as UTC, one without a time as midnight: the day is what is compared.
    """
    if isinstance(value, datetime):
        found: datetime | None = value
    else:
        text = str(value or "").strip()
        found = _iso(text) or _rfc2822(text) or _words(text)
    if found is None or found.year < _EARLIEST_YEAR:
        return None
    aware = found if found.tzinfo else found.replace(tzinfo=UTC)
    try:
        return aware.astimezone(UTC)
    except OverflowError:
        return None


def names(value: object) -> tuple[str, ...]:
    """Author names from a list or from one string joined by commas, semicolons or "and"."""
    if isinstance(value, str):
        value = re.split(r"[;,]|\s(?:and|&)\s", " ".join(value.split()))
    if isinstance(value, dict):
        value = [value]
    if not isinstance(value, Iterable) or isinstance(value, bytes):
        return ()
    stated = (one.get("name") or "" if isinstance(one, dict) else one for one in value)
    cleaned = (" ".join(str(name).split()) for name in stated)
    return tuple(name for name in cleaned if name)


def article(
    identifier: str,
    text: str,
    source: str,
    *,
    title: str = "",
    publisher: str = "",
    authors: tuple[str, ...] = (),
    url: str = "",
    date: object = None,
    language: str = "",
) -> Article:
    """An Article with its revision computed and its one-line fields cleaned of line breaks."""
    return Article(
        id=slug(identifier),
        revision=revision(text),
        title=" ".join(title.split()),
        text=text,
        publisher=" ".join(publisher.split()),
        authors=authors,
        url=url.strip() if url.strip().startswith(("http://", "https://")) else "",
        published=published(date),
        language=language.strip()[:2].lower(),
        source=source,
    )


def _iso(text: str) -> datetime | None:
    if not re.match(r"\d{4}[-/]\d{1,2}[-/]\d{1,2}|\d{8}(?:T|$)", text):
        return None
    year_first = re.sub(
        r"^(\d{4})[-/](\d{1,2})[-/](\d{1,2})",
        lambda m: f"{m[1]}-{int(m[2]):02}-{int(m[3]):02}",
        text,
    )
    year_first = re.sub(r"\s+(?:UTC|GMT)$", "+00:00", year_first)
    try:
        return datetime.fromisoformat(year_first)
    except ValueError:
        return None


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
        return datetime(year, month, day, tzinfo=UTC) if month else None
    except ValueError:
        return None
