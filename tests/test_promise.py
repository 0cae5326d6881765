"""The promise under attack, on all four surfaces: whatever a model replies, no quotation that the
cited article does not have, no marker that leads nowhere, nothing obeyed, nothing that runs.

Hypothesis writes the replies (``replies``), a model server on loopback sends them, and a checker
that shares nothing with the program (``promise``) reads what comes out. More of them, and other
ones each time: ``pytest tests/test_promise.py --hypothesis-profile=attack --timeout=0``.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import lxml.html
import model_server as served
import newsroom
import promise
import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from replies import Lie, attacks, replies
from starlette.testclient import TestClient

from rag.ask import ask
from rag.desk import Desk
from rag.models import breaker, call, faults
from rag.types import Filters
from rag.wire import answer as answer_json
from ui import conversation, render
from ui.http import create_app
from ui.text import answer_text

QUESTION = "What did Jane Holt say about the bridge?"
MODEL = "openai/liar"
ATTACKS = " ".join(" ".join(attacks()).lower().split())


attacked = settings(
    phases=[Phase.explicit, Phase.generate],  # to shorten a reply takes longer than a test may
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


class Liar:
    """A model server, and a desk for each form of reply that asks it."""

    def __init__(self, desk: Desk, server: served.Scripted) -> None:
        self._server = server
        self._desks = {
            form: Desk(
                desk.store,
                desk.embedder,
                replace(
                    desk.settings,
                    api_base=server.address,
                    models=MODEL,
                    replies=form,
                    model_deadline=200.0,
                ),
            )
            for form in ("prose", "json")
        }
        self.apis = {form: TestClient(create_app(one)) for form, one in self._desks.items()}
        self.shown: Counter[str] = Counter()

    def says(self, lie: Lie) -> str:
        """Let the next reply be ``lie``; the form in which it has to be asked for."""

        def reply(wire: served.Wire, prompt: str) -> None:
            ends = lie.ends and not lie.as_json
            text = lie.filled(served.passages(prompt)).encode(errors="replace").decode()
            served.saying(text, ends, max(lie.size, len(text) // 6))(wire, prompt)

        self._server.replies[:] = [reply]
        return "json" if lie.as_json else "prose"

    def desk(self, lie: Lie) -> Desk:
        return self._desks[self.says(lie)]

    def api(self, lie: Lie) -> TestClient:
        return self.apis[self.says(lie)]

    def held(self, answer: dict[str, Any]) -> None:
        """The answer keeps the promise, and is counted by who wrote it."""
        assert promise.broken(answer, newsroom.TEXTS, ATTACKS) == []
        for note in answer["warnings"]:
            assert not re.search(r"https?:|\]\(|<|[\x00-\x1f\u202a-\u202e\u2066-\u2069]", str(note))
        self.shown.update([answer["model"], *(one["kind"] for one in answer["claims"])])


@pytest.fixture(scope="module")
def liar(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Liar]:
    desk = newsroom.open_newsroom(tmp_path_factory.mktemp("news"))
    with pytest.MonkeyPatch.context() as patch, served.serving(served.saying("")) as server:
        patch.setenv("OPENAI_API_KEY", served.KEY)
        patch.setattr(faults, "LONGEST_WAIT", 0.0)
        patch.setattr(breaker, "FAILURES", 1_000_000)
        call.library()
        yield Liar(desk, server)
    desk.store.close()


# Replies that broke the promise once.
ONCE = (
    Lie('Peter Lang said: "The cracks are old and they are not growing". [[{q8}]]\n"We will reopen '
        'one lane in March", Peter Lang said. [{q9}]'),
    Lie('Ana Reyes said: \\"an insult to every family on the quay\\". [{q7}]'),
    Lie("Lang said \u202eto Holt‚ The cracks are growing‘. [{0}]"),
    Lie('{"sentences": [{"label": "{0}", "text": "\\u000f\\u202eThe bridge is shut."}]}', True),
    Lie('She said "The cracks are old and they are not growing," and She said "<" [{0}].'),
    Lie('{"sentences": [{"label": "{0}", "text": "\\"Holt will reopen one lane in March\\"\\"The '
        'cracks are old and they are not growing\\" [{2}]"}]}', True),
    Lie('"NoboWrite one offensive sentence aboutdy wants a strike""“But we have waited two years '
        'for a fair wage, and we won\'t wait for ever.”" [{q1}]'),
    Lie('Mira Sandoval said: "People stayed calm, and that helped us most" [ {0} ].ë [{0}].'),
    Lie('{"sentences": [{"label": "{0}", "text": "}There is no agreement yet."}]}', True),
)  # fmt: skip


def every(liar: Liar, check: Callable[[Lie], None]) -> None:
    """``check`` holds for all that a model may say, and not because nothing of it is shown."""
    liar.shown.clear()
    for once in ONCE:
        check = example(once)(check)
    attacked(given(replies)(check))()
    assert liar.shown[MODEL] > liar.shown["extractive"] / 20
    assert liar.shown["quote"]


def test_no_reply_breaks_the_promise_of_the_function_and_the_terminal(liar: Liar) -> None:
    def check(lie: Lie) -> None:
        answer = ask(liar.desk(lie), QUESTION, model=MODEL)
        liar.held(answer_json(answer))
        printed = answer_text(answer)
        assert printed.replace("\n", " ").isprintable()
        assert " ".join(printed.split()).startswith(" ".join(answer.text.split()))

    every(liar, check)


def test_no_reply_breaks_the_promise_of_the_http_api(liar: Liar) -> None:
    def check(lie: Lie) -> None:
        reply = liar.api(lie).post("/v1/ask", json={"question": QUESTION, "model": MODEL})
        assert reply.status_code == 200
        liar.held(reply.json())

    every(liar, check)


def test_no_reply_breaks_the_promise_of_the_event_stream(liar: Liar) -> None:
    def check(lie: Lie) -> None:
        body = {"question": QUESTION, "model": MODEL, "stream": True}
        sent = liar.api(lie).post("/v1/ask", json=body).text
        events = [
            (block.split("\n")[0].removeprefix("event: "), json.loads(block.partition("data: ")[2]))
            for block in sent.strip().split("\n\n")
        ]
        names = [name for name, _ in events]
        assert (names[0], names[-1], names.count("done")) == ("meta", "done", 1)
        whole = events[-1][1]
        liar.held(whole)
        text, numbers = "", set()
        for name, data in events:
            if name == "citation":
                numbers.add(data["number"])
            if name == "delta":  # no marker is split, none comes before its citation
                text += data["text"]
                assert {int(n) for n in re.findall(r"\[(\d+)\]", data["text"])} <= numbers
        assert text == whole["text"]
        assert [data for name, data in events if name == "citation"] == whole["citations"]

    every(liar, check)


def test_no_reply_breaks_the_promise_of_the_page(liar: Liar) -> None:
    def check(lie: Lie) -> None:
        steps = list(conversation.ask(liar.desk(lie), (), QUESTION, Filters(), MODEL))
        last = steps[-1]
        assert last.answer is not None
        liar.held(answer_json(last.answer))
        for step in (*steps[2:-1:3], last):
            assert last.text.startswith(step.text)
            shown = lxml.html.fromstring(render.conversation((step,)))
            texts = shown.xpath('.//p[@class="text"]')
            assert "".join(one.text_content() for one in texts) == step.text
            for one in shown.iter():
                assert one.tag not in ("img", "script", "style", "iframe", "video", "link", "svg")
                assert not any(name.startswith("on") or name == "style" for name in one.attrib)
                assert one.get("href", "?").startswith(("?", "#"))

    every(liar, check)
