"""The HTTP API as a client meets it: a real server on loopback."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import httpx
import jsonschema
import model_server as served
import pytest
import uvicorn
from starlette.responses import PlainTextResponse

from rag.ask import ask
from rag.desk import Desk
from rag.wire import answer as answer_json
from ui.http import create_app
from ui.policy import ASGIApp, Policy
from ui.server import BodyLimit

QUESTION = "What did Stoltenberg say about withdrawal?"


@pytest.fixture(scope="module")
def api(desk: Desk) -> Iterator[httpx.Client]:
    with serving(desk) as client:
        yield client


@pytest.fixture(scope="module")
def whole(desk: Desk) -> Iterator[httpx.Client]:
    """The API with something at the root that answers for every place, as the page does."""
    app = create_app(desk)
    app.mount("/", PlainTextResponse("the page"))
    with serving(desk, app) as client:
        assert client.get("/anything").text == "the page"
        yield client


@contextmanager
def serving(desk: Desk, app: ASGIApp | None = None) -> Iterator[httpx.Client]:
    app = app or Policy(BodyLimit(create_app(desk)))
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error"))
    started = threading.Event()
    startup = server.startup

    async def announced(*arguments: Any, **options: Any) -> None:
        await startup(*arguments, **options)
        started.set()

    server.startup = announced  # type: ignore[method-assign]
    thread = threading.Thread(target=server.run)
    thread.start()
    assert started.wait(30)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as client:
            yield client
    finally:
        server.should_exit = True
        thread.join()


def test_an_answer_over_http_is_the_answer_of_the_pipeline(api: httpx.Client, desk: Desk) -> None:
    given = api.post("/v1/ask", json={"question": QUESTION}).json()
    wanted = answer_json(ask(desk, QUESTION))
    for name in ("id", "timings_ms"):
        given.pop(name), wanted.pop(name)
    assert given == wanted


def test_what_was_misread_is_put_right_in_the_request(api: httpx.Client) -> None:
    fixed = {"topic": "sanctions", "speaker": "Kamala Harris"}
    given = api.post("/v1/ask", json={"question": QUESTION, **fixed}).json()
    assert given["standalone_question"] == "What did Kamala Harris say about sanctions?"
    assert given["interpretation"]["topic"] == "sanctions"
    both = api.post("/v1/ask", json={"question": QUESTION, "any_speaker": True, **fixed})
    assert both.status_code == 422
    assert "choose one" in both.json()["detail"]


def test_a_stream_ends_with_the_whole_answer(api: httpx.Client) -> None:
    whole = api.post("/v1/ask", json={"question": QUESTION}).json()
    reply = api.post("/v1/ask", json={"question": QUESTION, "stream": True})
    assert reply.headers["content-type"].startswith("text/event-stream")
    blocks = [block.split("\n", 1) for block in reply.text.strip().split("\n\n")]
    names = [head.removeprefix("event: ") for head, _ in blocks]
    assert names[0] == "meta"
    assert names[-1] == "done"
    done = json.loads(blocks[-1][1].removeprefix("data: "))
    assert done["text"] == whole["text"]
    assert done["citations"] == whole["citations"]


def test_an_abstention_is_an_answer_and_no_error(api: httpx.Client) -> None:
    reply = api.post("/v1/ask", json={"question": "What did Macron say about sanctions?"})
    assert reply.status_code == 200
    assert reply.json()["status"] == "abstained"


def test_a_cited_article_can_be_read_at_the_cited_characters(api: httpx.Client) -> None:
    citation = api.post("/v1/ask", json={"question": QUESTION}).json()["citations"][0]
    article = api.get(
        f"/v1/articles/{citation['article']['id']}",
        params={"revision": citation["article"]["revision"]},
    ).json()
    assert article["text"][citation["start"] : citation["end"]] == citation["exact"]
    assert article["current"]
    assert "source" not in article


def test_search_statements_and_articles_are_listed(api: httpx.Client) -> None:
    assert len(api.get("/v1/search", params={"q": "cyberattack", "k": 3}).json()["hits"]) == 3
    said = api.get("/v1/statements", params={"speaker": "Stoltenberg", "limit": 2}).json()
    assert said["total"] > 2
    assert len(said["statements"]) == 2
    assert {one["speaker"] for one in said["statements"]} == {"Jens Stoltenberg"}
    counts = said["counts"]
    assert counts["speakers"] == {"Jens Stoltenberg": said["total"]}
    assert sum(counts["outlets"].values()) == said["total"]
    assert sum(counts["months"].values()) == said["total"]
    assert set(counts["months"]) == {"2022-02"}
    listed = api.get("/v1/articles").json()
    assert listed["coverage"]["articles"] == len(listed["articles"]) == 28
    assert "text" not in listed["articles"][0]


def test_a_quotation_is_checked(api: httpx.Client) -> None:
    body = {"quotation": "doesn't confirm a real withdrawal", "speaker": "Stoltenberg"}
    assert api.post("/v1/check", json=body).json()["outcome"] == "authentic"
    body["speaker"] = "Blinken"
    assert api.post("/v1/check", json=body).json()["outcome"] == "other_speaker"
    assert api.post("/v1/check", json={"quotation": "…"}).status_code == 422


def test_health_and_readiness_answer(api: httpx.Client) -> None:
    assert api.get("/healthz").json() == {"status": "ok"}
    assert api.get("/readyz").json()["status"] == "ready"


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ({}, "question"),
        ({"question": ""}, "empty"),
        ({"question": "a" * 2001}, "limit"),
        ({"question": "Who?", "api_base": "http://evil"}, "api_base"),
        ({"question": "Who?", "model": "openai/any"}, "not offered"),
        ({"question": "Who?", "since": "tomorrow"}, "since"),
    ],
)
def test_a_request_that_cannot_be_used_gets_a_problem_document(
    api: httpx.Client, body: dict[str, str], says: str
) -> None:
    reply = api.post("/v1/ask", json=body)
    assert reply.status_code == 422
    assert reply.headers["content-type"] == "application/problem+json"
    assert says in reply.json()["detail"]


def test_unknown_places_and_too_large_requests_are_problems_too(api: httpx.Client) -> None:
    assert api.get("/v1/articles/nothing").json()["status"] == 404
    assert api.post("/v1/ask", content=b"x" * 1_100_000).status_code == 413
    assert api.get("/v1/search", params={"q": "a", "k": 51}).status_code == 422


@pytest.mark.parametrize(
    ("method", "path", "status", "says"),
    [
        ("GET", "/v1/nothing", 404, "there is no /v1/nothing: /docs lists what there is"),
        ("POST", "/v1/", 404, "there is no /v1/"),
        ("GET", "/v1", 404, "there is no /v1"),
        ("GET", f"/v1/articles?offset={10**20}", 422, "offset"),
        ("GET", "/v1/ask", 405, "/v1/ask is asked by POST, not GET"),
        ("DELETE", "/v1/articles/a", 405, "asked by GET, not DELETE"),
        ("GET", "/v1/search?q=a&limit=2", 422, "no parameter 'limit': those are q, k"),
        ("GET", "/v1/articles/a?x&y=1", 422, "no parameter 'x', 'y': those are revision"),
        ("POST", "/v1/ask?stream=1", 422, "no parameter 'stream': there are none"),
    ],
)
def test_a_place_or_parameter_that_there_is_not_is_named(
    whole: httpx.Client, method: str, path: str, status: int, says: str
) -> None:
    reply = whole.request(method, path)
    assert reply.headers["content-type"] == "application/problem+json"
    assert reply.status_code == reply.json()["status"] == status
    assert says in reply.json()["detail"]
    assert (status == 405) == ("allow" in reply.headers)


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        (b"{bad", "the body is not JSON"),
        (b"question=Who", "the body is not JSON"),
        (rb'{"question": "\ud800"}', "half of a character"),
        (b"[]", "the body must be a JSON object"),
        (b"", "the body must be a JSON object"),
    ],
)
def test_a_body_that_is_no_question_is_told_what_it_should_be(
    api: httpx.Client, sent: bytes, says: str
) -> None:
    for kind in ("application/json", "text/plain"):
        reply = api.post("/v1/ask", content=sent, headers={"content-type": kind})
        assert reply.status_code == 422
        expected = says if kind == "application/json" else "sent with content-type"
        assert expected in reply.json()["detail"]


def test_every_response_carries_the_policy_and_foreign_hosts_are_refused(
    api: httpx.Client,
) -> None:
    reply = api.get("/healthz")
    assert "default-src 'none'" in reply.headers["content-security-policy"]
    assert reply.headers["x-content-type-options"] == "nosniff"
    assert api.get("/healthz", headers={"host": "evil.example"}).status_code == 403
    posted = api.post("/v1/ask", json={"question": "?"}, headers={"origin": "http://evil.example"})
    assert posted.json()["status"] == posted.status_code == 403


def test_every_reply_is_what_the_published_schema_says(api: httpx.Client) -> None:
    document = api.get("/openapi.json").json()
    parts = document["components"]["schemas"]
    asked = {"question": QUESTION}
    refused = {"question": "What did Macron say about the bridge?"}
    checked = {"quotation": "doesn't really confirm a withdrawal", "speaker": "Stoltenberg"}
    article = api.post("/v1/ask", json=asked).json()["citations"][0]["article"]["id"]
    replies = [
        ("post", "/v1/ask", api.post("/v1/ask", json=asked)),
        ("post", "/v1/ask", api.post("/v1/ask", json=refused)),
        ("post", "/v1/check", api.post("/v1/check", json=checked)),
        ("get", "/v1/search", api.get("/v1/search", params={"q": "border"})),
        ("get", "/v1/statements", api.get("/v1/statements", params={"limit": 500})),
        ("get", "/v1/articles", api.get("/v1/articles")),
        ("get", "/v1/articles/{identifier}", api.get(f"/v1/articles/{article}")),
        ("get", "/healthz", api.get("/healthz")),
        ("get", "/readyz", api.get("/readyz")),
    ]
    for method, place, reply in replies:
        described = document["paths"][place][method]["responses"]["200"]["content"]
        schema = _closed(
            {**described["application/json"]["schema"], "components": {"schemas": parts}}
        )
        jsonschema.validate(reply.json(), schema)
    problem = _closed({"$ref": "#/components/schemas/Problem", "components": {"schemas": parts}})
    jsonschema.validate(api.get("/v1/articles/none").json(), problem)


def _closed(schema: Any) -> Any:
    """``schema`` so that a field which it does not name is a fault."""
    if isinstance(schema, list):
        return [_closed(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    found = {name: _closed(one) for name, one in schema.items()}
    if isinstance(schema.get("properties"), dict) and schema.get("type") == "object":
        found.setdefault("additionalProperties", False)
    return found


def test_a_client_who_hangs_up_stops_the_model(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", served.KEY)
    asked = {"question": QUESTION, "model": "openai/slow", "stream": True}
    with served.serving(served.silent_until_left()) as model:
        given = replace(desk.settings, api_base=model.address, models="openai/slow")
        with (
            serving(Desk(desk.store, desk.embedder, given)) as api,
            api.stream("POST", "/v1/ask", json=asked) as reply,
        ):
            lines = reply.iter_lines()
            assert next(lines) == "event: meta"
            assert model.asked.wait(30)
            reply.close()
            assert model.hung_up.wait(20)
