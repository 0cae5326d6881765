"""What a run keeps of each question: all that figures, comparisons and the page need.

A Row goes to a line of JSON and comes back equal, so a run can go on where it was killed and
another one can be held against it.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from eval.material import Material
from eval.metrics import Score
from rag.errors import UsageError
from rag.settings import Settings

_CODE = ("index", "rag", "prompts", "eval")
_ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True, slots=True)
class Shown:
    """Characters ``start:end`` of an article as the page shows them, with what stands around."""

    article: str
    title: str
    start: int
    end: int
    exact: str
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One question with its gold, what was found (best first), its answer and its score.

    ``answer`` is the Answer's JSON, None where the set judges retrieval only, ``right_citations``
    the numbers of its citations that are gold. ``run`` names what the row was made with.
    """

    run: str
    model: str
    id: str
    type: str
    question: str
    history: tuple[str, ...]
    answerable: bool
    reason: str
    speaker: str
    answers: tuple[str, ...]
    gold: tuple[tuple[Shown, ...], ...]
    evidence: tuple[Shown, ...]
    answer: Mapping[str, Any] | None
    right_citations: tuple[int, ...]
    score: Score

    @property
    def kind(self) -> str:
        """The type, or why there is no answer where the set says so."""
        return self.reason or self.type


def read(file: Path) -> list[Row]:
    """The rows of a file; a last line that was cut off by a kill is left out.

    Raises UsageError when it holds anything else.
    """
    try:
        lines = file.read_text(encoding="utf-8").split("\n")
        return [_row(json.loads(line)) for line in lines[:-1] if line.strip()]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UsageError(
            f"{file} does not hold the rows of an evaluation ({type(error).__name__}): name the "
            "rows.jsonl of a run of this version"
        ) from error


class Ledger:
    """A file of rows that a run adds to; rows of other runs in it are dropped first."""

    def __init__(self, file: Path, run: str) -> None:
        self.run = run
        self._file = file
        kept = [row for row in _readable(file) if row.run == run]
        self.done = {row.id: row for row in kept}
        file.parent.mkdir(parents=True, exist_ok=True)
        fresh = file.with_suffix(".part")
        fresh.write_text("".join(map(_line, kept)), encoding="utf-8")
        fresh.replace(file)

    def add(self, row: Row) -> None:
        """Keep ``row`` on disk before the next question is asked."""
        with self._file.open("a", encoding="utf-8") as stream:
            stream.write(_line(row))
            stream.flush()
            os.fsync(stream.fileno())


def identity(material: Material, settings: Settings, embedder: str, model: str) -> str:
    """A digest of all that can change a row: questions, articles, settings, code and model."""
    digest = hashlib.sha256()
    for case in material.cases:
        digest.update(repr(case).encode())
    for article in material.articles:
        digest.update(json.dumps(article, sort_keys=True).encode())
    digest.update(f"{settings.digest()} {embedder} {model}".encode())
    digest.update(code().encode())
    return digest.hexdigest()[:16]


def code(packages: Sequence[str] = _CODE) -> str:
    """A digest of the program's own files, those the answers depend on."""
    digest = hashlib.sha256()
    for file in _files(packages):
        digest.update(f"{file.relative_to(_ROOT)}\n".encode() + file.read_bytes())
    return digest.hexdigest()[:16]


def _files(packages: Sequence[str]) -> Iterator[Path]:
    for package in packages:
        for file in sorted((_ROOT / package).rglob("*")):
            if file.is_file() and file.suffix in (
                ".py",
                ".json",
                ".md",
                ".sql",
                ".txt",
                ".jsonl",
                ".html",
            ):
                yield file


def _readable(file: Path) -> list[Row]:
    try:
        return read(file) if file.is_file() else []
    except UsageError:  # rows of another version: the run starts anew
        return []


def _line(row: Row) -> str:
    return json.dumps(asdict(row), ensure_ascii=False) + "\n"


def _row(found: Mapping[str, Any]) -> Row:
    score = dict(found["score"])
    score["citations_right"] = tuple((a, b) for a, b in score["citations_right"])
    values = {
        "history": tuple(found["history"]),
        "answers": tuple(found["answers"]),
        "right_citations": tuple(found["right_citations"]),
        "gold": tuple(tuple(Shown(**one) for one in nugget) for nugget in found["gold"]),
        "evidence": tuple(Shown(**one) for one in found["evidence"]),
        "score": Score(**score),
    }
    return Row(**{**found, **values})
