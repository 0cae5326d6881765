"""The sample set with one thing changed at a time -> a table from which the defaults follow.

Retrieval legs, passage size, embedder and length of answers. Each row is held against the default
by a paired bootstrap over questions.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path

from eval import compare, measures, report, sample
from eval.material import narrowed
from eval.rows import Row
from eval.run import bench, rows
from index import build
from index.passages import BUDGET
from index.search.embed import Embedder, load
from index.storage.store import Store
from rag.desk import Desk
from rag.fusion import LEGS, Leg
from rag.settings import Settings

DEFAULT = "as it is"
SHOWN = ("recall@1", "recall@10", "MRR@10", "right", "citation precision", "citation recall")
PASSAGES = (64, 96, 128, 200)  # word pieces; the default is index.passages.BUDGET
SENTENCES = (1, 2, 3, 6)
_LEGS: tuple[tuple[Leg, ...], ...] = (("dense",), ("lexical",), ("dense", "lexical"))
_HEAD = "| what is changed | " + " | ".join(SHOWN) + " |"


@dataclass(frozen=True, slots=True)
class Variant:
    """The program with one thing changed: ``tokens`` is word pieces a passage."""

    name: str
    embedder: Embedder
    settings: Settings
    tokens: int = BUDGET
    legs: tuple[Leg, ...] = LEGS


def variants(settings: Settings) -> Iterator[Variant]:
    """The default and every change of one thing, in the order of the table."""
    embedder = load(settings.embedder, settings.precision)
    default = Variant(DEFAULT, embedder, settings)
    yield default
    for legs in _LEGS:
        yield replace(default, name=f"retrieval by {' + '.join(legs)}", legs=legs)
    for most in SENTENCES:
        own = replace(settings, sentences=most)
        yield replace(default, name=f"answers of at most {most} sentences", settings=own)
    for tokens in PASSAGES:
        yield replace(default, name=f"passages of {tokens} word pieces", tokens=tokens)
    words = replace(embedder, name="words", fingerprint="words", embed=embedder.sketch)
    yield replace(default, name="embedder: word vectors, averaged", embedder=words)


def measurements(settings: Settings, limit: int) -> Iterator[tuple[Variant, list[Row]]]:
    """The rows of every variant, in order; neighbours of one passage size share an index."""
    for _, some in groupby(variants(settings), key=lambda one: (one.embedder.name, one.tokens)):
        alike = list(some)
        with _indexed(alike[0]) as store:
            for variant in alike:
                yield variant, _measured(variant, store, limit)


def table(found: Sequence[tuple[Variant, list[Row]]]) -> str:
    """The figures as Markdown, a star where they differ from the default's by more than chance."""
    base = found[0][1]
    lines = [_HEAD, "|---|" + "---|" * len(SHOWN)]
    for variant, own in found:
        figures = measures.figures(own, 0)
        changes = {one.name: one for one in compare.differences(base, own)}
        cells = []
        for name in SHOWN:
            one, change = figures.get(name), changes.get(name)
            star = "*" if change and change.change and change.p < report.SIGNIFICANT else ""
            cells.append(f"{report.number(name, one.value)}{star}" if one else "–")
        lines.append(f"| {variant.name} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _measured(variant: Variant, store: Store, limit: int) -> list[Row]:
    """The rows of the sample set, or of ``limit`` questions of it, under ``variant``.

    Where legs are left out only retrieval is measured: answers always use all of them.
    """
    desk = Desk(store, variant.embedder, variant.settings)
    whole = variant.legs == LEGS
    material = narrowed(replace(sample.material(desk), answered=whole), limit, 0)
    return list(rows(bench(desk, material, legs=variant.legs), material.cases))


@contextmanager
def _indexed(variant: Variant) -> Iterator[Store]:
    how = variant.embedder
    with tempfile.TemporaryDirectory(prefix="onrecord-eval-") as folder:
        store = Store.create(Path(folder), how.name, how.fingerprint, how.dimension)
        build.update(store, how, [sample.CORPUS], passage_tokens=variant.tokens)
        yield store
