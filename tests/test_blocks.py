"""Lines of an article and the role each of them plays."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from world import SEEDS

from index.blocks import blocks, headline

UNICODE = st.text(st.characters(exclude_categories=["Cs"]), max_size=400)
PIECES = st.sampled_from(
    [
        "By Jane Holt",
        "(AP)",
        "\n",
        "\r\n",
        "\n\n",
        " ",
        "He said no.",
        "“",
        "”",
        "é",
        "👩‍🚀",
        "نعم",
        "-- a --",
    ]
)
ARTICLES = st.one_of(UNICODE, st.lists(PIECES, max_size=40).map("".join))


def kinds(text: str, title: str = "") -> list[tuple[str, str]]:
    return [(one.kind, text[one.start : one.end]) for one in blocks(text, title)]


@given(ARTICLES, st.booleans())
def test_blocks_hold_every_character_that_is_not_space_once_and_in_order(text, titled) -> None:
    found = blocks(text, headline(text) if titled else "")
    at = 0
    for block in found:
        assert not text[at : block.start].strip()
        assert block.start < block.end
        assert text[block.start : block.end] == text[block.start : block.end].strip()
        at = block.end
    assert not text[at:].strip()


def test_a_first_line_without_a_full_stop_is_the_headline() -> None:
    text = "Ukraine defies invasion threat\n\nThe leader vowed to stand tall."
    assert headline(text) == "Ukraine defies invasion threat"
    assert kinds(text, headline(text))[0] == ("heading", "Ukraine defies invasion threat")


@pytest.mark.parametrize("first", ["He left on Monday.", "By Jane Holt", "(AP Photo/Jo Doe)"])
def test_a_sentence_a_byline_and_a_caption_are_no_headlines(first: str) -> None:
    assert headline(f"{first}\n\nThe leader vowed to stand tall.") == ""


def test_one_line_alone_is_text_and_not_a_headline() -> None:
    assert headline("Ukraine defies invasion threat") == ""


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("By Jane Holt and Bob Ray", "credit"),
        ("bur-dc/jxb/ah", "credit"),
        ("(Reporting by Jane Holt; Editing by Bob Ray)", "credit"),
        ("Copyright 2022, all rights reserved", "credit"),
        ("FILE PHOTO: The bridge in May", "caption"),
        ("A soldier smokes in Avdiivka. (Aleksey Filippov/AFP)", "caption"),
        ("- 'Hourly and daily' -", "heading"),
        ("## What comes next", "heading"),
        ("What comes next", "heading"),
        ("By Monday the troops had gone.", "body"),
        ("He (the mayor) left.", "body"),
        ("“No comment”", "body"),
    ],
)
def test_a_line_plays_the_role_its_form_states(line: str, kind: str) -> None:
    text = f"The talks went on in Geneva.\n\n{line}\n\nThey ended at noon."
    assert (kind, line) in kinds(text)


def test_lines_broken_by_width_are_one_paragraph() -> None:
    text = (
        "The minister said that the talks would go on until the\n"
        "spring, when a new round of elections was to be held in\n"
        "the two provinces that had asked for them again."
    )
    assert len(kinds(text)) == 1


@pytest.mark.parametrize(
    "line",
    [
        "By " + "A" * 60 + "!",
        "By " + "Ab " * 50_000 + "!",
        "(" + "/" * 200_000,
        "(" * 200_000 + "/",
        "(a/" * 60_000 + ")",
        "- a" + " " * 200_000 + "x",
        "." + ")" * 200_000 + "x",
        "reporting by " * 20_000,
        "a/" * 100_000,
    ],
)
def test_hostile_lines_take_no_longer_than_their_length_warrants(line: str) -> None:
    before = time.perf_counter()
    assert blocks(f"{line}\n\nText.", headline(f"{line}\n\nText."))
    assert time.perf_counter() - before < 2


@pytest.mark.skipif(not SEEDS.is_dir(), reason="the seed articles are not beside this repository")
def test_the_seed_articles_are_cut_into_their_roles() -> None:
    untitled, titled = (path.read_text("utf-8") for path in sorted(SEEDS.glob("*.txt")))
    assert headline(untitled) == ""
    assert headline(titled) == "Ukraine defies invasion threat, as NATO sees no Russian pullback"
    roles = kinds(untitled) + kinds(titled, headline(titled))
    assert len([text for kind, text in roles if kind == "caption"]) == 3
    assert [text for kind, text in roles if kind == "heading"] == [
        "NATO PREPARATIONS",
        "Ukraine defies invasion threat, as NATO sees no Russian pullback",
        "- 'Signals give us hope' -",
        "- Rich return -",
    ]
    assert [text for kind, text in roles if kind == "credit"] == [
        "burs-dc/jbr/har",
        "(A.Laurent--LPdF)",
    ]
