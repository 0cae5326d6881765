"""The pipeline: a question goes in at the top, a verified Answer comes out at the bottom."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
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
    Event,
    Filters,
    Notice,
    Query,
    Retrieved,
    Status,
    Timings,
    Turn,
    Usage,
)
from rag.wire import plain

if TYPE_CHECKING:
    from rag.models.judge import Judge


def ask(
    desk: Desk,
    question: str,
    history: Sequence[Turn] = (),
    filters: Filters | None = None,
    model: str = "",
) -> Answer:
    """The verified Answer to ``question``; abstains with a reason when there is none.

    Raises UsageError when the question or the history is beyond the limits.
    """
    for step in steps(desk, question, history, filters, model):
        if isinstance(step, Answer):
            return step
    raise AssertionError("steps always end with an Answer")


def stream(
    desk: Desk,
    question: str,
    history: Sequence[Turn] = (),
    filters: Filters | None = None,
    model: str = "",
    gone: Callable[[], bool] = lambda: False,
) -> Iterator[Event]:
    """The same as events: ``delta`` carries verified text only, ``done`` the whole Answer.

    A model is stopped soon after ``gone`` says that nobody reads any more.
    """
    for step in steps(desk, question, history, filters, model, gone):
        match step:
            case Answer():
                yield Event("done", plain(step))
            case Citation():
                yield Event("citation", plain(step))
            case Notice():
                yield Event("warning", plain(step))
            case Query():
                meta = {"standalone_question": step.standalone}
                yield Event("meta", meta | {"interpretation": plain(step.interpretation)})
            case Found():
                rows = [plain(_retrieved(one, set())) for one in _numbered(step)]
                yield Event("evidence", {"evidence": rows})
            case str():
                yield Event("delta", {"text": step})


_OPPOSED = 0.5  # share of the answer's best relevance from which a contradiction is on the point
Step = Query | Found | str | Citation | Notice | Answer


def steps(
    desk: Desk,
    question: str,
    history: Sequence[Turn],
    filters: Filters | None,
    model: str,
    gone: Callable[[], bool] = lambda: False,
) -> Iterator[Step]:
    """What happens to a question, in order; the last step is the Answer."""
    desk.check_limits(question, history)
    name = model or desk.settings.model
    until = time.monotonic() + desk.settings.model_deadline
    query = desk.query(question, history, filters or Filters())
    spent = Usage()
    if name != EXTRACTIVE and query.standalone != question:
        from rag.rewrite import in_full

        query, spent = in_full(desk, query, history, filters or Filters(), name, gone)
    yield query
    run = _Run(desk, query, name, desk.coverage(), gone, until, spent)
    refusal = decide.before_search(query, run.coverage)
    if refusal is None:
        run.search()
        yield run.findings.found
        refusal = decide.on_evidence(
            query,
            run.findings.ranked,
            run.findings.signs,
            desk.settings.answerable_floor,
            run.coverage,
            desk.store.articles_quoting,
        )
    if refusal is None:
        yield from run.write()
        yield from run.contradict()
        refusal = run.empty_handed()
    yield from run.gate.warnings[run.told :]
    yield run.answer(refusal)


class _Run:
    """One question on its way: what was found, held and warned of so far.

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
        self.desk, self.query, self.model, self.coverage = desk, query, model, coverage
        self.gone = gone
        self.speakers: Mapping[str, Speaker] = desk.roster()
        self.findings = weighed(query, NOTHING, desk.view, self.speakers)
        self.conflicts: list[Conflict] = []
        self.assembly = Assembly(self.speakers)
        self.gate = Gate((), self.speakers)
        self.until, self.spent = until, spent
        self.usage = Usage()
        self.judged = Usage()  # what second opinions cost
        self.told = 0
        self.broken_off = self.by_model = False
        self.failed = ""  # the model that gave nothing
        self._started = time.perf_counter()
        self._retrieved = self._drafted = 0.0

    def search(self) -> None:
        """Look for what the articles hold, which is all that may be said."""
        query, desk = self.query, self.desk
        self.findings = find(query, desk.store, desk.view, self.speakers, desk.settings)
        context = f"{query.standalone} {query.interpretation.speaker or ''}"
        self.gate = Gate(self.findings.found.evidence, self.speakers, context)
        self.gate.warnings.extend(query.notices)
        self._retrieved = self._elapsed()

    def write(self) -> Iterator[str | Citation | Notice]:
        """Draft and verify sentence by sentence; a model that gives nothing is replaced."""
        if self.model != EXTRACTIVE:
            from rag.models.judge import judge_of

            try:
                yield from self._admitted(self._by_model(), judge_of(self._in_time(), self.gone))
            except ModelError as error:
                self.failed = self.model
                self.gate.warnings.append(Notice("model_failed", str(error)))
            if self.assembly.claims:
                self.by_model = True
                return
            detail = (
                f"No sentence of {self.model} held; the articles' own sentences answer instead."
            )
            self.gate.warnings.append(Notice("extractive_instead", detail))
            self.model = EXTRACTIVE
        yield from self._admitted(self._extracted())

    def empty_handed(self) -> Abstention | None:
        """The refusal for when no sentence held."""
        if self.assembly.claims:
            return None
        return decide.unverified(self.findings.ranked, self.failed)

    def answer(self, refusal: Abstention | None) -> Answer:
        """Everything as the record that all surfaces show."""
        interpretation = self.query.interpretation
        partial = self.broken_off and self.by_model
        status: Status = "abstained" if refusal else "partial" if partial else "answered"
        total = self._elapsed()
        return Answer(
            id=uuid.uuid4().hex,
            question=self.query.question,
            standalone_question=self.query.standalone,
            interpretation=interpretation,
            status=status,
            abstention=refusal,
            text=refusal.message if refusal else self.assembly.text,
            claims=() if refusal else tuple(self.assembly.claims),
            citations=() if refusal else tuple(self.assembly.citations),
            conflicts=() if refusal else tuple(self.conflicts),
            coverage=self.coverage,
            evidence=tuple(
                _retrieved(one, self.assembly.used) for one in _numbered(self.findings.found)
            ),
            warnings=tuple(self.gate.warnings),
            model=self.model,
            settings=self.desk.settings.digest(),
            usage=added(self.spent, added(self.usage, self.judged)),
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
            held = self.gate.admit(sentence)
            if held and judge:
                held = judge.weigh(held)
                self.gate.warnings += judge.warnings
                judge.warnings.clear()
                self.judged = judge.usage
            yield from self.gate.warnings[self.told :]
            self.told = len(self.gate.warnings)
            if held:
                reports = self.findings.remarks.reports(held.cited[0])
                held = replace(held, cited=merged([*held.cited, *reports]))
                text, new = self.assembly.add(held)
                yield from new
                yield text

    def contradict(self) -> Iterator[str | Citation | Notice]:
        """Put beside the answer what other articles say against it."""
        cited = self.assembly.citations
        said = [one for one in self.findings.ranked if any(_holds(c, one) for c in cited)]
        best = max((one.relevance for one in said), default=1.0)
        for one, other in opposed(
            said, self.findings.ranked, self.findings.remarks, best * _OPPOSED
        ):
            against = other.candidate
            if not any(_holds(c, against) for c in cited):
                yield from self._admitted(iter([written(against, self.speakers, set())]))
            numbers = [c.number for c in cited if _holds(c, one) or _holds(c, against)]
            if len(numbers) > 1:
                self.conflicts.append(Conflict(other.detail, tuple(numbers)))

    def _extracted(self) -> Iterator[DraftSentence]:
        chosen = choose(
            self.query, self.findings.ranked, self.desk.settings.sentences, self.findings.remarks
        )
        if self.query.form == "comparison":
            self._tell_silent(chosen)
        return extract(chosen, self.speakers)

    def _tell_silent(self, chosen: Sequence[Candidate]) -> None:
        """Warn of a side of a comparison that says nothing on it."""
        heard = {one.statement.speaker_id for one in chosen if one.statement}
        for speaker in (self.speakers[one] for one in self.query.speaker_ids if one not in heard):
            if speaker.name in (self.query.interpretation.speaker or ""):
                detail = f"{speaker.name} speaks in these articles, but nothing on this was found."
                self.gate.warnings.append(Notice("side_missing", detail))

    def _by_model(self) -> Iterator[DraftSentence]:
        from rag.models.writer import Material, Writer

        before = self._elapsed()
        settings = self._in_time()
        writer = Writer(settings, settings.chain(self.model), self.gone)
        material = Material(
            self.query.standalone, self.findings.found.evidence, self.findings.ranked, self.speakers
        )
        try:
            yield from writer.write(material)
            self.model = writer.model
        finally:
            self.usage = writer.usage
            self._drafted = self._elapsed() - before
            self.gate.warnings += writer.notices
        if not writer.complete:
            self.broken_off = True
            self.gate.warnings.append(
                Notice("model_incomplete", "The model's reply broke off; what held is shown.")
            )

    def _in_time(self) -> Settings:
        """The settings with what is left of the time for models."""
        left = max(1.0, self.until - time.monotonic())
        return replace(self.desk.settings, model_deadline=left)

    def _elapsed(self) -> float:
        return (time.perf_counter() - self._started) * 1000


def _holds(citation: Citation, one: Candidate) -> bool:
    same = citation.article.id == one.evidence.article.id
    return same and citation.start < one.end and one.start < citation.end


def _numbered(found: Found) -> list[Retrieved]:
    return [
        Retrieved(one.passage.id, one.rank, round(one.score, 4), False) for one in found.evidence
    ]


def _retrieved(one: Retrieved, used: set[int]) -> Retrieved:
    return replace(one, used=one.rank in used)
