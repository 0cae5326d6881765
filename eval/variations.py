"""A few articles -> a corpus of many, each its own: words give way to others of equal length.

Equal lengths keep every offset, so an article is read for who said what once and its variations
share the spans. Vectors are random: what is measured here does not look at them.
"""

from __future__ import annotations

import random
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from index import joining
from index.formats.metadata import article as identified
from index.passages import passages
from index.search.embed import Embedder
from index.search.graph import Vectors
from index.speech import statements
from index.storage import snapshots
from index.storage.store import Store
from index.storage.upgrade import EXTRACTION
from index.storage.writer import Entry, Writer, text_digest
from index.types import Article, Passage, Span, Statement

SHARE = 0.3  # of the exchangeable words, those that a variation exchanges
DIMENSION = 8
_WORD = re.compile(r"\b[a-z]{4,}\b")
_BATCH = 500  # articles a commit


def fill(store: Store, articles: Sequence[Article], count: int) -> None:
    """Put ``count`` articles into an empty store: ``articles``, then variations of them."""
    read = list(zip(articles, statements.extract_all(articles), strict=True))
    cut = [passages(article, tokens) for article in articles]
    entries = _entries(read, cut, count)
    with Writer(store) as writer:
        while batch := [entry for _, entry in zip(range(_BATCH), entries, strict=False)]:
            vectors = {digest: _vector(digest) for entry in batch for digest in entry.digests}
            writer.put(batch, vectors, {})
        joining.join_speakers(store, writer)
        snapshots.publish(store, writer)


def embedder() -> Embedder:
    """An embedder that looks at nothing but a digest of the text."""

    def embed(texts: Sequence[str]) -> Vectors:
        rows = [_vector(text_digest(text)) for text in texts]
        return np.stack(rows) if rows else np.zeros((0, DIMENSION), dtype=np.float32)

    return Embedder("digests", DIMENSION, 256, "digests:1", "none", embed, tokens, embed)


def tokens(texts: Sequence[str]) -> list[int]:
    """How many words each text has."""
    return [len(text.split()) for text in texts]


def _entries(
    read: Sequence[tuple[Article, tuple[Statement, ...]]],
    cut: Sequence[tuple[Passage, ...]],
    count: int,
) -> Iterator[Entry]:
    others = vocabulary(article.text for article, _ in read)
    for number in range(count):
        article, said = read[number % len(read)]
        own = cut[number % len(read)]
        if number >= len(read):
            article = variation(article, others, number)
            said = tuple(_moved(one, article) for one in said)
            own = tuple(_passage(one, article) for one in own)
        digests = tuple(text_digest(article.text[p.span.start : p.span.end]) for p in own)
        yield Entry(article, own, digests, said, extraction=EXTRACTION)


def vocabulary(texts: Iterable[str]) -> Mapping[int, Sequence[str]]:
    """The words of texts by their length, as often as they occur."""
    found: defaultdict[int, list[str]] = defaultdict(list)
    for text in texts:
        for match in _WORD.finditer(text):
            found[len(match.group())].append(match.group())
    return found


def variation(article: Article, others: Mapping[int, Sequence[str]], number: int) -> Article:
    """The article with a share of its words exchanged; the same for the same ``number``."""
    chance = random.Random(number)

    def exchanged(match: re.Match[str]) -> str:
        word = match.group()
        return chance.choice(others[len(word)]) if chance.random() < SHARE else word

    text = _WORD.sub(exchanged, article.text)
    made = identified(f"{article.id}-{number}", text, f"{article.source}-{number}")
    return replace(
        made, title=article.title, publisher=article.publisher, published=article.published
    )


def _moved(one: Statement, article: Article) -> Statement:
    def span(place: Span) -> Span:
        return Span(article.id, article.revision, place.start, place.end)

    return replace(
        one,
        id=f"{article.id}:{one.content[0].start}-{one.content[-1].end}",
        content=tuple(span(part) for part in one.content),
        speaker=span(one.speaker) if one.speaker else None,
        cue=span(one.cue) if one.cue else None,
    )


def _passage(one: Passage, article: Article) -> Passage:
    span = Span(article.id, article.revision, one.span.start, one.span.end)
    return replace(one, id=f"{article.id}:{span.start}-{span.end}", span=span)


def _vector(digest: bytes) -> Vectors:
    values = np.frombuffer(digest[:DIMENSION], dtype=np.uint8).astype(np.float32) - 127.5
    unit: Vectors = values / np.linalg.norm(values)
    return unit
