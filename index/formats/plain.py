"""Plain text files -> Articles: headline, byline, date and outlet as the first lines state."""

from __future__ import annotations

import re
from collections.abc import Iterator

from index.blocks import headline
from index.formats.metadata import article, names
from index.types import Article

_HEAD_LINES = 6  # non-empty lines in which a byline, a date or an outlet may stand
_BYLINE = re.compile(r"[Bb][Yy]\s+((?:(?:[A-Z][\w.'’-]+|and)(?:[\s,]+|$)|&\s*)+)$")
_STATED = re.compile(
    r"(?:(?P<date>Published|Posted|Date)|(?P<updated>(?:Last )?[Uu]pdated|Modified)"
    r"|(?P<publisher>Source|Outlet|Publisher)|(?P<section>Section))\s*:\s*(?P<value>.+)$"
)
_FACTS = ("date", "updated", "publisher", "section")
_DATE_LINE = re.compile(  # a date and nothing but a time after it: "5 May 2020 was hot" is text
    r"(?:(?:[A-Z][a-z]+day,?\s+)?(?:\d{1,2}\s+[A-Z][a-z]+|[A-Z][a-z]+\.?\s+\d{1,2}),?\s+\d{4}"
    r"|\d{4}-\d{2}-\d{2})"
    r"(?:(?:[\sT,|·–-]|at)*\d{1,2}[:.h]\d{2}(?:[:.]\d{2})?\s*(?:[AaPp]\.?[Mm]\.?)?"
    r"\s*\(?(?:Z|[A-Z]{2,5}|[+-]\d{2}:?\d{2})?\)?)?$"
)


def read(text: str, source: str, stem: str) -> Iterator[Article]:
    """One Article; ``text`` is kept whole, offsets count from its first character."""
    stated = _stated(text)
    yield article(
        stem,
        text,
        source,
        title=headline(text),
        publisher=stated.get("publisher", ""),
        authors=names(stated.get("authors", "")),
        date=stated.get("date"),
        updated=stated.get("updated"),
        section=stated.get("section", ""),
    )


def _stated(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    lines = [line.strip() for line in text[:4000].split("\n") if line.strip()]
    for line in lines[:_HEAD_LINES]:
        if byline := _BYLINE.match(line):
            found.setdefault("authors", byline[1])
        elif stated := _STATED.match(line):
            kind = next(name for name in _FACTS if stated[name])
            found.setdefault(kind, stated["value"])
        elif _DATE_LINE.match(line):
            found.setdefault("date", line)
    return found
