"""Derived files of a store: the vector and the lexical index as of one generation.

A snapshot is written beside the old one, recorded in SQLite with the digests of its files, and
never changed afterwards; readers open only what is recorded and matches. One that is missing,
damaged or behind is caught up from SQLite, so no fault of a derived file can change an answer.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from index.lexical import Lexical
from index.store import Store
from index.vectors import VectorIndex, digest
from index.writer import Writer


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A recorded derived file or folder, complete up to passage key ``last_key``."""

    generation: int
    last_key: int
    rows: int
    path: str
    digests: dict[str, str]


def recorded(store: Store, kind: str) -> Snapshot | None:
    """The snapshot of ``kind`` that SQLite records, whether or not its files are sound."""
    found = store.read("SELECT * FROM snapshots WHERE kind = ?", (kind,))
    if not found:
        return None
    row = found[0]
    return Snapshot(
        row["generation"], row["last_key"], row["rows"], row["path"], json.loads(row["digests"])
    )


def vectors(store: Store) -> VectorIndex:
    """The vector index of the store's last commit, from its snapshot as far as that goes."""
    dimension = int(store.meta("dimension"))
    snapshot = recorded(store, "vectors")
    index = None
    if snapshot:
        path = store.folder / snapshot.path
        index = VectorIndex.read(path, snapshot.digests.get(snapshot.path, ""), snapshot.rows)
    last = snapshot.last_key if snapshot and index else 0
    index = index or VectorIndex.empty(dimension)
    live = store.passage_keys()
    removed = np.setdiff1d(index.keys, live, assume_unique=True)
    added = live[live > last]
    if not len(added) and not len(removed):
        return index
    return index.changed(added, store.vectors(last, dimension), removed)


def lexical(store: Store) -> tuple[Lexical, ...]:
    """The lexical index of the store's last commit: the snapshot, and what came since.

    Passages deleted since are still in the snapshot: whoever searches drops them.
    """
    snapshot = recorded(store, "lexical")
    base = None
    if snapshot and _sound(store.folder / snapshot.path, snapshot.digests):
        base = Lexical(store.folder / snapshot.path)
    last = snapshot.last_key if snapshot and base else 0
    newer = list(store.texts(last))
    if base and not newer:
        return (base,)
    overlay = Lexical()
    overlay.update(newer)
    return (base, overlay) if base else (overlay,)


def publish(store: Store, writer: Writer) -> None:
    """Write snapshots of the last commit and record them; without changes, do nothing."""
    generation = store.generation()
    keys = store.passage_keys()
    last = int(keys[-1]) if len(keys) else 0
    made = {}
    for kind, write in (("vectors", _write_vectors), ("lexical", _write_lexical)):
        snapshot = recorded(store, kind)
        if snapshot and snapshot.generation == generation and _files_exist(store, snapshot):
            continue
        path = f"{kind}-{generation}"
        made[kind] = Snapshot(generation, last, len(keys), path, write(store, path))
    if made:
        _record(writer, made)
        _sweep(store)


def _write_vectors(store: Store, path: str) -> dict[str, str]:
    unfinished = store.folder / f"{path}.unfinished"
    checksum = vectors(store).write(unfinished)
    _sync(unfinished)
    unfinished.replace(store.folder / path)
    _sync(store.folder)
    return {path: checksum}


def _write_lexical(store: Store, path: str) -> dict[str, str]:
    """A copy of the last snapshot, brought up to date; unchanged segments are hard links."""
    folder = store.folder / path
    shutil.rmtree(folder, ignore_errors=True)
    snapshot = recorded(store, "lexical")
    last = 0
    if snapshot and _sound(store.folder / snapshot.path, snapshot.digests):
        _link(store.folder / snapshot.path, folder)
        last = snapshot.last_key
    index = Lexical(folder)
    removed = np.setdiff1d(index.keys(), store.passage_keys(), assume_unique=True)
    index.update(store.texts(last), [int(key) for key in removed])
    for file in folder.iterdir():
        _sync(file)
    _sync(folder)
    _sync(store.folder)
    return dict(_digests(folder))


def _link(old: Path, new: Path) -> None:
    new.mkdir()
    for file in old.iterdir():
        if file.suffix == ".json" or file.suffix == ".lock":
            shutil.copyfile(file, new / file.name)
        else:
            os.link(file, new / file.name)


def _sound(folder: Path, digests: dict[str, str]) -> bool:
    try:
        return dict(_digests(folder)) == digests
    except OSError:
        return False


def _digests(folder: Path) -> Iterator[tuple[str, str]]:
    for file in sorted(folder.iterdir()):
        if file.suffix != ".lock":
            yield file.name, digest(file)


def _files_exist(store: Store, snapshot: Snapshot) -> bool:
    place = store.folder / snapshot.path
    return all((place / name if place.is_dir() else place).is_file() for name in snapshot.digests)


def _record(writer: Writer, made: dict[str, Snapshot]) -> None:
    with writer.transaction(retrieval_changes=False) as connection:
        for kind, one in made.items():
            connection.execute(
                "REPLACE INTO snapshots VALUES (?, ?, ?, ?, ?, ?)",
                (kind, one.generation, one.last_key, one.rows, one.path, json.dumps(one.digests)),
            )


def _sweep(store: Store) -> None:
    """Delete derived files that no record names, as an earlier, killed run may have left."""
    named = {one.path for kind in ("vectors", "lexical") if (one := recorded(store, kind))}
    for place in store.folder.iterdir():
        if place.name.startswith(("vectors-", "lexical-")) and place.name not in named:
            if place.is_dir():
                shutil.rmtree(place, ignore_errors=True)
            else:
                place.unlink(missing_ok=True)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
