"""The pipeline: a question goes in at the top, a verified Answer comes out at the bottom."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence

from rag import decide
from rag.desk import Desk
from rag.extract import NAME as EXTRACTIVE
from rag.inquiry import Inquiry, listed
from rag.retrieve import Found
from rag.types import Answer, Citation, Event, Filters, Notice, Query, Turn, Usage
from rag.wire import plain

Step = Query | Found | str | Citation | Notice | Answer


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
                yield Event("evidence", {"evidence": [plain(one) for one in listed(step)]})
            case str():
                yield Event("delta", {"text": step})


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
    inquiry = Inquiry(desk, query, name, desk.coverage(), gone, until, spent)
    refusal = decide.before_search(query, inquiry.coverage)
    if refusal is None:
        inquiry.search()
        yield inquiry.findings.found
        refusal = inquiry.refused()
    if refusal is None:
        yield from inquiry.write()
        yield from inquiry.contradict()
        refusal = inquiry.empty_handed()
    yield from inquiry.untold()
    yield inquiry.answer(refusal)
