"""The prompts as a model gets them: a change of a prompt is a change of this golden copy."""

from __future__ import annotations

from pathlib import Path

import newsroom
import pytest

import prompts
from rag import draft
from rag.settings import Settings

GOLDEN = Path(__file__).parent / "golden" / "prompt.txt"


def test_the_filled_prompt_is_the_golden_one() -> None:
    evidence, _ = newsroom.newsroom()
    made = draft.prompt("What did Jane Holt say?", evidence[:1], Settings(), len, b"golden")
    found = "\n".join(f"== {one['role']}\n{one['content']}" for one in made.messages) + "\n"
    assert found == GOLDEN.read_text(encoding="utf-8")


def test_wrong_holes_are_named() -> None:
    assert prompts.names() == ("question", "system")
    with pytest.raises(ValueError, match=r"missing \['passages'\], unknown \['passage'\]"):
        prompts.render("question", passage="x", question="y")


def test_a_value_that_looks_like_a_hole_is_not_filled() -> None:
    assert "{{question}}" in prompts.render("question", passages="{{question}}", question="why?")
