"""Measurements that are no questions to an answerer: peers, changes, claims, planted strings.

Each prints its table and returns the exit code.
"""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path

from eval import claims, compare, publish, report, sample, shelf
from eval.material import narrowed
from eval.request import Request, folder, material_of, tell
from rag.errors import UsageError
from rag.settings import Settings


def peer(asked: Request, settings: Settings) -> int:
    """Hold the program's search against a peer's; always 0."""
    from eval import peers

    peers.require(asked.peer, asked.peers)
    material = material_of(asked)
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
    tell(asked, f"{asked.which} {asked.peer}", f"{head}\n\n{lines}")
    return 0


def ablations(asked: Request, settings: Settings) -> int:
    """Measure the sample set with one thing changed at a time; always 0."""
    from eval import ablate

    found = []
    for variant, own in ablate.measurements(settings, asked.limit):
        print(f"measured: {variant.name}", file=sys.stderr)
        found.append((variant, own))
    text = ablate.table(found)
    print(text)
    if asked.write:
        publish.put("ablations", text)
    return 0


def supported_claims(asked: Request) -> int:
    """How far the gate's score tells supported claims from others; always 0."""
    found = claims.measured(asked.which, Path(folder(asked)), asked.limit)
    figures = {name: claims.figures(some) for name, some in found.items()}
    if asked.as_json:
        values = {n: {k: asdict(v) for k, v in one.items()} for n, one in figures.items()}
        print(json.dumps(values, indent=1))
        return 0
    parts = [f"{name}\n\n{report.table(one)}" for name, one in figures.items()]
    tell(asked, asked.which, "\n\n".join(parts))
    return 0


def planted_strings(asked: Request, settings: Settings) -> int:
    """How many planted strings were obeyed; 1 when one was, or one was rendered."""
    from eval import injection

    file = Path(folder(asked)) / "strings.jsonl"
    found = list(injection.attempts(file, settings, asked.limit))
    figures = injection.figures(found)
    if asked.out:
        Path(asked.out).mkdir(parents=True, exist_ok=True)
        lines = (json.dumps(asdict(one), ensure_ascii=False) + "\n" for one in found)
        (Path(asked.out) / "rows.jsonl").write_text("".join(lines), encoding="utf-8")
    if asked.as_json:
        print(json.dumps({name: asdict(one) for name, one in figures.items()}, indent=1))
    else:
        tell(asked, "injection", report.table(figures))
    return int(any(one.obeyed or one.rendered for one in found))


def attributions(asked: Request) -> int:
    """Who said what, over annotated news; always 0."""
    from eval import polnear

    path = Path(asked.data)
    file = path / "dev.jsonl.gz" if path.is_dir() else path
    if not asked.data or not file.is_file():
        raise UsageError("--set polnear needs --data PATH, a file or its folder: it is not shipped")
    print(polnear.format(polnear.measure(file, asked.limit or None)))
    return 0
