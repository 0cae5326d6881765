"""Records -> lines for a terminal. Control characters of articles are shown, not obeyed."""

from __future__ import annotations

import csv
import io
import textwrap
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from index.types import Article, Passage
from rag.types import Answer, Citation
from rag.wire import Said
from rag.wording import day

if TYPE_CHECKING:
    from rag.check import Checked
    from rag.tally import Tally

WIDTH = 88  # characters a line


def answer_text(answer: Answer) -> str:
    """The answer, its sources and its warnings."""
    lines = []
    if answer.standalone_question != answer.question:
        lines += [f"({safe(answer.standalone_question)})", ""]
    lines.append(_wrapped(answer.text))
    if told := disagreement(answer):
        lines += ["", *[_wrapped(line) for line in told.splitlines()]]
    if answer.abstention and answer.abstention.closest:
        lines += ["", "Closest:"]
        lines += [
            _wrapped(f"- {one.article.title or one.article.id}: {one.exact}", "  ")
            for one in answer.abstention.closest
        ]
    if answer.citations:
        lines += ["", *[citation_text(one) for one in answer.citations]]
    lines += [f"note: {safe(one.detail)}" for one in answer.warnings]
    return "\n".join(lines)


def disagreement(answer: Answer) -> str:
    """What the articles disagree on, each with its markers; empty when they do not."""
    rows = [
        f"- {' '.join(one.detail.split())} {''.join(f'[{number}]' for number in one.citations)}"
        for one in answer.conflicts
    ]
    return "\n".join(["The articles disagree:", *rows]) if rows else ""


def citation_text(citation: Citation) -> str:
    """One source: number, outlet, title, day, place and the cited characters."""
    article = citation.article
    dated = day(article.published) or "no date"
    about = ", ".join(
        part for part in (article.publisher, article.title or article.id, dated) if part
    )
    also = f"; also in {', '.join(a.publisher or a.id for a in citation.also_in)}"
    head = f"[{citation.number}] {about} ({citation.start}-{citation.end})"
    lines = [safe(head + (also if citation.also_in else "")), _wrapped(citation.exact, "    ")]
    if citation.speaker_basis:
        lines.append(_wrapped(f"Named by another article: {citation.speaker_basis}", "    "))
    if article.notice:
        lines.append(_wrapped(f"The article states: {article.notice}", "    "))
    return "\n".join(lines)


def checked_text(found: Checked) -> str:
    """What was found of a quotation: the outcome, the words that differ, the place."""
    lines = [safe(f"{found.outcome.replace('_', ' ')}: {found.message}")]
    if found.outcome == "altered":
        marks = {"same": "{}", "article": "[-{}-]", "quotation": "{{+{}+}}"}
        diff = " ".join(marks[one.kind].format(one.words) for one in found.changes)
        lines.append(_wrapped(diff, "    "))
    if found.article:
        said = f", said on {day(found.said_on)}" if found.said_on else ""
        where = f"{found.article.title or found.article.id} ({found.start}-{found.end})"
        by = f"{found.speaker or 'nobody named'}{said}, in {where}"
        around = f"…{found.prefix}>>{found.exact}<<{found.suffix}…"
        lines += [safe(by), _wrapped(around, "    ")]
        if found.article.notice:
            lines.append(_wrapped(f"The article states: {found.article.notice}", "    "))
    return "\n".join(lines)


def hit_text(rank: int, passage: Passage, article: Article, score: float) -> str:
    """A passage of a search."""
    span = passage.span
    head = f"{rank}. {article.title or article.id} ({passage.id}, {score:.4f})"
    return f"{safe(head)}\n{_wrapped(article.text[span.start : span.end], '   ')}"


def statements_text(said: Sequence[Said]) -> str:
    """Statements, a paragraph each."""
    blocks = []
    for one in said:
        day = one.said_on.isoformat() if one.said_on else "day unknown"
        outlet = one.article.publisher or one.article.id
        head = f"{one.speaker or 'unknown'}, {day}, {one.speech}, {outlet}"
        blocks.append(f"{safe(head)}\n{_wrapped(one.words, '    ')}\n")
        if one.speaker_basis:
            note = f"Named by another article: {one.speaker_basis}"
            blocks[-1] += f"{_wrapped(note, '    ')}\n"
        if one.article.notice:
            note = f"The article states: {one.article.notice}"
            blocks[-1] += f"{_wrapped(note, '    ')}\n"
    return "\n".join(blocks)


def counts_text(total: int, counts: Tally) -> str:
    """How many statements there are by outlet, month and speaker."""
    lines = [f"statements: {total:,}"]
    parts = (("outlet", counts.outlets), ("month", counts.months), ("speaker", counts.speakers))
    for title, some in parts:
        lines += ["", f"by {title}:"]
        lines += [f"  {number:>6,}  {name or 'unknown'}" for name, number in some.items()]
    return "".join(f"{safe(line)}\n" for line in lines)


def statements_csv(said: Sequence[Said]) -> str:
    """Statements as CSV; a cell that a spreadsheet would compute gets an apostrophe."""
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    table.writerow(
        ["speaker", "said_on", "speech", "words", "outlet", "article", "start", "end", "notice"]
    )
    for one in said:
        row = [
            one.speaker,
            one.said_on or "",
            one.speech,
            one.words,
            one.article.publisher,
            one.article.id,
            one.start,
            one.end,
            one.article.notice,
        ]
        table.writerow([_cell(str(value)) for value in row])
    return out.getvalue()


def info_text(facts: Mapping[str, str], articles: Sequence[Article], speakers: int) -> str:
    """What an index holds."""
    lines = [f"{name}: {value}" for name, value in facts.items()]
    lines.append(f"articles: {len(articles)}, speakers: {speakers}")
    lines += map(article_line, articles)
    return "".join(f"{safe(line)}\n" for line in lines)


def article_line(one: Article) -> str:
    """An article in a list: day, id, outlet, title."""
    day = f"{one.published:%Y-%m-%d}" if one.published else "no date   "
    return f"  {day}  {one.id}  {one.publisher}  {one.title}"


def safe(text: str) -> str:
    """``text`` without characters that move the cursor, colour or hide what stands there."""
    return "".join(c if c.isprintable() or c in "\n " else "\ufffd" for c in text)


def _wrapped(text: str, indent: str = "") -> str:
    return textwrap.fill(
        safe(" ".join(text.split())),
        WIDTH,
        initial_indent=indent,
        subsequent_indent=indent,
        break_on_hyphens=False,
    )


def _cell(text: str) -> str:
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text
