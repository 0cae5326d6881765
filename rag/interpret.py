"""Question + history -> Query: self-contained text, speaker, topic, period and mode."""

from __future__ import annotations

import re
from datetime import date
from typing import Literal

from index.lexical import terms
from index.mentions import is_organisation
from index.roster import Forms
from index.types import Speaker
from rag.names import Frequency, Named, named, strangers, subject
from rag.periods import period
from rag.types import Filters, Interpretation, Query

_SPEECH = (
    r"say|said|says|saying|state|stated|tell|told|think|thought|believe|claim|claimed|deny|denied"
    r"|demand|demanded|warn|warned|announce|announced|argue|argued|promise|promised|call|called"
    r"|insist|insisted|accuse|accused|suggest|suggested|admit|admitted|describe|described|comment"
    r"|commented|respond|responded|react|reacted|reply|replied|answer|answered|declare|declared"
    r"|express|criticise|criticize|criticised|criticized|praise|praised|mention|mentioned|explain"
    r"|explained|urge|urged|ask|asked|threaten|threatened|vow|vowed|predict|predicted|rule out"
    r"|complain|pledge|pledged|offer|respond|dismiss|dismissed|reject|rejected|welcome|welcomed"
)
_STATEMENT_FORMS = re.compile(
    rf"\b(?:{_SPEECH})\b|\baccording to\b|\b(?:position|view|views|stance|line|comments?|remarks?"
    r"|statements?|reaction|response|words?|opinion|assessment|message)\b",
    re.IGNORECASE,
)
_ABOUT = re.compile(
    r"\b(?:about|on|regarding|concerning|of|over|to|that|whether|with respect to)\b\s+"
    r"(?P<topic>.+)$",
    re.IGNORECASE | re.DOTALL,
)
_LEADING = re.compile(
    r"^\W*(?:(?:and|but|so|then|also|please|ok(?:ay)?)\b[\s,]*)*"
    r"(?:(?:what|who|whom|when|where|why|how|which|did|does|do|has|have|had|is|was|were|are|will"
    r"|would|can|could|should|compare|list|tell me|the)\b\s*)*",
    re.IGNORECASE,
)
_BACKWARD = re.compile(
    r"\b(?:he|she|they|him|her|his|hers|them|their|it|its|that|this|those|these|there|then|same"
    r"|else|anyone|anybody|someone|others?|again)\b",
    re.IGNORECASE,
)
_PERSON_PRONOUN = re.compile(r"\b(?:he|she|him|they|them)\b", re.IGNORECASE)
_POSSESSIVE = re.compile(r"\b(?:his|her|their)\b(?=\s+\w)", re.IGNORECASE)
_CONTINUES = re.compile(
    r"^\W*(?:(?:and|but|so)\b[\s,]*)?(?:(?:what|how)\s+about\b|(?=\w))\s*(?P<rest>.*?)\W*$",
    re.IGNORECASE | re.DOTALL,
)
_SUBJECT = re.compile(
    r"\b(?:did|does|do|has|have|had|is|was|were|are|will|would|could|can|should)\s+$", re.IGNORECASE
)
_SHORT = 6  # words; a shorter question after another is read as going on with it

_REACTING = re.compile(
    r"\b(?:(?:any|some|every)(?:one|body)|others|else|disagree\w*|agree\w*|object\w*|contradict\w*"
    r"|react\w*|about)\b",
    re.IGNORECASE,
)
_ANYBODY = re.compile(r"\b(?:any|some|every)(?:one|body)\b|\bwho else\b|\bothers\b", re.IGNORECASE)
FOLLOWING = "following on: "
Expects = Literal["any", "person", "number", "date", "place", "reason"]


