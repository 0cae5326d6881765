"""Counts -> plots: columns over time as inline SVG, and bars beside their names.

Both say in words and numbers what they draw: nothing is told by length or colour alone.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from rag.wording import count, day
from ui.markup import element, escape, join

COLUMNS = 92  # most columns of a plot: a quarter by day, seven years by month
LISTED = 8  # bars of a list that are named; the others are one bar
HEIGHT = 100  # of the drawing, in its own units; it is stretched to the space there is
_TICKS = 6
_GAP = 0.22  # share of a column that stays empty


@dataclass(frozen=True, slots=True)
class _Unit:
    """How time is cut: the first day of a column, that of the next one, and its name."""

    name: str
    first: Callable[[date], date]
    following: Callable[[date], date]
    written: Callable[[date], str]


_UNITS = (
    _Unit("day", lambda at: at, lambda at: at + timedelta(1), lambda at: day(at)),
    _Unit(
        "month",
        lambda at: at.replace(day=1),
        lambda at: (at.replace(day=1) + timedelta(32)).replace(day=1),
        lambda at: f"{at:%B %Y}",
    ),
    _Unit(
        "year",
        lambda at: at.replace(month=1, day=1),
        lambda at: at.replace(year=at.year + 1, month=1, day=1),
        lambda at: str(at.year),
    ),
)


def timeline(what: str, days: Counter[date]) -> str:
    """``what`` ("Articles") by day, month or year: columns, and the same as a table to unfold."""
    if not days:
        return ""
    unit, columns = _columns(days)
    most, number = max(columns, key=lambda column: column[1])
    title = f"{what} by {unit.name}"
    label = (
        f"{title}: {sum(days.values()):,} from {unit.written(columns[0][0])} to "
        f"{unit.written(columns[-1][0])}, most in {unit.written(most)} ({number:,})"
    )
    parts = (
        element("figcaption", escape(title)),
        element("div", f"{number:,}", class_="most", aria_hidden="true"),
        _drawing(unit, columns, number, label),
        _ticks(unit, columns),
        _table(title, unit, columns),
    )
    return element("figure", join(parts), class_="timeline")


def bars(title: str, counts: Sequence[tuple[str, int]]) -> str:
    """Names with bars and numbers, the most first; what is beyond LISTED is counted together."""
    if not counts:
        return ""
    shown = list(counts[:LISTED])
    rest = counts[LISTED:]
    longest = max(number for _, number in shown)
    rows = [_bar(escape(name), number, longest) for name, number in shown]
    if rest:
        others = sum(number for _, number in rest)
        name = count(len(rest), "other")
        rows.append(element("div", f"<dt>{name}</dt><dd><b>{others:,}</b></dd>"))
    return element(
        "figure", element("figcaption", title) + element("dl", join(rows)), class_="plot"
    )


def _bar(name: str, number: int, longest: int) -> str:
    drawn = f'<i style="width:{100 * number / longest:.1f}%"></i><b>{number:,}</b>'
    return element("div", f'<dt title="{name}">{name}</dt><dd>{drawn}</dd>')


def _columns(days: Counter[date]) -> tuple[_Unit, list[tuple[date, int]]]:
    """The finest unit that fits, and all of its columns, the empty ones too."""
    for unit in _UNITS:
        first, last = unit.first(min(days)), unit.first(max(days))
        starts = [first]
        while starts[-1] < last and (len(starts) <= COLUMNS or unit is _UNITS[-1]):
            starts.append(unit.following(starts[-1]))
        if len(starts) <= COLUMNS or unit is _UNITS[-1]:
            counted: Counter[date] = Counter()
            for at, number in days.items():
                counted[unit.first(at)] += number
            return unit, [(at, counted[at]) for at in starts]
    raise AssertionError("years always fit")


def _drawing(unit: _Unit, columns: Sequence[tuple[date, int]], most: int, label: str) -> str:
    rects = (
        f'<rect x="{at + _GAP / 2:.2f}" y="{HEIGHT - HEIGHT * number / most:.2f}" '
        f'width="{1 - _GAP:.2f}" height="{HEIGHT * number / most:.2f}">'
        f"<title>{escape(unit.written(start))}: {number:,}</title></rect>"
        for at, (start, number) in enumerate(columns)
        if number
    )
    return (
        f'<svg role="img" aria-label="{escape(label)}" viewBox="0 0 {max(len(columns), 12)} '
        f'{HEIGHT}" preserveAspectRatio="none">{join(rects)}</svg>'
    )


def _ticks(unit: _Unit, columns: Sequence[tuple[date, int]]) -> str:
    """Names below some columns, evenly spaced."""
    wide = max(len(columns), 12)
    step = -(-wide // _TICKS)
    marks = (
        f'<span style="left:{100 * (at + 0.5) / wide:.1f}%">{escape(_short(unit, start))}</span>'
        for at, (start, _) in enumerate(columns)
        if at % step == 0
    )
    return element("div", join(marks), class_="ticks", aria_hidden="true")


def _short(unit: _Unit, at: date) -> str:
    """ "16 Feb", "Feb 2022", "2022"."""
    return {"day": f"{at.day} {at:%b}", "month": f"{at:%b %Y}"}.get(unit.name, str(at.year))


def _table(title: str, unit: _Unit, columns: Sequence[tuple[date, int]]) -> str:
    rows = join(
        f"<tr><th scope='row'>{escape(unit.written(start))}</th><td>{number:,}</td></tr>"
        for start, number in columns
        if number
    )
    body = f"<tbody>{rows}</tbody>"  # a long one scrolls, also by keyboard
    table = element("table", body, aria_label=f"{title}, as numbers", tabindex="0")
    return f"<details><summary>As numbers</summary>{table}</details>"
