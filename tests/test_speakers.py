"""Speakers across articles: spellings join, people do not."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.roster import Few, match, titled
from index.speech.speakers import Joined, join, read_aliases
from index.types import Speaker


def joined(*names: str, aliases: dict[str, str] | None = None) -> Joined:
    return join(Counter((name, "") for name in names), aliases)


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
        ("Super Bowl LVI", "Super Bowl LVIII"),
        ("Class AA", "Class AAA"),
    ],
)
def test_different_people_and_bodies_stay_apart(one: str, other: str) -> None:
    assert len(joined(one, other).speakers) == 2


def test_a_bare_surname_joins_the_only_person_of_that_name() -> None:
    found = joined("Jens Stoltenberg", "Stoltenberg")
    assert names(found) == ["Jens Stoltenberg"]
    assert found.speakers[0].aliases == ("Stoltenberg",)


def test_a_title_alone_is_nobodys_surname() -> None:
    assert names(joined("Billie Jean King", "King", "Billie Jean King")) == [
        "Billie Jean King",
        "King",
    ]


def test_the_king_is_who_is_called_so_or_has_that_role() -> None:
    tennis = Speaker("billie-jean-king", "Billie Jean King", (), ("former player",))
    charles = Speaker("charles", "Charles III", (), ("King",))
    called = Speaker("king", "King", (), ())
    assert titled("king", Few((tennis, charles))) == (charles,)
    assert titled("king", Few((tennis, charles, called))) == (called,)
    assert titled("king", Few((tennis,))) == ()
    assert match("King", Few((tennis,))) == (tennis,)


def test_a_slip_does_not_change_the_first_letter() -> None:
    astronaut = Speaker("raja-chari", "Raja Chari", (), ())
    assert match("Prince Harry", Few((astronaut,))) == ()
    assert match("Charri", Few((astronaut,))) == (astronaut,)


def test_a_bare_surname_two_people_share_joins_neither() -> None:
    assert len(joined("Dmytro Kuleba", "Anastacia Kuleba", "Kuleba").speakers) == 3


def test_every_named_statement_gets_its_speaker_and_others_none() -> None:
    found = joined("Jens Stoltenberg", "", "Stoltenberg")
    assert dict.fromkeys(found.speaker_ids.values()) == {"jens-stoltenberg": None}
    assert found.counts == {"jens-stoltenberg": 2}


def test_roles_come_in_order_of_frequency() -> None:
    roles = ["NATO chief", "NATO Secretary General", "NATO Secretary General"]
    found = join(Counter(("Jens Stoltenberg", role) for role in roles))
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
    expected = joined(*said)
    shuffler.shuffle(said)
    assert joined(*said) == expected


SPEAKERS = Few(
    join(
        Counter(
            [
                ("Jens Stoltenberg", "NATO chief"),
                ("Jens Stoltenberg", "NATO Secretary General"),
                ("Volodymyr Zelenskyy", "Ukrainian President"),
                ("Kremlin", ""),
                ("Dmitry Peskov", "Kremlin spokesman"),
                ("Dmytro Kuleba", "Foreign Minister"),
                ("Anastacia Kuleba", ""),
            ]
        )
    ).speakers
)


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


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=60))
def test_any_string_is_a_question_about_a_name(asked: str) -> None:
    assert isinstance(match(asked, SPEAKERS), tuple)


def speakers_of(*names: str) -> list[tuple[str, tuple[str, ...]]]:
    return [(one.name, one.aliases) for one in join({(name, ""): 1 for name in names}).speakers]


def test_father_and_son_of_one_name_are_two() -> None:
    found = speakers_of("Donald Trump", "Trump", "Donald Trump Jr.", "Trump Jr.")
    assert found == [("Donald Trump", ("Trump",)), ("Donald Trump Jr.", ("Trump Jr.",))]


def test_surnames_alone_that_only_sound_alike_are_two() -> None:
    assert len(speakers_of("Grossman", "Grossmann", "Schafer", "Shaffer")) == 4
    assert len(speakers_of("Jonathan Wiggs", "Wigs")) == 2


def test_a_double_surname_is_not_its_second_half() -> None:
    assert len(speakers_of("Daisy Jones", "Daisy Edgar-Jones", "Jones")) == 2


def test_numbers_are_not_spellings() -> None:
    assert len(speakers_of("Super Bowl VI", "Super Bowl VIII")) == 2


def test_a_name_given_by_hand_finds_its_speaker_though_no_article_has_it() -> None:
    found = joined(
        "Volodymyr Zelensky", "Jens Stoltenberg", aliases={"Zelya": "Volodymyr Zelenskyy"}
    )
    assert [one.id for one in match("Zelya", Few(found.speakers))] == ["volodymyr-zelensky"]
    assert found.speaker_ids.keys() == {"Volodymyr Zelensky", "Jens Stoltenberg"}
