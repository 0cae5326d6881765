"""What a self-contained question says by its own words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from index.roster import Forms
from index.search.lexical import terms
from rag.question import followup
from rag.question.askers import SPEECH, askers, asks_for_speech
from rag.question.forms import form, of_voices
from rag.question.listed import listed
from rag.question.names import Frequency, Named, is_stranger, named, strangers, subject
from rag.question.periods import Period, period
from rag.types import Expects, Filters, Form

_LEADING = re.compile(
    r"^\W*(?:(?:and|but|so|then|also|please|ok(?:ay)?)\b[\s,]*)*"
    r"(?:(?:what|who|whom|when|where|why|how|which|did|does|do|has|have|had|is|was|were|are|will"
    r"|would|can|could|should|compare|list|tell me|the)\b\s*)*",
    re.IGNORECASE,
)
# What remains of "how much do cinema tickets cost" and "how has his view on it changed".
_AUXILIARY = r"(?:do|does|did|has|have|had|is|was|were|are|will|would|can|could|should)"
_AT_ALL = re.compile(
    r"(?:the\s+)?(?:situation|matters?|things|events|issues?|crisis)", re.IGNORECASE
)
_MEASURE = re.compile(
    r"^\s*(?:much|many|far|long|big|large|often|old|high|soon|fast)\b\s*"
    rf"(?:{_AUXILIARY}\b\s*)?(?:the\b\s*)?",
    re.IGNORECASE,
)
_COST = re.compile(rf"^\s*much\s+{_AUXILIARY}\s+(?:the\s+)?(?P<what>.+?)\s+cost\b", re.IGNORECASE)
_TURNED = r"(?:chang(?:ed?|ing)|evolv(?:ed?|ing)|shift(?:ed|ing)?|mov(?:ed?|ing)|develop(?:ed)?)"
_STANCE = (
    r"(?:position|views?|stance|line|attitude|opinion|tone|account|assessment|rhetoric|language)"
)
_CHANGE = re.compile(
    rf"^\W*(?:s\s+)?{_STANCE}\s+(?:(?:on|about|of|towards?)\s+)+(?P<what>.+?)\s+{_TURNED}\b"
    r"(?:\s+over\s+time)?",
    re.IGNORECASE,
)
_MIND = re.compile(
    rf"^\W*{_TURNED}\s+(?:his|her|their)\s+(?:mind|tune|{_STANCE})\b\s*(?:(?:on|about|over)\b)?",
    re.I,
)
_TURN = re.compile(  # "his tone shifted", "what has changed in his position": on nothing told
    rf"^\W*(?:(?:s\s+)?{_STANCE}\s+{_TURNED}|{_TURNED}\s+in\s+(?:['’]s\s+)?{_STANCE})\b",
    re.IGNORECASE,
)
# "say first and later about the drills", "first say about the drills, and what later"
_COURSE = re.compile(
    r"\b(?:at\s+)?(?:first|initially|originally)(?:\s+and\s+(?:then|later|afterwards))?\b"
    r"|\b(?:over|in|during|within)\s+(?:time|the\s+course\s+of\b.*|(?:the|a)\s+(?:days?|weeks?|months?"
    r"|years?))\W*$"
    r"|[,;]?\s*\b(?:and|but)\s+(?:(?:what|then|now)\s+)*(?:later|afterwards|now|then)\b(?=\W*$)",
    re.IGNORECASE,
)
# "troops does Russia have at the border", "soldiers did the Baltic leaders ask for"
_HAVING = re.compile(r"\bdoes\s+(?P<who>(?:the\s+)?\w+(?:\s\w+)?)\s+have\b", re.IGNORECASE)
_ASKED = re.compile(r"^(?P<what>\w+(?:\s+\w+){0,3}?)\s+(?:do|does|did)\s+", re.IGNORECASE)

_REACTING = re.compile(
    r"\b(?:(?:any|some|every)(?:one|body)|others|else|disagree\w*|agree\w*|object\w*|contradict\w*"
    r"|react\w*|about)\b",
    re.IGNORECASE,
)
_ANYBODY = re.compile(r"\b(?:any|some|every)(?:one|body)\b|\bwho else\b|\bothers\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Reading:
    """A question as read.

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


