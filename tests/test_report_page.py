"""The page of an evaluation: alone in one file, hostile words shown as words, failures marked."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from scored import row

from eval import abreast, compare, measures, page, risk
from eval.failures import failure, faults
from eval.markup import Markup, tag
from eval.page import Run
from eval.rows import Row, Shown

ATTACK = "<script>alert(1)</script><img src=//evil.example/x onerror=alert(1)>\"'&"
ACTIVE = {"script", "img", "iframe", "object", "embed", "link", "form", "a", "base", "audio"}


class Reader(HTMLParser):
    """The elements, attributes and words of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words += data


def answer(text: str, *claims: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"status": "answered", "text": text, "claims": list(claims), "citations": [], **more}


def hostile() -> Row:
    place = Shown("a1", ATTACK, 0, len(ATTACK), ATTACK, ATTACK, ATTACK)
    cited = {
        "number": 1,
        "article": {"id": "a1", "title": ATTACK},
        "start": 0,
        "end": 5,
        "exact": ATTACK,
    }
    claim = {"start": 0, "end": len(ATTACK), "citations": [1]}
    given = answer(ATTACK, claim, citations=[cited], warnings=[{"code": "x", "detail": ATTACK}])
    return row(
        ATTACK,
        type=ATTACK,
        question=ATTACK,
        speaker=ATTACK,
        answers=(ATTACK,),
        history=(ATTACK,),
        model=ATTACK,
        gold=((place,),),
        evidence=(place,),
        answer=given,
    )


def shown(*rows: Row) -> str:
    return page.page(Run("dams", rows, measures.figures(rows), risk.curve(rows)))


def test_words_of_articles_questions_and_models_are_shown_and_never_run() -> None:
    found = Reader(shown(hostile()))
    assert not {name for name, _ in found.elements} & ACTIVE
    assert not [key for _, attributes in found.elements for key in attributes if key[:2] == "on"]
    assert found.words.count(ATTACK) >= 8


def test_the_page_asks_nobody_for_anything_and_forbids_it() -> None:
    text = shown(hostile(), row("b", right=True))
    assert "default-src 'none'" in text
    for name, attributes in Reader(text).elements:
        assert not {"src", "href", "action", "srcset", "data"} & set(attributes), name
    style = re.search(r"<style>(.*?)</style>", text, re.DOTALL)
    assert style
    assert "url(" not in style[1]
    assert "@import" not in style[1]


def test_only_what_failed_is_listed_and_a_type_can_be_chosen() -> None:
    wrong = row("w", question="Who broke it?", type="fact")
    other = row("o", question="Who paid?", type="speaker")
    text = shown(row("r", question="Who held it?", right=True), wrong, other)
    assert "2 of 3 questions failed" in text
    assert "Who broke it?" in text
    assert "Who held it?" not in text
    kinds = [a["class"] for name, a in Reader(text).elements if name == "details"]
    assert kinds == ["failure type-0", "failure type-1"]
    assert "main:has(#only-1:checked) .failure:not(.type-1)" in text


def test_gold_and_what_is_cited_are_marked_to_the_character() -> None:
    passage = Shown("a1", "Dam", 100, 130, "The dam holds. It is very old.")
    gold = Shown("a1", "Dam", 104, 113, "dam holds")
    cited = {"article": {"id": "a1", "title": ""}, "start": 115, "end": 130, "exact": "It is very"}
    said = answer("It is very old [1].", citations=[{**cited, "number": 1}])
    text = failure(row(gold=((gold,),), evidence=(passage,), answer=said))
    assert "The <mark>dam holds</mark>. <u>It is very old.</u>" in text


def test_sentences_that_cite_gold_are_told_from_those_that_do_not() -> None:
    text = "It holds [1]. It is old [2]."
    claims = ({"start": 0, "end": 13, "citations": [1]}, {"start": 14, "end": 28, "citations": [2]})
    found = failure(row(answer=answer(text, *claims), right_citations=(2,)))
    assert '<span class="not-gold">It holds<sup>[1]</sup>.</span>' in found
    assert '<span class="gold">It is old<sup>[2]</sup>.</span>' in found


def test_a_failure_says_why() -> None:
    missed = {"1": 0.0, "3": 0.0, "5": 0.0, "10": 0.0}
    assert faults(row(abstained=True, recall=missed)) == ["not found", "refused, though answerable"]
    assert faults(row(answerable=False)) == ["answered, though not answerable"]
    assert faults(row()) == ["cites something else"]
    assert faults(row(right=True, speaker_right=False)) == []
    lost = row(right=True, quotations=2, quotations_verbatim=1, right_citations=(1,))
    assert faults(lost) == ["quotation not verbatim"]


def test_a_run_that_only_searched_has_a_page_too() -> None:
    text = shown(row(answer=None, recall={"1": 0.0, "3": 0.5, "5": 1.0, "10": 1.0}, right=True))
    assert "retrieval only" in text
    assert "Risk against coverage" not in text


def test_differences_are_coloured_only_where_chance_is_unlikely() -> None:
    before = [row(str(n), right=False) for n in range(40)]
    after = [row(str(n), right=n > 5, milliseconds=5.0) for n in range(40)]
    changes = compare.differences(before, after)
    run = Run("dams", after, measures.figures(after), None, {"right": 0.5}, {"last week": changes})
    text = page.page(run)
    assert "Against last week" in text
    assert '<td class="gold">+0.850</td>' in text
    assert 'title="floor 0.5"' in text


@settings(max_examples=60, deadline=None)
@given(st.text())
def test_any_text_comes_out_of_the_markup_as_it_went_in(text: str) -> None:
    found = Reader(tag("p", text, title=text))
    plain = text.replace("\0", "\N{REPLACEMENT CHARACTER}")
    assert found.words == plain
    assert found.elements == [("p", {"title": plain})]
    assert isinstance(tag("p", Markup("<i>x</i>")), Markup)


def test_answerers_stand_abreast_with_their_figures_and_their_answers() -> None:
    one = row("q1", model="extractive", right=True, answer=answer("It holds [1]."))
    other = row("q1", model=ATTACK, answer=answer(ATTACK))
    runs = {"extractive": [one], ATTACK: [other]}
    figures = {name: measures.figures(found, 0) for name, found in runs.items()}
    changes = {ATTACK: compare.differences([one], [other])}
    read = Reader(abreast.abreast(abreast.Runs("dams", runs, figures, changes)))
    assert not {name for name, _ in read.elements} & ACTIVE
    assert "extractive: right" in read.words
    assert f"{ATTACK}: cites something else" in read.words
    assert "It holds [1]." in read.words
    assert f"Against {ATTACK}" in read.words
