"""One question on its way to its Answer: search, draft, verify, contradict."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from index.types import Speaker
from rag import decide
from rag.assemble import Assembly
from rag.candidates import Candidate
from rag.conflicts import opposed
from rag.desk import Desk
from rag.errors import ModelError
from rag.extract import NAME as EXTRACTIVE
from rag.extract import choose, extract, written
from rag.findings import NOTHING, find, weighed
from rag.gate.citing import merged
from rag.gate.verify import Gate
from rag.models.usage import added
from rag.retrieve import Found
from rag.settings import Settings
from rag.types import (
    Abstention,
    Answer,
    Citation,
    Conflict,
    Coverage,
    DraftSentence,
    Notice,
    Query,
    Retrieved,
    Status,
    Timings,
    Usage,
)

if TYPE_CHECKING:
    from rag.models.judge import Judge

_OPPOSED = 0.5  # share of the answer's best relevance from which a contradiction is on the point


class Inquiry:
    """A question with what was found, held and warned of so far.

    ``until`` (monotonic seconds) is when models must be done; ``spent`` is what they cost so far.
    """

    def __init__(
        self,
        desk: Desk,
        query: Query,
        model: str,
        coverage: Coverage,
        gone: Callable[[], bool],
        until: float,
        spent: Usage,
    ) -> None:
        self._desk, self._query, self._model, self.coverage = desk, query, model, coverage
        self._gone = gone
        self._speakers: Mapping[str, Speaker] = desk.roster()
        self.findings = weighed(query, NOTHING, desk.view, self._speakers)
        self._conflicts: list[Conflict] = []
        self._assembly = Assembly(self._speakers)
        self._gate = Gate((), self._speakers)
        self._until, self._spent = until, spent
        self._usage = Usage()
        self._judged = Usage()  # what second opinions cost
        self._told = 0
        self._broken_off = self._is_models = False
        self._failed = ""  # the model that gave nothing
        self._started = time.perf_counter()
        self._retrieved = self._drafted = 0.0

    def search(self) -> None:
        """Look for what the articles hold, which is all that may be said."""
        query, desk = self._query, self._desk
        self.findings = find(query, desk.store, desk.view, self._speakers, desk.settings)
        context = f"{query.standalone} {query.interpretation.speaker or ''}"
        self._gate = Gate(self.findings.found.evidence, self._speakers, context)
        self._gate.warnings.extend(query.notices)
        self._retrieved = self._elapsed()

    def refused(self) -> Abstention | None:
        """The refusal for when what was found is not about what was asked."""
        return decide.on_evidence(
            self._query,
            self.findings.ranked,
            self.findings.signs,
            self._desk.settings.answerable_floor,
            self.coverage,
            self._desk.store.articles_quoting,
        )

    def write(self) -> Iterator[str | Citation | Notice]:
        """Draft and verify sentence by sentence; a model that gives nothing is replaced."""
        if self._model != EXTRACTIVE:
            from rag.models.judge import judge_of

            try:
                yield from self._admitted(self._by_model(), judge_of(self._in_time(), self._gone))
            except ModelError as error:
                self._failed = self._model
                self._gate.warnings.append(Notice("model_failed", str(error)))
            if self._assembly.claims:
                self._is_models = True
                return
            detail = (
                f"No sentence of {self._model} held; the articles' own sentences answer instead."
            )
            self._gate.warnings.append(Notice("extractive_instead", detail))
            self._model = EXTRACTIVE
        yield from self._admitted(self._extracted())

    def contradict(self) -> Iterator[str | Citation | Notice]:
        """Put beside the answer what other articles say against it."""
        cited = self._assembly.citations
        said = [one for one in self.findings.ranked if any(_holds(c, one) for c in cited)]
        best = max((one.relevance for one in said), default=1.0)
        for one, other in opposed(
            said, self.findings.ranked, self.findings.remarks, best * _OPPOSED
        ):
            against = other.candidate
            if not any(_holds(c, against) for c in cited):
                yield from self._admitted(iter([written(against, self._speakers, set())]))
            numbers = [c.number for c in cited if _holds(c, one) or _holds(c, against)]
            if len(numbers) > 1:
                self._conflicts.append(Conflict(other.detail, tuple(numbers)))

    def untold(self) -> Iterator[Notice]:
        """The warnings that came since this was asked last."""
        new = self._gate.warnings[self._told :]
        self._told = len(self._gate.warnings)
        yield from new

    def empty_handed(self) -> Abstention | None:
        """The refusal for when no sentence held."""
        if self._assembly.claims:
            return None
        return decide.unverified(self.findings.ranked, self._failed)

    def answer(self, refusal: Abstention | None) -> Answer:
        """Everything as the record that all surfaces show."""
        interpretation = self._query.interpretation
        partial = self._broken_off and self._is_models
        status: Status = "abstained" if refusal else "partial" if partial else "answered"
        total = self._elapsed()
        return Answer(
            id=uuid.uuid4().hex,
            question=self._query.question,
            standalone_question=self._query.standalone,
            interpretation=interpretation,
            status=status,
            abstention=refusal,
            text=refusal.message if refusal else self._assembly.text,
            claims=() if refusal else tuple(self._assembly.claims),
            citations=() if refusal else tuple(self._assembly.citations),
            conflicts=() if refusal else tuple(self._conflicts),
            coverage=self.coverage,
            evidence=listed(self.findings.found, self._assembly.used),
            warnings=tuple(self._gate.warnings),
            model=self._model,
            settings=self._desk.settings.digest(),
            usage=added(self._spent, added(self._usage, self._judged)),
            timings_ms=Timings(
                round(self._retrieved, 2),
                round(self._drafted, 2),
                round(total - self._retrieved - self._drafted, 2),
            ),
        )

    def _admitted(
        self, sentences: Iterator[DraftSentence], judge: Judge | None = None
    ) -> Iterator[str | Citation | Notice]:
        for sentence in sentences:
            held = self._gate.admit(sentence)
            if held and judge:
                held = judge.weigh(held)
                self._gate.warnings += judge.warnings
                judge.warnings.clear()
                self._judged = judge.usage
            yield from self.untold()
            if held:
                reports = self.findings.remarks.reports(held.cited[0])
                held = replace(held, cited=merged([*held.cited, *reports]))
                text, new = self._assembly.add(held)
                yield from new
                yield text

    def _extracted(self) -> Iterator[DraftSentence]:
        chosen = choose(
            self._query, self.findings.ranked, self._desk.settings.sentences, self.findings.remarks
        )
        if self._query.form == "comparison":
            self._tell_silent(chosen)
        elif self._query.mode == "statements":
            self._tell_unsaid(chosen)
        return extract(chosen, self._speakers)

    def _tell_silent(self, chosen: Sequence[Candidate]) -> None:
        """Warn of a side of a comparison that says nothing on it."""
        heard = {one.statement.speaker_id for one in chosen if one.statement}
        for speaker in (self._speakers[one] for one in self._query.speaker_ids if one not in heard):
            if speaker.name in (self._query.interpretation.speaker or ""):
                detail = f"{speaker.name} speaks in these articles, but nothing on this was found."
                self._gate.warnings.append(Notice("side_missing", detail))

    def _tell_unsaid(self, chosen: Sequence[Candidate]) -> None:
        """Warn where somebody's words are asked for and none of ``chosen`` is known to be his."""
        name = self._query.interpretation.speaker
        ids = {one.statement.speaker_id for one in chosen if one.statement}
        if chosen and name and not ids & set(self._query.speaker_ids):
            detail = f"None of this is known to be {name}'s own words."
            self._gate.warnings.append(Notice("not_own_words", detail))

    def _by_model(self) -> Iterator[DraftSentence]:
        from rag.models.writer import Material, Writer

        before = self._elapsed()
        settings = self._in_time()
        writer = Writer(settings, settings.chain(self._model), self._gone)
        material = Material(
            self._query.standalone,
            self.findings.found.evidence,
            self.findings.ranked,
            self._speakers,
        )
        try:
            yield from writer.write(material)
            self._model = writer.model
        finally:
            self._usage = writer.usage
            self._drafted = self._elapsed() - before
            self._gate.warnings += writer.notices
        if not writer.complete:
            self._broken_off = True
            self._gate.warnings.append(
                Notice("model_incomplete", "The model's reply broke off; what held is shown.")
            )

    def _in_time(self) -> Settings:
        """The settings with what is left of the time for models."""
        left = max(1.0, self._until - time.monotonic())
        return replace(self._desk.settings, model_deadline=left)

    def _elapsed(self) -> float:
        return (time.perf_counter() - self._started) * 1000


def _holds(citation: Citation, one: Candidate) -> bool:
    same = citation.article.id == one.evidence.article.id
    return same and citation.start < one.end and one.start < citation.end


def listed(found: Found, used: Collection[int] = ()) -> tuple[Retrieved, ...]:
    """What was found as an Answer lists it; ``used`` are the ranks of what it cites."""
    return tuple(
        Retrieved(one.passage.id, one.rank, round(one.score, 4), one.rank in used)
        for one in found.evidence
    )
