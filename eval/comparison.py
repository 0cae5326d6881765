"""A folder of programs that search -> their figures beside ours, over the same articles.

The folder holds ``bench.py``, which takes ``--ops build first query --peers NAME... --n N --reps R
--out FILE`` and writes a JSON object a line and run; ``.bench/NAME/bin/python`` for each library
that is set up; and ``.bench/corpus/N`` with ``articles/*.txt`` and ``queries.txt``.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from eval.finding import P50, P95, START, Figures, own
from index.build import update
from index.search.embed import load
from index.storage.store import Store
from rag.desk import Desk
from rag.errors import UsageError
from rag.settings import Settings

ASKED = 60  # questions that we are asked
BUILD = "articles indexed, s"
# What bench.py calls an operation and its figure, and what it is called here.
_FIGURES = {
    BUILD: ("build", "wall_s"),
    START: ("first", "to_answer_s"),
    P50: ("query", "p50_ms"),
    P95: ("query", "p95_ms"),
}
_CALLED = {"base": "plain", "lance": "lancedb", "haystack": "haystack-mem", "lean": "lean-ov"}


@dataclass(frozen=True, slots=True)
class Comparison:
    """Where it stands, the libraries that are set up in it, and its articles, so many of them."""

    place: Path
    peers: tuple[str, ...]
    articles: int

    @classmethod
    def at(cls, place: Path) -> Comparison:
        """The comparison in ``place`` with its smallest corpus.

        Raises UsageError when it is not set up.
        """
        environments = sorted(one.parent.parent for one in place.glob(".bench/*/bin/python"))
        sizes = [int(one.name) for one in place.glob(".bench/corpus/*") if one.name.isdigit()]
        if not ((place / "bench.py").is_file() and environments and sizes):
            raise UsageError(
                f"{place} holds no comparison that is set up: it needs bench.py, a virtual "
                "environment for each library in .bench and articles in .bench/corpus, or name "
                "'plain'"
            )
        names = tuple(_CALLED.get(one.name, one.name) for one in environments)
        return cls(place, names, min(sizes))

    def run(self, rounds: int) -> list[Figures]:
        """Our figures, then those of each library; what fails is said in its place."""
        return [self._ours(rounds), *self._theirs(rounds)]

    def _ours(self, rounds: int) -> Figures:
        corpus = self.place / ".bench" / "corpus" / str(self.articles)
        questions = (corpus / "queries.txt").read_text(encoding="utf-8").splitlines()[:ASKED]
        embedder = load()
        with tempfile.TemporaryDirectory(prefix="onrecord-bench-") as folder:
            started = time.perf_counter()
            store = Store.create(
                Path(folder), embedder.name, embedder.fingerprint, embedder.dimension
            )
            update(store, embedder, [corpus / "articles"])
            built = time.perf_counter() - started
            try:
                found = own(Desk(store, embedder, Settings()), questions, rounds)
            finally:
                store.close()
        figures: Figures = {"who": "onrecord", "articles": self.articles, BUILD: built}
        return figures | found

    def _theirs(self, rounds: int) -> list[Figures]:
        with tempfile.TemporaryDirectory(prefix="onrecord-bench-") as folder:
            out = Path(folder, "rows.jsonl")
            command = [sys.executable, "bench.py", "--ops", "build", "first", "query", "--n"]
            command += [str(self.articles), "--reps", str(rounds), "--out", str(out), "--peers"]
            done = subprocess.run(
                [*command, *self.peers], cwd=self.place, check=False, capture_output=True, text=True
            )
            told = out.read_text(encoding="utf-8").splitlines() if out.is_file() else []
            if not told:
                raise UsageError(f"bench.py in {self.place} failed: {done.stderr.strip()[-300:]}")
            rows = [json.loads(line) for line in told]
        return [medians(peer, [row for row in rows if row["peer"] == peer]) for peer in self.peers]


def medians(peer: str, rows: Sequence[Mapping[str, object]]) -> Figures:
    """The figures of one library from the ``rows`` of its runs."""
    found: Figures = {"who": peer}
    if failed := [str(row["error"]).strip() for row in rows if "error" in row]:
        found["failed"] = failed[0].splitlines()[-1] if failed[0] else "without a word"
    for name, (operation, figure) in _FIGURES.items():
        values = [
            float(str(row[figure]))
            for row in rows
            if row.get("op") == operation and figure in row and "error" not in row
        ]
        if values:
            found[name] = statistics.median(values)
    return found
