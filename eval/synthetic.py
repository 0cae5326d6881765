"""Made-up articles and vectors in any number, for measuring how an index bears its size.

Vectors are a mixture of 2,000 clusters in 64 dimensions with a little noise in all 384: embeddings
of text have few true dimensions, and plain random ones would make every approximate search look
bad. Words follow Zipf's law, so that some stand in most articles and most in few.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np

from index.formats.metadata import revision
from index.storage.store import Floats
from index.types import Article, Passage, Span, Statement

DIMENSION = 384
PASSAGES = 8  # an article, which is what news articles have
_WORDS = 110  # a passage
_VOCABULARY = 60_000
_STATEMENTS = 4  # an article
_SENTENCE = 18  # words
_CLUSTERS, _TRUE = 2_000, 64
_SYLLABLES = [c + v for c in "bdfgklmnprstvz" for v in ("a", "e", "i", "o", "u", "ar", "en", "il")]


@dataclass(frozen=True, slots=True)
class Made:
    """An article with its passages and statements; ``vectors`` is float32[passages, 384]."""

    article: Article
    passages: tuple[Passage, ...]
    statements: tuple[Statement, ...]
    vectors: Floats


class World:
    """Articles and questions of one seed; the same numbers give the same ones."""

    def __init__(self, seed: int = 0) -> None:
        rng = np.random.default_rng(seed)
        self._seed = seed
        self._spread = rng.standard_normal((_TRUE, DIMENSION)).astype("f4") / np.sqrt(_TRUE)
        self._centres = rng.standard_normal((_CLUSTERS, _TRUE)).astype("f4")
        parts = rng.integers(0, len(_SYLLABLES), (_VOCABULARY, 4))
        sizes = rng.integers(2, 5, _VOCABULARY)
        self._words = np.array(
            ["".join(_SYLLABLES[p] for p in row[:n]) for row, n in zip(parts, sizes, strict=True)]
        )
        weights = 1 / (np.arange(_VOCABULARY) + 10.0)
        self._shares = np.cumsum(weights / weights.sum())

    def articles(self, count: int, first: int = 0) -> Iterator[Made]:
        """``count`` articles, the first of them number ``first``."""
        for number in range(first, first + count):
            yield self._article(number)

    def vectors(self, count: int, rng: np.random.Generator) -> Floats:
        """Unit rows, float32[count, 384]."""
        centres = self._centres[rng.integers(0, _CLUSTERS, count)]
        inner = centres + 0.6 * rng.standard_normal((count, _TRUE), dtype=np.float32)
        noise = rng.standard_normal((count, DIMENSION), dtype=np.float32)
        rows = inner @ self._spread + 0.15 * noise
        unit: Floats = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype("f4")
        return unit

    def question(self, number: int, articles: int) -> tuple[str, Floats]:
        """A question about one of the first ``articles``, and its vector, float32[384]."""
        rng = np.random.default_rng((self._seed, 2, number))
        of = int(rng.integers(0, articles))
        words = self._sentence(np.random.default_rng((self._seed, 1, of)), 60)[20:27]
        topic = " ".join(words)
        asked = f"What did {self._name(of)} say about {topic}?" if number % 3 == 0 else ""
        return asked or f"What happened with {topic}?", self.vectors(1, rng)[0]

    def _article(self, number: int) -> Made:
        rng = np.random.default_rng((self._seed, 1, number))
        name = self._name(number)
        words = self._sentence(rng, PASSAGES * _WORDS)
        sentences = [
            " ".join(words[at : at + _SENTENCE]).capitalize() + "."
            for at in range(0, len(words), _SENTENCE)
        ]
        bodies = [" ".join(some) for some in np.array_split(sentences, PASSAGES)]
        text = "\n\n".join([f"{name} on {words[20]}", *bodies]) + "\n"
        day = datetime(2020, 1, 1, tzinfo=UTC) + timedelta(hours=number % 40_000)
        article = Article(
            id=f"a{number}",
            revision=revision(text),
            title=f"{name} on {words[20]}",
            text=text,
            publisher=f"Outlet {number % 40}",
            published=day,
            source=f"/made/{number}.txt",
        )
        spans, at = [], 0
        for body in bodies:
            at = text.index(body, at)
            spans.append(Span(article.id, article.revision, at, at + len(body)))
            at += len(body)
        passages = tuple(
            Passage(f"{article.id}:{s.start}-{s.end}", s, "body", _WORDS) for s in spans
        )
        return Made(article, passages, _said(article, spans, name), self.vectors(len(spans), rng))

    def _sentence(self, rng: np.random.Generator, count: int) -> list[str]:
        places = np.searchsorted(self._shares, rng.random(count))
        return list(self._words[np.minimum(places, _VOCABULARY - 1)])

    def _name(self, number: int) -> str:
        """Who speaks in an article: a few in very many, most in a few."""
        rng = np.random.default_rng((self._seed, 3, number))
        rank = int(rng.pareto(0.6) * 5) % 1_000_000
        first, last = divmod(rank * 7919 % 4_000_000, 2_000)
        return f"{self._words[first].capitalize()} {self._words[3_000 + last].capitalize()}"


def _said(article: Article, spans: list[Span], name: str) -> tuple[Statement, ...]:
    return tuple(
        Statement(
            f"{article.id}:{span.start}",
            (Span(article.id, article.revision, span.start, span.start + 80),),
            "indirect",
            speaker_surface=name,
            speaker_name=name,
            speaker_role="minister" if article.id.endswith("7") else "",
            speaker_method="named",
        )
        for span in spans[:_STATEMENTS]
    )
