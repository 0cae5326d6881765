"""Every reason to abstain: when it is given, what it says, and what it says would help.

Decided in code; the same words on every surface.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import model_server as served
import pytest
from newsroom import open_newsroom

from index.search.embed import load
from index.storage.store import Store
from rag.ask import ask
from rag.desk import Desk
from rag.models import faults
from rag.settings import Settings
from rag.types import Answer, Filters
from ui import conversation, render
from ui.text import answer_text

# An article that cannot be quoted: its only sentence on the matter is code.
CODE = "Kiosk\n\nThe kiosk at the quay was sold to <b>Lena Brandt</b> for 900 crowns on Sunday.\n"
KIOSK = "Who was the kiosk at the quay sold to?"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    found = open_newsroom(tmp_path_factory.mktemp("news"), {"kiosk": CODE})
    yield found
    found.store.close()


def refused(answer: Answer, reason: str) -> str:
    """The message of a refusal, which stands in the text and nowhere beside citations."""
    assert answer.abstention is not None
    assert (answer.status, answer.abstention.reason) == ("abstained", reason)
    assert (answer.text, answer.citations, answer.claims) == (answer.abstention.message, (), ())
    assert " ".join(answer_text(answer).split()).startswith(answer.text)
    return answer.text


@pytest.mark.parametrize(
    ("question", "filters", "reason", "message"),
    [
        (
            "What did Emmanuel Macron say about the bridge?",
            Filters(),
            "speaker_not_in_corpus",
            "Emmanuel Macron does not speak in these articles (5 articles, 15 February 2022). "
            "Check the spelling, or ask without the name.",
        ),
        (
            "What did Mira Sandoval say about the price of copper?",
            Filters(),
            "speaker_found_topic_not",
            "Mira Sandoval is quoted in 1 of these articles (5 articles, 15 February 2022), but "
            "nothing on “the price of copper” was found. Ask in other words, or what anyone said "
            "on it.",
        ),
        (
            "Did anyone deny it?",
            Filters(),
            "no_evidence",
            "The question leaves open what it is about. Name it, as in “Who disagrees with … on "
            "…?”",
        ),
        (
            "Who disagrees with Jane Holt?",
            Filters(),
            "no_evidence",
            "The question leaves open what it is about. Name it, as in “Who disagrees with … on "
            "…?”",
        ),
        (
            "Who denied that the storm had passed?",
            Filters(),
            "no_evidence",
            "Nobody is found to deny that in these articles (5 articles, 15 February 2022).",
        ),
        (
            "What did Jane Holt say about the bridge?",
            Filters(since=date(2023, 1, 1), until=date(2023, 1, 31)),
            "outside_coverage_dates",
            "The articles do not cover that time (5 articles, 15 February 2022). "
            "Ask about a day that they cover.",
        ),
        (
            "How do penguins keep their eggs warm?",
            Filters(),
            "no_evidence",
            "The articles do not answer this (5 articles, 15 February 2022). "
            "Ask in other words, or add articles.",
        ),
        (
            KIOSK,
            Filters(),
            "unverified_only",
            "Nothing that could be said on this held against the articles. Read what stands "
            "closest.",
        ),
    ],
)
def test_a_refusal_says_why_and_what_would_help(
    desk: Desk, question: str, filters: Filters, reason: str, message: str
) -> None:
    answer = ask(desk, question, filters=filters)
    assert refused(answer, reason) == message
    (*_, last) = conversation.ask(desk, (), question, filters, "extractive")
    assert message in render.conversation((last,))


def test_what_is_nearest_stands_beside_a_refusal_that_looked(desk: Desk) -> None:
    answer = ask(desk, KIOSK)
    assert answer.abstention is not None
    near = answer.abstention.closest[0]
    assert CODE[near.start : near.end] == near.exact
    assert "Closest:" in answer_text(answer)


def test_an_empty_corpus_says_that_articles_are_wanted(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    embedder = load()
    place = tmp_path_factory.mktemp("empty")
    store = Store.create(place, embedder.name, embedder.fingerprint, embedder.dimension)
    answer = ask(Desk(store, embedder, Settings()), KIOSK)
    assert refused(answer, "empty_corpus") == "Nothing is indexed yet. Add articles first."
    store.close()


def test_a_model_that_failed_where_nothing_else_held_is_named(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", served.KEY)
    monkeypatch.setattr(faults, "LONGEST_WAIT", 0.0)
    with served.serving(served.refusing_the_key()) as server:
        given = Desk(desk.store, desk.embedder, replace(desk.settings, api_base=server.address))
        answer = ask(given, KIOSK, model="openai/scripted")
    assert refused(answer, "model_failed") == (
        "openai/scripted gave no answer, and no sentence of the articles could be verified. Ask "
        "again later, or choose another answerer."
    )
    assert "refused the key" in answer.warnings[0].detail


def test_nothing_is_asked_of_a_model_where_there_is_no_evidence(desk: Desk) -> None:
    with served.serving(served.saying("Penguins do.")) as server:
        given = Desk(desk.store, desk.embedder, replace(desk.settings, api_base=server.address))
        answer = ask(given, "How do penguins keep their eggs warm?", model="openai/scripted")
        refused(answer, "no_evidence")
        assert server.calls == 0
