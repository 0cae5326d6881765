"""The page in a real browser: asked, cited, opened, stopped, saved, attacked.

The server is uvicorn on loopback over the sample corpus, the browser is Chromium, the embedding
model is the real one. Two more servers stand beside it: the same page without the policy
header, and a listener that must never be asked for anything.
"""

import contextlib
import json
import re
import shutil
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import hostile
import pytest
import uvicorn
from conftest import SHARED
from fastapi import FastAPI

from index import build
from index.embed import load
from index.store import Store
from index.types import Article
from rag import ask as pipeline
from rag.check import check as look_up
from rag.desk import SAMPLE, Desk
from rag.llm import Reply
from rag.settings import Settings
from rag.types import Usage
from ui import pane, render, shelf, verdict
from ui.policy import Policy
from ui.server import application

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
NOWHERE = "How much do cinema tickets cost in Lima?"

pytestmark = pytest.mark.skipif(
    CHROMIUM is None, reason="NO CHROMIUM: THE PAGE WAS NOT TESTED (apt-get install chromium)"
)


@pytest.fixture(scope="module")
def listener():
    """A server on another port; what reaches it is what left the page."""
    hits = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            hits.append(self.path)
            self.send_response(204)
            self.end_headers()

        do_POST = do_GET

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    server.hits = hits
    server.address = f"http://127.0.0.1:{server.server_port}"
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def payloads(address):
    """What a page must not follow, with ``address`` as the place it would call."""
    found = (
        f"![x]({address}/md) ![y][r]\n[r]: {address}/ref",
        f'<img src="{address}/img"><img src=x onerror="window.__xss=1">',
        f'<div style="background:url({address}/css)">x</div>',
        f'<video src="{address}/video" autoplay></video><audio src="{address}/audio" autoplay>',
        f'<svg onload="window.__xss=1"><image href="{address}/svg"/></svg>',
        f'<iframe src="{address}/frame"></iframe><object data="{address}/object"></object>',
        f'<form action="{address}/form"><button>Send</button></form>',
        '<a href="javascript:window.__xss=1">link</a> [link](javascript:window.__xss=1)',
        f'<script>window.__xss=1</script><script src="{address}/script"></script>',
        f'<link rel="stylesheet" href="{address}/link"><style>@import "{address}/import";</style>',
        f'<meta http-equiv="refresh" content="0;url={address}/meta"><base href="{address}/">',
        f"${{window.__xss=1}} {{{{this}}}} `${{fetch('{address}/template')}}`",
        "\"'><input onfocus=window.__xss=1 autofocus><details open ontoggle=window.__xss=1>",
        f"Plain address {address}/plain and <b onmouseover=window.__xss=1>bold</b>",
    )
    return tuple(" ".join(found[at : at + 3]) for at in range(0, len(found), 3))


def hostile_articles(address):
    """Articles with hostile text in every field; each answers one plain question."""
    for number, text in enumerate(payloads(address)):
        said = text.replace("\n", " ")
        body = f"The zorblat harbour number {number} was dredged in March. {said}"
        yield {
            "id": f"hostile-{number}",
            "title": f"Zorblat harbour {number} {said}",
            "text": f'{body}\n\n"The zorblat harbour is deep," Ines Haller said. {said}\n',
            "publisher": said,
            "authors": [said],
            "url": f"javascript:window.__xss=1//{address}" if number % 2 else f"{address}/page",
            "published": "2022-03-05T10:00:00Z",
        }


@pytest.fixture(scope="module")
def desk(tmp_path_factory, listener):
    """The sample corpus and the hostile articles, indexed with the real model."""
    embedder = load()
    folder = tmp_path_factory.mktemp("page")
    rows = folder / "hostile.jsonl"
    rows.write_text(
        "\n".join(json.dumps(one) for one in hostile_articles(listener.address)), encoding="utf-8"
    )
    store = Store.create(folder / "index", embedder.name, embedder.fingerprint, embedder.dimension)
    report = build.update(store, embedder, [SAMPLE, rows])
    assert [one for one in report.skipped if "hostile" in one.source] == []
    yield Desk(store, embedder, Settings(models=OBEDIENT))
    store.close()


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
    from ui.page import mount

    return mount(FastAPI(docs_url=None, redoc_url=None, openapi_url=None), desk)


@pytest.fixture(scope="module")
def address(desk):
    with served(Policy(fresh_app(desk))) as found:
        yield found


@pytest.fixture(scope="module")
def bare_address(desk):
    """The same page without the policy header: what escaping alone does."""
    with served(fresh_app(desk)) as found:
        yield found


