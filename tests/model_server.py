"""A chat server on loopback that speaks the OpenAI protocol and replies as a test tells it.

Real HTTP and real server-sent events, so that what litellm makes of them is tested too.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

KEY = "sk-PLANTED0123456789SECRET"
Reply = Callable[["Wire", str], None]


@dataclass
class Scripted:
    """The server as a test sees it: where it is, what it was sent, what it says next."""

    address: str
    replies: list[Reply]
    requests: list[dict[str, Any]] = field(default_factory=list)
    over: threading.Event = field(default_factory=threading.Event)
    asked: threading.Event = field(default_factory=threading.Event)
    hung_up: threading.Event = field(default_factory=threading.Event)

    @property
    def calls(self) -> int:
        return len(self.requests)

    def take(self) -> Reply:
        """The next reply; the last one is given again and again."""
        return self.replies.pop(0) if len(self.replies) > 1 else self.replies[0]


class Wire(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.0"
    script: Scripted

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.script.requests.append(body)
        self.script.asked.set()
        try:
            self.script.take()(self, "\n\n".join(m["content"] for m in body["messages"]))
        except (BrokenPipeError, ConnectionResetError):
            self.script.hung_up.set()

    def log_message(self, *_: object) -> None:
        pass

    def begin(self, status: int = 200, kind: str = "text/event-stream", **headers: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()

    def event(self, data: Any) -> None:
        text = data if isinstance(data, str) else json.dumps(data)
        self.wfile.write(f"data: {text}\n\n".encode())
        self.wfile.flush()

    def words(self, text: str | None, finish: str | None = None) -> None:
        self.event(
            {
                "id": "c1",
                "object": "chat.completion.chunk",
                "created": 1,
                "model": "scripted",
                "choices": [
                    {
                        "index": 0,
                        "delta": {"role": "assistant", "content": text},
                        "finish_reason": finish,
                    }
                ],
            }
        )

    def usage(self, read: int, written: int) -> None:
        total = {"prompt_tokens": read, "completion_tokens": written, "total_tokens": 0}
        self.event(
            {
                "id": "c1",
                "object": "chat.completion.chunk",
                "created": 1,
                "model": "scripted",
                "choices": [],
                "usage": total,
            }
        )


@contextmanager
def serving(*replies: Reply) -> Iterator[Scripted]:
    """A running server that gives ``replies`` in turn; everything is released at the end."""
    script = Scripted("", list(replies))
    handler = type("Handler", (Wire,), {"script": script})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    script.address = f"http://127.0.0.1:{server.server_address[1]}/v1"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield script
    finally:
        script.over.set()
        server.shutdown()
        server.server_close()
        thread.join()


def saying(text: str, end: bool = True, size: int = 7) -> Reply:
    """Stream ``text`` in small pieces, with our end mark unless told otherwise, and usage."""

    def reply(wire: Wire, _: str) -> None:
        wire.begin()
        whole = f"{text}\nEND OF ANSWER" if end else text
        for at in range(0, len(whole), size):
            wire.words(whole[at : at + size])
        wire.words("", "stop")
        wire.usage(120, 30)
        wire.event("[DONE]")

    return reply


def as_json(sentences: list[dict[str, str]]) -> str:
    """The reply that our schema asks for."""
    return json.dumps({"sentences": sentences}, ensure_ascii=False)


def answering(write: Callable[[str], str]) -> Reply:
    """Stream what ``write`` makes of the prompt: how a test learns the labels."""
    return lambda wire, prompt: saying(write(prompt))(wire, prompt)


def passages(prompt: str) -> dict[str, str]:
    """The passages that a prompt shows, by their labels."""
    return dict(re.findall(r"^BEGIN (\w+)$(.*?)^END \1$", prompt, re.MULTILINE | re.DOTALL))


def label(prompt: str, words: str) -> str:
    """The label of the first passage of a prompt that holds ``words``."""
    return next(name for name, text in passages(prompt).items() if words in text)


def citing(sentence: str, words: str = "piers") -> Reply:
    """Stream ``sentence`` with the label of the passage that holds ``words``."""
    return answering(lambda prompt: f"{sentence} [{label(prompt, words)}]")


def cut_after(text: str) -> Reply:
    """Stream ``text`` and close without a finish reason, an end mark or [DONE]."""

    def reply(wire: Wire, prompt: str) -> None:
        wire.begin()
        wire.words(text)

    return reply


def stalling_after(text: str) -> Reply:
    """Stream ``text``, then keep the line open and say nothing until the test is over."""

    def reply(wire: Wire, prompt: str) -> None:
        wire.begin()
        if text:
            wire.words(text)
        wire.script.over.wait(30)

    return reply


def dripping(text: str, pause: float = 0.05) -> Reply:
    """Stream ``text`` over and over, a letter at a time, until the reader leaves."""

    def reply(wire: Wire, prompt: str) -> None:
        wire.begin()
        while True:
            for letter in text:
                wire.words(letter)
                if wire.script.over.wait(pause):
                    return

    return reply


def silent_until_left(text: str = "") -> Reply:
    """Stream ``text``, then wait until whoever reads hangs up, and set ``hung_up``."""

    def reply(wire: Wire, prompt: str) -> None:
        wire.begin()
        if text:
            wire.words(text)
        if not wire.connection.recv(1):
            wire.script.hung_up.set()

    return reply


def failing(status: int, body: str = "{}", **headers: str) -> Reply:
    """An error of HTTP with ``body``."""

    def reply(wire: Wire, prompt: str) -> None:
        wire.begin(status, "application/json", **headers)
        wire.wfile.write(body.encode())

    return reply


def refusing_the_key() -> Reply:
    """401 in OpenAI's words, which repeat the key."""
    message = f"Incorrect API key provided: {KEY}. You can find your API key at ..."
    return failing(401, json.dumps({"error": {"message": message, "code": "invalid_api_key"}}))


def events(lines: Iterable[Any]) -> Reply:
    """Stream these events as they are: malformed JSON, empty choices, null content."""

    def reply(wire: Wire, prompt: str) -> None:
        wire.begin()
        for line in lines:
            wire.event(line)

    return reply


def endless(text: str, pieces: int = 20, size: int = 1_000_000) -> Reply:
    """Stream 20 MB of ``text`` over and over, with no end mark."""

    def reply(wire: Wire, prompt: str) -> None:
        wire.begin()
        block = (text * (size // len(text) + 1))[:size]
        for _ in range(pieces):
            wire.words(block)

    return reply
