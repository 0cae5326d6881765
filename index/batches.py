"""Files -> groups of changed articles, each to be committed whole with the files it finishes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from index import corpus
from index.corpus import Doubt, Fields, Skipped, SourceFile
from index.storage.store import Store
from index.types import Article

_WINDOWS = (".xml", ".rss", ".atom", ".rdf")  # feeds: what left one has not vanished
LONGEST = 150_000  # characters of a batch; some 250 passages, so a few seconds on two cores


@dataclass(slots=True)
class Report:
    """What a run did, by article id; ``embedded`` counts passages that were really embedded.

    ``files`` of ``total`` were dealt with; fewer where the run was ``stopped``. ``seconds`` are
    those of the whole run. ``renewed`` counts unchanged articles whose statements were taken
    anew, because an older program had taken them.
    """

    added: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    unchanged: int = 0
    skipped: list[Skipped] = field(default_factory=list)
    doubts: list[Doubt] = field(default_factory=list)
    passages: int = 0
    embedded: int = 0
    renewed: int = 0
    files: int = 0
    total: int = 0
    stopped: bool = False
    seconds: float = 0.0


@dataclass(slots=True)
class Batch:
    """Articles by id, and the digests of the files that are read completely with them.

    ``gone`` are ids of articles that such a file no longer holds. ``files`` have been dealt with
    up to here, ``size`` bytes of them all, of which ``read`` had to be read.
    """

    articles: dict[str, Article] = field(default_factory=dict)
    sources: dict[str, str] = field(default_factory=dict)
    gone: list[str] = field(default_factory=list)
    files: int = 0
    size: int = 0
    read: int = 0

    def is_full(self, most: int) -> bool:
        """Whether there are ``most`` articles, or fewer long ones: a run can be stopped, and loses
        nothing when it is killed, only between two batches."""
        characters = sum(len(one.text) for one in self.articles.values())
        return len(self.articles) >= most or characters >= LONGEST


class Reading:
    """One pass over ``files`` that compares what they hold with the ``store``."""

    def __init__(
        self,
        store: Store,
        files: Sequence[SourceFile],
        fields: Fields,
        report: Report,
        stop: Callable[[], bool],
    ) -> None:
        self._store = store
        self._files = [_mapped(one, fields) for one in files]
        self._fields = fields
        self._report = report
        self._stop = stop
        self._batch = Batch()

    def batches(self, most: int) -> Iterator[Batch]:
        """Groups of up to ``most`` changed articles; the last one may hold none."""
        before, read = 0, 0
        for done, file in enumerate(self._files):
            if self._report.stopped or self._stop():
                self._report.stopped = True
                yield self._full(done, before, read)
                return
            if _digest_known(self._store, file):
                self._report.unchanged += len(_ids_of(self._store, file))
            else:
                for at in self._read(file, most):
                    yield self._full(done, before + at, read + at)
                if self._report.stopped:
                    return
                read += file.size
            before += file.size
            if self._batch.is_full(most):
                yield self._full(done + 1, before, read)
        yield self._full(len(self._files), before, read)

    def _full(self, files: int, size: int, read: int) -> Batch:
        """What was gathered, as a group; the next one begins empty."""
        full, self._batch = self._batch, Batch()
        full.files, full.size, full.read = files, size, read
        self._report.files = files
        return full

    def _read(self, file: SourceFile, most: int) -> Iterator[int]:
        """Gather the changed articles of a file; yields the bytes read of it when there are
        ``most`` of them and more to come, or when it is to stop."""
        sound, seen, at = True, set[str](), [0]
        for found in corpus.articles(file, self._fields, lambda place: at.__setitem__(0, place)):
            self._report.stopped = self._stop()
            if self._report.stopped or self._batch.is_full(most):
                yield at[0]
            if self._report.stopped:
                return
            if isinstance(found, Skipped):
                self._report.skipped.append(found)
                sound = False
            else:
                self._gather(file, found, seen)
        if sound:
            self._batch.sources[file.source] = file.digest
            if file.path.suffix.lower() not in _WINDOWS:
                self._batch.gone += _ids_of(self._store, file) - seen

    def _gather(self, file: SourceFile, found: Article, seen: set[str]) -> None:
        """Put ``found`` into the group unless it is stored like this already."""
        article = self._identified(found)
        if article.id in seen:
            again = f"the id {article.id!r} stands twice: the last one was kept"
            self._report.skipped.append(Skipped(file.source, again))
        seen.add(article.id)
        self._batch.articles.pop(article.id, None)
        if self._store.article(article.id) == article:
            self._report.unchanged += 1
            return
        self._report.doubts += [Doubt(article.source, one) for one in article.doubts]
        self._batch.articles[article.id] = article

    def _identified(self, article: Article) -> Article:
        """``article`` under the id its place has already, else under a free one."""
        sql = "SELECT id FROM articles WHERE source = ? AND current"
        if known := self._store.read(sql, (article.source,)):
            return replace(article, id=known[0]["id"])
        holder = self._store.article(article.id) or self._batch.articles.get(article.id)
        if holder and holder.source != article.source:
            mark = hashlib.sha256(article.source.encode("utf-8", "surrogatepass")).hexdigest()[:6]
            return replace(article, id=f"{article.id[:73]}-{mark}")
        return article


def _mapped(file: SourceFile, fields: Mapping[str, str]) -> SourceFile:
    """``file`` with a digest that changes with ``fields``: another mapping reads other articles."""
    if not fields:
        return file
    names = json.dumps(sorted(fields.items()))
    return replace(file, digest=hashlib.sha256(f"{file.digest}{names}".encode()).hexdigest())


def _digest_known(store: Store, file: SourceFile) -> bool:
    sql = "SELECT 1 FROM sources WHERE source = ? AND digest = ?"
    return bool(store.read(sql, (file.source, file.digest)))


def _ids_of(store: Store, file: SourceFile) -> set[str]:
    """Ids of the current articles that came from a file: it, or ``file#part`` of it."""
    sql = (
        "SELECT id FROM articles WHERE current AND source = ?1 UNION ALL SELECT id FROM articles "
        "WHERE current AND source > ?1 || '#' AND source < ?1 || '$'"  # "$" comes after "#"
    )
    return {row["id"] for row in store.read(sql, (file.source,))}
