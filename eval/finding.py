"""How long it takes to find passages: from the start of a process, and when it is warm."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence

from eval.metrics import percentile
from rag.desk import Desk

Figures = dict[str, float | str]

K = 8  # passages asked for
FIRST = "Who spoke about the talks?"
START, P50, P95 = "process start to first hit, s", "warm query p50, ms", "warm query p95, ms"


def own(desk: Desk, questions: Sequence[str], rounds: int) -> Figures:
    """How long this program takes to find passages, from its start and when it is warm."""
    command = [sys.executable, "-m", "ui.cli", "search", FIRST]
    command += ["--index", str(desk.store.folder)]
    found: Figures = {"who": "onrecord"}
    found |= queries(lambda one: desk.search(one, K), questions)
    return found | {START: start(command, rounds)}


def queries(search: Callable[[str], object], questions: Sequence[str]) -> Figures:
    """How long ``search`` takes for each question once it is warm, in ms."""
    times = []
    search(FIRST)
    for question in questions:
        started = time.perf_counter()
        search(question)
        times.append((time.perf_counter() - started) * 1000)
    return {
        P50: percentile(times, 0.5),
        P95: percentile(times, 0.95),
    }


def start(command: Sequence[str], rounds: int) -> float:
    """How long a process runs, in seconds; the median of ``rounds``."""

    def once() -> float:
        started = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        return time.perf_counter() - started

    return statistics.median(once() for _ in range(rounds))
