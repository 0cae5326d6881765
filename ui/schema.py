"""The records of an answer -> the OpenAPI document."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import TypeAdapter

from rag.types import Answer

_REFERENCE = "#/components/schemas/{model}"
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


def answer_schema() -> dict[str, Any]:
    """The JSON schema of an Answer with its parts under ``$defs``."""
    schema = TypeAdapter(Answer).json_schema(ref_template=_REFERENCE, mode="serialization")
    coverage = schema["$defs"]["Coverage"]
    renamed = {"since": "from", "until": "to"}  # as rag.wire writes them
    coverage["properties"] = {renamed.get(k, k): v for k, v in coverage["properties"].items()}
    coverage["required"] = [renamed.get(name, name) for name in coverage["required"]]
    return schema


def describe(app: FastAPI) -> None:
    """Let ``app`` publish the answer's schema and its problem documents."""

    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _document(app)
        return app.openapi_schema

    app.openapi = document  # type: ignore[method-assign]


def _document(app: FastAPI) -> dict[str, Any]:
    found = get_openapi(
        title=app.title, version=app.version, description=app.description, routes=app.routes
    )
    schema = answer_schema()
    parts = found.setdefault("components", {}).setdefault("schemas", {})
    parts |= schema.pop("$defs")
    parts["Answer"], parts["Problem"] = schema, _PROBLEM
    for path in found["paths"].values():
        for operation in path.values():
            operation["responses"].pop("422", None)
            operation["responses"] |= _problems()
    asked = found["paths"]["/v1/ask"]["post"]["responses"]
    asked["200"] = {
        "description": "The verified answer, or its events when ``stream`` is true",
        "content": {
            "application/json": {"schema": {"$ref": _REFERENCE.format(model="Answer")}},
            "text/event-stream": {"schema": {"type": "string"}},
        },
    }
    return found


def _problems() -> dict[str, Any]:
    content = {"application/problem+json": {"schema": {"$ref": _REFERENCE.format(model="Problem")}}}
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
