"""The socket that page and API are served from."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import uvicorn

from rag.errors import UsageError
from ui.policy import Receive, Scope, Send
from ui.server import listening

PIECE, PIECES = b"x" * 1_000_000, 40  # more than the buffers of both ends hold


class Long:
    """An app whose reply is long, and which knows how its readers left."""

    def __init__(self) -> None:
        self.begun, self.over = threading.Event(), threading.Event()

    async def __call__(self, scope: Scope, _: Receive, send: Send) -> None:
        assert scope["type"] == "http"
        await send({"type": "http.response.start", "status": 200, "headers": []})
        self.begun.set()
        try:
            for _ in range(PIECES):
                await send({"type": "http.response.body", "body": PIECE, "more_body": True})
            await send({"type": "http.response.body", "body": b""})
        finally:
            self.over.set()


@contextmanager
def serving(app: Long, stalled: float) -> Iterator[int]:
    listener = listening("127.0.0.1", 0, stalled)
    server = uvicorn.Server(uvicorn.Config(app, log_level="critical", lifespan="off"))
    thread = threading.Thread(target=server.run, args=([listener],))
    thread.start()
    try:
        yield listener.getsockname()[1]
    finally:
        server.should_exit = True
        thread.join()


@pytest.mark.skipif(not hasattr(socket, "TCP_USER_TIMEOUT"), reason="the kernel has no such option")
def test_a_client_who_takes_nothing_is_cut_off() -> None:
    app = Long()
    with serving(app, stalled=0.2) as port:
        client = socket.create_connection(("127.0.0.1", port))
        client.sendall(b"GET / HTTP/1.1\r\nHost: here\r\n\r\n")
        assert app.begun.wait(30)
        assert app.over.wait(30), "the server still waits for its reader"
        client.close()


def test_a_client_who_reads_gets_all_of_a_long_reply() -> None:
    app = Long()
    with serving(app, stalled=0.2) as port:
        client = socket.create_connection(("127.0.0.1", port))
        client.sendall(b"GET / HTTP/1.0\r\n\r\n")
        got = 0
        while piece := client.recv(1 << 20):
            got += len(piece)
        client.close()
    assert got > PIECES * len(PIECE)


def test_a_taken_port_is_said_in_one_line() -> None:
    with listening("127.0.0.1", 0) as first:
        port = first.getsockname()[1]
        with pytest.raises(UsageError, match=rf"port {port}: .* name another with --port"):
            listening("127.0.0.1", port)
