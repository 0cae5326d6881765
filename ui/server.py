"""API + page + policy -> one server on one port."""

from __future__ import annotations

import os
import socket
import sys
import threading

import uvicorn

from rag.desk import Desk
from rag.errors import UsageError
from rag.models.writer import warm
from rag.settings import Settings
from ui.http import create_app
from ui.page import mount
from ui.policy import LOOPBACK, ASGIApp, Message, Policy, Receive, Scope, Send
from ui.problems import problem

BODY_LIMIT = 1_000_000  # bytes of a request to /v1
STALLED = 30.0  # seconds after which a client that takes nothing is cut off (F18)


class BodyLimit:
    """Answers 413 to a request for the API whose body is, or grows, beyond ``limit`` bytes."""

    def __init__(self, app: ASGIApp, limit: int = BODY_LIMIT) -> None:
        self.app = app
        self.limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith("/v1"):
            await self.app(scope, receive, send)
            return
        messages: list[Message] = []
        size = 0
        while True:
            message = await receive()
            messages.append(message)
            size += len(message.get("body", b""))
            if size > self.limit:
                detail = f"the request is larger than {self.limit:,} bytes"
                await problem(413, detail)(scope, receive, send)
                return
            if message["type"] != "http.request" or not message.get("more_body", False):
                break

        async def replay() -> Message:
            return messages.pop(0) if messages else await receive()

        await self.app(scope, replay, send)


def application(desk: Desk) -> ASGIApp:
    """Everything that is served, behind the security headers."""
    hosts = [desk.settings.host] if desk.settings.host not in LOOPBACK else []
    return Policy(BodyLimit(mount(create_app(desk), desk)), hosts)


def serve(desk: Desk, settings: Settings) -> int:
    """Serve until stopped; raises UsageError for an address that is open to others.

    There are no accounts: whoever reaches the port can read everything.
    """
    if settings.host not in LOOPBACK:
        raise UsageError(
            f"{settings.host} can be reached by others and there are no accounts yet: listen on "
            "127.0.0.1 and put a proxy with a login in front"
        )
    listener = listening(settings.host, settings.port)
    config = uvicorn.Config(
        application(desk),
        log_level="warning",
        timeout_graceful_shutdown=10,
        server_header=False,
    )
    threading.Thread(target=warm, args=(settings,), daemon=True).start()
    print(f"onrecord serves http://{settings.host}:{settings.port} (stop with Ctrl-C)", flush=True)
    print(f"API at http://{settings.host}:{settings.port}/docs", file=sys.stderr, flush=True)
    uvicorn.Server(config).run([listener])
    return 0


def listening(host: str, port: int, stalled: float = STALLED) -> socket.socket:
    """A socket that listens, and drops clients that take nothing for ``stalled`` seconds.

    The kernel keeps that time, which a server of its own cannot: closing waits for the reader.
    Where it has no such option (it is Linux's), a stalled client stays. Raises UsageError.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        found = socket.create_server((host, port), family=family)
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else error
        raise UsageError(f"port {port}: {reason}; name another with --port") from error
    if hasattr(socket, "TCP_USER_TIMEOUT"):  # what is accepted inherits it
        found.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, int(stalled * 1000))
    return found
