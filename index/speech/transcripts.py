"""Text of an interview or a debate -> its turns: `WALLACE: Will he be there?`

A label before a colon is only taken for a speaker where the article gives it a first name
elsewhere, or the label has a given name itself, and where two labels come back: lists of venues,
prizes and ingredients look the same otherwise, and so does a line that somebody planted. Who asks
is often named by a surname alone, so one unknown label may take turns with a known one.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index.speech import mentions
from index.speech.attributions import Attribution
from index.speech.mentions import Mention, surname

_WORD = r"[A-Z][\w’'-]+\.?"
_LABEL = re.compile(
    rf"^[ \t]*[\"“]?(?P<label>(?:{_WORD} ){{0,3}}{_WORD})(?:,? \([^()\n]{{1,60}}\))?:[ \t]+(?=\S)",
    re.MULTILINE,
)
_TURNS = 3  # labels that a text needs to be an interview
_ASKED = 3  # turns that somebody known by a surname alone must take


@dataclass(frozen=True, slots=True)
class _Label:
    """A label with the words after it up to the end of its line, in code points."""

    start: int
    end: int
    words: tuple[int, int]
    name: str


def attribute(text: str, found: Sequence[Mention]) -> list[Attribution]:
    """One attribution a turn, in text order; none where the text is no transcript."""
    labels = sorted(_labels(text, found), key=lambda one: one.start)
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
    unknown: dict[str, list[_Label]] = {}
    for match in _LABEL.finditer(text):
        name = match["label"].title() if match["label"].isupper() else match["label"]
        label = _label(text, match, name)
        shouted = match["label"].isupper()
        if (shouted and surname(name) in known) or (" " in name and mentions.gender(name, "")):
            yield label
        elif shouted:
            unknown.setdefault(name, []).append(label)
    if len(unknown) == 1:
        yield from (one for some in unknown.values() if len(some) >= _ASKED for one in some)


def _label(text: str, match: re.Match[str], name: str) -> _Label:
    stop = text.find("\n", match.end())
    line = text[match.end() : stop if stop >= 0 else len(text)].rstrip()
    start, end = match.span("label")
    return _Label(start, end, (match.end(), match.end() + len(line)), name)
