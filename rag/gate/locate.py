"""A quotation + an article's text -> the place where the words really stand, or nothing.

``exact`` is the same code points. ``normalized`` forgives what typesetting changes: the shape of
quotation marks, apostrophes and dashes, runs of white space, composed accents, invisible
characters; the place found is the article's own. ``elided`` is a quotation with an ellipsis
whose parts stand in order, close together. Nothing else is a quotation, and none cuts a word:
"can" does not stand in "can't", nor "lethal" in "non-lethal", nor "5" in "1.5".
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

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
_NO_LETTERS = re.compile(r"[\W_]+")
NEGATION = re.compile(
    r"\b(?:not?|never|none|nothing|nobody|nowhere|neither|nor|without|cannot|un(?:less|til|likely)"
    r"|hardly|barely|scarcely|refus\w+|den(?:y|ie[sd]|ying)|reject\w*)\b|n't\b",
    re.IGNORECASE,
)
ELISION_GAP = 400  # code points that an ellipsis may stand for
ELISION_WORDS = 3  # words each part must have: single words picked out can be made to say anything
ELISIONS = 2  # ellipses in one quotation
_APOSTROPHES, _HYPHENS = "'’‘ʼ", "-\u2010\u2011"
_MARKS = "\"“”„‟«»'‘’‚‛ \t\n\u00a0"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a quotation stands: ``text[start:end]`` in code points, and how it matched.

    ``parts`` are the ranges whose words were quoted; several only where words were left out.
    """

    start: int
    end: int
    match: Match
    parts: tuple[tuple[int, int], ...]


def bare(quotation: str) -> str:
    """The words of a quotation without its marks and the punctuation that closing adds."""
    inner = quotation.strip(_MARKS)
    return re.sub(r"[\s,.;:]+$", "", inner).rstrip(_MARKS)


def locate(quotation: str, text: str, start: int = 0, end: int | None = None) -> Place | None:
    """The first place of ``quotation`` within ``text[start:end]`` on whole words, or None.

    Marks around the quotation and a comma or full stop before the closing one do not count.
    """
    return next(places(quotation, text, start, end), None)


def places(quotation: str, text: str, start: int = 0, end: int | None = None) -> Iterator[Place]:
    """All places of ``quotation``, the exact ones if there are any, else those evened out."""
    words = bare(quotation)
    end = len(text) if end is None else end
    if not any(character.isalnum() for character in words):
        return
    kind: Match = "exact"
    found = [(at, at + len(words)) for at in _occurrences(words, text, start, end)]
    if not found and not _may_stand(words, text[start:end]):
        return
    plain = _normalized(text, start, end)
    if not found:
        kind, found = "normalized", list(plain.find(words))
    whole = [place for place in found if not cuts_word(text, *place)]
    yield from (Place(*place, kind, (place,)) for place in whole)
    if not whole and (parts := _elided(words, plain, text)):
        yield Place(parts[0][0], parts[-1][1], "elided", parts)


def _may_stand(words: str, text: str) -> bool:
    """Whether ``text`` has the letters of ``words`` in a row, which is soon seen; an ellipsis
    leaves that open."""
    return bool(_ELLIPSIS.search(words)) or _letters(words) in _letters(text)


@lru_cache(maxsize=256)
def _letters(text: str) -> str:
    return _NO_LETTERS.sub("", unicodedata.normalize("NFKD", text))


def cuts_word(text: str, start: int, end: int) -> bool:
    """Whether ``text[start:end]`` begins or ends inside a word or a figure."""
    return _inside_word(text, start) or _inside_word(text, end)


def _inside_word(text: str, at: int) -> bool:
    if at < len(text) and unicodedata.combining(text[at]):
        return True
    left, right = _visible(text[max(0, at - 12) : at][::-1]), _visible(text[at : at + 12])
    if not left or not right:
        return False
    if left[0].isalnum() and right[0].isalnum():
        return True
    if left[0].isalnum() and right[1:2].isalnum():
        # "Stoltenberg" may be quoted out of "Stoltenberg's"
        possessive = right[0] in _APOSTROPHES and right[1] in "sS" and not right[2:3].isalnum()
        return not possessive and _joins(left[0], right[0], right[1])
    return left[1:2].isalnum() and right[0].isalnum() and _joins(left[1], left[0], right[0])


def _joins(before: str, joint: str, after: str) -> bool:
    if joint in ".,:":
        return before.isdigit() and after.isdigit()
    return joint in _HYPHENS or joint in _APOSTROPHES


def _visible(characters: str) -> str:
    return "".join(c for c in characters if c not in _INVISIBLE and not unicodedata.combining(c))


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

    def find(self, words: str) -> Iterator[tuple[int, int]]:
        """Original start and end of every place of ``words``."""
        wanted = evened(words)
        for at in _occurrences(wanted, self.text, 0, len(self.text)) if wanted else ():
            if self.whole(at, at + len(wanted)):
                yield self.original(at, at + len(wanted))

    def whole(self, start: int, end: int) -> bool:
        """Whether no character of the original stands for text on both sides of an edge."""
        inner = self.origins
        left = start == 0 or inner[start - 1] != inner[start]
        return left and (end >= len(inner) or inner[end - 1] != inner[end])

    def original(self, start: int, end: int) -> tuple[int, int]:
        """The original range that normalized ``start:end`` came from."""
        stop = self.origins[end] if end < len(self.origins) else self.stop
        return self.origins[start], stop


@lru_cache(maxsize=128)  # the passages of a question are looked through for each quotation
def _normalized(text: str, start: int, end: int) -> Normalized:
    return Normalized.of(text, start, end)


def evened(words: str) -> str:
    """``words`` with typesetting evened out."""
    return Normalized.of(words, 0, len(words)).text.strip()


def _elided(words: str, plain: Normalized, text: str) -> tuple[tuple[int, int], ...]:
    """The original ranges of the parts of a shortened quotation; empty where it is none."""
    parts = [evened(part.strip(_MARKS)) for part in _ELLIPSIS.split(words) if part.strip(_MARKS)]
    if not 1 < len(parts) <= ELISIONS + 1 or any(len(p.split()) < ELISION_WORDS for p in parts):
        return ()
    for first in _occurrences(parts[0], plain.text, 0, len(plain.text)):
        found = [(first, first + len(parts[0]))]
        for part in parts[1:]:
            after = found[-1][1]
            limit = min(len(plain.text), after + ELISION_GAP + len(part))
            at = next(_occurrences(part, plain.text, after, limit), -1)
            if at < 0 or NEGATION.search(plain.text[after:at]):
                break  # leaving out a "not" is not shortening
            found.append((at, at + len(part)))
        ranges = tuple(plain.original(*one) for one in found if plain.whole(*one))
        if len(ranges) == len(parts) and not any(cuts_word(text, *one) for one in ranges):
            return ranges
    return ()


def _occurrences(words: str, text: str, start: int, end: int) -> Iterator[int]:
    at = text.find(words, start, end)
    while at >= 0:
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
