"""The Ask tab in a real browser: asked, cited, opened, stopped, corrected, refused."""

import threading

from browsing import CHANGE, NOWHERE, SIDES, WITH_BROWSER, WITHDRAWAL, ask, expect, marked

from rag import ask as pipeline

pytestmark = WITH_BROWSER


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


def test_the_answer_is_shown_and_each_marker_opens_exactly_what_it_cites(page, served_desk):
    asked = ask(page, WITHDRAWAL)
    answer = pipeline.ask(served_desk, WITHDRAWAL)
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


def test_previous_and_next_walk_through_the_sources(page, served_desk):
    asked = ask(page, WITHDRAWAL)
    first, second = pipeline.ask(served_desk, WITHDRAWAL).citations[:2]
    asked.locator("a.cite").first.click()
    expect(page.locator("#evidence h2")).to_have_text(first.article.title)
    expect(page.get_by_role("button", name="Previous")).to_be_disabled()
    page.get_by_role("button", name="Next").click()
    expect(page.locator("#evidence h2")).to_have_text(second.article.title)
    assert marked(page) == second.exact
    page.get_by_role("button", name="Previous").click()
    expect(page.locator("#evidence h2")).to_have_text(first.article.title)


def test_hovering_a_marker_shows_the_quotation(page, served_desk):
    asked = ask(page, WITHDRAWAL)
    expect(page.get_by_role("tooltip")).to_be_hidden()
    asked.locator("a.cite").first.hover()
    tip = page.get_by_role("tooltip")
    expect(tip).to_contain_text(pipeline.ask(served_desk, WITHDRAWAL).citations[0].exact)
    page.mouse.move(5, 5)
    expect(tip).to_be_hidden()


def test_a_follow_up_is_read_with_what_came_before(page):
    ask(page, WITHDRAWAL)
    asked = ask(page, "And what did he say in Munich?")
    expect(asked.locator(".understood")).to_contain_text("Read as")
    expect(asked.locator(".understood")).to_contain_text("Jens Stoltenberg")
    expect(page.locator("#past .asked")).to_have_text(WITHDRAWAL)
    page.get_by_role("button", name="New conversation").click()
    page.keyboard.type("What did Biden say?")  # not waiting for anything
    page.keyboard.press("Enter")
    expect(page.locator("#now .exchange[data-state=done] .asked")).to_have_text(
        "What did Biden say?"
    )
    expect(page.locator("#past .asked")).to_have_count(0)
    page.get_by_role("button", name="New conversation").click()
    expect(page.locator(".greeting h2")).to_be_visible()


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
    now = page.locator("#now .exchange[data-state=done]")
    expect(now.locator(".asked")).to_have_text("What did Joe Biden say about withdrawal?")
    expect(now.locator(".understood")).to_contain_text("Joe Biden")
    expect(now.locator(".understood")).to_contain_text("since 18 February 2022")
    form = now.get_by_role("form", name="Correct how the question was read")
    now.get_by_role("button", name="Correct this").click()  # days that were set stay so
    form.get_by_label("Speaker").fill("")
    form.get_by_label("Topic").fill("sanctions")
    page.keyboard.press("Enter")
    expect(now.locator(".asked")).to_have_text("What did anyone say about sanctions?")
    expect(now.locator(".understood")).to_contain_text("Speaker anyone")
    expect(now.locator(".understood")).to_contain_text("since 18 February 2022")
    now.get_by_role("button", name="Correct this").click()
    form.get_by_label("Question").fill(WITHDRAWAL)  # other words are read anew
    form.get_by_label("From").fill("")
    page.keyboard.press("Enter")
    expect(now.locator(".asked")).to_have_text(WITHDRAWAL)
    expect(now.locator(".understood")).to_contain_text("Jens Stoltenberg")
    expect(now.locator(".understood")).to_contain_text("any time")


def test_an_unknown_speaker_is_named_and_the_question_goes_to_anyone(page):
    asked = ask(page, "What did Xavier Nobody say about sanctions?")
    refusal = asked.locator(".abstention")
    expect(refusal).to_contain_text("Xavier Nobody does not speak in these articles")
    expect(refusal).to_contain_text("Check the spelling")
    refusal.get_by_role("button", name="Ask what anyone said about sanctions").click()
    now = page.locator("#now .exchange[data-state=done]")
    expect(now.locator(".asked")).to_have_text("What did anyone say about sanctions?")
    expect(now.locator("a.cite").first).to_be_visible()


def test_days_lead_a_course_and_two_speakers_stand_side_by_side(page, served_desk):
    asked = ask(page, CHANGE)
    answer = pipeline.ask(served_desk, CHANGE)
    assert asked.locator(".text.course").text_content() == answer.text
    day = asked.locator(".claim").first.evaluate("one => getComputedStyle(one, '::before').content")
    assert day == '"15 Feb 2022"'
    asked = ask(page, SIDES)
    answer = pipeline.ask(served_desk, SIDES)
    assert asked.locator(".text.sides").text_content() == answer.text
    boxes = [one.bounding_box() for one in asked.locator(".claim[data-lead]").all()]
    assert boxes[0]["x"] + boxes[0]["width"] <= boxes[1]["x"]
    assert boxes[0]["y"] == boxes[1]["y"]


def test_verified_sentences_appear_one_by_one_and_stop_keeps_them(page, served_desk, monkeypatch):
    whole = pipeline.ask(served_desk, WITHDRAWAL)
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
