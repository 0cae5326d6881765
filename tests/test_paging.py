"""Long tables in pages: which rows, and where the way leads."""

import re

import pytest

from ui.paging import ROWS, Page, page, paged


@pytest.mark.parametrize(
    ("wanted", "total", "found"),
    [
        (0, 1234, Page(0, 200, 1234)),
        ("200", 1234, Page(200, 400, 1234)),
        ("317", 1234, Page(200, 400, 1234)),
        ("1200", 1234, Page(1200, 1234, 1234)),
        ("9999", 1234, Page(1200, 1234, 1234)),  # rows went meanwhile
        ("400", 400, Page(200, 400, 400)),
        ("", 3, Page(0, 3, 3)),
        (None, 0, Page(0, 0, 0)),
        ("-1", 500, Page(0, 200, 500)),
        ("1e3", 500, Page(0, 200, 500)),
        ("9" * 5000, 500, Page(0, 200, 500)),
        ("²", 500, Page(0, 200, 500)),
    ],
)
def test_the_page_is_the_one_on_which_a_row_stands(wanted, total, found):
    assert page(wanted, total) == found


def test_pages_say_where_they_are_and_lead_on_and_back():
    html = paged("statements", page(200, 1234), "<table></table>")
    assert html.count("201 to 400 of 1,234") == 2
    assert re.findall(r'data-turn="(\d+)"', html) == ["0", "400"] * 2
    assert "disabled" not in html
    first, last = paged("rows", page(0, 500), ""), paged("rows", page(499, 500), "")
    assert re.search(r"disabled=\"\">Previous", first)
    assert re.search(r"disabled=\"\">Next", last)


def test_a_table_of_one_page_stands_alone():
    assert paged("statements", page(0, ROWS), "<table></table>") == "<table></table>"
