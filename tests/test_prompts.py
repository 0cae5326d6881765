"""The prompts as a model gets them: a change of a prompt is a change of this golden copy."""

from __future__ import annotations

from pathlib import Path

import newsroom
import pytest

import prompts
from rag.models import draft
from rag.settings import Settings

GOLDEN = Path(__file__).parent / "golden"
ASKED = "What did Jane Holt say?"


def same(made: draft.Prompt, name: str) -> None:
    messages = made.request.messages
    found = "\n".join(f"== {one['role']}\n{one['content']}" for one in messages) + "\n"
    assert found == (GOLDEN / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["prompt.txt", "prompt_json.txt"])
def test_the_filled_prompt_is_the_golden_one(name: str) -> None:
    evidence, _ = newsroom.newsroom()
    as_json = name == "prompt_json.txt"
    same(draft.prompt(ASKED, evidence[:1], Settings(), len, b"golden", as_json), name)


def test_the_short_prompt_is_the_golden_one() -> None:
    evidence, _ = newsroom.newsroom()
    notes = [
        draft.Note(one, start, one.article.text[start : start + 90])
        for one, start in ((evidence[0], 34), (evidence[1], 27), (evidence[0], 140))
    ]
    same(draft.short_prompt(ASKED, notes, len, b"golden"), "prompt_short.txt")


def test_wrong_holes_are_named() -> None:
    assert prompts.names() == (
        "judge",
        "question",
        "question_short",
        "rewrite",
        "system",
        "system_json",
        "system_short",
    )
    with pytest.raises(ValueError, match=r"missing \['passages'\], unknown \['passage'\]"):
        prompts.render("question", passage="x", question="y")


def test_a_value_that_looks_like_a_hole_is_not_filled() -> None:
    assert "{{question}}" in prompts.render("question", passages="{{question}}", question="why?")
