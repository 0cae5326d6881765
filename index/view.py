"""What one commit of a store looks like to a search; kept up with the store as it changes."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from index.search.embed import Embedder
from index.search.graph import Vectors
from index.search.lexical import Lexical, most, terms
from index.search.vectors import VectorIndex
from index.storage import snapshots
from index.storage.store import Store

Hit = tuple[int, float]  # passage key, score

_REMEMBERED = 8192  # words whose vectors are kept: 12 MB
_AGAIN = 3  # times as many as asked for are ranked again where the search is not exact


@dataclass(frozen=True, slots=True)
class _State:
    generation: int
    rows: int
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
        self._words: dict[str, Vectors] = {}
        self._state = self._opened()

    def refresh(self) -> int:
        """Catch up with the store's last commit and return its generation."""
        if self._store.generation() != self._state.generation:
            with self._lock:
                if self._store.generation() != self._state.generation:
                    self._state = self._opened()
        return self._state.generation

    def __len__(self) -> int:
        return self._state.rows

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors of ``texts``, float32[n, d]."""
        return self._embedder.embed(texts)

    def sketch(self, texts: Sequence[str]) -> Vectors:
        """Cheap unit vectors of ``texts``, float32[n, d], comparable with each other only."""
        return self._embedder.sketch(texts)

    def words(self, words: Sequence[str]) -> Vectors:
        """Unit vectors of single ``words``, float32[n, d]; those met before are remembered."""
        known = self._words
        new = [word for word in dict.fromkeys(words) if word not in known]
        found = dict(zip(new, self.sketch(new), strict=True)) if new else {}
        rows = [known[word] if word in known else found[word] for word in words]
        if len(known) + len(found) > _REMEMBERED:
            known = {}
        self._words = known | found if found else known  # replaced, never changed: threads read it
        return np.stack(rows) if rows else np.zeros((0, self._embedder.dimension), np.float32)

    def nearest(self, vector: Vectors, k: int) -> list[Hit]:
        """Up to ``k`` passage keys with their cosines to ``vector`` (float32[d]), best first."""
        index = self._state.vectors
        if index.exact:
            return index.search(vector[None], k)[0]
        near = [key for key, _ in index.search(vector[None], k * _AGAIN)[0]]
        keys, rows = self._store.vectors(near)
        hits = zip(keys.tolist(), (rows @ vector).tolist(), strict=True)
        return sorted(hits, key=lambda hit: (-hit[1], hit[0]))[:k]

    def cosines(self, vector: Vectors, keys: Sequence[int]) -> list[float]:
        """The cosine of ``vector`` (float32[d]) to each of ``keys``, 0 where it is not live."""
        index = self._state.vectors
        if index.exact:
            return index.cosines(vector, keys)
        live, rows = self._store.vectors(keys)
        found = dict(zip(live.tolist(), (rows @ vector).tolist(), strict=True))
        return [found.get(key, 0.0) for key in keys]

    def matching(self, text: str, k: int) -> list[Hit]:
        """Up to ``k`` passage keys with their BM25 scores, best first."""
        return self._lexical(k, lambda one, depth: one.search(text, depth))

    def most(self, text: str) -> float:
        """The BM25 score that no passage exceeds for ``text``, however often it has its words."""
        return most((self.frequency(term) for term in terms(text)), len(self))

    def with_all(self, text: str, k: int) -> list[Hit]:
        """The same of passages only that have every word of ``text``, stop words included."""
        return self._lexical(k, lambda one, depth: one.with_all(text, depth))

    def _lexical(self, k: int, search: Callable[[Lexical, int], list[Hit]]) -> list[Hit]:
        state = self._state
        dead = sum(map(len, state.lexical)) - state.rows
        found = [hit for one in state.lexical for hit in search(one, k + min(dead, 10 * k))]
        if dead:
            live = self._store.live([key for key, _ in found])
            found = [hit for hit in found if hit[0] in live]
        return sorted(found, key=lambda hit: (-hit[1], hit[0]))[:k]

    def holding(self, term: str) -> list[int]:
        """Keys of all live passages that hold a term of ``index.search.lexical.terms``."""
        found = [key for one in self._state.lexical for key in one.holding(term)]
        return sorted(self._store.live(found))

    def frequency(self, term: str) -> int:
        """How many passages hold a term of ``index.search.lexical.terms``, deleted ones too."""
        return sum(one.frequency(term) for one in self._state.lexical)

    def _opened(self) -> _State:
        with self._store.one_commit():
            return _State(
                self._store.generation(),
                self._store.passage_count(),
                *snapshots.opened(self._store),
            )
