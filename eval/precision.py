"""``onrecord bench --precision int8``: what a precision of vectors gains and what it loses.

The passages of the sample and the questions of its set, embedded in turn by the model's own
``encode``, faithfully and in the precision asked for. What is lost is told against ``encode``.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence

import numpy as np

from eval import sample
from index.search.embed import FAITHFUL, load
from index.search.graph import Vectors
from index.search.original import original
from rag.settings import Settings

Figures = dict[str, float | str]
_NEAREST = 10
_BARE = "SentenceTransformer.encode"


def run(precision: str, rounds: int) -> list[Figures]:
    """The figures of ``encode``, of the faithful graph and of ``precision``, a table each.

    Raises EmbedderUnavailable when there is no such graph here and none can be made.
    """
    name = Settings().embedder
    asked, faithful = load(name, precision), load(name, FAITHFUL)
    ways = {_BARE: original(name), FAITHFUL: faithful.embed, precision: asked.embed}
    passages, questions = _texts()
    tokens = sum(faithful.count(passages))
    seconds = _seconds(ways, passages, rounds)
    own = ways[_BARE](passages), ways[_BARE](questions)
    near = _nearest(*own)
    tables: list[Figures] = []
    for way, embed in ways.items():
        found = embed(passages), embed(questions)
        same = [np.isin(a, b).mean() for a, b in zip(_nearest(*found), near, strict=True)]
        tables.append(
            {
                "vectors": way,
                "passages a second": len(passages) / seconds[way],
                "tokens a second": tokens / seconds[way],
                "times the bare encode": seconds[_BARE] / seconds[way],
                "mean cosine to it, passages": _cosine(own[0], found[0]),
                "mean cosine to it, questions": _cosine(own[1], found[1]),
                f"recall of its {_NEAREST} nearest, {len(questions)} questions": float(
                    np.mean(same)
                ),
            }
        )
    return tables


def _texts() -> tuple[list[str], list[str]]:
    """The passages of the sample and the questions that are asked of it."""
    with sample.desk() as desk:
        found = desk.store.passages([int(key) for key in desk.store.passage_keys()])
        passages = [a.text[p.span.start : p.span.end] for p, a in found.values()]
        return passages, [case.question for case in sample.cases(desk) if not case.history]


def _seconds(
    ways: dict[str, Callable[[Sequence[str]], Vectors]], texts: Sequence[str], rounds: int
) -> dict[str, float]:
    """Seconds that each way takes for ``texts``: medians of rounds in which each has its turn."""
    spent: dict[str, list[float]] = {way: [] for way in ways}
    for embed in ways.values():
        embed(texts[:8])
    for _ in range(rounds):
        for way, embed in ways.items():
            started = time.perf_counter()
            embed(texts)
            spent[way].append(time.perf_counter() - started)
    return {way: statistics.median(times) for way, times in spent.items()}


def _cosine(own: Vectors, found: Vectors) -> float:
    return float((own * found).sum(axis=1).mean())


def _nearest(passages: Vectors, questions: Vectors) -> list[list[int]]:
    """The rows of the passages that are nearest to each question."""
    ranked = np.argsort(-(questions @ passages.T), axis=1, kind="stable")
    return [list(map(int, row[:_NEAREST])) for row in ranked]
