"""Question + the people it names -> whether somebody's words are asked for, and whose."""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.speech.mentions import ROLES, is_organisation
from index.types import Speaker
from rag.question.names import Named, subject

SPEECH = (
    r"say|said|says|saying|state|stated|tell|told|think|thought|believe|claim|claimed|deny|denied"
    r"|demand|demanded|warn|warned|announce|announced|argue|argued|promise|promised|call|called"
    r"|insist|insisted|accuse|accused|suggest|suggested|admit|admitted|describe|described|comment"
    r"|commented|respond|responded|react|reacted|reply|replied|answer|answered|declare|declared"
    r"|express|criticise|criticize|criticised|criticized|praise|praised|mention|mentioned|explain"
    r"|explained|urge|urged|ask|asked|threaten|threatened|vow|vowed|predict|predicted|rule out"
    r"|complain|pledge|pledged|offer|respond|dismiss|dismissed|reject|rejected|welcome|welcomed"
    r"|advise|advised|recommend|recommended|justify|justified|interpret|object to"
)
_FORMS = re.compile(
    rf"\b(?:{SPEECH})\b|\baccording to\b|\b(?:position|view|views|stance|line|comments?|remarks?"
    r"|statements?|reaction|response|words?|opinion|assessment|message|advice|warnings?)\b",
    re.IGNORECASE,
)
_ABOUT = re.compile(
    r"\b(?:about|on|regarding|concerning|of|over|to|that|whether|with respect to)\b\s+"
    r"(?P<topic>.+)$",
    re.IGNORECASE | re.DOTALL,
)
_AUXILIARY = r"\b(?:did|does|do|has|have|had|is|was|were|are|will|would|could|can|should)\s+"
_SUBJECT = re.compile(rf"{_AUXILIARY}(?:the\s+)?$", re.IGNORECASE)
_ROLE_SUBJECT = re.compile(
    rf"{_AUXILIARY}(?:the\s+)?(?:[\w’'.-]+\s+){{0,4}}?(?:{'|'.join(sorted(ROLES))})\b",
    re.IGNORECASE,
)
_WHO_SAID = re.compile(r"\bwho(?:se)?\b.{0,20}\b(?:said|says|told|called|claimed|warned)\b", re.I)
# Words around a name that make it the source of what is asked about.
_SOURCES = (
    (re.compile(r"\b(?:according to|if you believe)\s+(?:the\s+)?$", re.I), re.compile("")),
    (
        re.compile(r"\bas\s+(?:the\s+)?$", re.I),
        re.compile(r"\s+(?:describe|put|s[ae]w|see|t[eo]l[dl]|explain|sa(?:id|ys?)|claim)", re.I),
    ),
    (
        re.compile(r"\bin\s+(?:the\s+)?$", re.I),
        re.compile(r"['’]s?\s+(?:opinion|views?|words|eyes|account|telling|assessment)\b", re.I),
    ),
)


def asks_for_speech(question: str, people: Sequence[Named], missing: Sequence[str]) -> bool:
    """Whether only what somebody said can answer: by its verb, or as "Stoltenberg on troops"."""
    if _FORMS.search(question):
        return True
    names = [one.text for one in people] or list(missing)
    return bool(names) and bool(re.match(rf"\W*{re.escape(names[0])}\s+on\s", question))


def askers(question: str, people: tuple[Named, ...], speech: bool) -> tuple[Named, ...]:
    """Those of ``people`` whose words are asked for: named before the topic begins."""
    if re.match(r"\W*(?:and\s+)?who\b", question, re.IGNORECASE):
        return ()
    topic_form = re.match(r"\W*(?P<name>[^?]{2,60}?)\s+on\s", question)
    if topic_form and (first := [p for p in people if p.text == topic_form["name"].strip()]):
        return tuple(first)
    if sources := [one for one in people if _is_source(question, one)]:
        return tuple(sources[:2])
    if not speech:
        return tuple(one for one in people if is_person(one.speakers[0]))[:2]
    if _WHO_SAID.search(question) or _is_stranger_asked(question, people):
        return ()  # asked is somebody who does not speak here; nobody else stands in
    subjects = [one for one in people if _SUBJECT.search(question[: one.start])]
    if subjects:
        return _with_partner(question, people, subjects[0])
    owners = [one for one in people if re.match(r"['’]s?\s", question[one.end :])]
    about = _ABOUT.search(question)
    early = [one for one in people if not about or one.start < about.start("topic")]
    return tuple(_persons(owners or early or list(people[:1]))[:2])


def asks_for(question: str, one: Named) -> bool:
    """Whether ``question`` asks for the words of ``one`` where it names them; else it speaks of
    them: "What was said about Putin's offer?"."""
    if _is_source(question, one) or _SUBJECT.search(question[: one.start]):
        return True
    about = _ABOUT.search(question)
    return about is None or one.start < about.start("topic")


def is_person(speaker: Speaker) -> bool:
    """Whether a speaker is one human being and not a body or a capital."""
    return " " in speaker.name and not is_organisation(speaker.name)


def _is_source(question: str, one: Named) -> bool:
    return any(
        before.search(question[: one.start]) and after.match(question[one.end :])
        for before, after in _SOURCES
    )


def _is_stranger_asked(question: str, people: Sequence[Named]) -> bool:
    """Whether the subject is a name or a role that fits nobody here."""
    name = subject(question)
    if name and not any(one.text in name or one.text.startswith(name) for one in people):
        return True
    role = _ROLE_SUBJECT.search(question)
    return role is not None and not any(
        one.start < role.end() and one.end > role.start() for one in people
    )


def _with_partner(question: str, people: tuple[Named, ...], first: Named) -> tuple[Named, ...]:
    """``first`` and whom "and" joins to it: "did Biden and Putin say"."""
    rest = [one for one in people if one.start > first.end]
    joined = rest and re.fullmatch(r"\s+and\s+(?:the\s+)?", question[first.end : rest[0].start])
    return (first, rest[0]) if joined else (first,)


def _persons(found: list[Named]) -> list[Named]:
    """Countries and bodies speak too, but where they are not the subject they are spoken of."""
    return [one for one in found if is_person(one.speakers[0])]
