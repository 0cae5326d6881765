"""An exchange -> the HTML of it on the page: question, answer, sources, what was understood."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from rag.types import Answer, ArticleRef, Citation, Claim, Notice
from rag.wording import day, moment
from ui import export
from ui.conversation import Conversation, Exchange
from ui.grades import GRADES, grade, spoken, strongest
from ui.layout import Lead, laid_out
from ui.markup import element, escape, join, notice, place, reading, where
from ui.refusal import refusal
from ui.understanding import understood

_MARKERS = re.compile(r"((?:\s?\[\d+\])+)([.!?…]?)$")
_MARKER = re.compile(r"\[(\d+)\]")
_LONG_WORD = 24  # characters; a longer one (an address) may be broken
GONE = (
    '<p class="status gone" role="status">This answer is not kept here any more: the address is '
    "wrong, or it was among the oldest.</p>"
)


def conversation(exchanges: Conversation) -> str:
    """Exchanges in order."""
    return join(exchange(one) for one in exchanges)


def exchange(one: Exchange) -> str:
    """One question with everything known of its answer."""
    state = "running" if one.running else "done"
    parts = (
        element("h2", escape(one.question), class_="asked"),
        understood(one),
        _body(one),
        "" if one.answer and one.answer.claims else _notes(one.warnings),
        _tools(one),
    )
    return element("article", join(parts), class_="exchange", id=f"x-{one.key}", data_state=state)


def _body(one: Exchange) -> str:
    if one.error:
        return element("p", escape(one.error), class_="error", role="alert")
    if one.answer and one.answer.abstention:
        return refusal(one, one.answer)
    if one.answer:
        return _answer(one, one.answer)
    text = element("p", _linked(one.text, one), class_="text") if one.text else ""
    if one.stopped:
        return join([text, element("p", "Stopped. What is shown is verified.", class_="status")])
    waiting = "Checking the next sentence" if one.text else "Reading the articles"
    return join([text, element("p", waiting, class_="status busy")])


def _answer(one: Exchange, answer: Answer) -> str:
    support = strongest(answer)
    layout, leads = laid_out(one.form, answer)
    gaps, at = [], 0
    for claim, lead in zip(answer.claims, leads, strict=True):
        gaps += [escape(answer.text[at : claim.start]), _claim(one, answer, claim, lead)]
        at = claim.end
    gaps.append(escape(answer.text[at:]))
    return join(
        (
            element("p", join(gaps), class_=f"text {layout}".strip()),
            _conflicts(one, answer),
            _legend(answer),
            _notes(one.warnings),
            _sources(one, support),
        )
    )


def _claim(one: Exchange, answer: Answer, claim: Claim, lead: Lead) -> str:
    words, meaning = GRADES[grade(claim)]
    failed = [
        name
        for name in ("numbers", "names", "dates", "negation")
        if not getattr(claim.checks, name)
    ]
    sources = claim.independent_sources
    title = f"{words}: {meaning}" + (f"; {sources} independent sources" if sources > 1 else "")
    title += f" (differs in {', '.join(failed)})" if failed else ""
    text = _linked(answer.text[claim.start : claim.end], one, grade(claim))
    return element(
        "span",
        text,
        class_=f"claim {grade(claim)}",
        title=title,
        data_lead=lead.words or None,
        data_side=lead.side or None,
    )


def _linked(text: str, one: Exchange, support: str = "") -> str:
    """``text`` with the markers at the end of its sentences as links; brackets in it stay."""
    if not support:  # still streaming: sentences are not yet told apart
        return _links(text, one, support)
    return _unparted(text, one, support)


def _links(text: str, one: Exchange, support: str) -> str:
    known = {citation.number: citation for citation in one.citations}
    parts, at = [], 0
    for found in _MARKER.finditer(text):
        citation = known.get(int(found[1]))
        if citation is None:
            continue
        parts += [escape(text[at : found.start()]), _marker(one, citation, support)]
        at = found.end()
    return join([*parts, escape(text[at:])])


def _unparted(text: str, one: Exchange, support: str) -> str:
    """A sentence whose last word, marker and full stop are not parted at the end of a line."""
    found = _MARKERS.search(text)
    if not found:
        return escape(text)
    last = text.rfind(" ", 0, found.start()) + 1
    if found.start() - last > _LONG_WORD:
        last = found.start()
    kept = escape(text[last : found.start()]) + _links(text[found.start() :], one, support)
    return escape(text[:last]) + element("span", kept, class_="unparted")


def _marker(one: Exchange, citation: Citation, support: str) -> str:
    words = GRADES[support][0] if support else ""
    label = ", ".join(filter(None, (f"Source {citation.number}", words, where(citation.article))))
    number = f'<span class="bracket">[</span>{citation.number}<span class="bracket">]</span>'
    return element(
        "a",
        number,
        class_=f"cite {support}".strip(),
        href=_place(citation),
        data_exchange=one.key,
        data_number=str(citation.number),
        aria_label=label,
    )


def _legend(answer: Answer) -> str:
    counted = Counter(grade(claim) for claim in answer.claims)
    keys = (
        element("span", f"{escape(words)}: {counted[support]}", class_=f"key {support}", title=why)
        for support, (words, why) in GRADES.items()
        if counted[support]
    )
    return element("p", join(keys), class_="legend")


def _conflicts(one: Exchange, answer: Answer) -> str:
    cited = {citation.number: citation for citation in answer.citations}
    rows = []
    for conflict in answer.conflicts:
        sides = [_side(one, cited[number]) for number in conflict.citations if number in cited]
        rows.append(f"{escape(conflict.detail)} {'; '.join(sides)}".strip())
    if not rows:
        return ""
    listed = join(element("li", row) for row in rows)
    return element("div", f"<h3>The articles disagree</h3><ul>{listed}</ul>", class_="conflicts")


def _side(one: Exchange, citation: Citation) -> str:
    """Who stands on one side of a disagreement, with the marker that leads there."""
    outlet = citation.article.publisher or citation.article.title
    who = ", ".join(filter(None, (citation.speaker, outlet)))
    return f"{escape(who)} {_marker(one, citation, '')}".strip()


def _sources(one: Exchange, support: dict[int, str]) -> str:
    seen: set[str] = set()  # an article's own correction is told once
    rows = []
    for citation in one.citations:
        told = "" if citation.article.id in seen else notice(citation.article.notice)
        seen.add(citation.article.id)
        row = _source(one, citation, support) + told
        rows.append(element("li", row, id=f"s-{one.key}-{citation.number}"))
    label = f"Sources of the answer to {one.question}"
    return element("ol", join(rows), class_="sources", aria_label=label)


def _source(one: Exchange, citation: Citation, support: dict[int, str]) -> str:
    words = element("span", escape(citation.exact), class_="exact")
    link = element(
        "a",
        f'<span class="number">{citation.number}</span> {words}',
        class_=f"source {support.get(citation.number, '')}".strip(),
        href=_place(citation),
        data_exchange=one.key,
        data_number=str(citation.number),
    )
    return link + element("div", about(citation), class_="about")


def about(citation: Citation) -> str:
    """Who said it, in which article, how the words match, and where else they stand."""
    said = citation.speaker and join(
        (
            element("b", escape(citation.speaker)),
            f" on {day(citation.said_on)}" if citation.said_on else "",
            f", {spoken(citation)}" if spoken(citation) else "",
        )
    )
    match = {
        "normalized": "quotation marks or spaces differ from the article",
        "elided": "shortened with an ellipsis",
    }.get(citation.match, "")
    rows = (
        said,
        escape(where(citation.article)),
        f"named by another article: {escape(citation.speaker_basis)}"
        if citation.speaker_basis
        else "",
        match,
        "" if citation.current else "from an earlier version of the article",
        _also_in(citation.also_in),
    )
    return join(element("span", row, class_="row") for row in rows if row)


def _also_in(articles: Iterable[ArticleRef]) -> str:
    links = [
        element("a", escape(one.publisher or one.title), class_="read", href=place(one))
        for one in articles
    ]
    return f"also in {', '.join(links)}" if links else ""


def _notes(warnings: Iterable[Notice]) -> str:
    rows = join(element("li", escape(one.detail)) for one in warnings)
    return element("ul", rows, class_="notes", aria_label="Notes on this answer") if rows else ""


def _tools(one: Exchange) -> str:
    if one.running:
        return ""
    again = element("button", "Ask again", type="button", data_ask=one.question, data_key=one.key)
    if one.answer is None:
        return element("div", again, class_="tools")
    spent = one.answer.timings_ms
    seconds = (spent.retrieve + spent.draft + spent.verify) / 1000
    given = element("time", moment(one.given), datetime=one.given.isoformat()) if one.given else ""
    made = f"{escape(one.answer.model)}, {seconds:.1f} s" + (f", {given}" if given else "")
    copy = element(
        "button", "Copy with footnotes", type="button", data_copy=export.footnoted(one.answer)
    )
    copy = copy if one.citations else ""
    link = element("a", "Copy link", href=f"?a={one.key}", data_link="") if one.lasting else ""
    return element(
        "div", join([copy, link, again, element("span", made, class_="made")]), class_="tools"
    )


def _place(citation: Citation) -> str:
    return reading(citation.article.id, citation.article.revision, citation.start, citation.end)
