"""The tabs beside the chat: checking a quotation, all that was said, all that is indexed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from index.build import Progress
from index.errors import OnrecordError
from rag.check import check
from rag.desk import Desk
from rag.wire import Said
from ui import conversation as talk
from ui import explore, kit, shelf, verdict
from ui.kit import QUIET, day, place, save
from ui.text import statements_csv

_TURNING = """
element.addEventListener('click', (event) => {
  const button = event.target.closest('[data-turn]');
  if (button) trigger('turn', {first: button.dataset.turn});
});
"""
_REMOVING = """
element.addEventListener('click', (event) => {
  const button = event.target.closest('[data-remove]');
  if (button) trigger('remove', {article: button.dataset.remove});
});
"""
_SHOWING = QUIET | {"show_progress": "minimal"}
_PROGRESS = kit.Progress()  # gradio finds it as the default of an argument
_ONE_AT_A_TIME: dict[str, Any] = {"concurrency_limit": 1, "concurrency_id": "writing"}


class Quotations:
    """A quotation and whose it is said to be -> whether the articles have it so."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        with kit.Row(elem_id="quoted", elem_classes="fields"):
            self.quotation = kit.Textbox(
                label="Quotation",
                lines=1,
                max_lines=8,
                max_length=desk.settings.question_limit,
                elem_id="quotation",
            )
            self.speaker = kit.Dropdown(
                [],
                value=None,
                label="Attributed to (optional)",
                allow_custom_value=True,
                elem_id="attributed",
            )
        with kit.Row(elem_classes="actions"):
            self.look = kit.Button("Check", variant="primary", elem_id="check")
        self.found = place("verdict", verdict.EMPTY)
        given = [self.quotation, self.speaker]
        kit.on(
            [self.look.click, self.quotation.submit],
            self._checked,
            given,
            [self.found],
            **_SHOWING,
        )

    def _checked(self, quotation: str | None, speaker: str | None) -> str:
        words = (quotation or "").strip()
        try:
            if words:  # of none, the check itself says it best
                self.desk.check_limits(words, ())
            return verdict.verdict(check(self.desk, words, (speaker or "").strip()))
        except OnrecordError as error:
            return shelf.refused(str(error))


