"""JSON Lines -> Articles, a line each; a bad line is reported and the others go in."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

from index.errors import UnreadableSource
from index.formats.metadata import article, names
from index.types import Article

LONGEST_LINE = 10_000_000  # bytes; a longer line is not one article
NOT_MAPPED: Mapping[str, str] = {}
FIELDS = (  # what a row may hold under these names, or under others that are mapped to them
    *("id", "text", "title", "publisher", "authors", "url", "published", "updated", "section"),
    *("language", "notice"),
)
_BLANK = b" \t\r\n\x0b\x0c"


def read(
    line: str, source: str, stem: str, number: int, fields: Mapping[str, str] = NOT_MAPPED
) -> Article:
    """The Article on line ``number`` (from 1); ``fields`` are our names -> the row's.

    Raises UnreadableSource when the line is not a JSON object with a text.
    """
    return record(mapped(_row(line, number), fields, number), source, stem, number)


def mapped(row: Mapping[str, Any], fields: Mapping[str, str], number: int) -> Mapping[str, Any]:
    """``row`` under our names; ``a.b`` names what stands under "b" in an object under "a".

    Raises UnreadableSource when the row lacks a field that is mapped.
    """
    found = dict(row)
    for ours, theirs in fields.items():
        value: Any = row
        for step in [theirs] if theirs in row else theirs.split("."):
            if not isinstance(value, Mapping) or step not in value:
                raise UnreadableSource(
                    f'line {number} has no "{theirs}", which --map gives as {ours}: correct the '
                    "line or the mapping"
                )
            value = value[step]
        found[ours] = value
    return found


def record(row: Mapping[str, Any], source: str, stem: str, number: int) -> Article:
    """The Article in a row of named values; raises UnreadableSource when it has no text."""
    text = next((row[key] for key in ("text", "body", "content") if row.get(key)), None)
    if not isinstance(text, str) or not text.strip():
        raise UnreadableSource(f'line {number} has no "text": add the article text under that key')
    return article(
        str(row.get("id") or f"{stem}-{number}"),
        text.replace("\r\n", "\n"),
        f"{source}#{row.get('id') or number}",
        title=str(row.get("title") or row.get("headline") or ""),
        publisher=str(row.get("publisher") or row.get("source") or ""),
        authors=names(row.get("authors") or row.get("author") or ()),
        url=str(row.get("url") or ""),
        date=row.get("published") or row.get("date"),
        updated=row.get("updated") or row.get("modified"),
        section=str(row.get("section") or ""),
        notice=str(row.get("notice") or ""),
        language=str(row.get("language") or ""),
    )


def rows(stream: BinaryIO) -> Iterator[tuple[int, bytes | None]]:
    """Line numbers (from 1) and lines that are not blank, None for one above LONGEST_LINE.

    Lines end at LF only, as JSON Lines demands; no more than one of them is held in memory.
    """
    number, whole = 0, True
    while line := stream.readline(LONGEST_LINE):
        number += whole
        ended = line.endswith(b"\n")
        if whole and not ended and len(line) == LONGEST_LINE:
            yield number, None
        elif whole and line.strip(_BLANK):
            yield number, line.removeprefix(b"\xef\xbb\xbf") if number == 1 else line
        whole = ended


def _row(line: str, number: int) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        deep = isinstance(error, RecursionError)
        message = "nested too deeply" if deep else str(getattr(error, "msg", error))
        raise UnreadableSource(f"line {number} is not JSON ({message}): correct it") from error
    if not isinstance(row, dict):
        raise UnreadableSource(f"line {number} is not a JSON object: write one object a line")
    return row
