"""RealTime QA (Kasai et al., NeurIPS 2023): quiz questions on the news of a week.

``articles.jsonl.gz`` and ``questions.jsonl``. Gold is the article a question was made from.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from eval.cases import Case, GoldSpan
from eval.material import Material
from eval.sets.reading import case, rows


def read(folder: Path) -> Material:
    """The set in ``folder``; raises OSError, KeyError or ValueError when it is another's."""
    kept = ("id", "title", "url", "publisher", "published", "text")
    articles = tuple({key: row[key] for key in kept} for row in rows(folder / "articles.jsonl.gz"))
    length = {row["id"]: len(row["text"]) for row in articles}
    cases = []
    for row in rows(folder / "questions.jsonl"):
        gold = tuple(GoldSpan(name, 0, length[name]) for name in row["gold_articles"])
        asked = date.fromisoformat(row["asked_on"].replace("/", "-"))
        answers = tuple(row["answer"])
        cases.append(case(row["id"], "quiz", row["question"], (gold,), answers, asked_on=asked))
    return Material("realtimeqa", articles, tuple[Case, ...](cases), "article")
