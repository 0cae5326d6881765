"""An opened index with its settings: what every surface holds while it answers."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from index import renewal
from index.roster import Roster, match
from index.search.embed import Embedder, load
from index.search.lexical import terms
from index.storage.store import DATABASE, Store
from index.types import Article, Passage, Speaker, Statement
from index.view import View
from rag import wording
from rag.errors import UsageError
from rag.findings import surest
from rag.fusion import fused
from rag.question import events
from rag.question.interpret import interpret
from rag.settings import Settings
from rag.types import Coverage, Filters, Query, Turn
from rag.wire import Said, reference

_LOOKED_UP = 50_000  # passages of a word up to which their statements alone are read
SAMPLE = Path(__file__).resolve().parent.parent / "eval" / "data" / "corpus"


class Desk:
    """Answers from one index; safe to share between threads, follows the index as it changes."""

    def __init__(
        self,
        store: Store,
        embedder: Embedder,
        settings: Settings,
        today: Callable[[], date] = date.today,
    ) -> None:
        self.store = store
        self.embedder = embedder
        self.settings = settings
        self.today = today  # the day on which a question is asked
        self.view = View(store, embedder)
        self._lock = threading.Lock()
        self._known: tuple[int, Roster, Coverage] | None = None

    def speakers(self, limit: int = -1) -> tuple[Speaker, ...]:
        """Everybody who speaks in the corpus, most quoted first; ``limit`` -1 means all."""
        return self.store.speakers(limit)

    def roster(self) -> Roster:
        """The speakers by id and by name, read as they are needed."""
        return self._commit()[1]

    def coverage(self) -> Coverage:
        """How many articles there are and what time they span."""
        return self._commit()[2]

    def _commit(self) -> tuple[int, Roster, Coverage]:
        """What is known of the last commit, looked up once for each."""
        generation = self.view.refresh()
        with self._lock:
            if self._known is None or self._known[0] != generation:
                articles, first, last, indexed = self.store.coverage()
                since, until = first.date() if first else None, last.date() if last else None
                found = Coverage(articles, since, until, indexed)
                self._known = (generation, Roster(self.store), found)
            return self._known

    def query(self, question: str, history: Sequence[Turn], filters: Filters) -> Query:
        """``question`` as it is understood after ``history``.

        Raises UsageError when ``filters`` contradict themselves or are too long.
        """
        self._check_filters(filters)
        before: tuple[Query, ...] = ()
        for at, turn in enumerate(history):
            before = (*before, self._read(turn.question, before, history[:at], Filters()))
        query = self._read(question, before, history, filters)
        return query if filters.any_time else self._dated(query)

    def _read(
        self, question: str, before: tuple[Query, ...], history: Sequence[Turn], filters: Filters
    ) -> Query:
        """``question`` after the queries ``before`` of the turns in ``history``; where nothing
        tells if it goes on with them, the reading that the articles answer better."""
        coverage = self.coverage()

        def reading(before: tuple[Query, ...]) -> Query:
            days, today = (coverage.since, coverage.until), self.today()
            return interpret(question, before, filters, self.roster(), self.frequency, days, today)

        query = reading(before)
        if query.standalone == question:
            return query
        told = " ".join(f"{one.question} {one.answer}" for one in history)
        query = replace(query, told=told)
        if not query.doubtful:
            return query
        readings, people = (query, reading(())), self.roster()
        return surest(readings, self.store, self.view, people, self.settings, coverage)

    def _dated(self, query: Query) -> Query:
        """``query`` with the period of an event that it names, unless it names days itself."""
        asked = query.interpretation
        event = None if asked.since or asked.until else events.named(query.standalone)
        if event is None:
            return query
        found = events.dated(event, self.store, self.view)
        since, until = event.period(found.first, found.last) if found else (None, None)
        notice = events.told(event, found, (since, until))
        basis = notice.detail if found else ""
        # What was said before or after an event need not speak of it.
        topic = asked.topic.replace(f"{event.lead} {event.words}", "") if found else asked.topic
        topic = " ".join(topic.split())
        asked = replace(asked, topic=topic, since=since, until=until, period_basis=basis)
        return replace(query, interpretation=asked, notices=(notice,))

    def frequency(self, word: str) -> int:
        """How many passages hold ``word`` in any inflection."""
        return max((self.view.frequency(term) for term in terms(word)), default=0)

    def search(self, text: str, k: int) -> list[tuple[Passage, Article, float]]:
        """Up to ``k`` passages for ``text`` with their fused scores, best first.

        Raises UsageError when ``text`` is empty or too long or ``k`` out of range.
        """
        self._check_text(text)
        if not 1 <= k <= self.settings.results_limit:
            raise UsageError(f"k must lie between 1 and {self.settings.results_limit}")
        self.view.refresh()
        depth = max(k, self.settings.candidates)
        scores = fused(text, self.view.embed([text])[0], (), self.view, depth)
        ranked = sorted(scores, key=lambda key: (-scores[key], key))
        live = self.store.live(ranked)
        best = [key for key in ranked if key in live][:k]
        found = self.store.passages(best)
        return [(*found[key], scores[key]) for key in best if key in found]

    def statements(
        self,
        speaker: str = "",
        about: str = "",
        since: date | None = None,
        until: date | None = None,
    ) -> list[Said]:
        """All statements that fit, in order of day, then article; undated ones last.

        A statement's day is when it was said, else when its article was published. Raises
        UsageError when ``speaker`` names nobody in the corpus, or a period ends before it begins.
        """
        _check_period(since, until)
        ids = self._speaker_ids(speaker) if speaker else ()
        condition = f"n.speaker IN ({','.join('?' * len(ids))})" if ids else ""
        wanted = set(terms(about))
        rarest = min(sorted(wanted), key=self.view.frequency, default="")
        if rarest and self.view.frequency(rarest) <= _LOOKED_UP:
            keys = ",".join(map(str, self.view.holding(rarest)))
            places = f"s.article IN (SELECT article FROM passages WHERE key IN ({keys}))"
            condition = f"{condition} AND {places}" if condition else places
        article: Article | None = None
        found = []
        for one in self.store.statements(condition, ids):  # article by article
            place = one.content[0].article_id
            if article is None or article.id != place:
                article = self.store.article(place)
            if article and (said := self._said(one, article, wanted)):
                found.append(said)
        kept = [one for one in found if _within(_day(one), since, until)]
        return sorted(kept, key=lambda one: (_day(one) or date.max, one.article.id, one.start))

    def _said(self, one: Statement, article: Article, wanted: set[str]) -> Said | None:
        """``one`` as it is listed, or None when its words lack some that are wanted."""
        parts = [article.text[part.start : part.end] for part in one.content]
        if not wanted <= set(terms(" ".join(parts))):
            return None
        speaker = self.roster().get(one.speaker_id)
        return Said(
            speaker=speaker.name if speaker else one.speaker_surface,
            speaker_id=one.speaker_id,
            role=one.speaker_role,
            speech=one.speech,
            words=" … ".join(parts),
            said_on=one.said_on,
            said_on_basis=one.said_on_basis,
            speaker_method=one.speaker_method,
            speaker_basis=one.speaker_basis,
            reported_by=one.reported_by,
            article=reference(article),
            start=one.content[0].start,
            end=one.content[-1].end,
        )

    def _speaker_ids(self, name: str) -> tuple[str, ...]:
        people = match(name, self.roster())
        if not people:
            raise UsageError(f"nobody called {name!r} speaks in these articles")
        return tuple(one.id for one in people)

    def check_limits(self, question: str, history: Sequence[Turn]) -> None:
        """Raises UsageError when a question or its history is beyond what is answered."""
        self._check_text(question)
        if len(history) > self.settings.history_limit:
            raise UsageError(f"at most {self.settings.history_limit} earlier turns are read")
        for turn in history:
            self._check_text(turn.question)

    def _check_filters(self, filters: Filters) -> None:
        if filters.speaker and filters.any_speaker:
            raise UsageError("one speaker and any speaker are both asked for: choose one")
        _check_period(filters.since, filters.until)
        if len(filters.topic) > self.settings.question_limit:
            raise UsageError(
                f"the topic is longer than {self.settings.question_limit:,} characters: shorten it"
            )

    def _check_text(self, text: str) -> None:
        if not text.strip():
            raise UsageError("the question is empty: ask something")
        if any("\ud800" <= sign <= "\udfff" for sign in text):  # from bytes that are no UTF-8
            raise UsageError("the question is no whole text (not UTF-8): write it again")
        if len(text) > self.settings.question_limit:
            raise UsageError(
                f"the question has {len(text):,} characters, the limit is "
                f"{self.settings.question_limit:,}: shorten it"
            )


def open_or_sample(
    settings: Settings, say: Callable[[str], None], embedder: Embedder | None = None
) -> Desk:
    """The Desk over the index of ``settings``; where there is none, index the sample corpus
    there and ``say`` so. The ``embedder`` is loaded unless it is given.

    Raises IndexMismatch when another embedder made the index.
    """
    folder, embedder = Path(settings.index), embedder or load(settings.embedder, settings.precision)
    if _is_new(folder):
        from index.build import update  # with the readers of all formats: a tenth of a second

        store = Store.create(folder, embedder.name, embedder.fingerprint, embedder.dimension)
        report = update(store, embedder, [SAMPLE])
        say(
            f"nothing was indexed in {folder}: indexed the sample corpus, {len(report.added)} "
            "articles; 'onrecord index PATH' adds yours"
        )
    store = Store(folder)
    if old := renewal.old(store):
        say(
            f"the statements of {old} articles were taken by another version of this program: "
            "'onrecord index' takes them anew"
        )
    return Desk(store, embedder, settings)


def _is_new(folder: Path) -> bool:
    """Whether nothing was ever indexed in ``folder``, not even by a run that was killed."""
    return not (folder / DATABASE).is_file() or Store(folder).generation() == 0


def _check_period(since: date | None, until: date | None) -> None:
    if since and until and until < since:
        raise UsageError(
            f"the period would end on {wording.day(until)}, before it begins on "
            f"{wording.day(since)}: exchange them"
        )


def _day(said: Said) -> date | None:
    published = said.article.published
    return said.said_on or (published.date() if published else None)


def _within(day: date | None, since: date | None, until: date | None) -> bool:
    if day is None:
        return since is None and until is None
    return (since is None or day >= since) and (until is None or day <= until)
