"""A question after others + a model -> the same question standing alone, if it holds.

``rag.question.followup`` does this without a model, and what it made stands wherever a model's
text does not hold or does not come in time.
"""

from __future__ import annotations

import json
import re
import secrets
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import prompts
from index.search.lexical import terms
from rag.desk import Desk
from rag.errors import ModelError
from rag.gate.citing import ADDRESSES_MACHINE
from rag.models import llm, local
from rag.settings import Settings
from rag.types import Filters, Query, Turn, Usage

SHARE = 0.25  # of a question's time that may be spent on this
_TURNS = 4  # latest ones shown
_SHOWN = 300  # characters of an earlier answer
_LONGEST = 400  # characters of a question that stands alone
_NEW = 1 / 3  # share of words that nobody has used before; more is another question
_NOT = re.compile(r"\b(?:not|never|no|nobody|nothing|without)\b|n['’]t\b", re.IGNORECASE)
_WORD = re.compile(r"\w+(?:['’.-]\w+)*")
_MARKUP = re.compile(r"[<>{}\[\]|\\\n]|https?:|``", re.IGNORECASE)
_SCHEMA = {
    "type": "object",
    "properties": {"question": {"type": "string"}},
    "required": ["question"],
    "additionalProperties": False,
}


@dataclass(frozen=True, slots=True)
class Rewritten:
    """What a model made of a question, empty where nothing that holds, and what that cost."""

    text: str
    usage: Usage


def in_full(
    desk: Desk,
    query: Query,
    history: Sequence[Turn],
    filters: Filters,
    model: str,
    gone: Callable[[], bool],
) -> tuple[Query, Usage]:
    """A follow-up as a model puts it, where that holds and names nobody unknown; else as it is."""
    found = rewritten(query.question, history, model, desk.settings, gone)
    if not found.text:
        return query, found.usage
    alone = desk.query(found.text, (), filters)
    if query.speaker_known and not alone.speaker_known:
        return query, found.usage
    return replace(alone, question=query.question, told=query.told), found.usage


def rewritten(
    question: str,
    history: Sequence[Turn],
    model: str,
    settings: Settings,
    gone: Callable[[], bool] = lambda: False,
) -> Rewritten:
    """``question`` standing alone after ``history``, in the words of ``model``; never raises for
    what a model does."""
    if model == local.NAME:
        return Rewritten("", Usage())  # reading a prompt of another kind takes it many seconds
    until = time.monotonic() + SHARE * settings.model_deadline
    request = _request(question, history, llm.structured(model, settings))
    try:
        reply = llm.complete(request, model, settings, llm.Patience(1, until, until, gone))
    except ModelError as error:
        return Rewritten("", Usage(calls=error.calls))
    for _ in reply.pieces():
        pass
    used = llm.priced(replace(reply.usage, calls=1), model)
    text = _question(reply.text)
    return Rewritten(text if holds(text, question, history) else "", used)


def holds(text: str, question: str, history: Sequence[Turn]) -> bool:
    """Whether ``text`` may stand for ``question``: no name and no figure that is not there or in
    ``history``, none of the question's own left out, hardly any new word, the same "not"."""
    if not 0 < len(text) <= _LONGEST or _MARKUP.search(text) or ADDRESSES_MACHINE.search(text):
        return False
    told = " ".join([question, *(f"{turn.question} {turn.answer}" for turn in history)])
    known, stems = _folded(told), set(terms(told))
    if not _telling(text) <= known or not _telling(question) <= _folded(text):
        return False
    if bool(_NOT.search(text)) != bool(_NOT.search(question)):
        return False
    own = set(terms(text))
    return bool(own) and len(own - stems) <= _NEW * len(own)


def _request(question: str, history: Sequence[Turn], by_schema: bool) -> llm.Request:
    label = secrets.token_hex(4)  # neither an article nor an answer can guess where it ends
    before = "\n".join(
        f"Asked: {' '.join(turn.question.split())}\n"
        f"Answered: {' '.join(turn.answer.split())[:_SHOWN]}"
        for turn in history[-_TURNS:]
    )
    text = prompts.render("rewrite", label=label, before=before, question=question)
    schema = _SCHEMA if by_schema else None
    return llm.Request(({"role": "user", "content": text},), schema=schema, as_json=True)


def _question(reply: str) -> str:
    """The question of a reply in JSON; empty where there is none."""
    try:
        found = json.loads(reply[reply.index("{") :])["question"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return ""
    return found.strip() if isinstance(found, str) else ""


def _telling(text: str) -> set[str]:
    """The words that stand for somebody, something or a number: capitals and digits."""
    words = _WORD.findall(text)
    first = [word for word in words[:1] if terms(word)]  # not the capital of "What"
    return {_plain(word) for word in (*first, *words[1:]) if not word.islower()}


def _folded(text: str) -> set[str]:
    return {_plain(word) for word in _WORD.findall(text)}


def _plain(word: str) -> str:
    return re.sub(r"['’]s?$", "", word).lower()
