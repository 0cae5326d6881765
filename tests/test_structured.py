"""Replies in JSON: sentences as they are closed, the same records as prose, nothing guessed."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.models import prose, structured
from rag.models.ending import ClosedObject
from rag.types import DraftSentence

LABELS = {"a1bc": 1, "b2cd": 2}
RAIN = {"label": "a1bc", "text": "It rained."}
SNOW = {"label": "b2cd", "text": "It snowed."}


def read(text: str, size: int = 7) -> list[tuple[str, tuple[int, ...]]]:
    pieces = [text[at : at + size] for at in range(0, len(text), size)]
    return [(one.text, one.cites) for one in structured.arriving(pieces, LABELS)]


def whole(*sentences: object) -> str:
    return json.dumps({"sentences": list(sentences)})


@pytest.mark.parametrize(
    ("reply", "sentences"),
    [
        (whole(RAIN, SNOW), [("It rained.", (1,)), ("It snowed.", (2,))]),
        (f"```json\n{whole(RAIN)}\n```", [("It rained.", (1,))]),
        (whole(RAIN | {"label": "zz9q"}), [("It rained.", (0,))]),
        (whole(RAIN | {"label": "A1BC "}), [("It rained.", (1,))]),
        (whole({"text": "It rained."}), [("It rained.", (0,))]),
        (whole({"label": ["a1bc"], "text": "It rained."}), [("It rained.", (0,))]),
        (whole(RAIN | {"text": "It rained [a1bc]."}), [("It rained.", (1,))]),
        (whole(RAIN | {"text": 'Holt said: "No."'}), [('Holt said: "No."', (1,))]),
        (whole(RAIN | {"text": "It rained. [source] [1]"}), [("It rained.", (1,))]),
        (whole(RAIN | {"text": "It rained [source]."}), [("It rained.", (1,))]),
        (whole(RAIN | {"text": "It rained. All day."}), [("It rained.", (1,)), ("All day.", (1,))]),
        (whole(RAIN | {"text": "Rain }] fell {."}), [("Rain }] fell {.", (1,))]),
        (whole(RAIN | {"text": "\ud800 rain"}), [("? rain", (1,))]),
        (whole({"label": "a1bc", "text": None}, "It rained.", 3, SNOW), [("It snowed.", (2,))]),
        (whole(RAIN)[:-2], [("It rained.", (1,))]),
        (whole(RAIN, SNOW)[:-20], [("It rained.", (1,))]),
        (whole(), []),
        ("{}", []),
        ("", []),
        ("It rained [a1bc].", []),
        ('{"sentences": "It rained."}', []),
        ('{"sentences": [{"label": "a1bc", "text": "It rained."', []),
        ("[" * 3000, []),
        ('{"sentences": [' + "[" * 100_000 + "}", []),
        (whole(*[RAIN] * 100), [("It rained.", (1,))] * structured.MOST),
    ],
)
def test_a_reply_becomes_sentences_and_ranks(
    reply: str, sentences: list[tuple[str, tuple[int, ...]]]
) -> None:
    assert read(reply) == sentences


@settings(max_examples=200, derandomize=True, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(sorted(LABELS)), st.text(max_size=60)), max_size=5),
    st.integers(1, 40),
    st.booleans(),
)
def test_pieces_of_any_size_give_the_same_sentences(
    said: list[tuple[str, str]], size: int, ascii_only: bool
) -> None:
    rows = [{"label": label, "text": text} for label, text in said]
    reply = json.dumps({"sentences": rows}, ensure_ascii=ascii_only)
    assert read(reply, size) == read(reply, len(reply))
    ending = ClosedObject()
    shown = "".join(ending.feed(reply[at : at + size]) for at in range(0, len(reply), size))
    assert (shown, ending.over) == (reply, True)
    cut = ClosedObject()
    cut.feed(reply[:-1])
    assert not cut.over


def test_what_follows_the_object_is_not_read() -> None:
    ending = ClosedObject()
    assert ending.feed(f"{whole(RAIN)} and more") == whole(RAIN)
    assert ending.over


def test_both_forms_give_the_same_draft() -> None:
    written = "It rained [a1bc]. It snowed [b2cd]."
    assert list(prose.arriving([written], LABELS)) == list(
        structured.arriving([whole(RAIN, SNOW)], LABELS)
    )


def test_a_sentence_is_given_as_soon_as_it_is_closed() -> None:
    def pieces() -> object:
        yield '{"sentences": [{"label": "a1bc", "text": "It rained."}'
        raise AssertionError("the first sentence was whole already")

    first = next(structured.arriving(pieces(), LABELS))  # type: ignore[arg-type]
    assert first == DraftSentence("It rained.", (1,))


def test_the_schema_lets_nothing_but_shown_labels_be_chosen() -> None:
    found = structured.schema(["a1bc", "b2cd"], 3)["properties"]["sentences"]
    assert found["maxItems"] == 3
    assert found["items"]["properties"]["label"]["enum"] == ["a1bc", "b2cd"]
    assert list(found["items"]["properties"]) == ["label", "text"]  # chosen before it is written


@pytest.mark.parametrize(
    ("reply", "found"),
    [
        ('{"labels": ["b2cd", "a1bc"]}', [2, 1]),
        ('{"labels": ["a1bc", "a1bc", "zz9q", "b2cd"]}', [1, 2]),
        ('{"labels": []}', []),
        ('{"labels": ["a1bc", "b2', [1]),
        ("a1bc", []),
        ("", []),
    ],
)
def test_chosen_labels_are_read_as_they_are_closed(reply: str, found: list[int]) -> None:
    pieces = [reply[at : at + 3] for at in range(0, len(reply), 3)]
    assert list(structured.chosen(pieces, LABELS)) == found


def test_who_chooses_can_name_nothing_that_was_not_shown() -> None:
    found = structured.choice(["a1bc", "b2cd"], 3)["properties"]["labels"]
    assert (found["maxItems"], found["items"]["enum"]) == (3, ["a1bc", "b2cd"])
