"""How a question was read -> the HTML that says so, and the form that puts it right."""

from __future__ import annotations

from rag.types import Interpretation
from rag.wording import legible, period
from ui.conversation import Exchange
from ui.markup import element, escape, join


def understood(one: Exchange) -> str:
    """The question standing alone where that differs, and its speaker, topic and period."""
    if one.interpretation is None:
        return ""
    read_as = one.standalone if one.standalone != one.question else ""
    quoted = element("q", escape(read_as))
    first = element("span", f"Read as {quoted}", class_="fact") if read_as else ""
    facts = _facts(one, one.interpretation)
    if one.running:
        return element("div", join([first, facts]), class_="understood") if first + facts else ""
    correct = element(
        "button",
        "Correct this",
        type="button",
        data_correct="",
        aria_expanded="false",
        aria_controls=f"c-{one.key}",
    )
    shown = element("div", join([first, facts, correct]), class_="understood")
    return shown + _correction(one, one.interpretation)


def _facts(one: Exchange, asked: Interpretation) -> str:
    anyone = "anyone" if one.filters.any_speaker else ""
    always = "any time" if one.filters.any_time else ""
    named = {
        "Speaker": asked.speaker or anyone,
        "Topic": _topic(one, asked),
        "Period": period(asked.since, asked.until) or always,
    }
    return join(
        element("span", f"{name} {element('b', escape(value))}", class_="fact")
        for name, value in named.items()
        if value
    )


def _correction(one: Exchange, asked: Interpretation) -> str:
    """The question as it was understood, to be put right and asked again."""
    since, until = (day.isoformat() if day else "" for day in (asked.since, asked.until))
    told = _topic(one, asked)
    topic = {"required": ""} if told else {}
    fields = (
        _field("Question", "question", one.standalone or one.question, required=""),
        _field("Speaker", "speaker", asked.speaker or "", list="speakers", placeholder="Anyone"),
        _field("Topic", "topic", told, **topic),
        _field("From", "since", since, type="date"),
        _field("Until", "until", until, type="date"),
        element("button", "Ask this instead", type="submit"),
        element("p", "Without a speaker anyone's words count, without days any time."),
    )
    return element(
        "form",
        join(fields),
        class_="correction",
        id=f"c-{one.key}",
        data_key=one.key,
        aria_label="Correct how the question was read",
        hidden="",
    )


def _topic(one: Exchange, asked: Interpretation) -> str:
    """The topic as it was put right by hand, else as the question itself words it, if it does."""
    return one.filters.topic or legible(asked.topic, one.standalone or one.question)


def _field(label: str, name: str, value: str, **attributes: str) -> str:
    shown = element("span", label)
    attributes = {"autocomplete": "off", "name": name, "value": value, **attributes}
    return element("label", shown + element("input", "", **attributes), class_=name)
