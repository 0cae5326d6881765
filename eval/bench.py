"""``onrecord bench``: speed and memory of this program on this machine, as medians.

Figures of other machines and of the same machine at another hour do not compare; run what is to
be compared in one go.
"""

from __future__ import annotations

import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path

from eval import beside, pace, precision, sample, scale
from eval.metrics import percentile
from index.build import update
from index.search.embed import Embedder, load
from index.search.graph import Vectors
from index.search.original import original
from index.storage.store import Store
from rag.ask import ask
from rag.settings import Settings

QUESTION = "What did Stoltenberg say about withdrawal?"
ASKED = 60  # questions of the sample set that are timed
SEARCHED = 600  # of them that are asked by CLIENTS together
CLIENTS = 32


def run(
    rounds: int,
    as_json: bool,
    sizes: Sequence[int] = (),
    peers: str = "",
    settings: Settings | None = None,
    compared: str = "",
) -> int:
    """Print the figures of ``rounds`` rounds, or those of ``sizes``, of ``peers``, of the model
    that ``settings`` name or of the precision ``compared`` with the faithful one; always 0."""
    figures: dict[str, float | str] = {"machine": _machine()}
    if sizes:
        tables = [figures, *map(scale.run, sizes)]
    elif settings:
        tables = [figures | pace.run(settings)]
    elif compared:
        tables = [figures, *precision.run(compared, rounds)]
    elif peers:
        tables = [figures, *beside.run(peers, rounds)]
    else:
        tables = [figures | {"rounds": rounds} | _everyday(rounds)]
    shown = [{name: _rounded(value) for name, value in table.items()} for table in tables]
    if as_json:
        print(json.dumps(shown, indent=1))
        return 0
    for table in shown:
        width = max(map(len, table))
        print("\n".join(f"{name:<{width}}  {value}" for name, value in table.items()) + "\n")
    return 0


def _everyday(rounds: int) -> dict[str, float | str]:
    embedder = load(Settings().embedder)
    rows = [_indexing(embedder) | _embedding(embedder) for _ in range(rounds)]
    figures: dict[str, float | str] = {
        name: statistics.median(one[name] for one in rows) for name in rows[0]
    }
    with get_context("spawn").Pool(1) as alone:  # as a server is: torch and its threads not loaded
        figures |= alone.apply(_asking, (rounds,))
    figures["process start to answer, s"] = statistics.median(_starts(rounds))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    figures["peak memory of this process, MB"] = peak
    return figures


def _rounded(value: float | str) -> float | str:
    """Three digits that count, whole numbers from a hundred on."""
    if isinstance(value, str):
        return value
    return round(value) if abs(value) >= 100 else float(f"{value:.3g}")


def _indexing(embedder: Embedder) -> dict[str, float]:
    """One indexing of the sample corpus, and one more of the unchanged files."""
    with tempfile.TemporaryDirectory(prefix="onrecord-bench-") as folder:
        store = Store.create(Path(folder), embedder.name, embedder.fingerprint, embedder.dimension)
        spent: list[float] = []

        def embed(texts: Sequence[str]) -> Vectors:
            started = time.perf_counter()
            vectors = embedder.embed(texts)
            spent.append(time.perf_counter() - started)
            return vectors

        started = time.perf_counter()
        report = update(store, replace(embedder, embed=embed), [sample.CORPUS])
        total = time.perf_counter() - started
        started = time.perf_counter()
        update(store, embedder, [sample.CORPUS])
        again = time.perf_counter() - started
    return {
        "indexing, s": total,
        "passages a second": report.passages / total,
        "share of indexing outside the embedder": 1 - sum(spent) / total,
        "indexing unchanged files again, ms": again * 1000,
    }


def _embedding(embedder: Embedder) -> dict[str, float]:
    """The embedder beside the bare model's own ``encode``, on the passages of the sample."""
    with sample.desk() as desk:
        found = desk.store.passages([int(key) for key in desk.store.passage_keys()])
        texts = [a.text[p.span.start : p.span.end] for p, a in found.values()]
    tokens = sum(embedder.count(texts))
    bare = original(embedder.name)
    own, theirs = _seconds(embedder.embed, texts), _seconds(bare, texts)
    agreement = float((embedder.embed(texts) * bare(texts)).sum(axis=1).mean())
    return {
        "embedding, passages a second": len(texts) / own,
        "embedding, tokens a second": tokens / own,
        "bare encode, passages a second": len(texts) / theirs,
        "bare encode, tokens a second": tokens / theirs,
        "mean cosine of the two": agreement,
    }


def _seconds(embed: Callable[[Sequence[str]], Vectors], texts: Sequence[str]) -> float:
    embed(texts[:8])
    started = time.perf_counter()
    embed(texts)
    return time.perf_counter() - started


def _asking(rounds: int) -> dict[str, float]:
    """Warm retrievals and extractive answers to questions of the sample set, in milliseconds, and
    how many retrievals a second many askers get together, the median of ``rounds``."""
    with sample.desk() as desk:
        asked = [case.question for case in sample.cases(desk) if not case.history][:ASKED]
        ask(desk, QUESTION)
        searches = [_timed(lambda one: desk.search(one, 8), question) for question in asked]
        answers = [_timed(lambda one: ask(desk, one), question) for question in asked]
        together = asked * (-(-SEARCHED // len(asked)))
        with ThreadPoolExecutor(CLIENTS) as clients:
            list(clients.map(lambda one: desk.search(one, 8), asked))  # as a server that has run
            rates = []
            for _ in range(rounds):
                started = time.perf_counter()
                list(clients.map(lambda one: desk.search(one, 8), together))
                rates.append(len(together) / (time.perf_counter() - started))
    return {
        "warm retrieval p50, ms": percentile(searches, 0.5),
        "warm retrieval p95, ms": percentile(searches, 0.95),
        f"retrievals a second, {CLIENTS} clients": statistics.median(rates),
        "warm answer p50, ms": percentile(answers, 0.5),
        "warm answer p95, ms": percentile(answers, 0.95),
    }


def _timed(run: Callable[[str], object], question: str) -> float:
    started = time.perf_counter()
    run(question)
    return (time.perf_counter() - started) * 1000


def _starts(rounds: int) -> list[float]:
    """Seconds from starting a process to its end, its answer printed, over an index that exists.

    Not of the first one, which compiles the program where that was not done: it is when it is
    installed.
    """
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    with sample.desk() as desk:
        command = [sys.executable, "-m", "ui.cli", "ask", QUESTION]
        command += ["--index", str(desk.store.folder)]
        found = []
        for _ in range(rounds + 1):
            started = time.perf_counter()
            subprocess.run(command, check=True, capture_output=True, env=environment)
            found.append(time.perf_counter() - started)
        return found[1:]


def _machine() -> str:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return f"{platform.machine()}, {cores} cores, Python {platform.python_version()}"
