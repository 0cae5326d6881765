"""Where a quotation really stands: exact, evened out, shortened, or nowhere."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.gate.locate import bare, evened, locate

ARTICLE = (
    "“We can’t send non-lethal aid of 1.5 tons — not 5,000 men… ever,” he said. "
    "The ca\u00adfe\u0301 in Zu\u0308rich\u00a0was full 😀 of so\u00adldiers. "
    "“We will wait until spring,” he said, “and then we will see what the others do.” "
    "Stoltenberg’s aide nodded."
)
WORDS = ["troops", "can't", "can’t", "caf\u00e9", "cafe\u0301", "5,000", "1.5", "so\u00adldier"]
SIGNS = ["😀", "—", "-", "–", "“", "”", '"', "'", "…", "...", " ", "\u00a0", "\n", "\u200b"]
PIECES = st.sampled_from([*WORDS, *SIGNS, "not", "will", "Ǆ", "ﬁ"])
TEXTS = st.lists(PIECES, min_size=1, max_size=40).map(" ".join) | st.lists(PIECES, min_size=1).map(
    "".join
)


@settings(max_examples=400, derandomize=True, deadline=None)
@given(TEXTS, st.data())
def test_what_is_found_reads_as_what_was_asked(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    asked = text[start : data.draw(st.integers(start, len(text)))]
    swap = data.draw(st.sampled_from([str, lambda t: unicodedata.normalize("NFC", t), evened]))
    place = locate(swap(asked), text)
    if place is None:
        return
    found = text[place.start : place.end]
    if place.match == "exact":
        assert found == bare(swap(asked))
    if place.match == "normalized":
        assert evened(found) == evened(bare(swap(asked)))
    for first, last in place.parts:
        assert not (text[first - 1 : first].isalnum() and text[first].isalnum())
        assert not (text[last - 1].isalnum() and text[last : last + 1].isalnum())
        assert not unicodedata.combining(text[last : last + 1] or " ")


@settings(max_examples=200, derandomize=True, deadline=None)
@given(st.data())
def test_any_run_of_whole_words_is_found_however_it_is_typeset(data: st.DataObject) -> None:
    words = ARTICLE.split(" ")
    first = data.draw(st.integers(0, len(words) - 2))
    asked = " ".join(words[first : data.draw(st.integers(first + 1, len(words)))])
    place = locate(evened(asked), ARTICLE)
    assert place is not None or not any(c.isalnum() for c in bare(asked))


@pytest.mark.parametrize(
    ("quotation", "match", "words"),
    [
        ("“We can’t send", "exact", "We can’t send"),
        ("We can't send non-lethal aid", "normalized", "We can’t send non-lethal aid"),
        ("1.5 tons - not 5,000 men... ever", "normalized", "1.5 tons — not 5,000 men… ever"),
        (
            "The café in Zürich was full",
            "normalized",
            "The ca\u00adfe\u0301 in Zu\u0308rich\u00a0was full",
        ),
        ("full 😀 of soldiers.", "normalized", "full 😀 of so\u00adldiers"),
        ("Stoltenberg", "exact", "Stoltenberg"),
    ],
)
def test_the_place_is_the_articles_own(quotation: str, match: str, words: str) -> None:
    place = locate(quotation, ARTICLE)
    assert place is not None
    assert (place.match, ARTICLE[place.start : place.end]) == (match, words)


@pytest.mark.parametrize(
    "inside", ["can", "lethal", "5", "000", "1", "caf", "cafe", "ldiers", "toltenberg", "t send"]
)
def test_half_a_word_or_figure_is_no_quotation(inside: str) -> None:
    assert locate(inside, ARTICLE) is None


@pytest.mark.parametrize(
    "altered",
    [
        "We can send non-lethal aid",
        "We can’t sent",
        "not 50,000 men",
        "",
        "…",
        '"."',
        "NOT 5,000 men",
    ],
)
def test_other_words_are_nowhere(altered: str) -> None:
    assert locate(altered, ARTICLE) is None


def test_a_shortened_quotation_knows_its_parts() -> None:
    place = locate("We will wait until spring … then we will see what", ARTICLE)
    assert place is not None
    assert place.match == "elided"
    parts = [ARTICLE[start:end] for start, end in place.parts]
    assert parts == ["We will wait until spring", "then we will see what"]


@pytest.mark.parametrize(
    "quotation",
    [
        "We … will … see",  # words picked out
        "then we will see … We will wait until spring",  # turned round
        "send non-lethal aid … men… ever",  # drops a "not"
        "We will wait … and then we … will see what … others do",  # in too many pieces
    ],
)
def test_a_shortening_that_could_change_the_sense_is_none(quotation: str) -> None:
    assert locate(quotation, ARTICLE) is None


def test_parts_that_stand_far_apart_are_not_one_quotation() -> None:
    text = f"We will stay here. {'More was said. ' * 40} They will go home."
    assert locate("We will stay here … They will go home", text) is None
