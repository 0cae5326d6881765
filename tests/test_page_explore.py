"""The other tabs in a real browser: statements, checked quotations, the corpus, the API's page."""

import contextlib
import csv
import re

from browsing import WITH_BROWSER, ask, check, expect, marked

from rag.check import check as look_up
from ui import shelf

pytestmark = WITH_BROWSER


def test_statements_are_listed_counted_and_saved(page):
    page.get_by_role("tab", name="Statements").click()
    expect(page.locator("#statements")).to_contain_text("Choose a speaker")
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


def test_long_tables_are_turned_by_keyboard_and_the_csv_has_everything(
    page, served_desk, monkeypatch
):
    total = len(served_desk.statements())
    assert total > 400
    page.get_by_role("tab", name="Statements").click()
    page.get_by_role("button", name="Show statements").click()
    pages = page.get_by_role("navigation", name="Pages of statements", exact=True)
    expect(pages).to_contain_text(f"1 to 200 of {total:,}")
    expect(pages.get_by_role("button", name="Previous")).to_be_disabled()
    page.get_by_label("About", exact=True).fill("typed, but not asked for yet")
    onwards = pages.get_by_role("button", name="Next")
    onwards.focus()
    page.keyboard.press("Enter")
    expect(pages).to_contain_text(f"201 to 400 of {total:,}")
    expect(onwards).to_be_focused()
    expect(page.locator("#said-table tbody tr")).to_have_count(200)
    page.keyboard.press("Enter")
    expect(onwards).to_be_disabled()
    expect(pages.get_by_role("button", name="Previous")).to_be_focused()
    page.get_by_label("About", exact=True).fill("")
    with page.expect_download() as saving:
        page.get_by_role("button", name="Save as CSV").click()
    with saving.value.path().open(encoding="utf-8", newline="") as file:
        assert len(list(csv.reader(file))) == total + 1
    monkeypatch.setattr("ui.paging.ROWS", 10)
    page.get_by_role("tab", name="Corpus").click()
    pages = page.get_by_role("navigation", name="Pages of articles", exact=True)
    expect(pages).to_contain_text("1 to 10 of")
    pages.get_by_role("button", name="Next").click()
    expect(pages).to_contain_text("11 to 20 of")


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


def test_a_folder_is_dropped_or_chosen_and_its_articles_keep_apart(page, served_desk, tmp_path):
    folder = tmp_path / "quinces"
    (folder / "later" / ".git").mkdir(parents=True)
    text = "{}\n\nOSTRAVA, March 7 -- The quince market is open, Marta Kolisko said on Monday.\n"
    (folder / "index.txt").write_text(text.format("Quay opens"), encoding="utf-8")
    (folder / "later" / "index.txt").write_text(text.format("Quay closes"), encoding="utf-8")
    (folder / "later" / "photo.jpg").write_bytes(b"no article")
    (folder / "later" / ".git" / "notes.txt").write_text("hidden", encoding="utf-8")
    page.get_by_role("tab", name="Corpus").click()
    table = page.get_by_role("table", name="Articles", exact=True)
    expect(table).to_be_visible()
    drop(page, folder)
    expect(page.locator("#report")).to_contain_text("2 added.")
    expect(table).to_contain_text("Quay closes")
    page.locator("input[webkitdirectory]").set_input_files(folder)
    expect(page.locator("#report")).to_contain_text("2 unchanged.")
    empty = tmp_path / "pictures"
    empty.mkdir()
    (empty / "photo.jpg").write_bytes(b"no article")
    drop(page, empty)
    expect(page.locator("#refused")).to_contain_text("holds no articles")
    for one in served_desk.store.articles():
        if one.title.startswith("Quay"):
            assert shelf.remove(served_desk, one.id)


def drop(page, folder):
    """Let ``folder`` fall onto the place for articles, as from the desktop."""
    box = page.locator("#drop").bounding_box()
    at = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}
    data = {"items": [], "files": [str(folder)], "dragOperationsMask": 1}
    browser = page.context.new_cdp_session(page)
    for kind in ("dragEnter", "dragOver", "drop"):
        browser.send("Input.dispatchDragEvent", {"type": kind, **at, "data": data})
    browser.detach()


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
