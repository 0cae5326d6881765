"""Hostile articles, questions, replies and uploads against the page, with and without policy."""

import contextlib
import json
import re
from dataclasses import replace
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import hostile
import pytest
from browsing import OBEDIENT, WITH_BROWSER, ask, check, expect, opened
from conftest import SHARED

from index.types import Article
from rag.models.llm import Reply
from rag.types import Usage
from ui import pane, render, shelf, verdict

pytestmark = WITH_BROWSER


def test_what_cannot_be_checked_is_one_calm_line_and_hostile_quotations_stay_text(page, listener):
    before = len(listener.hits)
    shown = check(page, "stay open", "Nobody Atall")
    expect(shown.locator(".checked")).to_have_text("stay open")  # a stranger's words are checked
    check(page, "…")
    expect(shown.get_by_role("alert")).to_contain_text("no words")
    for text in hostile.payloads(listener.address):
        words = " ".join(text.split())
        check(page, words)
        expect(shown.locator(".checked")).to_have_text(words)
    expect(page.locator(".toast-wrap")).to_be_empty()
    assert len(listener.hits) == before


@pytest.mark.parametrize("policy", [True, False], ids=["with policy", "escaping alone"])
def test_hostile_articles_questions_and_replies_stay_text(
    policy, context, request, listener, monkeypatch
):
    def obedient(asked, *_):
        label = re.search(r"BEGIN (\S+)", asked.messages[-1]["content"])[1]
        hostile_texts = hostile.payloads(listener.address)
        if asked.schema:
            rows = [{"label": label, "text": text} for text in hostile_texts]
            text = json.dumps({"sentences": rows})
        else:
            text = "\n".join(f"{text} [{label}]." for text in hostile_texts)
        return Reply(text=text, complete=True, usage=Usage(calls=1))

    monkeypatch.setattr("rag.models.llm.complete", obedient)
    address = request.getfixturevalue("address" if policy else "bare_address")
    before = len(listener.hits)
    with opened(context, address) as page:
        for number in (0, 1):  # one with a javascript: address, one with a web address
            asked = ask(page, f"Was the zorblat harbour number {number} dredged in March?")
            expect(asked.locator("a.cite, a.read").first).to_be_visible()
            asked.locator("a.cite, a.read").first.click()
            expect(page.locator("#evidence h2")).to_contain_text("Zorblat harbour")
        for question in hostile.payloads(listener.address):
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
        for number in range(len(hostile.payloads(listener.address))):
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
    strings = [*hostile.payloads(listener.address), *hostile.HOSTILE, *collected()]
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
