"""Article -> Passages: neighbouring sentences within the embedder's token budget."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from index.blocks import blocks
from index.sentences import sentences
from index.types import Article, BlockKind, Passage, Sentence, Span

Count = Callable[[Sequence[str]], list[int]]

BUDGET = 160  # word pieces of a passage's own text; the title in front may take CONTEXT more
CONTEXT = 48  # word pieces of title that are embedded in front of a passage
_SPECIAL = 2  # word pieces that a tokenizer puts around a text
RETRIEVED: tuple[BlockKind, ...] = ("body", "caption")
_GOOD_BREAK = 0.6  # share of the budget from which a paragraph's end closes a passage


def passages(article: Article, count: Count, budget: int = BUDGET) -> tuple[Passage, ...]:
    """The passages of ``article`` in order, each at most ``budget`` word pieces long.

    They hold every sentence of body and captions exactly once; headings travel as context and
    credits are nobody's evidence.
    """
    found = [
        sentence
        for sentence in sentences(article.text, blocks(article.text, article.title))
        if sentence.kind in RETRIEVED
    ]
    sizes = count([article.text[one.start : one.end] for one in found])
    fitting = [
        part
        for one, size in zip(found, sizes, strict=True)
        for part in _fitting(article.text, one, size, count, budget)
    ]
    return tuple(_pack(article, [one for one, _ in fitting], [n for _, n in fitting], budget))


def budget(max_tokens: int, wanted: int = BUDGET) -> int:
    """How many word pieces a passage may have for an embedder that reads ``max_tokens``."""
    return max(1, min(wanted, max_tokens - CONTEXT - _SPECIAL))


def context(article: Article, count: Count) -> str:
    """The article's title as it is embedded in front of its passages: CONTEXT pieces at most."""
    title = article.title[: CONTEXT * 3]  # a word piece of English is longer than 3 letters
    while title and count([title])[0] > CONTEXT:
        title = title[: len(title) * 3 // 4]
    return title


def embedded_text(article: Article, passage: Passage, title: str) -> str:
    """What is embedded for a passage: the article's title, which says what "he" and "it" are
    about, and the passage."""
    body = article.text[passage.span.start : passage.span.end]
    return f"{title}\n{body}" if title else body


def _pack(
    article: Article, pieces: Sequence[Sentence], sizes: Sequence[int], budget: int
) -> Iterator[Passage]:
    first, total = 0, 0
    for at, piece in enumerate(pieces):
        if at > first and _breaks(article.text, pieces[at - 1], piece, total, sizes[at], budget):
            yield _passage(article, pieces[first:at], total)
            first, total = at, 0
        total += sizes[at]
    if pieces:
        yield _passage(article, pieces[first:], total)


def _breaks(
    text: str, before: Sentence, piece: Sentence, total: int, size: int, budget: int
) -> bool:
    between = text[before.end : piece.start]
    if before.kind != piece.kind or between.strip() or total + size > budget:
        return True  # what stands between, a heading or a credit, is no part of a passage
    new_paragraph = "\n" in between
    full = total >= budget * _GOOD_BREAK or piece.kind == "caption"
    return new_paragraph and full


def _passage(article: Article, pieces: Sequence[Sentence], tokens: int) -> Passage:
    start, end = pieces[0].start, pieces[-1].end
    span = Span(article.id, article.revision, start, end)
    return Passage(f"{article.id}:{start}-{end}", span, pieces[0].kind, tokens)


def _fitting(
    text: str, sentence: Sentence, size: int, count: Count, budget: int
) -> Iterator[tuple[Sentence, int]]:
    """``sentence`` of ``size`` word pieces, or its parts within the budget, with their sizes.

    A part is cut at a space where there is one; a single code point is never cut.
    """
    start, end = sentence.start, sentence.end
    if size <= budget or end - start < 2:
        yield sentence, size
        return
    half = start + (end - start) // 2
    cut = text.rfind(" ", start + (end - start) // 4, half + 1)
    cut = cut if cut > start else half
    rest = cut + len(text[cut:end]) - len(text[cut:end].lstrip())
    parts = [Sentence(sentence.kind, start, cut), Sentence(sentence.kind, rest, end)]
    sizes = count([text[part.start : part.end] for part in parts])
    for part, own in zip(parts, sizes, strict=True):
        yield from _fitting(text, part, own, count, budget)
