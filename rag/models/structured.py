"""A reply in JSON -> its sentences as each is closed; the schema that such a reply must fit.

The schema lets a model choose among the labels of what it was shown and nothing else, and makes
it choose before it writes. Prose with labels in brackets (``rag.models.draft``) gives the same
records.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from rag.models import prose
from rag.types import DraftSentence

MOST = 40  # sentences read of one reply

_BEGIN = re.compile(r"\s*(?:```(?:json)?\s*)?\{\s*\"sentences\"\s*:\s*\[\s*")
_BETWEEN = " \t\r\n,"


def schema(labels: Sequence[str], most: int = 0) -> dict[str, Any]:
    """A JSON schema in the subset that providers' strict modes share.

    ``most`` limits the number of sentences, where the provider is known to heed it; 0 does not.
    """
    sentence = {
        "type": "object",
        "properties": {
            "label": {"type": "string", "enum": list(labels)},
            "text": {"type": "string"},
        },
        "required": ["label", "text"],
        "additionalProperties": False,
    }
    limit = {"maxItems": most} if most else {}
    return {
        "type": "object",
        "properties": {"sentences": {"type": "array", "items": sentence, **limit}},
        "required": ["sentences"],
        "additionalProperties": False,
    }


def arriving(pieces: Iterable[str], labels: Mapping[str, int]) -> Iterator[DraftSentence]:
    """The sentences of a reply that fits ``schema``, each as soon as its object is closed.

    What does not fit ends the reading: nothing is guessed from malformed JSON.
    """
    waiting, begun, given = "", False, 0
    for piece in pieces:
        waiting += piece
        if not begun:
            if opening := _BEGIN.match(waiting):
                waiting, begun = waiting[opening.end() :], True
            elif len(waiting) > 200:
                return
        while begun and "}" in waiting and given < MOST:
            waiting = waiting.lstrip(_BETWEEN)
            try:
                found, end = _DECODER.raw_decode(waiting)
            except ValueError:
                break  # not closed yet, or never will be
            except RecursionError:
                return
            waiting = waiting[end:]
            given += 1
            yield from _sentences(found, labels)


def choice(labels: Sequence[str], most: int) -> dict[str, Any]:
    """A JSON schema by which a model chooses at most so many ``labels`` and writes nothing."""
    chosen = {"type": "array", "items": {"type": "string", "enum": list(labels)}, "maxItems": most}
    return {
        "type": "object",
        "properties": {"labels": chosen},
        "required": ["labels"],
        "additionalProperties": False,
    }


def chosen(pieces: Iterable[str], labels: Mapping[str, int]) -> Iterator[int]:
    """What the labels of a reply that fits ``choice`` stand for, each once and as soon as its
    string is closed; unknown ones are passed over."""
    text, seen, at = "", set(), 0
    for piece in pieces:
        text += piece
        for found in _LABEL.finditer(text, at):
            at = found.end()
            known = labels.get(found[1])
            if known is not None and known not in seen:
                seen.add(known)
                yield known


_LABEL = re.compile(r"\"(\w{1,20})\"(?=\s*[,\]])")
_DECODER = json.JSONDecoder()


def _sentences(found: Any, labels: Mapping[str, int]) -> Iterator[DraftSentence]:
    """The records of one object; none for what has no text. An unknown label becomes rank 0."""
    if not isinstance(found, dict) or not isinstance(found.get("text"), str):
        return
    text = found["text"].encode(errors="replace").decode()  # half a surrogate pair is no text
    label = found.get("label")
    known = labels.get(label.strip().lower(), 0) if isinstance(label, str) else 0
    for one in prose.parse(text, labels):
        yield DraftSentence(one.text, (known,))
