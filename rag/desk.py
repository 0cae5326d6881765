"""An opened index with its settings: what every surface holds while it answers."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import numpy as np

from index.embed import Embedder
from index.graph import Vectors
from index.lexical import terms
from index.store import Store
from index.types import Article, Passage, Speaker, Statement
from index.view import View
from rag.errors import UsageError
from rag.interpret import interpret
from rag.retrieve import fuse
from rag.settings import Settings
from rag.types import Coverage, Filters, Query, Turn


class Desk:
    """Answers from one index; safe to share between threads, follows the index as it changes."""

    def __init__(self, store: Store, embedder: Embedder, settings: Settings) -> None:
        self.store = store
        self.embedder = embedder
        self.settings = settings
        self.view = View(store, embedder)
        self._lock = threading.Lock()
        self._speakers: tuple[int, tuple[Speaker, ...]] = (-1, ())

    def speakers(self) -> tuple[Speaker, ...]:
        """Everybody who speaks in the corpus, most quoted first."""
        generation = self.view.refresh()
        with self._lock:
            if self._speakers[0] != generation:
                self._speakers = (generation, self.store.speakers())
            return self._speakers[1]

    def speakers_by_id(self) -> dict[str, Speaker]:
        """The speakers under their ids."""
        return {one.id: one for one in self.speakers()}

    def coverage(self) -> Coverage:
        """How many articles there are and what time they span."""
        articles, first, last, indexed = self.store.coverage()
        return Coverage(
            articles, first.date() if first else None, last.date() if last else None, indexed
        )

    def query(self, question: str, history: Sequence[Turn], filters: Filters) -> Query:
        """``question`` as it is understood after ``history``."""
        speakers = self.speakers()
        coverage = self.coverage()
        covered = (coverage.since, coverage.until)
        today = date.today()
        before: tuple[Query, ...] = ()
        for turn in history:
            earlier = interpret(
                turn.question, before, Filters(), speakers, self.frequency, covered, today
            )
            before = (*before, earlier)
        return interpret(question, before, filters, speakers, self.frequency, covered, today)

    def frequency(self, word: str) -> int:
        """How many passages hold ``word`` in any inflection."""
        return max((self.view.frequency(term) for term in terms(word)), default=0)

    def search(self, text: str, k: int) -> list[tuple[Passage, Article, float]]:
        """Up to ``k`` passages for ``text`` with their fused scores, best first.

        Raises UsageError when ``text`` is empty or too long or ``k`` out of range.
        """
        self._check_text(text)
        if not 1 <= k <= self.settings.results_limit:
            raise UsageError(f"k must lie between 1 and {self.settings.results_limit}")
        self.view.refresh()
        depth = max(k, self.settings.candidates)
        nearest = self.view.nearest(self.view.embed([text])[0], depth)
        matching = self.view.matching(text, depth)
        scores = fuse([[key for key, _ in nearest], [key for key, _ in matching]])
        ranked = sorted(scores, key=lambda key: (-scores[key], key))
        found = self.store.passages(ranked)
        return [(*found[key], scores[key]) for key in ranked if key in found][:k]

    def statements(self, speaker: str = "", about: str = "") -> list[Statement]:
        """All statements by a speaker and with the words of a topic, in order of article."""
        people = self.query(f"What did {speaker} say?", (), Filters(speaker)) if speaker else None
        if people and not people.speaker_ids:
            return []
        marks = ",".join("?" * len(people.speaker_ids)) if people else ""
        condition = f"n.speaker IN ({marks})" if people else ""
        found = self.store.statements(condition, people.speaker_ids if people else ())
        wanted = set(terms(about))
        return [one for one in found if wanted <= set(terms(self.words(one)))]

    def words(self, statement: Statement) -> str:
        """What a statement's content says, with an ellipsis where the reporter interrupts."""
        first = statement.content[0]
        article = self.store.article(first.article_id, first.revision)
        text = article.text if article else ""
        return " … ".join(text[part.start : part.end] for part in statement.content)

    def check_limits(self, question: str, history: Sequence[Turn]) -> None:
        """Raises UsageError when a question or its history is beyond what is answered."""
        self._check_text(question)
        if len(history) > self.settings.history_limit:
            raise UsageError(f"at most {self.settings.history_limit} earlier turns are read")
        for turn in history:
            self._check_text(turn.question)

    def nothing(self) -> Vectors:
        """A zero vector, float32[d]."""
        return np.zeros(self.embedder.dimension, dtype=np.float32)

    def _check_text(self, text: str) -> None:
        if not text.strip():
            raise UsageError("the question is empty: ask something")
        if len(text) > self.settings.question_limit:
            raise UsageError(
                f"the question has {len(text):,} characters, the limit is "
                f"{self.settings.question_limit:,}: shorten it"
            )


def sample_corpus() -> Path:
    """The folder of the sample corpus that comes with the program."""
    return Path(__file__).resolve().parent.parent / "eval" / "data" / "corpus"
