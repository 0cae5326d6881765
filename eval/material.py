"""A set as it is measured: its articles, its questions with gold, and how a ranking is counted."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from eval.cases import Case

Unit = Literal["passage", "article"]


@dataclass(frozen=True, slots=True)
class Material:
    """``articles`` are rows as ``index.formats.jsonl`` reads them, ``unit`` is what gold and
    ranking count.

    ``answered`` is False for a set that judges retrieval only: its queries are searched and not
    asked. ``whole`` is how many articles and questions there were before a subset was taken.
    """

    name: str
    articles: tuple[Mapping[str, str], ...]
    cases: tuple[Case, ...]
    unit: Unit = "passage"
    answered: bool = True
    whole: tuple[int, int] = (0, 0)

    def described(self) -> str:
        """How much of the set is measured, in words."""
        articles, cases = self.whole if any(self.whole) else self.size
        if (articles, cases) == self.size:
            return f"{self.name}: all {cases:,} questions over {articles:,} articles"
        return (
            f"{self.name}, A SUBSET: {len(self.cases):,} of {cases:,} questions over "
            f"{len(self.articles):,} of {articles:,} articles"
        )

    @property
    def size(self) -> tuple[int, int]:
        """How many articles and questions there are."""
        return len(self.articles), len(self.cases)


def narrowed(material: Material, questions: int, articles: int) -> Material:
    """At most so many questions and articles (0: all), the same ones in every run.

    They are taken in the order of their ids' hashes. The articles that hold gold of a question
    that stays always stay, so fewer articles only means fewer others to confuse them with.
    """
    cases = material.cases
    if questions:
        chosen = {case.id for case in sorted(cases, key=lambda case: _draw(case.id))[:questions]}
        cases = tuple(case for case in cases if case.id in chosen)
    rows = material.articles
    if articles:
        needed = {span.article_id for case in cases for span in case.gold}
        order = sorted(rows, key=lambda row: (row["id"] not in needed, _draw(row["id"])))
        kept = {row["id"] for row in order[: max(articles, len(needed))]}
        rows = tuple(row for row in rows if row["id"] in kept)
    return replace(material, articles=rows, cases=cases, whole=material.size)


def _draw(identifier: str) -> str:
    return hashlib.sha256(identifier.encode()).hexdigest()
