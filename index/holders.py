"""Statements of "the German defence minister" -> whoever other articles of the time call so.

Only where they name nobody else: a wrong name is worse than none. What is settled here is told
from what an article says itself: it has the method "corpus" and names its basis.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from index import joining
from index.speech import offices, speakers
from index.storage import rows
from index.storage.store import Store
from index.storage.writer import Settled, Writer

PERIOD = 31  # days before and after an article in which others say who holds an office


@dataclass(frozen=True, slots=True)
class Tie:
    """An article's word for who holds an office; ``speaks`` tells whether that person does in it:
    who does not may be long gone."""

    name: str
    words: str
    article: str
    day: date | None
    speaks: bool


class Ties:
    """All ties of one office."""

    def __init__(self, key: str, ties: Iterable[Tie], aliases: Mapping[str, str]) -> None:
        self._public = offices.is_public(key)
        made = sorted(ties, key=lambda tie: (tie.day or date.min, tie.article, tie.name))
        ids = speakers.join({(tie.name, ""): 1 for tie in made}, aliases).speaker_ids
        self._by_person: defaultdict[str, list[Tie]] = defaultdict(list)
        for tie in made:
            self._by_person[ids[tie.name]].append(tie)
        self._days = {
            who: [tie.day or date.min for tie in ties] for who, ties in self._by_person.items()
        }

    def holder(self, day: date | None, heard: Collection[str] = ()) -> Tie | None:
        """The tie that says who held the office about a day, None where that is open; ``heard``
        are those who speak in the article that asks.

        An article without a date can be of any time, and so can its word: it names a rival, and
        a holder only where no article of any time names another.
        """
        near = {who: self._near(who, day) for who in self._by_person}
        spoken_of = [who for who, ties in near.items() if ties]
        if len(spoken_of) != 1:
            return None
        ties = near[spoken_of[0]]
        if day and not any(tie.day for tie in ties) and len(self._by_person) > 1:
            return None
        if not self._is_enough(ties, heard):
            return None
        best = max(ties, key=lambda tie: (tie.speaks, -_distance(tie, day), tie.words))
        fullest = max(ties, key=lambda tie: (len(tie.name.split()), tie.speaks, tie.name))
        return replace(best, name=fullest.name)

    def _near(self, who: str, day: date | None) -> Sequence[Tie]:
        ties, days = self._by_person[who], self._days[who]
        if day is None:
            return ties
        undated = ties[: bisect_right(days, date.min)]
        first = bisect_left(days, date.fromordinal(max(1, day.toordinal() - PERIOD)), len(undated))
        last = bisect_right(days, date.fromordinal(day.toordinal() + PERIOD))
        return [*undated, *ties[first:last]]

    def _is_enough(self, ties: Sequence[Tie], heard: Collection[str]) -> bool:
        several = len({tie.article for tie in ties}) > 1
        alive = any(tie.speaks or tie.name in heard for tie in ties)
        return several or (self._public and alive)


def _distance(tie: Tie, day: date | None) -> int:
    return abs((tie.day - day).days) if tie.day and day else 10**6


def is_due(store: Store) -> bool:
    """Whether there are offices to settle."""
    return bool(store.read("SELECT 1 FROM unsettled LIMIT 1"))


def settle(store: Store, writer: Writer) -> None:
    """Name the speakers of statements by the offices they are called by, also those that an
    earlier, killed run left open; where a holder came or went, names come and go."""
    due = [row["office"] for row in store.read("SELECT office FROM unsettled")]
    if not due:
        return
    aliases = speakers.read_aliases(store.folder / joining.ALIASES)
    changed = [one for key in due for one in _changed(store, key, aliases)]
    writer.settle(changed, due)


def _changed(store: Store, key: str, aliases: Mapping[str, str]) -> Iterator[Settled]:
    """The statements of an office that are to have another name than they have."""
    asked = store.read(
        'SELECT s.article, s.start, s."end", s.name, s.role, s.record, a.published '
        "FROM statements s JOIN articles a ON a.key = s.article WHERE s.office = ?",
        (key,),
    )
    if not asked:
        return
    ties = Ties(key, _ties(store, key), aliases)
    heard = _heard(store, {row["article"] for row in asked})
    for row in asked:
        surface = rows.statement(row["record"], "").speaker_surface
        tie = ties.holder(_day(row["published"]), heard[row["article"]])
        settled = Settled(row["article"], row["start"], row["end"])
        if tie:
            role = re.sub(r"^the\s", "", surface, flags=re.IGNORECASE)
            basis = f"{tie.name} is called “{tie.words}” in {tie.article}"
            settled = replace(settled, name=tie.name, role=role, basis=basis)
        if settled.name != row["name"]:
            yield settled


def _heard(store: Store, articles: Collection[int]) -> defaultdict[int, set[str]]:
    """Who speaks in each article under a name of its own."""
    sql = "SELECT DISTINCT article, name FROM statements WHERE name <> '' AND office = ''"
    heard: defaultdict[int, set[str]] = defaultdict(set)
    for row in store.read_in(f"{sql} AND article IN", sorted(articles)):
        heard[row["article"]].add(row["name"])
    return heard


def _ties(store: Store, key: str) -> list[Tie]:
    found = store.read(
        "SELECT h.name, h.words, a.id, a.published, EXISTS (SELECT 1 FROM statements s "
        "WHERE s.article = h.article AND s.name = h.name) AS speaks "
        "FROM holders h JOIN articles a ON a.key = h.article WHERE h.office = ?",
        (key,),
    )
    return [
        Tie(row["name"], row["words"], row["id"], _day(row["published"]), bool(row["speaks"]))
        for row in found
    ]


def _day(published: str | None) -> date | None:
    return datetime.fromisoformat(published).date() if published else None
