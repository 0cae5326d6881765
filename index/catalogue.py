"""A store -> what is indexed, without the texts: lists, outlets, and what stands in several."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from index.storage.store import Store


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


def reports(store: Store, most: int) -> list[tuple[str, ...]]:
    """Ids of the articles that are one report (``index.copies``), up to ``most`` such groups, the
    largest first; within a group the earliest article first."""
    found = store.read(
        "SELECT a.id AS one, b.id AS other FROM copies c "
        "JOIN articles a ON a.key = c.article AND a.current "
        "JOIN articles b ON b.key = c.other AND b.current WHERE c.article < c.other "
        "ORDER BY a.published IS NULL, a.published, a.id, b.published, b.id"
    )
    home: dict[str, str] = {}

    def root(one: str) -> str:
        while home.setdefault(one, one) != one:
            home[one] = one = home[home[one]]
        return one

    for row in found:
        home[root(row["other"])] = root(row["one"])
    groups: dict[str, list[str]] = defaultdict(list)
    for one in home:
        groups[root(one)].append(one)
    return sorted(map(tuple, groups.values()), key=len, reverse=True)[:most]
