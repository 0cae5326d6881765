"""Questions for what somebody did: answered from what names that person, or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from newsroom import open_newsroom

from rag.ask import ask
from rag.desk import Desk

NEWS = {
    "harbour": (
        "Harbour board\n\nMarta Lindqvist resigned from the harbour board of Varna Bay on 3 May "
        "because of the dredging bill, the board's clerk said. She was arrested in June.\n\n"
        "“The dredging bill is wrong,” Lindqvist said."
    ),
    "airline": (
        "Airline opens a base\n\nPavel Orlov, head of the airline Norrsken, opened a base in Varna "
        "Bay on 7 May. Its four aircraft will fly to Lindholm, the company said. Orlov sold an old "
        "hangar to three investors and met Marta Lindqvist on 9 May.\n\n"
        "“The base is what we need,” Orlov said."
    ),
}


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    found = open_newsroom(tmp_path_factory.mktemp("subject"), NEWS)
    yield found
    found.store.close()


def test_what_somebody_did_is_told_where_he_is_named(desk: Desk) -> None:
    answer = ask(desk, "When did Lindqvist resign?")
    assert answer.status == "answered"
    assert "3 May" in answer.text


def test_a_pronoun_beside_the_name_goes_with_it(desk: Desk) -> None:
    assert "arrested in June" in ask(desk, "When was Marta Lindqvist arrested?").text


@pytest.mark.parametrize(
    "question",
    [
        "Why did Pavel Orlov resign?",  # somebody else did
        "When did Orlov die?",  # nobody did
        "When was Rosalind Varga arrested?",  # who is not in the articles
    ],
)
def test_another_persons_deed_is_no_answer(desk: Desk, question: str) -> None:
    answer = ask(desk, question)
    assert answer.status == "abstained"
    assert answer.abstention is not None
    assert answer.abstention.reason == "no_evidence"


def test_the_same_deed_in_other_words_is_told(desk: Desk) -> None:
    assert "7 May" in ask(desk, "When did Pavel Orlov start a base in Varna Bay?").text


def test_how_many_is_answered_by_a_figure_beside_such_a_thing(desk: Desk) -> None:
    assert "four aircraft" in ask(desk, "How many planes will fly to Lindholm?").text
    refused = ask(desk, "How many novels did Pavel Orlov sell in Varna Bay?")  # a hangar, to three
    assert refused.status == "abstained"


def test_the_number_of_an_army_is_no_count_of_its_soldiers(tmp_path: Path) -> None:
    army = (
        "Army on the move\n\nSoldiers of the 2nd Guards Army moved to the border near Ardan.\n\n"
        "The ministry sent 800 soldiers there in May."
    )
    told = ask(open_newsroom(tmp_path, {"army": army}), "How many soldiers moved to the border?")
    assert "800 soldiers" in told.citations[0].exact


def test_two_people_of_one_deed_are_no_sides_of_a_comparison(desk: Desk) -> None:
    told = ask(desk, "When did Marta Lindqvist meet Pavel Orlov?")
    assert told.citations[0].exact.endswith("met Marta Lindqvist on 9 May.")


def test_what_is_told_of_somebody_is_not_passed_off_as_his_words(desk: Desk) -> None:
    told = ask(desk, "What did Marta Lindqvist say about the harbour board?")
    assert [one.code for one in told.warnings] == ["not_own_words"]
    own = ask(desk, "What did Pavel Orlov say about the base?")
    assert "“The base is what we need,”" in own.citations[0].exact
    assert not own.warnings
