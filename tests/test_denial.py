"""Questions that take something for granted which the articles deny: refused, with the denial."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from newsroom import open_newsroom

from rag.ask import ask
from rag.desk import Desk
from rag.types import Turn

FERRY = """Council leaves the ferry for summer

The council of Varna Bay parted on Monday without having passed the ferry bill, its clerk said.

No passenger lost any luggage when the ferry ran aground, the harbour office said on Monday. The \
captain, Iva Petrova, who is not known to hurry, read the notice to the crew without delay.

Lindholm must not rely on a single bridge, its mayor said. The island could not live so much on
tourists any longer.

Oskar Brandt paid 3 million crowns for the Skagen lighthouse in May, its keeper said. That is not \
the Oskar Brandt of Skagen whom we knew, he said. The keeper pleaded not guilty to two counts of \
theft that he was charged with, a court said. His lease on the lamp room does not end until March.
"""


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    found = open_newsroom(tmp_path_factory.mktemp("ferry"), {"ferry": FERRY})
    yield found
    found.store.close()


@pytest.mark.parametrize(
    ("question", "denial"),
    [
        ("When did the council pass the ferry bill?", "without having passed the ferry bill"),
        ("How much luggage did the ferry's passengers lose?", "No passenger lost any luggage"),
    ],
)
def test_what_is_not_so_is_not_answered_and_the_denial_stands_first(
    desk: Desk, question: str, denial: str
) -> None:
    answer = ask(desk, question)
    assert answer.abstention is not None
    assert answer.abstention.reason == "no_evidence"
    assert answer.text.startswith("The articles say otherwise than the question takes for granted")
    assert denial in answer.abstention.closest[0].exact
    assert len({(one.article.id, one.start) for one in answer.abstention.closest}) == 3


@pytest.mark.parametrize(
    "question",
    [
        "Who built the ferry of Varna Bay that ran aground?",  # "lost no luggage" is not about it
        "Who read the notice to the crew?",  # "without delay" denies nothing
        "Did the council pass the ferry bill?",  # asked, not taken for granted
        "Why was the ferry bill not passed?",
        "Why does Lindholm rely on a single bridge?",  # that it must not says nothing of what is
        "Why does the island live so much on tourists?",
        "Who said that nobody wants a strike?",
        "How much did Oskar Brandt pay for the Skagen lighthouse?",  # "not" that name
        "How many counts of theft was the keeper charged with?",  # a plea denies no charge
        "When does the keeper's lease on the lamp room end?",
        "Who denied that luggage was lost when the ferry ran aground?",
    ],
)
def test_a_not_that_the_question_does_not_run_into_is_answered(desk: Desk, question: str) -> None:
    assert ask(desk, question).status == "answered"


def test_what_somebody_says_may_be_that_it_is_not_so(desk: Desk) -> None:
    told = Turn("What did the harbour office say about luggage?", "")
    for question in ("When was that?", "Who else?"):
        assert "takes for granted" not in ask(desk, question, (told,)).text
