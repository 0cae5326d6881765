"""``onrecord eval``: run a set, print its figures, write them, hold them against the floors."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path

from eval import abreast, claims, compare, measures, others, page, report, risk, rows, sample, shelf
from eval.material import Material, narrowed
from eval.request import Request, material_of, require, tell
from eval.rows import Row
from eval.run import bench
from eval.run import rows as measured
from rag.desk import Desk
from rag.errors import UsageError
from rag.settings import Settings

ROWS, FIGURES, PAGE = "rows.jsonl", "figures.json", "report.html"


def evaluate(asked: Request, settings: Settings) -> int:
    """Run the set that is asked for; 1 when a figure of a whole set is below its floor.

    Raises UsageError when there is no such set, its data is missing, or a baseline is of
    another set.
    """
    require(asked)
    try:
        return _evaluated(asked, settings)
    except OSError as error:
        place = error.filename or asked.out
        raise UsageError(f"{place}: {error.strerror}; name another place with --out") from error


def _evaluated(asked: Request, settings: Settings) -> int:
    if asked.which == "polnear":
        return others.attributions(asked)
    if asked.which in claims.SETS:
        return others.supported_claims(asked)
    if asked.which == "injection":
        return others.planted_strings(asked, settings)
    if asked.ablate:
        return others.ablations(asked, settings)
    if asked.peer:
        return others.peer(asked, settings)
    return _questions(asked, settings)


def _questions(asked: Request, settings: Settings) -> int:
    baseline = rows.read(Path(asked.baseline)) if asked.baseline else []
    material = material_of(asked)
    with shelf.desk(material, settings) as desk:
        if asked.which == "sample":
            material = narrowed(sample.material(desk), asked.limit, 0)
        if len(asked.models) > 1:
            return _beside(asked, desk, material)
        found = list(kept(desk, material, settings, asked.out))
    _show(asked, material, found, baseline)
    if asked.judge:
        _judge(asked, found, settings)
    whole = not asked.limit and not asked.articles
    low = report.below_floor(measures.figures(found, 0), asked.which) if whole else []
    for line in low:
        print(f"below its floor: {line}", file=sys.stderr)
    return 1 if low else 0


def _beside(asked: Request, desk: Desk, material: Material) -> int:
    """Run the set once for each answerer and print their figures in one table; always 0.

    With ``out`` the rows of each stand in a folder of its own name there, beside one page of all.
    """
    runs: dict[str, list[Row]] = {}
    for model in asked.models:
        own = replace(desk.settings, model=model, fallbacks="")
        out = str(Path(asked.out) / model.replace("/", "-")) if asked.out else ""
        runs[model] = kept(Desk(desk.store, desk.embedder, own), material, own, out)
    figures = {model: measures.figures(found, 0) for model, found in runs.items()}
    first, *others = asked.models
    changes = {one: compare.differences(runs[first], runs[one]) for one in others}
    if asked.out:
        shown = abreast.Runs(material.described(), runs, figures, changes)
        Path(asked.out, PAGE).write_text(abreast.abreast(shown), encoding="utf-8")
    if asked.as_json:
        print(json.dumps(_plain(material, figures, changes), indent=1))
        return 0
    parts = [material.described(), report.beside(figures)]
    parts += [report.difference_table(found, first, one) for one, found in changes.items()]
    print("\n\n".join(parts))
    return 0


def _plain(
    material: Material,
    figures: Mapping[str, Mapping[str, measures.Figure]],
    changes: Mapping[str, Sequence[compare.Difference]],
) -> dict[str, object]:
    return {
        "set": material.described(),
        "models": {
            model: {name: asdict(one) for name, one in found.items()}
            for model, found in figures.items()
        },
        "differences": {model: [asdict(one) for one in found] for model, found in changes.items()},
    }


def kept(desk: Desk, material: Material, settings: Settings, out: str) -> list[Row]:
    """The rows of a run; with ``out`` each is kept as it comes and none is made twice."""
    run = rows.identity(material, settings, desk.embedder.fingerprint, settings.model)
    on = bench(desk, material, run, settings.model)
    ledger = rows.Ledger(Path(out) / ROWS, run) if out else None
    found = dict(ledger.done) if ledger else {}
    if found:
        print(f"{len(found)} questions are in {out} already", file=sys.stderr)
    for row in measured(on, [case for case in material.cases if case.id not in found]):
        found[row.id] = row
        if ledger:
            ledger.add(row)
        if sys.stderr.isatty():
            print(f"\r{len(found)} of {len(material.cases)} questions", end="", file=sys.stderr)
    if sys.stderr.isatty():
        print("\r\033[K", end="", file=sys.stderr)
    return [found[case.id] for case in material.cases]


def _show(asked: Request, material: Material, found: Sequence[Row], before: Sequence[Row]) -> None:
    figures = measures.figures(found)
    curve = risk.curve(found)
    changes = compare.differences(before, found) if before else []
    if asked.as_json:
        print(json.dumps(_json(material, figures, curve, changes), indent=1))
    else:
        tell(asked, asked.which, "\n\n".join(_sections(material, found, figures, curve, changes)))
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


def _judge(asked: Request, found: Sequence[Row], settings: Settings) -> None:
    """Ask a model about each sentence and print its verdicts, apart and without floors."""
    from eval import judge

    name = f"judged-{asked.judge.replace('/', '-')}.jsonl"
    file = Path(asked.out) / name if asked.out else None
    verdicts = judge.figures(judge.verdicts(found, asked.judge, settings, file))
    print(f"\njudged by {asked.judge}, apart from the figures above\n\n{report.table(verdicts)}")
