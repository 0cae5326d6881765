"""What each command does: opens what it needs, calls the same functions as page and HTTP."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from index.store import Store
    from rag.desk import Desk
    from rag.settings import Settings
    from rag.types import Answer, Filters, Turn

Command = Callable[[argparse.Namespace], int]


def index(options: argparse.Namespace) -> int:
    """Add or update articles; prints added, updated, unchanged and skipped with why."""
    from index.build import update
    from index.embed import load
    from index.store import Store
    from ui.progress import Bar

    settings = _settings(options)
    embedder = load(settings.embedder)
    store = Store.create(
        Path(settings.index), embedder.name, embedder.fingerprint, embedder.dimension
    )
    with Bar(sys.stderr) as bar:
        report = update(store, embedder, [Path(path) for path in options.paths], bar.show)
    for skipped in report.skipped:
        print(f"skipped {skipped.source}: {skipped.reason}", file=sys.stderr)
    if options.json:
        _print_json(asdict(report))
    else:
        print(
            f"added {len(report.added)}, updated {len(report.updated)}, unchanged "
            f"{report.unchanged}, skipped {len(report.skipped)} articles; "
            f"{report.embedded} passages embedded"
        )
    nothing = not report.added and not report.updated and not report.unchanged
    return 1 if nothing and report.skipped else 0


def remove(options: argparse.Namespace) -> int:
    """Delete articles by id; exit code 1 when none of them was there."""
    from index.build import remove as delete
    from index.store import Store

    removed = delete(Store(Path(_settings(options).index)), options.ids)
    for missing in [one for one in options.ids if one not in removed]:
        print(f"no article has the id {missing}: 'onrecord info' lists them", file=sys.stderr)
    if options.json:
        _print_json({"removed": removed})
    else:
        print(f"removed {len(removed)} articles")
    return 0 if removed else 1


def ask(options: argparse.Namespace) -> int:
    """Answer one question; exit code 3 when the articles do not hold the answer."""
    from rag.ask import ask as answer_to
    from rag.wire import answer as answer_json
    from ui.text import answer_text

    desk = _desk(options)
    answer = answer_to(desk, options.question, (), _chosen(options), options.model or "")
    if options.json:
        _print_json(answer_json(answer))
    else:
        print(answer_text(answer))
    return 3 if answer.status == "abstained" else 0


def chat(options: argparse.Namespace) -> int:
    """Answer lines of standard input until it ends, each after those before it."""
    from index.errors import OnrecordError
    from rag.ask import ask as answer_to
    from rag.wire import answer as answer_json
    from ui.text import answer_text

    desk, filters = _desk(options), _chosen(options)
    history: tuple[Turn, ...] = ()
    _prompt()
    for line in sys.stdin:
        if line.strip():
            try:
                answer = answer_to(desk, line.strip(), history, filters, options.model or "")
            except OnrecordError as error:
                print(f"onrecord: {error}", file=sys.stderr)
            else:
                history = _remembered(history, answer, desk.settings)
                print(json.dumps(answer_json(answer)) if options.json else answer_text(answer))
        _prompt()
    return 0


def search(options: argparse.Namespace) -> int:
    """Print passages for a query, best first; exit code 3 when nothing is indexed."""
    from rag.wire import passage_json
    from ui.text import hit_text

    desk = _desk(options)
    hits = desk.search(options.question, options.k)
    if options.json:
        _print_json([passage_json(*hit) for hit in hits])
    else:
        print("\n\n".join(hit_text(rank, *hit) for rank, hit in enumerate(hits, start=1)))
    return 0 if hits else 3


def statements(options: argparse.Namespace) -> int:
    """Print all statements that fit, as a table, JSON or CSV; exit code 3 for none."""
    from rag.wire import plain
    from ui.text import statements_csv, statements_text

    desk = _desk(options)
    chosen = _chosen(options)
    found = desk.statements(options.speaker, options.about, chosen.since, chosen.until)
    if options.json:
        _print_json(plain(found))
    else:
        print(statements_csv(found) if options.csv else statements_text(found), end="")
    return 0 if found else 3


def check(options: argparse.Namespace) -> int:
    """Say whether the articles have a quotation; exit code 3 unless it is authentic."""
    from rag.check import check as look_up
    from rag.wire import plain
    from ui.text import checked_text

    found = look_up(_desk(options), options.quotation, options.speaker)
    if options.json:
        _print_json(plain(found))
    else:
        print(checked_text(found))
    return 0 if found.outcome == "authentic" else 3


def serve(options: argparse.Namespace) -> int:
    """Serve the page and the API until stopped."""
    from ui.server import serve as run

    settings = _settings(options, host=options.host, port=options.port, model=options.model)
    return run(_open(settings), settings)


def evaluate(options: argparse.Namespace) -> int:
    """Run an evaluation set; exit code 1 when a figure is below its floor."""
    from eval.command import Request
    from eval.command import evaluate as run

    asked = Request(
        which=options.which,
        data=options.data,
        out=options.out,
        baseline=options.baseline,
        limit=options.limit,
        articles=options.articles,
        as_json=options.json,
    )
    return run(asked, _settings(options, model=options.model))


def bench(options: argparse.Namespace) -> int:
    """Measure indexing, answering, start and memory on this machine."""
    from eval.bench import run

    return run(options.rounds, options.json)


def info(options: argparse.Namespace) -> int:
    """Show what the index holds, or what is wrong with it; exit code 1 for findings."""
    from index.store import Store
    from rag.wire import plain
    from ui.text import info_text

    store = Store(Path(_settings(options).index))
    if options.check or options.repair:
        return _examined(store, options)
    facts = {name: store.meta(name) for name in ("embedder", "created", "generation", "format")}
    articles = store.articles()
    if options.json:
        listed = [{k: v for k, v in plain(one).items() if k != "text"} for one in articles]
        _print_json({**facts, "speakers": len(store.speakers()), "articles": listed})
    else:
        print(info_text(facts, articles, len(store.speakers())), end="")
    return 0


def _examined(store: Store, options: argparse.Namespace) -> int:
    from index.check import check as examine
    from index.check import repair
    from index.embed import load
    from ui.text import safe

    settings = _settings(options)
    found = repair(store, load(settings.embedder)) if options.repair else examine(store)
    if options.json:
        _print_json([asdict(one) for one in found])
    else:
        print("\n".join(safe(f"{one.place}: {one.what}") for one in found) or "all is sound")
    return 1 if found else 0


def _settings(options: argparse.Namespace, **given: Any) -> Settings:
    from rag.settings import load

    return load(index=options.index, **given)


def _desk(options: argparse.Namespace) -> Desk:
    return _open(_settings(options, model=getattr(options, "model", None)))


def _open(settings: Settings) -> Desk:
    """The Desk over the index in ``settings``; without one, over the sample corpus."""
    from rag.desk import open_or_sample

    return open_or_sample(settings, lambda line: print(line, file=sys.stderr))


def _chosen(options: argparse.Namespace) -> Filters:
    from rag.types import Filters

    return Filters(options.speaker, _day(options.since), _day(options.until))


def _day(text: str | None) -> date | None:
    from rag.errors import UsageError

    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise UsageError(f"{text!r} is not a day: write it as 2022-02-14") from error


def _remembered(history: tuple[Turn, ...], answer: Answer, settings: Settings) -> tuple[Turn, ...]:
    from rag.types import Turn

    return (*history, Turn(answer.question, answer.text))[-settings.history_limit :]


def _prompt() -> None:
    if sys.stdin.isatty():
        print("> ", end="", file=sys.stderr, flush=True)


def _print_json(value: Any) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=2, default=str))
