"""JSON Lines -> Articles, a line each; a bad line is reported and the others go in."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from index.errors import UnreadableSource
from index.metadata import article, names
from index.types import Article

LONGEST_LINE = 10_000_000  # characters; a longer line is not one article


def read(line: str, source: str, stem: str, number: int) -> Article:
    """The Article on line ``number`` (from 1).

    Raises UnreadableSource when the line is not a JSON object with a text.
    """
    if len(line) > LONGEST_LINE:
        raise UnreadableSource(
            f"line {number} has {len(line):,} characters, the limit is {LONGEST_LINE:,}: "
            "write one article a line"
        )
    row = _row(line, number)
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
        language=str(row.get("language") or ""),
    )


def rows(text: str) -> Iterator[tuple[int, str]]:
    """Line numbers (from 1) and lines that are not blank; split at LF only, as JSON demands."""
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            yield number, line


def _row(line: str, number: int) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        message = getattr(error, "msg", "nested too deeply")
        raise UnreadableSource(f"line {number} is not JSON ({message}): correct it") from error
    if not isinstance(row, dict):
        raise UnreadableSource(f"line {number} is not a JSON object: write one object a line")
    return row
