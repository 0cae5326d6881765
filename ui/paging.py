"""Long tables in pages: which rows are shown, and the way to those before and after."""

from __future__ import annotations

from dataclasses import dataclass

from ui.markup import element

ROWS = 200  # of a page of a table


@dataclass(frozen=True, slots=True)
class Page:
    """Rows ``first`` to ``last`` (from 0, half-open) of ``total``."""

    first: int
    last: int
    total: int


def page(wanted: object, total: int) -> Page:
    """The page on which row ``wanted`` stands; the first where it is no row's number."""
    text = str(wanted)
    at = int(text) if text.isdecimal() and len(text) < 12 else 0
    first = min(at, max(0, total - 1)) // ROWS * ROWS
    return Page(first, min(first + ROWS, total), total)


def paged(what: str, shown: Page, table: str) -> str:
    """``table`` between two ways to turn its pages; alone when it has only one."""
    if shown.total <= ROWS:
        return table
    return _turn(f"Pages of {what}", shown) + table + _turn(f"Pages of {what}, below it", shown)


def _turn(label: str, shown: Page) -> str:
    position = f"{shown.first + 1:,} to {shown.last:,} of {shown.total:,}"
    parts = (
        _button("Previous", shown.first - ROWS, shown.first > 0),
        element("span", position, class_="position"),
        _button("Next", shown.last, shown.last < shown.total),
    )
    return element("nav", "".join(parts), class_="pages", aria_label=label)


def _button(words: str, first: int, leads: bool) -> str:
    off = {} if leads else {"disabled": ""}
    return element("button", words, type="button", data_turn=str(max(0, first)), **off)
