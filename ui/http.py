"""The HTTP API: the same functions as page and command line, errors as problem documents."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any

from fastapi import Depends, FastAPI, HTTPException, Query
from fastapi.responses import JSONResponse, Response, StreamingResponse
from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from starlette.types import Receive

from index.errors import OnrecordError
from rag import ask as pipeline
from rag.check import check as look_up
from rag.desk import Desk
from rag.errors import UsageError
from rag.tally import Order, ordered, tally
from rag.types import Filters, Turn
from rag.wire import answer as answer_json
from rag.wire import passage_json, plain
from ui import reference
from ui.problems import add_errors, add_unknown, known_parameters, problem
from ui.saved import Saved
from ui.schema import HIDDEN, describe

PAGE = 50  # items of a list
Limit = Annotated[int, Query(ge=1, le=500)]
Offset = Annotated[int, Query(ge=0, le=10**9)]  # SQLite counts to 2**63 and fails beyond


def _whole(text: str) -> str:
    """``text``; half of a surrogate pair, which JSON can write, is no text. Raises ValueError."""
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ValueError("it holds half of a character (a lone surrogate)") from None
    return text


Text = Annotated[str, AfterValidator(_whole)]


class TurnIn(BaseModel):
    """An earlier question of the conversation."""

    model_config = ConfigDict(extra="forbid")
    question: Text
    answer: Text = ""


class CheckIn(BaseModel):
    """A quotation and, if known, whose it is said to be."""

    model_config = ConfigDict(extra="forbid")
    quotation: Text
    speaker: Text = ""


class AskIn(BaseModel):
    """A question with what it builds on; unknown fields are refused."""

    model_config = ConfigDict(extra="forbid")
    question: Text = Field(examples=["What did Stoltenberg say about withdrawal?"])
    history: list[TurnIn] = []
    model: str | None = None
    speaker: Text = ""
    since: date | None = None
    until: date | None = None
    topic: Text = ""
    any_speaker: bool = False
    any_time: bool = False
    stream: bool = False

    def filters(self) -> Filters:
        """What was fixed by hand."""
        return Filters(
            self.speaker, self.since, self.until, self.topic, self.any_speaker, self.any_time
        )


def create_app(desk: Desk) -> FastAPI:
    """The API over ``desk`` at /v1, with health, documentation and problem documents."""
    app = FastAPI(
        title="onrecord",
        version="0.1.0",
        description="Answers from news articles: every sentence cited, every quotation verbatim.",
        docs_url=None,  # both would load their scripts from another host
        redoc_url=None,
        dependencies=[Depends(known_parameters)],
    )
    reference.serve(app)
    add_errors(app)
    _add_asking(app, desk)
    _add_reading(app, desk)
    _add_saved(app, Saved(desk.store))
    _add_health(app, desk)
    add_unknown(app)
    describe(app)
    return app


def _add_asking(app: FastAPI, desk: Desk) -> None:
    @app.post("/v1/ask", summary="Answer a question, whole or as server-sent events")
    def ask(body: AskIn) -> Response:
        history = tuple(Turn(one.question, one.answer) for one in body.history)
        filters = body.filters()
        model = _offered(desk, body.model)
        desk.check_limits(body.question, history)
        if body.stream:
            left = threading.Event()
            events = _events(desk, body.question, history, filters, model, left)
            return EventStream(events, left)
        answer = pipeline.ask(desk, body.question, history, filters, model)
        return JSONResponse(answer_json(answer))

    @app.post("/v1/check", summary="Did somebody say this?")
    def check(body: CheckIn) -> dict[str, Any]:
        if body.quotation.strip():  # of none, the check itself says it best
            desk.check_limits(body.quotation, ())
        return dict(plain(look_up(desk, body.quotation, body.speaker)))


class EventStream(StreamingResponse):
    """Server-sent events; sets ``left`` when the reader has gone.

    Starlette cancels the task that sends, but not the thread in which it waits for the next
    event: without this a model would go on writing, and be paid, for nobody.
    """

    media_type = "text/event-stream"

    def __init__(self, events: Iterator[str], left: threading.Event) -> None:
        super().__init__(events)
        self.left = left

    async def listen_for_disconnect(self, receive: Receive) -> None:
        await super().listen_for_disconnect(receive)
        self.left.set()


def _events(
    desk: Desk,
    question: str,
    history: tuple[Turn, ...],
    filters: Filters,
    model: str,
    left: threading.Event,
) -> Iterator[str]:
    """Server-sent events; a failure after the start ends in a problem as the last event."""
    try:
        for event in pipeline.stream(desk, question, history, filters, model, left.is_set):
            yield _event(event.name, event.data)
    except OnrecordError as error:
        yield _event("error", {"title": "failed", "detail": str(error)})


def _event(name: str, data: Any) -> str:
    return f"event: {name}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n"


def _offered(desk: Desk, model: str | None) -> str:
    if model is not None and model not in desk.settings.offered():
        offered = ", ".join(desk.settings.offered())
        raise UsageError(f"the model {model!r} is not offered here; these are: {offered}")
    return model or ""


def _add_reading(app: FastAPI, desk: Desk) -> None:
    @app.get("/v1/search", summary="Passages for a query, best first")
    def search(q: str, k: Annotated[int, Query(ge=1, le=50)] = 8) -> dict[str, Any]:
        return {"query": q, "hits": [passage_json(*hit) for hit in desk.search(q, k)]}

    @app.get("/v1/statements", summary="All statements by a speaker on a topic, in time order")
    def statements(
        speaker: str = "",
        about: str = "",
        since: date | None = None,
        until: date | None = None,
        sort: Order = "day",
        limit: Limit = PAGE,
        offset: Offset = 0,
    ) -> dict[str, Any]:
        found = ordered(desk.statements(speaker, about, since, until), sort)
        counts = plain(tally(found))
        listed = plain(found[offset : offset + limit])
        return {"total": len(found), "counts": counts, "statements": listed}

    @app.get("/v1/articles", summary="What is indexed, newest first")
    def articles(limit: Limit = PAGE, offset: Offset = 0) -> dict[str, Any]:
        found = [plain(one) for one in desk.store.articles(limit, offset)]
        listed = [{k: v for k, v in one.items() if k not in (*HIDDEN, "text")} for one in found]
        return {"coverage": plain(desk.coverage()), "articles": listed}

    @app.get("/v1/articles/{identifier}", summary="One article; old revisions stay readable")
    def article(identifier: str, revision: str = "") -> dict[str, Any]:
        found = desk.store.article(identifier, revision)
        if found is None:
            raise HTTPException(404, f"no article has the id {identifier!r}")
        current = desk.store.is_current(found.id, found.revision)
        shown = {name: value for name, value in plain(found).items() if name not in HIDDEN}
        return {**shown, "current": current}


def _add_saved(app: FastAPI, saved: Saved) -> None:
    @app.get("/v1/answers/{identifier}", summary="An answer given on the page; citations as of now")
    def answer(identifier: str) -> dict[str, Any]:
        found = saved.get(identifier)
        if found is None or found.answer is None:
            raise HTTPException(404, f"no answer is kept under {identifier!r}")
        return answer_json(found.answer)


def _add_health(app: FastAPI, desk: Desk) -> None:
    @app.get("/healthz", summary="Whether the process runs")
    def healthz() -> dict[str, str]:
        return {"status": "ok"}

    @app.get("/readyz", summary="Whether questions can be answered; asks the index one")
    def readyz() -> Response:
        try:
            desk.search("ready", 1)
        except OnrecordError as error:
            return problem(503, str(error))
        return JSONResponse({"status": "ready", "generation": desk.view.refresh()})
