"""A claim that holds + a second opinion -> the same, marked as weak, or left out.

A judge comes after the gate and never instead of it: what the gate refused is gone before a judge
is asked, and whatever a judge says, it can only take away. It sees what lexical checks cannot
(docs/verification.md): the right words put together wrongly.
"""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import lru_cache
from pathlib import Path

import prompts
from index.errors import OnrecordError
from index.search.original import entailment
from rag.errors import ModelError, ModelUnavailable
from rag.gate.citing import words
from rag.gate.verify import Held
from rag.models import llm
from rag.models.usage import added
from rag.settings import Settings
from rag.types import Notice, Usage

LEAST = 0.5  # below this probability a claim is left out
SURE = 0.75  # below this one it is marked as weak
CROSS_ENCODER = "cross-encoder/"

_VERDICTS = {"supported": 1.0, "partly": 0.6, "not": 0.0}
_SCHEMA = {
    "type": "object",
    "properties": {"verdict": {"type": "string", "enum": list(_VERDICTS)}},
    "required": ["verdict"],
    "additionalProperties": False,
}

Entails = Callable[[str, str], float]  # source and claim: the probability that one says the other


@dataclass(slots=True)
class Judge:
    """Weighs the claims of one answer; a judge that fails is heard no more, and said to fail.

    ``name`` is a litellm model, ``local``, or a cross-encoder: a folder, or a name that begins
    with "cross-encoder/".
    """

    name: str
    settings: Settings
    deadline: float  # monotonic seconds
    gone: Callable[[], bool] = lambda: False
    usage: Usage = field(default_factory=Usage)
    warnings: list[Notice] = field(default_factory=list)
    _failed: bool = False

    def weigh(self, held: Held) -> Held | None:
        """``held`` as it may be shown, or None; a warning says what was done."""
        if self._failed:
            return held
        source = " ".join(words(one) for one in held.cited)
        try:
            likely = self.likely(source, held.text)
        except OnrecordError as error:
            self._failed = True
            self._warn("judge_failed", f"Nobody gave a second opinion: {error}")
            return held
        if likely < LEAST:
            self._warn("judge_removed", "A sentence was left out, its source does not say it")
            return None
        if likely < SURE:
            self._warn("judge_doubts", "A sentence is marked as weak, its source says part of it")
            return replace(held, support="weak")
        return held

    def likely(self, source: str, claim: str) -> float:
        """How likely ``source`` says what ``claim`` does, 0 to 1.

        Raises ModelError or EmbedderUnavailable when the judge gives no verdict.
        """
        if self.name.startswith(CROSS_ENCODER) or Path(self.name).is_dir():
            return _cross_encoder(self.name)(source, claim)
        return self._model(source, claim)

    def _model(self, source: str, claim: str) -> float:
        """What a language model says; raises ModelError when it says nothing of use."""
        label = secrets.token_hex(4)  # neither an article nor a claim can guess where it ends
        text = prompts.render("judge", label=label, source=source, claim=claim)
        schema = _SCHEMA if llm.structured(self.name, self.settings) else None
        request = llm.Request(({"role": "user", "content": text},), schema=schema, as_json=True)
        patience = llm.Patience(1, self.deadline, self.deadline, self.gone)
        try:
            reply = llm.complete(request, self.name, self.settings, patience)
        except ModelError as error:
            self.usage = replace(self.usage, calls=self.usage.calls + error.calls)
            raise
        for _ in reply.pieces():
            pass
        self.usage = added(self.usage, llm.priced(reply.usage, self.name))
        try:
            return _VERDICTS[json.loads(reply.text[reply.text.index("{") :])["verdict"]]
        except (ValueError, KeyError, TypeError, RecursionError):
            raise ModelUnavailable(f"{self.name} gave no verdict: name another judge") from None

    def _warn(self, code: str, detail: str) -> None:
        self.warnings.append(Notice(code, f"{detail}."))


def judge_of(settings: Settings, gone: Callable[[], bool]) -> Judge | None:
    """The judge that the settings name, for one question from now."""
    if not settings.judge:
        return None
    return Judge(settings.judge, settings, time.monotonic() + settings.model_deadline, gone)


@lru_cache(maxsize=2)
def _cross_encoder(name: str) -> Entails:
    return entailment(name)
