"""Sets that are not shipped, read from small files of their form and, where at hand, for real."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from eval.cases import Case
from eval.material import Material
from eval.sets import reading
from rag.errors import UsageError

SHARED = Path(__file__).resolve().parent.parent.parent / "shared" / "data"


def packed(file: Path, *rows: dict[str, Any]) -> None:
    with gzip.open(file, "wt", encoding="utf-8") as stream:
        stream.writelines(json.dumps(row) + "\n" for row in rows)


def gold_text(material: Material, case: Case) -> list[list[str]]:
    texts = {row["id"]: row["text"] for row in material.articles}
    return [[texts[s.article_id][s.start : s.end] for s in nugget] for nugget in case.nuggets]


def test_realtimeqa_asks_on_the_day_of_the_quiz_and_wants_the_article(tmp_path: Path) -> None:
    row = {"id": "rt1", "title": "Dam", "text": "It holds.", "url": "", "publisher": "Courier"}
    packed(tmp_path / "articles.jsonl.gz", row | {"published": "2022/06/10", "authors": []})
    question = {"id": "q", "question": "What holds?", "asked_on": "2022/06/12", "answer": ["dam"]}
    (tmp_path / "questions.jsonl").write_text(json.dumps(question | {"gold_articles": ["rt1"]}))
    found = reading.read("realtimeqa", tmp_path)
    (case,) = found.cases
    assert str(case.asked_on) == "2022-06-12"
    assert (found.unit, case.answers, gold_text(found, case)) == (
        "article",
        ("dam",),
        [["It holds."]],
    )


def test_time_queries_are_searched_and_those_nobody_judged_left_out(tmp_path: Path) -> None:
    stored = {
        "docs": {"1": "THE  DAM\n\nHOLDS", "2": "RAIN"},
        "queries": {"1": "DAM .", "2": "SNOW ."},
        "qrels": {"1": [1, 2], "2": []},
    }
    with gzip.open(tmp_path / "time.json.gz", "wt") as stream:
        json.dump(stored, stream)
    found = reading.read("time", tmp_path)
    (case,) = found.cases
    assert gold_text(found, case) == [["THE DAM HOLDS"], ["RAIN"]]
    assert not found.answered


def test_clapnq_wants_what_the_first_annotator_chose_and_allows_the_rest(tmp_path: Path) -> None:
    passage = {"title": "Dam", "text": "It holds . It leaks . It is old . "}
    chosen = [{"selected_sentences": [one]} for one in ("It holds .", "It leaks .")]
    row = {"id": "1", "input": "does it hold", "passages": [passage], "output": chosen}
    packed(tmp_path / "dev_answerable.jsonl.gz", row)
    nothing = [{"selected_sentences": []}]
    packed(tmp_path / "dev_unanswerable.jsonl.gz", row | {"id": "2", "output": nothing})
    found = reading.read("clapnq", tmp_path)
    held, open_ = found.cases
    assert gold_text(found, held) == [["It holds ."]]
    assert len(held.gold) == 2
    assert not open_.answerable


def test_squad_gold_is_every_place_that_reads_like_the_answer(tmp_path: Path) -> None:
    rows = [{"id": n, "context": "63 days, or 63.", "question": "How long?"} for n in "ab"]
    (tmp_path / "queries.json").write_text(json.dumps({"queries": rows}))
    truth = {
        "a": {"answers": ["63", "63"], "is_impossible": False},
        "b": {"answers": [], "is_impossible": True},
    }
    (tmp_path / "ground_truth.json").write_text(json.dumps(truth))
    found = reading.read("squad2", tmp_path)
    answerable, impossible = found.cases
    assert gold_text(found, answerable) == [["63", "63"]]
    assert not impossible.answerable
    assert len(found.articles) == 1


def test_quotesum_wants_the_short_answer_of_every_source(tmp_path: Path) -> None:
    row: dict[str, Any] = {"qid": "q", "question": "Which?", "summary": "[ 2 Lead ] or [ 1 zinc ]."}
    for n in range(1, 9):
        row |= {f"source{n}": "", f"title{n}": "", f"short_ans_{n}": ""}
    row |= {"source1": "It is zinc.", "short_ans_1": "zinc"}
    row |= {"source2": "Lead, said Moe.", "short_ans_2": "Lead"}
    packed(tmp_path / "dev.jsonl.gz", row, row | {"summary": "[ 2 said Moe ]"})
    found = reading.read("quotesum", tmp_path)
    (case,) = found.cases
    assert gold_text(found, case) == [["zinc"], ["Lead"]]
    assert len(case.also) == 3


@pytest.mark.parametrize("name", reading.NAMES)
def test_a_folder_without_the_set_is_refused_with_the_way_out(name: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="--data"):
        reading.read(name, tmp_path)


def test_a_file_that_is_not_of_the_set_is_refused_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "time.json.gz").write_bytes(gzip.compress(b'{"docs": 3}'))
    with pytest.raises(UsageError, match="does not hold the set"):
        reading.read("time", tmp_path)
    (tmp_path / "time.json.gz").write_bytes(b"not packed at all")
    with pytest.raises(UsageError, match="time"):
        reading.read("time", tmp_path)


@pytest.mark.parametrize(
    ("name", "articles", "questions", "answerable"),
    [
        ("realtimeqa", 3000, 155, 155),
        ("time", 423, 79, 79),
        ("clapnq", 300, 300, 150),
        ("squad2", 411, 500, 242),
        ("quotesum", 278, 91, 91),
    ],
)
def test_the_real_sets_are_read_whole(
    name: str, articles: int, questions: int, answerable: int
) -> None:
    if not (SHARED / name).is_dir():
        pytest.skip(f"the set {name} (../shared/data/{name}) is not here")
    found = reading.read(name, SHARED / name)
    assert found.size == (articles, questions)
    assert sum(case.answerable for case in found.cases) == answerable
    texts = {row["id"]: len(row["text"]) for row in found.articles}
    for case in found.cases:
        assert all(0 <= s.start < s.end <= texts[s.article_id] for s in case.gold), case.id
