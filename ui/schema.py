"""The records of replies -> the OpenAPI document."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import TypeAdapter

from index.types import Article
from rag.check import Checked
from rag.tally import Tally
from rag.types import Answer, Coverage
from rag.wire import Said

_REFERENCE = "#/components/schemas/{model}"
_RECORDS = (Answer, Checked, Said, Tally, Coverage, Article)
HIDDEN = ("source", "doubts")  # of an article: where it lies here is nobody else's business


def _of(name: str) -> dict[str, str]:
    return {"$ref": _REFERENCE.format(model=name)}


def _object(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties)}


def _list(name: str) -> dict[str, Any]:
    return {"type": "array", "items": _of(name)}


_TEXT, _NUMBER = {"type": "string"}, {"type": "integer"}
_HIT = _object(
    passage_id=_TEXT,
    article=_of("ArticleRef"),
    start=_NUMBER,
    end=_NUMBER,
    exact=_TEXT,
    kind=_TEXT,
    score={"type": "number"},
)
_REPLIES = {
    "/v1/ask": _of("Answer"),
    "/v1/check": _of("Checked"),
    "/v1/search": _object(query=_TEXT, hits=_list("Hit")),
    "/v1/statements": _object(total=_NUMBER, counts=_of("Tally"), statements=_list("Said")),
    "/v1/articles": _object(coverage=_of("Coverage"), articles=_list("ListedArticle")),
    "/v1/articles/{identifier}": _of("Article"),
    "/v1/answers/{identifier}": _of("Answer"),
    "/healthz": _object(status=_TEXT),
    "/readyz": _object(status=_TEXT, generation=_NUMBER),
}
_PROBLEM = {
    "type": "object",
    "description": "RFC 9457",
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
    },
}


def records() -> dict[str, Any]:
    """The JSON schemas of all that replies are made of, by name, as ``rag.wire`` writes them."""
    named = [(kind, "serialization", TypeAdapter(kind)) for kind in _RECORDS]
    _, found = TypeAdapter.json_schemas(named, ref_template=_REFERENCE)  # type: ignore[arg-type]
    parts: dict[str, Any] = found["$defs"]
    renamed = {"since": "from", "until": "to"}
    parts["Coverage"] = _changed(parts["Coverage"], lambda name: renamed.get(name, name))
    parts["Article"] = _changed(parts["Article"], lambda name: "" if name in HIDDEN else name)
    parts["Article"]["properties"]["current"] = {"type": "boolean"}
    listed = _changed(parts["Article"], lambda name: "" if name in ("text", "current") else name)
    return parts | {"ListedArticle": listed, "Hit": _HIT, "Problem": _PROBLEM}


def _changed(schema: dict[str, Any], rename: Callable[[str], str]) -> dict[str, Any]:
    """An object's schema under other names; those that become empty are left out."""
    kept = {new: one for name, one in schema["properties"].items() if (new := rename(name))}
    needed = [new for name in schema.get("required", []) if (new := rename(name))]
    return {"type": "object", "title": schema["title"], "properties": kept, "required": needed}


def describe(app: FastAPI) -> None:
    """Let ``app`` publish the schemas of its replies and of its problem documents."""

    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _document(app)
        return app.openapi_schema

    app.openapi = document  # type: ignore[method-assign]


def _document(app: FastAPI) -> dict[str, Any]:
    found = get_openapi(
        title=app.title, version=app.version, description=app.description, routes=app.routes
    )
    found.setdefault("components", {}).setdefault("schemas", {}).update(records())
    for place, path in found["paths"].items():
        for operation in path.values():
            operation["responses"].pop("422", None)
            operation["responses"] |= {"200": _good(place)} | _problems()
    asked = found["paths"]["/v1/ask"]["post"]["responses"]["200"]
    asked["description"] = "The verified answer, or its events when ``stream`` is true"
    asked["content"]["text/event-stream"] = {"schema": _TEXT}
    return found


def _good(place: str) -> dict[str, Any]:
    content = {"application/json": {"schema": _REPLIES[place]}}
    return {"description": "As asked", "content": content}


def _problems() -> dict[str, Any]:
    content = {"application/problem+json": {"schema": _of("Problem")}}
    reasons = {
        "400": "not a request that can be read",
        "403": "a foreign host or origin",
        "404": "no such thing",
        "413": "the request is too large",
        "422": "a value that cannot be used",
        "500": "a fault of the server",
        "503": "no index, or not ready",
    }
    return {code: {"description": why, "content": content} for code, why in reasons.items()}
