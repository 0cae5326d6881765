"""A question -> the kind of thing that it asks for, and whether a sentence has one of that kind.

"Who chaired the session?" wants a name that the question does not hold itself. Looked for by
surface signs alone: each is one feature of the relevance of a sentence, and the fit says what it
is worth (docs/evaluation.md).
"""

from __future__ import annotations

import re

from index.search.lexical import STOP_WORDS, terms
from rag.nearness import stem
from rag.types import Query

_NAMED = re.compile(
    r"\b(?:which|what) (?:[\w’'-]+ ){0,2}?(?:countr(?:y|ies)|compan(?:y|ies)|banks?|airlines?"
    r"|units?|agenc(?:y|ies)|cit(?:y|ies)|towns?|regions?|person|people|ministers?|leaders?|officials?"
    r"|organi[sz]ations?|groups?|part(?:y|ies)|teams?|states?|generals?|newspapers?|name)\b",
    re.IGNORECASE,
)
_COUNTED = re.compile(r"\bhow (?:many|much)\s+(?:of\s+)?(?P<unit>(?:[\w’'-]+\s*){1,3})", re.I)
_CAPITAL = re.compile(r"\b[A-Z][\w’'-]+")
_TIME = re.compile(
    r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|January|February|March|April|May|June|July"
    r"|August|September|October|November|December"
)
_YEAR = re.compile(r"\b(?:1\d|20)\d\d\b")
_PLACE = re.compile(
    r"\b(?:in|at|near|from|to|into|on|outside|across|through|between|around)\s+(?:the\s+)?[A-Z]"
)
_CAUSE = re.compile(
    r"\b(?:because|due to|so that|so as|in order|as a result|cause[sd]?|owing to|thanks to"
    r"|therefore|for fear|reasons?|cit(?:ed|ing)|led to|explain\w*|aim\w*|designed|blam\w+)\b",
    re.IGNORECASE,
)
_FIGURE = re.compile(
    r"\d|\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|dozens?|hundreds?"
    r"|thousands?|millions?|billions?)\b",
    re.IGNORECASE,
)
_BEFORE = 4  # words between a figure and what it counts


class Sought:
    """What a query asks for; ``signs`` tells which signs of it a sentence shows."""

    def __init__(self, query: Query) -> None:
        question = query.standalone
        self._given = {word.lower() for word in re.findall(r"[\w’'-]+", question)}
        self._kind: str = query.expects
        if query.expects == "any" and _NAMED.search(question):
            self._kind = "name"
        counted = _COUNTED.search(question)
        self._unit = tuple(terms(counted["unit"])[:1]) if counted else ()

    def signs(self, text: str) -> tuple[float, float, float, float, float]:
        """The features "unit", "year", "name", "place" and "reason" of a sentence."""
        kind = self._kind
        named = kind in ("person", "name", "place") and self._names_another(text)
        return (
            float(kind == "number" and self._counts(text)),
            float(kind == "date" and bool(_YEAR.search(text))),
            float(kind in ("person", "name") and named),
            float(kind == "place" and named and bool(_PLACE.search(text))),
            float(kind == "reason" and bool(_CAUSE.search(text))),
        )

    def _names_another(self, text: str) -> bool:
        """Whether ``text`` has a name, not as its first word, that the question does not."""
        return any(
            word.lower() not in self._given
            and word.lower() not in STOP_WORDS
            and not _TIME.match(word)
            for word in _CAPITAL.findall(text[1:])
        )

    def _counts(self, text: str) -> bool:
        """Whether a figure stands before what is to be counted: "three members of staff"."""
        words = text.split() if self._unit else []
        return any(
            stem(word.strip('.,;:!?"“”').lower()) in self._unit
            and bool(_FIGURE.search(" ".join(words[max(0, at - _BEFORE) : at])))
            for at, word in enumerate(words)
        )
