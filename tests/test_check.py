"""Did X say this? Outcomes over a small article of our own."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.build import update
from index.embed import load
from index.store import Store
from rag.check import check
from rag.desk import Desk
from rag.errors import UsageError
from rag.nearest import changes
from rag.settings import Settings

ARTICLE = """Ferry talks end without a deal

"We will not raise the fares this year," ferry chief Nora Quist told reporters on Monday.

"If the subsidy ends, we will close the northern line," Quist said.

Mayor Tom Brandt disagreed. "The northern line must stay open all winter," Brandt said.
"""


@pytest.fixture(scope="module")
def ferries(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    place: Path = tmp_path_factory.mktemp("ferries")
    (place / "ferries.txt").write_text(ARTICLE)
    embedder = load()
    store = Store.create(place / "ix", embedder.name, embedder.fingerprint, embedder.dimension)
    update(store, embedder, [place / "ferries.txt"])
    return Desk(store, embedder, Settings())


def test_words_that_stand_there_are_authentic(ferries: Desk) -> None:
    found = check(ferries, "The northern line must stay open all winter", "Brandt")
    assert found.outcome == "authentic"
    assert found.speaker == "Tom Brandt"
    assert ARTICLE[found.start : found.end] == found.exact


def test_curly_marks_and_line_breaks_do_not_matter(ferries: Desk) -> None:
    assert check(ferries, "“The northern line\nmust stay open all winter.”").outcome == "authentic"


def test_one_changed_word_is_an_alteration_and_shown(ferries: Desk) -> None:
    found = check(ferries, "The northern line must stay closed all winter", "Brandt")
    assert found.outcome == "altered"
    assert ("article", "open") in [(one.kind, one.words) for one in found.changes]
    assert ("quotation", "closed") in [(one.kind, one.words) for one in found.changes]


def test_a_dropped_not_is_no_authentic_quotation(ferries: Desk) -> None:
    assert check(ferries, "We will raise the fares this year").outcome == "shortened"
    assert check(ferries, "raise the fares this year").outcome == "shortened"


def test_a_dropped_condition_is_said(ferries: Desk) -> None:
    found = check(ferries, "we will close the northern line", "Quist")
    assert found.outcome == "shortened"
    assert "If" in found.message


def test_the_right_words_under_the_wrong_name_name_the_right_one(ferries: Desk) -> None:
    found = check(ferries, "The northern line must stay open all winter", "Quist")
    assert found.outcome == "other_speaker"
    assert found.speaker == "Tom Brandt"


def test_words_of_nobody_are_not_found(ferries: Desk) -> None:
    assert check(ferries, "Penguins prefer jazz to opera on Sundays").outcome == "not_found"


def test_what_cannot_be_looked_for_is_refused(ferries: Desk) -> None:
    with pytest.raises(UsageError, match="no words"):
        check(ferries, '"…"')
    with pytest.raises(UsageError, match="nobody called"):
        check(ferries, "stay open", "Napoleon Bonaparte")


def test_a_word_diff_reads_in_order() -> None:
    found = changes("we will go now", "we will not go")
    assert [(one.kind, one.words) for one in found] == [
        ("same", "we will"),
        ("article", "not"),
        ("same", "go"),
        ("quotation", "now"),
    ]
