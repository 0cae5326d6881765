"""A claim + what it cites -> whether its figures, names, dates, negations and words stand there.

These checks are lexical. They catch a wrong digit, a name from elsewhere, a lost "not" and
sentences about something else; they cannot see that the right words were put together wrongly
(docs/verification.md says what was measured).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from index.lexical import terms
from rag.locate import NEGATION
from rag.types import Checks

SUPPORTED = 0.7  # share of a claim's content words that stand in what it cites
_LEFT_OUT = 4  # words of the source that a claim may replace by a name and still be verbatim
WEAK = 0.5  # below this a claim is not shown

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_SMALL = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen twenty".split()
)
_WORDED = {word: str(value) for value, word in enumerate(_SMALL)} | {
    "thirty": "30",
    "forty": "40",
    "fifty": "50",
    "sixty": "60",
    "seventy": "70",
    "eighty": "80",
    "ninety": "90",
    "hundred": "100",
    "thousand": "1000",
    "million": "1000000",
    "billion": "1000000000",
    "dozen": "12",
    "half": "0.5",
}
_DAYS = "monday tuesday wednesday thursday friday saturday sunday".split()
_MONTHS = (
    "january february march april may june july august september october november december".split()
)
_DATE = re.compile(rf"\b(?:{'|'.join([*_DAYS, *_MONTHS])}|(?:19|20)\d\d)\b", re.IGNORECASE)
_NAME = re.compile(r"(?<![\w'’])[^\W\d_a-z][\w'’-]*")
# Words that carry how something is said rather than what: a claim may change them freely.
_REPORTING = frozenset(
    terms(
        "said says say told tell added stated according reported report warned announced noted "
        "claimed explained article news spoke speaking remarks statement reporters"
    )
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """The checks, and the share (0 to 1) of the claim's content words found in the source."""

    checks: Checks
    overlap: float

    @property
    def sound(self) -> bool:
        """Whether no single check failed."""
        found = self.checks
        return found.numbers and found.names and found.dates and found.negation


def judge(claim: str, cited: str, known: str, dates: str = "") -> Verdict:
    """Check ``claim`` against the sentences it cites.

    ``known`` is text whose names may be used as well (the article, its title, the question's
    own speaker); ``dates`` are words of dates that follow from the article's own.
    """
    checks = Checks(
        numbers=_numbers(claim) <= _numbers(f"{cited} {dates}"),
        names=_names(claim) <= _words(f"{cited} {known}"),
        dates=_dates(claim) <= _dates(f"{cited} {dates}"),
        negation=_negation_kept(claim, cited),
    )
    return Verdict(checks, overlap(claim, cited))


def reads_as(claim: str, source: str, naming: str) -> bool:
    """Whether ``claim`` is ``source`` in its own order, but for a few words of ``naming``.

    That is how the extractive answerer writes: "he" becomes the name it stands for. What is left
    out of the source may not negate, and is a pronoun or title at most.
    """
    wanted, given = _tokens(claim), _tokens(source)
    names = set(_tokens(naming))
    at = left_out = 0
    for word in wanted:
        found = next((i for i in range(at, min(len(given), at + 6)) if given[i] == word), -1)
        if found < 0 and word not in names:
            return False
        if found >= 0:
            if any(NEGATION.fullmatch(skipped) for skipped in given[at:found]):
                return False
            left_out += found - at
            at = found + 1
    return left_out <= _LEFT_OUT and at >= len(given) - _LEFT_OUT


def overlap(claim: str, cited: str) -> float:
    """Share of the claim's stems, reporting words aside, that stand in ``cited``; 1 if none."""
    wanted = [term for term in terms(claim) if term not in _REPORTING]
    found = set(terms(cited, keep_stop_words=True))
    return sum(term in found for term in wanted) / len(wanted) if wanted else 1.0


def _numbers(text: str) -> set[str]:
    digits = {_plain_number(match) for match in _NUMBER.findall(text)}
    words = re.findall(r"[a-z]+", text.lower())
    worded = {_WORDED[word] for word in words if word in _WORDED and word != "one"}
    return digits | worded


def _plain_number(digits: str) -> str:
    """``digits`` without thousands separators: "5,000" and "5000" are one number."""
    return re.sub(r"[.,](?=\d{3}(?:\D|$))", "", digits).rstrip(".,")


def _dates(text: str) -> set[str]:
    return {found.lower() for found in _DATE.findall(text)}


def _names(text: str) -> set[str]:
    """Capitalised words, folded, but for those that open a sentence and those of dates."""
    found = set()
    for match in _NAME.finditer(text):
        opens = re.search(r"(?:^|[.!?:\"“”]\s*)$", text[: match.start()])
        word = _folded(match.group())
        if not (opens and word in _ordinary(text)) and not _DATE.fullmatch(word):
            found.add(word)
    return {word for word in found if len(word) > 1}


def _ordinary(text: str) -> set[str]:
    """Words that a sentence may open with although they name nobody."""
    return {
        _folded(word) for word in re.findall(r"\b[^\W\d_]+\b", text) if word.lower() in _OPENERS
    }


_OPENERS = frozenset(
    "a an the he she it they we i you his her their its this that these those there in on at by "
    "for from with after before when while as if but and or so yet no not both all some many most "
    "according meanwhile however asked told said separately also earlier later since until "
    "officials what who where how why one two three several".split()
)


def _tokens(text: str) -> list[str]:
    return re.findall(r"[^\W_]+(?:['’][^\W_]+)?", text.lower().replace("’", "'"))


def _words(text: str) -> set[str]:
    return {_folded(word) for word in re.findall(r"[^\W_][\w'’-]*", text)}


def _folded(word: str) -> str:
    return re.sub(r"['’]s?$", "", word).lower()


def _negation_kept(claim: str, cited: str) -> bool:
    """Whether claim and source agree on saying "not" around the words that they share."""
    if NEGATION.search(claim):
        return bool(NEGATION.search(cited))
    return not _negated_nearby(claim, cited)


def _negated_nearby(claim: str, cited: str) -> bool:
    """Whether every clause of the source that carries the claim is negated."""
    wanted = set(terms(claim)) - _REPORTING
    clauses = [part for part in re.split(r"[,;:.!?]\s|\bbut\b|\bthough\b", cited) if part.strip()]
    if not wanted or not clauses:
        return False
    best = max(len(wanted & set(terms(part))) for part in clauses)
    carrying = [part for part in clauses if best and len(wanted & set(terms(part))) == best]
    return bool(carrying) and all(NEGATION.search(part) for part in carrying)
