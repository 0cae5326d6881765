"""The day of speaking: a date where the article is plain, None where it is not."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.speech.dates import days
from index.speech.statements import extract
from index.types import Article

THURSDAY = datetime(2022, 2, 17, 9, tzinfo=UTC)


def said_on(text: str, published: datetime | None = THURSDAY) -> tuple[date | None, str]:
    found = extract(Article("a", "r", "", text, published=published))
    assert found
    return found[0].said_on, found[0].said_on_basis


@pytest.mark.parametrize(
    ("text", "day", "basis"),
    [
        ("Jane Holt said on Wednesday that it was late.", date(2022, 2, 16), "Wednesday"),
        ("Jane Holt said Thursday that it was late.", date(2022, 2, 17), "Thursday"),
        ("Jane Holt said yesterday that it was late.", date(2022, 2, 16), "yesterday"),
        ("Jane Holt said on Feb. 9 that it was late.", date(2022, 2, 9), "Feb. 9"),
        ("By Tuesday Jane Holt was saying that it was late.", date(2022, 2, 15), "By Tuesday"),
        ("By Tuesday, Jane Holt said that it was late.", date(2022, 2, 15), "By Tuesday"),
        ("Speaking on Monday, Jane Holt said it was late.", date(2022, 2, 14), "Monday"),
        ("On 9 February Jane Holt said that it was late.", date(2022, 2, 9), "9 February"),
        ("On Monday, Jane Holt said that it was late.", date(2022, 2, 14), "Monday"),
        ('"It is late," Jane Holt told reporters on 3 January.', date(2022, 1, 3), "3 January"),
    ],
)
def test_a_day_beside_the_verb_is_the_day_of_speaking(text: str, day: date, basis: str) -> None:
    assert said_on(text) == (day, basis)


@pytest.mark.parametrize(
    "text",
    [
        "Jane Holt said it was late.",
        "Jane Holt said earlier this week that it was late.",
        "Jane Holt said that the bridge had opened on Wednesday.",
        '"We met on Tuesday," Jane Holt said.',
        '"It is late," Jane Holt told reporters ahead of Friday\'s meeting.',
        "Jane Holt said last Monday that it was late.",
        "On the following Monday, Jane Holt said that it was late.",
        "Jane Holt said by Wednesday the bridge would open.",
    ],
)
def test_anything_less_plain_is_unknown(text: str) -> None:
    assert said_on(text) == (None, "")


def test_without_a_publication_date_only_a_full_date_counts() -> None:
    assert said_on("Jane Holt said on Wednesday that it was late.", None) == (None, "")
    full = said_on("Jane Holt said on March 4, 2021, that it was late.", None)
    assert full == (date(2021, 3, 4), "March 4, 2021")


def test_a_month_and_day_mean_the_last_such_day() -> None:
    january = datetime(2022, 1, 3, tzinfo=UTC)
    assert said_on("Jane Holt said on Dec. 30 that it was late.", january)[0] == date(2021, 12, 30)


def test_a_day_that_does_not_exist_is_unknown() -> None:
    assert said_on("Jane Holt said on Feb. 30 that it was late.") == (None, "")


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=80), st.dates())
def test_days_are_never_after_publication_unless_written_out(text: str, published: date) -> None:
    for day in days(f"on Monday {text} yesterday, Feb 29", published):
        assert day.day <= published
