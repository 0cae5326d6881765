"""Evidence -> the sentences an answer could be made of, ranked by relevance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from index.types import Statement
from rag.citing import sentences_of
from rag.relevance import Relevance
from rag.types import Evidence, Query

_EXPECTED = 0.05  # bonus for a sentence that holds the kind of thing asked for
_DIRECT = 0.03  # bonus for the speaker's own words
_PASSAGE = 0.1  # weight of the passage's own similarity


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence ``article.text[start:end]`` of a passage, who says it, and its relevance."""

    evidence: Evidence
    start: int
    end: int
    statement: Statement | None
    relevance: float

    @property
    def text(self) -> str:
        """The sentence as the article has it."""
        return self.evidence.article.text[self.start : self.end]


def candidates(
    query: Query, evidence: Sequence[Evidence], relevance: Relevance
) -> tuple[Candidate, ...]:
    """Sentences of the evidence, most relevant first; only the asked speakers' in their mode."""
    found = [
        (one, start, end, _said(query, one, start, end))
        for one in evidence
        for start, end in sentences_of(one)
    ]
    if query.mode == "statements":
        found = [entry for entry in found if entry[3] and entry[3].speaker_id in query.speaker_ids]
    scores = relevance.scores([one.article.text[start:end] for one, start, end, _ in found])
    ranked = [
        Candidate(
            one, start, end, said, _adjusted(query, one, one.article.text[start:end], said, score)
        )
        for (one, start, end, said), score in zip(found, scores, strict=True)
    ]
    return tuple(sorted(ranked, key=lambda c: (-c.relevance, c.evidence.rank, c.start)))


def _adjusted(
    query: Query, evidence: Evidence, text: str, said: Statement | None, score: float
) -> float:
    score += _PASSAGE * max(0.0, evidence.similarity)
    if query.expects == "number" and any(character.isdigit() for character in text):
        score += _EXPECTED
    if said and said.speech == "direct" and query.speaker_ids:
        score += _DIRECT
    return score


def _said(query: Query, evidence: Evidence, start: int, end: int) -> Statement | None:
    """The statement that a sentence reports, an asked speaker's before another's."""
    inside = [
        one
        for one in evidence.statements
        if any(part.start < end and part.end > start for part in one.content)
    ]
    inside.sort(
        key=lambda one: (
            one.speaker_id not in query.speaker_ids,
            not one.speaker_id,
            one.content[0].start,
        )
    )
    return inside[0] if inside else None
