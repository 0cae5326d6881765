"""What each command does: opens what it needs, calls the same functions as page and HTTP."""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ui.signals import leaving_at_once

if TYPE_CHECKING:
    from index.search.embed import Embedder
    from index.storage.store import Store
    from rag.desk import Desk
    from rag.settings import Settings
    from rag.types import Answer, Filters, Turn

# Seconds, a tenth of Python's own: how long the thread that reads the embedder may wait, time and
# again, for the one that imports.
_TURN = 0.0005
Command = Callable[[argparse.Namespace], int]


def ask(options: argparse.Namespace) -> int:
    """Answer one question; exit code 3 when the articles do not hold the answer."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # starting more takes longer than they save
    sys.setswitchinterval(_TURN)
    from index.search.embed import load

    with (
        leaving_at_once(),
        ThreadPoolExecutor(1) as beside,
    ):  # on a second core, while the imports below are run
        settings = settings_of(options)
        embedder = beside.submit(load, settings.embedder, settings.precision)
        from rag.ask import ask as answer_to
        from rag.wire import answer as answer_json
        from ui.text import answer_text

        desk = _desk(options, embedder.result())
    answer = answer_to(desk, options.question, (), _chosen(options))
    if options.json:
        print_json(answer_json(answer))
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
                answer = answer_to(desk, line.strip(), history, filters)
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
        print_json([passage_json(*hit) for hit in hits])
    else:
        print("\n\n".join(hit_text(rank, *hit) for rank, hit in enumerate(hits, start=1)))
    return 0 if hits else 3


def statements(options: argparse.Namespace) -> int:
    """Print all statements that fit, as a table, JSON or CSV; exit code 3 for none."""
    from rag.errors import UsageError
    from rag.tally import ordered, tally
    from rag.wire import plain
    from ui.text import counts_text, statements_csv, statements_text

    if options.csv and (options.json or options.counts):
        raise UsageError("--csv prints the statements: leave out --json and --counts")
    desk = _desk(options)
    chosen = _chosen(options)
    found = desk.statements(options.speaker, options.about, chosen.since, chosen.until)
    end = None if options.limit is None else options.offset + max(0, options.limit)
    listed = ordered(found, options.sort)[max(0, options.offset) : end]
    if options.counts:
        counts = tally(found)
        if options.json:
            print_json(plain(counts))
        else:
            print(counts_text(len(found), counts), end="")
    elif options.json:
        print_json(plain(listed))
    else:
        print(statements_csv(listed) if options.csv else statements_text(listed), end="")
    if len(listed) < len(found) and not options.counts:
        print(f"{len(listed)} of {len(found)} statements", file=sys.stderr)
    return 0 if found else 3


def check(options: argparse.Namespace) -> int:
    """Say whether the articles have a quotation; exit code 3 unless it is authentic."""
    from rag.check import check as look_up
    from rag.wire import plain
    from ui.text import checked_text

    found = look_up(_desk(options), options.quotation, options.speaker)
    if options.json:
        print_json(plain(found))
    else:
        print(checked_text(found))
    return 0 if found.outcome == "authentic" else 3


def serve(options: argparse.Namespace) -> int:
    """Serve the page and the API until stopped."""
    from ui.server import serve as run

    given = {"host": options.host, "port": options.port, "model": options.model}
    settings = settings_of(options, judge=options.judge, **given)
    return run(_open(settings), settings)


def evaluate(options: argparse.Namespace) -> int:
    """Run an evaluation set; exit code 1 when a figure is below its floor."""
    from eval.command import evaluate as run
    from eval.request import Request

    asked = Request(
        which=options.which,
        data=options.data,
        out=options.out,
        baseline=options.baseline,
        limit=options.limit,
        articles=options.articles,
        as_json=options.json,
        peer=options.peer,
        peers=options.peers,
        ablate=options.ablate,
        judge=options.judge,
        write=options.write,
        models=tuple(dict.fromkeys((options.model or "").replace(" ", "").split(","))),
    )
    return run(asked, settings_of(options, model=options.model))


def bench(options: argparse.Namespace) -> int:
    """Measure indexing, answering, start and memory on this machine."""
    from eval.bench import run

    settings = settings_of(options, model=options.model or None)
    model = settings if options.model else None
    compared = settings.precision if options.precision else ""
    sizes = [*_sizes(options.scale)]
    return run(options.rounds, options.json, sizes, options.peers, model, compared)


def _sizes(text: str) -> Iterator[int]:
    """The numbers of "10k,100k,1M"."""
    from rag.errors import UsageError

    for one in filter(None, text.split(",")):
        found = re.fullmatch(r"\s*(\d+)\s*([kKmM]?)\s*", one)
        if not found:
            raise UsageError(f"{one!r} is no number of passages: write it as 10k, 100k or 1M")
        yield int(found[1]) * {"": 1, "k": 1_000, "m": 1_000_000}[found[2].lower()]


def info(options: argparse.Namespace) -> int:
    """Show what the index holds, or what is wrong with it; exit code 1 for findings."""
    from index import copies, renewal
    from index.roster import Roster
    from index.storage.store import Store
    from rag.wire import plain
    from ui.text import info_text

    store = Store(Path(settings_of(options).index))
    if options.check or options.repair:
        return _examined(store, options)
    facts = {name: store.meta(name) for name in ("embedder", "created", "generation", "format")}
    reports, printed = copies.clusters(store)
    if old := renewal.old(store):
        facts["statements"] = (
            f"{old} articles have those of another version: 'onrecord index' takes them anew"
        )
    facts["copies"] = f"{reports} reports stand in {printed} articles"
    articles = store.articles()
    if options.json:
        listed = [
            {k: v for k, v in plain(one).items() if k not in ("text", "doubts")} for one in articles
        ]
        print_json({**facts, "speakers": len(Roster(store)), "articles": listed})
    else:
        print(info_text(facts, articles, len(Roster(store))), end="")
    return 0


def _examined(store: Store, options: argparse.Namespace) -> int:
    from index.check import check as examine
    from index.check import repair
    from index.search.embed import load
    from ui.text import safe

    settings = settings_of(options)
    found = (
        repair(store, load(settings.embedder, settings.precision))
        if options.repair
        else examine(store)
    )
    if options.json:
        print_json([asdict(one) for one in found])
    else:
        print("\n".join(safe(f"{one.place}: {one.what}") for one in found) or "all is sound")
    return 1 if found else 0


def settings_of(options: argparse.Namespace, **given: Any) -> Settings:
    from rag.settings import load

    return load(index=options.index, precision=options.precision, **given)


def _desk(options: argparse.Namespace, embedder: Embedder | None = None) -> Desk:
    given = {name: getattr(options, name, None) for name in ("model", "judge")}
    return _open(settings_of(options, **given), embedder)


def _open(settings: Settings, embedder: Embedder | None = None) -> Desk:
    """The Desk over the index in ``settings``; without one, over the sample corpus."""
    from rag.desk import open_or_sample

    return open_or_sample(settings, lambda line: print(line, file=sys.stderr), embedder)


def _chosen(options: argparse.Namespace) -> Filters:
    from rag.types import Filters

    return Filters(
        options.speaker,
        _day(options.since),
        _day(options.until),
        getattr(options, "topic", ""),
        getattr(options, "any_speaker", False),
        getattr(options, "any_time", False),
    )


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


def print_json(value: Any) -> None:
    print(json.dumps(value, ensure_ascii=False, indent=2, default=str))