def interpret(
    question: str,
    history: tuple[Query, ...],
    filters: Filters,
    speakers: Forms,
    frequency: Frequency,
    covered: tuple[date | None, date | None],
    today: date,
) -> Query:
    """The Query for ``question`` after those of ``history``; ``filters`` win over the words."""
    standalone = _standalone(question, history[-1], speakers, frequency) if history else question
    time = period(standalone, *covered, today)
    undated = time.rest
    people = named(undated, speakers, frequency)
    chosen = named(filters.speaker, speakers, frequency) if filters.speaker else people
    missing = (
        (filters.speaker,)
        if filters.speaker and not chosen
        else _missing(undated, people, frequency)
    )
    speech = _asks_for_speech(undated, people, missing)
    asked = chosen if filters.speaker else _askers(undated, people, speech)
    topic = _topic(undated, asked)
    return Query(
        question=question,
        standalone=standalone,
        interpretation=Interpretation(
            speaker=" and ".join(_names(asked)) or (missing[0] if speech and missing else None),
            topic=topic,
            since=filters.since or time.since,
            until=filters.until or time.until,
        ),
        speaker_ids=tuple(dict.fromkeys(s.id for one in asked for s in one.speakers)),
        speaker_known=bool(asked) or not (speech and missing),
        mode="statements" if speech and asked else "passages",
        strict_dates=bool(filters.since or filters.until),
        outside=_outside(
            filters.since or time.first, filters.until or time.last or time.first, covered
        ),
        period_words=time.words,
        expects=_expects(undated),
    )


def _missing(question: str, people: tuple[Named, ...], frequency: Frequency) -> tuple[str, ...]:
    """Names that the corpus does not hold: the subject's, or any when nobody else is named."""
    unknown = strangers(question, people, frequency)
    return unknown if not people else tuple(one for one in unknown if one == subject(question))


def _outside(
    first: date | None, last: date | None, covered: tuple[date | None, date | None]
) -> bool:
    """Whether ``first`` to ``last`` does not touch the days that the corpus covers."""
    early = last is not None and covered[0] is not None and last < covered[0]
    late = first is not None and covered[1] is not None and first > covered[1]
    return early or late


def _asks_for_speech(question: str, people: tuple[Named, ...], missing: tuple[str, ...]) -> bool:
    if _STATEMENT_FORMS.search(question):
        return True
    names = [one.text for one in people] or list(missing)
    return bool(names) and bool(re.match(rf"\W*{re.escape(names[0])}\s+on\s", question))


def _askers(question: str, people: tuple[Named, ...], speech: bool) -> tuple[Named, ...]:
    """Those of ``people`` whose words are asked for: named before the topic begins."""
    if re.match(r"\W*(?:and\s+)?who\b", question, re.IGNORECASE):
        return ()
    topic_form = re.match(r"\W*(?P<name>[^?]{2,60}?)\s+on\s", question)
    if topic_form and (first := [p for p in people if p.text == topic_form["name"].strip()]):
        return tuple(first)
    if not speech:
        return tuple(one for one in people if _is_person(one.speakers[0]))[:2]
    if re.search(
        r"\bwho(?:se)?\b.{0,20}\b(?:said|says|told|called|claimed|warned)\b", question, re.I
    ):
        return ()
    by = re.search(r"\baccording to\s+", question, re.IGNORECASE)
    if by and (after := [one for one in people if one.start >= by.end()]):
        return tuple(after[:2])
    stranger = subject(question)
    if stranger and not any(
        stranger.startswith(one.text) or one.text in stranger for one in people
    ):
        return ()  # asked is somebody who does not speak here; nobody else stands in
    subjects = [one for one in people if _SUBJECT.search(question[: one.start])]
    if subjects:
        return _with_partner(question, people, subjects[0])
    owners = [one for one in people if re.match(r"['’]s?\s", question[one.end :])]
    about = _ABOUT.search(question)
    early = [one for one in people if not about or one.start < about.start("topic")]
    return tuple(_persons(owners or early or list(people[:1]))[:2])


def _with_partner(question: str, people: tuple[Named, ...], first: Named) -> tuple[Named, ...]:
    """``first`` and whom "and" joins to it: "did Biden and Putin say"."""
    rest = [one for one in people if one.start > first.end]
    joined = rest and re.fullmatch(r"\s+and\s+(?:the\s+)?", question[first.end : rest[0].start])
    return (first, rest[0]) if joined else (first,)


def _persons(found: list[Named]) -> list[Named]:
    """Countries and bodies speak too, but where they are not the subject they are spoken of."""
    return [one for one in found if _is_person(one.speakers[0])]


