"""Figures, dates, names, "not" and "may" of a claim against its source."""

from __future__ import annotations

import pytest

from rag.gate.figures import dates, figures
from rag.gate.support import Source, judge, overlap, reads_as

SOURCE = Source(
    "Russia may move 150,000 troops, up 7.5 percent, but it will not attack before 20 February, "
    "Scholz told Putin in Moscow.",
    near="Olaf Scholz, the German chancellor",
    wider="Vladimir Putin welcomed Olaf Scholz and Emmanuel Macron called.",
    dates="15 February 2022 Tuesday",
)


@pytest.mark.parametrize(
    ("claim", "failed"),
    [
        ("Russia may move 150,000 troops", ""),
        ("Russia may move 150 thousand troops", ""),
        ("Russia may move 15,000 troops", "numbers"),
        ("Russia may move 150,000 troops, up 75 percent", "numbers"),
        ("Russia may move 150,000 troops, up 7.5 dollars", "numbers"),
        ("Russia will move 150,000 troops", "negation"),
        ("Russia moves 150,000 troops", "negation"),
        ("It will attack before 20 February", "negation"),
        ("It will not attack before 20 February", ""),
        ("It will not attack before 21 February", "dates"),
        ("It will not attack before 15 February", "dates"),
        ("It will not attack before Wednesday", "dates"),
        ("Macron told Putin that Russia may move troops", "names"),
        ("Vladimir Putin was told that Russia may move troops", ""),
        ("Ukraine may move 150,000 troops", "names"),
    ],
)
def test_one_changed_detail_fails_its_own_check(claim: str, failed: str) -> None:
    checks = judge(claim, SOURCE).checks
    found = [n for n in ("numbers", "names", "dates", "negation") if not getattr(checks, n)]
    assert found == ([failed] if failed else [])


@pytest.mark.parametrize(
    ("claim", "source", "kept"),
    [
        ("Lang agreed that the cracks are old", "Lang disagreed: the cracks are old", False),
        ("Lang disagreed: the cracks are old", "Lang agreed that the cracks are old", False),
        ("Lang agreed", "Lang agreed, Holt disagreed", True),
        ("The port is legally open", "The port is open", True),
    ],
)
def test_a_word_is_not_the_one_with_a_prefix_of_not(claim: str, source: str, kept: bool) -> None:
    assert judge(claim, Source(source)).checks.negation is kept


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("5,000 men", "five thousand men", True),
        ("5,000 men", "50,000 men", False),
        ("1.5 tons", "15 tons", False),
        ("twenty-five people", "25 people", True),
        ("$5 million", "5,000,000 dollars", True),
        ("5 million dollars", "5 million euros", False),
        ("more than 100 ships", "fewer than 100 ships", False),
        ("a dozen ships", "12 ships", True),
        ("two hundred", "200", True),
        ("4.5 per cent", "4.5%", True),
        ("30 miles", "30 kilometres", False),
    ],
)
def test_figures_are_equal_by_value_unit_and_bound(one: str, other: str, same: bool) -> None:
    (left,), (right,) = figures(one), figures(other)
    assert left.fits(right) is same


def test_days_belong_to_their_month() -> None:
    assert dates("on Feb. 16 and 3 March") == {"16 february", "february", "3 march", "march"}
    assert dates("between 14 and 18 February 2022") >= {"14 february", "18 february", "2022"}
    assert figures("on 16 February 2022") == []


def test_strange_digits_are_read_or_passed_over() -> None:
    assert figures("¹ ² ½ ٣ 1.2.3 1,2,3 ,, 5.") is not None


def test_only_pronouns_and_given_words_may_be_left_out_of_a_verbatim_sentence() -> None:
    source = "He said Moscow may soon withdraw five units."
    assert reads_as(
        "Jens Stoltenberg said Moscow may soon withdraw five units.", source, "Jens Stoltenberg"
    )
    assert not reads_as(
        "Jens Stoltenberg said Moscow withdraw five units.", source, "Jens Stoltenberg"
    )
    assert not reads_as("He said Moscow may soon withdraw.", source, "")


def test_reporting_words_do_not_count_as_support() -> None:
    assert overlap("He said the bridge was closed", "The bridge was closed") == 1.0
    assert overlap("The harbour was closed", "The bridge was open") == 0.0
