"""Text of an interview or a debate -> its turns: `WALLACE: Will he be there?`

A label before a colon is only taken for a speaker where the article gives it a first name
elsewhere, or the label has a given name itself, and where two labels come back: lists of venues,
prizes and ingredients look the same otherwise, and so does a line that somebody planted.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index import mentions
from index.attributions import Attribution
from index.mentions import Mention, surname

_WORD = r"[A-Z][\w’'-]+\.?"
_LABEL = re.compile(
    rf"^[ \t]*[\"“]?(?P<label>(?:{_WORD} ){{0,3}}{_WORD})(?:,? \([^()\n]{{1,60}}\))?:[ \t]+(?=\S)",
    re.MULTILINE,
)
_TURNS = 3  # labels that a text needs to be an interview


@dataclass(frozen=True, slots=True)
class _Label:
    """A label with the words after it up to the end of its line, in code points."""

    start: int
    end: int
    words: tuple[int, int]
    name: str


def attribute(text: str, found: Sequence[Mention]) -> list[Attribution]:
    """One attribution a turn, in text order; none where the text is no transcript."""
    labels = list(_labels(text, found))
    often = Counter(label.name.lower() for label in labels)
    back = {name for name, count in often.items() if count > 1}
    if len(labels) < _TURNS or len(back) < 2:
        return []
    return [
        Attribution(
            [label.words],
            source=(label.start, label.end),
            source_words=tuple((word, "NNP") for word in label.name.split()),
            sentence=(label.start, label.words[1]),
            kind="turn",
        )
        for label in labels
    ]


def merged(found: list[Attribution], turns: Sequence[Attribution]) -> list[Attribution]:
    """All attributions in text order; a turn stands for quotations nobody else is tied to."""
    places = [turn.content[0] for turn in turns]
    kept = [
        one
        for one in found
        if one.cue is not None
        or not any(
            start < right and left < end for start, end in one.content for left, right in places
        )
    ]
    return sorted([*kept, *turns], key=lambda one: (one.content[0], one.content[-1]))


def _labels(text: str, found: Sequence[Mention]) -> Iterator[_Label]:
    known = {surname(one.name) for one in found if " " in one.name}
    for match in _LABEL.finditer(text):
        name = match["label"].title() if match["label"].isupper() else match["label"]
        named = " " in name and bool(mentions.gender(name, ""))
        if not named and not (match["label"].isupper() and surname(name) in known):
            continue
        stop = text.find("\n", match.end())
        line = text[match.end() : stop if stop >= 0 else len(text)].rstrip()
        start, end = match.span("label")
        yield _Label(start, end, (match.end(), match.end() + len(line)), name)