@pytest.fixture(scope="module")
def whole_address(desk):
    """Page and API on one port, as they are served."""
    with served(application(desk)) as found:
        yield found


@pytest.fixture(scope="module")
def browser():
    expect.set_options(timeout=30_000)  # a loaded machine is slow, not wrong
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


@pytest.fixture(scope="module")
def context(browser):
    """One profile for the tests that need no other, so that scripts are compiled once."""
    wide = {"viewport": {"width": 1440, "height": 900}}
    found = browser.new_context(**wide, permissions=["clipboard-read", "clipboard-write"])
    yield found
    found.close()


@pytest.fixture
def page(context, address):
    with opened(context, address) as found:
        yield found


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


def test_the_first_page_names_the_corpus_and_its_examples_are_answered(page):
    expect(page.get_by_role("heading", name="onrecord")).to_be_visible()
    expect(page.locator("#top")).to_contain_text("articles")
    expect(page.locator("#top")).to_contain_text("February")
    example = page.get_by_role("list", name="Examples").get_by_role("button").first
    question = example.inner_text()
    example.click()
    asked = page.locator("#now .exchange[data-state=done]")
    expect(asked.locator(".asked")).to_have_text(question)
    expect(asked.locator("a.cite").first).to_be_visible()


def test_the_shown_text_is_the_answer_and_each_marker_opens_exactly_what_it_cites(page, desk):
    asked = ask(page, WITHDRAWAL)
    answer = pipeline.ask(desk, WITHDRAWAL)
    assert asked.locator(".text").text_content() == answer.text
    assert asked.locator("a.cite").count() >= len(answer.citations)
    for citation in answer.citations:
        asked.locator(f"a.cite[data-number='{citation.number}']").first.click()
        expect(page.locator("#evidence h2")).to_have_text(citation.article.title)
        expect(page.locator("#evidence .position")).to_have_text(
            f"Source {citation.number} of {len(answer.citations)}"
        )
        assert marked(page) == citation.exact
        expect(page.locator("#evidence mark.hit").first).to_be_in_viewport()
        expect(page.locator("#evidence .facts")).to_contain_text(citation.article.publisher)
        expect(page.locator("#evidence .slot")).to_contain_text(citation.speaker)


def test_previous_and_next_walk_through_the_sources(page, desk):
    asked = ask(page, WITHDRAWAL)
    first, second = pipeline.ask(desk, WITHDRAWAL).citations[:2]
    asked.locator("a.cite").first.click()
    expect(page.locator("#evidence h2")).to_have_text(first.article.title)
    expect(page.get_by_role("button", name="Previous")).to_be_disabled()
    page.get_by_role("button", name="Next").click()
    expect(page.locator("#evidence h2")).to_have_text(second.article.title)
    assert marked(page) == second.exact
    page.get_by_role("button", name="Previous").click()
    expect(page.locator("#evidence h2")).to_have_text(first.article.title)


def test_everything_works_by_keyboard_alone(page, desk):
    expect(page.get_by_label("Your question")).to_be_focused()
    page.keyboard.type(WITHDRAWAL)
    page.keyboard.press("Enter")
    expect(page.locator("#now .exchange[data-state=done] a.cite").first).to_be_visible()
    for _ in range(12):  # backwards from the question to the last thing in the answer
        page.keyboard.press("Shift+Tab")
        if page.evaluate("document.activeElement.matches('a.cite')"):
            break
    number = int(page.evaluate("document.activeElement.dataset.number"))
    expect(page.get_by_role("tooltip")).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator("#evidence h2")).to_be_focused()
    assert marked(page) == pipeline.ask(desk, WITHDRAWAL).citations[number - 1].exact
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.matches('a.cite')")


def test_every_tab_is_reached_and_used_by_keyboard_alone(page):
    def focus(name, role="button", steps=40, back=False):
        """Tab until the one thing of that role and name has the focus."""
        wanted = page.get_by_role(role, name=name, exact=True)
        for _ in range(steps):
            page.keyboard.press("Shift+Tab" if back else "Tab")
            if wanted.count() and wanted.evaluate("one => one === document.activeElement"):
                return
        pytest.fail(f"the {role} {name!r} is not reached")

    expect(page.get_by_label("Your question")).to_be_focused()
    focus("Check a quotation", "tab", back=True)
    page.keyboard.press("Enter")
    focus("Quotation", "textbox")
    page.keyboard.type("This crisis is surely a Ukraine crisis")
    focus("Check")
    page.keyboard.press("Enter")
    expect(page.locator("#verdict .diff ins")).to_have_text("[only in the quotation: surely]")
    focus("Statements", "tab", back=True)
    page.keyboard.press("Enter")
    focus("About", "textbox")
    page.keyboard.type("withdrawal")
    focus("Show statements")
    page.keyboard.press("Enter")
    expect(page.get_by_role("table", name="Statements", exact=True)).to_be_visible()
    focus("Corpus", "tab", back=True)
    page.keyboard.press("Enter")
    expect(page.get_by_role("table", name="Articles", exact=True)).to_be_visible()
    focus("Add a folder")
    focus("Find an article", "textbox")
    page.keyboard.type("Harris")
    page.keyboard.press("Enter")
    expect(page.get_by_role("table", name="Articles", exact=True).get_by_role("row")).to_have_count(
        2
    )
    page.keyboard.press("Tab")  # the one article that is found
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Keep it")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("alertdialog")).to_be_hidden()


