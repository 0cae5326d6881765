"""Runs of several answerers over one set -> one HTML file with their figures and answers abreast.

It asks no other host for anything, like ``eval.page``; every word is escaped by ``eval.markup``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from eval import page, report
from eval.compare import Difference
from eval.failures import faults
from eval.markup import Markup, tag
from eval.measures import Figure
from eval.rows import Row


@dataclass(frozen=True, slots=True)
class Runs:
    """What the file shows, by the answerer's name; ``differences`` are to the first of them."""

    title: str
    rows: Mapping[str, Sequence[Row]]
    figures: Mapping[str, Mapping[str, Figure]]
    differences: Mapping[str, Sequence[Difference]]


def abreast(runs: Runs) -> str:
    """The whole file: figures, differences, then each question with everybody's answer."""
    names = list(runs.rows)
    head = tag("header", tag("h1", f"onrecord, {' and '.join(names)}: {runs.title}"))
    questions = [_question(each) for each in zip(*runs.rows.values(), strict=True)]
    answers = tag("section", tag("h2", "Every question"), *questions, class_="failures")
    changes = page.compared(runs.differences, names[0])
    return page.document(runs.title, tag("main", head, _figures(runs), *changes, answers))


def _figures(runs: Runs) -> Markup:
    names = list(dict.fromkeys(name for found in runs.figures.values() for name in found))
    lines = [
        tag("tr", tag("td", name), *(_figure(name, found) for found in runs.figures.values()))
        for name in names
    ]
    note = "Each value with its 95 % interval and out of how many; who answers more, errs in more."
    table = page.table(("figure", *runs.figures), lines)
    return tag("section", tag("h2", "Side by side"), tag("p", note), table)


def _figure(name: str, found: Mapping[str, Figure]) -> Markup:
    one = found.get(name)
    if one is None:
        return tag("td", "n/a")
    about = f" {page.interval(name, one)} of {one.count}"
    return tag("td", tag("b", report.number(name, one.value)), tag("small", about))


def _question(each: Sequence[Row]) -> Markup:
    """One question: who was right in the summary, the answers below."""
    first = each[0]
    chips = [
        tag("span", f"{one.model}: {', '.join(faults(one)) or 'right'}", class_=_verdict(one))
        for one in each
    ]
    kind = tag("span", first.kind.replace("_", " "), class_="type")
    summary = tag("summary", kind, tag("span", first.question, class_="question"), *chips)
    answers = [
        tag("section", tag("h4", one.model), tag("p", _text(one), class_="answer")) for one in each
    ]
    return tag("details", summary, tag("div", *answers, class_="body"), class_="failure")


def _text(row: Row) -> str:
    return str((row.answer or {}).get("text", "searched only"))


def _verdict(row: Row) -> str:
    return "gold" if row.score.right else "fault"
