"""The page's own routes: its style, its script, and articles as they are read in the pane."""

from __future__ import annotations

import hashlib
from importlib import resources

from fastapi import FastAPI, Response
from fastapi.responses import HTMLResponse

from rag.desk import Desk
from ui import explore, pane

NEWEST = 8  # articles listed while none is open
_KINDS = {"page.css": "text/css", "page.js": "text/javascript"}
_FILES = {name: resources.files("ui").joinpath(f"assets/{name}").read_bytes() for name in _KINDS}
_MARK = hashlib.sha256(b"".join(_FILES.values())).hexdigest()[:12]  # a new version, a new address
# Relative addresses: behind a proxy the page may stand under a path.
HEAD = (
    f'<link rel="stylesheet" href="page/page.css?{_MARK}">'
    f'<script src="page/page.js?{_MARK}"></script>'
    '<meta name="color-scheme" content="light dark">'
)


def serve(app: FastAPI, desk: Desk) -> None:
    """Add the routes to ``app``; they are not part of the API and not in its schema."""

    @app.get("/page/article", include_in_schema=False)
    def article(article: str, revision: str, start: int = 0, end: int = 0) -> HTMLResponse:
        found = desk.store.article(article, revision)
        if found is None:
            return HTMLResponse(pane.MISSING, status_code=404)
        current = desk.store.is_current(article, revision)
        return HTMLResponse(pane.article(found, current, start, end))

    @app.get("/page/newest", include_in_schema=False)
    def newest() -> HTMLResponse:
        return HTMLResponse(pane.EMPTY + explore.newest(desk, NEWEST))

    @app.get("/page/{name}", include_in_schema=False)
    def asset(name: str) -> Response:
        if name not in _FILES:
            return Response(status_code=404)
        cached = {"cache-control": "public, max-age=31536000, immutable"}
        return Response(_FILES[name], media_type=_KINDS[name], headers=cached)
