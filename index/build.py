"""The wiring: paths + embedder -> store, in batches that are each committed whole.

A run that is killed goes on where its last commit was: files are only marked as read together
with their last article.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

import numpy as np
import numpy.typing as npt

from index import copies, corpus, holders, joining, removal, renewal
from index.batches import Batch, Reading
from index.batches import Report as Report
from index.corpus import Fields, Skipped, SourceFile
from index.passages import BUDGET, budget, context, embedded_text, passages
from index.search.embed import Embedder
from index.speech import statements
from index.storage import snapshots
from index.storage.store import Store
from index.storage.upgrade import EXTRACTION
from index.storage.writer import Entry, Writer, text_digest
from index.types import Article

BATCH = 64  # articles a commit; a few hundred passages, so a killed run loses seconds


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is; ``total`` files of ``total_size`` bytes are known from the start.

    ``size`` bytes are dealt with, of which ``read`` had to be read: the rest was unchanged.
    """

    files: int
    total: int
    articles: int
    passages: int
    size: int = 0
    total_size: int = 0
    read: int = 0


Listener = Callable[[Progress], None]


def update(
    store: Store,
    embedder: Embedder,
    paths: Iterable[Path],
    listen: Listener = lambda _: None,
    passage_tokens: int = BUDGET,
    fields: Fields | None = None,
    given: Iterable[SourceFile | Skipped] = (),
    wanted: Callable[[Path], bool] = lambda _: True,
    mirror: bool = False,
    stop: Callable[[], bool] = lambda: False,
) -> Report:
    """Add or update the articles at ``paths``; unchanged files are not even parsed.

    ``passage_tokens`` bounds a passage's own text where the embedder reads that much.
    ``fields`` says under which names rows hold ours; ``given`` are sources that are no files.
    Of the files at ``paths`` only those that are ``wanted`` are looked at. With ``mirror``,
    articles are removed whose files, or rows of files, have vanished from the folders among
    ``paths``. Once ``stop`` says so, what was gathered is committed and the report is ``stopped``;
    the same call later goes on from there. Raises IndexLocked, IndexMismatch or CorpusError; what
    was committed before stands.
    """
    store.require(embedder.name, embedder.fingerprint)
    began, report, paths = time.monotonic(), Report(), list(paths)
    files = _listed(corpus.files(paths, wanted), given, report, stop)
    size = sum(file.size for file in files)
    with Writer(store) as writer:
        for batch in Reading(store, files, fields or {}, report, stop).batches(BATCH):
            if mirror and batch.gone:
                report.removed += writer.remove(batch.gone)
            _commit(store, writer, embedder, batch, report, passage_tokens)
            articles = len(report.added) + len(report.updated)
            counted = Progress(batch.files, len(files), articles, report.passages)
            listen(replace(counted, size=batch.size, total_size=size, read=batch.read))
        if mirror and not report.stopped:
            gone, odd = removal.vanished(store, paths)
            report.removed += writer.remove(gone) if gone else []
            report.skipped += odd
        _finish(store, writer)
    report.seconds = round(time.monotonic() - began, 3)
    return report


def _listed(
    found: Iterable[SourceFile | Skipped],
    given: Iterable[SourceFile | Skipped],
    report: Report,
    stop: Callable[[], bool],
) -> list[SourceFile]:
    """The files of a run; taking their digests is what is slow, so it can be stopped too."""
    files = []
    for one in chain(given, found):
        if isinstance(one, Skipped):
            report.skipped.append(one)
        else:
            files.append(one)
        if stop():
            report.stopped = True
            break
    report.total = len(files)
    return files


def remove(store: Store, identifiers: Iterable[str]) -> list[str]:
    """Delete articles; returns the ids that were there. Takes effect with the next question."""
    with Writer(store) as writer:
        removed = writer.remove(identifiers)
        _finish(store, writer)
    return removed


def renew(
    store: Store,
    listen: Callable[[int, int], None] = lambda *_: None,
    stop: Callable[[], bool] = lambda: False,
) -> int:
    """Take the statements anew that another version of the program took; returns of how many
    articles. ``listen`` is told how many are done of how many. The same call goes on after a
    stop; raises IndexLocked or CorpusError."""
    total = renewal.old(store)
    if not total:
        return 0
    with Writer(store) as writer:
        done = renewal.renew(store, writer, lambda count: listen(count, total), stop)
        _finish(store, writer)
    return done


def remake(store: Store, writer: Writer, embedder: Embedder, articles: Sequence[Article]) -> None:
    """Cut, attribute and embed stored articles anew, whatever is stored of that already."""
    for at in range(0, len(articles), BATCH):
        entries, vectors = _prepared(articles[at : at + BATCH], embedder, lambda _: set())
        writer.put(entries, vectors, {})
    _finish(store, writer)


def _finish(store: Store, writer: Writer) -> None:
    """What follows the articles, also of an earlier run that was killed before it."""
    holders.settle(store, writer)
    joining.join_speakers(store, writer)
    copies.link(store, writer)
    snapshots.publish(store, writer)


def _commit(
    store: Store,
    writer: Writer,
    embedder: Embedder,
    batch: Batch,
    report: Report,
    passage_tokens: int,
) -> None:
    if not batch.articles and not batch.sources:
        return
    articles = list(batch.articles.values())
    entries, vectors = _prepared(articles, embedder, store.known_vectors, passage_tokens)
    known = {article.id for article in articles if store.article(article.id)}
    writer.put(entries, vectors, batch.sources)
    report.embedded += len(vectors)
    report.passages += sum(len(entry.passages) for entry in entries)
    for article in articles:
        (report.updated if article.id in known else report.added).append(article.id)


def _prepared(
    articles: Sequence[Article],
    embedder: Embedder,
    known: Callable[[Iterable[bytes]], set[bytes]],
    passage_tokens: int = BUDGET,
) -> tuple[list[Entry], dict[bytes, npt.NDArray[np.float32]]]:
    """The articles cut and attributed, and the vectors, by digest, of texts that have none yet.

    Statements are parsed beside the embedding: one parses on one core, the other takes all.
    """
    with ThreadPoolExecutor(1) as beside:
        parsing = beside.submit(list, statements.read_all(articles))
        texts: dict[bytes, str] = {}
        cut, digests = [], []
        for article in articles:
            title = context(article, embedder.count)
            cut.append(
                passages(article, embedder.count, budget(embedder.max_tokens, passage_tokens))
            )
            own = [embedded_text(article, passage, title) for passage in cut[-1]]
            digests.append(tuple(text_digest(text) for text in own))
            texts.update(zip(digests[-1], own, strict=True))
        there = known(texts)
        missing = [digest for digest in texts if digest not in there]
        vectors = embedder.embed([texts[digest] for digest in missing]) if missing else ()
        said = parsing.result()
    entries = [
        Entry(article, own, keys, *read, EXTRACTION)
        for article, own, keys, read in zip(articles, cut, digests, said, strict=True)
    ]
    return entries, dict(zip(missing, vectors, strict=True))
