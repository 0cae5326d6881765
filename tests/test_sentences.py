"""Blocks and the sentences in them."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from test_blocks import ARTICLES

from index.blocks import blocks
from index.sentences import sentences
from index.types import Block


def cut(text: str) -> list[str]:
    return [text[one.start : one.end] for one in sentences(text, (Block("body", 0, len(text)),))]


@given(ARTICLES)
def test_sentences_hold_every_character_of_their_blocks_once_and_in_order(text: str) -> None:
    found = blocks(text)
    cuts = sentences(text, found)
    for block in found:
        inside = [one for one in cuts if block.start <= one.start and one.end <= block.end]
        at = block.start
        for one in inside:
            assert one.kind == block.kind
            assert not text[at : one.start].strip()
            assert text[one.start : one.end] == text[one.start : one.end].strip() != ""
            at = one.end
        assert not text[at : block.end].strip()
    assert [one.start for one in cuts] == sorted({one.start for one in cuts})


@pytest.mark.parametrize(
    "pieces",
    [
        ["He left at noon.", "She stayed."],
        ["Gen. Mark A. Milley met Mr. Smith on Feb. 16 in Washington.", "They spoke."],
        ["“We are here.", "We stay,” she said.", "Nobody left."],
        ['"Why?" he asked, and left.', "She stayed."],
        ["“No!” said Kuleba.", "He left."],
        ["The U.S. said no.", "It cost $1.5 million."],
        ["👩‍🚀 It works 🎉.", "नमस्ते वह गया.", "He left."],
    ],
)
def test_a_text_is_cut_where_a_reader_would_stop(pieces: list[str]) -> None:
    assert cut(" ".join(pieces)) == pieces


@pytest.mark.parametrize("line", ["a" * 300_000, "a. " * 20_000, "\u0301" * 100_000, "“" * 50_000])
def test_hostile_lines_are_cut_in_time(line: str) -> None:
    before = time.perf_counter()
    assert cut(line)
    assert time.perf_counter() - before < 10
