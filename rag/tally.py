"""Statements -> how many there are by outlet, by month and by speaker."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Literal

from rag.wire import Said

Order = Literal["day", "speaker", "outlet"]


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts of statements, most first; months ("2022-02") in order of time.

    An outlet or a speaker that is not known counts under "". Statements without a day are in
    no month.
    """

    outlets: dict[str, int]
    months: dict[str, int]
    speakers: dict[str, int]


def tally(rows: Iterable[Said]) -> Tally:
    """The counts of ``rows``."""
    found = list(rows)
    months = Counter(f"{spoken:%Y-%m}" for one in found if (spoken := day(one)))
    return Tally(
        outlets=dict(Counter(one.article.publisher for one in found).most_common()),
        months=dict(sorted(months.items())),
        speakers=dict(Counter(one.speaker for one in found).most_common()),
    )


def ordered(rows: Iterable[Said], by: Order) -> list[Said]:
    """``rows``, which come in order of time, by speaker or outlet, unknown ones last; within one
    by time."""
    if by == "day":
        return list(rows)
    named = [(one.speaker if by == "speaker" else one.article.publisher, one) for one in rows]
    return [one for _, one in sorted(named, key=lambda pair: (not pair[0], pair[0].casefold()))]


def day(one: Said) -> date | None:
    """The day of speaking where the article gives it, else that of publication (UTC)."""
    published = one.article.published
    return one.said_on or (published.date() if published else None)
