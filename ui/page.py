"""The page: a desk -> gradio Blocks, mounted at ``/``.

The conversation is `gr.HTML` filled by our own renderer and not `gr.Chatbot`: a Chatbot's
Markdown fetches remote images by itself, and cannot tie a marker to characters of an article.
"""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI

from rag.desk import Desk
from ui import files, kit, pane
from ui.chat import Chat
from ui.head import Head
from ui.kit import QUIET, place
from ui.saved import Saved
from ui.tabs import Corpus, Quotations, Statements
from ui.welcome import SPEAKERS, header

UPLOAD_LIMIT = "20mb"  # a file; what index.corpus reads of one article
SESSIONS = 16  # answers composed at once; each is a thread that mostly waits for its model
WAITING = 64  # sessions that may stand in line behind them


def mount(app: FastAPI, desk: Desk) -> FastAPI:
    """``app`` with the page at ``/``; routes added to ``app`` later are not reached."""
    files.serve(app, desk)
    app.add_middleware(Head, markup=files.HEAD)
    mounted: FastAPI = kit.mount_gradio_app(
        app,
        blocks(desk, Saved(desk.store)),
        path="/",
        theme=_theme(),
        footer_links=[],
        run_history=False,
        max_file_size=UPLOAD_LIMIT,
        show_error=False,
        ssr_mode=False,
        enable_monitoring=False,
        mcp_server=False,
        pwa=False,
    )
    return mounted


def blocks(desk: Desk, saved: Saved) -> Any:
    """The page over ``desk``; answers go to ``saved``."""
    with kit.Blocks(title="onrecord", analytics_enabled=False, fill_width=True) as page:
        top = place("top")
        with kit.Row(elem_id="desk", equal_height=False):
            with kit.Column(elem_id="left", scale=5), kit.Tabs(elem_id="tabs"):
                with kit.Tab("Ask", id="ask"):
                    chat = Chat(page, desk, saved)
                with kit.Tab("Check a quotation", id="check"):
                    checking = Quotations(desk)
                with kit.Tab("Statements", id="said", elem_classes="wide"):
                    said = Statements(desk)
                with kit.Tab("Corpus", id="corpus", elem_classes="wide") as shelf:
                    names = [chat.speaker, checking.speaker, said.speaker]

                    def refill(done: Any) -> None:
                        """Show the corpus as it is now wherever the page names it."""
                        done.then(lambda: header(desk), None, [top], **QUIET)
                        done.then(lambda: _speakers(desk, len(names)), None, names, **QUIET)

                    corpus = Corpus(desk, refill)
            with kit.Column(elem_id="right", scale=4):
                place("evidence", _frame())
        page.load(lambda: header(desk), None, [top], **QUIET)
        page.load(lambda: _speakers(desk, len(names)), None, names, **QUIET)
        corpus.show(shelf.select)
    page.queue(default_concurrency_limit=SESSIONS, max_size=WAITING, api_open=False)
    return page


def _speakers(desk: Desk, fields: int) -> list[Any]:
    """The same list of names for so many fields."""
    names = [one.name for one in desk.speakers(SPEAKERS)]
    return [kit.update(choices=names) for _ in range(fields)]


def _frame() -> str:
    """The reading pane with its bar; the page's script fills the inside."""
    return (
        '<aside aria-label="Article"><div class="bar">'
        '<div class="walk" hidden><button type="button" data-walk="-1">Previous</button>'
        '<span class="position"></span>'
        '<button type="button" data-walk="1">Next</button></div>'
        '<button type="button" class="close" data-close>Close</button></div>'
        f'<div class="shown">{pane.EMPTY}</div></aside>'
        '<div id="preview" role="tooltip" hidden><p class="words"></p><p class="where"></p></div>'
    )


def _theme() -> Any:
    """Gradio's base theme with fonts the reader's machine has: nothing is fetched."""
    sans = ["system-ui", "-apple-system", "Segoe UI", "Helvetica Neue", "Arial", "sans-serif"]
    return kit.themes.Base(font=sans, font_mono=["ui-monospace", "Menlo", "monospace"])
