"""A question -> whether a word of it points back at what was asked before, and whom it means.

"That", "there" and pronouns mostly find what they mean within the question itself: "Why did
Zelensky cancel his trip?" goes on with nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from index.roster import Forms
from index.search.lexical import terms
from index.speech import mentions
from rag.question.names import Frequency, named
from rag.types import Query

_PERSON = re.compile(r"\b(?:he|she|they|him|them)\b", re.IGNORECASE)
OWNED = re.compile(r"\b(?:his|her|their)\b(?=\s+\w)", re.IGNORECASE)  # in front of a noun
_SELF = re.compile(r"\s*\b(?:him|her|them)sel(?:f|ves)\b", re.IGNORECASE)
_GENDER = {"he": "m", "him": "m", "his": "m", "she": "f", "her": "f"}
_MANY = ("they", "them", "their")
_POINTING = re.compile(
    r"\b(?:he|she|they|him|her|his|hers|them|their|it|its|that|this|those|these|there|then|same"
    r"|else|anyone|anybody|someone|others?|again)\b",
    re.IGNORECASE,
)
_BE = frozenset("is are was were be been being isn't aren't wasn't weren't".split())
_LOOSE = _BE | frozenset(  # in front of "that" it is no conjunction, behind it neither
    "did does do has have had will would can could should may might and but or so what who why how "
    "when where which to of in on at for from with by about after before since over into against "
    "like than as all".split()
)
_SPANS = frozenset("week month year morning evening weekend winter spring summer autumn".split())
_CLAUSE = re.compile(r",|;|\band\s+(?:who|what|why|how|when|where)\b", re.IGNORECASE)
_NAME = re.compile(r"(?<!^)\b[^\W\d_a-z][\w’'-]+")


def points_back(question: str) -> bool:
    """Whether ``question`` leaves something to the one before it."""
    return any(not _is_own(question, found) for found in _POINTING.finditer(question))


def _is_own(question: str, found: re.Match[str]) -> bool:
    """Whether a pointing word means something that ``question`` itself says."""
    word = found.group().lower()
    before = question[: found.start()]
    earlier = re.findall(r"[\w’'-]+", before.lower())
    later = re.findall(r"[\w’'-]+", question[found.end() :].lower())
    last, following = (earlier or [""])[-1], (later or [""])[0]
    match word:
        case "that":  # "the sanctions that Germany wants", "said that he would"
            return bool(last) and last not in _LOOSE and len(later) > 1 and following not in _LOOSE
        case "there":  # "how many are there in", "was there an"
            return last in _BE or following in _BE
        case "this":
            return following in _SPANS
        case "its" | "their" | "his" | "her":  # before a noun: whose stands in front of it
            return bool(later) and bool(terms(before)) and following not in _LOOSE
        case "he" | "she" | "they":
            return bool(_NAME.search(before.strip()))
        case "it" | "them":  # "who accused whom of the attack, and who denied it"
            clause = _CLAUSE.search(before)
            return clause is not None and bool(terms(before[: clause.start()]))
    return False


def means_somebody(question: str) -> bool:
    """Whether a pronoun of ``question`` stands for a person."""
    return bool(_PERSON.search(question))


def in_full(text: str, before: Query, speakers: Forms, frequency: Frequency) -> str:
    """``text`` with the person that a pronoun stands for named in its place."""
    text = _SELF.sub("", text)
    for pattern, form in ((_PERSON, "{}"), (OWNED, "{}'s")):
        found = pattern.search(text)
        name = found and _antecedent(found.group().lower(), before, speakers, frequency)
        if found and name:
            text = f"{text[: found.start()]}{form.format(name)}{text[found.end() :]}"
    return text


def _antecedent(pronoun: str, before: Query, speakers: Forms, frequency: Frequency) -> str:
    """Whom a pronoun means: the speaker before, or whoever else was named and fits better."""
    wanted = _GENDER.get(pronoun, "")
    for name in _people(before, speakers, frequency):
        gender = mentions.gender(name, "")
        if pronoun in _MANY and gender and " and " not in name:
            continue  # one man or woman is not "they"
        if not wanted or not gender or gender == wanted:
            return name
    return ""


def _people(before: Query, speakers: Forms, frequency: Frequency) -> Iterator[str]:
    """The speaker of the question before, then the others that it names."""
    if before.interpretation.speaker:
        yield before.interpretation.speaker
    for one in named(before.standalone, speakers, frequency):
        if one.speakers[0].name != before.interpretation.speaker:
            yield one.speakers[0].name
