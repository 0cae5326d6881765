"""Security headers and the check of host and origin, as one ASGI layer around the whole server.

Gradio's components fetch remote images, media and CSS backgrounds found in what they show, and
send no policy of their own. What this layer sends keeps a browser on its own host even if
some text should get past the escaping in `ui.markup`.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Awaitable, Callable, Collection, Iterable, MutableMapping
from typing import Any
from urllib.parse import urlsplit

from ui.problems import problem

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
ASGIApp = Callable[[Scope, Receive, Send], Awaitable[None]]

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_READING = ("GET", "HEAD", "OPTIONS")
_INLINE = re.compile(rb"<script(?![^>]*\ssrc\s*=)[^>]*>(.*?)</script>", re.DOTALL | re.IGNORECASE)
_HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


def content_policy(scripts: Iterable[str] = ()) -> str:
    """The Content-Security-Policy; ``scripts`` are the hashes of a document's inline scripts.

    Gradio compiles its templates ('unsafe-eval') and sets styles inline; event handlers
    in attributes and script elements that were not in the document never run.
    """
    inline = "".join(f" 'sha256-{digest}'" for digest in scripts)
    return "; ".join(
        (
            "default-src 'none'",
            f"script-src 'self' 'unsafe-eval'{inline}",
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "media-src 'self' blob:",
            "font-src 'self' data:",
            "connect-src 'self'",
            "manifest-src 'self'",
            "worker-src 'self' blob:",
            "form-action 'self'",
            "base-uri 'self'",
            "frame-src 'none'",
            "frame-ancestors 'none'",
            "object-src 'none'",
        )
    )


class Policy:
    """Wraps ``app``: refuses foreign hosts and origins, adds the headers to every response.

    ``hosts`` are the names the server is reached by besides loopback ("*" for any): a page on
    another site that points its own name at this machine (DNS rebinding) gets 403.
    """

    def __init__(self, app: ASGIApp, hosts: Collection[str] = ()) -> None:
        self.app = app
        self.hosts = LOOPBACK | {host.lower() for host in hosts}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        if reason := self._foreign(scope):
            await _refuse(scope, send, reason)
            return
        if scope["type"] == "websocket":
            await self.app(scope, receive, send)
            return
        document = _wants_document(scope)
        if document:  # its inline scripts are hashed below, so it must come uncompressed
            kept = [pair for pair in scope["headers"] if pair[0] != b"accept-encoding"]
            scope = {**scope, "headers": kept}
        await self.app(scope, receive, _Response(send).send)

    def _foreign(self, scope: Scope) -> str:
        """Why a request is refused; empty when it is not."""
        headers = {name.decode("latin-1"): value for name, value in scope["headers"]}
        host = headers.get("host", b"").decode("latin-1").lower()
        if "*" not in self.hosts and _name(host) not in self.hosts:
            return "this server is not reached by that name"
        origin = headers.get("origin", b"").decode("latin-1").lower()
        writes = scope["type"] == "websocket" or scope["method"] not in _READING
        if writes and origin and urlsplit(origin).netloc != host:
            return "another site may not send requests here"
        return ""


class _Response:
    """Holds back HTML documents until their inline scripts are known; the rest passes."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self._start: Message | None = None
        self._body: list[bytes] = []

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            if _content_type(message).startswith(b"text/html"):
                self._start = message
            else:
                await self._send(_with_headers(message, content_policy()))
            return
        if self._start is None:
            await self._send(message)
            return
        self._body.append(message.get("body", b""))
        if not message.get("more_body", False):
            body = b"".join(self._body)
            await self._send(_with_headers(self._start, content_policy(_hashes(body))))
            await self._send({"type": "http.response.body", "body": body})


def _hashes(document: bytes) -> list[str]:
    found = _INLINE.findall(document)
    return [base64.b64encode(hashlib.sha256(one).digest()).decode() for one in found]


def _with_headers(start: Message, policy: str) -> Message:
    """The start of a response with what is missing; a page is never kept by a shared cache."""
    own = {name.lower() for name, _ in start.get("headers", ())}
    added = {"content-security-policy": policy, **_HEADERS}
    if _content_type(start).startswith((b"text/html", b"application/json", b"text/event-stream")):
        added["cache-control"] = "private, no-store"
    pairs = [(n.encode(), v.encode()) for n, v in added.items() if n.encode() not in own]
    return {**start, "headers": [*start.get("headers", ()), *pairs]}


def _content_type(start: Message) -> bytes:
    for name, value in start.get("headers", ()):
        if name.lower() == b"content-type":
            return bytes(value)
    return b""


def _wants_document(scope: Scope) -> bool:
    accepted = b",".join(value for name, value in scope["headers"] if name == b"accept")
    return scope["method"] == "GET" and b"text/html" in accepted


def _name(host: str) -> str:
    """The name in a Host header, without port and brackets; empty when it is malformed."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


async def _refuse(scope: Scope, send: Send, reason: str) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008})
        return
    answer = problem(403, reason)
    start = {"type": "http.response.start", "status": 403, "headers": answer.raw_headers}
    await send(_with_headers(start, content_policy()))
    await send({"type": "http.response.body", "body": answer.body})
