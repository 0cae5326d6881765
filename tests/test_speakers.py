"""Speakers across articles: spellings join, people do not."""

from __future__ import annotations

import random
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.speakers import Joined, join, match, read_aliases
from index.types import Span, Speaker, Statement


def statement(number: int, name: str, role: str = "") -> Statement:
    span = Span("a", "r", number, number + 1)
    return Statement(f"a:{number}", (span,), "direct", speaker_name=name, speaker_role=role)


def joined(*names: str, aliases: dict[str, str] | None = None) -> Joined:
    return join([statement(i, name) for i, name in enumerate(names)], aliases)


def names(found: Joined) -> list[str]:
    return [speaker.name for speaker in found.speakers]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Volodymyr Zelensky", "Volodymyr Zelenskyy"),
        ("Volodymyr Zelenskiy", "President Volodymyr Zelenskyy"),
        ("Antony Blinken", "Anthony Blinken"),
        ("Dmitry Peskov", "Dmitri Peskov"),
        ("Zoe Muñoz", "Zoë Munoz"),
        ("Donald Trump", "Donald J. Trump"),
    ],
)
def test_spellings_of_one_name_join(one: str, other: str) -> None:
    assert len(joined(one, other).speakers) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Dmytro Kuleba", "Anastacia Kuleba"),
        ("Hillary Clinton", "Bill Clinton"),
        ("Donald Trump", "Donald Trump Jr."),
        ("George W. Bush", "George H.W. Bush"),
        ("Defense Ministry", "Foreign Ministry"),
    ],
)
def test_different_people_and_bodies_stay_apart(one: str, other: str) -> None:
    assert len(joined(one, other).speakers) == 2


def test_a_bare_surname_joins_the_only_person_of_that_name() -> None:
    found = joined("Jens Stoltenberg", "Stoltenberg")
    assert names(found) == ["Jens Stoltenberg"]
    assert found.speakers[0].aliases == ("Stoltenberg",)


def test_a_bare_surname_two_people_share_joins_neither() -> None:
    assert len(joined("Dmytro Kuleba", "Anastacia Kuleba", "Kuleba").speakers) == 3


def test_every_named_statement_gets_its_speaker_and_others_none() -> None:
    found = join([statement(1, "Jens Stoltenberg"), statement(2, ""), statement(3, "Stoltenberg")])
    assert found.speaker_ids == {"a:1": "jens-stoltenberg", "a:3": "jens-stoltenberg"}


def test_roles_come_in_order_of_frequency() -> None:
    roles = ["NATO chief", "NATO Secretary General", "NATO Secretary General"]
    found = join([statement(i, "Jens Stoltenberg", role) for i, role in enumerate(roles)])
    assert found.speakers[0].roles == ("NATO Secretary General", "NATO chief")


def test_aliases_by_hand_join_what_spelling_cannot(tmp_path: Path) -> None:
    path = tmp_path / "speakers.toml"
    path.write_text('[aliases]\n"The Iron Lady" = "Margaret Thatcher"\n', encoding="utf-8")
    found = joined("Iron Lady", "Margaret Thatcher", aliases=read_aliases(path))
    assert names(found) == ["Margaret Thatcher"]
    assert read_aliases(tmp_path / "none.toml") == {}


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            "Zelensky|Volodymyr Zelenskyy|Volodymyr Zelenskiy|Olena Zelenska|Kuleba|Dmytro Kuleba|"
            "Anastacia Kuleba|NATO|The Kremlin|Donald J. Trump|Donald Trump|Trump".split("|")
        ),
        max_size=14,
    ),
    st.randoms(use_true_random=False),
)
def test_joining_does_not_depend_on_order(said: list[str], shuffler: random.Random) -> None:
    statements = [statement(i, name) for i, name in enumerate(said)]
    expected = join(statements)
    shuffler.shuffle(statements)
    assert join(statements) == expected


SPEAKERS = join(
    [
        statement(1, "Jens Stoltenberg", "NATO chief"),
        statement(2, "Jens Stoltenberg", "NATO Secretary General"),
        statement(3, "Volodymyr Zelenskyy", "Ukrainian President"),
        statement(4, "Kremlin"),
        statement(5, "Dmitry Peskov", "Kremlin spokesman"),
        statement(6, "Dmytro Kuleba", "Foreign Minister"),
        statement(7, "Anastacia Kuleba"),
    ]
).speakers


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("Stoltenberg", ["Jens Stoltenberg"]),
        ("Jens Stoltenberg", ["Jens Stoltenberg"]),
        ("the NATO chief", ["Jens Stoltenberg"]),
        ("Zelensky", ["Volodymyr Zelenskyy"]),
        ("President Zelenskiy", ["Volodymyr Zelenskyy"]),
        ("the Kremlin", ["Kremlin"]),
        ("Kremlin spokesman", ["Dmitry Peskov"]),
        ("Stoltenburg", ["Jens Stoltenberg"]),
        ("Stoltenbreg", ["Jens Stoltenberg"]),
        ("Dmytro Kuleba", ["Dmytro Kuleba"]),
        ("Kuleba", ["Anastacia Kuleba", "Dmytro Kuleba"]),
        ("Olena Zelenskyy", []),
        ("Nobody", []),
        ("", []),
        ("?!", []),
    ],
)
def test_a_name_in_a_question_finds_whom_it_means(asked: str, meant: list[str]) -> None:
    assert sorted(speaker.name for speaker in match(asked, SPEAKERS)) == meant


def test_matching_stays_fast_among_fifty_thousand_speakers() -> None:
    letters = "bcdfghklmnprstvz"
    shuffler = random.Random(7)
    many = tuple(
        Speaker(f"s{i}", f"Ann {''.join(shuffler.choices(letters, k=8)).title()}o")
        for i in range(50_000)
    )
    match("warm", many)
    started = time.perf_counter()
    for speaker in many[:200]:
        assert speaker in match(speaker.name, many)
    match("Stoltenbergo", many)
    assert time.perf_counter() - started < 1.0


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=60))
def test_any_string_is_a_question_about_a_name(asked: str) -> None:
    assert isinstance(match(asked, SPEAKERS), tuple)
