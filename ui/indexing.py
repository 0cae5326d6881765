"""``onrecord index``: articles into the index, once or as folders change, and what that did."""

from __future__ import annotations

import argparse
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from ui.commands import print_json, settings_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from index.build import Report
    from index.corpus import Fields, Skipped, SourceFile
    from index.search.embed import Embedder
    from index.storage.store import Store
    from rag.settings import Settings
    from ui.signals import Stop

_STDIN = "-"
_DOUBTS = 20  # listed one by one
_PATIENCE = 10  # ticks (seconds) before changes that could not be taken in are tried again
_STOPPING = "stopping; once more stops at once"


def index(options: argparse.Namespace) -> int:
    """Add or update articles; prints added, updated, unchanged and skipped with why.

    Exit code 1 when nothing could be read, 130 or 143 when a signal stopped it: what was read
    until then is in the index, and the same command goes on from there.
    """
    from ui.signals import Stop

    settings = settings_of(options)
    fields, given = _fields(options.map), _standard_input(options)
    paths = [Path(path) for path in options.paths if path != _STDIN]
    _check_paths(options, settings)
    _check_watch(options, paths)
    with Stop(_STOPPING) as stop:
        taking = Taking(settings, paths, fields, options.mirror, stop)
        report = taking.all(given)
        report.renewed = taking.renewed()
        report.stopped = report.stopped or stop.asked()
        _tell(report, options.json)
        if report.stopped:
            return stop.code
        if options.watch:
            _follow(taking, options.json)
            return 0
    nothing = not (report.added or report.updated or report.unchanged or report.removed)
    return 1 if nothing and report.skipped else 0


class Taking:
    """Takes what stands at ``paths`` into the index of ``settings``, whole or in part."""

    def __init__(
        self, settings: Settings, paths: list[Path], fields: Fields, mirror: bool, stop: Stop
    ) -> None:
        from index.search.embed import FAITHFUL, load
        from index.storage.store import Store

        self.paths, self.stop = paths, stop
        self._fields, self._mirror = fields, mirror
        self._embedder: Embedder = load(settings.embedder, settings.precision)
        if settings.precision != FAITHFUL:
            print(
                f"vectors in {settings.precision}: mean cosine {self._embedder.agreement:.4f} to "
                "the model's own",
                file=sys.stderr,
            )
        self._store: Store = Store.create(
            Path(settings.index),
            self._embedder.name,
            self._embedder.fingerprint,
            self._embedder.dimension,
        )

    def all(self, given: Iterable[SourceFile | Skipped] = ()) -> Report:
        """Take everything, and ``given`` sources that are no files."""
        return self._taken(lambda _: True, given)

    def renewed(self) -> int:
        """Take statements of another version of the program anew; returns of how many articles."""
        from index.build import renew
        from ui.progress import Bar

        with Bar(sys.stderr) as bar:
            return renew(self._store, bar.count, self.stop.asked)

    def changed(self, places: frozenset[Path]) -> Report:
        """Take what stands at and below ``places``."""
        return self._taken(lambda path: path in places or not places.isdisjoint(path.parents), ())

    def _taken(
        self, wanted: Callable[[Path], bool], given: Iterable[SourceFile | Skipped]
    ) -> Report:
        from index.build import update
        from ui.progress import Bar

        with Bar(sys.stderr) as bar:
            bar.begin()
            return update(
                self._store,
                self._embedder,
                self.paths,
                bar.show,
                fields=self._fields,
                given=given,
                wanted=wanted,
                mirror=self._mirror,
                stop=self.stop.asked,
            )


def _follow(taking: Taking, as_json: bool) -> None:
    """Take in what changes until a signal comes; what fails is told once and tried again."""
    from index.errors import OnrecordError
    from index.watch import changes

    folders = [path for path in taking.paths if path.is_dir()]
    names = ", ".join(map(str, folders))
    print(f"watching {names}; Ctrl-C ends it", file=sys.stderr)
    pending = frozenset(folders)  # what changed before the watch began
    told: set[object] = set()
    wait = 0
    for group in changes(folders, taking.stop.event):
        pending |= group or frozenset()
        wait = 0 if group else wait - 1
        if not pending or wait > 0:
            continue
        try:
            report = taking.changed(pending)
        except OnrecordError as error:
            if str(error) not in told:
                print(f"onrecord: {error}; it is tried again", file=sys.stderr)
            told.add(str(error))
            wait = _PATIENCE
            continue
        pending = frozenset()
        report.skipped = [one for one in report.skipped if one not in told]
        told = {one for one in told if not isinstance(one, str)} | set(report.skipped)
        if report.added or report.updated or report.removed or report.skipped:
            _tell(report, as_json)


def _check_paths(options: argparse.Namespace, settings: Settings) -> None:
    """Raises UsageError when nothing is named and there is nothing to take anew either."""
    from index import joining, renewal
    from index.storage.store import Store
    from rag.errors import UsageError

    if options.paths:
        return
    store = Store(Path(settings.index))
    if not renewal.is_due(store) and not joining.is_renamed(store):
        raise UsageError("name the files or folders to index, or - for standard input")


def _check_watch(options: argparse.Namespace, paths: list[Path]) -> None:
    from rag.errors import UsageError

    if options.watch and not any(path.is_dir() for path in paths):
        raise UsageError("--watch keeps up with folders: name one that is there")
    if options.mirror and not paths:
        raise UsageError("--mirror needs a folder to look at: name one")


def _fields(stated: str) -> Fields:
    """``title=headline,text=body`` as our names -> theirs; raises UsageError when it is not."""
    from index.formats.jsonl import FIELDS
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
        removed = f"removed {len(report.removed)}, " if report.removed else ""
        renewed = f"; statements of {report.renewed} taken anew" if report.renewed else ""
        print(
            f"added {len(report.added)}, updated {len(report.updated)}, {removed}unchanged "
            f"{report.unchanged}, skipped {len(report.skipped)} articles; "
            f"{report.embedded} passages embedded{renewed}"
        )
    if report.stopped:
        done = f"{report.files} of {report.total} files" if report.total else "nothing"
        print(f"stopped after {done}; the same command goes on from there", file=sys.stderr)
    sys.stdout.flush()
