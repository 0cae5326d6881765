"""``onrecord bench --peers``: the same articles and questions in other libraries, in the same run.

"plain" is what a careful user writes by hand, sentence-transformers with a flat index, and needs
nothing more. Any other name is a folder with a ``bench.py`` for further libraries, each in a
virtual environment of its own; those that are set up there are run.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from eval import sample
from eval.metrics import percentile
from index.embed import DEFAULT, original
from index.vectors import VectorIndex
from rag.desk import Desk
from rag.errors import UsageError

Figures = dict[str, float | str]

PLAIN = "plain"
K = 8
_FIRST = "Who spoke about the talks?"
# A whole process: the libraries, the model, the question, the nearest passages.
_START = (
    "import sys; from eval.beside import Plain; "
    "print(Plain.opened(sys.argv[1]).search(sys.argv[2]))"
)


class Plain:
    """Passages embedded by sentence-transformers and compared one by one."""

    def __init__(self, texts: Sequence[str], index: VectorIndex | None = None) -> None:
        self.texts = list(texts)
        self._encode = original(DEFAULT)
        if index is None:
            keys = np.arange(len(self.texts), dtype=np.int64)
            vectors = self._encode(self.texts)
            index = VectorIndex.built([(keys, vectors)], vectors, 0)
        self._index = index

    @classmethod
    def opened(cls, folder: str) -> Plain:
        """What ``save`` wrote."""
        rows = Path(folder, "rows").read_text(encoding="utf-8").split("\0")
        digest = Path(folder, "digest").read_text()
        return cls(rows, VectorIndex.read(Path(folder, "vectors"), digest, len(rows)))

    def save(self, folder: str) -> None:
        """Write texts and vectors to ``folder``."""
        Path(folder, "rows").write_text("\0".join(self.texts), encoding="utf-8")
        Path(folder, "digest").write_text(self._index.write(Path(folder, "vectors")))

    def search(self, question: str) -> list[str]:
        """The nearest texts."""
        (hits,) = self._index.search(self._encode([question]), K)
        return [self.texts[key] for key, _ in hits]


def run(peers: str, rounds: int) -> list[Figures]:
    """Figures of this program and of ``peers``: "plain", or the folder of a comparison.

    Raises UsageError when the folder holds none.
    """
    names = [] if peers == PLAIN else _set_up(Path(peers))
    with sample.desk() as desk:
        found = desk.store.passages([int(key) for key in desk.store.passage_keys()])
        texts = [a.text[p.span.start : p.span.end] for p, a in found.values()]
        questions = [case.question for case in sample.cases(desk) if not case.history][:60]
        if names:
            return [_own(desk, questions, rounds), _folder(Path(peers), names)]
        return [_own(desk, questions, rounds), _plain(desk, texts, questions, rounds)]


def _own(desk: Desk, questions: Sequence[str], rounds: int) -> Figures:
    command = [sys.executable, "-m", "ui.cli", "search", _FIRST]
    command += ["--index", str(desk.store.folder)]
    return {"who": "onrecord"} | _queries(lambda one: desk.search(one, K), questions) | {
        "process start to first hit, s": _start(command, rounds)
    }  # fmt: skip


def _plain(desk: Desk, texts: Sequence[str], questions: Sequence[str], rounds: int) -> Figures:
    folder = desk.store.folder / "plain"
    folder.mkdir()
    plain = Plain(texts)
    plain.save(str(folder))
    command = [sys.executable, "-c", _START, str(folder), _FIRST]
    return {"who": "sentence-transformers and a flat index"} | _queries(plain.search, questions) | {
        "process start to first hit, s": _start(command, rounds)
    }  # fmt: skip


def _queries(search: Callable[[str], object], questions: Sequence[str]) -> Figures:
    times = []
    search(_FIRST)
    for question in questions:
        started = time.perf_counter()
        search(question)
        times.append((time.perf_counter() - started) * 1000)
    return {
        "warm query p50, ms": percentile(times, 0.5),
        "warm query p95, ms": percentile(times, 0.95),
    }


def _start(command: Sequence[str], rounds: int) -> float:
    def once() -> float:
        started = time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        return time.perf_counter() - started

    return statistics.median(once() for _ in range(rounds))


def _set_up(place: Path) -> list[str]:
    """The libraries that the comparison in ``place`` has environments for."""
    there = [one.name for one in sorted(place.glob(".bench/*")) if (one / "bin/python").exists()]
    if not (place / "bench.py").is_file() or not there:
        raise UsageError(
            f"{place} holds no comparison that is set up: it needs bench.py and a virtual "
            "environment for each library in .bench, or name 'plain'"
        )
    return ["plain" if one == "base" else one for one in there]


def _folder(place: Path, names: Sequence[str]) -> Figures:
    """What the comparison in ``place`` prints for those libraries."""
    command = [sys.executable, "bench.py", "--ops", "first", "query", "--peers", *names]
    done = subprocess.run(command, cwd=place, check=False, capture_output=True, text=True)
    return {"who": ", ".join(names), "printed": done.stdout or done.stderr[-2000:]}
