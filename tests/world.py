"""A small world for tests: an embedder that needs no model, and articles of a few lines."""

from __future__ import annotations

import hashlib
import re
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from hypothesis import settings

from index import build
from index.build import Report
from index.errors import OnrecordError
from index.formats.metadata import article
from index.search.embed import Embedder
from index.search.graph import Vectors
from index.storage.store import Store
from index.types import Article
from index.view import View

settings.register_profile("onrecord", deadline=None)  # first calls load libraries
settings.load_profile("onrecord")

DIMENSION = 64
SEEDS = Path(__file__).resolve().parents[2] / "shared" / "seeds"
BRIDGE = (
    "Bridge to reopen in May\n\n"
    "Mayor Jane Holt spoke at noon. “The old bridge will reopen in May,” Holt said.\n\n"
    "Engineers have replaced forty of its cables.\n"
)
HARVEST = (
    "Harvest fails in the north\n\n"
    "The wheat harvest fell by a third, the ministry said on Monday.\n\n"
    "Farmer Ole Brandt said that the soil was too dry to plough.\n"
)


def words_embedder(name: str = "words") -> Embedder:
    """Hashed bags of words as unit vectors; a token is a run of non-space. Deterministic."""

    def embed(texts: Sequence[str]) -> Vectors:
        rows = np.zeros((len(texts), DIMENSION), dtype=np.float32)
        for row, text in enumerate(texts):
            for word in re.findall(r"\w+", text.lower()) or [""]:
                place = hashlib.sha256(f"{name}:{word}".encode()).digest()
                rows[row, place[0] % DIMENSION] += 1 if place[1] % 2 else -1
            if not rows[row].any():
                rows[row, 0] = 1
        unit: Vectors = rows / np.linalg.norm(rows, axis=1, keepdims=True)
        return unit

    def count(texts: Sequence[str]) -> list[int]:
        return [len(text.split()) for text in texts]

    return Embedder(name, DIMENSION, 256, f"{name}:1:{DIMENSION}", "fake", embed, count, embed)


class CountingEmbedder:
    """The same, and how many texts were embedded with it."""

    def __init__(self) -> None:
        self.embedded = 0
        plain = words_embedder()

        def embed(texts: Sequence[str]) -> Vectors:
            self.embedded += len(texts)
            return plain.embed(texts)

        self.embedder = Embedder(
            plain.name,
            plain.dimension,
            plain.max_tokens,
            plain.fingerprint,
            plain.engine,
            embed,
            plain.count,
            plain.sketch,
        )


WORDS = words_embedder()


def an_article(text: str, title: str = "", identifier: str = "a1") -> Article:
    """An article as a reader gives it."""
    return article(identifier, text, f"/news/{identifier}.txt", title=title)


def write(folder: Path, **files: str) -> Path:
    """Write ``name="text"`` as ``name.txt`` below ``folder`` and return it."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    return folder


def new_store(folder: Path, embedder: Embedder = WORDS) -> Store:
    """An empty index in ``folder``."""
    return Store.create(folder, embedder.name, embedder.fingerprint, embedder.dimension)


def indexed(folder: Path, *paths: Path, embedder: Embedder = WORDS) -> tuple[Store, Report]:
    """The index in ``folder`` after ``paths`` were added or updated, and what that did."""
    store = new_store(folder, embedder)
    return store, build.update(store, embedder, paths)


def found(store: Store, query: str, embedder: Embedder = WORDS) -> list[str]:
    """The texts of passages that hold a word of ``query``, best first."""
    view = View(store, embedder)
    hits = [key for key, _ in view.matching(query, 10)]
    return texts(store, hits)


def nearest(store: Store, query: str, embedder: Embedder = WORDS) -> list[str]:
    """The texts of the passages nearest to ``query``, best first."""
    view = View(store, embedder)
    return texts(store, [key for key, _ in view.nearest(view.embed([query])[0], 10)])


def texts(store: Store, keys: Sequence[int]) -> list[str]:
    """The words of passages."""
    passages = store.passages(keys)
    kept = [passages[key] for key in keys if key in passages]
    return [of.text[one.span.start : one.span.end] for one, of in kept]


def answers(store: Store, embedder: Embedder = WORDS) -> list[list[str]]:
    """What the index finds for a few fixed queries: equal lists mean equal answers."""
    queries = ("the bridge reopens in May", "wheat harvest", "who said that the soil was dry")
    return [one(store, query, embedder) for query in queries for one in (found, nearest)]


def main() -> int:
    """``python world.py INDEX PATH...``: index as the command line does, without model and parser,
    which take seconds to load."""
    build.statements.read_all = lambda articles: [((), ()) for _ in articles]
    try:
        indexed(Path(sys.argv[1]), *map(Path, sys.argv[2:]))
    except OnrecordError as error:
        print(f"onrecord: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
