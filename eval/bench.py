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
from dataclasses import dataclass, replace
from pathlib import Path

from eval import sample
from eval.metrics import percentile
from index.build import update
from index.embed import Embedder, load
from index.graph import Vectors
from index.store import Store
from rag.ask import ask
from rag.desk import Desk
from rag.settings import Settings

QUESTION = "What did Stoltenberg say about withdrawal?"
ASKED = 60  # questions of the sample set that are timed


@dataclass(slots=True)
class _Stopwatch:
    """Seconds spent inside a function that it wraps."""

    seconds: float = 0.0

    def around(
        self, embed: Callable[[Sequence[str]], Vectors]
    ) -> Callable[[Sequence[str]], Vectors]:
        def timed(texts: Sequence[str]) -> Vectors:
            started = time.perf_counter()
            try:
                return embed(texts)
            finally:
                self.seconds += time.perf_counter() - started

        return timed


def run(rounds: int, as_json: bool) -> int:
    """Print the figures of ``rounds`` rounds; always 0."""
    embedder = load(Settings().embedder)
    indexing = [_indexing(embedder) for _ in range(rounds)]
    figures: dict[str, float | str] = {"machine": _machine(), "rounds": rounds}
    for name in indexing[0]:
        figures[name] = round(statistics.median(one[name] for one in indexing), 3)
    figures |= _asking()
    starts = [_start() for _ in range(rounds)]
    figures["process start to answer, s"] = round(statistics.median(starts), 3)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    figures["peak memory of this process, MB"] = round(peak)
    if as_json:
        print(json.dumps(figures, indent=1))
    else:
        width = max(map(len, figures))
        print("\n".join(f"{name:<{width}}  {value}" for name, value in figures.items()))
    return 0


def _indexing(embedder: Embedder) -> dict[str, float]:
    """One indexing of the sample corpus, and one more of the unchanged files."""
    watch = _Stopwatch()
    timed = replace(embedder, embed=watch.around(embedder.embed))
    with tempfile.TemporaryDirectory(prefix="onrecord-bench-") as folder:
        store = Store.create(Path(folder), embedder.name, embedder.fingerprint, embedder.dimension)
        started = time.perf_counter()
        report = update(store, timed, [sample.CORPUS])
        total = time.perf_counter() - started
        started = time.perf_counter()
        update(store, timed, [sample.CORPUS])
        again = time.perf_counter() - started
    return {
        "indexing, s": total,
        "passages a second": report.passages / total,
        "share outside the embedder": 1 - watch.seconds / total,
        "indexing unchanged files again, ms": again * 1000,
    }


def _asking() -> dict[str, float]:
    """Warm extractive answers to questions of the sample set, in milliseconds."""
    with sample.desk() as desk:
        cases = [case for case in sample.cases(desk) if not case.history][:ASKED]
        ask(desk, QUESTION)
        times = [_timed(desk, case.question) for case in cases]
    return {
        "warm answer p50, ms": round(percentile(times, 0.5), 1),
        "warm answer p95, ms": round(percentile(times, 0.95), 1),
    }


def _timed(desk: Desk, question: str) -> float:
    started = time.perf_counter()
    ask(desk, question)
    return (time.perf_counter() - started) * 1000


def _start() -> float:
    """Seconds from starting a process to its printed answer, over an index that exists."""
    with sample.desk() as desk:
        command = [sys.executable, "-m", "ui.cli", "ask", QUESTION]
        command += ["--index", str(desk.store.folder)]
        started = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        return time.perf_counter() - started


def _machine() -> str:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return f"{platform.machine()}, {cores} cores, Python {platform.python_version()}"
