"""``onrecord eval``: run a set, print its figures, write them, hold them against the floors."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from eval import compare, measures, page, report, risk, rows, sample, shelf
from eval.cases import Case
from eval.material import Material, narrowed
from eval.rows import Row
from eval.run import bench
from eval.run import rows as measured
from eval.sets import reading
from rag.desk import Desk
from rag.errors import UsageError
from rag.settings import Settings

SETS = ("sample", *reading.NAMES, "polnear")
ROWS, FIGURES, PAGE = "rows.jsonl", "figures.json", "report.html"


@dataclass(frozen=True, slots=True)
class Request:
    """What ``onrecord eval`` was told; ``limit`` and ``articles`` of 0 mean all."""

    which: str = "sample"
    data: str = ""
    out: str = ""
    baseline: str = ""
    limit: int = 0
    articles: int = 0
    as_json: bool = False


def evaluate(asked: Request, settings: Settings) -> int:
    """Run the set that is asked for; 1 when a figure of a whole set is below its floor.

    Raises UsageError when there is no such set, its data is missing, or a baseline is of
    another set.
    """
    if asked.which not in SETS:
        raise UsageError(f"there is no set {asked.which!r}: name one of {', '.join(SETS)}")
    if asked.which == "polnear":
        return _polnear(asked)
    baseline = rows.read(Path(asked.baseline)) if asked.baseline else []
    material = _material(asked)
    with shelf.desk(material, settings) as desk:
        if asked.which == "sample":
            material = narrowed(_sample(desk), asked.limit, 0)
        found = list(_rows(desk, material, settings, asked.out))
    _show(asked, material, found, baseline)
    whole = not asked.limit and not asked.articles
    low = report.below_floor(measures.figures(found, 0), asked.which) if whole else []
    for line in low:
        print(f"below its floor: {line}", file=sys.stderr)
    return 1 if low else 0


def _material(asked: Request) -> Material:
    if asked.which == "sample":
        return Material("sample", (), ())
    if not asked.data:
        raise UsageError(f"--set {asked.which} needs --data FOLDER: the set is not shipped")
    return narrowed(reading.read(asked.which, Path(asked.data)), asked.limit, asked.articles)


def _sample(desk: Desk) -> Material:
    held = tuple({"id": one.id, "text": one.text} for one in desk.store.articles())
    return Material("sample", held, tuple[Case, ...](sample.cases(desk)))


def _rows(desk: Desk, material: Material, settings: Settings, out: str) -> list[Row]:
    """The rows of a run; with ``out`` each is kept as it comes and none is made twice."""
    run = rows.identity(material, settings, desk.embedder.fingerprint, settings.model)
    on = bench(desk, material, run, settings.model)
    if not out:
        return list(measured(on, material.cases))
    ledger = rows.Ledger(Path(out) / ROWS, run)
    if ledger.done:
        print(f"{len(ledger.done)} questions are in {out} already", file=sys.stderr)
    for row in measured(on, [case for case in material.cases if case.id not in ledger.done]):
        ledger.add(row)
    found = {row.id: row for row in rows.read(Path(out) / ROWS)}
    return [found[case.id] for case in material.cases]


def _show(asked: Request, material: Material, found: Sequence[Row], before: Sequence[Row]) -> None:
    figures = measures.figures(found)
    curve = risk.curve(found)
    changes = compare.differences(before, found) if before else []
    if asked.as_json:
        print(json.dumps(_json(material, figures, curve, changes), indent=1))
    else:
        print("\n\n".join(_sections(material, found, figures, curve, changes)))
    if asked.out:
        folder = Path(asked.out)
        text = json.dumps(_json(material, figures, curve, changes), indent=1)
        (folder / FIGURES).write_text(text + "\n", encoding="utf-8")
        whole = report.floors(asked.which) if not asked.limit and not asked.articles else {}
        against = {Path(asked.baseline).parent.name: changes} if changes else {}
        shown = page.Run(material.described(), found, figures, curve, whole, against)
        (folder / PAGE).write_text(page.page(shown), encoding="utf-8")


def _sections(
    material: Material,
    found: Sequence[Row],
    figures: dict[str, measures.Figure],
    curve: risk.Curve | None,
    changes: Sequence[compare.Difference],
) -> list[str]:
    parts = [material.described(), report.table(figures)]
    if curve:
        parts.append(report.risk_lines(curve))
        parts.append(report.type_table(measures.by_type(found)))
        parts.append(report.position_table(measures.positions(found)))
    if changes:
        parts.append(report.difference_table(changes, "baseline", "this run"))
    return [part for part in parts if part]


def _json(
    material: Material,
    figures: dict[str, measures.Figure],
    curve: risk.Curve | None,
    changes: Sequence[compare.Difference],
) -> dict[str, object]:
    return {
        "set": material.described(),
        "figures": {name: asdict(one) for name, one in figures.items()},
        "risk": asdict(curve) if curve else None,
        "differences": [asdict(one) for one in changes],
    }


def _polnear(asked: Request) -> int:
    from eval import polnear

    if not asked.data or not Path(asked.data).is_file():
        raise UsageError("--set polnear needs --data FILE: the set is not shipped")
    print(polnear.format(polnear.measure(Path(asked.data), asked.limit or None)))
    return 0
