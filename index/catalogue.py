"""A store -> what is indexed, without the texts: lists, outlets, and articles that are copies.

An article counts as a copy of another when most of the shorter one stands in the longer one,
five words at a time: wire stories are printed under other headlines, edited lightly and cut at
the end. One run of words in four is compared, chosen by its checksum (Manber 1994), so that the
comparison is the same everywhere and takes a quarter of the memory.
"""

from __future__ import annotations

import json
import re
import zlib
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations

from index.store import Store

COPY = 0.5  # share of the shorter article's runs of words that the longer one must hold
RUN = 5  # words compared at a time
_KEPT = 4  # one run in so many is compared
_COMMON = 30  # articles with the same run from which it is boilerplate
_FEWEST = 8  # compared runs, about 30 words; less is not enough to tell
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Entry:
    """What a list shows of a current article; ``published`` is an aware UTC datetime."""

    id: str
    revision: str
    title: str
    publisher: str
    authors: tuple[str, ...]
    published: datetime | None


def entries(store: Store) -> list[Entry]:
    """All current articles, newest first, undated ones last."""
    found = store.read(
        "SELECT id, revision, title, publisher, authors, published FROM articles WHERE current "
        "ORDER BY published IS NULL, published DESC, id"
    )
    return [
        Entry(
            row["id"],
            row["revision"],
            row["title"],
            row["publisher"],
            tuple(json.loads(row["authors"])),
            datetime.fromisoformat(row["published"]) if row["published"] else None,
        )
        for row in found
    ]


def outlets(store: Store) -> int:
    """How many outlets the current articles name."""
    sql = "SELECT count(DISTINCT publisher) AS n FROM articles WHERE current AND publisher <> ''"
    return int(store.read(sql)[0]["n"])


def copies(store: Store) -> list[tuple[str, ...]]:
    """Groups of ids of current articles that are copies of each other, largest group first."""
    size: dict[str, int] = {}
    holders: dict[int, list[str]] = defaultdict(list)
    for row in store.read("SELECT id, text FROM articles WHERE current ORDER BY id"):
        own = _runs(row["text"])
        size[row["id"]] = len(own)
        if len(own) >= _FEWEST:
            for run in own:
                holders[run].append(row["id"])
    shared: Counter[tuple[str, str]] = Counter()
    for ids in holders.values():
        if 1 < len(ids) <= _COMMON:
            shared.update(combinations(ids, 2))
    groups = _Groups()
    for (one, other), together in shared.items():
        if together >= COPY * min(size[one], size[other]):
            groups.join(one, other)
    return groups.listed()


def _runs(text: str) -> set[int]:
    """The checksums of the runs of words that are compared."""
    words = _WORD.findall(text.lower())
    found = (
        zlib.crc32(" ".join(words[at : at + RUN]).encode("utf-8", "surrogatepass"))
        for at in range(len(words) - RUN + 1)
    )
    return {run for run in found if run % _KEPT == 0}


class _Groups:
    """Articles that belong together because some other joins them."""

    def __init__(self) -> None:
        self._first: dict[str, str] = {}

    def join(self, one: str, other: str) -> None:
        first, second = sorted((self._root(one), self._root(other)))
        self._first[second] = first

    def listed(self) -> list[tuple[str, ...]]:
        found: dict[str, list[str]] = defaultdict(list)
        for one in self._first:
            found[self._root(one)].append(one)
        groups = (tuple(sorted(set(ids))) for ids in found.values())
        return sorted(groups, key=lambda ids: (-len(ids), ids))

    def _root(self, one: str) -> str:
        self._first.setdefault(one, one)
        while self._first[one] != one:
            one = self._first[one]
        return one