def test_hovering_a_marker_shows_the_quotation(page, desk):
    asked = ask(page, WITHDRAWAL)
    expect(page.get_by_role("tooltip")).to_be_hidden()
    asked.locator("a.cite").first.hover()
    tip = page.get_by_role("tooltip")
    expect(tip).to_contain_text(pipeline.ask(desk, WITHDRAWAL).citations[0].exact)
    page.mouse.move(5, 5)
    expect(tip).to_be_hidden()


def flaws(page):
    """What axe-core finds wrong with the page as it stands: rule, and the first places."""
    page.mouse.move(2, 2)
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "best-practice"]})
    return [
        (one["id"], [place["html"][:160] for place in one["nodes"][:3]])
        for one in found.response["violations"]
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_labels_and_contrast_hold_in_every_tab(browser, address, scheme):
    size = {"width": 1440, "height": 900}
    own = browser.new_context(viewport=size, color_scheme=scheme, reduced_motion="reduce")
    with contextlib.closing(own), opened(own, address) as page:
        assert flaws(page) == []
        asked = ask(page, WITHDRAWAL)
        asked.get_by_role("button", name="Correct this").click()
        asked.locator("a.cite").first.click()
        expect(page.locator("#evidence mark.hit").first).to_be_visible()
        ask(page, NOWHERE)
        page.get_by_role("button", name="Speaker, period, answerer").click()
        expect(page.get_by_label("Answerer")).to_be_visible()
        assert flaws(page) == []
        shown = check(page, "This crisis is surely a Ukraine crisis", "Annalena Baerbock")
        expect(shown.locator(".diff")).to_be_visible()
        assert flaws(page) == []
        page.get_by_role("tab", name="Statements").click()
        page.get_by_label("About", exact=True).fill("withdrawal")
        page.get_by_role("button", name="Show statements").click()
        expect(page.get_by_role("table", name="Statements", exact=True)).to_be_visible()
        page.get_by_text("As numbers").first.click()
        assert flaws(page) == []
        page.get_by_role("tab", name="Corpus").click()
        page.locator("[data-remove]").first.click()
        expect(page.get_by_role("button", name="Keep it")).to_be_focused()
        page.locator("#copies summary").click()
        assert flaws(page) == []


def test_a_follow_up_is_read_with_what_came_before(page):
    ask(page, WITHDRAWAL)
    asked = ask(page, "And what did he say in Munich?")
    expect(asked.locator(".understood")).to_contain_text("Read as")
    expect(asked.locator(".understood")).to_contain_text("Jens Stoltenberg")
    expect(page.locator("#past .asked")).to_have_text(WITHDRAWAL)
    page.get_by_role("button", name="New conversation").click()
    expect(page.locator(".greeting h2")).to_be_visible()
    expect(page.locator("#past .asked")).to_have_count(0)


def test_a_refusal_is_calm_and_shows_the_closest_passages(page):
    asked = ask(page, NOWHERE)
    expect(asked.locator(".abstention h3")).to_be_visible()
    expect(asked.locator("a.cite")).to_have_count(0)
    close = asked.locator(".abstention a.read").first
    words = close.inner_text()
    close.click()
    expect(page.locator("#evidence mark.hit").first).to_be_visible()
    assert marked(page) == words


def test_filters_hold_and_what_they_cannot_mean_is_one_calm_line(page):
    page.get_by_role("button", name="Speaker, period, answerer").click()
    page.get_by_label("From").fill("2022-02-20")
    page.get_by_label("Until").fill("2022-02-11")
    asked = ask(page, "What did Biden say?")
    expect(asked.get_by_role("alert")).to_contain_text("swap the days")
    page.get_by_label("From").fill("2022-02-18")
    page.get_by_label("Until").fill("2022-02-20")
    asked = ask(page, "What did Biden say?")
    expect(asked.locator(".understood")).to_contain_text("18 to 20 February 2022")
    expect(page.locator(".toast-wrap")).to_be_empty()


def test_what_a_question_was_understood_as_can_be_corrected(page):
    asked = ask(page, WITHDRAWAL)
    asked.get_by_role("button", name="Correct this").click()
    form = asked.get_by_role("form", name="Correct how the question was read")
    expect(form.get_by_label("Question")).to_have_value(WITHDRAWAL)
    expect(form.get_by_label("Speaker")).to_have_value("Jens Stoltenberg")
    expect(form.get_by_label("Speaker")).to_be_focused()
    page.keyboard.press("Control+A")
    page.keyboard.type("Joe Biden")
    form.get_by_label("From").fill("2022-02-18")
    form.get_by_role("button", name="Ask this instead").click()
    expect(page.locator("#past .asked")).to_have_text(WITHDRAWAL)
    expect(page.locator("#now .understood")).to_contain_text("Joe Biden")
    expect(page.locator("#now .understood")).to_contain_text("since 18 February 2022")


def test_a_conversation_outlives_a_reload_and_stays_in_its_tab(page, context, address):
    ask(page, NOWHERE)
    ask(page, WITHDRAWAL)
    page.reload()
    expect(page.locator("#now .asked")).to_have_text(WITHDRAWAL)
    expect(page.locator("#past .asked")).to_have_text(NOWHERE)
    asked = ask(page, "And what did he say in Munich?")
    expect(page.locator("#past .asked")).to_have_count(2)
    expect(asked.locator(".understood")).to_contain_text("Jens Stoltenberg")
    with opened(context, address) as other:  # a new tab of the same browser starts empty
        expect(other.locator(".asked")).to_have_count(0)
    page.get_by_role("button", name="New conversation").click()
    expect(page.locator(".greeting h2")).to_be_visible()
    page.reload()
    expect(page.locator(".greeting h2")).to_be_visible()


def test_who_asks_before_the_page_has_greeted_keeps_the_answer(context, address, monkeypatch):
    greets = threading.Event()
    monkeypatch.setattr("ui.chat.greeting", lambda *_: greets.wait(20) and "<p>Welcome</p>")
    with contextlib.closing(context.new_page()) as tab:
        tab.goto(address)
        expect(tab.get_by_label("Your question")).to_be_visible()
        asked = ask(tab, WITHDRAWAL)
        greets.set()
        expect(tab.locator(".newest")).to_be_visible()
        expect(asked.locator("a.cite").first).to_be_visible()


def test_a_link_to_an_answer_opens_it_in_another_browser(page, browser, address, desk):
    asked = ask(page, WITHDRAWAL)
    asked.get_by_role("link", name="Copy link").click()
    expect(asked.get_by_role("link", name="Copied")).to_be_visible()
    link = page.evaluate("navigator.clipboard.readText()")
    assert link.startswith(address)
    with contextlib.closing(browser.new_context()) as other:
        tab = other.new_page()
        tab.goto(link)
        found = tab.locator("#now .exchange[data-state=done]")
        expect(found.locator(".asked")).to_have_text(WITHDRAWAL)
        answer = pipeline.ask(desk, WITHDRAWAL)
        assert found.locator(".text").text_content() == answer.text
        found.locator("a.cite").first.click()
        expect(tab.locator("#evidence mark.hit").first).to_be_visible()
        assert marked(tab) == answer.citations[0].exact
        ask(tab, "And what did he say in Munich?")
        assert "?a=" not in tab.url  # what follows is of this tab alone
        tab.goto(f"{address}/?a={'0' * 32}")
        expect(tab.locator("#now")).to_contain_text("not kept")


def test_an_open_page_holds_no_connection(context, address):
    """Browsers allow six to a host: a seventh tab would wait for ever."""
    with contextlib.closing(context.new_page()) as tab:
        waiting = set()
        tab.on("request", lambda request: waiting.add(request.url))
        for ended in ("requestfinished", "requestfailed"):  # the page ends streams it has read
            tab.on(ended, lambda request: waiting.discard(request.url))
        tab.goto(address)
        ask(tab, WITHDRAWAL)
        expect(tab.locator(".newest")).to_be_visible()
        tab.wait_for_load_state("networkidle")
        assert waiting == set()


def test_verified_sentences_appear_one_by_one_and_stop_keeps_them(page, desk, monkeypatch):
    whole = pipeline.ask(desk, WITHDRAWAL)
    first = whole.text[: whole.claims[0].end]
    goes_on, left = threading.Event(), threading.Event()

    def slowly(*given):
        try:
            for step in pipeline.steps(*given):
                yield step
                if isinstance(step, str):
                    goes_on.wait(20)
        finally:
            left.set()

    monkeypatch.setattr("ui.conversation.steps", slowly)
    page.get_by_label("Your question").fill(WITHDRAWAL)
    page.keyboard.press("Enter")
    running = page.locator("#now .exchange[data-state=running]")
    expect(running.locator(".text")).to_have_text(first)
    page.get_by_role("button", name="Stop").click()
    expect(page.locator("#now .status")).to_contain_text("Stopped")
    goes_on.set()
    expect(page.locator("#now .text")).to_have_text(first)
    expect(page.get_by_role("button", name="Ask", exact=True)).to_be_visible()
    assert left.wait(20)
    monkeypatch.undo()
    page.get_by_role("button", name="Ask again").click()
    expect(page.locator("#now .exchange[data-state=done] .text")).to_have_text(whole.text)


def test_a_fault_in_the_server_is_one_line_and_the_conversation_goes_on(page, monkeypatch, caplog):
    def broken(*_):
        raise RuntimeError("secret-inner-detail")

    monkeypatch.setattr("ui.conversation.steps", broken)
    asked = ask(page, "What did Biden say?")
    expect(asked.get_by_role("alert")).to_contain_text("Something failed in the server")
    assert "secret-inner-detail" not in page.content()
    assert "secret-inner-detail" in caplog.text
    monkeypatch.undo()
    expect(ask(page, WITHDRAWAL).locator("a.cite").first).to_be_visible()


def test_ten_people_do_not_wait_in_one_line_nor_see_each_other(address, monkeypatch):
    together = threading.Barrier(10)

    def all_at_once(*given):
        together.wait(40)  # passes only when ten answers are being composed at the same time
        yield from pipeline.steps(*given)

    monkeypatch.setattr("ui.conversation.steps", all_at_once)
    held = [""] * 10  # what each browser keeps of its conversation
    with ThreadPoolExecutor(10) as people:
        for turn in range(2):  # the second question would show a shared history
            questions = [f"Who is visitor {number} in turn {turn}?" for number in range(10)]
            asking = partial(queued, address)
            for number, shown in enumerate(people.map(asking, range(10), questions, held)):
                assert set(re.findall(r"visitor (\d)", shown)) == {str(number)}
                assert f"visitor {number} in turn 0" in shown
                assert 'data-state=\\"done\\"' in shown
                held[number] = " ".join(dict.fromkeys(re.findall(r"x-([0-9a-f]{32})", shown)))
                assert len(held[number].split()) == turn + 1


def queued(address, number, question, held):
    """Ask as the page's script does, without a browser; returns all that was sent back."""
    with urlopen(f"{address}/config") as reply:
        config = json.load(reply)
    field = next(one for one in config["components"] if one["props"].get("elem_id") == "question")
    wanted = [field["id"], "submit"]
    event = next(one for one in config["dependencies"] if wanted in one["targets"])
    session = f"visitor-{number}"
    body = {
        "data": [question, held, None, "", "", "extractive"],
        "fn_index": event["id"],
        "session_hash": session,
    }
    join = Request(
        f"{address}/gradio_api/queue/join",
        json.dumps(body).encode(),
        {"content-type": "application/json"},
    )
    with urlopen(join) as reply:
        assert json.load(reply)["event_id"]
    with urlopen(f"{address}/gradio_api/queue/data?session_hash={session}") as reply:
        return reply.read().decode()


def test_an_answer_is_copied_with_its_footnotes(page, desk):
    asked = ask(page, WITHDRAWAL)
    asked.get_by_role("button", name="Copy with footnotes").click()
    expect(asked.get_by_role("button", name="Copied")).to_be_visible()
    text = page.evaluate("navigator.clipboard.readText()")
    answer = pipeline.ask(desk, WITHDRAWAL)
    assert text.startswith(answer.text)
    assert all(one.exact in text for one in answer.citations)


def test_a_conversation_is_saved_as_markdown_and_as_html(page, browser):
    ask(page, WITHDRAWAL)
    with page.expect_download() as saving:
        page.get_by_role("button", name="Save as Markdown").click()
    markdown = saving.value.path().read_text(encoding="utf-8")
    assert saving.value.suggested_filename == "onrecord.md"
    assert "[^1-1]" in markdown
    assert "\n[^1-1]: " in markdown
    with page.expect_download() as saving:
        page.get_by_role("button", name="Save as HTML").click()
    html = saving.value.path().read_text(encoding="utf-8")
    other = browser.new_context()
    asked = []
    other.on("request", lambda request: asked.append(request.url))
    tab = other.new_page()
    tab.set_content(html)
    tab.locator("sup a").first.click()
    expect(tab.locator("li:target")).to_have_count(1)
    assert [url for url in asked if not url.startswith(("about:", "data:"))] == []
    other.close()


def test_the_address_of_a_place_opens_it_also_after_the_page_is_closed(page):
    asked = ask(page, WITHDRAWAL)
    asked.locator("a.cite").first.click()
    expect(page.locator("#evidence mark.hit").first).to_be_visible()
    words, link = marked(page), page.url
    assert "#read/" in link
    page.goto("about:blank")
    page.goto(link)
    expect(page.locator("#evidence mark.hit").first).to_be_visible()
    assert marked(page) == words
    gone = re.sub(r"#read/[^/]+", "#read/not-there", link)
    page.goto("about:blank")
    page.goto(gone)
    expect(page.locator("#evidence").get_by_role("alert")).to_contain_text("no longer")


def test_statements_are_listed_counted_and_saved(page):
    page.get_by_role("tab", name="Statements").click()
    page.get_by_label("About", exact=True).fill("withdrawal")
    page.get_by_role("button", name="Show statements").click()
    table = page.get_by_role("table", name="Statements", exact=True)
    expect(table).to_contain_text("Jens Stoltenberg")
    expect(page.locator("#statements .plot").last).to_contain_text("The Meridian Wire")
    plot = page.locator("#statements").get_by_role("img")
    expect(plot).to_have_accessible_name(re.compile("Statements by day: .* February 2022"))
    with page.expect_download() as saving:
        page.get_by_role("button", name="Save as CSV").click()
    rows = saving.value.path().read_text(encoding="utf-8").splitlines()
    assert rows[0].startswith("speaker,")
    assert any("Jens Stoltenberg" in row for row in rows)
    row = table.locator("a.words", has_text="movement of battle tanks")
    row.click()
    expect(page.locator("#evidence mark.hit").first).to_be_visible()
    assert "battle tanks" in marked(page)
    page.get_by_label("Who spoke").fill("Nobody Atall")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Show statements").click()
    expect(page.locator("#statements")).to_contain_text("Nobody Atall")
    expect(page.locator("#statements").get_by_role("alert")).to_be_visible()


def test_an_authentic_quotation_opens_at_its_characters_and_an_altered_one_shows_its_words(
    page, desk
):
    said = "“This crisis is not a Ukraine crisis,”"
    shown = check(page, said, "Annalena Baerbock")
    expect(shown.get_by_role("heading", name="Authentic")).to_be_visible()
    found = look_up(desk, said, "Annalena Baerbock")
    expect(shown).to_contain_text(found.message)
    expect(shown.locator(".about")).to_contain_text("Annalena Baerbock")
    shown.locator("a.read").click()
    expect(page.locator("#evidence h2")).to_have_text(found.article.title)
    assert (
        marked(page)
        == found.exact
        == desk.store.article(found.article.id).text[found.start : found.end]
    )
    expect(page.locator("#evidence mark.hit").first).to_be_in_viewport()
    check(page, "This crisis is surely a Ukraine crisis", "Annalena Baerbock")
    expect(shown.get_by_role("heading", name="Altered")).to_be_visible()
    expect(shown.locator(".diff del")).to_have_text("[only in the article: not]")
    expect(shown.locator(".diff ins")).to_have_text("[only in the quotation: surely]")
    check(page, "This crisis is not a Ukraine crisis", "Olaf Scholz")
    expect(shown.get_by_role("heading", name="Another speaker said it")).to_be_visible()


def test_what_cannot_be_checked_is_one_calm_line_and_hostile_quotations_stay_text(page, listener):
    before = len(listener.hits)
    shown = check(page, "stay open", "Nobody Atall")
    expect(shown.get_by_role("alert")).to_contain_text("Nobody Atall")
    check(page, "…")
    expect(shown.get_by_role("alert")).to_contain_text("no words")
    for text in payloads(listener.address):
        words = " ".join(text.split())
        check(page, words)
        expect(shown.locator(".checked")).to_have_text(words)
    expect(page.locator(".toast-wrap")).to_be_empty()
    assert len(listener.hits) == before


def test_the_reference_of_the_api_lists_its_operations_and_asks_no_other_host(
    context, whole_address
):
    with contextlib.closing(context.new_page()) as tab:
        asked, errors = [], []
        tab.on("request", lambda request: asked.append(request.url))
        tab.on("pageerror", lambda error: errors.append(str(error)))
        tab.on("console", lambda line: errors.append(line.text) if line.type == "error" else None)
        tab.goto(f"{whole_address}/docs")
        for path in ("/v1/ask", "/v1/check", "/v1/articles/{identifier}"):
            expect(tab.locator(f".opblock-summary-path[data-path='{path}']")).to_be_visible()
        tab.locator(".opblock-summary-path[data-path='/v1/check']").click()
        expect(tab.locator(".opblock-body").first).to_contain_text("quotation")
        expect(tab.locator(".errors-wrapper")).to_have_count(0)
        assert [url for url in asked if not url.startswith((whole_address, "data:", "blob:"))] == []
        assert errors == []
        assert tab.request.get(f"{whole_address}/docs/swagger-ui.js").status == 404
        assert tab.request.get(f"{whole_address}/redoc").status == 404


def test_an_article_is_added_answered_from_and_removed_again(page):
    page.get_by_role("tab", name="Corpus").click()
    text = (
        "Quay opens in Ostrava\n\nOSTRAVA, March 7 -- The quince market opens at six, "
        'Marta Kolisko said on Monday. "We sell quinces to everybody," she said.\n'
    )
    files = [
        {"name": "quince.txt", "mimeType": "text/plain", "buffer": text.encode()},
        {"name": "broken.txt", "mimeType": "text/plain", "buffer": b"\xff\xfe\x00"},
    ]
    page.locator("#drop input[type=file]").set_input_files(files)
    expect(page.locator("#report")).to_contain_text("1 added, 1 skipped")
    expect(page.locator("#report")).to_contain_text("broken.txt")
    expect(page.get_by_role("table", name="Articles", exact=True)).to_contain_text(
        "Quay opens in Ostrava"
    )
    page.get_by_role("tab", name="Ask").click()
    asked = ask(page, "What did Marta Kolisko say about quinces?")
    expect(asked.locator(".text")).to_contain_text("quinces")
    page.get_by_role("tab", name="Corpus").click()
    page.get_by_role("button", name="Remove Quay opens in Ostrava").click()
    expect(page.get_by_role("alertdialog")).to_contain_text("Quay opens in Ostrava")
    page.get_by_role("button", name="Keep it").click()
    expect(page.get_by_role("alertdialog")).to_be_hidden()
    page.get_by_role("button", name="Remove Quay opens in Ostrava").click()
    page.get_by_role("button", name="Remove it").click()
    expect(page.locator("#report")).to_contain_text("Removed")
    expect(page.get_by_role("table", name="Articles", exact=True)).not_to_contain_text("Ostrava")
    page.get_by_role("tab", name="Ask").click()
    asked = ask(page, "What did Marta Kolisko say about quinces?")
    expect(asked.locator("a.cite")).to_have_count(0)


@pytest.mark.parametrize("policy", [True, False], ids=["with policy", "escaping alone"])
def test_hostile_articles_questions_and_replies_stay_text(
    policy, context, request, listener, monkeypatch
):
    def obedient(asked, *_):
        label = re.search(r"BEGIN (\S+)", asked.messages[-1]["content"])[1]
        hostile_texts = payloads(listener.address)
        if asked.schema:
            rows = [{"label": label, "text": text} for text in hostile_texts]
            text = json.dumps({"sentences": rows})
        else:
            text = "\n".join(f"{text} [{label}]." for text in hostile_texts)
        return Reply(text=text, complete=True, usage=Usage(calls=1))

    monkeypatch.setattr("rag.llm.complete", obedient)
    address = request.getfixturevalue("address" if policy else "bare_address")
    before = len(listener.hits)
    with opened(context, address) as page:
        for number in (0, 1):  # one with a javascript: address, one with a web address
            asked = ask(page, f"Was the zorblat harbour number {number} dredged in March?")
            expect(asked.locator("a.cite, a.read").first).to_be_visible()
            asked.locator("a.cite, a.read").first.click()
            expect(page.locator("#evidence h2")).to_contain_text("Zorblat harbour")
        for question in payloads(listener.address):
            ask(page, " ".join(question.split()))
        page.get_by_role("button", name="Speaker, period, answerer").click()
        page.get_by_label("Answerer").click()
        page.get_by_role("option", name=OBEDIENT).click()
        asked = ask(page, "Was the zorblat harbour number 3 dredged in March?")
        expect(asked).to_contain_text(f"No sentence of {OBEDIENT} held")
        expect(asked.locator(".made")).to_contain_text("extractive")
        page.get_by_role("tab", name="Statements").click()
        page.get_by_label("About", exact=True).fill("zorblat")
        page.get_by_role("button", name="Show statements").click()
        expect(page.get_by_role("table", name="Statements", exact=True)).to_contain_text("harbour")
        page.get_by_role("tab", name="Corpus").click()
        page.get_by_label("Find an article").fill("zorblat")
        page.keyboard.press("Enter")
        table = page.get_by_role("table", name="Articles", exact=True)
        expect(table).to_contain_text("Zorblat")
        for number in range(len(payloads(listener.address))):
            table.locator(f"a[href^='#read/hostile-{number}/']").click()
            expect(page.locator("#evidence h2")).to_contain_text(f"Zorblat harbour {number} ")
        for tag in (
            "script",
            "iframe",
            "object",
            "video",
            "audio",
            "form[action]",
            "[onerror]",
            "[onload]",
        ):
            expect(page.locator(f"#desk {tag}")).to_have_count(0)
        links = page.locator("a").evaluate_all("all => all.map((one) => one.href)")
        assert not [link for link in links if link.lower().startswith("javascript:")]
    assert len(listener.hits) == before


def test_strings_made_to_attack_do_nothing_in_a_browser_without_the_policy(browser, listener):
    """Every string of the collections at hand, wherever one can stand, as a bare document."""
    strings = [*payloads(listener.address), *hostile.HOSTILE, *collected()]
    before = len(listener.hits)
    with contextlib.closing(browser.new_context()) as own:
        tab = own.new_page()
        asked = []
        tab.on("request", lambda request: asked.append(request.url))
        for at in range(0, len(strings), 60):
            some = strings[at : at + 60]
            tab.set_content("<body>" + "".join(everywhere(text) for text in some) + "</body>")
            assert tab.locator("article.exchange").count() == len(some)
            assert tab.evaluate("window.__xss") is None
            foreign = (
                "script, iframe, object, embed, img, video, audio, link, meta, base, [onerror]"
            )
            assert tab.locator(f"body :is({foreign})").count() == 0
            links = tab.locator("a").evaluate_all("all => all.map((one) => one.protocol)")
            assert set(links) <= {"http:", "https:", "about:", ":"}  # ":" is the page's own
    assert asked == []
    assert len(listener.hits) == before


def collected():
    """Strings that attack, from where data to measure on lies beside this folder."""
    file = SHARED / "data" / "injection" / "strings.jsonl"
    if not file.is_file():
        return []
    return [json.loads(line)["text"] for line in file.read_text(encoding="utf-8").splitlines()]


def everywhere(text):
    """``text`` in every place of an answer, an article, a refusal and a checked quotation."""
    one = hostile.poisoned(hostile.exchange(hostile.answer(), lasting=True), text)
    article = Article("a", "a" * 64, text, text, text, (text,), text, notice=text, section=text)
    found = hostile.poisoned(hostile.checked("altered"), text)
    return (
        render.exchange(one)
        + pane.article(article, True)
        + verdict.verdict(replace(found, outcome="altered"))
        + shelf.question(text)
    )


def test_gradio_lists_no_interface_of_its_own_and_gives_no_files_away(page, address):
    get = page.request.get
    info = get(f"{address}/gradio_api/info").json()
    assert info == {"named_endpoints": {}, "unnamed_endpoints": {}}
    for path in ("/etc/passwd", "../../etc/passwd", "http://127.0.0.1:1/", "pyproject.toml"):
        assert get(f"{address}/gradio_api/file={path}").status in (400, 403, 404)
    assert page.locator("footer a").count() == 0


def test_an_upload_beyond_the_limit_is_refused(address):
    head = b'--x\r\nContent-Disposition: form-data; name="files"; filename="a.txt"\r\n\r\n'
    body = head + b"x" * 21_000_000 + b"\r\n--x--\r\n"
    kind = {"content-type": "multipart/form-data; boundary=x"}
    with pytest.raises(HTTPError) as refusal:
        urlopen(Request(f"{address}/gradio_api/upload", body, kind))
    assert refusal.value.code == 413
    refusal.value.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_on_a_telephone_the_article_lies_over_the_answer_and_closes(browser, address, scheme):
    small = {"viewport": {"width": 390, "height": 844}, "color_scheme": scheme}
    with contextlib.closing(browser.new_context(**small)) as own, opened(own, address) as page:
        asked = ask(page, WITHDRAWAL)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        asked.locator("a.cite").first.click()
        expect(page.locator("#evidence mark.hit").first).to_be_in_viewport()
        assert page.evaluate("!!document.elementFromPoint(195, 400).closest('#evidence')")
        page.get_by_role("button", name="Close").click()
        expect(page.locator("#evidence")).to_be_hidden()
