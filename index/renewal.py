"""Statements that an older program took from articles -> those that this one takes.

Nothing is embedded again. Each batch is a commit, so that a run that is stopped or killed goes on
there; until then the old statements answer.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from index.storage import rows
from index.storage.store import Store
from index.storage.upgrade import EXTRACTION

if TYPE_CHECKING:
    from index.storage.writer import Writer

_BATCH = 64  # articles a commit
_OLD = "FROM articles WHERE current AND extraction <> ?"


def old(store: Store) -> int:
    """How many current articles have the statements of another program."""
    (row,) = store.read(f"SELECT count(*) AS n {_OLD}", (EXTRACTION,))
    return int(row["n"])


def is_due(store: Store) -> bool:
    """Whether there is such an article."""
    return bool(store.read(f"SELECT 1 {_OLD} LIMIT 1", (EXTRACTION,)))


def renew(
    store: Store,
    writer: Writer,
    listen: Callable[[int], None],
    stop: Callable[[], bool],
) -> int:
    """Take the statements of such articles anew until ``stop`` says so; returns of how many.

    ``listen`` is told how many are done after each commit.
    """
    from index.speech import statements  # which nobody needs who only asks whether there are such
    from index.storage.writer import Entry

    done = 0
    sql = f"SELECT {rows.ARTICLE_COLUMNS} {_OLD} ORDER BY key LIMIT {_BATCH}"
    while not stop() and (found := store.read(sql, (EXTRACTION,))):
        articles = [rows.article(row) for row in found]
        read = zip(articles, statements.read_all(articles), strict=True)
        writer.put_statements([Entry(one, (), (), *taken, EXTRACTION) for one, taken in read])
        done += len(articles)
        listen(done)
    return done
