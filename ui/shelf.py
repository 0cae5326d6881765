"""Files put on the page -> the index, and articles taken out of it again."""

from __future__ import annotations

import re
import shutil
from collections.abc import Sequence
from pathlib import Path

from index import build
from index.build import Listener, Report
from index.corpus import FORMATS as FORMATS
from index.removal import files_of
from rag.desk import Desk
from rag.wording import count
from ui.markup import element, escape, join, reading

FOLDER = "uploads"  # in the index folder: the same name given again updates its article
_NAME = 120  # characters of a stored file's name
_NEW = 10  # added and updated articles that are listed one by one
_REASONS = 20  # skipped files that are listed one by one


def add(desk: Desk, files: Sequence[Path], listen: Listener = lambda _: None) -> Report:
    """Keep ``files`` in the index folder and index them.

    Raises IndexLocked or CorpusError; what was committed before stands.
    """
    kept = desk.store.folder / FOLDER
    kept.mkdir(exist_ok=True)
    places = [kept / safe_name(file.name) for file in files]
    for file, place in zip(files, places, strict=True):
        unfinished = place.with_name(f".{place.name}.new")
        shutil.copyfile(file, unfinished)
        unfinished.replace(place)
    return build.update(desk.store, desk.embedder, places, listen)


def remove(desk: Desk, identifier: str) -> bool:
    """Delete an article, and the uploaded file once nothing in the index comes from it."""
    removed = bool(build.remove(desk.store, [identifier]))
    kept = desk.store.folder / FOLDER
    sources = {file for one in desk.store.articles() for file in files_of(one.source)}
    for file in kept.iterdir() if kept.is_dir() else ():
        if str(file.absolute()) not in sources:
            file.unlink(missing_ok=True)
    return removed


def safe_name(name: str) -> str:
    """``name`` as a plain file name: no folders, no hidden files, no odd characters."""
    base = re.split(r"[/\\]", name)[-1].replace("\x00", "")
    stem, dot, suffix = base.rpartition(".")
    stem, suffix = (stem, suffix) if dot else (base, "")
    plain = re.sub(r"[^\w .,'()+-]", "_", stem).strip(" ._") or "article"
    ending = re.sub(r"\W", "", suffix).lower()
    return plain[:_NAME] + (f".{ending}" if ending else "")


def told(report: Report, desk: Desk) -> str:
    """What a run did, for people: what is new can be read, what was skipped says why."""
    facts = [
        f"{len(report.added)} added" if report.added else "",
        f"{len(report.updated)} updated" if report.updated else "",
        f"{report.unchanged} unchanged" if report.unchanged else "",
        f"{len(report.skipped)} skipped" if report.skipped else "",
    ]
    line = ", ".join(fact for fact in facts if fact) or "nothing to do"
    new = [*report.added, *report.updated]
    rows = [
        element("li", element("a", escape(one.title or one.id), href=reading(one.id, one.revision)))
        for one in filter(None, map(desk.store.article, new[:_NEW]))
    ]
    if len(new) > _NEW:
        rows.append(element("li", f"and {count(len(new) - _NEW, 'other article')}"))
    rows += [
        element("li", f"{escape(Path(one.source).name)}: {escape(one.reason)}")
        for one in report.skipped[:_REASONS]
    ]
    if len(report.skipped) > _REASONS:
        rows.append(element("li", f"and {count(len(report.skipped) - _REASONS, 'other')} skipped"))
    rows += [
        element("li", f"{escape(Path(one.source).name)}: {escape(one.reason)}")
        for one in report.doubts[:_REASONS]
    ]
    if len(report.doubts) > _REASONS:
        rows.append(element("li", f"and {count(len(report.doubts) - _REASONS, 'other doubt')}"))
    listed = element("ul", join(rows)) if rows else ""
    return element("div", element("p", f"{line}.") + listed, class_="told", role="status")


def refused(reason: str) -> str:
    """An error in its one line."""
    return element("p", escape(reason), class_="error", role="alert")


def question(title: str) -> str:
    """What is asked before an article is removed."""
    name = element("b", escape(title))
    text = (
        f"Remove {name} and all its versions? No answer will use it any more; answers that were "
        "given keep the words they quoted."
    )
    return element("p", text, class_="confirm", role="alertdialog", aria_label="Remove?")
