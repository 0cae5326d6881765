"""Articles -> which of them are one report: wire copies and versions printed by several outlets.

MinHash (Broder 1997) over runs of words proposes pairs through locality-sensitive hashing (only
module importing rensa); each proposed pair is then compared word for word. Derived from the
articles' texts: ``onrecord info --repair`` makes it anew.
"""

from __future__ import annotations

import hashlib
import re
import sqlite3
from collections.abc import Collection, Iterator, Sequence
from datetime import timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from index.storage.store import Store
from index.types import Article

if TYPE_CHECKING:
    from index.storage.writer import Writer

SAME = 0.9  # Jaccard similarity from which two texts are one, whenever they were printed
LIKE = 0.6  # ... or from which they are, if printed within DAYS of each other
HELD = 0.9  # share of the shorter text's runs that the longer holds; for cut copies, within DAYS
DAYS = timedelta(days=7)
MOST = 20  # copies of one article that are linked and listed
_RUN = 4  # words
_LEAST = 20  # runs of a text that can be told from others
_BANDS, _ROWS = 24, 4  # finds 0.96 of the pairs at a similarity of 0.6 and 0.999 at 0.7
_SEED = 1
_BATCH = 64  # articles a commit
_WORD = re.compile(r"\w+")


def link(store: Store, writer: Writer) -> None:
    """Link every article that came since the last time to its copies."""
    while some := _unlinked(store, _BATCH):
        with writer.transaction(retrieval_changes=False) as connection:
            for row in some:
                key, article = row["key"], store.article(row["id"])
                bands = _bands(runs(article.text)) if article else []
                pairs = [(key, other) for other in _found(store, article, bands)]
                both = [*pairs, *((other, one) for one, other in pairs)]
                connection.execute("INSERT INTO sketches VALUES (?)", (key,))
                connection.executemany("INSERT INTO copies VALUES (?, ?)", both)
                connection.executemany(
                    "INSERT OR IGNORE INTO bands VALUES (?, ?)", ((band, key) for band in bands)
                )


def _unlinked(store: Store, most: int) -> Sequence[sqlite3.Row]:
    """The next articles to link. Keys only grow and articles are linked in their order, so these
    come after the last that is linked: to look for a gap would read every article of the index."""
    sql = (
        "SELECT key, id FROM articles WHERE current AND "
        "key > (SELECT coalesce(max(article), 0) FROM sketches) ORDER BY key LIMIT ?"
    )
    return store.read(sql, (most,))


def is_due(store: Store) -> bool:
    """Whether there are articles to link, in a gap too; reads a row of every article."""
    sql = "SELECT 1 FROM articles WHERE current AND key NOT IN (SELECT article FROM sketches)"
    return bool(store.read(f"{sql} LIMIT 1"))


def of(store: Store, identifier: str) -> tuple[str, ...]:
    """Ids of up to MOST articles that are one report with an article, itself left out."""
    sql = (
        "WITH RECURSIVE same (key) AS (SELECT key FROM articles WHERE id = ? AND current "
        "UNION SELECT c.other FROM same JOIN copies c ON c.article = same.key LIMIT ?) "
        "SELECT a.id FROM same JOIN articles a ON a.key = same.key WHERE a.id <> ? AND a.current "
        "ORDER BY a.published IS NULL, a.published, a.id"
    )
    found = store.read(sql, (identifier, MOST + 1, identifier))
    return tuple(row["id"] for row in found)


def linked(store: Store, identifiers: Collection[str]) -> set[str]:
    """Those of ``identifiers`` whose articles ``of`` may know copies of: few, so that the others
    need not be asked for one by one."""
    sql = (
        "SELECT a.id FROM articles a WHERE a.current AND "
        "EXISTS (SELECT 1 FROM copies c WHERE c.article = a.key) AND a.id IN"
    )
    return {row["id"] for row in store.read_in(sql, identifiers)}


def clusters(store: Store) -> tuple[int, int]:
    """How many reports stand in several articles, and in how many articles."""
    home: dict[int, int] = {}

    def root(key: int) -> int:
        while home.setdefault(key, key) != key:
            home[key] = key = home[home[key]]
        return key

    for row in store.read("SELECT article, other FROM copies"):
        home[root(row["article"])] = root(row["other"])
    return len({root(key) for key in list(home)}), len(home)


@lru_cache(maxsize=256)
def runs(text: str) -> frozenset[str]:
    """The runs of words of ``text``, in small letters."""
    words = _WORD.findall(text.lower())
    return frozenset(" ".join(words[at : at + _RUN]) for at in range(len(words) - _RUN + 1))


def held(part: str, text: str) -> float:
    """Share of the runs of ``part`` that ``text`` has; 0 where it has too few words for one."""
    own = runs(part)
    return len(own & runs(text)) / len(own) if own else 0.0


def are_copies(one: Article, other: Article) -> bool:
    """Whether two articles are one report."""
    left, right = runs(one.text), runs(other.text)
    if min(len(left), len(right)) < _LEAST:
        return False
    shared = len(left & right)
    alike = shared / len(left | right)
    if alike >= SAME:
        return True
    near = not one.published or not other.published or abs(one.published - other.published) <= DAYS
    return near and (alike >= LIKE or shared / min(len(left), len(right)) >= HELD)


def _bands(own: frozenset[str]) -> list[int]:
    """Hashes of parts of the sketch of a text: near copies share one of them."""
    if len(own) < _LEAST:
        return []
    from rensa import RMinHash

    sketch = RMinHash(num_perm=_BANDS * _ROWS, seed=_SEED)
    sketch.update(list(own))
    return list(_hashed(sketch.digest()))


def _hashed(sketch: Sequence[int]) -> Iterator[int]:
    for at in range(0, _BANDS * _ROWS, _ROWS):
        part = repr((at, list(sketch[at : at + _ROWS]))).encode()
        yield int.from_bytes(hashlib.blake2b(part, digest_size=8).digest(), "big", signed=True)


def _found(store: Store, article: Article | None, bands: Sequence[int]) -> list[int]:
    """Keys of up to MOST copies of ``article``, those that share most bands first."""
    if article is None or not bands:
        return []
    sql = (
        "SELECT a.key, a.id FROM bands b JOIN articles a ON a.key = b.article "
        f"WHERE b.band IN ({','.join(map(str, bands))}) AND a.current "
        "GROUP BY a.key ORDER BY count(*) DESC, a.key LIMIT ?"
    )
    found = [(row["key"], store.article(row["id"])) for row in store.read(sql, (MOST,))]
    return [key for key, other in found if other and are_copies(article, other)]
