"""Whatever a model's provider does, people see an answer that holds and one line on what went
wrong: on the command line, over HTTP, in the stream and on the page (F11 to F18, T5)."""

from __future__ import annotations

import json
import socket
import struct
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import lxml.html
import model_server as served
import newsroom
import promise
import pytest
from model_server import Reply
from test_http import serving

from rag.desk import Desk
from rag.models import breaker, llm
from rag.types import Filters
from rag.wire import answer as answer_json
from ui import cli, conversation, render

QUESTION = "What did Jane Holt say about the bridge?"
TRUE = 'Jane Holt said: "We will not reopen the bridge before the piers are replaced."'
MODEL = "openai/scripted"
PATIENT, HASTY = 30.0, 1.0  # seconds that a model is given


pytestmark = pytest.mark.usefixtures("scripted_models")


@pytest.fixture(scope="module")
def desk(newsroom_desk: Desk) -> Desk:
    return newsroom_desk


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(llm, "STALL", 0.5)
    monkeypatch.setattr(breaker, "FAILURES", 1000)


def breaking(how: Callable[[str], Reply]) -> Reply:
    """A true sentence and half of another, and then whatever ``how`` does."""

    def reply(wire: served.Wire, prompt: str) -> None:
        first = next(iter(served.passages(prompt)))
        how(f"{TRUE} [{first}] Peter Lang said that")(wire, prompt)

    return reply


def malformed_after(text: str) -> Reply:
    def reply(wire: served.Wire, prompt: str) -> None:
        wire.begin()
        wire.words(text)
        wire.event('{"choices": [{"delta": {"content"')

    return reply


# name, reply, what the answer warns of, what the reader is told of it
FAULTS: list[tuple[str, Callable[[], Reply], str, str]] = [
    ("F11 silence", lambda: served.stalling_after(""), "model_failed", "no answer in time"),
    ("F11 drip", lambda: served.dripping("so it goes "), "model_incomplete", "broke off"),
    ("F12 429", lambda: served.failing(429, retry_after="3600"), "model_failed", "rate limit"),
    ("F12 500", lambda: served.failing(500, served.KEY), "model_failed", "cannot be reached"),
    ("T5 401", served.refusing_the_key, "model_failed", "refused the key"),
    ("F13 html", lambda: served.failing(200, "<html>gateway"), "model_failed", "empty reply"),
    (
        "F13 no choices",
        lambda: served.events([{"choices": []}, "[DONE]"]),
        "model_failed",
        "empty reply",
    ),
    ("F13 malformed", lambda: served.events(['{"choices": [{"del']), "model_failed", ""),
    ("F14 empty", lambda: served.events(["[DONE]"]), "model_failed", "empty reply"),
    ("F14 cut", lambda: breaking(served.cut_after), "model_incomplete", "broke off"),
    ("F14 stalled", lambda: breaking(served.stalling_after), "model_incomplete", "broke off"),
    ("F14 bad chunk", lambda: breaking(malformed_after), "model_incomplete", "broke off"),
    (
        "F15 memory",
        lambda: served.saying("The mayor closed it."),
        "uncited_removed",
        "without evidence",
    ),
    ("F15 number", lambda: served.saying(f"{TRUE} [7]"), "uncited_removed", "without evidence"),
    (
        "F15 digits",
        lambda: served.citing("Holt said that repairs would cost 50,000 crowns a day."),
        "unsupported_removed",
        "its numbers differ",
    ),
    (
        "F15 merged",
        lambda: served.citing(TRUE.replace("before the piers", "and they are not growing")),
        "quote_removed",
        "that no cited article has",
    ),
    (
        "F15 negation",
        lambda: served.citing(TRUE.replace(" not", "")),
        "quote_removed",
        "that no cited article has",
    ),
    (
        "F15 speaker",
        lambda: served.citing(TRUE.replace("Jane Holt", "Peter Lang")),
        "misattributed_quote",
        "Jane Holt said it",
    ),
    ("F16 endless", lambda: served.endless("It is open. "), "model_incomplete", "broke off"),
]


