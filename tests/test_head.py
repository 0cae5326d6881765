"""The head of the page's document: ours from the first byte, nothing that gradio says of itself."""

from __future__ import annotations

import asyncio

import httpx
from starlette.responses import HTMLResponse

from ui.head import Head

DOCUMENT = """<!doctype html><head><meta charset="utf-8"><title>onrecord</title>
<meta property="og:title" content="Some Framework" />
<meta
    name="twitter:image"
    content="https://elsewhere.example/banner.png"
/></head><body><meta property="og:title" content="text of the page"></body>"""


def fetched(path: str) -> httpx.Response:
    async def get() -> httpx.Response:
        transport = httpx.ASGITransport(Head(HTMLResponse(DOCUMENT), "<style>p{}</style>"))
        async with httpx.AsyncClient(transport=transport, base_url="http://page") as client:
            return await client.get(path)

    return asyncio.run(get())


def test_our_style_stands_in_the_head_and_no_words_for_previews() -> None:
    reply = fetched("/")
    head, body = reply.text.split("</head>")
    assert head.endswith("<style>p{}</style>")
    assert "<title>onrecord</title>" in head
    assert "Framework" not in head
    assert "elsewhere" not in head
    assert "text of the page" in body
    assert int(reply.headers["content-length"]) == len(reply.content)


def test_other_places_are_left_as_they_are() -> None:
    assert fetched("/other").text == DOCUMENT
