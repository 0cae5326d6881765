"""Corrections and editor's notes are the article's own lines, not news about corrections."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.formats.notices import LONGEST, find

BODY = "The bridge reopens in May.\n\n"


@pytest.mark.parametrize(
    "line",
    [
        "Correction: The mayor is Jane Holt.",
        "CORRECTION (Feb. 16, 2022): The mayor is Jane Holt.",
        "Corrections & clarifications: An earlier version misspelled the name.",
        "Correction/clarification: The mayor spoke on Monday.",
        "Correction, 28 February 2022: The mayor spoke on Monday.",
        "Note: An earlier version of this story first ran in 2019.",
        "*Correction appended: the mayor is Jane Holt.*",
        "Clarification: The mayor spoke on Monday.",
        "(Corrects spelling of mayor's name in paragraph 3)",
        "An earlier version of this article misspelled the mayor's name.",
        "A previous version of the headline gave the wrong day.",
        "This story has been corrected to say that it was Monday.",
        "Editor's note: This story was first published in 2019.",
        "Editors’ Note: After publication, we learned more.",
        "EDITOR'S NOTE — Some names are changed.",
    ],
)
def test_a_line_that_begins_as_a_notice_is_one(line: str) -> None:
    assert find("", BODY + line + "\n\nMore text.\n") == line.strip("*")


@pytest.mark.parametrize(
    "line",
    [
        "Correction officers went on strike on Monday.",
        "The market saw a correction: shares fell by a tenth.",
        "The newspaper printed a correction on Tuesday.",
        "An earlier version of the bill was voted down.",
        "This story has been told before.",
        "Corrections Department: nobody was hurt",
        "The editor's note was found in a drawer.",
        "An editor’s note on the desk said: come in.",
    ],
)
def test_news_about_corrections_is_no_notice(line: str) -> None:
    assert find("", BODY + line + "\n") == ""


def test_a_correction_goes_before_an_editors_note_and_a_title_counts_last() -> None:
    text = f"Editor's note: Names are changed.\n{BODY}Correction: It is June.\n"
    assert find("CORRECTED-Bridge to reopen", text) == "Correction: It is June."
    assert find("CORRECTED-Bridge to reopen", BODY) == "CORRECTED-Bridge to reopen"


def test_a_correction_at_the_end_of_a_paragraph_is_found() -> None:
    own = "An earlier version of this article incorrectly named the mayor."
    assert find("", f"It is a misdemeanor. {own}\n\nMore.") == own
    assert find("", f"Jo Doe contributed. – Correction: {own}") == f"Correction: {own}"
    assert find("", "She said: “An earlier version of this article was better.”") == ""


@given(st.text(max_size=400))
def test_a_notice_is_one_short_line(text: str) -> None:
    found = find("", text)
    assert len(found) <= LONGEST
    assert "\n" not in found
