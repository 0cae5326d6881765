"""``onrecord eval``: run a set, print its figures, write them, hold them against the floors."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from eval import claims, compare, measures, page, publish, report, risk, rows, sample, shelf
from eval.material import Material, narrowed
from eval.rows import Row
from eval.run import bench
from eval.run import rows as measured
from eval.sets import reading
from rag.desk import Desk
from rag.errors import UsageError
from rag.settings import Settings

SETS = ("sample", *reading.NAMES, *claims.SETS, "injection", "polnear")
ROWS, FIGURES, PAGE = "rows.jsonl", "figures.json", "report.html"


@dataclass(frozen=True, slots=True)
class Request:
    """What ``onrecord eval`` was told; ``limit`` and ``articles`` of 0 mean all.

    ``peer`` names who searches the same articles, ``peers`` the folder of foreign ones; ``write``
    puts what is printed into docs/evaluation.md.
    """

    which: str = "sample"
    data: str = ""
    out: str = ""
    baseline: str = ""
    limit: int = 0
    articles: int = 0
    as_json: bool = False
    peer: str = ""
    peers: str = ""
    ablate: bool = False
    judge: str = ""
    write: bool = False
    models: tuple[str, ...] = ()  # answerers to measure side by side; the settings' for none


def evaluate(asked: Request, settings: Settings) -> int:
    """Run the set that is asked for; 1 when a figure of a whole set is below its floor.

    Raises UsageError when there is no such set, its data is missing, or a baseline is of
    another set.
    """
    _require(asked)
    try:
        return _evaluated(asked, settings)
    except OSError as error:
        place = error.filename or asked.out
        raise UsageError(f"{place}: {error.strerror}; name another place with --out") from error


def _require(asked: Request) -> None:
    """Raises UsageError for what does not go together, before anything takes time."""
    if asked.which not in SETS:
        raise UsageError(f"there is no set {asked.which!r}: name one of {', '.join(SETS)}")
    if asked.limit < 0 or asked.articles < 0:
        raise UsageError("--limit and --articles take a number of 1 or more, or 0 for all")
    if asked.ablate and asked.which != "sample":
        raise UsageError("--ablate changes one thing at a time on the sample set: leave out --set")
    if asked.peer and asked.which not in ("sample", *reading.NAMES):
        raise UsageError(f"--set {asked.which} has no questions that a peer could search for")


def _evaluated(asked: Request, settings: Settings) -> int:
    if asked.which == "polnear":
        return _polnear(asked)
    if asked.which in claims.SETS:
        return _claims(asked)
    if asked.which == "injection":
        return _injection(asked, settings)
    if asked.ablate:
        return _ablations(asked, settings)
    if asked.peer:
        return _peer(asked, settings)
    return _questions(asked, settings)


def _questions(asked: Request, settings: Settings) -> int:
    baseline = rows.read(Path(asked.baseline)) if asked.baseline else []
    material = _material(asked)
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

    With ``out`` the rows of each stand in a folder of its own name there.
    """
    runs: dict[str, list[Row]] = {}
    for model in asked.models:
        own = replace(desk.settings, model=model, fallbacks="")
        out = str(Path(asked.out) / model.replace("/", "-")) if asked.out else ""
        runs[model] = kept(Desk(desk.store, desk.embedder, own), material, own, out)
    figures = {model: measures.figures(found, 0) for model, found in runs.items()}
    first, *others = asked.models
    changes = {one: compare.differences(runs[first], runs[one]) for one in others}
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


def _material(asked: Request) -> Material:
    if asked.which == "sample":
        return Material("sample", (), ())
    return narrowed(reading.read(asked.which, Path(_data(asked))), asked.limit, asked.articles)


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
        _tell(asked, asked.which, "\n\n".join(_sections(material, found, figures, curve, changes)))
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


def _peer(asked: Request, settings: Settings) -> int:
    """Hold the program's search against a peer's; always 0."""
    from eval import peers

    peers.require(asked.peer, asked.peers)
    material = _material(asked)
    with shelf.desk(material, settings) as desk:
        if asked.which == "sample":
            material = narrowed(sample.material(desk), asked.limit, 0)
        own, theirs = peers.against(desk, material, asked.peer, asked.peers)
    changes = compare.differences(theirs, own)
    if asked.as_json:
        print(
            json.dumps({"set": material.described(), "differences": [asdict(c) for c in changes]})
        )
        return 0
    lines = report.difference_table(changes, asked.peer, "onrecord")
    head = f"{material.described()}, whole articles, beside {asked.peer}"
    _tell(asked, f"{asked.which} {asked.peer}", f"{head}\n\n{lines}")
    return 0


def _ablations(asked: Request, settings: Settings) -> int:
    """Measure the sample set with one thing changed at a time; always 0."""
    from eval import ablate

    found = []
    for variant in ablate.variants(settings):
        print(f"measuring: {variant.name}", file=sys.stderr)
        found.append((variant, ablate.measured(variant, asked.limit)))
    text = ablate.table(found)
    print(text)
    if asked.write:
        publish.put("ablations", text)
    return 0


def _claims(asked: Request) -> int:
    """How far the gate's score tells supported claims from others; always 0."""
    found = claims.measured(asked.which, Path(_data(asked)), asked.limit)
    figures = {name: claims.figures(some) for name, some in found.items()}
    if asked.as_json:
        values = {n: {k: asdict(v) for k, v in one.items()} for n, one in figures.items()}
        print(json.dumps(values, indent=1))
        return 0
    parts = [f"{name}\n\n{report.table(one)}" for name, one in figures.items()]
    _tell(asked, asked.which, "\n\n".join(parts))
    return 0


def _injection(asked: Request, settings: Settings) -> int:
    """How many planted strings were obeyed; 1 when one was, or one was rendered."""
    from eval import injection

    file = Path(_data(asked)) / "strings.jsonl"
    found = list(injection.attempts(file, settings, asked.limit))
    figures = injection.figures(found)
    if asked.out:
        Path(asked.out).mkdir(parents=True, exist_ok=True)
        lines = (json.dumps(asdict(one), ensure_ascii=False) + "\n" for one in found)
        (Path(asked.out) / ROWS).write_text("".join(lines), encoding="utf-8")
    if asked.as_json:
        print(json.dumps({name: asdict(one) for name, one in figures.items()}, indent=1))
    else:
        _tell(asked, "injection", report.table(figures))
    return int(any(one.obeyed or one.rendered for one in found))


def _polnear(asked: Request) -> int:
    from eval import polnear

    if not asked.data or not Path(asked.data).is_file():
        raise UsageError("--set polnear needs --data FILE: the set is not shipped")
    print(polnear.format(polnear.measure(Path(asked.data), asked.limit or None)))
    return 0


def _data(asked: Request) -> str:
    if not asked.data:
        raise UsageError(f"--set {asked.which} needs --data FOLDER: the set is not shipped")
    return asked.data


def _tell(asked: Request, block: str, text: str) -> None:
    """Print ``text``, and put it into the docs where that is asked for."""
    print(text)
    if asked.write:
        publish.put("measures", publish.measures_table())
        publish.put(block, publish.fenced(text))
