"""Question + history -> Query: self-contained text, speaker, topic, period and mode."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from index.lexical import terms
from index.roster import Forms
from rag import followup
from rag.askers import SPEECH, askers, asks_for, asks_for_speech
from rag.correction import corrected
from rag.forms import form, of_voices
from rag.names import Frequency, Named, is_stranger, named, strangers, subject
from rag.periods import Period, period
from rag.types import Expects, Filters, Form, Interpretation, Query

_LEADING = re.compile(
    r"^\W*(?:(?:and|but|so|then|also|please|ok(?:ay)?)\b[\s,]*)*"
    r"(?:(?:what|who|whom|when|where|why|how|which|did|does|do|has|have|had|is|was|were|are|will"
    r"|would|can|could|should|compare|list|tell me|the)\b\s*)*",
    re.IGNORECASE,
)

_REACTING = re.compile(
    r"\b(?:(?:any|some|every)(?:one|body)|others|else|disagree\w*|agree\w*|object\w*|contradict\w*"
    r"|react\w*|about)\b",
    re.IGNORECASE,
)
_ANYBODY = re.compile(r"\b(?:any|some|every)(?:one|body)\b|\bwho else\b|\bothers\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Reading:
    """What a self-contained question says by its own words.

    ``text`` is it without its time; ``asked`` are those whose words it asks for, ``missing`` the
    names in it that the corpus does not hold, ``speech`` whether only somebody's words answer it.
    """

    text: str
    asked: tuple[Named, ...]
    missing: tuple[str, ...]
    speech: bool
    topic: str
    time: Period
    timeless: str


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

    def read(text: str) -> _Reading:
        return _read(text, speakers, frequency, covered, today)

    standalone = (
        followup.standalone(question, history[-1], speakers, frequency) if history else question
    )
    found = read(standalone)
    asked, missing = found.asked, found.missing
    if filters.speaker:
        asked = named(filters.speaker, speakers, frequency)
        missing = () if asked else (filters.speaker,)
    elif filters.any_speaker:
        asked, missing = (), ()
    rightly = _put_right(standalone, found, asked, filters)
    if rightly != standalone:
        standalone, found = rightly, read(rightly)
    topic = found.topic
    if _names(found.asked) != _names(asked):  # who is named is spoken of, not asked
        topic = _topic(found.text, ())
    speech = found.speech or bool(filters.speaker)
    expects, shape = _shape(found, len(asked), filters)
    time = found.time
    return Query(
        question=question,
        standalone=standalone,
        interpretation=Interpretation(
            speaker=" and ".join(_names(asked)) or (missing[0] if speech and missing else None),
            topic=filters.topic or topic,
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
        expects=expects,
        form=shape,
    )


def _read(
    standalone: str,
    speakers: Forms,
    frequency: Frequency,
    covered: tuple[date | None, date | None],
    today: date,
) -> _Reading:
    own, root = followup.split(standalone)
    time, earlier = period(own, *covered, today), period(root, *covered, today)
    own, root = time.rest, earlier.rest
    timeless = followup.joined(own, root)
    if time.first is None:
        time = earlier
    undated = own if terms(own) else f"{own} {root}"
    people = named(undated, speakers, frequency)
    missing = _missing(undated, people, speakers, frequency)
    speech = asks_for_speech(undated, people, missing)
    asked = askers(undated, people, speech)
    unknown = missing[0] if speech and missing and not asked else ""
    topic = _topic(undated, asked, unknown)
    if root and undated == own:
        topic = f"{topic} ({_topic(root, named(root, speakers, frequency))})"
    return _Reading(undated, asked, missing, speech, topic, time, timeless)


def _put_right(standalone: str, found: _Reading, wanted: Sequence[Named], filters: Filters) -> str:
    """``standalone`` with what ``filters`` say of its speaker, topic and time."""
    text = found.timeless if filters.any_time else standalone
    names = _names(found.asked)
    if filters.speaker and names == _names(wanted):
        filters = replace(filters, speaker="")  # as it was read
    asked = [one.text for one in found.asked if asks_for(found.text, one)]
    if not found.asked and subject(found.text) in found.missing:
        asked = [subject(found.text)]
    return corrected(text, asked, names, found.topic, filters)


def _shape(found: _Reading, speakers: int, filters: Filters) -> tuple[Expects, Form]:
    """What kind of thing and which form of answer is asked for."""
    expects = _expects(found.text)
    if filters.any_speaker and found.speech:
        return "voice", "round-up"
    shape = form(found.text, speakers, expects == "number")
    if shape == "round-up" and of_voices(found.text):
        expects = "voice"
    return expects, shape


def _missing(
    question: str, people: tuple[Named, ...], speakers: Forms, frequency: Frequency
) -> tuple[str, ...]:
    """Names that the corpus does not hold: the subject's, or any when nobody else is named."""
    unknown = strangers(question, people, frequency)
    name = subject(question)
    if people:
        return tuple(one for one in unknown if one == name)
    return (name,) if is_stranger(name, speakers, frequency) else unknown


def _outside(
    first: date | None, last: date | None, covered: tuple[date | None, date | None]
) -> bool:
    """Whether ``first`` to ``last`` does not touch the days that the corpus covers."""
    early = last is not None and covered[0] is not None and last < covered[0]
    late = first is not None and covered[1] is not None and first > covered[1]
    return early or late


def _names(people: Sequence[Named]) -> list[str]:
    return list(dict.fromkeys(one.speakers[0].name for one in people))


def _topic(question: str, people: Sequence[Named], stranger: str = "") -> str:
    """What is asked about: the question without the speaker and the question's own words.

    A ``stranger`` who is asked for is no part of it either.
    """
    text = question.replace(stranger, " ", 1) if stranger else question
    for one in sorted(people, key=lambda one: -one.start):
        text = f"{text[: one.start]} {text[one.end :]}"
    text = re.sub(r"^\s*['’]s\b", "", text)
    text = _LEADING.sub("", text)
    text = re.sub(rf"\b(?:{SPEECH})\b", " ", text, flags=re.IGNORECASE)
    text = re.sub(r"\baccording to\b|['’]s\b(?=\s)", " ", text, flags=re.IGNORECASE)
    text = re.sub(
        r"^(?:\s*(?:about|on|regarding|of|over|to|that|and|with)\b)+", " ", text, flags=re.I
    )
    text = _REACTING.sub(" ", text) if _ANYBODY.search(text) else text
    return " ".join(re.sub(r"[?!.\"“”]+", " ", text).split())


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
        return "voice" if asks_for_speech(question, (), ()) else "person"
    if re.match(r"\W*(?:and |but )?where\b", text):
        return "place"
    if re.match(r"\W*(?:and |but )?why\b", text):
        return "reason"
    return "any"
