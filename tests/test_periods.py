"""The time a question names, in whole days."""

from __future__ import annotations

from datetime import date

import pytest

from rag.question.periods import period

FIRST, LAST, TODAY = date(2022, 2, 10), date(2022, 2, 20), date(2022, 2, 21)


def feb(day: int) -> date:
    return date(2022, 2, day)


@pytest.mark.parametrize(
    ("question", "since", "until"),
    [
        ("What did he say on 16 February about gas?", feb(16), feb(16)),
        ("What happened on Feb. 17th?", feb(17), feb(17)),
        ("What happened on February 15, 2022?", feb(15), feb(15)),
        ("What happened on 2022-02-18?", feb(18), feb(18)),
        ("What did he say since 14 February?", feb(14), None),
        ("What did he say after 14 February?", feb(15), None),
        ("What did he say before 15 February?", None, feb(14)),
        ("What changed between 14 and 18 February?", feb(14), feb(18)),
        ("What happened in February?", feb(1), feb(28)),
        ("What happened in 2019?", date(2019, 1, 1), date(2019, 12, 31)),
        ("What happened yesterday?", feb(20), feb(20)),
        ("What may happen next?", None, None),
        ("Who will march on Kyiv?", None, None),
    ],
)
def test_the_days_that_a_question_names(
    question: str, since: date | None, until: date | None
) -> None:
    found = period(question, FIRST, LAST, TODAY)
    assert (found.since, found.until) == (since, until)


def test_the_rest_of_the_question_no_longer_names_the_time() -> None:
    found = period("What did he say on 16 February about gas?", FIRST, LAST, TODAY)
    assert found.rest == "What did he say about gas?"


def test_an_impossible_day_leaves_its_month() -> None:
    found = period("What happened on 31 February 2022?", FIRST, LAST, TODAY)
    assert (found.since, found.until) == (feb(1), feb(28))
