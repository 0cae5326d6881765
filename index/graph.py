"""An exported embedding model -> vectors, without torch (only module importing openvino).

sentence-transformers defines the model; ``index.embed`` exports it here once. Running the
exported graph starts in a tenth of the time and embeds faster on every processor measured
(docs/speed.md), with the same vectors.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]

BATCH = 8  # texts; larger batches pad more than they gain on two cores (docs/speed.md)


@dataclass(frozen=True, slots=True)
class Card:
    """What an exported graph says of itself.

    ``agreement`` is the mean cosine to sentence-transformers' own vectors when it was made;
    ``weights`` the SHA-256 of the weights it came from, empty if they are not in one file.
    """

    name: str
    dimension: int
    max_tokens: int
    weights: str
    agreement: float


class Graph:
    """A compiled graph with its tokenizer; safe to call from several threads."""

    def __init__(self, folder: Path, threads: int) -> None:
        import openvino
        from tokenizers import Tokenizer

        self.card = read_card(folder)
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        core = openvino.Core()
        precision = (
            "bf16" if "BF16" in core.get_property("CPU", "OPTIMIZATION_CAPABILITIES") else "f32"
        )
        self._model = core.compile_model(
            str(folder / "model.xml"),
            "CPU",
            {
                "PERFORMANCE_HINT": "LATENCY",
                "INFERENCE_NUM_THREADS": threads,
                "INFERENCE_PRECISION_HINT": precision,
            },
        )
        # One request object called from several threads at once hung (docs/speed.md).
        self._lock = threading.Lock()

    def count(self, texts: Sequence[str]) -> list[int]:
        """Word pieces of each text, without the special tokens."""
        encoded = self._tokenizer.encode_batch(list(texts), add_special_tokens=False)
        return [len(one.ids) for one in encoded]

    def embed(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors, float32[len(texts), dimension]; a text past the limit is cut there."""
        limit = self.card.max_tokens
        rows = [one.ids for one in self._tokenizer.encode_batch(list(texts))]
        rows = [ids if len(ids) <= limit else [*ids[: limit - 1], ids[-1]] for ids in rows]
        order = sorted(range(len(rows)), key=lambda row: len(rows[row]))
        vectors = np.empty((len(rows), self.card.dimension), dtype=np.float32)
        for at in range(0, len(order), BATCH):
            batch = order[at : at + BATCH]
            vectors[batch] = self._run([rows[row] for row in batch])
        return vectors

    def _run(self, rows: list[list[int]]) -> Any:
        width = max(map(len, rows))
        ids = np.zeros((len(rows), width), dtype=np.int64)
        mask = np.zeros_like(ids)
        for row, tokens in enumerate(rows):
            ids[row, : len(tokens)] = tokens
            mask[row, : len(tokens)] = 1
        with self._lock:
            return self._model([ids, mask])[0]


def read_card(folder: Path) -> Card:
    """The card of the graph in ``folder``; raises OSError or ValueError when there is none."""
    return Card(**json.loads((folder / "card.json").read_text()))


def save(module: Any, example: dict[str, Any], folder: Path) -> None:
    """Convert a torch module to ``folder/model.xml``; fp32 weights are kept as they are."""
    import openvino

    model = openvino.convert_model(module, example_input=example)
    openvino.save_model(model, str(folder / "model.xml"), compress_to_fp16=False)


def write_card(card: Card, folder: Path) -> None:
    """Write ``card`` last: a folder without one is not a finished export."""
    (folder / "card.json").write_text(json.dumps(asdict(card), indent=1))
