"""The chat page (only module importing gradio): a desk -> Blocks, mounted at ``/``.

The conversation is `gr.HTML` filled by our own renderer and not `gr.Chatbot`: a Chatbot's
Markdown fetches remote images by itself, and cannot tie a marker to characters of an article.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI

from index.errors import OnrecordError
from rag.desk import Desk
from rag.extract import NAME as EXTRACTIVE
from ui import export, files, pane, render
from ui import conversation as talk
from ui.conversation import Conversation
from ui.welcome import Examples, greeting, header

os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")  # read while gradio is imported

import gradio as gr  # noqa: E402

UPLOAD_LIMIT = "20mb"  # a file; what index.corpus reads of one article
SESSIONS = 16  # answers composed at once; each is a thread that mostly waits for its model
WAITING = 64  # sessions that may stand in line behind them
SPEAKERS = 500  # names offered in a list; others can be typed

# Buttons inside our HTML ask through gradio's own event, so that they queue like typed ones.
_ASKING = """
element.addEventListener('click', (event) => {
  const button = event.target.closest('[data-ask]');
  if (button) trigger('ask', {question: button.dataset.ask});
});
"""
_SAVE = "(text) => window.onrecord.save('{name}', '{type}', text)"
_QUIET = {"api_visibility": "private", "show_progress": "hidden"}


def mount(app: FastAPI, desk: Desk) -> FastAPI:
    """``app`` with the page at ``/``; routes added to ``app`` later are not reached."""
    files.serve(app, desk)
    return gr.mount_gradio_app(
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


def blocks(desk: Desk) -> Any:
    """The page over ``desk``."""
    with gr.Blocks(title="onrecord", analytics_enabled=False, fill_width=True) as page:
        top = _html("top")
        with gr.Row(elem_id="desk", equal_height=False):
            with gr.Column(elem_id="left", scale=5), gr.Tabs(elem_id="tabs"):
                with gr.Tab("Ask", id="ask"):
                    chat = _Chat(desk)
            with gr.Column(elem_id="right", scale=4):
                _html("evidence", _frame())
        page.load(lambda: header(desk), outputs=[top], **_QUIET)
        chat.start(page)
    page.queue(
        default_concurrency_limit=SESSIONS, max_size=WAITING, api_open=False
    )
    return page


class _Chat:
    """The Ask tab: its components, and what happens when they are used."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.examples = Examples(desk)
        self.held = gr.State(())
        self.past = _html("past", script=_ASKING)
        self.now = _html("now", script=_ASKING)
        with gr.Column(elem_id="composer"):
            with gr.Row(elem_id="asking"):
                self.question = gr.Textbox(
                    label="Your question",
                    placeholder="Ask what somebody said, or what happened",
                    lines=1,
                    max_lines=6,
                    max_length=desk.settings.question_limit,
                    autofocus=True,
                    container=False,
                    elem_id="question",
                    scale=8,
                )
                self.send = gr.Button("Ask", variant="primary", elem_id="send", scale=1)
                self.stop = gr.Button("Stop", elem_id="stop", scale=1, visible=False)
            self._options()
            with gr.Row(elem_id="keep"):
                self.fresh = gr.Button("New conversation", size="sm", elem_id="fresh")
                self.markdown = gr.Button("Save as Markdown", size="sm", elem_id="markdown")
                self.html = gr.Button("Save as HTML", size="sm", elem_id="html")
        self.saved = gr.Textbox(visible="hidden", label="saved text")
        self._listen()

    def _options(self) -> None:
        with gr.Accordion("Speaker, period, answerer", open=False, elem_id="options"), gr.Row():
            self.speaker = gr.Dropdown(
                [], label="Speaker", allow_custom_value=True, elem_id="speaker", value=None
            )
            self.since = gr.DateTime(
                label="From", include_time=False, type="string", elem_id="since"
            )
            self.until = gr.DateTime(
                label="Until", include_time=False, type="string", elem_id="until"
            )
            own = self.desk.settings.model
            self.model = gr.Dropdown(
                list(dict.fromkeys((EXTRACTIVE, own))),
                value=own,
                label="Answerer",
                allow_custom_value=True,
                elem_id="model",
            )

    def _listen(self) -> None:
        given = [self.held, self.speaker, self.since, self.until, self.model]
        shown = [self.held, self.past, self.now, self.question, self.send, self.stop]
        typed = gr.on(
            [self.question.submit, self.send.click],
            self._typed,
            [self.question, *given],
            shown,
            **_QUIET,
        )
        chosen = [
            place.ask(self._chosen, given, shown, **_QUIET) for place in (self.past, self.now)
        ]
        self.stop.click(
            self._stopped, [self.held], shown, cancels=[typed, *chosen], **_QUIET
        )
        self.fresh.click(
            self._emptied, None, shown, cancels=[typed, *chosen], **_QUIET
        )
        for button, make, name, kind in (
            (self.markdown, export.markdown, "onrecord.md", "text/markdown"),
            (self.html, export.page, "onrecord.html", "text/html"),
        ):
            save = _SAVE.format(name=name, type=kind)
            button.click(
                lambda held, make=make: make(held) if held else "",
                [self.held],
                [self.saved],
                **_QUIET,
            ).then(None, [self.saved], js=save, **_QUIET)

    def start(self, page: Any) -> None:
        """Fill what depends on the corpus whenever the page is opened."""
        page.load(self._opened, None, [self.now, self.speaker], **_QUIET)

    def _opened(self) -> tuple[str, Any]:
        names = [one.name for one in self.desk.speakers()[:SPEAKERS]]
        return greeting(self.desk, self.examples.questions()), gr.update(choices=names)

    def _chosen(self, event: gr.EventData, *given: Any) -> Iterator[tuple[Any, ...]]:
        yield from self._typed(str(event.question), *given)

    def _typed(
        self,
        question: str,
        held: Conversation,
        speaker: str | None,
        since: str | None,
        until: str | None,
        model: str | None,
    ) -> Iterator[tuple[Any, ...]]:
        """The page after each step of an answer; the question's field is emptied at once."""
        if not question.strip():
            yield self._state(held)
            return
        past = render.conversation(held)
        try:
            filters = talk.filters(speaker, since, until)
        except OnrecordError as error:
            yield self._state((*held, talk.Exchange(question, error=str(error))))
            return
        grown = held
        for grown in talk.ask(self.desk, held, question, filters, model or ""):
            yield (
                grown,
                past,
                render.exchange(grown[-1]),
                "",
                gr.update(visible=False),
                gr.update(visible=True),
            )
        yield self._state(grown)

    def _stopped(self, held: Conversation) -> tuple[Any, ...]:
        return self._state(talk.stopped(held))

    def _emptied(self) -> tuple[Any, ...]:
        return self._state(())

    def _state(self, held: Conversation) -> tuple[Any, ...]:
        """All that is shown of ``held`` while nothing runs."""
        now = (
            render.exchange(held[-1])
            if held
            else greeting(self.desk, self.examples.questions())
        )
        buttons = (gr.update(visible=True), gr.update(visible=False))
        return held, render.conversation(held[:-1]), now, gr.skip() if held else "", *buttons


def _html(name: str, value: str = "", script: str | None = None) -> Any:
    """A place for our own HTML, without gradio's style and default script."""
    return gr.HTML(value, elem_id=name, js_on_load=script, apply_default_css=False)


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
