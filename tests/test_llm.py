"""litellm against a scripted server: tries, deadline, completeness, cost, and the stop."""

from __future__ import annotations

import threading
import time

import model_server as served
import pytest
from model_server import Reply

from rag.errors import ModelError, ModelTimeout, ModelUnavailable
from rag.models import breaker, llm
from rag.settings import Settings
from rag.types import Usage

ASKED = llm.Request(({"role": "user", "content": "Why?"},), "END OF ANSWER")


pytestmark = pytest.mark.usefixtures("scripted_models")


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(llm, "STALL", 0.8)
    monkeypatch.setattr(llm, "_LAST_WORD", 10.0)


def told(*replies: Reply, tries: int = 3, deadline: float = 20.0) -> tuple[llm.Reply, int]:
    with served.serving(*replies) as server:
        given = Settings(api_base=server.address, model_tries=tries, model_deadline=deadline)
        reply = llm.complete(ASKED, "openai/scripted", given)
        assert "".join(reply.pieces()) == reply.text
        return reply, server.calls


def test_a_whole_reply_ends_before_its_mark_and_says_what_it_cost() -> None:
    reply, calls = told(served.saying("It rained."))
    assert (reply.text, reply.complete, calls) == ("It rained.\n", True, 1)
    assert (reply.usage.prompt_tokens, reply.usage.completion_tokens) == (120, 30)


def test_the_end_mark_is_never_let_through_in_parts() -> None:
    reply, _ = told(served.saying("THE END OF ANSWERS", size=1))
    assert reply.text == "THE "


@pytest.mark.parametrize(
    "reply",
    [
        served.saying("It rained.", end=False),
        served.cut_after("It rained."),
        served.stalling_after("It rained."),
    ],
    ids=["no mark", "cut", "stalled"],
)
def test_a_reply_without_its_end_is_known_to_be_broken_off(reply: Reply) -> None:
    found, calls = told(reply)
    assert (found.text, found.complete, calls) == ("It rained.", False, 1)


def test_a_passing_fault_is_tried_again_within_the_tries() -> None:
    reply, calls = told(
        served.failing(500), served.failing(429, retry_after="0"), served.saying("Ok")
    )
    assert (reply.text, calls, reply.usage.calls) == ("Ok\n", 3, 3)


@pytest.mark.parametrize(
    ("status", "calls"), [(500, 3), (503, 3), (429, 3), (401, 1), (404, 1), (400, 1)]
)
def test_what_another_try_cannot_mend_is_not_tried_again(status: int, calls: int) -> None:
    with served.serving(
        served.failing(status, f'{{"error": {{"message": "{served.KEY}"}}}}')
    ) as server:
        with pytest.raises(ModelUnavailable) as error:
            llm.complete(ASKED, "openai/scripted", Settings(api_base=server.address))
        assert server.calls == calls
        assert served.KEY not in str(error.value)


def test_a_wait_that_the_provider_asks_for_ends_at_the_deadline() -> None:
    started = time.monotonic()
    with pytest.raises(ModelError):
        told(served.failing(429, retry_after="3600"), deadline=5.0)
    assert time.monotonic() - started < 5


def test_silence_ends_at_the_deadline() -> None:
    started = time.monotonic()
    with pytest.raises(ModelTimeout):
        told(served.stalling_after(""), deadline=0.5)
    assert time.monotonic() - started < 1.5


def test_twenty_megabytes_are_cut() -> None:
    reply, _ = told(served.endless("word "))
    assert len(reply.text) < 130_000
    assert not reply.complete


def test_after_five_failures_calls_rest() -> None:
    with served.serving(served.failing(500)) as server:
        given = Settings(api_base=server.address, model_tries=1)
        for _ in range(breaker.FAILURES):
            with pytest.raises(ModelUnavailable):
                llm.complete(ASKED, "openai/scripted", given)
        with pytest.raises(ModelUnavailable, match="not called for 1"):
            llm.complete(ASKED, "openai/scripted", given)
        assert server.calls == breaker.FAILURES


def test_a_reader_who_leaves_ends_the_call() -> None:
    others = set(threading.enumerate())
    with served.serving(served.stalling_after("It rained. ")) as server:
        reply = llm.complete(ASKED, "openai/scripted", Settings(api_base=server.address))
        pieces = reply.pieces()
        assert next(pieces) == "It rained. "
        before = [t for t in threading.enumerate() if t.name == "model-call" and t not in others]
        started = time.monotonic()
        pieces.close()  # type: ignore[attr-defined]
        for one in before:
            one.join(2)
        assert not any(one.is_alive() for one in before)
        assert time.monotonic() - started < 1


def test_prices_are_the_providers_where_they_are_known() -> None:
    used = Usage(1, 1_000_000, 0)
    assert llm.priced(used, "gpt-4o-mini").cost > 0
    assert llm.priced(used, "openai/scripted").cost == 0
