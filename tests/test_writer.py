"""Several models in turn: who stands in for whom, what is spent, and one deadline for all."""

from __future__ import annotations

import re
import threading
import time
from dataclasses import replace

import model_server as served
import pytest
from model_server import Reply, Scripted

from eval import pace
from rag.ask import ask, stream
from rag.desk import Desk
from rag.models import breaker, llm
from rag.types import Answer, Filters
from ui import conversation

QUESTION = "What did Jane Holt say about the bridge?"
TRUE = 'Jane Holt said: "We will not reopen the bridge before the piers are replaced."'
SOURCE = "(Varna Courier, 15 February 2022)"
ONE, OTHER = "openai/one", "openai/other"


pytestmark = pytest.mark.usefixtures("scripted_models")


@pytest.fixture(scope="module")
def desk(newsroom_desk: Desk) -> Desk:
    return newsroom_desk


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(breaker, "FAILURES", 100)


def truth(prompt: str) -> str:
    return f"{TRUE} [{served.label(prompt, 'piers')}]"


def told(desk: Desk, *replies: Reply, **settings: object) -> tuple[Answer, Scripted]:
    with served.serving(*replies) as server:
        given = replace(desk.settings, api_base=server.address, fallbacks=OTHER, **settings)  # type: ignore[arg-type]
        return ask(Desk(desk.store, desk.embedder, given), QUESTION, model=ONE), server


def codes(answer: Answer) -> list[str]:
    return [one.code for one in answer.warnings]


def test_another_model_stands_in_for_one_that_fails(desk: Desk) -> None:
    answer, server = told(desk, served.failing(500), served.answering(truth))
    assert (answer.text, answer.model) == (f"{TRUE} {SOURCE} [1]", OTHER)
    assert [one["model"] for one in server.requests] == ["one", "other"]
    assert codes(answer) == ["model_failed"]
    assert (answer.usage.calls, answer.usage.prompt_tokens) == (2, 120)


def test_calls_are_counted_when_every_model_fails(desk: Desk) -> None:
    answer, server = told(desk, served.failing(500))
    assert answer.usage.calls == server.calls == 3
    assert codes(answer) == ["model_failed", "model_failed", "extractive_instead"]
    assert (answer.status, answer.model) == ("answered", "extractive")


def test_a_silent_model_leaves_its_stand_in_half_of_the_time(desk: Desk) -> None:
    started = time.monotonic()
    answer, _ = told(desk, served.stalling_after(""), served.answering(truth), model_deadline=3.0)
    assert answer.model == OTHER
    assert time.monotonic() - started < 6


def test_a_reply_that_breaks_off_is_not_begun_again(desk: Desk) -> None:
    def cut(wire: served.Wire, prompt: str) -> None:
        served.cut_after(f"{truth(prompt)} And then the")(wire, prompt)

    answer, server = told(desk, cut)
    assert (answer.text, answer.status, server.calls) == (f"{TRUE} {SOURCE} [1]", "partial", 1)
    assert answer.usage.prompt_tokens > 100  # counted by us, because a cut stream does not say
    assert answer.usage.completion_tokens > 10


def test_a_model_that_holds_to_a_schema_is_asked_for_json(desk: Desk) -> None:
    def reply(wire: served.Wire, prompt: str) -> None:
        sentence = truth(prompt)
        label = re.findall(r"\[(\w+)\]$", sentence)[0]
        rows = [{"label": label, "text": TRUE}]
        served.saying(served.as_json(rows), end=False)(wire, prompt)

    answer, server = told(desk, reply, replies="json")
    assert (answer.text, answer.warnings) == (f"{TRUE} {SOURCE} [1]", ())
    form = server.requests[0]["response_format"]["json_schema"]
    labels = form["schema"]["properties"]["sentences"]["items"]["properties"]["label"]["enum"]
    assert form["strict"] is True
    assert labels == re.findall(
        r"^BEGIN (\w+)$", server.requests[0]["messages"][1]["content"], re.M
    )
    assert answer.usage.prompt_tokens == 120


@pytest.mark.parametrize(
    ("model", "replies", "structured"),
    [
        ("openai/gpt-4o-mini", "auto", True),
        ("openai/scripted", "auto", False),
        ("openai/gpt-4o-mini", "prose", False),
        ("openai/scripted", "json", True),
        ("local", "auto", True),
    ],
)
def test_who_is_asked_for_json(desk: Desk, model: str, replies: str, structured: bool) -> None:
    assert llm.structured(model, replace(desk.settings, replies=replies)) is structured


def test_stop_on_the_page_stops_a_model_that_says_nothing(desk: Desk) -> None:
    with served.serving(served.silent_until_left()) as server:
        given = Desk(desk.store, desk.embedder, replace(desk.settings, api_base=server.address))
        exchanges = conversation.ask(given, (), QUESTION, Filters(), ONE)
        first = next(exchanges)
        reading = threading.Thread(target=list, args=(exchanges,))
        reading.start()
        assert server.asked.wait(30)
        conversation.stopped(first)
        assert server.hung_up.wait(20)
        reading.join(10)
        assert not reading.is_alive()


def test_a_reader_who_leaves_stops_a_model_that_says_nothing(desk: Desk) -> None:
    left = [False]
    with served.serving(served.stalling_after("")) as server:
        given = replace(desk.settings, api_base=server.address)
        events = stream(
            Desk(desk.store, desk.embedder, given), QUESTION, model=ONE, gone=lambda: left[0]
        )
        assert next(events).name == "meta"
        left[0] = True
        started = time.monotonic()
        list(events)
        assert time.monotonic() - started < 5
        assert server.calls <= 1


def test_how_long_a_model_keeps_a_reader_waiting_is_measured(desk: Desk) -> None:
    with served.serving(served.answering(truth)) as server:
        given = replace(desk.settings, api_base=server.address, model=ONE)
        one = pace.paced(Desk(desk.store, desk.embedder, given), QUESTION)
    assert 0 < one.first <= one.whole
    assert (one.answer.model, one.answer.usage.calls) == (ONE, 1)
