"""Figures -> lines for a terminal, JSON, and a verdict against the recorded floors."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from eval.compare import Difference
from eval.measures import Figure, measure
from eval.risk import Curve

FLOORS = Path(__file__).with_name("floors.json")
BY_TYPE = ("right", "recall@10", "citation precision", "citation recall", "speaker accuracy")
_POSITIONS = (
    "sentences", "citations", "no gold", "sentence 1", "sentence 2", "sentence 3", "sentence 4"
)  # fmt: skip
SIGNIFICANT = 0.05


def table(found: Mapping[str, Figure]) -> str:
    """A line a figure: value, 95 % interval, what it is out of."""
    width = max(map(len, found), default=0)
    return "\n".join(
        f"{name:<{width}}  {number(name, one.value):>9}  {_interval(name, one):<17} of {one.count}"
        for name, one in found.items()
    )


def beside(found: Mapping[str, Mapping[str, Figure]]) -> str:
    """A line a figure and a column an answerer; each figure's denominator is its own run's."""
    names = list(dict.fromkeys(name for figures in found.values() for name in figures))
    width = max(map(len, names), default=0)
    columns = [max(len(model), 18) for model in found]
    head = [f"{model:>{wide}}" for model, wide in zip(found, columns, strict=True)]
    lines = [" " * width + "  " + "  ".join(head)]
    for name in names:
        cells = []
        for figures, wide in zip(found.values(), columns, strict=True):
            one = figures.get(name)
            shown = f"{number(name, one.value)} of {one.count}" if one else "n/a"
            cells.append(f"{shown:>{wide}}")
        lines.append(f"{name:<{width}}  " + "  ".join(cells))
    return "\n".join(lines)


def type_table(found: Mapping[str, Mapping[str, Figure]]) -> str:
    """A line a type of question with the figures that tell types apart."""
    head = f"{'type':<24}{'n':>4}" + "".join(f"{name:>20}" for name in BY_TYPE)
    lines = [head]
    for kind, values in found.items():
        cells = "".join(f"{_cell(values.get(name)):>20}" for name in BY_TYPE)
        lines.append(f"{kind:<24}{values['right'].count if 'right' in values else 0:>4}{cells}")
    return "\n".join(lines)


def position_table(found: Sequence[tuple[str, Mapping[str, float]]]) -> str:
    """A line a type: how long answers are, and which of their sentences cite gold."""
    if not found:
        return ""
    head = f"{'answered':<24}{'n':>4}" + "".join(f"{name:>12}" for name in _POSITIONS)
    lines = [head]
    for kind, values in found:
        shown = (f"{values[n]:.3f}" if n in values else "" for n in _POSITIONS)
        cells = "".join(f"{cell:>12}" for cell in shown)
        lines.append(f"{kind:<24}{values['answered']:>4.0f}{cells}")
    return "\n".join(lines)


def difference_table(found: Sequence[Difference], before: str, after: str) -> str:
    """A line a figure that both runs have; a star where chance is an unlikely reason."""
    head = f"{'':<26}{before[:12]:>12}{after[:12]:>12}{'change':>9}  {'95 %':<17}  p"
    lines = [head]
    for one in found:
        star = "*" if one.p < SIGNIFICANT else " "
        lines.append(
            f"{one.name:<26}{number(one.name, one.before):>12}{number(one.name, one.after):>12}"
            f"{one.change:>+9.3f}  {f'{one.low:+.3f} to {one.high:+.3f}':<17}  {one.p:.3f}{star}"
            f"  of {one.count}"
        )
    return "\n".join(lines)


def risk_lines(curve: Curve) -> str:
    """The areas of the risk-coverage curve, the point that was chosen, and what others give."""
    told = "n/a" if curve.answerable is None else f"{curve.answerable:.3f}"
    coverage, risk = curve.given
    floors = (0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8)
    at = [curve.above(floor) for floor in floors]
    return "\n".join(
        [
            f"risk-coverage: AURC {curve.area:.3f} (an order that knows: {curve.best:.3f}), "
            f"answered {coverage:.3f} of the questions at risk {risk:.3f}; "
            f"AUROC of answerable against not: {told}",
            "floor     " + "".join(f"{floor:>8.1f}" for floor in floors),
            "coverage  " + "".join(f"{share:>8.3f}" for share, _ in at),
            "risk      " + "".join(f"{wrong:>8.3f}" for _, wrong in at),
        ]
    )


def number(name: str, value: float | None) -> str:
    """A value as it is printed: three places, milliseconds with one, tokens with none."""
    if value is None:
        return "n/a"
    places = {"ms": 1, "tokens": 0, "US$": 5}.get(measure(name).unit, 3)
    return f"{value:.{places}f}"


def floors(which: str, file: Path = FLOORS) -> dict[str, float]:
    """The recorded floors of the set ``which`` by figure; none for most sets."""
    return dict(json.loads(file.read_text()).get(which, {}))


def below_floor(found: Mapping[str, Figure], which: str, file: Path = FLOORS) -> list[str]:
    """A line for every figure of the set ``which`` that falls below its recorded floor."""
    return list(_below(found, floors(which, file)))


def _below(found: Mapping[str, Figure], floors: Mapping[str, float]) -> Iterator[str]:
    for name, floor in floors.items():
        value = found[name].value if name in found else None
        if value is None or value < floor:
            yield f"{name} is {number(name, value)}, floor {floor}"


def _interval(name: str, one: Figure) -> str:
    if one.low is None or one.high is None:
        return ""
    return f"{number(name, one.low)} to {number(name, one.high)}"


def _cell(one: Figure | None) -> str:
    return "" if one is None or one.value is None else f"{one.value:.3f}"
