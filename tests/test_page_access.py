"""The page by keyboard alone, by its labels and contrast, and on a telephone."""

import contextlib

import pytest
from browsing import (
    CHANGE,
    NOWHERE,
    SIDES,
    WITH_BROWSER,
    WITHDRAWAL,
    Axe,
    ask,
    check,
    expect,
    marked,
    opened,
)

from rag import ask as pipeline

pytestmark = WITH_BROWSER


def test_everything_works_by_keyboard_alone(page, served_desk):
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
    assert marked(page) == pipeline.ask(served_desk, WITHDRAWAL).citations[number - 1].exact
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
        for question in (NOWHERE, CHANGE, "What did Xavier Nobody say about sanctions?"):
            ask(page, question)
        asked = ask(page, SIDES)
        asked.locator("a.cite").first.click()
        expect(page.locator("#evidence mark.hit").first).to_be_visible()
        asked.get_by_role("button", name="Correct this").click()
        expect(asked.get_by_role("form")).to_be_visible()
        page.get_by_role("button", name="Speaker, period, answerer").click()
        expect(page.get_by_label("Answerer")).to_be_visible()
        assert flaws(page) == []
        shown = check(page, "This crisis is surely a Ukraine crisis", "Annalena Baerbock")
        expect(shown.locator(".diff")).to_be_visible()
        assert flaws(page) == []
        page.get_by_role("tab", name="Statements").click()
        page.get_by_role("button", name="Show statements").click()
        expect(page.get_by_role("navigation", name="Pages of statements").first).to_be_visible()
        page.get_by_text("As numbers").first.click()
        assert flaws(page) == []
        page.get_by_role("tab", name="Corpus").click()
        page.locator("[data-remove]").first.click()
        expect(page.get_by_role("button", name="Keep it")).to_be_focused()
        page.locator("#copies summary").click()
        assert flaws(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_on_a_telephone_the_article_lies_over_the_answer_and_closes(browser, address, scheme):
    small = {"viewport": {"width": 390, "height": 844}, "color_scheme": scheme}
    with contextlib.closing(browser.new_context(**small)) as own, opened(own, address) as page:
        asked = ask(page, SIDES)
        first, second = (one.bounding_box() for one in asked.locator(".claim[data-lead]").all())
        assert first["y"] + first["height"] <= second["y"]  # one below the other
        asked.get_by_role("button", name="Correct this").click()
        expect(asked.get_by_role("form")).to_be_visible()
        asked.get_by_label("Topic").fill("a" * 60)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        asked.locator("a.cite").first.click()
        expect(page.locator("#evidence mark.hit").first).to_be_in_viewport()
        assert page.evaluate("!!document.elementFromPoint(195, 400).closest('#evidence')")
        page.get_by_role("button", name="Close").click()
        expect(page.locator("#evidence")).to_be_hidden()


def test_the_browsers_back_closes_an_article_and_forward_opens_it_again(page):
    before = page.url
    asked = ask(page, WITHDRAWAL)
    asked.locator("a.cite").first.click()
    expect(page.locator("mark.hit").first).to_be_visible()
    words = marked(page)
    page.go_back()
    expect(page.locator("body.reading-open")).to_have_count(0)
    assert page.url == before
    page.go_forward()
    expect(page.locator("mark.hit").first).to_be_visible()
    assert marked(page) == words
    page.get_by_role("button", name="Close").click()
    expect(page.locator("body.reading-open")).to_have_count(0)
    assert page.url == before


def test_what_cannot_be_saved_is_said_where_it_is_seen(page):
    page.get_by_role("button", name="Save as Markdown").click()
    expect(page.locator("#told")).to_have_text("There is nothing to save yet.")
    expect(page.locator("#told")).to_be_visible()
