"""Question files -> Cases with gold spans resolved to code points of indexed articles."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from index.types import Article
from rag.types import Turn

HOME = Path(__file__).parent / "data"
_LEFT_OUT = "left out of the fit"  # in a question's note


@dataclass(frozen=True, slots=True)
class GoldSpan:
    """Characters ``start:end`` of an article that carry a part of the answer."""

    article_id: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Case:
    """A question with what a right answer rests on.

    ``nuggets`` are the parts of a full answer; any one span of a nugget satisfies it. Without
    nuggets the right answer is to abstain, for ``reason`` where the set names one. ``also`` are
    spans that are right to cite though a full answer does not need them; ``asked_on`` is the day
    that "today" means, None for the day of the run. ``left_out`` cases are kept out of every fit.
    """

    id: str
    type: str
    question: str
    history: tuple[Turn, ...]
    nuggets: tuple[tuple[GoldSpan, ...], ...]
    speaker: str
    answers: tuple[str, ...]
    reason: str
    also: tuple[GoldSpan, ...] = ()
    asked_on: date | None = None
    left_out: bool = False

    @property
    def answerable(self) -> bool:
        """Whether the corpus holds an answer."""
        return bool(self.nuggets)

    @property
    def gold(self) -> tuple[GoldSpan, ...]:
        """Every span that is right to cite."""
        return (*(span for nugget in self.nuggets for span in nugget), *self.also)


def load(file: Path, articles: Iterable[Article]) -> list[Case]:
    """The cases of a question file, in order.

    Raises ValueError naming the case whose gold does not stand in its article.
    """
    texts = {article.id: article.text for article in articles}
    lines = file.read_text(encoding="utf-8").splitlines()
    return [_case(json.loads(line), texts) for line in lines if line.strip()]


def _case(row: Mapping[str, Any], texts: Mapping[str, str]) -> Case:
    return Case(
        id=row["id"],
        type=row["type"],
        question=row["question"],
        history=tuple(Turn(turn["question"], turn["answer"]) for turn in row["history"]),
        nuggets=tuple(
            tuple(_span(row["id"], place, texts) for place in nugget) for nugget in row["gold"]
        ),
        speaker=row["speaker"],
        answers=tuple(row["answers"]),
        reason=row["reason"],
        left_out=_LEFT_OUT in row["note"],
    )


def _span(case: str, place: Mapping[str, str], texts: Mapping[str, str]) -> GoldSpan:
    text = texts.get(place["article"], "")
    start = text.find(place["exact"])
    if start < 0:
        raise ValueError(f"case {case}: its gold does not stand in article {place['article']}")
    return GoldSpan(place["article"], start, start + len(place["exact"]))
