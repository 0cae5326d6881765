"""A question -> whether it asks for what others say against somebody, and against whom.

"Who disagrees with Biden on the withdrawal?" wants the words of others than Biden, on the
withdrawal; "Did anyone deny the attack?" wants denials.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.question.names import Named

_DENY = (
    r"den(?:y|ie[sd]|ying)|disput(?:e[sd]?|ing)|refut(?:e[sd]?|ing)|contradict(?:s|ed|ing)?"
    r"|contest(?:s|ed|ing)?|reject(?:s|ed|ing)?"
)
_STANCE = (
    rf"(?:{_DENY}|disagree[sd]?|disagreeing|object(?:s|ed|ing)?|oppos(?:e[sd]?|ing)"
    r"|critici[sz](?:e[sd]?|ing)|push(?:es|ed|ing)?\s+back|argu(?:e[sd]?|ing)\s+against)"
)
_ASKED = re.compile(
    r"^\W*(?:(?:and|but|so)\b\W*)?(?:who(?:\s+else)?|(?:did|does|do|has|have|is|was)\s+(?:any|some)"
    rf"(?:one|body)(?:\s+else)?)\s+(?:\w+\s+){{0,2}}?(?P<verb>{_STANCE})\b",
    re.IGNORECASE,
)
_OF_WHOM = re.compile(r"critici|oppos|reject", re.IGNORECASE)  # "who criticised Ticketmaster?"
_PERSON = re.compile(r"\s*(?:with|to|against|at)?\s*(?:the\s+)?", re.IGNORECASE)
_MODIFIES = re.compile(r"\s+(?!(?:about|on|over|that|in|at|when|regarding|to|and|or|for)\b)[\w-]")
_OWNED = re.compile(
    r"['’]s?\s+(?!(?:claims?|words?|view|position|statements?|account|remarks?)\b)", re.IGNORECASE
)
_MATTER = re.compile(
    r"^(?:['’]s?)?\W*(?:\b(?:claims?|words?|view|position|statements?|account|remarks?)\b\s*)?"
    r"(?:\b(?:with|to|against|about|on|over|of|regarding|that|in|at|it|this|so|them)\b\s*)*",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Against:
    """``person`` is whom others are asked to be set against, None where nobody is named; ``matter``
    what it is about, empty where the question leaves that open; ``denial`` whether only a denial
    answers."""

    person: Named | None
    matter: str
    denial: bool


def against(question: str, people: Sequence[Named]) -> Against | None:
    """What ``question``, which names ``people``, asks others to have said against whom, if it
    does."""
    asked = _ASKED.search(question)
    if not asked:
        return None
    behind = _PERSON.match(question, asked.end())
    start = behind.end() if behind else asked.end()
    person = next((one for one in people if one.start in (start, asked.end() + 1)), None)
    if person and _MODIFIES.match(question, person.end):
        person = None  # "who opposes the Brandywine redevelopment"
    owned = person and _OWNED.match(question, person.end)  # "Capano's plan" is of Capano still
    rest = question[(person.start if owned else person.end) if person else asked.end() :]
    matter = " ".join(re.sub(r"[?!.\"“”]+", " ", _MATTER.sub("", rest)).split())
    if person and not matter and _OF_WHOM.match(asked["verb"]):
        matter = person.text
    denial = re.fullmatch(_DENY, asked["verb"], re.IGNORECASE) is not None
    return Against(person, matter, denial)
