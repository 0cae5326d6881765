"""Question + history -> Query: self-contained text, speaker, topic, period and mode."""

from __future__ import annotations

import re
from datetime import date

from index.lexical import terms
from index.roster import Forms
from rag import followup
from rag.askers import SPEECH, askers, asks_for_speech
from rag.forms import form, of_voices
from rag.names import Frequency, Named, named, strangers, subject
from rag.periods import period
from rag.types import Expects, Filters, Interpretation, Query

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
    standalone = (
        followup.standalone(question, history[-1], speakers, frequency) if history else question
    )
    own, root = followup.split(standalone)
    time, earlier = period(own, *covered, today), period(root, *covered, today)
    own, root = time.rest, earlier.rest
    if time.first is None:
        time = earlier
    undated = own if terms(own) else f"{own} {root}"
    people = named(undated, speakers, frequency)
    chosen = named(filters.speaker, speakers, frequency) if filters.speaker else people
    missing = (
        (filters.speaker,)
        if filters.speaker and not chosen
        else _missing(undated, people, frequency)
    )
    speech = asks_for_speech(undated, people, missing)
    asked = chosen if filters.speaker else askers(undated, people, speech)
    topic = _topic(undated, asked)
    if root and undated == own:
        topic = f"{topic} ({_topic(root, named(root, speakers, frequency))})"
    expects = _expects(undated)
    shape = form(undated, len(asked), expects == "number")
    if shape == "round-up" and of_voices(undated):
        expects = "voice"
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
        expects=expects,
        form=shape,
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


def _names(people: tuple[Named, ...]) -> list[str]:
    return list(dict.fromkeys(one.speakers[0].name for one in people))


def _topic(question: str, people: tuple[Named, ...]) -> str:
    """What is asked about: the question without the speaker and the question's own words."""
    text = question
    for one in sorted(people, key=lambda one: -one.start):
        text = f"{text[: one.start]} {text[one.end :]}"
    text = re.sub(r"^\s*['’]s\b", "", text)
    text = _LEADING.sub("", text)
    text = re.sub(rf"\b(?:{SPEECH})\b", " ", text, flags=re.IGNORECASE)
    text = re.sub(r"\baccording to\b|['’]s\b(?=\s)", " ", text, flags=re.IGNORECASE)
    text = re.sub(r"^\s*(?:about|on|regarding|of|over|to|that|and|with)\b", " ", text, flags=re.I)
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