def on_the_command_line(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setenv("ONRECORD_API_BASE", desk.settings.api_base)
    monkeypatch.setenv("ONRECORD_MODEL_DEADLINE", str(desk.settings.model_deadline))
    return cli.main(["ask", QUESTION, "--index", str(desk.store.folder), "--model", MODEL])


def streamed(body: str) -> list[tuple[str, Any]]:
    return [
        (block.split("\n")[0].removeprefix("event: "), json.loads(block.partition("data: ")[2]))
        for block in body.strip().split("\n\n")
    ]


def kept(answer: dict[str, Any], code: str, words: str) -> None:
    """The answer holds, says what went wrong, and repeats nothing of what a provider wrote."""
    assert promise.broken(answer, newsroom.TEXTS) == []
    assert answer["status"] == ("partial" if answer["model"] == MODEL and words else "answered")
    assert "before the piers are replaced" in answer["text"]
    told = {one["code"]: one["detail"] for one in answer["warnings"]}
    assert not code or words in told[code]
    assert answer["usage"]["calls"] <= 3
    assert served.KEY not in json.dumps(answer)


@pytest.mark.parametrize(
    ("reply", "code", "words"), [one[1:] for one in FAULTS], ids=[one[0] for one in FAULTS]
)
def test_a_fault_is_one_line_beside_an_answer_on_every_surface(
    desk: Desk,
    reply: Callable[[], Reply],
    code: str,
    words: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    deadline = HASTY if reply in (FAULTS[0][1], FAULTS[1][1]) else PATIENT
    with served.serving(reply()) as server:
        given = replace(
            desk.settings, api_base=server.address, model_deadline=deadline, models=MODEL
        )
        at = Desk(desk.store, desk.embedder, given)
        started = time.monotonic()
        (*_, last) = conversation.ask(at, (), QUESTION, Filters(), MODEL)
        assert time.monotonic() - started < deadline + 2
        assert last.answer is not None
        kept(answer_json(last.answer), code, words)
        page = lxml.html.fromstring(render.conversation((last,))).text_content()
        assert words in page
        with serving(at) as api:
            asked = {"question": QUESTION, "model": MODEL}
            kept(api.post("/v1/ask", json=asked).json(), code, words)
            events = streamed(api.post("/v1/ask", json={**asked, "stream": True}).text)
            kept(events[-1][1], code, words)
            assert events[-1][0] == "done"
        assert on_the_command_line(at, monkeypatch) == 0
    printed = capsys.readouterr()
    assert "before the piers are replaced" in " ".join(printed.out.split())
    assert words in " ".join(printed.out.split())
    assert served.KEY not in printed.out + printed.err + caplog.text + page


def request(port: int) -> socket.socket:
    """A question for a stream, sent by hand; the reader has room for little."""
    body = json.dumps({"question": QUESTION, "model": MODEL, "stream": True}).encode()
    one = socket.socket()
    one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
    one.connect(("127.0.0.1", port))
    head = f"POST /v1/ask HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Length: {len(body)}\r\n"
    one.sendall(f"{head}Content-Type: application/json\r\n\r\n".encode() + body)
    return one


def test_askers_who_vanish_at_once_and_one_who_never_reads_hold_nobody_up(desk: Desk) -> None:
    with served.serving(served.citing(TRUE)) as server:
        given = replace(desk.settings, api_base=server.address, models=MODEL)
        with serving(Desk(desk.store, desk.embedder, given)) as api:
            port = api.base_url.port
            assert port is not None
            stalled = request(port)
            for _ in range(200):
                one = request(port)
                one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                one.close()  # a reset, before the first event
            answer = api.post("/v1/ask", json={"question": QUESTION, "model": MODEL}).json()
            kept(answer, "", "")
            assert answer["model"] == MODEL
            stalled.close()
