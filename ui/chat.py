"""The Ask tab: question, filters, the conversation as it grows, stop, and what can be saved."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial
from typing import Any

from index.errors import OnrecordError
from rag.desk import Desk
from rag.types import Filters
from ui import conversation as talk
from ui import export, kit, render
from ui.conversation import Conversation, Exchange
from ui.kit import QUIET, day, place, save
from ui.saved import Saved, keys
from ui.welcome import Examples, greeting

# Buttons inside our HTML ask through gradio's own event, so that they queue like typed ones.
_ASKING = """
element.addEventListener('click', (event) => {
  const button = event.target.closest('[data-ask]');
  if (button) trigger('ask', window.onrecord.again(button));
});
element.addEventListener('submit', (event) => {
  event.preventDefault();
  trigger('ask', window.onrecord.corrected(event.target));
});
"""
_FIELDS = ("key", "question", "speaker", "topic", "since", "until")  # of what a button sends
_HELD = "() => window.onrecord.held()"
_UNLESS_ASKED = "(brought, ...shown) => (shown[2] ? shown : JSON.parse(brought))"
_FRESH = "() => window.onrecord.fresh()"
_KEEP = "(keys) => window.onrecord.keep(keys)"


class Chat:
    """The Ask tab: its components, and what happens when they are used."""

    def __init__(self, page: Any, desk: Desk, saved: Saved) -> None:
        self.desk = desk
        self.saved = saved
        self.examples = Examples(desk)
        # The browser holds the keys of its conversation and nothing else holds them: gradio's
        # State would keep a connection of every open tab, and browsers allow six to a host.
        self.held = kit.Textbox(visible="hidden", label="this conversation", elem_id="held")
        self.brought = kit.Textbox(visible="hidden", label="what the page opens with")
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
        self.written = kit.Textbox(visible="hidden", label="saved text")
        self._listen(page)

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

    def _listen(self, page: Any) -> None:
        given = [self.held, self.speaker, self.since, self.until, self.model]
        shown = [self.held, self.past, self.now, self.question, self.send, self.stop]
        # What the browser holds, or the answer that its address names. It takes a moment, and who
        # asks before it is there must not lose the answer to it: the browser alone knows by then.
        opened = page.load(self._opened, [self.held], [self.brought], js=_HELD, **QUIET)
        opened.then(None, [self.brought, *shown[:3]], shown[:3], js=_UNLESS_ASKED, **QUIET)
        typed = kit.on(
            [self.question.submit, self.send.click],
            self._typed,
            [self.question, *given],
            shown,
            **QUIET,
        )
        chosen = [part.ask(self._chosen, given, shown, **QUIET) for part in (self.past, self.now)]
        self.stop.click(self._stopped, [self.held], shown, cancels=[typed, *chosen], **QUIET)
        # Emptied at once, in the browser: whoever types on must not lose the first letters.
        emptied = self.fresh.click(
            None, None, shown[:3], js=_FRESH, cancels=[typed, *chosen], **QUIET
        )
        greeted = emptied.then(self._emptied, None, [self.brought, self.send, self.stop], **QUIET)
        greeted.then(None, [self.brought, *shown[:3]], shown[:3], js=_UNLESS_ASKED, **QUIET)
        self.held.change(None, [self.held], js=_KEEP)
        for button, make, name, kind in (
            (self.markdown, export.markdown, "onrecord.md", "text/markdown"),
            (self.html, export.page, "onrecord.html", "text/html"),
        ):
            made = button.click(partial(self._made, make), [self.held], [self.written], **QUIET)
            made.then(None, [self.written], js=save(name, kind), **QUIET)

    def _opened(self, held: str | None) -> str:
        """Keys, earlier exchanges and the last one or a greeting, as one JSON list."""
        found = tuple(talk.stopped(one) for one in self.saved.conversation(held or ""))
        now = render.exchange(found[-1]) if found else self.greet()
        if held and not found:
            now = render.GONE + now
        return json.dumps([keys(found), render.conversation(found[:-1]), now])

    def _made(self, make: Callable[[Conversation], str], held: str | None) -> str:
        found = self.saved.conversation(held or "")
        return make(found) if found else ""

    def greet(self) -> str:
        """What stands there before the first question."""
        return greeting(self.desk, self.examples.questions())

    def _chosen(self, event: kit.EventData, *given: Any) -> Iterator[tuple[Any, ...]]:
        """A question from a button: an example, one asked again, or one put right."""
        held, speaker, since, until, model = given
        fields = {name: str(getattr(event, name, "")) for name in _FIELDS}
        changed = tuple(map(str, getattr(event, "changed", ())))
        before = self.saved.get(fields["key"])

        def wanted() -> Filters:
            asked = before.filters if before else talk.filters(speaker, since, until)
            return talk.corrected(asked, fields, changed)

        yield from self._asked(fields["question"], held, wanted, model, alone=bool(changed))

    def _typed(
        self,
        question: str,
        held: str | None,
        speaker: str | None,
        since: str | None,
        until: str | None,
        model: str | None,
    ) -> Iterator[tuple[Any, ...]]:
        wanted = partial(talk.filters, speaker, since, until)
        yield from self._asked(question, held, wanted, model)

    def _asked(
        self,
        question: str,
        held: str | None,
        wanted: Callable[[], Filters],
        model: str | None,
        alone: bool = False,
    ) -> Iterator[tuple[Any, ...]]:
        """The page after each step of an answer; the question's field is emptied at once.

        A question put right stands ``alone``: in the words it was understood in, it is no
        follow-up any more.
        """
        earlier = self.saved.conversation(held or "")
        if not question.strip():
            yield self._state(earlier)
            return
        one = Exchange(question)
        past: Any = render.conversation(earlier)
        field: Any = kit.skip() if alone else ""
        held = keys(earlier)
        try:
            filters = wanted()
            before = () if alone else earlier
            if alone:
                self.desk.check_limits(question, ())
                question = self.desk.query(question, (), filters).standalone
            for step in talk.ask(self.desk, before, question, filters, model or ""):
                one = self.saved.keep(step)
                shown = render.exchange(one)
                yield f"{held} {one.key}", past, shown, field, *self._buttons(one.running)
                past = field = kit.skip()  # the next question may be in the field by now
        except OnrecordError as error:
            one = self.saved.keep(replace(one, error=str(error)))
            yield self._state((*earlier, one))
        finally:  # also when it was stopped, or the browser went away
            if one.running and one.given:
                self.saved.keep(talk.stopped(one))

    def _stopped(self, held: str | None) -> tuple[Any, ...]:
        *earlier, last = self.saved.conversation(held or "") or (None,)
        if last is None:
            return self._state(())
        return self._state((*earlier, self.saved.keep(talk.stopped(last))))

    def _emptied(self) -> tuple[Any, ...]:
        return json.dumps(["", "", self.greet()]), *self._buttons(False)

    def _state(self, held: Conversation) -> tuple[Any, ...]:
        """All that is shown of ``held`` while nothing runs."""
        now = render.exchange(held[-1]) if held else self.greet()
        field = kit.skip() if held else ""
        return keys(held), render.conversation(held[:-1]), now, field, *self._buttons(False)

    def _buttons(self, running: bool) -> tuple[Any, Any]:
        """Ask while nothing runs, else Stop."""
        return kit.update(visible=not running), kit.update(visible=running)
