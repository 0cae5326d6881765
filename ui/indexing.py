"""``onrecord index`` and ``remove``: articles in and out, and what that did."""

from __future__ import annotations

import argparse
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from ui.commands import print_json, settings_of

if TYPE_CHECKING:
    from index.build import Report
    from index.corpus import Fields, Skipped, SourceFile

_STDIN = "-"
_DOUBTS = 20  # listed one by one


def index(options: argparse.Namespace) -> int:
    """Add or update articles; prints added, updated, unchanged and skipped with why."""
    from index.build import update
    from index.embed import load
    from index.store import Store
    from ui.progress import Bar

    settings = settings_of(options)
    fields, given = _fields(options.map), _standard_input(options)
    paths = [Path(path) for path in options.paths if path != _STDIN]
    embedder = load(settings.embedder)
    store = Store.create(
        Path(settings.index), embedder.name, embedder.fingerprint, embedder.dimension
    )
    with Bar(sys.stderr) as bar:
        report = update(store, embedder, paths, bar.show, fields=fields, given=given)
    _tell(report, options.json)
    nothing = not report.added and not report.updated and not report.unchanged
    return 1 if nothing and report.skipped else 0


def remove(options: argparse.Namespace) -> int:
    """Delete articles by id; exit code 1 when none of them was there."""
    from index.build import remove as delete
    from index.store import Store

    removed = delete(Store(Path(settings_of(options).index)), options.ids)
    for missing in [one for one in options.ids if one not in removed]:
        print(f"no article has the id {missing}: 'onrecord info' lists them", file=sys.stderr)
    if options.json:
        print_json({"removed": removed})
    else:
        print(f"removed {len(removed)} articles")
    return 0 if removed else 1


def _fields(stated: str) -> Fields:
    """``title=headline,text=body`` as our names -> theirs; raises UsageError when it is not."""
    from index.jsonl import FIELDS
    from rag.errors import UsageError

    found = {}
    for pair in filter(None, stated.split(",")):
        ours, mark, theirs = (part.strip() for part in pair.partition("="))
        if not mark or not theirs or ours not in FIELDS:
            known = ", ".join(FIELDS)
            raise UsageError(
                f"--map {pair!r} does not map a field: write it as text=body; fields are {known}"
            )
        found[ours] = theirs
    return found


def _standard_input(options: argparse.Namespace) -> list[SourceFile | Skipped]:
    """What stands for ``-`` among the paths; raises UsageError when the format is unknown."""
    from index.corpus import FORMATS, standard_input
    from rag.errors import UsageError

    suffix = f".{options.format.lower().lstrip('.')}" if options.format else ""
    if suffix and suffix not in FORMATS:
        raise UsageError(f"--format {options.format!r} is unknown: use one of {', '.join(FORMATS)}")
    if suffix and _STDIN not in options.paths:
        raise UsageError("--format is for standard input: name - as the path, or rename the files")
    return [standard_input(sys.stdin.buffer, suffix)] if _STDIN in options.paths else []


def _tell(report: Report, as_json: bool) -> None:
    from ui.text import safe

    for skipped in report.skipped:
        print(safe(f"skipped {skipped.source}: {skipped.reason}"), file=sys.stderr)
    for doubt in report.doubts[:_DOUBTS]:
        print(safe(f"note {doubt.source}: {doubt.reason}"), file=sys.stderr)
    if (more := len(report.doubts) - _DOUBTS) > 0:
        print(f"note: {more} further notes, which --json lists", file=sys.stderr)
    if as_json:
        print_json(asdict(report))
    else:
        print(
            f"added {len(report.added)}, updated {len(report.updated)}, unchanged "
            f"{report.unchanged}, skipped {len(report.skipped)} articles; "
            f"{report.embedded} passages embedded"
        )
