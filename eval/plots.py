"""Numbers -> drawings as inline SVG, each with a sentence that says what it shows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from eval.markup import Markup, join, tag
from eval.measures import Figure
from eval.risk import Curve

_WIDTH, _HEIGHT = 440.0, 250.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 56.0, 14.0, 14.0, 40.0
_BINS = 24

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Axes:
    """The ranges of a drawing and what its axes mean."""

    across: tuple[float, float]
    up: tuple[float, float]
    label: str
    side: str

    def x(self, value: float) -> float:
        """Pixels from the left."""
        low, high = self.across
        return _LEFT + (value - low) / ((high - low) or 1) * (_WIDTH - _LEFT - _RIGHT)

    def y(self, value: float) -> float:
        """Pixels from the top."""
        low, high = self.up
        return _HEIGHT - _BOTTOM - (value - low) / ((high - low) or 1) * (_HEIGHT - _TOP - _BOTTOM)


def recall(figures: Mapping[str, Figure], cutoffs: Sequence[int]) -> Markup:
    """Recall by cut-off with its intervals; empty where nothing was searched."""
    found = [(k, figures[f"recall@{k}"]) for k in cutoffs if f"recall@{k}" in figures]
    if not found:
        return Markup()
    axes = Axes((0, max(cutoffs)), (0, 1), "first k places", "recall")
    points = [(axes.x(k), axes.y(one.value or 0)) for k, one in found]
    whiskers = [
        tag("line", x1=axes.x(k), x2=axes.x(k), y1=axes.y(one.low), y2=axes.y(one.high),
            class_="whisker")
        for k, one in found
        if one.low is not None and one.high is not None
    ]  # fmt: skip
    dots = [
        join([_dot(x, y), _note(x, y + 18, f"{one.value:.3f}")])
        for (x, y), (_, one) in zip(points, found, strict=True)
    ]
    return _drawing(
        axes, "Recall by k", [_path(points, "line"), *whiskers, *dots], list(cutoffs),
        "Share of the parts of a full answer that the first k places touch, with 95 % intervals.",
    )  # fmt: skip


def risk(curve: Curve | None) -> Markup:
    """Risk against coverage, with the point that was chosen; empty where nothing was asked."""
    if curve is None:
        return Markup()
    axes = Axes((0, 1), (0, 1), "coverage: share of questions answered", "risk: share wrong")
    points = [(axes.x(coverage), axes.y(wrong)) for coverage, wrong, _ in curve.points]
    x, y = axes.x(curve.given[0]), axes.y(curve.given[1])
    drawn = [
        _path(points, "line"),
        _dot(x, y, "chosen"),
        _note(x, y - 12, f"answered {curve.given[0]:.2f}, wrong {curve.given[1]:.2f}"),
    ]
    return _drawing(
        axes, "Risk against coverage", drawn, [0, 0.25, 0.5, 0.75, 1],
        f"Only the surest questions answered, from the left. Area (AURC) {curve.area:.3f}; an "
        f"order that knows what is right would have {curve.best:.3f}.",
    )  # fmt: skip


def latency(milliseconds: Sequence[float]) -> Markup:
    """How long answers took, the slowest hundredth gathered in the last bar."""
    if not milliseconds:
        return Markup()
    ordered = sorted(milliseconds)
    top = max(ordered[min(len(ordered) - 1, int(0.99 * len(ordered)))], 1.0)
    counts = [0] * _BINS
    for value in ordered:
        counts[min(_BINS - 1, int(value / top * _BINS))] += 1
    axes = Axes((0, top), (0, max(counts)), "milliseconds", "questions")
    width = (axes.x(top) - axes.x(0)) / _BINS
    bars = [
        tag("rect", x=axes.x(0) + at * width + 1, y=axes.y(n), width=width - 2,
            height=axes.y(0) - axes.y(n), class_="bar")
        for at, n in enumerate(counts)
        if n
    ]  # fmt: skip
    marks = [_mark(axes, ordered[int(share * len(ordered))], name, row)
             for row, (name, share) in enumerate((("p50", 0.5), ("p95", 0.95)))]  # fmt: skip
    ticks = [round(top * step / 4) for step in range(5)]
    return _drawing(
        axes, "Time of an answer", [*bars, *marks], ticks,
        "Wall time of whole questions on the machine of the run, all stages.",
    )  # fmt: skip


def bars(title: str, values: Mapping[str, tuple[float, int]], note: str) -> Markup:
    """A bar of 0 to 1 for each name, with its value and what it is out of."""
    rows = [
        tag(
            "div",
            tag("span", name, class_="name"),
            tag("span", tag("i", style=f"width:{value * 100:.1f}%"), class_="track"),
            tag("span", f"{value:.3f}", tag("small", f" of {count}")),
            class_="row",
        )
        for name, (value, count) in values.items()
    ]
    head = tag("figcaption", tag("b", title), " ", note)
    return (
        tag("figure", head, tag("div", *rows, class_="bars"), class_="wide") if rows else Markup()
    )


def _drawing(
    axes: Axes, title: str, drawn: Sequence[str], ticks: Sequence[float], note: str
) -> Markup:
    svg = tag(
        "svg", _grid(axes, ticks), *drawn, viewBox=f"0 0 {_WIDTH:g} {_HEIGHT:g}", role="img",
        aria_label=f"{title}. {note}",
    )  # fmt: skip
    return tag("figure", tag("figcaption", tag("b", title), " ", note), svg)


def _grid(axes: Axes, ticks: Sequence[float]) -> Markup:
    low, high = axes.up
    steps = [low + (high - low) * step / 4 for step in range(5)]
    form: Callable[[float], str] = "{:.2f}".format if high <= 1 else "{:.0f}".format
    across = [
        tag("line", x1=axes.x(axes.across[0]), x2=axes.x(axes.across[1]), y1=axes.y(value),
            y2=axes.y(value), class_="grid")
        for value in steps
    ]  # fmt: skip
    sides = [_text(_LEFT - 6, axes.y(v) + 4, form(v), "end") for v in steps]
    feet = [_text(axes.x(v), _HEIGHT - _BOTTOM + 16, f"{v:g}", "middle") for v in ticks]
    label = _text((_LEFT + _WIDTH - _RIGHT) / 2, _HEIGHT - 6, axes.label, "middle")
    side = tag(
        "text", axes.side, x=12, y=(_HEIGHT - _BOTTOM) / 2, text_anchor="middle",
        transform=f"rotate(-90 12 {(_HEIGHT - _BOTTOM) / 2:g})", class_="label",
    )  # fmt: skip
    return join([*across, *sides, *feet, label, side])


def _mark(axes: Axes, value: float, name: str, row: int) -> Markup:
    x = axes.x(min(value, axes.across[1]))
    line = tag("line", x1=x, x2=x, y1=_TOP, y2=axes.y(0), class_="mark")
    return join([line, _note(x, _TOP + 10 + 14 * row, f"{name} {value:.0f} ms")])


def _path(points: Sequence[Point], kind: str) -> Markup:
    steps = " ".join(
        f"{'M' if at == 0 else 'L'}{x:.1f} {y:.1f}" for at, (x, y) in enumerate(points)
    )
    return tag("path", d=steps, class_=kind)


def _dot(x: float, y: float, kind: str = "dot") -> Markup:
    return tag("circle", cx=x, cy=y, r=4, class_=kind)


def _note(x: float, y: float, text: str) -> Markup:
    """A label beside a point, on the side where there is room."""
    late = x > _WIDTH * 0.6
    return tag("text", text, x=x - 6 if late else x + 6, y=max(y, 10.0), class_="note",
               text_anchor="end" if late else "start")  # fmt: skip


def _text(x: float, y: float, text: str, anchor: str) -> Markup:
    return tag("text", text, x=x, y=y, text_anchor=anchor, class_="label")
