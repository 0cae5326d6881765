"""What was asked of the API in vain -> RFC 9457 problem documents."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException
from starlette.routing import Match

from index.errors import NoIndex, OnrecordError
from rag.errors import ModelError, UsageError

PROBLEM = "application/problem+json"
_METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]


def problem(status: int, detail: str, headers: dict[str, str] | None = None) -> JSONResponse:
    """An RFC 9457 problem document."""
    title = HTTPStatus(status).phrase
    body = {"type": "about:blank", "title": title, "status": status, "detail": detail}
    return JSONResponse(body, status, headers, media_type=PROBLEM)


def add_errors(app: FastAPI) -> None:
    """Let ``app`` answer every error with a problem document that says what to do."""

    @app.exception_handler(OnrecordError)
    def known(_: Request, error: OnrecordError) -> Response:
        if isinstance(error, UsageError):
            return problem(422, str(error))
        return problem(503 if isinstance(error, NoIndex | ModelError) else 500, str(error))

    @app.exception_handler(RequestValidationError)
    def invalid(_: Request, error: RequestValidationError) -> Response:
        return problem(422, "; ".join(_said(one) for one in error.errors()))

    @app.exception_handler(HTTPException)
    def refused(_: Request, error: HTTPException) -> Response:
        return problem(error.status_code, str(error.detail))

    @app.exception_handler(Exception)
    def unknown(_: Request, __: Exception) -> Response:
        return problem(500, "the server failed on this request; its log says why")


def _said(error: dict[str, Any]) -> str:
    place = [str(one) for one in error["loc"][1:]]
    if error["type"] == "json_invalid":
        where = place[0] if place else "?"
        return f"the body is not JSON ({error['ctx']['error']} at character {where})"
    if not place:
        return "the body must be a JSON object, sent with content-type: application/json"
    return f"{'.'.join(place)}: {error['msg']}"


def known_parameters(request: Request) -> None:
    """Refuses a parameter that the place does not have: left out in silence, a filter with a
    typing error in its name would list everything.

    Raises UsageError.
    """
    route = request.scope.get("route")
    if isinstance(route, APIRoute) and route.include_in_schema:
        known = [one.alias for one in route.dependant.query_params]
        unknown = [repr(name) for name in dict.fromkeys(request.query_params) if name not in known]
        if unknown:
            there = f"those are {', '.join(known)}" if known else "there are none"
            raise UsageError(f"{route.path} has no parameter {', '.join(unknown)}: {there}")


def add_unknown(app: FastAPI) -> None:
    """Let ``app`` answer for every other place below /v1, which the page would take for its own.

    To be called when all other places of /v1 are known.
    """

    @app.api_route("/v1", methods=_METHODS, include_in_schema=False)
    @app.api_route("/v1/{place:path}", methods=_METHODS, include_in_schema=False)
    def unknown(request: Request) -> Response:
        path = request.url.path
        allowed = sorted(
            method
            for route in app.routes
            if isinstance(route, APIRoute) and route.matches(request.scope)[0] is Match.PARTIAL
            for method in route.methods or ()
        )
        if allowed:
            detail = f"{path} is asked by {' or '.join(allowed)}, not {request.method}"
            return problem(405, detail, {"Allow": ", ".join(allowed)})
        return problem(404, f"there is no {path}: /docs lists what there is")
