"""An answer that is none -> the HTML of why, and of what stands nearest."""

from __future__ import annotations

from rag.types import AbstentionReason, Answer, Coverage
from rag.wording import count, legible, period
from ui.conversation import Exchange
from ui.markup import element, escape, join, place, where

_REASONS = {
    "no_evidence": "Not in these articles",
    "speaker_not_in_corpus": "Nobody by that name speaks here",
    "speaker_found_topic_not": "Nothing on that topic",
    "outside_coverage_dates": "Outside the period covered",
    "unverified_only": "Nothing that could be verified",
    "empty_corpus": "No articles yet",
    "model_failed": "The model did not answer",
}


def refusal(one: Exchange, answer: Answer) -> str:
    """The reason, what would help, the closest evidence, and what the corpus covers.

    Empty when answered.
    """
    refused = answer.abstention
    if refused is None:
        return ""
    parts = [
        element("h3", escape(_REASONS.get(refused.reason, "No answer"))),
        element("p", escape(refused.message)),
        _help(one, answer, refused.reason),
    ]
    if refused.closest:
        rows = (
            element(
                "li",
                element("a", escape(near.exact), class_="read", href=place(near))
                + element("span", escape(where(near.article)), class_="row"),
            )
            for near in refused.closest
        )
        parts.append(f"<h4>The closest passages</h4><ul>{join(rows)}</ul>")
    if f"{answer.coverage.articles} articles" not in refused.message:
        parts.append(element("p", escape(coverage(answer.coverage)), class_="covers"))
    return element("div", join(parts), class_="abstention")


def _help(one: Exchange, answer: Answer, reason: AbstentionReason) -> str:
    """What to ask instead, as a button, where one thing stands in the way."""
    asked = answer.interpretation
    told = one.filters.topic or legible(asked.topic, one.standalone or one.question)
    if reason in ("speaker_not_in_corpus", "speaker_found_topic_not") and told:
        label, changed = f"Ask what anyone said about {told}", "speaker"
    elif reason == "outside_coverage_dates" and (asked.since or asked.until):
        label, changed = "Ask without the period", "since until"
    else:
        label = changed = ""
    button = element(
        "button",
        escape(label),
        type="button",
        data_ask=answer.standalone_question,
        data_key=one.key,
        data_changed=changed,
    )
    return button if label else ""


def coverage(covered: Coverage) -> str:
    """What is indexed, in one sentence."""
    if not covered.articles:
        return "Nothing is indexed yet."
    days = period(covered.since, covered.until)
    return f"{count(covered.articles, 'article')} indexed" + (f", {days}." if days else ".")
