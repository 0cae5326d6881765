"""What the stories of the page share: a real server, a real browser and what people do with them.

The server is uvicorn on loopback over the sample corpus with hostile articles beside it, the
browser is Chromium, the embedding model is the real one. The fixtures stand in conftest.
"""

import contextlib
import shutil
import threading

import pytest
import uvicorn
from fastapi import FastAPI

from ui.page import mount

playwright = pytest.importorskip("playwright.sync_api", reason="NO PLAYWRIGHT: page not tested")
expect = playwright.expect
Axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()
OBEDIENT = "openai/obedient"  # a model that does what hostile text tells it
WITHDRAWAL = "What did Stoltenberg say about withdrawal?"
CHANGE = "How did Biden's assessment of an attack change between 15 and 18 February?"
SIDES = "What did Pushilin and Dmytro Kuleba say about a Ukrainian offensive?"
NOWHERE = "How much do cinema tickets cost in Lima?"
WITH_BROWSER = pytest.mark.skipif(
    CHROMIUM is None, reason="NO CHROMIUM: THE PAGE WAS NOT TESTED (apt-get install chromium)"
)


@contextlib.contextmanager
def served(app):
    """A running server; yields its address."""
    server = uvicorn.Server(
        uvicorn.Config(app, port=0, log_level="error", timeout_graceful_shutdown=1)
    )
    started = threading.Event()
    startup = server.startup

    async def announced(sockets=None):
        await startup(sockets=sockets)
        started.set()

    server.startup = announced
    thread = threading.Thread(target=server.run)
    thread.start()
    assert started.wait(60)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join()


def fresh_app(desk):
    """The page alone, without the policy around it."""
    return mount(FastAPI(docs_url=None, redoc_url=None, openapi_url=None), desk)


@contextlib.contextmanager
def launched():
    """Chromium; a loaded machine is slow, not wrong."""
    expect.set_options(timeout=30_000)
    with playwright.sync_playwright() as engine:
        found = engine.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield found
        found.close()


@contextlib.contextmanager
def opened(context, address):
    """A page that fails the test when it asks another host or raises a script error."""
    context.set_default_timeout(30_000)
    tab = context.new_page()
    asked, errors = [], []
    tab.on("request", lambda request: asked.append(request.url))
    tab.on("pageerror", lambda error: errors.append(str(error)))
    tab.goto(address)
    expect(tab.locator(".greeting h2")).to_be_visible()
    yield tab
    assert tab.evaluate("window.__xss") is None
    tab.close()
    foreign = [url for url in asked if not url.startswith((address, "data:", "blob:"))]
    assert foreign == []
    assert errors == []


def ask(page, question):
    """Ask and wait for the whole answer; returns its place on the page."""
    page.get_by_label("Your question").fill(question)
    page.keyboard.press("Enter")
    asked = page.locator("#now .exchange[data-state=done]")
    expect(asked.locator(".asked")).to_have_text(question)
    return asked


def check(page, quotation, speaker=""):
    """Have a quotation checked; returns the place of the verdict."""
    page.get_by_role("tab", name="Check a quotation").click()
    page.get_by_label("Quotation", exact=True).fill(quotation)
    page.get_by_label("Attributed to").fill(speaker)
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Check", exact=True).click()
    return page.locator("#verdict")


def marked(page):
    """All highlighted characters of the open article, in order."""
    return "".join(page.locator("#evidence mark.hit").all_text_contents())
