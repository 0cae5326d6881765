"""Tables (CSV, TSV) with a line of column names -> Articles, a row each."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from index.errors import UnreadableSource
from index.jsonl import record
from index.types import Article

_LONGEST_CELL = 2_000_000  # characters; the csv module's own limit is 131,072


def read(text: str, source: str, stem: str) -> Iterator[Article | UnreadableSource]:
    """The Article of each row; a row without text comes back as the reason.

    Columns are named as the keys of JSON Lines are, in any case. Raises UnreadableSource when
    the file is no table of that kind.
    """
    csv.field_size_limit(_LONGEST_CELL)
    first = text.split("\n", 1)[0]
    separator = max(",;\t", key=first.count)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        names = [name.strip().lower() for name in next(rows, [])]
        if not {"text", "body", "content"} & set(names):
            raise UnreadableSource(
                'the first line names no column "text": name the columns there, as title,text'
            )
        for cells in rows:
            if any(cells):
                yield _article(dict(zip(names, cells, strict=False)), source, stem, rows.line_num)
    except csv.Error as error:
        raise UnreadableSource(
            f"line {rows.line_num} is not a row of a table ({error}): correct its quotation marks"
        ) from error


def _article(
    row: dict[str, str], source: str, stem: str, number: int
) -> Article | UnreadableSource:
    try:
        return record(row, source, stem, number)
    except UnreadableSource as error:
        return error