def _is_person(speaker: Speaker) -> bool:
    return " " in speaker.name and not is_organisation(speaker.name)


def _names(people: tuple[Named, ...]) -> list[str]:
    return list(dict.fromkeys(one.speakers[0].name for one in people))


def _topic(question: str, people: tuple[Named, ...]) -> str:
    """What is asked about: the question without the speaker and the question's own words."""
    text = question
    for one in sorted(people, key=lambda one: -one.start):
        text = f"{text[: one.start]} {text[one.end :]}"
    text = re.sub(r"^\s*['’]s\b", "", text)
    own, _, root = text.partition(f"({FOLLOWING}")
    text = _LEADING.sub("", own)
    text = re.sub(rf"\b(?:{_SPEECH})\b", " ", text, flags=re.IGNORECASE)
    text = re.sub(r"\baccording to\b|['’]s\b(?=\s)", " ", text, flags=re.IGNORECASE)
    text = re.sub(r"^\s*(?:about|on|regarding|of|over|to|that|and|with)\b", " ", text, flags=re.I)
    text = _REACTING.sub(" ", text) if _ANYBODY.search(text) else text
    topic = " ".join(re.sub(r"[?!.\"“”]+", " ", text).split())
    return topic if terms(topic) or not root else _topic(root.rstrip(")"), ())


def _expects(question: str) -> Expects:
    text = question.lower()
    if re.search(
        r"\bhow (?:many|much|large|big|long|far|old|high)\b"
        r"|\bwhat (?:share|number|percentage|sum|portion)\b",
        text,
    ):
        return "number"
    if re.search(r"\bwhen\b|\b(?:what|which|on what) (?:day|date|dates|year|month)\b", text):
        return "date"
    if re.match(r"\W*(?:and |but )?who(?:m|se)?\b", text):
        return "person"
    if re.match(r"\W*(?:and |but )?where\b", text):
        return "place"
    if re.match(r"\W*(?:and |but )?why\b", text):
        return "reason"
    return "any"


def _standalone(question: str, before: Query, speakers: Forms, frequency: Frequency) -> str:
    """``question`` with what it leaves to the one before it."""
    own = named(question, speakers, frequency)
    words = question.split()
    if not _BACKWARD.search(question) and (own or subject(question) or len(words) > _SHORT):
        return question if not _is_switch(question, own) else _switched(question, own, before)
    if _is_switch(question, own):
        return _switched(question, own, before)
    told = before.interpretation
    if told.topic and _ANYBODY.search(question):
        return f"{question.strip().rstrip(' ?.!')} about {told.topic}?"
    text = question.strip()
    if told.speaker and not own:
        text = _PERSON_PRONOUN.sub(told.speaker, text, count=1)
        text = _POSSESSIVE.sub(f"{told.speaker}'s", text, count=1)
    return f"{text} ({FOLLOWING}{_root(before)})"


def _root(before: Query) -> str:
    """The question that a chain of follow-ups began with."""
    return before.standalone.partition(f" ({FOLLOWING}")[2].removesuffix(")") or before.standalone


def _is_switch(question: str, own: tuple[Named, ...]) -> bool:
    """Whether the question only swaps a name or a topic: "And what about Blinken?"."""
    if re.match(r"^\W*(?:(?:and|but|so)\b[\s,]*)?(?:what|how)\s+about\b", question, re.I):
        return True
    rest = re.sub(r"^\W*(?:and|but)\b", "", question, flags=re.IGNORECASE).strip(" ?.!")
    return bool(own) and rest.lower() in {one.text.lower() for one in own}


def _switched(question: str, own: tuple[Named, ...], before: Query) -> str:
    told = before.interpretation
    found = _CONTINUES.match(question)
    rest = found["rest"] if found else question
    if own:
        leftover = rest.replace(own[0].text, "", 1).strip(" ,?")
        topic = leftover or told.topic
        return f"What did {own[0].text} say{f' about {topic}' if topic else ''}?"
    if told.speaker:
        return f"What did {told.speaker} say about {rest}?"
    return f"{rest.strip()} ({FOLLOWING}{_root(before)})"
