"""What many stories share: the sample corpus and the seed articles, indexed once for real."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from eval import sample
from index.build import update
from index.embed import load
from index.store import Store
from rag.desk import Desk
from rag.settings import Settings

SHARED = Path(__file__).resolve().parent.parent.parent / "shared"


@pytest.fixture(scope="session")
def desk() -> Iterator[Desk]:
    """A Desk over the sample corpus with the real embedder; not to be changed by a test."""
    with sample.desk() as opened:
        yield opened


@pytest.fixture(scope="session")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """A Desk over the two real articles, where they are at hand."""
    folder = SHARED / "seeds"
    if not folder.is_dir():
        pytest.skip("the seed articles (../shared/seeds) are not here")
    embedder = load()
    place = tmp_path_factory.mktemp("seeds")
    store = Store.create(place, embedder.name, embedder.fingerprint, embedder.dimension)
    update(store, embedder, [folder])
    return Desk(store, embedder, Settings())
