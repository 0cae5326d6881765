"""Keys + unit vectors -> nearest keys by inner product (only module importing faiss).

Small indexes compare a question with every vector. Larger ones look into the nearest of many
lists (Sivic and Zisserman 2003) of vectors held in a byte a dimension, mapped from the file, not
read: what they find is to be ranked again by the stored vectors (docs/speed.md has the figures).
"""

from __future__ import annotations

import hashlib
import math
import os
from collections.abc import Iterable, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import faiss
import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Keys = npt.NDArray[np.int64]

FLAT_MOST = 20_000  # vectors up to which all are compared: 1.5 KB each to read a question
PROBES = 64  # lists looked into a question
SAMPLE = 40  # vectors a list that its centre is found from
_ROUNDS = 10  # of k-means
_BLOCK = 1_000_000  # bytes that faiss hands over at once
_NONE: Keys = np.array([], dtype=np.int64)


def lists_for(rows: int) -> int:
    """How many lists an index of ``rows`` vectors is divided into; 0 is a flat one."""
    if rows <= FLAT_MOST:
        return 0
    return 1 << round(math.log2(2 * math.sqrt(rows)))


class VectorIndex:
    """Unit vectors under integer keys; changed copies leave it untouched.

    A large one is a base that is never changed, the keys that left it and a flat tail of what
    came since; ``write`` joins the three.
    """

    def __init__(self, base: Any, tail: Any = None, gone: Keys = _NONE, path: str = "") -> None:
        self._base, self._tail, self._gone = base, tail, gone
        self._path = path  # of a base that is mapped from its file
        self.lists = int(getattr(base, "nlist", 0))

    @classmethod
    def empty(cls, dimension: int) -> VectorIndex:
        """A flat index without vectors."""
        return cls(faiss.IndexIDMap2(faiss.IndexFlatIP(dimension)))

    @classmethod
    def trained(cls, sample: Floats, lists: int) -> VectorIndex:
        """An empty index of so many lists, their centres found from ``sample`` (float32[n, d])."""
        dimension = sample.shape[1]
        index: Any = faiss.index_factory(dimension, f"IVF{lists},SQ8", faiss.METRIC_INNER_PRODUCT)
        index.cp.niter = _ROUNDS
        index.cp.min_points_per_centroid = 1  # small samples are for tests
        index.train(np.ascontiguousarray(sample, dtype=np.float32))
        return cls(index)

    @classmethod
    def built(
        cls, blocks: Iterable[tuple[Keys, Floats]], sample: Floats, lists: int
    ) -> VectorIndex:
        """An index of ``blocks`` of keys and vectors, in so many lists; 0 makes a flat one."""
        made = cls.trained(sample, lists) if lists else cls.empty(sample.shape[1])
        for keys, vectors in blocks:
            made._base.add_with_ids(np.ascontiguousarray(vectors, dtype=np.float32), keys)
        return made

    @classmethod
    def read(cls, path: Path, sha256: str, rows: int) -> VectorIndex | None:
        """The index stored at ``path``; None unless its checksum and row count are as given.

        faiss files carry no checksum of their own: flipped bits load and change results.
        """
        try:
            if digest(path) != sha256:
                return None
            index = faiss.read_index(str(path), faiss.IO_FLAG_MMAP)
        except (OSError, RuntimeError):
            return None
        return cls(index, path=str(path)) if index.ntotal == rows else None

    def write(self, path: Path) -> str:
        """Store the index at ``path``, through to the disk, and return the file's SHA-256.

        Raises OSError. faiss's own file writer does not report what fails when it closes a file,
        as a full disk does, so the bytes pass through here.
        """
        checksum = hashlib.sha256()
        with path.open("wb") as stream:

            def put(block: bytes) -> None:
                checksum.update(block)
                stream.write(block)

            writer: Any = faiss.PyCallbackIOWriter  # type: ignore[attr-defined]  # made by SWIG
            faiss.write_index(self._whole(), writer(put, _BLOCK))
            stream.flush()
            os.fsync(stream.fileno())
        return checksum.hexdigest()

    def __len__(self) -> int:
        return int(self._base.ntotal) - len(self._gone) + (self._tail.ntotal if self._tail else 0)

    @property
    def exact(self) -> bool:
        """Whether it holds, and ``search`` compares with, every vector as it is."""
        return not self.lists

    def cosines(self, query: Floats, keys: Sequence[int]) -> list[float]:
        """The cosine of ``query`` (float32[d]) to each of ``keys``, 0 where it is not held; only
        of an ``exact`` index."""
        held = {key: self._places[key] for key in keys if key in self._places}
        if not held:
            return [0.0] * len(keys)
        rows = self._base.index.reconstruct_batch(np.fromiter(held.values(), dtype=np.int64))
        found = dict(zip(held, (rows @ query).tolist(), strict=True))
        return [found.get(key, 0.0) for key in keys]

    @cached_property
    def _places(self) -> dict[int, int]:
        """The row of each key."""
        return {key: row for row, key in enumerate(_keys(self._base).tolist())}

    @property
    def keys(self) -> Keys:
        """The keys, int64[n], in no order."""
        if not self.lists:
            return _keys(self._base)
        lists = self._base.invlists
        sizes = [lists.list_size(one) for one in range(lists.nlist)]
        found = [faiss.rev_swig_ptr(lists.get_ids(at), n) for at, n in enumerate(sizes) if n]
        base = np.concatenate([_NONE, *found]).astype(np.int64)
        tail = _keys(self._tail) if self._tail else _NONE
        return np.concatenate([np.setdiff1d(base, self._gone, assume_unique=True), tail])

    def changed(self, keys: Keys, vectors: Floats, removed: Keys) -> VectorIndex:
        """A copy without ``removed`` and with ``vectors`` (float32[n, d]) under ``keys``."""
        vectors = np.ascontiguousarray(vectors, dtype=np.float32)
        if not self.lists:
            return VectorIndex(_grown(faiss.clone_index(self._base), keys, vectors, removed))
        dimension = self._base.d
        tail = faiss.clone_index(self._tail) if self._tail else None
        tail = tail or faiss.IndexIDMap2(faiss.IndexFlatIP(dimension))
        inside = np.setdiff1d(removed, _keys(tail), assume_unique=True)
        gone = np.concatenate([self._gone, inside])
        return VectorIndex(self._base, _grown(tail, keys, vectors, removed), gone, self._path)

    def search(self, queries: Floats, k: int) -> list[list[tuple[int, float]]]:
        """For each row of ``queries`` up to ``k`` keys with their cosines, best first.

        Unless ``exact``, some of the nearest may be missing and the cosines are rounded.
        """
        if not len(self) or k < 1:
            return [[] for _ in queries]
        faiss.omp_set_num_threads(1)  # of this thread: waking others costs more than they save
        queries = np.ascontiguousarray(queries, dtype=np.float32)
        if not self.lists:
            return _hits(self._base.search(queries, k))
        found = _hits(self._base.search(queries, k, params=self._parameters()))
        if not self._tail:
            return found
        newer = _hits(self._tail.search(queries, k))
        return [
            sorted([*one, *other], key=lambda hit: -hit[1])[:k]
            for one, other in zip(found, newer, strict=True)
        ]

    def _parameters(self) -> Any:
        made: Any = faiss.SearchParametersIVF  # its stubs do not know its arguments
        if not len(self._gone):
            return made(nprobe=PROBES)
        return made(nprobe=PROBES, sel=faiss.IDSelectorNot(faiss.IDSelectorBatch(self._gone)))

    def _whole(self) -> Any:
        """Base, tail and losses in one faiss index that is not mapped from a file."""
        if not self.lists or (not self._tail and not len(self._gone)):
            return self._base
        whole = faiss.read_index(self._path) if self._path else faiss.clone_index(self._base)
        if len(self._gone):
            whole.remove_ids(faiss.IDSelectorBatch(self._gone))
        if self._tail and self._tail.ntotal:
            rows = self._tail.index.reconstruct_n(0, self._tail.ntotal)
            whole.add_with_ids(rows, _keys(self._tail))
        return whole


def _grown(index: Any, keys: Keys, vectors: Floats, removed: Keys) -> Any:
    if len(removed):
        index.remove_ids(faiss.IDSelectorBatch(removed))
    if len(keys):
        index.add_with_ids(vectors, keys)
    return index


def _keys(index: Any) -> Keys:
    return np.asarray(faiss.vector_to_array(index.id_map), dtype=np.int64)


def _hits(found: tuple[Floats, Keys]) -> list[list[tuple[int, float]]]:
    return [
        [(int(key), float(score)) for key, score in zip(row, values, strict=True) if key >= 0]
        for values, row in zip(*found, strict=True)
    ]


def digest(path: Path) -> str:
    """SHA-256 of a file, hexadecimal; raises OSError."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
