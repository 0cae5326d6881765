"""The layer around the server: who may ask, and what a browser is told not to do."""

import asyncio
import base64
import hashlib

import pytest
from fastapi import FastAPI
from fastapi.responses import HTMLResponse, PlainTextResponse

from ui.head import Head
from ui.policy import Policy, content_policy

PAGE = (
    "<!doctype html><head><script>let a = 1;</script><script src='x.js'></script></head><p>text</p>"
)


def app():
    inner = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    inner.add_api_route("/", lambda: HTMLResponse(PAGE), methods=["GET"])
    inner.add_api_route("/data", lambda: {"a": 1}, methods=["GET", "POST"])
    cached = {"cache-control": "public, max-age=60"}
    inner.add_api_route("/file", lambda: PlainTextResponse("x", headers=cached), methods=["GET"])
    return inner


def request(path="/", method="GET", hosts=(), **headers):
    """Status, headers and body of one request, through the layer and without a socket."""
    sent = []
    given = {"host": "127.0.0.1:8000", **headers}
    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [(name.encode(), value.encode("latin-1")) for name, value in given.items()],
    }

    async def receive():
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message):
        sent.append(message)

    asyncio.run(Policy(app(), hosts)(scope, receive, send))
    body = b"".join(one.get("body", b"") for one in sent[1:])
    found = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], found, body


def test_every_response_says_what_a_browser_may_not_do():
    for path in ("/", "/data", "/file", "/nothing-here"):
        _, headers, _ = request(path)
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "img-src 'self' data: blob:" in policy
        assert "form-action 'self'" in policy
        assert "object-src 'none'" in policy
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "no-referrer"


def test_only_the_inline_scripts_of_the_document_itself_run():
    _, headers, body = request()
    digest = base64.b64encode(hashlib.sha256(b"let a = 1;").digest()).decode()
    policy = headers["content-security-policy"]
    assert f"'sha256-{digest}'" in policy
    assert policy.count("sha256-") == 1
    scripts = next(part for part in policy.split("; ") if part.startswith("script-src"))
    assert "unsafe-inline" not in scripts
    assert body.decode() == PAGE


def test_no_directive_names_another_host():
    assert "http" not in content_policy()
    assert "*" not in content_policy()


def test_pages_and_answers_are_not_kept_by_shared_caches_but_files_keep_their_own_rule():
    assert request("/")[1]["cache-control"] == "private, no-store"
    assert request("/data")[1]["cache-control"] == "private, no-store"
    assert request("/file")[1]["cache-control"] == "public, max-age=60"


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "127.0.0.1:9", "localhost:8000", "LOCALHOST", "[::1]:8000"]
)
def test_loopback_names_reach_the_server(host):
    assert request(host=host)[0] == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:8000",
        "127.0.0.1.evil.example",
        "localhost@evil.example",
        "127.0.0.1:x@evil.example",
        "[",
        "",
    ],
)
def test_a_foreign_name_for_this_machine_is_refused(host):
    status, headers, body = request(host=host)
    assert status == 403
    assert "content-security-policy" in headers
    assert host.encode() not in body or not host


def test_a_host_that_is_named_at_start_is_reached():
    assert request(host="news.example", hosts=["News.example"])[0] == 200
    assert request(host="anything.example", hosts=["*"])[0] == 200
    assert request(host="other.example", hosts=["news.example"])[0] == 403


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "http://127.0.0.1:9999", "http://localhost:8000", "null"]
)
def test_another_site_cannot_send_changes(origin):
    assert request("/data", "POST", origin=origin)[0] == 403


def test_the_own_page_can_send_changes_and_so_can_programs_without_an_origin():
    assert request("/data", "POST", origin="http://127.0.0.1:8000")[0] == 200
    assert request("/data", "POST", origin="HTTP://127.0.0.1:8000")[0] == 200
    assert request("/data", "POST")[0] == 200


def test_reading_from_another_site_gets_no_permission_to_look():
    status, headers, _ = request("/data", origin="https://evil.example")
    assert status == 200
    assert "access-control-allow-origin" not in headers


def test_a_foreign_web_socket_is_closed():
    sent = []

    async def send(message):
        sent.append(message)

    async def receive():
        return {"type": "websocket.connect"}

    scope = {"type": "websocket", "path": "/", "headers": [(b"host", b"evil.example")]}
    asyncio.run(Policy(app())(scope, receive, send))
    assert sent == [{"type": "websocket.close", "code": 1008}]


def test_style_and_script_stand_in_the_document_itself():
    inner = app()
    inner.add_middleware(Head, markup="<i>own</i>")
    sent = []

    async def send(message):
        sent.append(message)

    async def receive():
        return {"type": "http.request", "body": b"", "more_body": False}

    headers = [(b"host", b"127.0.0.1"), (b"accept", b"text/html"), (b"accept-encoding", b"gzip")]
    scope = {"type": "http", "method": "GET", "path": "/", "headers": headers, "query_string": b""}
    asyncio.run(Policy(inner)(scope, receive, send))
    body = b"".join(one.get("body", b"") for one in sent[1:])
    assert body.decode() == PAGE.replace("</head>", "<i>own</i></head>")
    lengths = [value for name, value in sent[0]["headers"] if name == b"content-length"]
    assert lengths == [str(len(body)).encode()]
