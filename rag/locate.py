"""A quotation + an article's text -> the place where the words really stand, or nothing.

``exact`` is the same code points. ``normalized`` forgives what typesetting changes: the shape of
quotation marks, apostrophes and dashes, runs of white space, composed accents, invisible
characters; the place found is the article's own. ``elided`` is a quotation with an ellipsis
whose parts stand in order, close together. Nothing else is a quotation.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from rag.types import Match

_SAME = {
    **dict.fromkeys("“”„‟«»″", '"'),
    **dict.fromkeys("‘’‚‛′´`", "'"),
    **dict.fromkeys("‐‑‒–—―−", "-"),
    "…": "...",
}
_INVISIBLE = {"\u00ad", "\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\u200e", "\u200f"}
_ELLIPSIS = re.compile(
    r"\s*(?:\[\s*(?:…|\.\s?\.\s?\.)\s*\]|\(\s*(?:…|\.\.\.)\s*\)|…|\.\s?\.\s?\.)\s*"
)
NEGATION = re.compile(
    r"\b(?:not?|never|none|nothing|nobody|nowhere|neither|nor|without|cannot|un(?:less|til|likely)"
    r"|hardly|barely|scarcely|refus\w+|den(?:y|ie[sd]|ying)|reject\w*)\b|n't\b",
    re.IGNORECASE,
)
ELISION_SPAN = 1200  # code points from the first to the last word of an elided quotation
_MARKS = "\"“”„‟«»'‘’‚‛ \t\n\u00a0"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a quotation stands: ``text[start:end]`` in code points, and how it matched."""

    start: int
    end: int
    match: Match


def bare(quotation: str) -> str:
    """The words of a quotation without its marks and the punctuation that closing adds."""
    inner = quotation.strip(_MARKS)
    return re.sub(r"[\s,.;:]+$", "", inner).rstrip(_MARKS)


def locate(quotation: str, text: str, start: int = 0, end: int | None = None) -> Place | None:
    """The first place of ``quotation`` within ``text[start:end]`` on whole words, or None.

    Marks around the quotation and a comma or full stop before the closing one do not count.
    """
    words = bare(quotation)
    end = len(text) if end is None else end
    if not any(character.isalnum() for character in words):
        return None
    for at in _occurrences(words, text, start, end):
        return Place(at, at + len(words), "exact")
    plain = Normalized.of(text, start, end)
    if found := plain.find(words):
        return Place(*found, "normalized")
    return _elided(words, plain)


@dataclass(frozen=True, slots=True)
class Normalized:
    """Text with typesetting evened out; ``origins[i]`` is where character i came from."""

    text: str
    origins: tuple[int, ...]
    stop: int

    @classmethod
    def of(cls, text: str, start: int, end: int) -> Normalized:
        """``text[start:end]`` evened out, with offsets into ``text``."""
        characters: list[str] = []
        origins: list[int] = []
        for at, form in _forms(text, start, end):
            if form == " " and (not characters or characters[-1] == " "):
                continue
            characters.extend(form)
            origins.extend([at] * len(form))
        return cls("".join(characters), tuple(origins), end)

    def find(self, words: str, after: int = 0) -> tuple[int, int] | None:
        """Original start and end of ``words`` on whole words, from normalized ``after`` on."""
        wanted = Normalized.of(words, 0, len(words)).text.strip()
        if not wanted:
            return None
        for at in _occurrences(wanted, self.text, after, len(self.text)):
            return self.original(at, at + len(wanted))
        return None

    def original(self, start: int, end: int) -> tuple[int, int]:
        """The original range that normalized ``start:end`` came from."""
        stop = self.origins[end] if end < len(self.origins) else self.stop
        return self.origins[start], stop


def _elided(words: str, plain: Normalized) -> Place | None:
    parts = [part for part in _ELLIPSIS.split(words) if part.strip(_MARKS)]
    if len(parts) < 2:
        return None
    wanted = [Normalized.of(part, 0, len(part)).text.strip() for part in parts]
    for first in _occurrences(wanted[0], plain.text, 0, len(plain.text)):
        at = first + len(wanted[0])
        for part in wanted[1:]:
            limit = min(len(plain.text), first + ELISION_SPAN)
            found = next(_occurrences(part, plain.text, at, limit), -1)
            if found < 0 or NEGATION.search(plain.text[at:found]):
                break  # leaving out a "not" is not shortening
            at = found + len(part)
        else:
            start, end = plain.original(first, at)
            return Place(start, end, "elided")
    return None


def _occurrences(words: str, text: str, start: int, end: int) -> Iterator[int]:
    """Places of ``words`` in ``text[start:end]`` that do not cut a word in two."""
    at = text.find(words, start, end)
    while at >= 0:
        before = at > 0 and text[at - 1].isalnum() and words[0].isalnum()
        stop = at + len(words)
        after = stop < len(text) and text[stop].isalnum() and words[-1].isalnum()
        if not before and not after:
            yield at
        at = text.find(words, at + 1, end)


def _forms(text: str, start: int, end: int) -> Iterator[tuple[int, str]]:
    """Each character (with its combining marks) as its origin and evened form."""
    at = start
    while at < end:
        stop = at + 1
        while stop < end and unicodedata.combining(text[stop]):
            stop += 1
        character = text[at:stop]
        if character in _INVISIBLE:
            at = stop
            continue
        if character.isspace():
            yield at, " "
        elif stop - at == 1 and character.isascii():
            yield at, character
        else:
            composed = unicodedata.normalize("NFC", character)
            yield at, _SAME.get(composed, composed)
        at = stop
