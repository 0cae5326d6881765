"""The sample corpus and the gold questions hold what their description promises."""

from __future__ import annotations

import html
import json
import re
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT / "eval" / "data"
SEEDS = ROOT.parent / "shared" / "seeds"

FIELDS = {"id", "type", "question", "history", "gold", "speaker", "answers", "reason", "note"}
AT_LEAST = {
    "speaker": 55,
    "fact": 30,
    "number": 20,
    "date": 15,
    "multi": 15,
    "comparison": 10,
    "change": 8,
    "followup": 20,
    "unanswerable": 40,
}
REASONS = {
    "no_evidence",
    "speaker_not_in_corpus",
    "speaker_found_topic_not",
    "outside_coverage_dates",
}
LONGEST_SHARED_RUN = 7  # words


def visible(page: str) -> str:
    """The text of a page, its tags taken out."""
    return html.unescape(re.sub(r"<[^>]+>", "", page))


@cache
def articles() -> dict[str, str]:
    """Every article's text by its id, which is the file's stem or the row's own."""
    texts: dict[str, str] = {}
    for path in sorted((DATA / "corpus").iterdir()):
        raw = path.read_text(encoding="utf-8")
        if path.suffix == ".jsonl":
            rows = [json.loads(line) for line in raw.splitlines()]
            texts.update({row["id"]: row["text"] for row in rows})
        elif path.suffix == ".md":
            texts[path.stem] = raw.split("---\n", 2)[2]
        elif path.suffix == ".html":
            found = re.search(r"<article>.*</article>", raw, re.DOTALL)
            assert found is not None, path.name
            texts[path.stem] = visible(found[0])
        else:
            texts[path.stem] = raw
    return texts


@cache
def questions() -> list[dict[str, Any]]:
    lines = (DATA / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def words(text: str) -> list[str]:
    return re.findall(r"\w+(?:'\w+)*", text.lower().replace("’", "'"))


def runs(text: str, length: int) -> set[tuple[str, ...]]:
    found = words(text)
    return {tuple(found[i : i + length]) for i in range(len(found) - length + 1)}


def surname(name: str) -> re.Pattern[str]:
    return re.compile(rf"\b{re.escape(name.split()[-1])}\b", re.IGNORECASE)


def test_every_question_has_its_fields_and_a_known_type() -> None:
    for row in questions():
        assert set(row) == FIELDS, row["id"]
        assert row["type"] in AT_LEAST, row["id"]
        assert row["question"].strip() == row["question"] != "", row["id"]
        assert all(isinstance(answer, str) and answer for answer in row["answers"]), row["id"]


def test_no_two_questions_share_an_id_or_a_wording() -> None:
    assert [i for i, n in Counter(row["id"] for row in questions()).items() if n > 1] == []
    alone = Counter(row["question"].lower() for row in questions() if not row["history"])
    assert [question for question, n in alone.items() if n > 1] == []


def test_the_set_is_as_large_as_promised() -> None:
    counts = Counter(row["type"] for row in questions())
    assert len(questions()) >= 210
    assert {kind: counts[kind] for kind, least in AT_LEAST.items() if counts[kind] < least} == {}


def test_the_counts_in_the_description_are_those_of_the_set() -> None:
    described = dict(
        re.findall(r"^\| `(\w+)` \| (\d+) \|", (DATA / "README.md").read_text("utf-8"), re.M)
    )
    counts = Counter(row["type"] for row in questions())
    assert {kind: int(described[kind]) for kind in AT_LEAST} == dict(counts)


def test_every_gold_sentence_stands_verbatim_in_its_article() -> None:
    for row in questions():
        for nugget in row["gold"]:
            assert nugget, row["id"]
            for place in nugget:
                assert place["exact"] in articles()[place["article"]], (row["id"], place)


def test_unanswerable_questions_have_a_reason_and_no_gold_and_the_others_the_reverse() -> None:
    for row in questions():
        if row["type"] == "unanswerable":
            assert row["reason"] in REASONS, row["id"]
            assert (row["gold"], row["answers"]) == ([], []), row["id"]
        else:
            assert row["reason"] == "", row["id"]
            assert row["gold"], row["id"]


def test_only_followups_have_a_history() -> None:
    for row in questions():
        assert bool(row["history"]) == (row["type"] == "followup"), row["id"]
        assert all(set(turn) == {"question", "answer"} for turn in row["history"]), row["id"]


def test_no_single_article_answers_a_question_that_needs_several() -> None:
    for row in questions():
        if row["type"] == "multi":
            sources = [{place["article"] for place in nugget} for nugget in row["gold"]]
            assert not set.intersection(*sources), row["id"]


def test_a_gold_sentence_holds_one_of_the_accepted_forms_of_a_number() -> None:
    for row in questions():
        if row["type"] != "number":
            continue
        exact = " ".join(place["exact"] for nugget in row["gold"] for place in nugget).lower()
        assert any(answer.lower() in exact for answer in row["answers"]), row["id"]


def test_speakers_are_named_in_the_corpus_unless_their_absence_is_the_point() -> None:
    everything = "\n".join(articles().values())
    for row in questions():
        if row["speaker"]:
            absent = row["reason"] == "speaker_not_in_corpus"
            assert bool(surname(row["speaker"]).search(everything)) != absent, row["id"]


def test_nobody_in_the_corpus_is_named_macron() -> None:
    for path in (DATA / "corpus").iterdir():
        assert "macron" not in path.read_text(encoding="utf-8").lower(), path.name


def test_there_are_twenty_eight_articles_of_two_to_six_hundred_words() -> None:
    assert len(articles()) == 28
    counts = {name: len(text.split()) for name, text in articles().items()}
    assert {name: n for name, n in counts.items() if not 200 <= n <= 600} == {}


def test_no_run_of_eight_words_is_taken_from_a_published_article() -> None:
    if not SEEDS.is_dir():
        pytest.skip("the published articles to compare with are not here")
    length = LONGEST_SHARED_RUN + 1
    published = set[tuple[str, ...]]()
    for path in SEEDS.glob("*.txt"):
        published |= runs(path.read_text(encoding="utf-8"), length)
    for path in (DATA / "corpus").iterdir():
        shared = runs(visible(path.read_text(encoding="utf-8")), length) & published
        assert not shared, (path.name, shared)
