"""Tables (CSV, TSV) with a line of column names -> Articles, a row each."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping

from index.errors import UnreadableSource
from index.formats.jsonl import NOT_MAPPED, mapped, record
from index.types import Article

_LONGEST_CELL = 2_000_000  # characters; the csv module's own limit is 131,072


def read(
    text: str, source: str, stem: str, fields: Mapping[str, str] = NOT_MAPPED
) -> Iterator[Article | UnreadableSource]:
    """The Article of each row; a row without text comes back as the reason.

    Columns are named as the keys of JSON Lines are, in any case, or as ``fields`` (our names ->
    theirs) says. Raises UnreadableSource when the file is no table of that kind.
    """
    fields = {ours: theirs.strip().lower() for ours, theirs in fields.items()}
    csv.field_size_limit(_LONGEST_CELL)
    first = text.split("\n", 1)[0]
    separator = max(",;\t", key=first.count)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    try:
        names = [name.strip().lower() for name in next(rows, [])]
        _check_columns(names, fields)
        for cells in rows:
            if any(cells):
                yield _article(
                    dict(zip(names, cells, strict=False)), fields, source, stem, rows.line_num
                )
    except csv.Error as error:
        raise UnreadableSource(
            f"line {rows.line_num} is not a row of a table ({error}): correct its quotation marks"
        ) from error


def _check_columns(names: list[str], fields: Mapping[str, str]) -> None:
    """Raises UnreadableSource when a column that is needed or mapped is not named."""
    for ours, theirs in fields.items():
        if theirs not in names:
            raise UnreadableSource(
                f'the first line names no column "{theirs}", which --map gives as {ours}: it '
                f"names {', '.join(names)[:200]}"
            )
    if "text" not in fields and not {"text", "body", "content"} & set(names):
        raise UnreadableSource(
            'the first line names no column "text": name the columns there, as title,text, or '
            "say which one it is, as --map text=story"
        )


def _article(
    row: dict[str, str], fields: Mapping[str, str], source: str, stem: str, number: int
) -> Article | UnreadableSource:
    try:
        return record(mapped(row, fields, number), source, stem, number)
    except UnreadableSource as error:
        return error
