"""Candidates -> those that contradict what an answer says: other figures, or a denial.

Shown beside each other with both places, never blended (docs/answer.md). Strict on purpose: the
sentences must be about the same thing by the embedder and, for figures, count the same thing of the
same place within a day of each other, by two reports or two speakers; a denial must be of what the
other says.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import takewhile

from index.search.lexical import STOP_WORDS, terms
from rag.candidates import Candidate
from rag.denial import DENIED, denied
from rag.gate.figures import DATE, dates, figures
from rag.relevance import FEATURES
from rag.remarks import Remarks, day

_SAME_THING = 0.6  # cosine from which two sentences with figures are about one thing
_NEAR = 0.1  # share of the best relevance from which a denial is of what was asked about
_TOUCHING = 0.3  # and how near its words come to that
_MOST = 0.6  # and how near those of a plain "not" do
_WORDS = FEATURES.index("near_words")
_SAME_CHARGE = 0.5  # and a charge and its denial: they share less wording
_APART = timedelta(days=1)
_DENIED = 2  # stems that what is denied shares with what the other says, at least
_NAME = re.compile(r"(?<=[^.?!“\"\s]\s)[A-Z][\w-]+")
_RATE = re.compile(r"^\W*(?:[\w’'-]+\s+){1,2}?(?:per|an?|each|every)\s")
_CLAUSE = re.compile(r"[;,:]\s|\b(?:and|but|while)\s")
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
    if not _by_two(one, other):
        return ""  # a report that gives two figures counts two things
    given, told = figures(one.text), figures(other.text)
    if not given or not told or any(a.fits(b) for a in given for b in told):
        return ""
    first, second = day(one), day(other)
    if first is None or second is None or abs(first - second) > _APART:
        return ""  # figures of different days are a development, not a conflict
    if not _counted(one.text) & _counted(other.text) or not _of_one_place(one, other):
        return ""
    if any(a.bound or b.bound for a in given for b in told):
        return ""  # "more than 100,000" and 149,000 go together
    if remarks.close(one.text, other.text) < _SAME_THING:
        return ""
    return "The sources give different figures."


def _by_two(one: Candidate, other: Candidate) -> bool:
    """Whether two reports, or two speakers of one, say the two."""
    if one.evidence.article.id != other.evidence.article.id:
        return True
    by, against = one.statement, other.statement
    return by is not None and against is not None and by.speaker_id != against.speaker_id


def _of_one_place(one: Candidate, other: Candidate) -> bool:
    """Whether two sentences can be of one place and day: they share a name of each, where both
    have any besides their speakers'."""
    days, others = dates(one.text), dates(other.text)
    names, namesakes = _names(one), _names(other)
    same_day = not days or not others or bool(days & others)
    return same_day and (not names or not namesakes or bool(names & namesakes))


def _names(one: Candidate) -> set[str]:
    """Stems of the names in a sentence that are neither its speaker's nor a day's."""
    said = one.statement
    place = said.speaker if said else None
    text = one.text
    if place and one.start <= place.start and place.end <= one.end:
        text = f"{text[: place.start - one.start]}{text[place.end - one.start :]}"
    found = (name for name in _NAME.findall(text) if not DATE.fullmatch(name))
    return {term for name in found for term in terms(name)}


def _denied(one: Candidate, other: Candidate, remarks: Remarks) -> str:
    by, against = one.statement, other.statement
    if by is None or against is None or by.speaker_id == against.speaker_id:
        return ""
    first, second = _DENIAL.search(one.text), _DENIAL.search(other.text)
    if bool(first) == bool(second):
        return ""
    if not (_denies(one, first, other) or _denies(other, second, one)):
        return ""
    if remarks.close(one.text, other.text) < _SAME_CHARGE:
        return ""
    return "One source says it, another denies it."


def _denies(one: Candidate, found: re.Match[str] | None, other: Candidate) -> bool:
    """Whether the clause of ``one`` that says "denied" has words of what ``other`` says."""
    if found is None:
        return False
    begins = max((cut.end() for cut in _CLAUSE.finditer(one.text[: found.start()])), default=0)
    said = set(terms(one.text[begins:])) - set(terms(found.group()))
    return len(said & set(terms(other.text))) >= _DENIED


def _counted(text: str) -> set[str]:
    """Stems of what the figures of a sentence count, up to a small word: "troops" of "7,000 troops
    toward Ukraine"; a rate ("17 points a game") counts nothing."""
    found: set[str] = set()
    for counted in _COUNTED.finditer(text):
        if _RATE.match(text[counted.start(1) :]):
            continue
        words = takewhile(lambda word: word.lower() not in STOP_WORDS, counted[1].split())
        found |= {term for word in words for term in terms(word)}
    return found
