"""A question after others -> the same question standing alone.

What it leaves to the one before is put in: a name for a pronoun, the topic for a change of
speaker, and for everything else the question that the conversation began with, in brackets.
No model is asked.
"""

from __future__ import annotations

import re
from datetime import timedelta

from index.roster import Forms
from index.search.lexical import terms
from index.speech import mentions
from rag.question.anaphora import OWNED, in_full, means_somebody, points_back
from rag.question.names import Frequency, Named, named, strangers, subject
from rag.types import Query
from rag.wording import day

_FOLLOWING = "following on: "
_ENOUGH = 2  # words with a meaning of their own with which a question may stand alone
_SHORT = 6  # words; a shorter question after another is read as going on with it

_QUANTITY = re.compile(r"^\W*how (?:many|much|long|often|far|old|big|large|high)\b", re.IGNORECASE)
_ABOUT = re.compile(r"^\W*(?:(?:and|but|so)\b[\s,]*)?(?:what|how)\s+about\b", re.IGNORECASE)
_LEADING = re.compile(r"^\W*(?:(?:and|but|so)\b[\s,]*)?(?:(?:what|how)\s+about\b)?\s*", re.I)
_OTHERS = re.compile(
    r"\b(?:any|some|every)(?:one|body)\b.*\b(?:(?:dis)?agree|object|contradict|respond|react|deny"
    r"|denied|comment|criticis|criticiz|support|oppose|dispute|confirm|say|said|answer|reply)"
    r"|\bwho(?:m)? else\b|\b(?:did|do|what about) (?:the )?others\b",
    re.IGNORECASE,
)
_BARE = re.compile(  # of a remark: "When was that?", "Why did he say so?", "Where exactly?"
    r"^\W*(?:(?:and|but|so)\b[\s,]*)?(?P<asked>when|where|why)\b"
    r"(?:\s+(?:was|is|did|does|he|she|they|say|said|that|this|it|so|exactly|precisely)\b)*\W*$",
    re.IGNORECASE,
)
_NEIGHBOUR_DAY = re.compile(
    r"\b(?:on\s+)?the (?P<which>day before|previous day|day after|next day)\b", re.I
)
_ROLE = re.compile(
    rf"\b(?:{'|'.join(sorted(mentions.ROLES))}|side|government|ministry|embassy)$", re.I
)
_WHO_IS = re.compile(r"^\W*who(?:['’]s| is| was)\s+(?:[\w.’'-]+\s*){1,4}\W*$", re.IGNORECASE)
# "Did Putin respond?", "What did von der Leyen say?": to what was asked about before, most likely.
_OPEN = re.compile(
    r"^\W*(?:(?:and|but|so)\b[\s,]*)?(?:what|how|did|does|has|have)\b.*\b(?:says?|said|think"
    r"|respond(?:ed)?|react(?:ed)?|reply|replied|answer(?:ed)?|comment(?:ed)?)\W*$",
    re.IGNORECASE,
)
_GO_ON = re.compile(r"\b(?:elaborate|explain|continue|expand|clarify|details?)\b", re.IGNORECASE)


def is_doubtful(question: str, speakers: Forms, frequency: Frequency) -> bool:
    """Whether nothing in ``question`` tells if it goes on with another: it is short, names nobody
    and points at nothing, but says enough to stand alone ("What sanctions were threatened?"); or
    it names who spoke and not of what ("Did Putin respond?")."""
    if leaves_topic(question, speakers, frequency):
        return True
    if len(terms(_QUANTITY.sub("", question))) < _ENOUGH:
        return False
    own = named(question, speakers, frequency)
    if _is_switch(question, own) or points_back(question) or _is_long(question):
        return False
    return not (own or subject(question) or strangers(question, own, frequency))


def leaves_topic(question: str, speakers: Forms, frequency: Frequency) -> bool:
    """Whether ``question`` asks what somebody said and not about what: "Did Putin respond?"."""
    return bool(_OPEN.match(question)) and bool(named(question, speakers, frequency))


def asks_others(question: str) -> bool:
    """Whether ``question`` asks what others say to what it follows: "Did anyone disagree?"."""
    return bool(_OTHERS.search(question)) and not means_somebody(question)


