"""The page's document with our style and script in its head from the first byte.

Gradio adds its ``head`` by script once the page runs, so that a reader would look at an empty
window first, and then at gradio's own style. What gradio says there about itself, for previews of
links, is left out.
"""

from __future__ import annotations

import re

from ui.policy import ASGIApp, Message, Receive, Scope, Send

_END = b"</head>"
_PREVIEW = re.compile(rb'<meta\s+(?:property="og:|name="twitter:)[^>]*>\s*')


class Head:
    """Wraps ``app``: puts ``markup`` at the end of the head of the document at "/"."""

    def __init__(self, app: ASGIApp, markup: str) -> None:
        self.app = app
        self.markup = markup.encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "GET" or scope["path"] != "/":
            await self.app(scope, receive, send)
            return
        plain = [pair for pair in scope["headers"] if pair[0] != b"accept-encoding"]
        held: list[Message] = []

        async def collect(message: Message) -> None:
            held.append(message)
            if message["type"] == "http.response.body" and not message.get("more_body", False):
                start, *parts = held
                body = b"".join(part.get("body", b"") for part in parts)
                head, end, rest = body.partition(_END)
                body = _PREVIEW.sub(b"", head) + self.markup + end + rest
                await send({**start, "headers": _sized(start, len(body))})
                await send({"type": "http.response.body", "body": body})

        await self.app({**scope, "headers": plain}, receive, collect)


def _sized(start: Message, length: int) -> list[tuple[bytes, bytes]]:
    """The headers of a response with the length of its new body."""
    kept = [pair for pair in start["headers"] if pair[0].lower() != b"content-length"]
    return [*kept, (b"content-length", str(length).encode())]
