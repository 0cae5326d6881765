"""Material -> a Desk over its articles, from an index that is kept and used again.

Embedding thousands of articles takes minutes. So the index of a set stands in the cache folder
under a digest of the articles, the embedder and the code that cuts and attributes; anything else
makes a new one and the old ones go. A run that is killed while indexing goes on where it was.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from eval import sample
from eval.material import Material
from eval.rows import code
from index.build import Listener, Progress, update
from index.search.embed import Embedder, cache, load
from index.storage.store import Store
from rag.desk import Desk
from rag.settings import Settings

_STEP = 256  # articles between two lines of progress


@contextmanager
def desk(material: Material, settings: Settings) -> Iterator[Desk]:
    """A Desk over the articles of ``material``; the sample corpus is indexed anew each time."""
    if material.name == "sample":
        with sample.desk(settings) as opened:
            yield opened
        return
    embedder = load(settings.embedder, settings.precision)
    yield Desk(indexed(material, embedder), embedder, settings)


def indexed(material: Material, embedder: Embedder) -> Store:
    """The index of the set's articles, made where it is not there or not finished."""
    lines = "".join(json.dumps(row) + "\n" for row in material.articles)
    parts = (lines, embedder.fingerprint, code(("index",)))
    digest = hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:12]
    home = cache() / "sets"
    folder = home / f"{material.name}-{len(material.articles)}-{digest}"
    if not folder.is_dir():
        for old in home.glob(f"{material.name}-{len(material.articles)}-*"):
            shutil.rmtree(old, ignore_errors=True)
    store = Store.create(folder, embedder.name, embedder.fingerprint, embedder.dimension)
    source = folder / "articles.jsonl"
    if not source.is_file():
        source.write_text(lines, encoding="utf-8")
    update(store, embedder, [source], _telling(len(material.articles)))
    return store


def _telling(total: int) -> Listener:
    """Tells on standard error how far an indexing is that takes long."""
    told = 0

    def tell(progress: Progress) -> None:
        nonlocal told
        if progress.articles >= told + _STEP:
            told = progress.articles
            print(f"indexing: {told:,} of {total:,} articles", file=sys.stderr)

    return tell
