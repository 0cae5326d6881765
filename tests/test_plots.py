"""Counts as pictures that also say in words what they show."""

import re
from collections import Counter
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from ui.plots import COLUMNS, bars, timeline

DAYS = st.dictionaries(
    st.dates(date(1900, 1, 1), date(2100, 12, 31)), st.integers(1, 500), min_size=1, max_size=30
)


def numbers(drawn):
    """The columns of a plot as they are named for who points at them."""
    return re.findall(r"<title>(.+?): ([\d,]+)</title>", drawn)


def test_a_few_days_are_drawn_day_by_day_with_the_gaps_between_them():
    drawn = timeline("Articles", Counter({date(2022, 2, 16): 3, date(2022, 2, 19): 1}))
    assert numbers(drawn) == [("16 February 2022", "3"), ("19 February 2022", "1")]
    assert re.findall(r'rect x="(\d)', drawn) == ["0", "3"]
    assert "Articles by day: 4 from 16 February 2022 to 19 February 2022, most in 16" in drawn


def test_a_year_is_drawn_by_month_and_a_century_by_year():
    year = Counter({date(2022, 1, 3): 2, date(2022, 1, 9): 1, date(2022, 12, 4): 1})
    assert numbers(timeline("Articles", year)) == [("January 2022", "3"), ("December 2022", "1")]
    century = Counter({date(1922, 1, 3): 2, date(2022, 12, 4): 1})
    assert numbers(timeline("Articles", century)) == [("1922", "2"), ("2022", "1")]


def test_nothing_is_not_drawn():
    assert timeline("Articles", Counter()) == ""
    assert bars("By outlet", []) == ""


@given(DAYS)
def test_no_day_is_lost_whatever_the_unit(days):
    drawn = timeline("Articles", Counter(days))
    assert sum(int(n.replace(",", "")) for _, n in numbers(drawn)) == sum(days.values())
    span = max(days).year - min(days).year + 1
    wide = int(re.search(r'viewBox="0 0 (\d+)', drawn)[1])
    assert wide <= max(COLUMNS, span)


def test_the_longest_bar_is_full_and_small_ones_are_counted_together():
    drawn = bars("By outlet", [("The <Wire>", 8), *((f"Outlet {n}", 2) for n in range(9))])
    assert '<i style="width:100.0%"></i><b>8</b>' in drawn
    assert "The &lt;Wire&gt;" in drawn
    assert "<dt>2 others</dt><dd><b>4</b></dd>" in drawn


def test_few_days_have_names_that_do_not_run_into_each_other() -> None:
    days = Counter({date(2022, 2, day): 1 for day in range(16, 20)})
    places = re.findall(r'left:([\d.]+)%">', timeline("Statements", days))
    assert len(places) == 2
    assert float(places[1]) - float(places[0]) > 16
