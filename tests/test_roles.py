"""Whom a role in a question means: only somebody whom an article calls so."""

from __future__ import annotations

import pytest

from index.roster import Few
from index.types import Speaker
from rag.question.roles import roles

PEOPLE = Few(
    (
        Speaker("z", "Volodymyr Zelensky", (), ("President", "Ukrainian President")),
        Speaker("b", "Joe Biden", (), ("President",)),
        Speaker("v", "Sergey Vershinin", (), ("Russian Deputy Foreign Minister",)),
        Speaker("k", "Dmytro Kuleba", (), ("Ukraine's foreign minister",)),
        Speaker("a", "Lloyd Austin", (), ("US Defense Secretary",)),
    )
)


@pytest.mark.parametrize(
    ("question", "name"),
    [
        ("What did Ukraine's president tell the audience?", "Volodymyr Zelensky"),
        ("What did the Ukrainian president say?", "Volodymyr Zelensky"),
        ("What did the Ukrainian foreign minister say?", "Dmytro Kuleba"),
        ("Did the American defence secretary comment?", "Lloyd Austin"),
        ("What did the Ukrainian leader say?", "Volodymyr Zelensky"),
        ("What did the Pentagon chief say?", "Lloyd Austin"),
        ("What did the U.S. defense secretary say?", "Lloyd Austin"),
    ],
)
def test_a_role_means_who_holds_it(question: str, name: str) -> None:
    (found,) = roles(question, PEOPLE)
    assert found.holder is not None
    assert found.holder.name == name


@pytest.mark.parametrize(
    "question",
    [
        "What did the Russian foreign minister say?",  # only a deputy is known
        "What did the French president say?",  # no president is called French
        "What plans did Kyiv's mayor mention?",
    ],
)
def test_a_role_that_nobody_is_given_means_nobody(question: str) -> None:
    (found,) = roles(question, PEOPLE)
    assert found.holder is None


def test_a_title_in_front_of_a_name_is_no_role_of_its_own() -> None:
    assert roles("What did Ukrainian President Volodymyr Zelensky say?", PEOPLE) == ()
