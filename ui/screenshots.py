"""``python -m ui.screenshots [DIR]``: the page over the sample corpus -> docs/images/*.png.

Every state at three widths, light and dark. Needs the ``dev`` extra and Chromium.
"""

from __future__ import annotations

import contextlib
import io
import shutil
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import uvicorn

from rag.desk import open_or_sample
from rag.settings import Settings
from ui.server import application

WIDTHS = {1440: 900, 1024: 768, 390: 844}  # pixels: width and height of the window
SCHEMES = ("light", "dark")
COLOURS = 256  # of a picture's palette; text on paper needs no more
FOLDER = Path(__file__).resolve().parent.parent / "docs" / "images"
_FLAGS = "--no-sandbox --disable-gpu --disable-background-networking --hide-scrollbars".split()


def main(arguments: list[str]) -> int:
    """Write all pictures; 1 when there is no browser to take them with."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        print("there is no chromium: install it to take pictures", file=sys.stderr)
        return 1
    folder = Path(arguments[0]) if arguments else FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    with _served() as address, _browser(chromium) as browser:
        for width, height in WIDTHS.items():
            for scheme in SCHEMES:
                size = {"width": width, "height": height}
                context = browser.new_context(viewport=size, color_scheme=scheme)
                for name, show in STATES.items():
                    page = context.new_page()  # a tab would show its conversation again
                    show(page, address)
                    picture = page.screenshot(animations="disabled")
                    _write(picture, folder / f"{name}-{width}-{scheme}.png")
                    page.close()
                context.close()
    return 0


def start(page: Any, address: str) -> None:
    """The page before the first question."""
    page.goto(address)
    page.locator(".greeting").wait_for()
    page.locator(".newest").wait_for(state="attached")


def answer(page: Any, address: str) -> None:
    """An answer with its second source open where there is room beside it."""
    start(page, address)
    _ask(page, "What did Stoltenberg say about withdrawal?")
    if page.viewport_size["width"] >= 900:
        page.locator("#now a.cite").last.click()
        page.locator("mark.hit").first.wait_for()


def comparison(page: Any, address: str) -> None:
    """Two speakers side by side."""
    start(page, address)
    _ask(page, "What did Pushilin and Dmytro Kuleba say about a Ukrainian offensive?")


def change(page: Any, address: str) -> None:
    """A change over time, with the form that puts right how the question was read."""
    start(page, address)
    _ask(page, "How did Biden's assessment of an attack change between 15 and 18 February?")
    page.get_by_role("button", name="Correct this").click()


def article(page: Any, address: str) -> None:
    """The article of a citation."""
    answer(page, address)
    page.locator("#now a.cite").first.click()
    page.locator("mark.hit").first.wait_for()


def refusal(page: Any, address: str) -> None:
    """A question the articles do not answer."""
    start(page, address)
    _ask(page, "How much do cinema tickets cost in Lima?")


def check(page: Any, address: str) -> None:
    """A quotation that was altered, compared word for word."""
    start(page, address)
    page.get_by_role("tab", name="Check a quotation").click()
    page.get_by_label("Quotation", exact=True).fill("This crisis is surely a Ukraine crisis")
    page.get_by_role("button", name="Check", exact=True).click()
    page.locator(".verdict").wait_for()
    if page.viewport_size["width"] >= 900:
        page.locator(".verdict a.read").click()
        page.locator("mark.hit").first.wait_for()


def statements(page: Any, address: str) -> None:
    """What was said on a topic, counted and listed."""
    start(page, address)
    page.get_by_role("tab", name="Statements").click()
    page.get_by_label("About", exact=True).fill("withdrawal")
    page.get_by_role("button", name="Show statements").click()
    page.get_by_role("table", name="Statements", exact=True).wait_for()


def corpus(page: Any, address: str) -> None:
    """What is indexed."""
    start(page, address)
    page.get_by_role("tab", name="Corpus").click()
    page.get_by_role("table", name="Articles", exact=True).wait_for()
    page.locator("#copies summary").wait_for()


STATES: dict[str, Callable[[Any, str], None]] = {
    one.__name__: one
    for one in (start, answer, comparison, change, article, refusal, check, statements, corpus)
}


def _ask(page: Any, question: str) -> None:
    page.get_by_label("Your question").fill(question)
    page.keyboard.press("Enter")
    page.locator("#now .exchange[data-state=done]").wait_for()


@contextlib.contextmanager
def _served() -> Iterator[str]:
    """The whole server over the sample corpus in a folder that goes away; its address."""
    with tempfile.TemporaryDirectory() as folder:
        desk = open_or_sample(Settings(index=f"{folder}/index"), lambda _: None)
        server = uvicorn.Server(uvicorn.Config(application(desk), port=0, log_level="critical"))
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        while not server.started:
            thread.join(0.1)
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
        server.should_exit = server.force_exit = True
        thread.join()


@contextlib.contextmanager
def _browser(chromium: str) -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as engine:
        found = engine.chromium.launch(executable_path=chromium, args=_FLAGS)
        yield found
        found.close()


def _write(picture: bytes, file: Path) -> None:
    from PIL import Image

    with Image.open(io.BytesIO(picture)) as image:
        image.convert("RGB").quantize(COLOURS).save(file, optimize=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
