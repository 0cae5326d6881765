"""Ranked candidates -> Draft, without a model: the article's own sentences, speakers named."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from index.types import Speaker
from rag.candidates import Candidate
from rag.phrase import phrase
from rag.types import DraftSentence, Query

NAME = "extractive"
_KEEP = 0.45  # a further sentence must reach this share of the best one's relevance
_SAME = 0.6  # share of words (Jaccard) from which two sentences say the same


def extract(
    query: Query,
    ranked: Sequence[Candidate],
    speakers: Mapping[str, Speaker],
    limit: int,
) -> Iterator[DraftSentence]:
    """Up to ``limit`` sentences, the strongest first, each citing the passage it stands in."""
    introduced: set[str] = set()
    for candidate in _chosen(query, ranked, limit):
        said = candidate.statement
        speaker = speakers.get(said.speaker_id) if said else None
        first = speaker is not None and speaker.id not in introduced
        if speaker:
            introduced.add(speaker.id)
        yield DraftSentence(
            text=phrase(candidate, speaker, first),
            cites=(candidate.evidence.rank,),
            speaker=speaker.name if speaker else "",
        )


def _chosen(query: Query, ranked: Sequence[Candidate], limit: int) -> list[Candidate]:
    if not ranked:
        return []
    bar = ranked[0].relevance * _KEEP
    chosen: list[Candidate] = []
    for speaker in query.speaker_ids if len(query.speaker_ids) > 1 else ():
        own = [c for c in ranked if c.statement and c.statement.speaker_id == speaker]
        chosen += own[:1]
    for candidate in ranked:
        if len(chosen) >= limit:
            break
        if candidate.relevance >= bar and not any(_same(candidate, other) for other in chosen):
            chosen.append(candidate)
    return chosen


def _same(one: Candidate, other: Candidate) -> bool:
    words, others = set(one.text.lower().split()), set(other.text.lower().split())
    return len(words & others) / max(1, len(words | others)) >= _SAME
