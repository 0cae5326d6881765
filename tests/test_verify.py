"""Sentence by sentence through the gate: what is kept, mended, named or left out, and why."""

from __future__ import annotations

import newsroom
import pytest

from rag.gate.verify import Gate, Held
from rag.types import DraftSentence


def admitted(sentence: str, rank: int = 1) -> tuple[Held | None, set[str]]:
    evidence, speakers = newsroom.newsroom()
    gate = Gate(evidence, speakers)
    return gate.admit(DraftSentence(sentence, (rank,))), {one.code for one in gate.warnings}


HOLT = "We will not reopen the bridge before the piers are replaced"
LANG = "The cracks are old and they are not growing"


@pytest.mark.parametrize(
    ("sentence", "shown"),
    [
        (f'Jane Holt said: "{HOLT}."', f'Jane Holt said: "{HOLT}."'),
        (f"Jane Holt said: «{HOLT}»", f'Jane Holt said: "{HOLT}"'),
        (f"Lang said '{LANG}'.", f'Lang said "{LANG}".'),
        (f"Lang said `` {LANG} '' .", f'Lang said "{LANG}" .'),
        (
            'Holt said "we will not reopen the bridge" while Lang said "the cracks are old".',
            'Holt said "We will not reopen the bridge" while Lang said "The cracks are old".',
        ),
        (f'Holt heard about it. He said: "{LANG}."', None),
    ],
)
def test_true_quotations_are_shown_in_straight_marks(sentence: str, shown: str | None) -> None:
    held, _ = admitted(sentence)
    assert (held.text if held else None) == shown


def test_a_pronoun_gets_the_name_it_stands_for() -> None:
    held, _ = admitted(f'"{HOLT}," she said.')
    assert held is not None
    assert held.text == f'"{HOLT}," Jane Holt said.'
    held, _ = admitted("She said repairs would cost 5,000 crowns a day and could last 15 weeks.")
    assert held is not None
    assert held.text.startswith("Jane Holt said repairs")


def test_words_that_name_nobody_get_their_speaker() -> None:
    held, _ = admitted(f'"{HOLT}."')
    assert held is not None
    assert held.text == f'Jane Holt: "{HOLT}."'
    held, _ = admitted("Repairs would cost 5,000 crowns a day.")
    assert held is not None
    assert held.text == "According to Jane Holt, repairs would cost 5,000 crowns a day."


def test_reported_speech_in_marks_loses_them() -> None:
    held, codes = admitted('Holt said: "repairs would cost 5,000 crowns a day".')
    assert held is not None
    assert (held.text, held.kind) == (
        "Holt said: repairs would cost 5,000 crowns a day.",
        "paraphrase",
    )
    assert codes == {"quote_unmarked"}


def test_the_outlet_may_be_quoted_with_its_own_words() -> None:
    words = "Samuel Okafor met Ana Reyes for three hours on Thursday"
    held, _ = admitted(f'The Varna Courier reported that "{words}".', 3)
    assert held is not None
    assert (held.kind, held.speaker) == ("quote", "")
    held, codes = admitted(f'Jane Holt said: "{words}."', 3)
    assert held is None
    assert "quote_unmarked" in codes


@pytest.mark.parametrize(
    ("sentence", "rank"),
    [
        (f'Peter Lang said: "{HOLT}."', 1),
        (f'Lang told Holt: "{HOLT}."', 1),
        (f'Elon Musk said: "{HOLT}."', 1),
        ('Reyes said: "The gap is 200 crowns."', 3),
        ('He said: "The gap is 200 crowns."', 3),
        ('Holt said: "We will not reopen the bridge … The cracks are old and they are"', 1),
    ],
)
def test_words_under_another_name_are_left_out(sentence: str, rank: int) -> None:
    assert admitted(sentence, rank) == (None, {"misattributed_quote"})


@pytest.mark.parametrize(
    "sentence",
    [
        "Lang said repairs would cost 5,000 crowns a day.",
        "Peter Lang told the council on Monday that cracks are growing in the piers.",
        "Lang said engineers found cracks in two of the piers on Monday.",
        'Holt said: "We will reopen the bridge before the piers are replaced."',
        'Holt said the city "ignored three warnings" about the piers.',
        f'Holt denied that "{HOLT}".',
        f'Holt told Ana Reyes: "{HOLT}."',
        'Holt said: "and."',
        "Holt said.",
        "Lang opened the talks.",
    ],
)
def test_what_the_article_does_not_say_is_left_out(sentence: str) -> None:
    held, codes = admitted(sentence)
    assert held is None
    assert codes


@pytest.mark.parametrize(
    "sentence",
    [
        f'Jane Holt lied: "{HOLT}."',
        f'"{HOLT}," Mayor Jane Holt told the council, lying.',
        f'Holt, the corrupt mayor, said: "{HOLT}."',
        f'In a tweet on Friday, Holt said: "{HOLT}."',
        f'Holt, who pays 9,000 crowns a day, said: "{HOLT}".',
    ],
)
def test_a_quotation_stays_without_words_around_it_that_are_nobodys(sentence: str) -> None:
    held, codes = admitted(sentence)
    assert held is not None
    assert (held.text, held.kind) == (f'Jane Holt: "{HOLT}."', "quote")
    assert codes == {"words_removed"}


def test_a_quotation_cut_short_gets_no_full_stop_of_its_own() -> None:
    held, _ = admitted('Jane Holt lied: "We will not reopen the bridge."')
    assert held is not None
    assert held.text == 'Jane Holt: "We will not reopen the bridge".'


@pytest.mark.parametrize(
    "sentence",
    [
        f'Holt never said: "{HOLT}."',  # turned round
        'Holt sneered that the city "ignored three warnings".',  # she denied it
        'Holt lied that "the piers are replaced".',  # a piece of what she said
        "Jane Holt lied that repairs would cost 5,000 crowns a day.",
        "Repairs would cost 5,000 crowns a day, Holt said wrongly.",
        "Jane Holt admitted that repairs would cost 5,000 crowns a day.",
    ],
)
def test_words_that_could_mean_something_else_alone_are_left_out_whole(sentence: str) -> None:
    held, codes = admitted(sentence)
    assert held is None
    assert "words_removed" not in codes


@pytest.mark.parametrize("verb", ["argued", "insisted", "stressed", "replied", "emphasised"])
def test_a_plain_word_for_saying_is_free(verb: str) -> None:
    held, codes = admitted(f'Jane Holt {verb}: "{HOLT}."')
    assert held is not None
    assert held.text == f'Jane Holt {verb}: "{HOLT}."'
    assert codes == set()


def test_a_denial_stays_a_denial() -> None:
    held, _ = admitted('Holt denied that the city "ignored three warnings" about the piers.')
    assert held is not None
    assert held.speaker == "Jane Holt"


def test_evidence_that_does_not_exist_carries_nothing() -> None:
    assert admitted("The bridge was closed on Monday.", 99) == (
        None,
        {"unknown_citation", "uncited_removed"},
    )
