"""An exported embedding model -> vectors, without torch.

sentence-transformers defines the model; ``index.search.embed`` exports it here once. Running the
exported graph starts in a tenth of the time and embeds faster on every processor measured
(docs/speed.md), with the same vectors.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import mmap
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from index.search.batching import Batching, Rows, Run
from index.search.lexical import STOP_WORDS
from index.search.runtime import Runtime

Vectors = npt.NDArray[np.float32]

CARD = "card.json"
TOKENIZER = "tokenizer.json"
WORDS = "words.npy"
SEAL = "digests.json"
TOGETHER = 16  # questions of different askers that are embedded in one run
_MANY = 8  # batches from which on it pays to read the graph once more, in lanes
BATCH = 8  # texts; larger batches pad more than they gain on two cores (docs/speed.md)


@dataclass(frozen=True, slots=True)
class Card:
    """What an exported graph says of itself.

    ``agreement`` is the mean cosine to sentence-transformers' own vectors when it was made;
    ``weights`` the SHA-256 of the weights it came from, empty if they are not in one file;
    ``precision`` one of ``index.search.embed.PRECISIONS``.
    """

    name: str
    dimension: int
    max_tokens: int
    weights: str
    agreement: float
    precision: str = "faithful"


class Graph:
    """A compiled graph with its tokenizer; safe to call from several threads."""

    def __init__(self, folder: Path, runtime: Runtime) -> None:
        from tokenizers import Tokenizer

        self.card = read_card(folder)
        try:
            self._tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
        except Exception as error:  # tokenizers raises nothing narrower
            raise ValueError(f"{TOKENIZER}: {error}") from error
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        self._model = runtime.read(folder)
        # One request object called from several threads at once hung (docs/speed.md).
        self._batched = Batching(partial(_run, self._model), TOGETHER, self._lanes)
        self._words = np.load(folder / WORDS, mmap_mode="r")
        self._mute = _muted(self._tokenizer)

    def count(self, texts: Sequence[str]) -> list[int]:
        """Word pieces of each text, without the special tokens."""
        encoded = self._tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)
        return [len(one.ids) for one in encoded]

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors, float32[len(texts), dimension]; a text past the limit is cut there."""
        limit = self.card.max_tokens
        rows = [one.ids for one in self._tokenizer.encode_batch_fast(list(texts))]
        rows = [ids if len(ids) <= limit else [*ids[: limit - 1], ids[-1]] for ids in rows]
        # Those of a length together, the longest first: so lanes end at about the same time.
        order = sorted(range(len(rows)), key=lambda row: -len(rows[row]))
        vectors = np.empty((len(rows), self.card.dimension), dtype=np.float32)
        batches = [order[at : at + BATCH] for at in range(0, len(order), BATCH)]
        found = self._each([[rows[row] for row in batch] for batch in batches])
        for batch, some in zip(batches, found, strict=True):
            vectors[batch] = some
        return vectors

    def _each(self, batches: Sequence[Rows]) -> Iterable[Vectors]:
        """The vectors of each batch; many are run on a core each."""
        if len(batches) < _MANY:
            return map(self._batched, batches)
        with ThreadPoolExecutor(self._batched.widened()) as pool:
            return list(pool.map(self._batched, batches))

    def sketch(self, texts: Sequence[str]) -> Vectors:
        """Unit means of the texts' word vectors, float32[n, d]: a thousand times cheaper than
        ``embed``, for ranking the sentences of what ``embed`` found. Zero for empty texts."""
        encoded = self._tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)
        means = np.zeros((len(texts), self._words.shape[1]), dtype=np.float32)
        for row, one in enumerate(encoded):
            ids = [token for token in one.ids if token not in self._mute]
            if ids:
                means[row] = self._words[ids].sum(axis=0)
        norms = np.linalg.norm(means, axis=1, keepdims=True)
        np.divide(means, norms, out=means, where=norms > 0)
        return means

    def _lanes(self) -> list[Run]:
        """The same for each core; none where there is no memory for them."""
        with contextlib.suppress(RuntimeError, MemoryError):
            return [partial(_run, lane) for lane in self._model.lanes()]
        return []


def _run(model: Callable[[list[Any]], Any], rows: Rows) -> Any:
    width = max(map(len, rows))
    ids = np.zeros((len(rows), width), dtype=np.int64)
    mask = np.zeros_like(ids)
    for row, tokens in enumerate(rows):
        ids[row, : len(tokens)] = tokens
        mask[row, : len(tokens)] = 1
    return model([ids, mask]).copy()  # the next run writes over the request's own


def save_words(matrix: Vectors, folder: Path) -> None:
    """Store a model's word vectors, made comparable: centred, without the two directions that
    all of them share (Mu and Viswanath 2018), of unit length."""
    centred = matrix - matrix.mean(axis=0)
    _, _, directions = np.linalg.svd(centred[:: max(1, len(centred) // 4096)], full_matrices=False)
    centred -= (centred @ directions[:2].T) @ directions[:2]
    norms = np.maximum(np.linalg.norm(centred, axis=1, keepdims=True), 1e-9)
    np.save(folder / WORDS, (centred / norms).astype(np.float16))


def _muted(tokenizer: Any) -> frozenset[int]:
    """Ids of function words and punctuation, which say nothing of a text's topic."""
    vocabulary = tokenizer.get_vocab()
    muted = [*STOP_WORDS, *".,\"'“”‘’?!-–—:;()[]", "said", "say", "says"]
    return frozenset(vocabulary[word] for word in muted if word in vocabulary)


def seal(folder: Path) -> None:
    """Write down the digests of the files of a finished export."""
    found = {file.name: _digest(file) for file in sorted(folder.iterdir()) if file.name != SEAL}
    (folder / SEAL).write_text(json.dumps(found, indent=1))


def is_sealed(folder: Path) -> bool:
    """Whether the files of an export are those it was finished with; raises OSError, ValueError."""
    sealed = json.loads((folder / SEAL).read_text())
    return bool(sealed == {name: _digest(folder / name) for name in sealed})


def _digest(file: Path) -> str:
    # In one piece: piece by piece it waits for the interpreter each time while others import.
    with file.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as whole:
        return hashlib.sha256(whole).hexdigest()


def read_card(folder: Path) -> Card:
    """The card of the graph in ``folder``; raises OSError or ValueError when there is none."""
    return Card(**json.loads((folder / CARD).read_text()))


def write_card(card: Card, folder: Path) -> None:
    """Write ``card`` last: a folder without one is not a finished export."""
    (folder / CARD).write_text(json.dumps(asdict(card), indent=1))
