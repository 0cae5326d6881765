"""Keys + unit vectors -> nearest keys by inner product (only module importing faiss)."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import faiss
import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Keys = npt.NDArray[np.int64]

_BLOCK = 1_000_000  # bytes that faiss hands over at once


class VectorIndex:
    """An exact index of unit vectors under integer keys; changed copies leave it untouched."""

    def __init__(self, index: Any) -> None:
        self._index = index

    @classmethod
    def empty(cls, dimension: int) -> VectorIndex:
        """An index without vectors."""
        return cls(faiss.IndexIDMap2(faiss.IndexFlatIP(dimension)))

    @classmethod
    def read(cls, path: Path, sha256: str, rows: int) -> VectorIndex | None:
        """The index stored at ``path``; None unless its checksum and row count are as given.

        faiss files carry no checksum of their own: flipped bits load and change results.
        """
        try:
            if digest(path) != sha256:
                return None
            index = faiss.read_index(str(path))
        except (OSError, RuntimeError):
            return None
        return cls(index) if index.ntotal == rows else None

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
            faiss.write_index(self._index, writer(put, _BLOCK))
            stream.flush()
            os.fsync(stream.fileno())
        return checksum.hexdigest()

    def __len__(self) -> int:
        return int(self._index.ntotal)

    @property
    def keys(self) -> Keys:
        """The keys, int64[n], in the order they were added."""
        return np.asarray(faiss.vector_to_array(self._index.id_map), dtype=np.int64)

    def changed(self, keys: Keys, vectors: Floats, removed: Keys) -> VectorIndex:
        """A copy without ``removed`` and with ``vectors`` (float32[n, d]) under ``keys``."""
        index = faiss.clone_index(self._index)
        if len(removed):
            index.remove_ids(faiss.IDSelectorBatch(removed))
        if len(keys):
            index.add_with_ids(np.ascontiguousarray(vectors, dtype=np.float32), keys)
        return VectorIndex(index)

    def cosines(self, query: Floats, keys: Sequence[int]) -> list[float]:
        """The cosine of ``query`` (float32[d]) to each of ``keys``, 0 where it is not indexed."""
        return [float(row @ query) for row in map(self._row, keys)]

    def _row(self, key: int) -> Floats:
        try:
            return np.asarray(self._index.reconstruct(int(key)), dtype=np.float32)
        except RuntimeError:  # not there: deleted, or added since this copy was made
            return np.zeros(self._index.d, dtype=np.float32)

    def search(self, queries: Floats, k: int) -> list[list[tuple[int, float]]]:
        """For each row of ``queries`` up to ``k`` keys with their cosines, best first."""
        if not len(self) or k < 1:
            return [[] for _ in queries]
        scores, keys = self._index.search(np.ascontiguousarray(queries, dtype=np.float32), k)
        return [
            [(int(key), float(score)) for key, score in zip(row, values, strict=True) if key >= 0]
            for row, values in zip(keys, scores, strict=True)
        ]


def digest(path: Path) -> str:
    """SHA-256 of a file, hexadecimal; raises OSError."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
