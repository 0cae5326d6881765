"""Evidence -> the tightest whole sentences that carry a claim."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from index.blocks import blocks
from index.sentences import sentences
from index.types import Speaker, Statement
from rag import support
from rag.attribution import attributed
from rag.types import Evidence, Match


@dataclass(frozen=True, slots=True)
class Cited:
    """A place that carries a claim: sentences of one evidence article, in code points."""

    evidence: Evidence
    start: int
    end: int
    match: Match
    statement: Statement | None


def sentences_of(evidence: Evidence) -> list[tuple[int, int]]:
    """Start and end of each sentence of the passage, in code points of its article."""
    article, span = evidence.article, evidence.passage.span
    found = sentences(article.text, blocks(article.text, article.title))
    return [(s.start, s.end) for s in found if span.start <= s.start and s.end <= span.end]


def words(cited: Cited) -> str:
    """The cited characters."""
    return cited.evidence.article.text[cited.start : cited.end]


def cite(
    evidence: Evidence, start: int, end: int, match: Match, speakers: Mapping[str, Speaker]
) -> Cited:
    """The place widened to whole sentences, with the statement it belongs to."""
    said = attributed(start, end, evidence.statements, speakers).statement
    touched = [(s, e) for s, e in sentences_of(evidence) if s < end and e > start]
    low = min([start, *(s for s, _ in touched)])
    high = max([end, *(e for _, e in touched)])
    return Cited(evidence, low, high, match, said)


def carrying(claim: str, shown: Sequence[Evidence], speakers: Mapping[str, Speaker]) -> list[Cited]:
    """Of each passage the sentence that shares most of the claim's words, if any."""
    found = []
    for one in shown:
        text = one.article.text
        scored = [(support.overlap(claim, text[s:e]), s, e) for s, e in sentences_of(one)]
        score, start, end = max(scored, key=lambda entry: entry[0], default=(0.0, 0, 0))
        if score > 0:
            found.append(cite(one, start, end, "exact", speakers))
    return found


def merged(cited: Sequence[Cited]) -> tuple[Cited, ...]:
    """``cited`` without repeats; a range that another holds goes."""
    kept: list[Cited] = []
    for one in cited:
        same = [o for o in kept if o.evidence.article.id == one.evidence.article.id]
        if not any(o.start <= one.start and one.end <= o.end for o in same):
            kept.append(one)
    return tuple(kept)
