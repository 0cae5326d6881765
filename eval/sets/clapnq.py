"""CLAP NQ (Rosenthal et al., TACL 2025): questions with a passage that answers them, or does not.

``dev_answerable.jsonl.gz`` and ``dev_unanswerable.jsonl.gz``. All passages are indexed together,
so each is a distraction from the others. What the first annotator selected has to be cited, what
another selected may be.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from eval.cases import Case, GoldSpan
from eval.material import Material
from eval.sets.reading import case, places, rows


def read(folder: Path) -> Material:
    """The set in ``folder``."""
    articles: dict[str, dict[str, str]] = {}
    cases: list[Case] = []
    for kind in ("answerable", "unanswerable"):
        for row in rows(folder / f"dev_{kind}.jsonl.gz"):
            passage = row["passages"][0]
            name = f"nq{row['id']}"
            articles[name] = {"id": name, "title": passage["title"], "text": passage["text"]}
            chosen = [list(_selected(name, passage["text"], one)) for one in row["output"]]
            chosen = [spans for spans in chosen if spans] or [[]]
            needed = tuple((span,) for span in chosen[0])
            also = tuple(span for spans in chosen[1:] for span in spans)
            cases.append(case(row["id"], kind, row["input"] + "?", needed, also=also))
    return Material("clapnq", tuple(articles.values()), tuple(cases))


def _selected(name: str, text: str, output: dict[str, Any]) -> Iterator[GoldSpan]:
    for sentence in output["selected_sentences"]:
        yield from places(name, text, sentence)[:1]
