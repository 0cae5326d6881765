"""Folders -> files in name order; what cannot be reached is named with the reason."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from index.storage.database import DATABASE


@dataclass(frozen=True, slots=True)
class Skipped:
    """A place that gave no article: why, and what to do about it, in one sentence."""

    source: str
    reason: str


@dataclass(frozen=True, slots=True)
class Doubt:
    """An article that was read, but not all as its source states it: what, in one sentence."""

    source: str
    reason: str


def walk(paths: Iterable[Path]) -> Iterator[Path | Skipped]:
    """Absolute paths of the files at and below ``paths``, each once, without hidden ones."""
    seen: set[Path] = set()
    for path in paths:
        for found in _below(rooted(path)):
            if isinstance(found, Skipped):
                yield found
            elif found not in seen:
                seen.add(found)
                yield found


def rooted(path: Path) -> Path:
    """``path`` from the root, without ``..`` where that leads to the same place."""
    short = Path(os.path.normpath(path.absolute()))
    try:
        same = ".." not in path.parts or short.samefile(path)
    except (OSError, ValueError):
        same = False
    return short if same else path.absolute()


def place(path: Path) -> str:
    """``path`` as text that can be stored and printed: bytes that are not UTF-8 as ``\\xff``."""
    return os.fsencode(path).decode("utf-8", "backslashreplace")


def system(error: OSError) -> str:
    """Why the system refused to read something, and what to do."""
    return f"cannot be read ({error.strerror or 'input/output error'}): check its permissions"


def _below(path: Path) -> Iterator[Path | Skipped]:
    try:
        if not path.is_dir():
            yield path
            return
        root = path.resolve()
    except (OSError, RuntimeError, ValueError):  # a loop of links, a NUL in the name
        yield Skipped(place(path), "cannot be followed: name the file or folder itself")
        return
    yield from _folder(path, root)


def _folder(folder: Path, root: Path) -> Iterator[Path | Skipped]:
    try:
        with os.scandir(folder) as entries:
            names = sorted(entry.name for entry in entries if not entry.name.startswith("."))
    except OSError as error:
        yield Skipped(place(folder), system(error))
        return
    if DATABASE in names:
        yield Skipped(place(folder), "is an index, not articles: name the folders beside it")
        return
    for name in names:
        child = folder / name
        if child.is_symlink() and not _leads_inside(child, root):
            reason = "is a link out of the folder, or a broken one: name its target itself"
            yield Skipped(place(child), reason)
        elif child.is_dir():
            if not child.is_symlink():  # its target is met by itself
                yield from _folder(child, root)
        else:
            yield child


def _leads_inside(link: Path, root: Path) -> bool:
    try:
        return link.resolve(strict=True).is_relative_to(root)
    except (OSError, RuntimeError):
        return False
