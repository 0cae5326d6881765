"""Evidence -> the tightest whole sentences that carry a claim."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from index.blocks import blocks
from index.sentences import sentences
from index.types import Article, Speaker, Statement
from rag.gate import support
from rag.gate.attribution import attributed
from rag.types import Evidence, Match

MOST = 3  # sentences cited for one claim
_GAIN = 2  # words of the claim that a further sentence must add
_ECHO = 0.7  # share of the best overlap at which a second passage counts as saying the same

# A sentence that speaks to a machine is an attack or an accident, and nothing to report.
ADDRESSES_MACHINE = re.compile(
    r"\b(?:ignore|disregard|forget|override)\b[^.!?]{0,40}\b(?:instructions?|prompts?|rules"
    r"|guidelines|context|directions|above|previous)\b"
    r"|\b(?:system (?:prompt|message)|developer mode|jailbr\w+|respond only with|end of answer"
    r"|as an ai\b|you are (?:now )?(?:an? )?(?:ai|assistant|chatgpt|dan|language model|chatbot)"
    r"|do not (?:cite|mention) (?:this|these))"
    r"|<\|?(?:im_start|im_end|system|user|assistant|endoftext)|\[/?(?:INST|SYS|SYSTEM)\]"
    r"|###\s*(?:system|instruction|user|assistant)|^\s*(?:system|assistant|user)\s*:"
    r"|!\[[^\]]*\]\(|javascript:",
    re.IGNORECASE,
)


# "KYIV, Feb 14 (Agency) -- ": where and when a report was filed is no part of its first sentence.
_FILED = r"(?:,\s[\w .]{2,25}){0,3}"
_DATELINE = re.compile(
    rf"(?:[A-Z][A-Z.'’-]{{2,}}(?:[ /][A-Z][A-Z.'’-]+)*{_FILED}(?:\s\([^)\n]{{2,40}}\))?"
    rf"|[A-Z][\w.'’-]+(?:[ /,]{{1,2}}[A-Z][\w.'’-]+){{0,3}}{_FILED}\s\([A-Z][^)\n]{{1,40}}\))"
    r"\s*(?:—|–|--|-)\s+(?=\S)"
)


@dataclass(frozen=True, slots=True)
class Cited:
    """A place that carries a claim: sentences of one evidence article, in code points."""

    evidence: Evidence
    start: int
    end: int
    match: Match
    statement: Statement | None


@lru_cache(maxsize=256)
def _all_sentences(article: Article) -> tuple[tuple[int, int], ...]:
    found = sentences(article.text, blocks(article.text, article.title))
    return tuple((_begun(article.text, one.start, one.end), one.end) for one in found)


def _begun(text: str, start: int, end: int) -> int:
    """Where a sentence begins behind its dateline."""
    line = _DATELINE.match(text, start, end)
    return line.end() if line else start


def sentences_of(evidence: Evidence) -> list[tuple[int, int]]:
    """Start and end of each sentence of the passage, in code points of its article."""
    span = evidence.passage.span
    return [
        (s, e) for s, e in _all_sentences(evidence.article) if span.start <= s and e <= span.end
    ]


def before(cited: Cited) -> str:
    """The two sentences before the cited characters, in the same passage."""
    earlier = [place for place in sentences_of(cited.evidence) if place[1] <= cited.start][-2:]
    return cited.evidence.article.text[earlier[0][0] : cited.start] if earlier else ""


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
    """The few sentences of the passages that together share most of the claim's words.

    The best one, those that add words it lacks, and the best of each other passage that says
    nearly as much. Sentences that speak to a machine carry nothing.
    """
    wanted = set(support.content(claim))
    found = [
        (one, s, e, wanted & support.stems(one.article.text[s:e]))
        for one in shown
        for s, e in sentences_of(one)
        if not ADDRESSES_MACHINE.search(one.article.text[s:e])
    ]
    called = _called(shown, speakers)
    chosen: list[tuple[Evidence, int, int, set[str]]] = []
    missing = set(wanted)
    while found and len(chosen) < MOST:
        best = max(found, key=lambda f: (len(f[3] & missing - called), len(f[3] & missing)))
        if len(best[3] & missing) < (_GAIN if chosen else 1):
            break
        chosen.append(best)
        missing -= best[3] | _known_as(cite(*best[:3], "exact", speakers), speakers)
    for one in shown if chosen else ():
        own = max((f for f in found if f[0] is one), key=lambda f: len(f[3]), default=None)
        taken = any(f[0] is one for f in chosen)
        if own and not taken and len(own[3]) >= _ECHO * len(chosen[0][3]):
            chosen.append(own)
    return [cite(one, s, e, "exact", speakers) for one, s, e, _ in chosen]


def _called(shown: Sequence[Evidence], speakers: Mapping[str, Speaker]) -> set[str]:
    """The stems of names and roles of whoever speaks in the passages: what they say counts more."""
    said = {one.speaker_id for evidence in shown for one in evidence.statements}
    people = [speakers[one] for one in said if one in speakers]
    return support.stems(" ".join(" ".join((one.name, *one.roles)) for one in people))


def _known_as(cited: Cited, speakers: Mapping[str, Speaker]) -> set[str]:
    """The stems of all that the speaker of a sentence is called, which needs no sentence more."""
    person = speakers.get(cited.statement.speaker_id) if cited.statement else None
    return support.stems(" ".join((person.name, *person.roles))) if person else set()


def merged(cited: Sequence[Cited]) -> tuple[Cited, ...]:
    """``cited`` without repeats; a range that another holds goes."""
    kept: list[Cited] = []
    for one in cited:
        same = [o for o in kept if o.evidence.article.id == one.evidence.article.id]
        if not any(o.start <= one.start and one.end <= o.end for o in same):
            kept.append(one)
    return tuple(kept)
