"""Lists of statements: their order and their counts."""

from __future__ import annotations

from datetime import UTC, date, datetime

from rag.tally import ordered, tally
from rag.types import ArticleRef
from rag.wire import Said
from ui.text import counts_text

NOON = datetime(2022, 3, 1, 12, tzinfo=UTC)


def said(speaker: str, outlet: str, spoken: date | None) -> Said:
    article = ArticleRef(outlet, "r", "Title", outlet, NOON, "")
    return Said(speaker, "", "", "direct", "“Yes”", spoken, "", "", article, 0, 5)


ROWS = [
    said("", "Tide", date(2022, 2, 1)),
    said("Ole Brandt", "Gull", date(2022, 2, 2)),
    said("ana Reyes", "Tide", date(2022, 2, 3)),
    said("Ole Brandt", "Ark", None),
]


def test_statements_are_ordered_by_speaker_or_outlet_and_within_one_by_day() -> None:
    assert ordered(ROWS, "day") == ROWS
    speakers = [(one.speaker, one.article.publisher) for one in ordered(ROWS, "speaker")]
    assert speakers == [
        ("ana Reyes", "Tide"),
        ("Ole Brandt", "Gull"),
        ("Ole Brandt", "Ark"),
        ("", "Tide"),
    ]
    outlets = [one.article.publisher for one in ordered(ROWS, "outlet")]
    assert outlets == ["Ark", "Gull", "Tide", "Tide"]


def test_counts_are_by_outlet_by_month_and_by_speaker() -> None:
    told = counts_text(4, tally(ROWS)).splitlines()
    assert told[0] == "statements: 4"
    assert told[2:4] == ["by outlet:", "       2  Tide"]
    assert told[-4:] == [
        "by speaker:",
        "       2  Ole Brandt",
        "       1  unknown",
        "       1  ana Reyes",
    ]
    assert "       3  2022-02" in told
    assert "       1  2022-03" in told
