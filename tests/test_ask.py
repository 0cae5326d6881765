"""Questions asked of real articles and of the sample corpus, end to end, without a model."""

from __future__ import annotations

import re

import pytest

from rag.ask import ask, stream
from rag.desk import Desk
from rag.errors import UsageError
from rag.types import Answer, Filters, Turn
from rag.wire import answer as answer_json

QUESTIONS = (
    "What did Stoltenberg say about withdrawal?",
    "How many soldiers did Biden speak of?",
    "What did Peskov say about the cyberattack?",
    "When did the drills in Belarus begin?",
    "What did Macron say about sanctions?",
    "What did Zelensky say about embassies?",
)


def holds_together(answer: Answer, desk: Desk) -> None:
    """The rules of docs/answer.md that every answer keeps."""
    markers = {int(n) for n in re.findall(r"\[(\d+)\]", answer.text)}
    if answer.status == "abstained":
        assert not markers
        assert not answer.citations
        assert not answer.claims
        assert answer.abstention is not None
        return
    assert markers == {c.number for c in answer.citations}
    for citation in answer.citations:
        article = desk.store.article(citation.article.id, citation.article.revision)
        assert article is not None
        assert article.text[citation.start : citation.end] == citation.exact
        assert article.text[: citation.start].endswith(citation.prefix)
        assert article.text[citation.end :].startswith(citation.suffix)
    at = 0
    for claim in answer.claims:
        assert not answer.text[at : claim.start].strip()
        words = answer.text[claim.start : claim.end]
        assert claim.kind == "quote" or '"' not in words
        at = claim.end
    assert not answer.text[at:].strip()


def test_the_question_of_the_product_is_answered_from_the_real_articles(seeds: Desk) -> None:
    answer = ask(seeds, "What did Stoltenberg say about withdrawal?")
    holds_together(answer, seeds)
    cited = [citation.exact for citation in answer.citations]
    assert any("no withdrawals of troops or equipment" in exact for exact in cited)
    assert any("deescalation or withdrawal of troops" in exact for exact in cited)
    assert {citation.speaker for citation in answer.citations} == {"Jens Stoltenberg"}
    assert answer.interpretation.speaker == "Jens Stoltenberg"


def test_who_is_not_in_the_articles_is_not_answered_for(seeds: Desk) -> None:
    answer = ask(seeds, "What did Macron say about sanctions?")
    holds_together(answer, seeds)
    assert answer.status == "abstained"
    assert answer.abstention is not None
    assert answer.abstention.reason == "speaker_not_in_corpus"


def test_a_topic_the_speaker_never_touches_is_refused_with_what_is_closest(desk: Desk) -> None:
    answer = ask(desk, "What did Stoltenberg say about climate change?")
    assert answer.abstention is not None
    assert answer.abstention.reason == "speaker_found_topic_not"
    assert answer.abstention.closest
    assert "11 to 20 February 2022" in answer.abstention.message


def test_a_time_outside_the_corpus_is_refused_and_said(desk: Desk) -> None:
    answer = ask(desk, "What did Blinken say about troops in March 2019?")
    assert answer.abstention is not None
    assert answer.abstention.reason == "outside_coverage_dates"


@pytest.mark.parametrize("question", QUESTIONS)
def test_every_answer_keeps_the_rules(question: str, desk: Desk) -> None:
    holds_together(ask(desk, question), desk)


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_last_event_of_a_stream_is_the_whole_answer(question: str, desk: Desk) -> None:
    whole = answer_json(ask(desk, question))
    events = list(stream(desk, question))
    assert [event.name for event in events].count("done") == 1
    done = dict(events[-1].data)
    for name in ("id", "timings_ms"):
        whole.pop(name), done.pop(name)
    assert done == whole
    said = "".join(event.data["text"] for event in events if event.name == "delta")
    assert said == (done["text"] if done["status"] == "answered" else "")


def test_a_follow_up_is_understood_from_the_question_before(desk: Desk) -> None:
    history = (Turn("What did Stoltenberg say about withdrawal?"),)
    answer = ask(desk, "And what about Blinken?", history)
    assert answer.standalone_question == "What did Blinken say about withdrawal?"
    assert answer.interpretation.speaker == "Antony Blinken"


def test_a_speaker_filter_keeps_everybody_else_out(desk: Desk) -> None:
    answer = ask(desk, "What was said about troops?", filters=Filters("Peskov"))
    assert {c.speaker for c in answer.citations} <= {"Dmitry Peskov"}


def test_questions_beyond_the_limits_are_refused(desk: Desk) -> None:
    with pytest.raises(UsageError, match="empty"):
        ask(desk, "   ")
    with pytest.raises(UsageError, match="limit"):
        ask(desk, "a" * 3000)
    with pytest.raises(UsageError, match="turns"):
        ask(desk, "And then?", [Turn("What happened?")] * 21)


@pytest.mark.parametrize(
    "question",
    ['"', "[1]", "*:*", "AND OR NOT (", "\x00\x1b[31m", "😀" * 500, "?" * 1999, "'; DROP TABLE--"],
)
def test_no_string_is_an_operator_or_breaks_the_pipeline(question: str, desk: Desk) -> None:
    holds_together(ask(desk, question), desk)


@pytest.mark.parametrize(
    ("question", "first", "goes_on"),
    [
        ("What sanctions were threatened?", "What happened in Donetsk on 18 February?", False),
        ("Who called panic a weapon?", "How many deputies backed the Duma appeal?", False),
        ("How many were against?", "How many deputies backed the Duma appeal?", True),
        ("What reasons were given?", "Why did Belarus extend the exercises?", True),
    ],
)
def test_a_short_question_goes_on_with_another_where_the_articles_answer_that_better(
    desk: Desk, question: str, first: str, goes_on: bool
) -> None:
    answer = ask(desk, question, (Turn(first),))
    assert (answer.standalone_question != question) == goes_on
    if not goes_on:  # the conversation leaves no trace
        assert answer.text == ask(desk, question).text


def test_those_who_may_have_disagreed_are_others_than_who_was_asked_before(desk: Desk) -> None:
    before = Turn("What did Stoltenberg say about withdrawal?")
    answer = ask(desk, "Did anyone disagree?", (before,))
    voices = [one.speaker for one in answer.claims]
    assert len(voices) > 1
    assert all(voices)
    assert "Jens Stoltenberg" not in voices
