"""Article -> Passages: neighbouring sentences within the embedder's token budget."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from index.blocks import blocks
from index.sentences import sentences
from index.types import Article, BlockKind, Passage, Sentence, Span

Count = Callable[[Sequence[str]], list[int]]

BUDGET = 160  # word pieces of a passage's own text; the title in front may take CONTEXT more
CONTEXT = 48  # word pieces of title that are embedded in front of a passage
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
    pieces = [piece for sentence in found for piece in _fitting(article.text, sentence, budget)]
    sizes = count([article.text[piece.start : piece.end] for piece in pieces])
    return tuple(_pack(article, pieces, sizes, budget))


def embedded_text(article: Article, passage: Passage) -> str:
    """What is embedded for a passage: the article's title, which says what "he" and "it" are
    about, and the passage."""
    body = article.text[passage.span.start : passage.span.end]
    title = article.title[: CONTEXT * 3]  # a word piece of English is longer than 3 letters
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
    if before.kind != piece.kind or piece.kind == "caption" or total + size > budget:
        return True
    new_paragraph = "\n" in text[before.end : piece.start]
    return new_paragraph and total >= budget * _GOOD_BREAK


def _passage(article: Article, pieces: Sequence[Sentence], tokens: int) -> Passage:
    start, end = pieces[0].start, pieces[-1].end
    span = Span(article.id, article.revision, start, end)
    return Passage(f"{article.id}:{start}-{end}", span, pieces[0].kind, tokens)


def _fitting(text: str, sentence: Sentence, budget: int) -> Iterator[Sentence]:
    """``sentence``, or its parts at spaces when it may exceed the budget.

    A word piece is at least one code point, so ``budget`` code points always fit; English
    averages four, so only a sentence of more than ``budget`` * 3 is looked at.
    """
    start, limit = sentence.start, budget * 3
    while sentence.end - start > limit:
        cut = text.rfind(" ", start + 1, start + limit)
        cut = cut if cut > start else start + limit
        yield Sentence(sentence.kind, start, cut)
        start = cut + (text[cut] == " ")
    if start < sentence.end:
        yield Sentence(sentence.kind, start, sentence.end)
