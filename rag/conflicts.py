"""Candidates -> those that contradict what an answer says: other figures, or a denial.

Shown beside each other with both places, never blended (docs/answer.md). Strict on purpose: the
sentences must be about the same thing by the embedder and, for figures, count the same thing
within a day of each other.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from index.search.lexical import terms
from rag.candidates import Candidate
from rag.denial import DENIED, denied
from rag.gate.figures import figures
from rag.relevance import FEATURES
from rag.remarks import Remarks, day

_SAME_THING = 0.6  # cosine from which two sentences with figures are about one thing
_NEAR = 0.1  # share of the best relevance from which a denial is of what was asked about
_TOUCHING = 0.3  # and how near its words come to that
_MOST = 0.6  # and how near those of a plain "not" do
_WORDS = FEATURES.index("near_words")
_SAME_CHARGE = 0.5  # and a charge and its denial: they share less wording
_APART = timedelta(days=1)
_COUNTED = re.compile(
    r"\d[\d,.]*(?:\s*(?:million|billion|thousand|hundred))?\s+((?:[\w'’-]+\s+){0,3}[\w'’-]+)"
)
_DENIAL = re.compile(
    r"\b(?:den(?:y|ie[sd]|ying)|reject(?:s|ed|ing)?|dismiss(?:es|ed|ing)?|nothing to do with"
    r"|baseless|refut\w+|disput(?:es|ed|ing)|contradict\w*|calls? .{0,30}\blie\b"
    r"|(?:is|are|was|were|as|called)\s+(?:\w+\s+)?(?:untrue|false))\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Opposed:
    """A sentence that stands against one of the answer's, and in what."""

    candidate: Candidate
    detail: str


def opposed(
    said: Sequence[Candidate], ranked: Sequence[Candidate], remarks: Remarks, floor: float
) -> tuple[tuple[Candidate, Opposed], ...]:
    """Pairs of a sentence of the answer and one against it, each of those once.

    Only sentences of at least ``floor`` relevance are looked at. Of two sentences of the answer
    that stand against each other, only the second stands against the first.
    """
    found: list[tuple[Candidate, Opposed]] = []
    against: list[Candidate] = []
    for other in ranked:
        if other.relevance < floor:
            break
        for one in said:
            if one is other or one in against:
                continue
            if detail := _difference(one, other, remarks):
                found.append((one, Opposed(other, detail)))
                against.append(other)
                break
    return tuple(found)


def denials(ranked: Sequence[Candidate], matter: str) -> tuple[Candidate, ...]:
    """Those of ``ranked``, best first, in which somebody denies the ``matter``, in so many words or
    by a "not" right before it."""
    least = ranked[0].relevance * _NEAR if ranked else 0.0
    wanted = set(terms(matter))

    def share(text: str) -> float:
        return len(wanted & set(terms(text))) / max(1, len(wanted))

    return tuple(
        one
        for one in ranked
        if one.relevance >= least
        and one.touch >= _TOUCHING
        and one.statement is not None
        and (_DENIAL.search(one.text) or _says_no(one, share))
    )


def _says_no(one: Candidate, share: Callable[[str], float]) -> bool:
    return one.features[_WORDS] >= _MOST and denied(one.text, share) >= DENIED


def _difference(one: Candidate, other: Candidate, remarks: Remarks) -> str:
    if one.evidence.article.id == other.evidence.article.id and one.start == other.start:
        return ""
    return _figures_differ(one, other, remarks) or _denied(one, other, remarks)


def _figures_differ(one: Candidate, other: Candidate, remarks: Remarks) -> str:
    given, told = figures(one.text), figures(other.text)
    if not given or not told or any(a.fits(b) for a in given for b in told):
        return ""
    first, second = day(one), day(other)
    if first is None or second is None or abs(first - second) > _APART:
        return ""  # figures of different days are a development, not a conflict
    if not _counted(one.text) & _counted(other.text):
        return ""
    if any(a.bound or b.bound for a in given for b in told):
        return ""  # "more than 100,000" and 149,000 go together
    if remarks.close(one.text, other.text) < _SAME_THING:
        return ""
    return "The sources give different figures."


def _denied(one: Candidate, other: Candidate, remarks: Remarks) -> str:
    by, against = one.statement, other.statement
    if by is None or against is None or by.speaker_id == against.speaker_id:
        return ""
    if bool(_DENIAL.search(one.text)) == bool(_DENIAL.search(other.text)):
        return ""
    if remarks.close(one.text, other.text) < _SAME_CHARGE:
        return ""
    return "One source says it, another denies it."


def _counted(text: str) -> set[str]:
    """Stems of what the figures of a sentence count."""
    return {term for after in _COUNTED.findall(text) for term in terms(after)}
