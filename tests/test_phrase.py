"""How the extractive answerer says an article's sentence: the speaker named, the marks paired."""

from __future__ import annotations

import pytest

from index.types import Article, Passage, Span, Speaker, SpeakerMethod, Statement
from rag.candidates import Candidate
from rag.phrase import balanced, phrase
from rag.types import Evidence

SPEAKER = Speaker("ada-lund", "Ada Lund", (), ("harbour master",))


def candidate(
    sentence: str, surface: str, role: str = "", method: SpeakerMethod = "pronoun"
) -> Candidate:
    article = Article("a", "r", "", sentence)
    span = Span("a", "r", 0, len(sentence))
    at = sentence.find(surface)
    statement = Statement(
        "a:0-1",
        (span,),
        "indirect",
        speaker=Span("a", "r", at, at + len(surface)) if at >= 0 else None,
        speaker_surface=surface,
        speaker_name="Ada Lund",
        speaker_role=role,
        speaker_id="ada-lund",
        speaker_method=method,
    )
    evidence = Evidence(Passage("p", span, "body", 9), article, 1, 1.0, 1.0, (statement,))
    return Candidate(evidence, 0, len(sentence), statement, (), 0.9)


def test_a_pronoun_becomes_the_name_with_the_role_at_first_mention() -> None:
    said = candidate("The fees will rise, she said.", "she")
    assert phrase(said, SPEAKER, True) == "The fees will rise, Ada Lund, harbour master, said."
    assert phrase(said, SPEAKER, False) == "The fees will rise, Ada Lund said."


def test_a_sentence_that_names_the_speaker_stays_as_it_is() -> None:
    text = "Ada Lund said the fees will rise."
    assert phrase(candidate(text, "Ada Lund"), SPEAKER, False) == text
    titled = "Harbour chief Ada Lund said the fees will rise."
    assert phrase(candidate(titled, "Harbour chief Ada Lund"), SPEAKER, True) == titled


def test_a_full_name_without_a_role_gets_it_at_the_first_mention() -> None:
    text = "The fees, Ada Lund told reporters, will rise."
    told = phrase(candidate(text, "Ada Lund"), SPEAKER, True)
    assert told == "The fees, Ada Lund, harbour master, told reporters, will rise."


@pytest.mark.parametrize(
    ("surface", "speaker"),
    [
        ("China", Speaker("china", "Communist China", ("China",))),
        ("Sorell", Speaker("critics", "Critics of Sorell", ("Sorell",))),
        ("Democrats", Speaker("democrats", "Democrats", (), ("senator",))),
    ],
)
def test_the_name_of_a_country_or_a_body_gets_nothing_added(surface: str, speaker: Speaker) -> None:
    text = f"{surface} said the fees will rise."
    assert phrase(candidate(text, surface, method="named"), speaker, True) == text


def test_it_is_never_replaced() -> None:
    text = "It said the fees will rise."
    assert phrase(candidate(text, "It"), SPEAKER, True).startswith("It said")


def test_a_sentence_from_the_middle_of_a_speech_gets_its_speaker_in_front() -> None:
    said = candidate('"Nobody will be turned away.', "she")
    assert phrase(said, SPEAKER, False) == 'Ada Lund said: "Nobody will be turned away."'


@pytest.mark.parametrize(
    ("text", "paired"),
    [
        ('She said: "Fees rise.', 'She said: "Fees rise."'),
        ("She said: “Fees rise.", "She said: “Fees rise.”"),
        ("fees rise,” she said.", "“fees rise,” she said."),
        ('She called it "dear" and left.', 'She called it "dear" and left.'),
    ],
)
def test_marks_that_run_beyond_the_sentence_are_paired(text: str, paired: str) -> None:
    assert balanced(text) == paired


def test_a_role_that_gives_way_to_the_name_comes_back_behind_it() -> None:
    told = phrase(
        candidate("The harbour master said fees rise.", "The harbour master"), SPEAKER, True
    )
    assert told == "Ada Lund, harbour master, said fees rise."


def test_a_possessive_becomes_the_name_of_its_owner_and_no_address_is_a_role() -> None:
    text = "His call for lower fees came late."
    assert phrase(candidate(text, "His"), SPEAKER, True) == (
        "Ada Lund's call for lower fees came late."
    )
    said = candidate("The fees will rise, she said.", "she", "Ms.")
    assert phrase(said, SPEAKER, True) == "The fees will rise, Ada Lund, harbour master, said."
