"""A conversation as one browser session holds it: exchanges that grow while they are answered."""

from __future__ import annotations

import logging
import threading
import uuid
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime

from index.errors import OnrecordError
from rag.ask import Step, steps
from rag.desk import Desk
from rag.errors import UsageError
from rag.types import Answer, Citation, Filters, Form, Interpretation, Notice, Query, Turn


@dataclass(frozen=True, slots=True)
class Exchange:
    """One question and how far its answer is; ``answer`` stands once it is whole.

    ``text``, ``citations`` and ``warnings`` hold what is verified so far, ``filters`` what was
    fixed by hand and ``form`` how the answer is laid out. ``error`` is one line for people.
    ``key`` is also the id of its answer, and cannot be guessed. ``given`` is when it was asked;
    ``lasting`` is True once it is kept where a link finds it again.
    """

    question: str
    key: str = field(default_factory=lambda: uuid.uuid4().hex)
    given: datetime | None = None
    filters: Filters = field(default_factory=Filters)
    standalone: str = ""
    interpretation: Interpretation | None = None
    form: Form = "single"
    text: str = ""
    citations: tuple[Citation, ...] = ()
    warnings: tuple[Notice, ...] = ()
    answer: Answer | None = None
    error: str = ""
    stopped: bool = False
    lasting: bool = False

    @property
    def running(self) -> bool:
        """Whether more is to come."""
        return not (self.answer or self.error or self.stopped)


Conversation = tuple[Exchange, ...]
FAULT = "Something failed in the server; its log says what. Ask again, or another way."
_log = logging.getLogger("onrecord.page")
_left: dict[str, threading.Event] = {}  # of exchanges that run; set when nobody waits any more


def ask(
    desk: Desk, earlier: Conversation, question: str, filters: Filters, model: str
) -> Iterator[Exchange]:
    """The exchange that follows ``earlier``, again whenever there is more of it to show.

    An OnrecordError becomes the exchange's one line; the conversation goes on after it.
    """
    exchange = Exchange(question.strip(), given=datetime.now(UTC), filters=filters)
    left = _left[exchange.key] = threading.Event()
    try:
        yield exchange
        turns = history(earlier, desk.settings.history_limit)
        for step in steps(desk, exchange.question, turns, filters, model, left.is_set):
            exchange = grown(exchange, step)
            yield exchange
    except OnrecordError as error:
        yield replace(exchange, error=str(error))
    except Exception:  # a fault of ours must not leave the page waiting for ever
        _log.exception("a question failed")
        yield replace(exchange, error=FAULT)
    finally:
        _left.pop(exchange.key, None)


def grown(exchange: Exchange, step: Step) -> Exchange:
    """``exchange`` after one more step of the pipeline."""
    match step:
        case Query():
            return replace(
                exchange,
                standalone=step.standalone,
                interpretation=step.interpretation,
                form=step.form,
            )
        case str():
            return replace(exchange, text=exchange.text + step)
        case Citation():
            return replace(exchange, citations=(*exchange.citations, step))
        case Notice():
            return replace(exchange, warnings=(*exchange.warnings, step))
        case Answer():
            return replace(
                exchange,
                answer=replace(step, id=exchange.key),
                text=step.text,
                citations=step.citations,
                warnings=step.warnings,
                standalone=step.standalone_question,
                interpretation=step.interpretation,
            )
    return exchange  # what was found is counted in the Answer


def stopped(exchange: Exchange) -> Exchange:
    """``exchange`` ended where it was if it was still running; what is shown is verified.

    A model that still writes for it is stopped: its thread sees no cancelled task.
    """
    if left := _left.get(exchange.key):
        left.set()
    return replace(exchange, stopped=True) if exchange.running else exchange


def history(conversation: Conversation, limit: int) -> tuple[Turn, ...]:
    """The last ``limit`` exchanges that came to something, as the pipeline reads them."""
    held = [one for one in conversation if not one.error and not one.running]
    return tuple(Turn(one.question, one.text) for one in held[max(0, len(held) - limit) :])


def filters(speaker: str | None, since: str | None, until: str | None) -> Filters:
    """Filters from what stands in the fields; raises UsageError naming a day it cannot read."""
    first, last = _day(since), _day(until)
    if first and last and first > last:
        raise UsageError(f"the period ends ({last}) before it begins ({first}): swap the days")
    return Filters((speaker or "").strip(), first, last)


def corrected(asked: Filters, given: Mapping[str, str], changed: Collection[str]) -> Filters:
    """``asked`` with the ``changed`` fields of ``given``; one that was emptied asks for anyone, or
    for any time. A question in other words is read anew but for its days.

    Raises UsageError naming a day it cannot read.
    """
    kept = replace(asked, speaker="", topic="", any_speaker=False)
    found = kept if "question" in changed else asked
    if "speaker" in changed:
        speaker = given.get("speaker", "").strip()
        found = replace(found, speaker=speaker, any_speaker=not speaker)
    if "topic" in changed:
        found = replace(found, topic=given.get("topic", "").strip())
    if not {"since", "until"}.isdisjoint(changed):
        days = filters("", given.get("since"), given.get("until"))
        found = replace(found, since=days.since, until=days.until, any_time=True)
    return found


def _day(text: str | None) -> date | None:
    if not (text or "").strip():
        return None
    try:
        return date.fromisoformat(str(text).strip())
    except ValueError as error:
        raise UsageError(f"{text!r} is not a day: write it as 2022-02-16") from error
