"""Derived files of a store: the vector and the lexical index as of one generation.

A snapshot is written beside the old one, recorded in SQLite with the digests of its files, and
never changed afterwards; readers open only what is recorded and matches. One that is missing,
damaged or behind is caught up from SQLite, so no fault of a derived file can change an answer.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
from collections.abc import Collection, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from index.errors import CorpusError
from index.search.lexical import Lexical
from index.search.vectors import FLAT_MOST, SAMPLE, Keys, VectorIndex, digest, lists_for
from index.storage.store import DATABASE, Store

if TYPE_CHECKING:  # who only reads need not load how articles are written
    from index.storage.writer import Writer

_LAG = 50  # a large vector index may be behind by one passage in so many
_NONE: Keys = np.array([], dtype=np.int64)


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


def _vectors(store: Store) -> VectorIndex:
    """The vector index of the store's last commit, from its snapshot as far as that goes."""
    snapshot = recorded(store, "vectors")
    index = None
    if snapshot:
        path = store.folder / snapshot.path
        index = VectorIndex.read(path, snapshot.digests.get(snapshot.path, ""), snapshot.rows)
    if snapshot is None or index is None:
        return _rebuilt(store, lists_for(store.passage_count()))
    last, removed = snapshot.last_key, _NONE
    if store.passage_count(last) != snapshot.rows:
        removed = np.setdiff1d(index.keys, store.passage_keys(), assume_unique=True)
    added = list(store.vector_blocks(last))
    if not added and not len(removed):
        return index
    keys = np.concatenate([_NONE, *(keys for keys, _ in added)])
    vectors = np.concatenate([np.zeros((0, store.dimension), "f4"), *(rows for _, rows in added)])
    return index.changed(keys, vectors, removed)


def _rebuilt(store: Store, lists: int) -> VectorIndex:
    """The vector index made anew from SQLite, its centres from passages at even distances."""
    _, sample = store.vectors(_even(store.passage_keys(), SAMPLE * lists) if lists else _NONE)
    return VectorIndex.built(store.vector_blocks(), sample, lists)


