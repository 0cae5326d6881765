"""What the sets have in common: JSON Lines, gold found in a text, cases without speakers."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

from eval.cases import Case, GoldSpan
from eval.material import Material
from rag.errors import UsageError

NAMES = ("clapnq", "quotesum", "realtimeqa", "squad2", "time")


def read(name: str, data: Path) -> Material:
    """The set ``name`` from the folder ``data``.

    Raises UsageError when a file of it is missing or does not look as it should.
    """
    try:
        material: Material = import_module(f"eval.sets.{name}").read(data)
    except OSError as error:
        raise UsageError(
            f"--set {name} needs {error.filename or data}: name the set's folder with --data"
        ) from error
    except (AttributeError, EOFError, KeyError, TypeError, ValueError) as error:
        raise UsageError(f"{data} does not hold the set {name!r}: {error!r}") from error
    return material


def rows(path: Path) -> Iterator[dict[str, Any]]:
    """The objects of a JSON Lines file, compressed or not; raises OSError and ValueError."""
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open() as lines:
        yield from (json.loads(line) for line in lines if line.strip())


def places(article: str, text: str, exact: str) -> tuple[GoldSpan, ...]:
    """Every place of an article's ``text`` that reads ``exact``; none for an empty one."""
    found, at = [], text.find(exact) if exact else -1
    while at >= 0:
        found.append(GoldSpan(article, at, at + len(exact)))
        at = text.find(exact, at + len(exact))
    return tuple(found)


def case(
    identifier: str,
    kind: str,
    question: str,
    nuggets: tuple[tuple[GoldSpan, ...], ...],
    answers: tuple[str, ...] = (),
    **more: Any,
) -> Case:
    """A Case of a set that knows no speakers, earlier turns or reasons."""
    return Case(identifier, kind, question, (), nuggets, "", answers, "", **more)
