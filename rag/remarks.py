"""Candidates -> which of them report one and the same remark.

Outlets word one remark differently ("no sign that troops were leaving", "not a single unit had
moved"). Two reports are of one remark when the same person says them at the same time, the
embedder finds them close, and neither has a figure or a "not" that the other contradicts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, timedelta

import numpy as np

from index.search.graph import Vectors
from index.view import View
from rag.candidates import Candidate
from rag.gate.citing import Cited
from rag.gate.figures import figures
from rag.gate.locate import NEGATION

CLOSE = 0.72  # cosine from which two reports are of one remark (docs/evaluation.md)
_NEAR = 0.5  # cosine of word vectors below which no closer look is taken
_APART = timedelta(days=1)  # between printing days of reports of one remark
MOST = 3  # further reports cited for a claim


class Remarks:
    """Looks for reports of one remark among ``ranked``; what was embedded is remembered."""

    def __init__(self, view: View, ranked: Sequence[Candidate]) -> None:
        self._view = view
        self._ranked = ranked
        self._vectors: dict[str, Vectors] = {}
        self._sketches: dict[str, Vectors] = {}

    def reports(self, cited: Cited) -> tuple[Cited, ...]:
        """Other outlets' reports of the remark at ``cited``, most relevant first."""
        own = self._at(cited)
        found = [one for one in self._ranked if own and self.same(own, one)]
        by_article = {one.evidence.article.id: one for one in reversed(found)}
        kept = [one for one in found if by_article[one.evidence.article.id] is one][:MOST]
        return tuple(
            Cited(one.evidence, one.start, one.end, "exact", one.statement) for one in kept
        )

    def same(self, one: Candidate, other: Candidate) -> bool:
        """Whether two candidates of different articles report one remark of one person."""
        said, again = one.statement, other.statement
        if said is None or again is None or said.speaker_id != again.speaker_id:
            return False
        if one.evidence.article.id == other.evidence.article.id or not said.speaker_id:
            return False
        if not _together(one, other) or not _agree(one.text, other.text):
            return False
        return self.close(one.text, other.text) >= CLOSE

    def close(self, one: str, other: str) -> float:
        """Cosine of two sentences; 0 where their words are far apart."""
        rough = _known((one, other), self._sketches, self._view.sketch)
        if float(rough[0] @ rough[1]) < _NEAR:
            return 0.0
        vectors = self.vectors((one, other))
        return float(vectors[0] @ vectors[1])

    def vectors(self, texts: Sequence[str]) -> Vectors:
        """Unit vectors of ``texts``, float32[n, d]; each is embedded once."""
        return _known(texts, self._vectors, self._view.embed)

    def _at(self, cited: Cited) -> Candidate | None:
        article = cited.evidence.article.id
        places = (c for c in self._ranked if c.evidence.article.id == article)
        return next((c for c in places if c.start < cited.end and cited.start < c.end), None)


def _known(
    texts: Sequence[str], known: dict[str, Vectors], embed: Callable[[Sequence[str]], Vectors]
) -> Vectors:
    """A row for each of ``texts``; those not ``known`` yet are embedded, and known then."""
    new = [text for text in dict.fromkeys(texts) if text not in known]
    known |= dict(zip(new, embed(new), strict=True)) if new else {}
    return np.stack([known[text] for text in texts])


def day(one: Candidate) -> date | None:
    """When a candidate was said, else printed."""
    said = one.statement.said_on if one.statement else None
    published = one.evidence.article.published
    return said or (published.date() if published else None)


def _together(one: Candidate, other: Candidate) -> bool:
    """Whether two reports can be of one time: the same day, where both name it."""
    said = one.statement.said_on if one.statement else None
    again = other.statement.said_on if other.statement else None
    if said and again:
        return said == again
    first, second = day(one), day(other)
    return first is None or second is None or abs(first - second) <= _APART


def _agree(one: str, other: str) -> bool:
    """Whether no figure stands against another and both say "not" or neither does."""
    given, told = figures(one), figures(other)
    figures_agree = not given or not told or any(a.fits(b) for a in given for b in told)
    return figures_agree and bool(NEGATION.search(one)) == bool(NEGATION.search(other))
