"""TIME, a research collection of articles of 1963 with human judgements of relevance.

``time.json.gz``. Judges retrieval only: its queries are sentences in capitals, not questions.
"""

from __future__ import annotations

import gzip
import json
from pathlib import Path

from eval.cases import GoldSpan
from eval.material import Material
from eval.sets.reading import case


def read(folder: Path) -> Material:
    """The set in ``folder``; queries that nobody judged stay out, as they can score nothing."""
    with gzip.open(folder / "time.json.gz", "rt", encoding="utf-8") as stream:
        stored = json.load(stream)
    # The archive breaks lines at 72 characters and puts an empty one between them.
    texts = {name: " ".join(text.split()) for name, text in stored["docs"].items()}
    articles = tuple({"id": f"time-{name}", "text": text} for name, text in texts.items())
    cases = []
    for name, query in stored["queries"].items():
        judged = [str(one) for one in stored["qrels"].get(name, ())]
        gold = tuple((GoldSpan(f"time-{one}", 0, len(texts[one])),) for one in judged)
        if gold:
            cases.append(case(name, "query", query, gold))
    return Material("time", articles, tuple(cases), "article", answered=False)
