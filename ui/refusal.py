"""An answer that is none -> the HTML of why, and of what stands nearest."""

from __future__ import annotations

from rag.types import Answer, Coverage
from ui.markup import count, element, escape, join, period, place, where

_REASONS = {
    "no_evidence": "Not in these articles",
    "speaker_not_in_corpus": "Nobody by that name speaks here",
    "speaker_found_topic_not": "Nothing on that topic",
    "outside_coverage_dates": "Outside the period covered",
    "unverified_only": "Nothing that could be verified",
    "empty_corpus": "No articles yet",
    "model_failed": "The model did not answer",
}


def refusal(answer: Answer) -> str:
    """The reason, the closest evidence, and what the corpus covers; empty when answered."""
    refused = answer.abstention
    if refused is None:
        return ""
    parts = [
        element("h3", escape(_REASONS.get(refused.reason, "No answer"))),
        element("p", escape(refused.message)),
    ]
    if refused.closest:
        rows = (
            element(
                "li",
                element("a", escape(one.exact), class_="read", href=place(one))
                + element("span", escape(where(one.article)), class_="row"),
            )
            for one in refused.closest
        )
        parts.append(f"<h4>The closest passages</h4><ul>{join(rows)}</ul>")
    if f"{answer.coverage.articles} articles" not in refused.message:
        parts.append(element("p", escape(coverage(answer.coverage)), class_="covers"))
    return element("div", join(parts), class_="abstention")


def coverage(covered: Coverage) -> str:
    """What is indexed, in one sentence."""
    if not covered.articles:
        return "Nothing is indexed yet."
    days = period(covered.since, covered.until)
    return f"{count(covered.articles, 'article')} indexed" + (f", {days}." if days else ".")
