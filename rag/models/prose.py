"""A reply in prose whose sentences end with their labels -> those sentences."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator, Mapping

from rag.gate import marks
from rag.types import DraftSentence

NO_ANSWER = "NO ANSWER"
END = "END OF ANSWER"
_CITE = re.compile(r"\[\s*\^?([^\[\]]{1,60}?)\s*\]")
_CLOSE = r"[\"”'’»)]*"
_GROUP = r"(?:\[[^\[\]]{1,60}\]\s*)+"
_MOVED = re.compile(rf"([.!?…]+{_CLOSE})\s*({_GROUP})")
# Where a sentence with its label is over: what stands before can be checked and shown.
_FINISHED = re.compile(
    rf"(?:\[[^\[\]]{{1,60}}\]\s*{_CLOSE}[.!?…]+{_CLOSE}|[.!?…]+{_CLOSE}\s*{_GROUP})"
    r"(?=\s+[\"“„«'‘(]?[^\W_])"
)
_BEHIND = re.compile(r"(?:\s*\[[^\[\]]{0,60}\])+(?=[.!?…]*$)")  # "[source]": a marker of nothing
_REFUSAL = re.compile(rf"^\W*{NO_ANSWER}\W*$", re.MULTILINE)
_LINK = re.compile(r"!?\[([^\[\]]*)\]\([^()]*\)|^\s*\[[^\[\]]+\]:\s.*$", re.MULTILINE)
_DOUBLED = re.compile(r"\[\s*\[([^\[\]]*)\]\s*\]")
_NOTE = re.compile(
    r"\[\^\w{1,8}\]|\[\s*\]|\^\{?\d{1,3}\}?|(?<![kcm]m)(?<!\bm)[¹²³⁰⁴-⁹]+"
    r"|(?<=[\w.\"”])\s*\(\d{1,2}\)(?=\W|$)"
)  # footnotes; square metres stay


def arriving(pieces: Iterable[str], labels: Mapping[str, int]) -> Iterator[DraftSentence]:
    """The sentences of a reply as soon as each is whole, from text that comes in pieces.

    A sentence counts as whole when its label is there and the next one has begun. Nothing more
    comes once the model says that the passages hold no answer.
    """
    waiting = ""
    for piece in pieces:
        waiting += piece
        # What was looked at before is not looked at again, but for a label that was cut in two.
        recent = max(0, len(waiting) - len(piece) - 200)
        ends = [found.end() for found in _FINISHED.finditer(waiting, recent)]
        if ends:
            yield from parse(waiting[: ends[-1]], labels)
            waiting = waiting[ends[-1] :]
    yield from parse(waiting, labels)


def parse(reply: str, labels: Mapping[str, int]) -> Iterator[DraftSentence]:
    """The sentences of a reply with the evidence ranks they cite; unknown labels become 0."""
    text = _MOVED.sub(_before_stop, marks.evened(_plain(_REFUSAL.sub("", reply))))
    for sentence in marks.sentences(text):
        cited = [
            name
            for group in _CITE.findall(sentence)
            if _is_cite(group, labels)
            for name in re.findall(r"\w+", group)
        ]
        ranks = tuple(labels.get(label.lower(), 0) for label in cited)
        words = _CITE.sub(lambda m: "" if _is_cite(m[1], labels) else m[0], sentence)
        words = _BEHIND.sub("", re.sub(r"\s+([.,;:!?…])", r"\1", words).strip())
        if any(character.isalnum() for character in words):
            yield DraftSentence(words, ranks)


def _plain(reply: str) -> str:
    """``reply`` without the marks of Markdown and HTML; links and images lose their target."""
    text = html.unescape(reply)
    text = re.sub(r"<!--.*?(?:-->|$)|</?[a-zA-Z!?][^<>]*>", " ", text, flags=re.DOTALL)
    text = re.sub(r"^\s*(?:[-*•]|\d{1,2}[.)])\s+|^#+\s*|^>\s*", "", text, flags=re.MULTILINE)
    text = _DOUBLED.sub(r"[\1]", _NOTE.sub("", _LINK.sub(r"\1", text)))
    text = text.replace("``", "“").replace("''", "”")  # as TeX and old wires write them
    return re.sub(r"[*_`]{1,3}(?=\S)|(?<=\S)[*_`]{1,3}", "", text)


def _before_stop(match: re.Match[str]) -> str:
    """Markers behind a full stop go before it, to stay with their sentence."""
    return f" {match[2].strip()}{match[1]} "


def _is_cite(inside: str, labels: Mapping[str, int]) -> bool:
    """Whether brackets hold labels or numbers rather than an editor's insertion."""
    words = re.findall(r"\w+", inside)
    numbered = all(any(c.isdigit() for c in word) for word in words)
    return numbered or any(word.lower() in labels for word in words)