def _even(keys: Keys, count: int) -> Keys:
    """``count`` of ``keys`` at even distances, all of them where there are fewer."""
    return keys[:: max(1, len(keys) // count)]


def opened(store: Store) -> tuple[VectorIndex, tuple[Lexical, ...]]:
    """The vector and the lexical index of the store's last commit.

    The lexical one is its snapshot and what came since. Passages deleted since are still in the
    snapshot: whoever searches drops them.
    """
    with store.one_commit(), ThreadPoolExecutor(1) as beside:
        snapshot = recorded(store, "lexical")
        # The files of each kind are read whole for their digests: on two cores beside each other.
        checked = beside.submit(sound, store, snapshot) if snapshot else None
        index = _vectors(store)
        base = None
        if snapshot and checked and checked.result():
            base = Lexical.read(store.folder / snapshot.path, snapshot.rows)
        newer = list(store.texts(snapshot.last_key if snapshot and base else 0))
    if base and not newer:
        return index, (base,)
    overlay = Lexical()
    overlay.update(newer)
    return index, ((base, overlay) if base else (overlay,))


def publish(store: Store, writer: Writer) -> None:
    """Write snapshots of the last commit and record them; without changes, do nothing.

    Raises CorpusError when the disk refuses; the commit stands and answers all the same.
    """
    generation, rows, last = store.generation(), store.passage_count(), store.last_key()
    made = {}
    try:
        for kind, write in (("vectors", _write_vectors), ("lexical", _write_lexical)):
            one = recorded(store, kind)
            if one and not is_due(store, kind, one, rows) and _files_exist(store, one):
                continue
            path = f"{kind}-{generation}"
            made[kind] = Snapshot(generation, last, rows, path, write(store, path))
    except (OSError, RuntimeError, ValueError) as error:  # of Python, faiss and tantivy
        raise CorpusError(
            f"the search files could not be written ({_reason(error)}): free disk space or check "
            "the disk and run 'onrecord index' again; the articles are in and can be asked"
        ) from error
    if made:
        _record(writer, made)
    _sweep(store)


def is_due(store: Store, kind: str, one: Snapshot, rows: int) -> bool:
    """Whether a snapshot is to be made anew, for an index that holds ``rows`` passages now.

    A large vector index may be a little behind: catching up at each start costs less than writing
    gigabytes for each article.
    """
    if one.generation == store.generation() and one.rows == rows:
        return False
    if kind != "vectors" or one.rows <= FLAT_MOST:
        return True
    kept = store.passage_count(one.last_key)
    return (rows - kept) + (one.rows - kept) > one.rows // _LAG


def _write_vectors(store: Store, path: str) -> dict[str, str]:
    unfinished = store.folder / f"{path}.unfinished"
    with store.one_commit():
        index = _vectors(store)
    wanted = lists_for(len(index))
    if not wanted <= index.lists <= max(4 * wanted, wanted + 1):
        index = _rebuilt(store, wanted)
    checksum = index.write(unfinished)
    unfinished.replace(store.folder / path)
    _sync(store.folder)
    return {path: checksum}


def _write_lexical(store: Store, path: str) -> dict[str, str]:
    """A copy of the last snapshot, brought up to date; unchanged segments are hard links.

    Those keep the digest that they were found to have, and are on the disk already: for one more
    article a large index is so read once, not twice.
    """
    folder, unfinished = store.folder / path, store.folder / f"{path}.unfinished"
    index, before = _continued(store, unfinished)
    rows, last, removed = store.passage_count(), before.last_key if before else 0, _NONE
    if store.passage_count(last) != len(index):
        removed = np.setdiff1d(index.keys(), store.passage_keys(), assume_unique=True)
    index.update(store.texts(last), [int(key) for key in removed])
    if len(index) != rows:
        raise ValueError(f"{len(index)} of {rows} passages arrived")
    kept = _shared(unfinished, store.folder / before.path) if before else set()
    for file in unfinished.iterdir():
        if file.name not in kept:
            shutil.copymode(store.folder / DATABASE, file)  # tantivy hides some from other users
            _sync(file)
    _sync(unfinished)
    digests = dict(_digests(unfinished, except_for=kept))
    digests |= {name: before.digests[name] for name in kept} if before else {}
    shutil.rmtree(folder, ignore_errors=True)
    unfinished.rename(folder)
    _sync(store.folder)
    return digests


def _continued(store: Store, folder: Path) -> tuple[Lexical, Snapshot | None]:
    """The last snapshot copied to ``folder`` if it is sound, or an empty index and None."""
    snapshot = recorded(store, "lexical")
    shutil.rmtree(folder, ignore_errors=True)
    if snapshot and sound(store, snapshot):
        with contextlib.suppress(OSError, ValueError):
            _link(store.folder / snapshot.path, folder)
            return Lexical(folder), snapshot
        shutil.rmtree(folder, ignore_errors=True)
    return Lexical(folder), None


def _shared(new: Path, old: Path) -> set[str]:
    """The names of files that are one file in two folders, so that nobody has written to them."""
    return {
        file.name
        for file in new.iterdir()
        if not file.name.startswith(".")
        and (old / file.name).is_file()
        and file.samefile(old / file.name)
    }


def _link(old: Path, new: Path) -> None:
    new.mkdir()
    for file in old.iterdir():
        if file.suffix == ".lock":
            continue
        if file.suffix == ".json":  # what tantivy rewrites: its list of segments and of files
            shutil.copyfile(file, new / file.name)
            continue
        try:
            os.link(file, new / file.name)
        except OSError:  # a file system without hard links
            shutil.copyfile(file, new / file.name)


def sound(store: Store, snapshot: Snapshot) -> bool:
    """Whether the files of ``snapshot`` are all there and match their checksums; reads no
    database, so any thread may ask."""
    place = store.folder / snapshot.path
    try:
        found = _digests(place) if place.is_dir() else [(place.name, digest(place))]
        return dict(found) == snapshot.digests
    except OSError:
        return False


def _digests(folder: Path, except_for: Collection[str] = ()) -> Iterator[tuple[str, str]]:
    for file in sorted(folder.iterdir()):
        if not file.name.startswith(".") and file.name not in except_for:
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
                with contextlib.suppress(OSError):  # it costs space, nothing else
                    place.unlink()


def _reason(error: Exception) -> str:
    said = error.strerror if isinstance(error, OSError) else ""
    return (said or str(error).strip() or type(error).__name__).split("\n", 1)[0]


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
