"""The page: a desk -> gradio Blocks, mounted at ``/`` (gradio is imported here and in its tabs).

The conversation is `gr.HTML` filled by our own renderer and not `gr.Chatbot`: a Chatbot's
Markdown fetches remote images by itself, and cannot tie a marker to characters of an article.
"""

from __future__ import annotations

import os
from typing import Any

from fastapi import FastAPI

from rag.desk import Desk
from ui import files, pane
from ui.welcome import header

os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")  # read while gradio is imported

import gradio as gr

from ui.chat import SPEAKERS, Chat
from ui.kit import QUIET, place
from ui.tabs import Corpus, Statements

UPLOAD_LIMIT = "20mb"  # a file; what index.corpus reads of one article
SESSIONS = 16  # answers composed at once; each is a thread that mostly waits for its model
WAITING = 64  # sessions that may stand in line behind them


def mount(app: FastAPI, desk: Desk) -> FastAPI:
    """``app`` with the page at ``/``; routes added to ``app`` later are not reached."""
    files.serve(app, desk)
    mounted: FastAPI = gr.mount_gradio_app(
        app,
        blocks(desk),
        path="/",
        theme=_theme(),
        head=files.HEAD,
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


def blocks(desk: Desk) -> Any:
    """The page over ``desk``."""
    with gr.Blocks(title="onrecord", analytics_enabled=False, fill_width=True) as page:
        top = place("top")
        with gr.Row(elem_id="desk", equal_height=False):
            with gr.Column(elem_id="left", scale=5), gr.Tabs(elem_id="tabs"):
                with gr.Tab("Ask", id="ask"):
                    chat = Chat(desk)
                with gr.Tab("Statements", id="said", elem_classes="wide"):
                    said = Statements(desk)
                with gr.Tab("Corpus", id="corpus", elem_classes="wide") as shelf:
                    names = [chat.speaker, said.speaker]

                    def refill(done: Any) -> None:
                        """Show the corpus as it is now wherever the page names it."""
                        done.then(lambda: header(desk), None, [top], **QUIET)
                        done.then(lambda: _speakers(desk, len(names)), None, names, **QUIET)

                    corpus = Corpus(desk, refill)
            with gr.Column(elem_id="right", scale=4):
                place("evidence", _frame())
        page.load(lambda: header(desk), None, [top], **QUIET)
        page.load(chat.greet, None, [chat.now], **QUIET)
        page.load(lambda: _speakers(desk, len(names)), None, names, **QUIET)
        shelf.select(corpus.shown, [corpus.contains], [corpus.articles], **QUIET)
    page.queue(default_concurrency_limit=SESSIONS, max_size=WAITING, api_open=False)
    return page


def _speakers(desk: Desk, fields: int) -> list[Any]:
    """The same list of names for so many fields."""
    names = [one.name for one in desk.speakers()[:SPEAKERS]]
    return [gr.update(choices=names) for _ in range(fields)]


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
        '<div id="announcement" role="status" aria-live="polite"></div>'
    )


def _theme() -> Any:
    """Gradio's base theme with fonts the reader's machine has: nothing is fetched."""
    sans = ["system-ui", "-apple-system", "Segoe UI", "Helvetica Neue", "Arial", "sans-serif"]
    return gr.themes.Base(font=sans, font_mono=["ui-monospace", "Menlo", "monospace"])
