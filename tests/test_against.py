"""Whether a question asks what others say against somebody, against whom and on what."""

from __future__ import annotations

import pytest

from index.types import Speaker
from rag.question.against import against
from rag.question.names import Named

BIDEN = Speaker("joe-biden", "Joe Biden", (), ())


def named(question: str) -> tuple[Named, ...]:
    at = question.find("Biden")
    return (Named(at, at + 5, "Biden", (BIDEN,)),) if at >= 0 else ()


@pytest.mark.parametrize(
    ("question", "person", "matter", "denial"),
    [
        ("Who disagrees with Biden on the withdrawal?", "Biden", "the withdrawal", False),
        ("Did anyone disagree with Biden about the toll?", "Biden", "the toll", False),
        ("Does anybody else object to Biden?", "Biden", "", False),
        ("Who contradicted Biden's claim that Putin had decided?", "Biden", "Putin had decided", 1),
        ("Did anyone object to Biden's plan?", "Biden", "Biden's plan", False),
        ("Who criticised Biden?", "Biden", "Biden", False),
        ("Who opposes the Biden library?", "", "the Biden library", False),
        ("Who denied the attack on the bank?", "", "the attack on the bank", True),
        ("And who denies it?", "", "", True),
        ("Has anyone disputed that Biden was there?", "", "Biden was there", True),
    ],
)
def test_whom_and_what_others_are_set_against(
    question: str, person: str, matter: str, denial: bool
) -> None:
    found = against(question, named(question))
    assert found is not None
    assert (found.person.text if found.person else "") == person
    assert (found.matter, found.denial) == (matter, denial)


@pytest.mark.parametrize(
    "question",
    [
        "Did Biden deny the attack?",
        "Who said that nobody disagrees?",
        "What did Biden reject?",
        "Who is Biden?",
    ],
)
def test_other_questions_set_nobody_against_anybody(question: str) -> None:
    assert against(question, named(question)) is None