def read(
    standalone: str,
    speakers: Forms,
    frequency: Frequency,
    covered: tuple[date | None, date | None],
    today: date,
) -> Reading:
    """What ``standalone`` asks, whose words, about what and when, before anybody corrects it."""
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
    together = listed(undated, people)
    if together and together.known:
        asked, missing = together.known, together.strangers
        topic = topic_of(f"{undated[: together.start]} {undated[together.end :]}", ())
    else:
        asked = askers(undated, people, speech)
        topic = topic_of(undated, asked, missing[0] if speech and missing and not asked else "")
    if root:
        first = topic_of(root, named(root, speakers, frequency))
        own_topic = topic if undated == own else ""
        topic = f"{own_topic} ({first})" if own_topic and first else own_topic or first
    return Reading(undated, asked, missing, speech, topic, time, timeless)


def _missing(
    question: str, people: tuple[Named, ...], speakers: Forms, frequency: Frequency
) -> tuple[str, ...]:
    """Names that the corpus does not hold: the subject's, or any when nobody else is named."""
    unknown = strangers(question, people, frequency)
    name = subject(question)
    if people:
        return tuple(one for one in unknown if one == name)
    return (name,) if is_stranger(name, speakers, frequency) else unknown


def names_of(people: Sequence[Named]) -> list[str]:
    """The full names of ``people``, each once."""
    return list(dict.fromkeys(one.speakers[0].name for one in people))


def topic_of(question: str, people: Sequence[Named], stranger: str = "") -> str:
    """What is asked about: the question without the speaker and the question's own words.

    A ``stranger`` who is asked for is no part of it either.
    """
    text = question.replace(stranger, " ", 1) if stranger else question
    for one in sorted(people, key=lambda one: -one.start):
        text = f"{text[: one.start]} {text[one.end :]}"
    text = re.sub(r"^\s*['’]s\b", "", text)
    text = _LEADING.sub("", text)
    text = _COST.sub(r"cost of \g<what>", text)
    text = _MIND.sub("", text)
    text = _TURN.sub("", _CHANGE.sub(r"\g<what>", _MEASURE.sub("", text)))
    text = _course_of(text) if form(question, 0, False) == "change" else text
    text = _ASKED.sub(r"\g<what> ", _HAVING.sub(r"\g<who> has", text))
    text = re.sub(rf"\b(?:{SPEECH})\b", " ", text, flags=re.IGNORECASE)
    text = re.sub(r"\baccording to\b|['’]s\b(?=\s)", " ", text, flags=re.IGNORECASE)
    text = _REACTING.sub(" ", text) if _ANYBODY.search(question) else text
    text = re.sub(
        r"^(?:\s*(?:about|on|regarding|of|over|to|that|and|with)\b)+", " ", text, flags=re.I
    )
    return " ".join(re.sub(r"[?!.\"“”]+", " ", text).split())


def _course_of(text: str) -> str:
    """The matter of a course in time: "warnings develop", "the situation in the course of time"."""
    text = re.sub(rf"(?<=\w)\s+{_TURNED}\W*$", "", _COURSE.sub(" ", text).strip(" ?.!"))
    return "" if _AT_ALL.fullmatch(text.strip()) else text


def shape_of(found: Reading, speakers: int, filters: Filters) -> tuple[Expects, Form]:
    """What kind of thing and which form of answer is asked for."""
    expects = _expects(found.text)
    if filters.any_speaker and found.speech:
        return "voice", "round-up"
    if not found.speech and expects in ("date", "person", "place"):
        speakers = min(speakers, 1)  # "When did Ann marry Bo?" wants no sides
    shape = form(found.text, speakers, expects == "number")
    if shape == "round-up" and of_voices(found.text):
        expects = "voice"
    return expects, shape


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
        # "who signed the statement" wants no voice
        return "voice" if re.search(rf"\b(?:{SPEECH})\b", text) else "person"
    if re.match(r"\W*(?:and |but )?where\b", text):
        return "place"
    if re.match(r"\W*(?:and |but )?why\b", text):
        return "reason"
    return "any"
