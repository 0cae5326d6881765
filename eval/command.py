"""``onrecord eval``: run a set, print its figures, write them, hold them against the floors."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from eval import report, sample
from eval.run import Row, row_json, run
from rag.errors import UsageError
from rag.settings import Settings


def evaluate(which: str, settings: Settings, data: str, out: str, limit: int, as_json: bool) -> int:
    """Run the set ``which``; 1 when a figure of the whole sample set is below its floor.

    Raises UsageError when there is no such set or its data is missing.
    """
    if which == "polnear":
        return _polnear(data, limit)
    if which != "sample":
        raise UsageError(f"there is no set {which!r}: name 'sample' or 'polnear'")
    with sample.desk(settings) as desk:
        cases = sample.cases(desk)
        rows = list(run(desk, cases[: limit or None]))
    figures = report.figures(rows)
    if as_json:
        print(json.dumps({name: asdict(one) for name, one in figures.items()}, indent=1))
    else:
        print(report.table(figures))
        print()
        print(report.type_table(report.by_type(rows)))
    if out:
        _write(Path(out), rows, figures)
    low = [] if limit else report.below_floor(figures)
    for line in low:
        print(f"below its floor: {line}", file=sys.stderr)
    return 1 if low else 0


def _polnear(data: str, limit: int) -> int:
    from eval import polnear

    if not data or not Path(data).is_file():
        raise UsageError("--set polnear needs --data FILE: the set is not shipped")
    print(polnear.format(polnear.measure(Path(data), limit or None)))
    return 0


def _write(folder: Path, rows: Sequence[Row], figures: dict[str, report.Figure]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "rows.jsonl").open("w", encoding="utf-8") as stream:
        for row in rows:
            stream.write(json.dumps(row_json(row), ensure_ascii=False) + "\n")
    values = {name: asdict(one) for name, one in figures.items()}
    (folder / "figures.json").write_text(json.dumps(values, indent=1) + "\n")
