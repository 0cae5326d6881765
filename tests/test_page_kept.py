"""What outlives a page: conversations, links, copies and saved files, each in its own tab."""

import contextlib
import json
import re
import threading
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from urllib.request import Request, urlopen

from browsing import NOWHERE, WITH_BROWSER, WITHDRAWAL, ask, expect, marked, opened

from rag import ask as pipeline

pytestmark = WITH_BROWSER


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


def test_a_link_to_an_answer_opens_it_in_another_browser(page, browser, address, served_desk):
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
        answer = pipeline.ask(served_desk, WITHDRAWAL)
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


def test_an_answer_is_copied_with_its_footnotes(page, served_desk):
    asked = ask(page, WITHDRAWAL)
    asked.get_by_role("button", name="Copy with footnotes").click()
    expect(asked.get_by_role("button", name="Copied")).to_be_visible()
    text = page.evaluate("navigator.clipboard.readText()")
    answer = pipeline.ask(served_desk, WITHDRAWAL)
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
