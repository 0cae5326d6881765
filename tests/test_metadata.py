"""What sources state about themselves, and what nobody may add to it."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.formats import plain
from index.formats.metadata import article, names, slug
from index.formats.times import published
from index.types import Article


@pytest.mark.parametrize(
    ("stated", "utc"),
    [
        ("2022-02-16", "2022-02-16T00:00"),
        ("2022/2/6", "2022-02-06T00:00"),
        ("20220216", "2022-02-16T00:00"),
        ("2022-02-16T23:30:00-05:00", "2022-02-17T04:30"),
        ("2022-02-16 10:15 UTC", "2022-02-16T10:15"),
        ("2022-02-16 10:15:00 +01:00", "2022-02-16T09:15"),
        ("Wed, 16 Feb 2022 10:15:00 +0100", "2022-02-16T09:15"),
        ("Wednesday, February 16, 2022", "2022-02-16T00:00"),
        ("16th February 2022", "2022-02-16T00:00"),
        (date(2022, 2, 16), "2022-02-16T00:00"),
        (datetime(2022, 2, 16, 1, tzinfo=UTC), "2022-02-16T01:00"),
    ],
)
def test_a_stated_date_is_read(stated: object, utc: str) -> None:
    assert published(stated) == datetime.fromisoformat(f"{utc}:00+00:00")


@pytest.mark.parametrize(
    "stated",
    [
        "",
        None,
        "yesterday",
        "2022",
        "February 2022",
        "2022-02-30",
        "2022-13-01",
        "31 June 2022",
        "12 May 20224",
        "112 May 2022",
        "0000-00-00",
        "0001-01-01",
        "1645005600",
        True,
        7,
        [],
        {},
        "9999-12-31T23:59:59-14:00",
        "Wed, 99 Feb 2022 10:15:00",
        "at 10:15",
        "16 Brumaire 2022",
    ],
)
def test_an_impossible_or_partial_date_stays_unknown(stated: object) -> None:
    assert published(stated) is None


@given(st.one_of(st.text(max_size=60), st.from_regex(r"\A[\d/:T.+ -]{0,30}\Z")))
def test_no_text_makes_reading_a_date_fail(stated: str) -> None:
    found = published(stated)
    assert found is None or found.utcoffset() is not None


@given(st.dates(date(1700, 1, 1)), st.sampled_from(["%Y-%m-%d", "%d %B %Y", "%b. %d, %Y"]))
def test_every_day_is_read_as_it_is_written(day: date, form: str) -> None:
    if day.year < 1000 or day.year > 9990:
        return
    assert published(day.strftime(form)) == datetime(day.year, day.month, day.day, tzinfo=UTC)


def read(text: str) -> Article:
    (found,) = plain.read(text, "/news/a.txt", "a")
    return found


def test_the_first_lines_state_byline_date_and_outlet() -> None:
    text = "Bridge reopens\nBy Jane Holt and Bob Ray\nSource: The Morning Post\n"
    found = read(text + "Published: 16 February 2022, 10:15 GMT\n\nIt reopened at noon.\n")
    assert found.authors == ("Jane Holt", "Bob Ray")
    assert found.publisher == "The Morning Post"
    assert found.published == datetime(2022, 2, 16, 10, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    "line",
    ["Feb. 16, 2022", "2022-02-16T10:15:00Z", "Wednesday, 16 February 2022 at 10:15 a.m. (EST)"],
)
def test_a_line_that_is_a_date_dates_the_article(line: str) -> None:
    assert read(f"Bridge reopens\n{line}\n\nIt reopened at noon.").published is not None


@pytest.mark.parametrize(
    "line",
    [
        "June 5, 2020 was a hot day in town.",
        "2022-02-16 is when it began.",
        "On Wednesday the talks went on.",
        "The war that began on 24 February 2022 goes on.",
        "5 May 2020 riots remembered",
    ],
)
def test_a_date_in_a_sentence_does_not_date_the_article(line: str) -> None:
    assert read(f"Bridge reopens\n{line}\n\nIt reopened at noon.").published is None


@given(st.text(st.characters(exclude_categories=["Cs", "Nd"]), max_size=300))
def test_a_text_without_digits_never_gets_a_date(text: str) -> None:
    assert read(text).published is None


def test_names_come_from_lists_strings_and_records() -> None:
    assert names("Jane Holt, Bob Ray and Al  Fox") == ("Jane Holt", "Bob Ray", "Al Fox")
    assert names(["Jane Holt", "", " Bob\nRay "]) == ("Jane Holt", "Bob Ray")
    assert names([{"name": "Jane Holt"}, {"title": "Dr"}]) == ("Jane Holt",)
    assert names(None) == names(7) == names(b"x") == ()


def test_an_id_is_plain_and_never_empty() -> None:
    assert slug("../A b/c?.txt") == "A-b-c-.txt"
    assert slug("статья") == slug("") == "article"
    assert len(slug("x" * 500)) == 80


def test_only_web_addresses_are_links() -> None:
    assert article("a", "t", "s", url="javascript:alert(1)").url == ""
    assert article("a", "t", "s", url=" https://news.example/a ").url == "https://news.example/a"
