"""SQuAD 2.0 (Rajpurkar et al., ACL 2018), a sample: short answers, and questions without one.

``queries.json`` and ``ground_truth.json``. All contexts are indexed together. Gold is every
place of its context that reads like an answer, since the sample does not say which one is meant.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from eval.material import Material
from eval.sets.reading import case, places


def read(folder: Path) -> Material:
    """The set in ``folder``."""
    queries = json.loads((folder / "queries.json").read_text(encoding="utf-8"))["queries"]
    truth = json.loads((folder / "ground_truth.json").read_text(encoding="utf-8"))
    articles: dict[str, dict[str, str]] = {}
    cases = []
    for row in queries:
        text = row["context"]
        name = "sq" + hashlib.sha256(text.encode()).hexdigest()[:12]
        articles[name] = {"id": name, "text": text}
        answers = tuple(dict.fromkeys(truth[row["id"]]["answers"]))
        gold = tuple(span for answer in answers for span in places(name, text, answer))
        kind = "unanswerable" if truth[row["id"]]["is_impossible"] else "answerable"
        nuggets = (gold,) if gold and kind == "answerable" else ()
        short = answers if nuggets else ()
        cases.append(case(row["id"], kind, row["question"], nuggets, short))
    return Material("squad2", tuple(articles.values()), tuple(cases))
