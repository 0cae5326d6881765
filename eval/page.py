"""A run -> one HTML file that needs nothing else: figures, plots, and every question that failed.

It asks no other host for anything, and its policy forbids that; words of articles, questions and
models are escaped by ``eval.markup``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import resources

from eval import measures, plots, report
from eval.compare import Difference
from eval.failures import failure, faults
from eval.markup import Markup, join, tag
from eval.measures import Figure
from eval.risk import Curve
from eval.rows import Row
from eval.run import CUTOFFS

_POLICY = "default-src 'none'; style-src 'unsafe-inline'"
_TILES = (
    "right", "citation precision", "citation recall", "quotations verbatim", "speaker accuracy",
    "abstention recall", "answered when answerable", "recall@10", "MRR@10", "MAP", "latency p50",
)  # fmt: skip
_SHOWN_TILES = 8


@dataclass(frozen=True, slots=True)
class Run:
    """What a page shows; ``differences`` are by the name of what the run is compared with."""

    title: str
    rows: Sequence[Row]
    figures: Mapping[str, Figure]
    curve: Curve | None
    floors: Mapping[str, float] = field(default_factory=dict)
    differences: Mapping[str, Sequence[Difference]] = field(default_factory=dict)


def page(run: Run) -> str:
    """The whole file."""
    failed = [row for row in run.rows if faults(row)]
    body = tag(
        "main",
        _head(run),
        tag("section", *_tiles(run), class_="tiles"),
        tag("section", *_plots(run), class_="plots"),
        *compared(run.differences),
        _failures(failed, len(run.rows)),
        _figures(run),
        _positions(run.rows),
    )
    return document(run.title, body, failed)


def document(title: str, body: Markup, failed: Sequence[Row] = ()) -> str:
    """A file around ``body`` that may ask nobody for anything."""
    head = tag(
        "head",
        Markup('<meta charset="utf-8"><meta name="viewport" content="width=device-width">'),
        Markup(f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">'),
        tag("title", f"onrecord: {title}"),
        tag("style", _style(failed)),
    )
    return "<!doctype html>\n" + tag("html", head, tag("body", body), lang="en") + "\n"


def _style(failed: Sequence[Row]) -> Markup:
    """The style sheet, with a rule for each type by which the failures can be narrowed."""
    rules = [
        f"main:has(#only-{at}:checked) .failure:not(.type-{at}) {{ display: none }}"
        for at, _ in enumerate(_types(failed))
    ]
    sheet = resources.files("eval").joinpath("page.css").read_text(encoding="utf-8")
    return Markup("\n".join([sheet, *rules]))


def _head(run: Run) -> Markup:
    first = run.rows[0] if run.rows else None
    answer = (first.answer or {}) if first else {}
    facts = [
        f"answerer {first.model}" if first and first.answer else "retrieval only",
        f"settings {answer['settings']}" if answer.get("settings") else "",
        f"run {first.run}" if first and first.run else "",
    ]
    legend = tag(
        "p",
        tag("mark", "gold"), " what a right answer rests on · ",
        tag("u", "cited"), " what the answer cites · ",
        tag("span", "green", class_="gold"), " and ", tag("span", "red", class_="not-gold"),
        " sentences that cite gold and that do not. Brackets are 95 % intervals.",
        class_="legend",
    )  # fmt: skip
    return tag(
        "header",
        tag("h1", f"onrecord, measured: {run.title}"),
        tag("p", " · ".join(f for f in facts if f)),
        legend,
    )


def _tiles(run: Run) -> Iterator[Markup]:
    shown = [name for name in _TILES if name in run.figures][:_SHOWN_TILES]
    for name in shown:
        one = run.figures[name]
        unit = measures.measure(name).unit
        yield tag(
            "div",
            tag("span", name, class_="name"),
            tag("b", report.number(name, one.value), tag("small", f" {unit}") if unit else ""),
            _gauge(one, run.floors.get(name)) if not unit else "",
            tag("small", f"{interval(name, one)} of {one.count}"),
            class_="tile",
        )


def _gauge(one: Figure, floor: float | None) -> Markup:
    """A bar of 0 to 1 with the interval and the floor on it."""
    parts = [tag("i", style=f"width:{(one.value or 0) * 100:.1f}%")]
    if one.low is not None and one.high is not None:
        width = (one.high - one.low) * 100
        parts.append(tag("em", style=f"left:{one.low * 100:.1f}%;width:{width:.1f}%"))
    if floor is not None:
        title = f"floor {floor}"
        parts.append(tag("u", style=f"left:{floor * 100:.1f}%", title=title))
    return tag("div", *parts, class_="gauge")


def _plots(run: Run) -> Iterator[Markup]:
    yield plots.recall(run.figures, CUTOFFS)
    yield plots.risk(run.curve)
    yield plots.latency([row.score.milliseconds for row in run.rows if row.answer])
    names = list(dict.fromkeys(row.kind for row in run.rows))
    if len(names) > 1:
        groups = {name: [row for row in run.rows if row.kind == name] for name in names}
        shares = {
            name: (sum(row.score.right for row in group) / len(group), len(group))
            for name, group in groups.items()
        }
        note = "Questions whose answer cites gold, or that were rightly refused."
        yield plots.bars("Right, by kind of question", shares, note)
    why = Counter(fault for row in run.rows for fault in faults(row))
    total = len(run.rows) or 1
    shares = {name: (count / total, total) for name, count in why.most_common()}
    yield plots.bars("What went wrong", shares, "A question can have several faults.")


def compared(differences: Mapping[str, Sequence[Difference]], before: str = "") -> Iterator[Markup]:
    """A table of differences for each name: to this run, or of that one to ``before``."""
    for name, changes in differences.items():
        rows = [
            tag(
                "tr",
                tag("td", one.name),
                *(_number(one.name, value) for value in (one.before, one.after)),
                tag("td", f"{one.change:+.3f}", class_=_verdict(one)),
                tag("td", f"{one.low:+.3f} to {one.high:+.3f}"),
                tag("td", f"{one.p:.3f}"),
                tag("td", f"{one.count}"),
            )
            for one in changes
        ]
        order = (before, name) if before else (name, "this run")
        head = ("", *order, "change", "95 %", "p", "questions")
        note = "Paired bootstrap; colour where p is below 0.05."
        yield tag("section", tag("h2", f"Against {name}"), tag("p", note), table(head, rows))


def _verdict(one: Difference) -> str | None:
    if one.p >= report.SIGNIFICANT or not one.change:
        return None
    better = (one.change > 0) == (measures.measure(one.name).better == "more")
    return "gold" if better else "not-gold"


def _failures(failed: Sequence[Row], total: int) -> Markup:
    types = _types(failed)
    counts = Counter(row.kind for row in failed)
    choices = [_choice("all", f"all {len(failed)}", True)]
    choices += [_choice(str(at), f"{name} {counts[name]}") for at, name in enumerate(types)]
    shown = [_classed(failure(row), types.index(row.kind)) for row in failed]
    title = f"{len(failed)} of {total} questions failed"
    return tag(
        "section",
        tag("h2", title),
        tag("p", "Open one to see answer, gold and what was found side by side."),
        tag("div", *choices, class_="choices"),
        *shown,
        class_="failures",
    )


def _choice(key: str, label: str, checked: bool = False) -> Markup:
    state = "checked" if checked else None
    button = tag("input", type="radio", name="only", id=f"only-{key}", checked=state)
    return tag("label", Markup(button.removesuffix("</input>")), label)


def _classed(shown: Markup, at: int) -> Markup:
    return Markup(shown.replace('class="failure"', f'class="failure type-{at}"', 1))


def _types(rows: Sequence[Row]) -> list[str]:
    return list(dict.fromkeys(row.kind for row in rows))


def _figures(run: Run) -> Markup:
    rows = []
    for name, one in run.figures.items():
        meaning = measures.measure(name)
        source = f" ({meaning.source})" if meaning.source else ""
        floor = run.floors.get(name)
        cells = (
            tag("td", name),
            _number(name, one.value),
            tag("td", interval(name, one)),
            tag("td", f"{one.count}"),
            tag("td", "" if floor is None else f"{floor}"),
            tag("td", meaning.denominator + source, class_="meaning"),
        )
        rows.append(tag("tr", *cells))
    head = ("figure", "value", "95 %", "of", "floor", "out of what, and after whom")
    return tag("section", tag("h2", "Every figure"), table(head, rows))


def _positions(rows: Sequence[Row]) -> Markup:
    found = measures.positions(rows)
    if not found:
        return Markup()
    names = list(found[0][1])
    lines = [
        tag("tr", tag("td", kind), *(tag("td", _place(name, values)) for name in names))
        for kind, values in found
    ]
    note = "How long answers are, and which of their sentences cite gold."
    return tag(
        "section", tag("h2", "Where the right sentences stand"), tag("p", note),
        table(("", *names), lines),
    )  # fmt: skip


def _place(name: str, values: Mapping[str, float]) -> str:
    if name not in values:
        return ""
    return f"{values[name]:.0f}" if name == "answered" else f"{values[name]:.3f}"


def table(head: Sequence[str], rows: Sequence[str]) -> Markup:
    """A table that scrolls by itself where it is too wide."""
    titles = tag("thead", tag("tr", *(tag("th", name) for name in head)))
    return tag("div", tag("table", titles, tag("tbody", join(rows))), class_="scroll")


def _number(name: str, value: float | None) -> Markup:
    return tag("td", report.number(name, value))


def interval(name: str, one: Figure) -> str:
    """The 95 % interval in brackets; empty where there is none."""
    if one.low is None or one.high is None:
        return ""
    return f"[{report.number(name, one.low)}, {report.number(name, one.high)}]"
