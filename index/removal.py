"""Which articles are meant: those under a path, those with certain words, those that vanished."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from index.search.lexical import terms
from index.storage.store import Store
from index.types import Article
from index.walk import Skipped, place, rooted


def by_path(store: Store, path: Path) -> list[str]:
    """Ids of current articles that were read from the file or folder ``path``, in order of id.

    The path need not exist any more.
    """
    wanted = place(rooted(path))
    return sorted(one for one, source in _sources(store) if _is_below(source, wanted))


def by_words(store: Store, words: str) -> list[Article]:
    """Current articles whose title and text hold all ``words`` in any inflection, newest first.

    None for words that an index does not count ("the").
    """
    wanted = set(terms(words))
    if not wanted:
        return []
    return [one for one in store.articles() if wanted <= set(terms(f"{one.title}\n{one.text}"))]


def vanished(store: Store, paths: Iterable[Path]) -> tuple[list[str], list[Skipped]]:
    """Ids of articles from the folders among ``paths`` whose files are no more, and what is odd.

    Only a file that the system says is not there has vanished; one that cannot be looked at has
    not. A folder that is not there, or all of whose articles would go, loses none: a disk that is
    not mounted looks like that.
    """
    gone: list[str] = []
    odd: list[Skipped] = []
    sources = list(_sources(store))
    for folder in paths:
        root = place(rooted(folder))
        inside = [(one, source) for one, source in sources if _is_below(source, root)]
        if not folder.is_dir():
            if inside and not folder.exists():
                odd.append(_spared(root, len(inside)))
            continue
        present: dict[str, bool] = {}
        lost = [one for one, source in inside if not _is_there(source, root, present)]
        if lost and len(lost) == len(inside):
            odd.append(_spared(root, len(inside)))
        else:
            gone += lost
    return list(dict.fromkeys(gone)), odd


def files_of(source: str) -> Iterator[str]:
    """The places that ``source`` may mean, longest first: ``/a#b#1``, ``/a#b``, ``/a``."""
    yield source
    while "#" in source:
        source = source.rpartition("#")[0]
        yield source


def _sources(store: Store) -> Iterator[tuple[str, str]]:
    for row in store.read("SELECT id, source FROM articles WHERE current ORDER BY id"):
        yield row["id"], row["source"]


def _spared(root: str, count: int) -> Skipped:
    reason = (
        f"all {count} articles from there have vanished, so none was removed: look whether its "
        "disk is there, or use 'onrecord remove --path'"
    )
    return Skipped(root, reason)


def _is_below(source: str, root: str) -> bool:
    base = root.rstrip("/")
    return source == root or source.startswith((f"{base}/", f"{base}#"))


def _is_there(source: str, root: str, known: dict[str, bool]) -> bool:
    for one in files_of(source):
        if len(one) <= len(root):
            break
        if one not in known:
            known[one] = _may_exist(one)
        if known[one]:
            return True
    return False


def _may_exist(stored: str) -> bool:
    """False only where the system says that there is no such file."""
    raw = re.sub(rb"\\x([0-9a-f]{2})", lambda m: bytes([int(m[1], 16)]), stored.encode())
    for name in {stored.encode(), raw}:  # index.walk.place wrote odd bytes as \xff
        try:
            os.lstat(name)
        except (FileNotFoundError, NotADirectoryError):
            continue
        except (OSError, ValueError):
            return True
        return True
    return False
