"""A question + sentences -> the one that denies what the question takes for granted.

"When did Congress pass the bill?" takes for granted that it did; "lawmakers left without having
passed a bill" says otherwise. Answering with anything near would confirm what is not so. Only a
plain "no", "not" or "without" right before the question's own words counts, and only where its
deed is among them: "not the Congress we knew" denies no passing. Other words that mean the opposite
("the airspace stayed open") are not known to be one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from rag.candidates import Candidate
from rag.question import followup
from rag.question.askers import asks_for_speech
from rag.relevance import FEATURES, Wanted, is_content
from rag.types import Query

_LOOKED = 3  # best sentences
_REACH = 6  # words behind a "not" that it denies
_DEED = 2  # first words of what was done that say it: "soldiers leave", "sign (the) treaty"
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
    # A "Not" inside a sentence is of a title: "Best Film Not in the English Language".
    r"\b(?:no|(?-i:not)|none|nobody|nothing|never|neither|without|cannot)\b|(?-i:\ANot)\b"
    r"|n['’]t\b",
    re.IGNORECASE,
)
# One that asks for a denial, or has a "not" of its own, takes nothing for granted by it.
_DENYING = re.compile(
    rf"{_NOT.pattern}|\b(?:den(?:y|ie[sd])|reject|refus|disput|disagree|contradict|object)",
    re.IGNORECASE,
)
_NO_DENIAL = re.compile(
    r"\bnot (?:only|just|merely|least|guilty)\b|\bnot to (?:say|mention)\b[^,.;:]*"
    r"|(?:\bnot|n['’]t)\b(?=[^,.;]* until\b)"  # "does not end until": it does
    r"|\bno (?:more|less|fewer|later) than\b|\bwhether or not\b"
    r"|\bno doubt\b|\basked not\b|\bwithout delay\b"
    # What should not be, or could not be so any longer, may well be.
    r"|\b(?:should|must|ought|may|might)(?:\s+not|n['’]t)\b|\bcould not\b(?=[^.;]{0,40}\bso\b)",
    re.IGNORECASE,
)
_ENDS = re.compile(r"[;:.?!”“\"]|,\s|\b(?:but|because|although|while|if)\b", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+")
# What comes first says what kind of answer is wanted: "how many charges was ...".
_KIND = re.compile(
    r"^\W*(?:whom?|(?!who\b)(?:[\w’'-]+\s+){0,6}?[\w’'-]+)\s+"
    r"(?:did|does|do|has|have|had|is|was|were|are|will|would|could|can|should)\b",
    re.IGNORECASE,
)
_NAME = re.compile(r"(?<!^)(?<![\w’'-])[A-Z][\w’'.-]*")
_BEGINS = re.compile(r"[;:.?!”“\"]|,\s")


def deed(question: str) -> str:
    """What ``question`` says was done, and by or to what, without names: "customers lose"."""
    told = _NAME.sub(" ", _KIND.sub("", question))
    words = [word for word in _WORD.findall(told) if is_content(word)]
    return " ".join(words[:_DEED])


def denial(
    query: Query, ranked: Sequence[Candidate], wanted: Wanted, done: Wanted
) -> Candidate | None:
    """The sentence among the best ones that denies what ``query`` takes for granted, if any.

    ``wanted`` are the words of its standalone question, ``done`` those of its ``deed``.
    """
    if not _GRANTING.search(query.question) or _DENYING.search(query.question):
        return None
    if query.expects == "voice" or _follows_on_words(query):
        return None  # what somebody says, or said, may well be that it is not so

    def how_far(one: Candidate) -> float:
        return denied(one.text, wanted.coverage, done.coverage)

    near = [one for one in ranked[:_LOOKED] if one.features[_NEAR] >= _SAME]
    best = max(near, key=how_far, default=None)
    return best if best and how_far(best) >= DENIED else None


def _follows_on_words(query: Query) -> bool:
    """Whether ``query`` goes on with a question for somebody's words: "When was that?"."""
    _, root = followup.split(query.standalone)
    return bool(root) and asks_for_speech(root, (), ())


def denied(
    text: str, share: Callable[[str], float], done: Callable[[str], float] | None = None
) -> float:
    """The largest share of the wanted words that one "not" of ``text`` denies; 0 without one.

    ``share`` tells which share of them a stretch of text has, ``done`` which share of those of
    which one has to be among what is denied; all, unless it is given.
    """
    plain = _NO_DENIAL.sub(" ", text)
    found = (_reached(plain, one, share, done or share) for one in _NOT.finditer(plain))
    return max(found, default=0.0)


def _reached(
    text: str,
    found: re.Match[str],
    share: Callable[[str], float],
    done: Callable[[str], float],
) -> float:
    behind = " ".join(_WORD.findall(_ENDS.split(text[found.end() :])[0])[:_REACH])
    fore = " ".join(_WORD.findall(_BEGINS.split(text[: found.start()])[-1])[-_FORE:])
    reached = share(behind)
    return reached + share(fore) / 2 if reached and done(behind) else 0.0
