"""``onrecord bench --scale``: how an index of made-up articles bears its size, on this machine.

Everything but the embedding is the real thing: what is stored, searched, folded, joined and kept
up. The vectors are made up (``eval.synthetic``), since embedding a million passages takes hours; a
question is embedded for its time all the same.
"""

from __future__ import annotations

import json
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import cycle, islice
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from eval import sample
from eval.metrics import percentile
from eval.synthetic import DIMENSION, PASSAGES, World
from index import copies, corpus, joining
from index.build import update
from index.corpus import SourceFile
from index.search.embed import Embedder, load
from index.search.graph import Vectors
from index.speech import statements
from index.storage import snapshots
from index.storage.store import Keys, Store
from index.storage.upgrade import EXTRACTION
from index.storage.writer import Entry, Writer, text_digest
from index.types import Article
from rag.desk import Desk
from rag.retrieve import retrieve
from rag.settings import Settings
from rag.types import Filters

Figures = dict[str, float | str]

ASKED = 200
UNCHANGED = 2_000  # files of a run that changes nothing
ADDED = 5  # articles, one at a time; the median counts
LINKED = 20_000  # articles up to which copies are linked: it takes milliseconds an article
DEPTH = 50  # passages of each leg
_TOGETHER = 256  # articles a commit


def run(passages: int) -> Figures:
    """Build, serve and add to an index of so many passages; each in a process of its own."""
    with tempfile.TemporaryDirectory(prefix="onrecord-scale-") as folder:
        figures: Figures = {"passages": passages}
        for step in (_built, _served, _grown):
            with get_context("spawn").Pool(1) as pool:
                figures |= pool.apply(step, (Path(folder), max(1, passages // PASSAGES)))
        return figures


def _built(folder: Path, articles: int) -> Figures:
    world, embedder, place = World(), _embedder({}), folder / "index"
    store = Store.create(place, embedder.name, embedder.fingerprint, DIMENSION)
    figures: Figures = {}
    with Writer(store) as writer:
        steps: list[tuple[str, Callable[[Store, Writer], None]]] = [
            ("made and stored, s", lambda *_: _store(folder / "files", writer, world, articles)),
            ("speakers joined, s", joining.join_speakers),
            ("search files written, s", snapshots.publish),
        ]
        if articles <= LINKED:
            steps.insert(2, ("copies linked, s", copies.link))
        for name, step in steps:
            started = time.perf_counter()
            step(store, writer)
            figures[name] = time.perf_counter() - started
            _tell(f"{name}: {figures[name]:.0f}")
    sizes = {file.name: file.stat().st_size for file in place.rglob("*") if file.is_file()}
    figures["index on disk, MB"] = sum(sizes.values()) / 1e6
    figures["vector file, MB"] = sum(n for name, n in sizes.items() if "vectors-" in name) / 1e6
    figures["peak memory of building, MB"] = _peak()
    return figures


def _store(files: Path, writer: Writer, world: World, articles: int) -> None:
    """Store made articles; the first of them also as files that are known to be read."""
    files.mkdir()
    waiting = world.articles(articles)
    known: dict[str, str] = {}
    done = 0
    while made := list(islice(waiting, _TOGETHER)):
        entries: list[Entry] = []
        vectors: dict[bytes, Vectors] = {}
        for one in made:
            article = one.article
            if len(known) < UNCHANGED:
                path = files / f"{article.id}.txt"
                path.write_text(article.text, encoding="utf-8")
                (file,) = (found for found in corpus.files([path]) if isinstance(found, SourceFile))
                known[file.source] = file.digest
                article = replace(article, source=file.source)
            digests = tuple(text_digest(passage.id) for passage in one.passages)
            vectors.update(zip(digests, one.vectors, strict=True))
            entries.append(
                Entry(article, one.passages, digests, one.statements, extraction=EXTRACTION)
            )
        writer.put(entries, vectors, known)
        before, done = done, done + len(made)
        if 10 * before // articles < 10 * done // articles:
            _tell(f"made and stored: {done:,} of {articles:,} articles")


def _served(folder: Path, articles: int) -> Figures:
    world = World()
    vectors: dict[str, Vectors] = {}
    for number in range(ASKED):
        question, vector = world.question(number, articles)
        vectors[question] = vector
    embedder = _embedder(vectors)
    embedder.embed(["warm"])
    started = time.perf_counter()
    desk = Desk(Store(folder / "index"), embedder, Settings())
    figures: Figures = {"opened, s": time.perf_counter() - started}
    _tell(f"opened; {ASKED} questions are asked")
    figures["lists of the vector index"] = desk.view._state.vectors.lists
    questions = list(vectors)
    query = {one: desk.query(one, (), Filters()) for one in questions}
    near = [np.array([key for key, _ in desk.view.nearest(v, 10)]) for v in vectors.values()]
    figures["recall@10 against exact"] = _recall(desk.store, near, np.stack([*vectors.values()]))
    legs: dict[str, Callable[[str], object]] = {
        "dense leg": lambda one: desk.view.nearest(vectors[one], DEPTH),
        "lexical leg": lambda one: desk.view.matching(one, DEPTH),
        "question understood": lambda one: desk.query(one, (), Filters()),
        "hybrid retrieval": lambda one: retrieve(query[one], desk.store, desk.view, desk.settings),
    }
    for name, leg in legs.items():
        for one in questions[:10]:
            leg(one)
        times = [_timed(leg, one) for one in questions]
        for share in (50, 95):
            figures[f"{name} p{share}, ms"] = percentile(times, share / 100)
    figures["peak memory of serving, MB"] = _peak()
    return figures


def _grown(folder: Path, articles: int) -> Figures:
    """Adding an article, after one that links what is left to link, and a run without changes."""
    world, embedder = World(), _embedder({})
    store = Store(folder / "index")
    figures: Figures = {}
    statements.extract(Article("warm", "", "", "He said this."))  # loads the parser: seconds
    times = []
    for number, made in enumerate(world.articles(1 + ADDED, first=articles)):
        path = folder / f"new-{number}.txt"
        path.write_text(made.article.text, encoding="utf-8")
        started = time.perf_counter()
        update(store, embedder, [path])
        times.append(time.perf_counter() - started)
        _tell("an article added")
    figures["one article added, s"] = percentile(times[1:], 0.5)
    started = time.perf_counter()
    report = update(store, embedder, [folder / "files"])
    figures[f"{report.unchanged} unchanged files, s"] = time.perf_counter() - started
    return figures


def _embedder(vectors: dict[str, Vectors]) -> Embedder:
    """The real embedder for the time that real questions take, with made-up vectors."""
    real = load(Settings().embedder)
    # Made-up words are cut into two or three times as many word pieces as real ones.
    lines = sample.QUESTIONS.read_text(encoding="utf-8").splitlines()
    asked = cycle([str(json.loads(line)["question"]) for line in lines])
    others = World().vectors(1_000, np.random.default_rng(5))

    def embed(texts: Sequence[str]) -> Vectors:
        if len(texts) == 1:
            real.embed([next(asked)])
        rows = [vectors.get(text, others[len(text) % len(others)]) for text in texts]
        return np.stack(rows)

    return replace(real, embed=embed, dimension=DIMENSION)


def _recall(store: Store, near: Sequence[Keys], questions: Vectors) -> float:
    """Share of the ten truly nearest passages of each question that are in ``near``."""
    best = [np.zeros(0, np.float32)] * len(questions)
    keys = [np.zeros(0, np.int64)] * len(questions)
    for some, rows in store.vector_blocks():
        scores = questions @ rows.T
        for at in range(len(questions)):
            both = np.concatenate([best[at], scores[at]])
            top = np.argsort(-both)[:10]
            best[at], keys[at] = both[top], np.concatenate([keys[at], some])[top]
    return float(np.mean([np.isin(k, n).mean() for k, n in zip(keys, near, strict=True)]))


def _timed(run: Callable[[str], object], one: str) -> float:
    started = time.perf_counter()
    run(one)
    return (time.perf_counter() - started) * 1000


def _tell(step: str) -> None:
    """How far it is, for whoever waits."""
    print(step, file=sys.stderr, flush=True)


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
