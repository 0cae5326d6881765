"""The other tabs in a real browser: statements, checked quotations, the corpus, the API's page."""

import contextlib
import re

from browsing import WITH_BROWSER, ask, check, expect, marked

from rag.check import check as look_up

pytestmark = WITH_BROWSER


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
    page, served_desk
):
    said = "“This crisis is not a Ukraine crisis,”"
    shown = check(page, said, "Annalena Baerbock")
    expect(shown.get_by_role("heading", name="Authentic")).to_be_visible()
    found = look_up(served_desk, said, "Annalena Baerbock")
    expect(shown).to_contain_text(found.message)
    expect(shown.locator(".about")).to_contain_text("Annalena Baerbock")
    shown.locator("a.read").click()
    expect(page.locator("#evidence h2")).to_have_text(found.article.title)
    assert (
        marked(page)
        == found.exact
        == served_desk.store.article(found.article.id).text[found.start : found.end]
    )
    expect(page.locator("#evidence mark.hit").first).to_be_in_viewport()
    check(page, "This crisis is surely a Ukraine crisis", "Annalena Baerbock")
    expect(shown.get_by_role("heading", name="Altered")).to_be_visible()
    expect(shown.locator(".diff del")).to_have_text("[only in the article: not]")
    expect(shown.locator(".diff ins")).to_have_text("[only in the quotation: surely]")
    check(page, "This crisis is not a Ukraine crisis", "Olaf Scholz")
    expect(shown.get_by_role("heading", name="Another speaker said it")).to_be_visible()


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
