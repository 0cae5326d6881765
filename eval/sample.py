"""The sample corpus and its questions, indexed in a folder of their own."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from eval.cases import HOME, Case, load
from eval.material import Material
from index import build
from index.search.embed import load as load_embedder
from index.storage.store import Store
from rag.desk import Desk
from rag.settings import Settings

CORPUS = HOME / "corpus"
QUESTIONS = HOME / "questions.jsonl"


@contextmanager
def desk(settings: Settings | None = None) -> Iterator[Desk]:
    """A Desk over a fresh index of the sample corpus, gone afterwards."""
    settings = settings or Settings()
    embedder = load_embedder(settings.embedder, settings.precision)
    with tempfile.TemporaryDirectory(prefix="onrecord-eval-") as folder:
        store = Store.create(Path(folder), embedder.name, embedder.fingerprint, embedder.dimension)
        build.update(store, embedder, [CORPUS])
        yield Desk(store, embedder, settings)


def cases(desk: Desk, file: Path = QUESTIONS) -> list[Case]:
    """The questions of ``file`` with gold spans in the corpus that ``desk`` holds."""
    return load(file, desk.store.articles())


def material(desk: Desk) -> Material:
    """The questions with the articles that ``desk`` holds."""
    held = tuple({"id": one.id, "text": one.text} for one in desk.store.articles())
    return Material("sample", held, tuple(cases(desk)))
