"""What one commit of a store looks like to a search; kept up with the store as it changes."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from index import snapshots
from index.embed import Embedder
from index.graph import Vectors
from index.lexical import Lexical
from index.store import Store
from index.vectors import VectorIndex

Hit = tuple[int, float]  # passage key, score


@dataclass(frozen=True, slots=True)
class _State:
    generation: int
    live: npt.NDArray[np.int64]
    vectors: VectorIndex
    lexical: tuple[Lexical, ...]


class View:
    """Searches the last commit of a store; safe to call from several threads.

    Raises IndexMismatch when the store's vectors come from another embedder.
    """

    def __init__(self, store: Store, embedder: Embedder) -> None:
        store.require(embedder.name, embedder.fingerprint)
        self._store = store
        self._embedder = embedder
        self._lock = threading.Lock()
        self._state = self._opened()

    def refresh(self) -> int:
        """Catch up with the store's last commit and return its generation."""
        if self._store.generation() != self._state.generation:
            with self._lock:
                if self._store.generation() != self._state.generation:
                    self._state = self._opened()
        return self._state.generation

    def __len__(self) -> int:
        return len(self._state.live)

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors of ``texts``, float32[n, d]."""
        return self._embedder.embed(texts)

    def sketch(self, texts: Sequence[str]) -> Vectors:
        """Cheap unit vectors of ``texts``, float32[n, d], comparable with each other only."""
        return self._embedder.sketch(texts)

    def nearest(self, vector: Vectors, k: int) -> list[Hit]:
        """Up to ``k`` passage keys with their cosines to ``vector`` (float32[d]), best first."""
        return self._state.vectors.search(vector[None], k)[0]

    def cosines(self, vector: Vectors, keys: Sequence[int]) -> list[float]:
        """The cosine of ``vector`` (float32[d]) to each of ``keys``, 0 where it is not in view."""
        return self._state.vectors.cosines(vector, keys)

    def matching(self, text: str, k: int) -> list[Hit]:
        """Up to ``k`` passage keys with their BM25 scores, best first."""
        state = self._state
        dead = sum(map(len, state.lexical)) - len(state.live)
        found = [hit for one in state.lexical for hit in one.search(text, k + min(dead, 10 * k))]
        alive = _alive(state.live, [key for key, _ in found])
        kept = [hit for hit, lives in zip(found, alive, strict=True) if lives]
        return sorted(kept, key=lambda hit: (-hit[1], hit[0]))[:k]

    def frequency(self, term: str) -> int:
        """How many passages hold a term of ``index.lexical.terms`` (deleted ones included)."""
        return sum(one.frequency(term) for one in self._state.lexical)

    def _opened(self) -> _State:
        with self._store.one_commit():
            return _State(
                self._store.generation(),
                self._store.passage_keys(),
                snapshots.vectors(self._store),
                snapshots.lexical(self._store),
            )


def _alive(live: npt.NDArray[np.int64], keys: Sequence[int]) -> list[bool]:
    places = np.searchsorted(live, np.asarray(keys, dtype=np.int64))
    return [
        bool(place < len(live) and live[place] == key)
        for key, place in zip(keys, places, strict=True)
    ]