class Statements:
    """Speaker, topic and period -> counts, a table and its CSV."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        with kit.Row(elem_classes="fields"):
            self.speaker = kit.Dropdown(
                [], value=None, label="Who spoke", allow_custom_value=True, elem_id="who"
            )
            self.about = kit.Textbox(label="About", max_length=200, elem_id="about")
            self.since = day("Said from", "said-since")
            self.until = day("Said until", "said-until")
        with kit.Row(elem_classes="actions"):
            self.show = kit.Button("Show statements", variant="primary", elem_id="show")
            self.csv = kit.Button("Save as CSV", elem_id="csv")
        self.found = place("statements", explore.UNASKED)
        self.table = place("said-table", script=_TURNING)
        self.listed = kit.Textbox(visible="hidden", label="what is listed")
        self.saved = kit.Textbox(visible="hidden", label="statements as CSV")
        given = [self.speaker, self.about, self.since, self.until]
        kit.on(
            [self.show.click, self.about.submit],
            self._shown,
            given,
            [self.found, self.table, self.listed],
            **_SHOWING,
        )
        self.table.turn(self._turned, [self.listed], [self.table], **QUIET)
        written = self.csv.click(self._written, given, [self.saved], **QUIET)
        written.then(None, [self.saved], js=save("statements.csv", "text/csv"), **QUIET)

    def _shown(self, *given: str | None) -> tuple[str, str, str]:
        try:
            rows = self._rows(*given)
        except OnrecordError as error:
            return shelf.refused(str(error)), "", ""
        return explore.statements_page(rows), explore.statements_table(rows), json.dumps(given)

    def _turned(self, event: kit.EventData, listed: str) -> str:
        """Another page of what is listed, whatever stands in the fields by now."""
        try:
            return explore.statements_table(self._rows(*json.loads(listed)), event.first)
        except OnrecordError as error:  # the speaker may be gone with an article
            return shelf.refused(str(error))

    def _written(self, *given: str | None) -> str:
        try:
            return statements_csv(self._rows(*given))
        except OnrecordError:
            return ""  # the table beside it says why

    def _rows(
        self, speaker: str | None, about: str | None, since: str | None, until: str | None
    ) -> list[Said]:
        wanted = talk.filters(speaker, since, until)
        return self.desk.statements(wanted.speaker, about or "", wanted.since, wanted.until)


class Corpus:
    """What is indexed; add by drag and drop, remove after asking again."""

    def __init__(self, desk: Desk, changed: Any) -> None:
        self.desk = desk
        self.files = kit.File(
            label="Add articles",
            file_count="multiple",
            file_types=list(shelf.FORMATS),
            elem_id="drop",
            height=120,
        )
        with kit.Row(elem_classes="actions"):
            self.folder = kit.UploadButton(
                "Add a folder", file_count="directory", elem_id="folder", size="sm"
            )
        place("refusal", '<p id="refused" role="status"></p>')
        self.report = place("report")
        self.pending = kit.Textbox(visible="hidden", label="article to remove")
        with kit.Row(visible=False, elem_id="confirm") as self.confirm:
            self.asked = place("asked")
            self.yes = kit.Button("Remove it", variant="stop", elem_id="yes")
            self.no = kit.Button("Keep it", elem_id="no")
        self.overview = place("overview")
        self.copies = place("copies")
        self.contains = kit.Textbox(label="Find an article", max_length=200, elem_id="contains")
        self.articles = place("articles", script=_REMOVING + _TURNING)
        self.first = kit.Textbox(visible="hidden", label="first article of the page")
        self._listen(changed)

    def _listen(self, changed: Any) -> None:
        listed = [self.articles, self.first]
        self.contains.submit(self._found, [self.contains], listed, **QUIET)
        self.articles.turn(self._turned, [self.contains], listed, **QUIET)
        adding = [
            chosen.upload(
                self._added,
                [chosen],
                [self.report, chosen],
                **(QUIET | {"show_progress": "full", "show_progress_on": [self.report]}),
                **_ONE_AT_A_TIME,
            )
            for chosen in (self.files, self.folder)
        ]
        asking = [self.pending, self.asked, self.confirm]
        self.articles.remove(self._asked, None, asking, **QUIET)
        self.no.click(self._kept, None, asking, **QUIET)
        removed = self.yes.click(
            self._removed, [self.pending], [self.report, *asking], **QUIET, **_ONE_AT_A_TIME
        )
        for done in (*adding, removed):
            self.show(done.then)
            changed(done)

    def show(self, event: Any) -> None:
        """After ``event``, show what is indexed; what takes longer comes last."""
        given = [self.contains, self.first]
        shown = event(self._shown, given, [self.overview, self.articles], **QUIET)
        shown.then(lambda: explore.reports_page(self.desk), None, [self.copies], **QUIET)

    def _shown(self, contains: str | None, first: str | None) -> tuple[str, str]:
        listed = explore.articles_page(self.desk, contains or "", first)
        return explore.corpus_page(self.desk), listed

    def _found(self, contains: str | None) -> tuple[str, str]:
        return explore.articles_page(self.desk, contains or ""), ""

    def _turned(self, event: kit.EventData, contains: str | None) -> tuple[str, str]:
        first = str(event.first)
        return explore.articles_page(self.desk, contains or "", first), first

    def _added(self, files: list[str] | None, progress: Any = _PROGRESS) -> tuple[str, None]:
        def listen(step: Progress) -> None:
            progress((step.files, step.total), desc="Indexing", unit="files")

        progress((0, len(files or ())), desc="Reading", unit="files")
        try:
            report = shelf.add(self.desk, [Path(one) for one in files or ()], listen)
        except OnrecordError as error:
            return shelf.refused(str(error)), None
        return shelf.told(report, self.desk), None

    def _asked(self, event: kit.EventData) -> tuple[str, str, Any]:
        found = self.desk.store.article(str(event.article))
        if found is None:
            return self._kept()
        return found.id, shelf.question(found.title or found.id), kit.update(visible=True)

    def _kept(self) -> tuple[str, str, Any]:
        return "", "", kit.update(visible=False)

    def _removed(self, pending: str) -> tuple[str, str, str, Any]:
        try:
            gone = shelf.remove(self.desk, pending)
            line = "Removed." if gone else "It was removed already."
            return f'<p class="told" role="status">{line}</p>', *self._kept()
        except OnrecordError as error:
            return shelf.refused(str(error)), *self._kept()
