"""Records -> HTML: nothing from an article, a question or a model becomes markup."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from html.parser import HTMLParser

import pytest
from hostile import HOSTILE, REVISION, answer, checked, citation, exchange, poisoned, reference

from index.types import Article
from rag.check import Checked
from rag.nearest import changes
from rag.types import (
    Abstention,
    Checks,
    Claim,
    Closest,
    Conflict,
    Filters,
    Interpretation,
    Notice,
)
from rag.wire import Said
from ui import explore, export, grades, markup, pane, render, shelf, verdict
from ui import reference as reference_page
from ui.conversation import Exchange
from ui.understanding import understood

TAGS = set(
    """a article aside b button dd del details div dl dt figcaption figure form h2 h3 h4 header i
    input ins label li mark ol p q rect section span summary svg table tbody td th thead time title
    tr ul""".split()
)


class Seen(HTMLParser):
    """What a parser makes of some HTML: its tags, its attributes, its text."""

    def __init__(self, markup: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags, self.attributes, self.words, self.marked = [], [], "", ""
        self._mark = 0
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs
        self._mark += tag == "mark"

    def handle_endtag(self, tag):
        self._mark -= tag == "mark"

    def handle_data(self, data):
        self.words += data
        self.marked += data if self._mark else ""

    def handle_comment(self, data):
        raise AssertionError(f"a comment: {data!r}")

    def handle_decl(self, decl):
        raise AssertionError(f"a declaration: {decl!r}")


def assert_inert(html):
    """No tag, handler or address that could run or fetch anything."""
    seen = Seen(html)
    assert set(seen.tags) <= TAGS
    for name, value in seen.attributes:
        assert not name.startswith("on")
        assert name not in ("src", "srcdoc", "action", "formaction", "poster", "background")
        if name == "href":
            assert value.startswith(("#read/", "?a=", "https://", "http://"))
        if name == "style":
            assert value.startswith(("width:", "left:"))
    return seen


@pytest.mark.parametrize("text", HOSTILE)
def test_an_answer_shows_hostile_text_as_text(text):
    refusal = Abstention("no_evidence", text, (Closest(reference(text, text), 0, 5, text),))
    notes = (Notice("x", text),)
    whole = answer(
        warnings=notes,
        conflicts=(Conflict(text, (1,)),),
        citations=(citation(1, also_in=(reference(),)), citation(2)),
    )
    one = poisoned(exchange(whole, lasting=True, given=datetime(2022, 2, 20, tzinfo=UTC)), text)
    shown = " ".join(assert_inert(render.exchange(one)).words.split())
    assert " ".join(text.replace("\ud800", "?").split()) in shown
    assert_inert(render.exchange(exchange(answer(abstention=refusal, question=text))))
    assert_inert(render.exchange(Exchange(text, "k", error=text)))
    assert_inert(render.exchange(Exchange(text, "k", text=text, citations=whole.citations)))
    assert_inert(render.exchange(Exchange(text, "k", text=text, stopped=True)))


@pytest.mark.parametrize("text", HOSTILE)
def test_an_article_shows_hostile_text_as_text(text):
    found = Article("x", REVISION, text, f"{text}\n\nA line.\n{text}", text, (text,), text)
    seen = assert_inert(pane.article(found, current=False, start=2, end=len(found.text)))
    assert text.replace("\ud800", "?") in seen.words


@pytest.mark.parametrize("text", HOSTILE)
def test_saved_conversations_are_inert_too(text):
    one = poisoned(exchange(answer()), text)
    page = export.page((one,))
    assert_inert(
        page[page.index("<main>") + 6 : page.index("</main>")]
        .replace("<h1>", "")
        .replace("<sup>", "")
        .replace("</sup>", "")
        .replace("href='#r", "href='#read/")
        .replace('href="#f', 'href="#read/')
    )
    markdown = export.markdown((one,))
    assert "](http" not in markdown
    assert "](javascript" not in markdown
    assert "<img" not in markdown.replace("\\<img", "")
    assert "<script" not in markdown.replace("\\<script", "")


@pytest.mark.parametrize("text", HOSTILE)
def test_what_the_corpus_tab_says_is_inert(text):
    assert_inert(shelf.refused(text))
    assert_inert(shelf.question(text))


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("outcome", ["authentic", "altered", "not_found"])
def test_a_verdict_shows_hostile_text_as_text(outcome, text):
    one = replace(poisoned(checked(outcome), text), outcome=outcome, article=reference(text, text))
    shown = assert_inert(verdict.verdict(one)).words
    assert shown.count(text.replace("\ud800", "?")) >= 6


@pytest.mark.parametrize(
    ("outcome", "sign", "words"),
    [
        ("authentic", "✓", "Authentic"),
        ("altered", "≠", "Altered"),
        ("shortened", "…", "Shortened"),
        ("other_speaker", "⇄", "Another speaker said it"),
    ],
)
def test_a_verdict_is_a_sign_and_words_with_who_when_and_where(outcome, sign, words):
    html = verdict.verdict(checked(outcome))
    seen = Seen(html)
    assert seen.words.startswith(f"{sign}{words}The article has other words.")
    assert "Tom Brandt on 19 February 2022" in seen.words
    assert "He disagreed. The northern line must stay open all winter" in seen.words
    assert ("href", f"#read/munich/{REVISION}/10/42") in seen.attributes
    assert ("<del>" in html) == (outcome == "altered")


def test_words_of_one_side_only_are_marked_and_named():
    assert "<del>" not in verdict.diff(changes("we will go", "we will go"))
    seen = Seen(verdict.diff(changes("we will go now", "we will not go")))
    assert "we will [only in the article: not] go [only in the quotation: now]" in seen.words
    assert (seen.tags.count("del"), seen.tags.count("ins")) == (2, 2)  # a word and its key


def test_words_that_are_nowhere_have_no_place():
    found = Checked("not_found", "No article has these words.", "Penguins prefer jazz", "")
    html = verdict.verdict(found)
    assert "Not found" in html
    assert "Penguins prefer jazz" in html
    assert "href" not in html


def test_markers_become_links_to_the_exact_place_and_the_text_stays_the_same():
    whole = answer()
    seen = Seen(render.exchange(exchange(whole)))
    assert whole.text in seen.words
    links = [value for name, value in seen.attributes if name == "href"]
    assert links.count(f"#read/munich/{REVISION}/10/31") == 2  # the marker and its source


def test_brackets_inside_a_quotation_are_not_taken_for_markers():
    text = 'He said: "as in [1] and [sic]" [1]. The rest is so [2].'
    first = text.index(" The rest")
    claims = (
        Claim(0, first, "quote", "", "verbatim", Checks(), (1,)),
        Claim(first + 1, len(text), "paraphrase", "", "supported", Checks(), (2,)),
    )
    html = render.exchange(exchange(answer(text, claims=claims)))
    assert html.count('class="cite') == 2
    assert "as in [1] and [sic]" in html


def test_a_quotation_a_paraphrase_and_weak_support_are_told_apart_by_sign_and_by_word():
    weak = Claim(0, 5, "paraphrase", "", "weak", Checks(numbers=False), ())
    whole = answer()
    html = render.exchange(exchange(replace(whole, claims=(*whole.claims, weak))))
    for sign, words in (("quote", "verbatim quotation"), ("supported", "paraphrase, supported")):
        assert f"cite {sign}" in html
        assert words in html
    assert "weak support" in html
    assert "differs in numbers" in html


def test_a_sentence_in_the_articles_words_is_not_called_a_quotation():
    plain = Claim(0, 5, "paraphrase", "", "verbatim", Checks(), ())
    assert grades.grade(plain) == "verbatim"


def test_the_question_is_shown_as_understood_only_where_that_adds_something():
    whole = answer()
    shown = understood(exchange(whole))
    assert "What did Stoltenberg say?" in shown
    assert "since 1 February 2022" in shown
    bare = Exchange("Who?", "k", standalone="Who?", interpretation=Interpretation())
    assert understood(bare) == ""
    cleared = Filters(any_speaker=True, any_time=True)
    shown = understood(replace(bare, filters=cleared))
    assert "Speaker <b>anyone</b>" in shown
    assert "Period <b>any time</b>" in shown


def test_what_was_understood_can_be_put_right_once_the_answer_is_there():
    seen = Seen(understood(exchange(answer())))
    values = dict(
        zip(*[iter(v for n, v in seen.attributes if n in ("name", "value"))] * 2, strict=True)
    )
    assert values == {
        "question": "What did Stoltenberg say?",
        "speaker": "Jens Stoltenberg",
        "topic": "",  # "no" is nothing that the question itself says
        "since": "2022-02-01",
        "until": "",
    }
    assert "form" not in Seen(understood(exchange(answer(), answer=None))).tags


def test_a_kept_answer_has_a_link_and_says_when_it_was_given():
    given = datetime(2022, 2, 20, 9, 5, tzinfo=UTC)
    html = render.exchange(exchange(answer(), lasting=True, given=given))
    assert 'href="?a=k1"' in html
    assert "20 February 2022 at 09:05 UTC" in html
    assert "?a=" not in render.exchange(exchange(answer(), given=given))


def test_a_marker_is_not_parted_from_the_word_before_it():
    html = render.exchange(
        exchange(
            answer(
                "The rest is so [1].",
                claims=(Claim(0, 19, "paraphrase", "", "supported", Checks(), (1,)),),
            )
        )
    )
    assert '<span class="unparted">so <a' in html
    long = f"https://example.org/{'a' * 30} [1]."
    claim = Claim(0, len(long), "paraphrase", "", "supported", Checks(), (1,))
    assert '<span class="unparted"> <a' in render.exchange(exchange(answer(long, claims=(claim,))))


def test_a_refusal_gives_its_reason_and_the_closest_evidence_as_links():
    close = Closest(reference("Poland counts"), 4, 20, "its guest rooms")
    refusal = Abstention("no_evidence", "The articles do not answer this.", (close,))
    html = render.exchange(exchange(answer(abstention=refusal, citations=(), claims=())))
    assert "Not in these articles" in html
    assert f"#read/munich/{REVISION}/4/20" in html
    assert "2 articles indexed, 1 to 20 February 2022." in html
    assert "data-copy" not in html


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("https://example.org/a?b=1", True),
        ("http://example.org", True),
        ("javascript:alert(1)", False),
        ("JaVaScRiPt:alert(1)", False),
        ("data:text/html,x", False),
        ("//evil.example", False),
        ("https://user:pass@evil.example", False),
        ("https://example.org@evil.example", False),
        ("https://evil.example\\@example.org", False),
        ("https:\n//evil.example", False),
        ("https://[", False),
        ("ftp://example.org", False),
        ("", False),
    ],
)
def test_only_plain_web_addresses_are_linked(url, shown):
    link = markup.outward(url)
    assert bool(link) is shown
    assert 'rel="noopener' in link or not shown
    assert bool(markup.text_fragment(url, "some words")) is shown


def test_a_link_shows_the_host_it_leads_to():
    assert "example.org" in Seen(markup.outward("https://example.org/bbc.co.uk")).words
    looks_alike = markup.outward("https://exаmple.org/")  # the a is Cyrillic
    assert "xn--" in Seen(looks_alike).words


@pytest.mark.parametrize(
    "text",
    [
        "Title\nFirst line.\nSecond line, quoted.\n",
        "One.\n\n“Two,” he said. — “Three…”\n\nFour 👩‍👩‍👧 five.\n",
        "e\u0301a\u0308 \u00e9\u00e4 \u0645\u0631\u062d\u0628\u0627 \r old Mac\r line\t tab  two",
        "  \n\n leading and trailing \n ",
    ],
)
def test_the_marked_characters_are_exactly_the_cited_ones(text):
    found = Article("x", REVISION, "Title", text)
    for start in range(len(text)):
        for end in range(start + 1, len(text) + 1):
            seen = Seen(pane.article(found, current=True, start=start, end=end))
            assert seen.marked == text[start:end]


@pytest.mark.parametrize(("start", "end"), [(0, 0), (5, 5), (9, 3), (-1, 4), (0, 10_000)])
def test_a_span_outside_the_article_marks_nothing(start, end):
    found = Article("x", REVISION, "Title", "Title\nA line.")
    assert Seen(pane.article(found, current=True, start=start, end=end)).marked == ""


def test_a_very_long_article_is_shown_around_the_citation():
    text = "A sentence of some words.\n" * 20_000
    found = Article("x", REVISION, "Long", text)
    html = pane.article(found, current=True, start=300_000, end=300_020)
    assert Seen(html).marked == text[300_000:300_020]
    assert len(html) < 400_000
    assert "Earlier text is left out" in html
    assert "Later text is left out" in html


def test_copied_text_keeps_its_footnotes():
    text = export.footnoted(answer())
    assert text.startswith('He said: "no" [1].')
    assert "\n[1] “He saw no withdrawal.” In Munich" in text
    assert "(Jens Stoltenberg quoted; verbatim quotation; characters 10 to 31)." in text
    assert "https://example.org/a" in text


def test_saved_footnotes_work_and_lead_to_the_words():
    saved = (exchange(answer()), exchange(answer()))
    markdown = export.markdown(saved)
    assert "[^1-1]" in markdown
    assert "[^2-2]: " in markdown
    assert "#:~:text=He%20saw%20no%20withdrawal." in markdown
    page = export.page(saved)
    seen = Seen(page[page.index("<main>") : page.index("</main>") + 7])
    ids = [value for name, value in seen.attributes if name == "id"]
    links = [value for name, value in seen.attributes if name == "href"]
    assert len(ids) == len(set(ids))
    assert {link[1:] for link in links if link.startswith("#")} == set(ids)


def test_what_the_articles_disagree_on_is_kept_with_its_footnotes():
    whole = answer(conflicts=(Conflict("5,000 by one count, 7,000 by another.", (1, 2)),))
    wanted = "5,000 by one count, 7,000 by another. [1][2]"
    assert f"The articles disagree:\n- {wanted}" in export.footnoted(whole)
    assert "- 5,000 by one count, 7,000 by another\\. [^1-1][^1-2]" in export.markdown(
        (exchange(whole),)
    )
    page = export.page((exchange(whole),))
    assert wanted in Seen(page[page.index("<main>") :]).words.replace("\xa0", " ")
    ids = re.findall(r'id="([^"]+)"', page)
    assert len(ids) == len(set(ids))


def test_unfinished_exchanges_are_not_saved():
    assert "## " not in export.markdown((Exchange("What?", "k", error="no"),))


def test_long_quotations_are_addressed_by_their_ends():
    link = markup.text_fragment("https://example.org/a#top", " ".join(f"w{n}" for n in range(40)))
    assert link == (
        "https://example.org/a#:~:text=w0%20w1%20w2%20w3%20w4,w35%20w36%20w37%20w38%20w39"
    )


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("article.md", "article.md"),
        ("../../etc/passwd", "passwd"),
        ("..\\..\\x.MD", "x.md"),
        (".hidden.txt", "hidden.txt"),
        ("...", "article"),
        ("a\x00b.html", "ab.html"),
        ("C:\\x\\y.txt", "y.txt"),
        ("наши новости.txt", "наши новости.txt"),
        ("a<b>|c?.md", "a_b__c.md"),
    ],
)
def test_uploaded_names_stay_in_their_folder(given, kept):
    assert shelf.safe_name(given) == kept


def test_very_long_names_are_cut():
    assert len(shelf.safe_name("x" * 5000 + ".md")) < 130


@pytest.mark.parametrize("text", HOSTILE)
def test_statements_and_their_counts_show_hostile_text_as_text(text):
    one = Said(text, text, text, "direct", text, None, text, text, reference(text, text), 0, 5)
    shown = explore.statements_page([one]) + explore.statements_table([one])
    words = assert_inert(shown).words
    assert words.count(text.replace("\ud800", "?")) >= 4


def test_the_viewer_of_the_api_gets_a_document_that_it_can_read():
    part = {"anyOf": [{"type": "string", "const": "a"}, {"type": "null"}], "items": [1]}
    assert reference_page.older(part) == {
        "anyOf": [{"type": "string", "enum": ["a"]}],
        "nullable": True,
        "items": [1],
    }


def test_an_article_shows_its_correction_and_when_it_was_changed():
    day = datetime(2022, 2, 18, 9, tzinfo=UTC)
    own = Article("a", REVISION, "Title", "Text.", published=day, updated=day.replace(day=19))
    corrected = replace(own, notice="Correction: <b>the mayor</b> is Jane Holt.", section="World")
    shown = assert_inert(pane.article(corrected, True)).words
    assert "updated 19 February 2022" in shown
    assert "World" in shown
    assert "Correction: <b>the mayor</b> is Jane Holt." in shown
    assert "updated" not in Seen(pane.article(replace(own, updated=day), True)).words
