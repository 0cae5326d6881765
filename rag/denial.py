"""A question + sentences -> the one that denies what the question takes for granted.

"When did Congress pass the bill?" takes for granted that it did; "lawmakers left without having
passed a bill" says otherwise. Answering with anything near would confirm what is not so. Only a
plain "no", "not" or "without" right before the question's own words counts: other words that mean
the opposite ("the airspace stayed open") are not known to be one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from rag.candidates import Candidate
from rag.question import followup
from rag.question.askers import asks_for_speech
from rag.relevance import FEATURES, Wanted
from rag.types import Query

_LOOKED = 3  # best sentences
_REACH = 6  # words behind a "not" that it denies
_FORE = 4  # words before it that belong to what is denied, counted half
_NEAR = FEATURES.index("near_words")
_SAME = 0.5  # how near a sentence's words come to the question's that it denies
DENIED = 0.25  # share of the question's words, by rarity, from which it is denied

# Questions that take something for granted; "did he say ...?" does not.
_GRANTING = re.compile(
    r"^\W*(?:(?:and |but )?(?:why|when|who(?!.{0,20} said)|whose|where|which|how (?:many|much|long)"
    r"|what made|since when)\b|(?:on|in|at|by|to|from) which)",
    re.IGNORECASE,
)
_NOT = re.compile(
    r"\b(?:no|not|none|nobody|nothing|never|neither|without|cannot)\b|n['’]t\b", re.IGNORECASE
)
# One that asks for a denial, or has a "not" of its own, takes nothing for granted by it.
_DENYING = re.compile(
    rf"{_NOT.pattern}|\b(?:den(?:y|ie[sd])|reject|refus|disput|disagree|contradict|object)",
    re.IGNORECASE,
)
_NO_DENIAL = re.compile(
    r"\bnot (?:only|just|merely)\b|\bno (?:more|less|fewer|later) than\b|\bwhether or not\b"
    r"|\bno doubt\b|\basked not\b|\bwithout delay\b"
    # What should not be, or could not be so any longer, may well be.
    r"|\b(?:should|must|ought|may|might)(?:\s+not|n['’]t)\b|\bcould not\b(?=[^.;]{0,40}\bso\b)",
    re.IGNORECASE,
)
_ENDS = re.compile(r"[;:.?!”“\"]|,\s|\b(?:but|because|although|while|if)\b", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+")
_BEGINS = re.compile(r"[;:.?!”“\"]|,\s")


def denial(query: Query, ranked: Sequence[Candidate], wanted: Wanted) -> Candidate | None:
    """The sentence among the best ones that denies what ``query`` takes for granted, if any.

    ``wanted`` are the words of its standalone question.
    """
    if not _GRANTING.search(query.question) or _DENYING.search(query.question):
        return None
    if query.expects == "voice" or _follows_on_words(query):
        return None  # what somebody says, or said, may well be that it is not so
    share = wanted.coverage
    near = [one for one in ranked[:_LOOKED] if one.features[_NEAR] >= _SAME]
    best = max(near, key=lambda one: denied(one.text, share), default=None)
    return best if best and denied(best.text, share) >= DENIED else None


def _follows_on_words(query: Query) -> bool:
    """Whether ``query`` goes on with a question for somebody's words: "When was that?"."""
    _, root = followup.split(query.standalone)
    return bool(root) and asks_for_speech(root, (), ())


def denied(text: str, share: Callable[[str], float]) -> float:
    """The largest share of the wanted words that one "not" of ``text`` denies; 0 without one.

    ``share`` tells which share of them a stretch of text has.
    """
    plain = _NO_DENIAL.sub(" ", text)
    return max((_reached(plain, found, share) for found in _NOT.finditer(plain)), default=0.0)


def _reached(text: str, found: re.Match[str], share: Callable[[str], float]) -> float:
    behind = _WORD.findall(_ENDS.split(text[found.end() :])[0])[:_REACH]
    fore = _WORD.findall(_BEGINS.split(text[: found.start()])[-1])[-_FORE:]
    reached = share(" ".join(behind))
    return reached + share(" ".join(fore)) / 2 if reached else 0.0
