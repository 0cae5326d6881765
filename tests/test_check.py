"""Did X say this? Outcomes over a small article of our own."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.build import update
from index.search.embed import load
from index.storage.store import Store
from rag.check import check
from rag.desk import Desk
from rag.errors import UsageError
from rag.nearest import Near, changes, widened
from rag.settings import Settings

ARTICLE = """Ferry talks end without a deal

"We will not raise the fares this year," ferry chief Nora Quist told reporters on Monday.

"If the subsidy ends, we will close the northern line," Quist said.

Mayor Tom Brandt disagreed. "The northern line must stay open all winter," Brandt said.

"We can pay for two boats," Brandt added, "unless the county raises the rent for the pier."

"I have never asked for money and I will not ask for it now," said engineer Ida Lund.

"It is what it is," Lund added.
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


def test_words_the_reporter_interrupts_are_authentic_in_one_piece(ferries: Desk) -> None:
    whole = "We can pay for two boats, unless the county raises the rent for the pier"
    found = check(ferries, whole, "Brandt")
    assert found.outcome == "authentic"
    assert "Brandt added" in found.exact


def test_a_condition_behind_the_reporters_words_is_not_lost(ferries: Desk) -> None:
    found = check(ferries, "We can pay for two boats", "Brandt")
    assert found.outcome == "shortened"
    assert "unless" in found.message


def test_an_ellipsis_may_shorten_and_may_not_turn_words_round(ferries: Desk) -> None:
    fair = "I have never asked for money … not ask for it now"
    assert check(ferries, fair, "Lund").outcome == "authentic"
    unfair = "I have … asked for money and I will … ask for it now"
    found = check(ferries, unfair, "Lund")
    assert found.outcome == "shortened"
    assert "never" in found.message


def test_words_put_in_the_third_person_are_an_alteration(ferries: Desk) -> None:
    found = check(ferries, "He has never asked for money and he will not ask for it now", "Lund")
    assert found.outcome == "altered"
    assert found.speaker == "Ida Lund"


def test_an_alteration_says_when_the_words_are_another_persons(ferries: Desk) -> None:
    found = check(ferries, "The northern line must stay closed all winter", "Lund")
    assert found.outcome == "altered"
    assert "Tom Brandt" in found.message


def test_words_that_only_leave_out_or_only_add_are_called_so(ferries: Desk) -> None:
    shorter = check(ferries, "The northern line must stay all winter")
    assert (shorter.outcome, shorter.message) == ("altered", "Words of the article are left out.")
    longer = check(ferries, "The whole northern line must stay open all winter")
    assert "has not" in longer.message


def test_a_quotation_of_small_words_only_is_found(ferries: Desk) -> None:
    assert check(ferries, "It is what it is").outcome == "authentic"


def test_the_right_words_under_the_wrong_name_name_the_right_one(ferries: Desk) -> None:
    found = check(ferries, "The northern line must stay open all winter", "Quist")
    assert found.outcome == "other_speaker"
    assert found.speaker == "Tom Brandt"


def test_words_of_nobody_are_not_found(ferries: Desk) -> None:
    assert check(ferries, "Penguins prefer jazz to opera on Sundays").outcome == "not_found"


def test_what_cannot_be_looked_for_is_refused(ferries: Desk) -> None:
    with pytest.raises(UsageError, match="no words"):
        check(ferries, '"…"')


def test_words_laid_in_a_strangers_mouth_are_given_back(ferries: Desk) -> None:
    found = check(ferries, "The northern line must stay open all winter", "Napoleon Bonaparte")
    assert (found.outcome, found.speaker) == ("other_speaker", "Tom Brandt")
    unheard = check(ferries, "Send the old guard across the river", "Napoleon Bonaparte")
    assert unheard.outcome == "not_found"
    assert "nobody called 'Napoleon Bonaparte'" in unheard.message


def test_a_word_diff_reads_in_order() -> None:
    found = changes("we will go now", "we will not go")
    assert [(one.kind, one.words) for one in found] == [
        ("same", "we will"),
        ("article", "not"),
        ("same", "go"),
        ("quotation", "now"),
    ]


def test_a_negation_lost_at_the_edge_of_a_quotation_is_shown_in_the_difference(ferries) -> None:
    found = check(ferries, "will raise the fares this year", "Quist")
    assert found.outcome != "authentic"
    found = check(ferries, "have asked for money and I will not ask for it now")
    assert found.outcome != "authentic"


def test_what_stands_at_the_edge_instead_belongs_to_the_difference() -> None:
    text = "Some units moved. The tank movement doesn't confirm a withdrawal. It is late."
    wanted = ["does", "confirm", "a", "withdrawal"]
    near = Near(text.index("confirm"), text.index("withdrawal") + 10, 0.8)
    wider = widened(wanted, text, near)
    assert text[wider.start : wider.end] == "doesn't confirm a withdrawal"
    first = widened(["now", "the", "tank"], text, Near(18, 26, 0.8))
    assert text[first.start : first.end] == "The tank"