def standalone(question: str, before: Query, speakers: Forms, frequency: Frequency) -> str:
    """``question`` with what it leaves to ``before``, the one it follows."""
    own = named(question, speakers, frequency)
    if _is_switch(question, own):
        return _switched(question, own, before)
    if _is_elsewhere(question, frequency):
        return question
    topic = _topic(before)
    if topic and leaves_topic(question, speakers, frequency):
        return _about(question.strip().rstrip(" ?.!"), topic)
    names_somebody = own or subject(question) or strangers(question, own, frequency)
    if not points_back(question) and (names_somebody or _is_long(question)):
        return question
    if topic and before.mode == "statements" and (bare := _BARE.match(question)):
        speaker = before.interpretation.speaker
        return f"{bare['asked'].capitalize()} did {speaker} comment on {topic}?"
    if topic and asks_others(question):
        return _about(question.strip().rstrip(" ?.!"), topic)
    text = _dated(question.strip(), before)
    if not own:
        text = in_full(text, before, speakers, frequency)
        if text != question.strip() and _WHO_IS.match(_root(before)):
            return text
    return joined(text, _root(before))


def _is_elsewhere(question: str, frequency: Frequency) -> bool:
    """Whether the articles have none of the question's own words ("And in Lima?", "hello"): with
    what it follows put in, that would be answered once more instead."""
    if points_back(question) or asks_others(question) or _GO_ON.search(question):
        return False
    own = terms(question)
    return bool(own) and not any(map(frequency, own))


_ABOUT_WHAT = re.compile(r"\b(?:about|on|regarding)\s+(?P<topic>.+?)[\s?.!]*$", re.IGNORECASE)
_LEFT_OPEN = re.compile(r"\s+(?:it|this|that|them)$", re.IGNORECASE)
_BEFORE_MATTER = re.compile(r"^(?:(?:behind|for|of|to|with|in|on|over|by|from)\b\s*)+", re.I)
_POINTING = frozenset(("", "that", "this", "it", "so", "them"))


def split(standalone_text: str) -> tuple[str, str]:
    """A standalone question's own words and the question it follows on from, empty if none."""
    own, _, root = standalone_text.partition(f"({_FOLLOWING}")
    return own.strip(), root.removesuffix(")")


def joined(own: str, root: str) -> str:
    """The reverse of ``split``."""
    return f"{own} ({_FOLLOWING}{root})" if root else own


def _about(asked: str, topic: str) -> str:
    """What is ``asked`` of others, about ``topic``: "Did anyone deny it" has a place for it."""
    open_ = _LEFT_OPEN.search(asked)
    if open_:
        return f"{asked[: open_.start()]} {_BEFORE_MATTER.sub('', topic)}?"
    return f"{asked} about {topic}?"


def _is_long(question: str) -> bool:
    return len(question.split()) > _SHORT


def _root(before: Query) -> str:
    """The question that a chain of follow-ups began with."""
    own, root = split(before.standalone)
    return root or own


def _topic(before: Query) -> str:
    """What the question before was about, or the one it followed on from: "When was that?"."""
    topic = before.interpretation.topic.partition(" (")[0]
    _, root = split(before.standalone)
    about = _ABOUT_WHAT.search(root)
    return about["topic"] if about and topic.lower() in _POINTING else topic


def _dated(text: str, before: Query) -> str:
    """``text`` with "the day before" as a date, where the question before was about one day."""
    told = before.interpretation
    found = _NEIGHBOUR_DAY.search(text)
    if not found or told.since is None or told.since != told.until:
        return text
    back = found["which"].lower() in ("day before", "previous day")
    near = told.since + timedelta(days=-1 if back else 1)
    return f"{text[: found.start()]}on {day(near)}{text[found.end() :]}"


def _is_switch(question: str, own: tuple[Named, ...]) -> bool:
    """Whether the question only swaps a name or a topic: "And what about Blinken?"."""
    if _ABOUT.match(question):
        return True
    rest = _LEADING.sub("", question).strip(" ?.!")
    if own and rest.lower() in {one.text.lower() for one in own}:
        return True
    begins = re.match(r"\W*(?:and|but)\b", question, re.IGNORECASE)
    return bool(begins) and len(rest.split()) < _SHORT and bool(_ROLE.search(rest))


def _switched(question: str, own: tuple[Named, ...], before: Query) -> str:
    told, topic = before.interpretation, _topic(before)
    rest = _LEADING.sub("", question).strip(" ?.!")
    if own:
        left = rest.replace(own[0].text, "", 1).strip(" ,?")
        topic = topic if left.lower() in ("", "the") else left
        article = "the " if re.search(rf"\bthe\s+{re.escape(own[0].text)}", question, re.I) else ""
        return f"What did {article}{own[0].text} say{f' about {topic}' if topic else ''}?"
    if _ROLE.search(rest):
        return f"What did {OWNED.sub('the', rest)} say{f' about {topic}' if topic else ''}?"
    if told.speaker:
        return f"What did {told.speaker} say about {rest}?"
    return joined(rest.strip(), _root(before))
