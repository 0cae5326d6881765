"""Evidence for a question out of many articles that are nearly about it."""

from __future__ import annotations

import json
from pathlib import Path

from world import WORDS, indexed

from rag.desk import Desk
from rag.retrieve import retrieve
from rag.settings import Settings
from rag.types import Filters


def test_the_one_article_of_a_period_is_found_among_many_that_say_more(tmp_path: Path) -> None:
    rows = tmp_path / "news.jsonl"
    with rows.open("w") as out:
        for day in range(40):
            text = (
                f"The harbour bridge of Kalbay opens. Bridge {day} of the harbour opens in Kalbay."
            )
            out.write(
                json.dumps({"id": f"old-{day}", "text": text, "published": "2020-03-01"}) + "\n"
            )
        text = "A bridge was closed, the first in a year in which many were opened elsewhere."
        out.write(json.dumps({"id": "new", "text": text, "published": "2023-05-01"}) + "\n")
    store, _ = indexed(tmp_path / "index", rows)
    desk = Desk(store, WORDS, Settings(candidates=10))
    since = desk.coverage().until
    query = desk.query("Which harbour bridge of Kalbay opens?", (), Filters(since=since))
    found = retrieve(query, store, desk.view, desk.settings).evidence
    assert [one.article.id for one in found] == ["new"]
