"""The Ask tab: question, filters, the conversation as it grows, stop, and what can be saved."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from index.errors import OnrecordError
from rag.desk import Desk
from ui import conversation as talk
from ui import export, kit, render
from ui.conversation import Conversation
from ui.kit import QUIET, day, place, save
from ui.welcome import Examples, greeting

SPEAKERS = 500  # names offered in a list; others can be typed

# Buttons inside our HTML ask through gradio's own event, so that they queue like typed ones.
_ASKING = """
element.addEventListener('click', (event) => {
  const button = event.target.closest('[data-ask]');
  if (button) trigger('ask', {question: button.dataset.ask});
});
"""


class Chat:
    """The Ask tab: its components, and what happens when they are used."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.examples = Examples(desk)
        self.held = kit.State(())
        self.past = place("past", script=_ASKING)
        self.now = place("now", script=_ASKING)
        with kit.Column(elem_id="composer"):
            with kit.Row(elem_id="asking"):
                self.question = kit.Textbox(
                    label="Your question",
                    placeholder="Who said what?",
                    lines=1,
                    max_lines=6,
                    max_length=desk.settings.question_limit,
                    autofocus=True,
                    container=False,
                    elem_id="question",
                    scale=8,
                )
                self.send = kit.Button("Ask", variant="primary", elem_id="send", scale=1)
                self.stop = kit.Button("Stop", elem_id="stop", scale=1, visible=False)
            self._options()
            with kit.Row(elem_id="keep"):
                self.fresh = kit.Button("New conversation", size="sm", elem_id="fresh")
                self.markdown = kit.Button("Save as Markdown", size="sm", elem_id="markdown")
                self.html = kit.Button("Save as HTML", size="sm", elem_id="html")
        self.saved = kit.Textbox(visible="hidden", label="saved text")
        self._listen()

    def _options(self) -> None:
        with kit.Accordion("Speaker, period, answerer", open=False, elem_id="options"), kit.Row():
            self.speaker = kit.Dropdown(
                [], label="Speaker", allow_custom_value=True, elem_id="speaker", value=None
            )
            self.since = day("From", "since")
            self.until = day("Until", "until")
            offered = self.desk.settings.offered()
            self.model = kit.Dropdown(
                list(offered), value=offered[0], label="Answerer", elem_id="model"
            )

    def _listen(self) -> None:
        given = [self.held, self.speaker, self.since, self.until, self.model]
        shown = [self.held, self.past, self.now, self.question, self.send, self.stop]
        typed = kit.on(
            [self.question.submit, self.send.click],
            self._typed,
            [self.question, *given],
            shown,
            **QUIET,
        )
        chosen = [part.ask(self._chosen, given, shown, **QUIET) for part in (self.past, self.now)]
        self.stop.click(self._stopped, [self.held], shown, cancels=[typed, *chosen], **QUIET)
        self.fresh.click(self._emptied, None, shown, cancels=[typed, *chosen], **QUIET)
        for button, make, name, kind in (
            (self.markdown, export.markdown, "onrecord.md", "text/markdown"),
            (self.html, export.page, "onrecord.html", "text/html"),
        ):
            made = button.click(
                lambda held, make=make: make(held) if held else "",
                [self.held],
                [self.saved],
                **QUIET,
            )
            made.then(None, [self.saved], js=save(name, kind), **QUIET)

    def greet(self) -> str:
        """What stands there before the first question."""
        return greeting(self.desk, self.examples.questions())

    def _chosen(self, event: kit.EventData, *given: Any) -> Iterator[tuple[Any, ...]]:
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
                kit.update(visible=False),
                kit.update(visible=True),
            )
        yield self._state(grown)

    def _stopped(self, held: Conversation) -> tuple[Any, ...]:
        return self._state(talk.stopped(held))

    def _emptied(self) -> tuple[Any, ...]:
        return self._state(())

    def _state(self, held: Conversation) -> tuple[Any, ...]:
        """All that is shown of ``held`` while nothing runs."""
        now = render.exchange(held[-1]) if held else self.greet()
        buttons = (kit.update(visible=True), kit.update(visible=False))
        return held, render.conversation(held[:-1]), now, kit.skip() if held else "", *buttons
