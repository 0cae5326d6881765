"""Texts -> float32[n, d] unit rows, in the fastest faithful way or in int8 where that is named.

The model runs as an exported graph; torch is imported only to export it, once a machine, or
to run a model that cannot be exported.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from index.errors import EmbedderUnavailable
from index.search import original, quantised
from index.search.graph import (
    TOKENIZER,
    Card,
    Graph,
    Vectors,
    is_sealed,
    save_words,
    seal,
    write_card,
)
from index.search.original import DEFAULT
from index.search.runtime import Runtime

FAITHFUL, INT8 = "faithful", "int8"
PRECISIONS = (FAITHFUL, INT8)
# Mean cosine to the model's own vectors below which an exported graph is not used.
_AGREEMENT = {FAITHFUL: 0.999, INT8: 0.98}
_PROBES = (
    "The alliance sees no sign that troops are leaving the border.",
    "A spokesman said on Wednesday that the talks would go on, but gave no date for them.",
    "Markets fell.",
    "Who said that the drills had ended, and when were the last tanks loaded onto trains?",
)


@dataclass(frozen=True, slots=True)
class Embedder:
    """A loaded embedding model.

    ``max_tokens`` counts word pieces with the special ones, ``fingerprint`` names vectors that
    may stand in one index. ``embed`` returns unit rows, ``count`` word pieces a text, ``sketch``
    cheap unit rows, good enough to rank the sentences of a few passages. ``agreement`` is the mean
    cosine to the model's own vectors.
    """

    name: str
    dimension: int
    max_tokens: int
    fingerprint: str
    engine: str
    embed: Callable[[Sequence[str]], Vectors]
    count: Callable[[Sequence[str]], list[int]]
    sketch: Callable[[Sequence[str]], Vectors]
    agreement: float = 1.0


def load(name: str = DEFAULT, precision: str = FAITHFUL) -> Embedder:
    """The embedder ``name``: DEFAULT, a folder, or any sentence-transformers model name.

    ``precision`` is one of PRECISIONS. Raises EmbedderUnavailable with the way out when it cannot
    be had.
    """
    threads = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 0
    runtime = Runtime(threads)
    folder = _folder(name, precision, runtime)
    with contextlib.suppress(OSError, ValueError, TypeError, RuntimeError):
        return _from_graph(_sound(folder, runtime))
    if precision == INT8 and (problem := quantised.missing()):
        raise EmbedderUnavailable(problem)
    model = original.sentence_transformer(name)
    try:
        _export(model, name, precision, folder, runtime)
        return _from_graph(Graph(folder, runtime))
    except (OSError, ValueError, RuntimeError, ImportError, _Disagrees) as error:
        if precision == INT8:  # who names it is told, not given something slower
            why = str(error).partition("\n")[0]
            raise EmbedderUnavailable(
                f"{name} cannot be run in int8 ({why}): set the precision to {FAITHFUL}"
            ) from error
        return _from_torch(model, name)


def _sound(folder: Path, runtime: Runtime) -> Graph:
    """The graph in ``folder``; raises ValueError when its files are not those written."""
    if not is_sealed(folder):
        raise ValueError(f"{folder} is damaged")
    return Graph(folder, runtime)


def _from_graph(graph: Graph) -> Embedder:
    card = graph.card
    return Embedder(
        card.name,
        card.dimension,
        card.max_tokens,
        _fingerprint(card.name, card.weights, card.dimension, card.precision),
        "openvino",
        graph.embed,
        graph.count,
        graph.sketch,
        card.agreement,
    )


def _fingerprint(name: str, weights: str, dimension: int, precision: str) -> str:
    """What vectors must share to stand in one index. Those of two precisions do not: an index of
    both would find other passages by the hour in which they were added."""
    lowered = "" if precision == FAITHFUL else f":{precision}"
    return f"{name}:{weights[:16]}:{dimension}{lowered}"


def _from_torch(model: Any, name: str) -> Embedder:
    """The fall-back: sentence-transformers as it is."""

    def embed(texts: Sequence[str]) -> Vectors:
        found = model.encode(
            list(texts), batch_size=8, normalize_embeddings=True, show_progress_bar=False
        )
        return np.asarray(found, dtype=np.float32)

    def count(texts: Sequence[str]) -> list[int]:
        return [len(model.tokenizer(text, add_special_tokens=False).input_ids) for text in texts]

    dimension = int(model.get_embedding_dimension())
    fingerprint = _fingerprint(name, original.weights(name), dimension, FAITHFUL)
    limit = int(model.max_seq_length or 512)
    return Embedder(
        name, dimension, limit, fingerprint, "sentence-transformers", embed, count, embed
    )


_UNFINISHED = "unfinished-"
_ABANDONED = 3600.0  # seconds after which nobody can still be at work on an export


class _Disagrees(Exception):
    """The exported graph's vectors are not the model's."""


def _export(model: Any, name: str, precision: str, folder: Path, runtime: Runtime) -> None:
    """Export ``model`` into ``folder``, all or nothing, and check it against the original."""
    import torch

    class Pooled(torch.nn.Module):  # type: ignore[misc]
        """ids and mask to unit rows: the model with its own pooling."""

        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, input_ids: Any, attention_mask: Any) -> Any:
            features = {"input_ids": input_ids, "attention_mask": attention_mask}
            return torch.nn.functional.normalize(self.model(features)["sentence_embedding"], dim=-1)

    folder.parent.mkdir(parents=True, exist_ok=True)
    sweep(folder.parent)
    with tempfile.TemporaryDirectory(prefix=_UNFINISHED, dir=folder.parent) as scratch:
        unfinished = Path(scratch) / "graph"
        unfinished.mkdir()
        ids = torch.randint(1000, 2000, (2, 16))
        with torch.no_grad(), original.quiet():
            runtime.compile(
                Pooled().eval(),
                {"input_ids": ids, "attention_mask": torch.ones_like(ids)},
                unfinished,
                partial(_lowered, model) if precision == INT8 else lambda graph: graph,
            )
        words = model[0].auto_model.get_input_embeddings().weight
        save_words(words.detach().float().numpy(), unfinished)
        model.tokenizer.backend_tokenizer.save(str(unfinished / TOKENIZER))
        _check(model, name, precision, unfinished, runtime)
        seal(unfinished)
        shutil.rmtree(folder, ignore_errors=True)
        with contextlib.suppress(OSError):  # another process may have finished first
            unfinished.rename(folder)


def _lowered(model: Any, graph: Any) -> Any:
    """``graph`` of ``model`` in int8."""
    tokenizer = model.tokenizer.backend_tokenizer
    tokenizer.no_padding()
    tokenizer.no_truncation()
    limit = int(model.max_seq_length or 512)
    rows = [one.ids[:limit] for one in tokenizer.encode_batch(quantised.texts())]
    return quantised.quantised(graph, rows)


def sweep(home: Path) -> None:
    """Take away what exports that were killed have left in ``home``, 200 MB each."""
    for left in home.glob(f"{_UNFINISHED}*"):
        with contextlib.suppress(OSError):
            if time.time() - left.stat().st_mtime > _ABANDONED:
                shutil.rmtree(left, ignore_errors=True)


def _check(model: Any, name: str, precision: str, folder: Path, runtime: Runtime) -> None:
    """Write the card with the measured agreement; raises _Disagrees when it is too low."""
    dimension = int(model.get_embedding_dimension())
    limit = int(model.max_seq_length or 512)
    card = Card(name, dimension, limit, original.weights(name), 0.0, precision)
    write_card(card, folder)
    probes = [*_PROBES, " ".join(_PROBES) * 40]  # the last one is longer than the limit
    own = model.encode(probes, normalize_embeddings=True, show_progress_bar=False)
    agreement = float((Graph(folder, runtime).embed(probes) * np.asarray(own)).sum(axis=1).mean())
    if agreement < _AGREEMENT[precision]:
        raise _Disagrees(f"mean cosine {agreement:.4f}")
    write_card(replace(card, agreement=agreement), folder)


def cache() -> Path:
    """Where what can be made again is kept: ``$ONRECORD_CACHE`` or the user's cache folder."""
    named = os.environ.get("ONRECORD_CACHE")
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return Path(named) if named else home / "onrecord"


def _folder(name: str, precision: str, runtime: Runtime) -> Path:
    """Where the graph of ``name`` is kept: elsewhere when its weights or the runtime change."""
    file = Path(original.model_folder(name)) / "model.safetensors"
    weights = f"{file.stat().st_size}:{file.stat().st_mtime_ns}" if file.is_file() else ""
    parts = [name, weights, runtime.stamp]
    readable = "".join(c if c.isalnum() else "-" for c in Path(name).name)[:40]
    if precision != FAITHFUL:
        parts.append(precision)
        readable = f"{readable}-{precision}"
    digest = hashlib.sha256(":".join(parts).encode()).hexdigest()
    return cache() / "graphs" / f"{readable}-{digest[:12]}"
