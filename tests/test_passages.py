"""Sentences packed into passages within a budget of tokens."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_blocks import ARTICLES
from world import BRIDGE, WORDS, an_article

from index.blocks import blocks, headline
from index.passages import CONTEXT, RETRIEVED, budget, context, embedded_text, passages
from index.search.embed import Embedder, load
from index.sentences import sentences
from index.types import Article


def code_points(texts: Sequence[str]) -> list[int]:
    """A tokenizer at its worst: every code point that is not space is a token."""
    return [len("".join(text.split())) for text in texts]


def evidence(article: Article) -> list[tuple[int, int]]:
    cut = sentences(article.text, blocks(article.text, article.title))
    return [(one.start, one.end) for one in cut if one.kind in RETRIEVED]


@given(ARTICLES, st.integers(1, 60), st.sampled_from([WORDS.count, code_points]))
def test_passages_hold_every_sentence_of_text_and_captions_once(text, limit, count) -> None:
    article = an_article(text, headline(text))
    found = passages(article, count, limit)
    at = 0
    held = []
    for one in found:
        assert at <= one.span.start < one.span.end <= len(text)
        assert (one.span.article_id, one.span.revision) == (article.id, article.revision)
        at = one.span.end
        held.append(text[one.span.start : one.span.end])
    told = "".join("".join(text[start:end].split()) for start, end in evidence(article))
    assert "".join("".join(piece.split()) for piece in held) == told


@given(ARTICLES, st.integers(1, 60), st.sampled_from([WORDS.count, code_points]))
def test_no_passage_has_more_tokens_than_its_budget(text, limit, count) -> None:
    for one in passages(an_article(text, headline(text)), count, limit):
        body = text[one.span.start : one.span.end]
        assert count([body])[0] <= one.tokens
        assert one.tokens <= max(limit, count([body[0]])[0])


@pytest.fixture(scope="module")
def real() -> Embedder:
    return load()


@pytest.mark.parametrize(
    "text",
    [
        "The mayor said that the old bridge would reopen in May. " * 60,
        "俄罗斯国防部宣布部分部队已完成演习并返回驻地。" * 80,
        "新" * 3000,
        "🎉👩‍🚀" * 500,
        "ضربة " * 900,
        "Donaudampfschifffahrtsgesellschaftskapitän" * 60,
        "!?" * 900,
    ],
)
def test_nothing_that_is_embedded_is_cut_off_by_the_real_model(real: Embedder, text: str) -> None:
    article = an_article(f"{text}\n\nThe end came at noon.", title=text[:400])
    title = context(article, real.count)
    assert real.count([title])[0] <= CONTEXT
    for one in passages(article, real.count, budget(real.max_tokens)):
        whole = embedded_text(article, one, title)
        assert real.count([whole])[0] + 2 <= real.max_tokens


def test_the_title_is_embedded_with_each_passage() -> None:
    article = an_article(BRIDGE, headline(BRIDGE))
    (one,) = passages(article, WORDS.count)
    told = embedded_text(article, one, context(article, WORDS.count))
    assert told.startswith("Bridge to reopen in May\nMayor Jane Holt spoke at noon.")


def test_a_caption_is_a_passage_of_its_own() -> None:
    text = "The soldiers went home.\n\nA soldier waits. (Jo Doe/AFP)\n\nThe talks went on."
    found = passages(an_article(text), WORDS.count)
    assert [one.kind for one in found] == ["body", "caption", "body"]


def test_an_embedder_that_reads_little_gets_shorter_passages() -> None:
    assert (budget(512), budget(256), budget(128)) == (160, 160, 78)


def test_an_article_of_headings_has_no_passages() -> None:
    assert passages(an_article("One\n\nTwo\n\nThree"), WORDS.count) == ()
