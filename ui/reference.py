"""``/docs``: the API's own pages, from the installed package and not from another host."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from fastapi import FastAPI, Response
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.responses import FileResponse, HTMLResponse, JSONResponse
from swagger_ui_bundle import swagger_ui_path  # type: ignore[import-untyped]

_FOLDER = Path(str(swagger_ui_path))
_KINDS = {
    "swagger-ui-bundle.js": "text/javascript",
    "swagger-ui.css": "text/css",
    "favicon-32x32.png": "image/png",
}


def serve(app: FastAPI) -> None:
    """Add the pages to ``app``; addresses are relative, as the server may stand under a path."""

    @app.get("/docs", include_in_schema=False)
    def docs() -> HTMLResponse:
        return get_swagger_ui_html(
            openapi_url="docs/openapi.json",
            title=f"{app.title} API",
            swagger_js_url="docs/swagger-ui-bundle.js",
            swagger_css_url="docs/swagger-ui.css",
            swagger_favicon_url="docs/favicon-32x32.png",
            swagger_ui_parameters={"validatorUrl": None},
        )

    @app.get("/docs/openapi.json", include_in_schema=False)
    def described() -> JSONResponse:
        return JSONResponse({**older(app.openapi()), "openapi": "3.0.3"})

    @app.get("/docs/{name}", include_in_schema=False)
    def asset(name: str) -> Response:
        if name not in _KINDS:
            return Response(status_code=404)
        return FileResponse(_FOLDER / name, media_type=_KINDS[name])


def older(part: Any) -> Any:
    """A part of an OpenAPI 3.1 document as 3.0 says it: the packaged viewer reads no newer one."""
    if isinstance(part, list):
        return [older(one) for one in part]
    if not isinstance(part, dict):
        return part
    found = {name: older(value) for name, value in part.items()}
    if isinstance(found.get("anyOf"), list):
        kept = [one for one in found["anyOf"] if one != {"type": "null"}]
        if len(kept) < len(found["anyOf"]):
            found |= {"anyOf": kept, "nullable": True}
    if isinstance(found.get("const"), str):
        found["enum"] = [found.pop("const")]
    return found
