"""A question and its evidence -> a draft by the first of several models that begins one."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

import prompts
from index.types import Speaker
from rag.candidates import Candidate
from rag.errors import ModelError, ModelUnavailable
from rag.extract import same, written
from rag.models import draft, llm, local, prose
from rag.models.usage import added
from rag.settings import Settings
from rag.types import DraftSentence, Evidence, Notice, Usage

NOTES = 6  # sentences that ``local`` chooses from


@dataclass(frozen=True, slots=True)
class Material:
    """What there is to write from: passages, and their sentences, both best first."""

    question: str
    evidence: Sequence[Evidence]
    ranked: Sequence[Candidate]
    speakers: Mapping[str, Speaker]


@dataclass(slots=True)
class Writer:
    """Writes one draft; ``usage``, ``model`` and ``notices`` are known once it has been read.

    ``models`` are asked in turn until one begins to reply: each has an equal share of the calls
    and of the time that are left. A reply that breaks off is not begun again by another model,
    because what held of it has been shown.
    """

    settings: Settings
    models: Sequence[str]
    gone: Callable[[], bool] = lambda: False
    model: str = ""
    complete: bool = False
    usage: Usage = field(default_factory=Usage)
    notices: list[Notice] = field(default_factory=list)

    def write(self, material: Material) -> Iterator[DraftSentence]:
        """The sentences as they come; raises ModelError when none of the models begins."""
        count = draft.token_counter()
        made, reply = self._begun(material, count)
        try:
            with contextlib.closing(reply.pieces()) as pieces:
                if self.model == local.NAME:
                    yield from _picked(made.chosen(pieces), material)
                else:
                    yield from made.arriving(pieces)
        finally:
            self.complete = reply.complete
            used = reply.usage
            if not used.prompt_tokens:  # a stream that breaks off does not say
                written = count(reply.text)
                used = replace(used, prompt_tokens=made.tokens, completion_tokens=written)
            self.usage = added(self.usage, llm.priced(used, self.model))

    def _begun(
        self, material: Material, count: draft.CountTokens
    ) -> tuple[draft.Prompt, llm.Reply]:
        deadline = time.monotonic() + self.settings.model_deadline
        failed: ModelError = ModelUnavailable("no model is named: set model")
        for at, model in enumerate(self.models):
            left = len(self.models) - at
            calls = max(1, (self.settings.model_tries - self.usage.calls) // left)
            begin_by = time.monotonic() + (deadline - time.monotonic()) / left
            patience = llm.Patience(calls, begin_by, deadline, self.gone)
            try:
                made = self._prompt(model, material, count)
                self.model = model
                return made, llm.complete(made.request, model, self.settings, patience)
            except ModelError as error:
                failed = error
                self.usage = replace(self.usage, calls=self.usage.calls + error.calls)
                if left > 1:
                    self.notices.append(Notice("model_failed", str(error)))
        raise failed

    def _prompt(self, model: str, material: Material, count: draft.CountTokens) -> draft.Prompt:
        settings = self.settings
        if model == local.NAME:
            notes = [_note(one, material) for one in _distinct(material)]
            return draft.short_prompt(material.question, notes, count)
        as_json = llm.structured(model, settings)
        return draft.prompt(material.question, material.evidence, settings, count, as_json=as_json)


def warm(settings: Settings) -> None:
    """Load the local model, where it answers first, and let it read the rules it keeps: the first
    question need not wait for that. A model that fails says so when it is asked."""
    if settings.model != local.NAME:
        return
    rules = {"role": "system", "content": prompts.load("system_short")}
    request = llm.Request((rules, {"role": "user", "content": "Ready?"}), prose.END)
    with contextlib.suppress(ModelError):
        llm.complete(request, local.NAME, settings).rest.close()


def _distinct(material: Material) -> list[Candidate]:
    """The best sentences, none that says the same as a better one."""
    kept: list[Candidate] = []
    for candidate in material.ranked:
        if len(kept) == NOTES:
            break
        if not any(same(candidate, other) for other in kept):
            kept.append(candidate)
    return kept


def _note(candidate: Candidate, material: Material) -> draft.Note:
    text = written(candidate, material.speakers, set()).text
    return draft.Note(candidate.evidence, candidate.start, text)


def _picked(chosen: Iterable[int], material: Material) -> Iterator[DraftSentence]:
    """The sentences that ``local`` chose, in its order and in the words of the articles."""
    shown, introduced = _distinct(material), set[str]()
    for at in chosen:
        yield written(shown[at], material.speakers, introduced)
