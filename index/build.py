"""The wiring: paths + embedder -> store, in batches that are each committed whole.

A run that is killed goes on where its last commit was: files are only marked as read together
with their last article.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from index import copies, corpus, joining, snapshots, statements
from index.corpus import Doubt, Fields, Skipped, SourceFile
from index.embed import Embedder
from index.passages import BUDGET, budget, context, embedded_text, passages
from index.store import Store
from index.types import Article
from index.writer import Entry, Writer, text_digest

BATCH = 64  # articles a commit; a few hundred passages, so a killed run loses seconds


@dataclass(slots=True)
class Report:
    """What a run did, by article id; ``embedded`` counts passages that were really embedded."""

    added: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    unchanged: int = 0
    skipped: list[Skipped] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)
    passages: int = 0
    embedded: int = 0


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is; ``total`` files are known from the start."""

    files: int
    total: int
    articles: int
    passages: int


Listener = Callable[[Progress], None]


def update(
    store: Store,
    embedder: Embedder,
    paths: Iterable[Path],
    listen: Listener = lambda _: None,
    passage_tokens: int = BUDGET,
    fields: Fields | None = None,
    given: Iterable[SourceFile | Skipped] = (),
) -> Report:
    """Add or update the articles at ``paths``; unchanged files are not even parsed.

    ``passage_tokens`` bounds a passage's own text where the embedder reads that much.
    ``fields`` says under which names rows hold ours; ``given`` are sources that are no files.
    Raises IndexLocked, IndexMismatch or CorpusError; what was committed before stands.
    """
    store.require(embedder.name, embedder.fingerprint)
    report = Report()
    found = [*corpus.files(paths), *given]
    report.skipped += [one for one in found if isinstance(one, Skipped)]
    files = [_mapped(one, fields or {}) for one in found if isinstance(one, SourceFile)]
    with Writer(store) as writer:
        for done, batch in _batches(store, files, report, fields or {}):
            _commit(store, writer, embedder, batch, report, passage_tokens)
            articles = len(report.added) + len(report.updated)
            listen(Progress(done, len(files), articles, report.passages))
        _finish(store, writer)
    return report


def remove(store: Store, identifiers: Iterable[str]) -> list[str]:
    """Delete articles; returns the ids that were there. Takes effect with the next question."""
    with Writer(store) as writer:
        removed = writer.remove(identifiers)
        _finish(store, writer)
    return removed


def remake(store: Store, writer: Writer, embedder: Embedder, articles: Sequence[Article]) -> None:
    """Cut, attribute and embed stored articles anew, whatever is stored of that already."""
    for at in range(0, len(articles), BATCH):
        entries, vectors = _prepared(articles[at : at + BATCH], embedder, lambda _: set())
        writer.put(entries, vectors, {})
    _finish(store, writer)


def _finish(store: Store, writer: Writer) -> None:
    """What follows the articles, also of an earlier run that was killed before it."""
    joining.join_speakers(store, writer)
    copies.link(store, writer)
    snapshots.publish(store, writer)


@dataclass(slots=True)
class _Batch:
    """Articles by id, and the digests of the files that are read completely with them."""

    articles: dict[str, Article] = field(default_factory=dict)
    sources: dict[str, str] = field(default_factory=dict)


def _batches(
    store: Store, files: Sequence[SourceFile], report: Report, fields: Fields
) -> Iterator[tuple[int, _Batch]]:
    """Changed articles in groups, with the files that each group finishes."""
    batch = _Batch()
    for done, file in enumerate(files, start=1):
        if _digest_known(store, file):
            report.unchanged += _articles_of(store, file)
            continue
        sound, seen = True, set[str]()
        for found in corpus.articles(file, fields):
            if isinstance(found, Skipped):
                report.skipped.append(found)
                sound = False
                continue
            article = _identified(store, found, batch)
            if article.id in seen:
                again = f"the id {article.id!r} stands twice: the last one was kept"
                report.skipped.append(Skipped(file.source, again))
            seen.add(article.id)
            batch.articles.pop(article.id, None)
            if store.article(article.id) == article:
                report.unchanged += 1
                continue
            report.doubts += [Doubt(article.source, one) for one in article.doubts]
            batch.articles[article.id] = article
            if len(batch.articles) >= BATCH:
                yield done, batch
                batch = _Batch()
        if sound:
            batch.sources[file.source] = file.digest
    yield len(files), batch


def _mapped(file: SourceFile, fields: Fields) -> SourceFile:
    """``file`` with a digest that changes with ``fields``: another mapping reads other articles."""
    if not fields:
        return file
    names = json.dumps(sorted(fields.items()))
    return replace(file, digest=hashlib.sha256(f"{file.digest}{names}".encode()).hexdigest())


def _digest_known(store: Store, file: SourceFile) -> bool:
    sql = "SELECT 1 FROM sources WHERE source = ? AND digest = ?"
    return bool(store.read(sql, (file.source, file.digest)))


def _articles_of(store: Store, file: SourceFile) -> int:
    sql = "SELECT count(*) AS n FROM articles WHERE current AND (source = ? OR source GLOB ?)"
    pattern = re.sub(r"[\[*?]", r"[\g<0>]", file.source) + "#*"
    return int(store.read(sql, (file.source, pattern))[0]["n"])


def _identified(store: Store, article: Article, batch: _Batch) -> Article:
    """``article`` under the id its place has already, else under a free one."""
    sql = "SELECT id FROM articles WHERE source = ? AND current"
    if known := store.read(sql, (article.source,)):
        return replace(article, id=known[0]["id"])
    holder = store.article(article.id) or batch.articles.get(article.id)
    if holder and holder.source != article.source:
        mark = hashlib.sha256(article.source.encode("utf-8", "surrogatepass")).hexdigest()[:6]
        return replace(article, id=f"{article.id[:73]}-{mark}")
    return article


def _commit(
    store: Store,
    writer: Writer,
    embedder: Embedder,
    batch: _Batch,
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
        parsing = beside.submit(list, statements.extract_all(articles))
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
    entries = [Entry(*one) for one in zip(articles, cut, digests, said, strict=True)]
    return entries, dict(zip(missing, vectors, strict=True))
