"""``onrecord bench --peers``: the same articles and questions in other libraries, in the same run.

"plain" is what a careful user writes by hand, sentence-transformers with a flat index, and needs
nothing more. Any other name is a folder with a ``bench.py`` for further libraries, each in a
virtual environment of its own; those that are set up there are run.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from eval import finding, sample
from eval.comparison import Comparison
from index.search.original import DEFAULT, original
from index.search.vectors import VectorIndex
from rag.desk import Desk

PLAIN = "plain"
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
        (hits,) = self._index.search(self._encode([question]), finding.K)
        return [self.texts[key] for key, _ in hits]


def run(peers: str, rounds: int) -> list[finding.Figures]:
    """Figures of this program and of ``peers``: "plain", or the folder of a comparison.

    Raises UsageError when the folder holds none.
    """
    if peers != PLAIN:
        return Comparison.at(Path(peers)).run(rounds)
    with sample.desk() as desk:
        found = desk.store.passages([int(key) for key in desk.store.passage_keys()])
        texts = [a.text[p.span.start : p.span.end] for p, a in found.values()]
        questions = [case.question for case in sample.cases(desk) if not case.history][:60]
        return [finding.own(desk, questions, rounds), _plain(desk, texts, questions, rounds)]


def _plain(
    desk: Desk, texts: Sequence[str], questions: Sequence[str], rounds: int
) -> finding.Figures:
    folder = desk.store.folder / "plain"
    folder.mkdir()
    plain = Plain(texts)
    plain.save(str(folder))
    command = [sys.executable, "-c", _START, str(folder), finding.FIRST]
    found: finding.Figures = {"who": "sentence-transformers and a flat index"}
    found |= finding.queries(plain.search, questions)
    return found | {finding.START: finding.start(command, rounds)}
