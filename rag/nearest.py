"""A quotation + a stretch of text -> the words there that are nearest to it; how both differ."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from rapidfuzz import fuzz
from rapidfuzz.distance import Indel

from rag.gate.locate import bare

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_FIRST_LETTER = 0x10000  # of the letters that stand for words; 983,040 follow
_REACH = 120  # code points beyond a place that may hold what a quotation has instead
_ENDS = re.compile(r"[.!?\n\"“”]")  # a sentence or a quotation ends there
_EDGE = 3  # words by which both ends of the nearest stretch are tried


@dataclass(frozen=True, slots=True)
class Change:
    """A run of words that both have, or that only the quotation or only the article has."""

    kind: Literal["same", "quotation", "article"]
    words: str


@dataclass(frozen=True, slots=True)
class Near:
    """``text[start:end]`` and the share of words it has in common with a quotation, 0 to 1."""

    start: int
    end: int
    ratio: float


def words(quotation: str) -> list[str]:
    """The words of a quotation as they are compared: small letters, no marks."""
    return [even(word) for word in _WORD.findall(bare(quotation))]


def even(word: str) -> str:
    """A word without what typesetting and case change."""
    return re.sub(r"[^\w]", "", word.replace("’", "'")).lower()


def likeness(wanted: Sequence[str], text: str, start: int, end: int) -> float:
    """Roughly how near any stretch of ``text[start:end]`` comes to ``wanted``, 0 to 1; cheap."""
    plain, asked = _letters([_plain(word) for word in _WORD.findall(text, start, end)], wanted)
    return fuzz.partial_ratio(asked, plain) / 100 if plain else 0.0


def _plain(word: str) -> str:
    """The same as ``even`` for what ``_WORD`` finds, and faster."""
    return word.replace("’", "").replace("'", "").lower()


def nearest(wanted: Sequence[str], text: str, start: int, end: int, least: float) -> Near | None:
    """The stretch of ``text[start:end]`` nearest to the words ``wanted``; None below ``least``.

    Likeness is twice the words in common, in order, over the words of both.
    """
    found = list(_WORD.finditer(text, start, end))
    plain, asked = _letters([_plain(one.group()) for one in found], wanted)
    # Words left out of the middle make the article's stretch longer than the quotation, so the
    # first look at windows of its length asks for less.
    rough = fuzz.partial_ratio_alignment(asked, plain, score_cutoff=60 * least)
    if rough is None or not plain:
        return None
    whole = len(plain) <= len(wanted)
    first, last = (0, len(plain)) if whole else (rough.dest_start, rough.dest_end)
    left, right = _edges(asked, plain, first, last)
    ratio = Indel.normalized_similarity(asked, plain[left:right])
    if ratio < least:
        return None
    return Near(found[left].start(), found[right - 1].end(), ratio)


def widened(wanted: Sequence[str], text: str, place: Near) -> Near:
    """``place`` with as many words more at each end as the quotation has there that it lacks:
    what "does confirm" stands for in "doesn't confirm" is a change too, not left out."""
    inner = [even(one.group()) for one in _WORD.finditer(text, place.start, place.end)]
    steps = list(Indel.opcodes(inner, list(wanted)))
    first, last = (
        (
            one.dest_end - one.dest_start if one.tag == "insert" else 0
            for one in (steps[0], steps[-1])
        )
        if steps
        else (0, 0)
    )
    before = list(_WORD.finditer(text, max(0, place.start - _REACH), place.start))[-first:]
    after = list(_WORD.finditer(text, place.end, place.end + _REACH))[:last]
    start, end = place.start, place.end
    for one in reversed(before if first else []):
        if _ENDS.search(text[one.end() : start]):
            break
        start = one.start()
    for one in after:
        if _ENDS.search(text[end : one.start()]):
            break
        end = one.end()
    return Near(start, end, place.ratio)


def _edges(asked: str, plain: str, left: int, right: int) -> tuple[int, int]:
    """The edges moved, one after the other, to where the words between are likest."""
    reach = len(asked) // 3 + _EDGE

    def shared(first: int, last: int) -> float:
        return float(Indel.normalized_similarity(asked, plain[first:last]))

    for _ in range(2):
        starts = range(max(0, left - reach), min(left + _EDGE, right - 1) + 1)
        left = max(starts, key=lambda at: shared(at, right))
        ends = range(max(left + 1, right - _EDGE), min(len(plain), right + reach) + 1)
        right = max(ends, key=lambda at: shared(left, at))
    return left, right


def _letters(plain: Sequence[str], wanted: Sequence[str]) -> tuple[str, str]:
    """Both with a letter for each distinct word: rapidfuzz compares strings ten times faster."""
    codes: dict[str, str] = {}
    for word in (*wanted, *plain):
        codes.setdefault(word, chr(_FIRST_LETTER + len(codes)))
    return "".join(codes[word] for word in plain), "".join(codes[word] for word in wanted)


def within(wanted: Sequence[str], text: str, parts: Sequence[tuple[int, int]]) -> Near | None:
    """The words ``wanted`` in a row in the parts of a statement, whatever stands between them."""
    found = [one for start, end in parts for one in _WORD.finditer(text, start, end)]
    plain = [even(one.group()) for one in found]
    for at in range(len(plain) - len(wanted) + 1):
        if plain[at : at + len(wanted)] == wanted:
            return Near(found[at].start(), found[at + len(wanted) - 1].end(), 1.0)
    return None


def changes(quotation: str, exact: str) -> tuple[Change, ...]:
    """The word diff from ``exact`` to ``quotation``, in order."""
    said, given = exact.split(), quotation.split()
    plain = [[even(word) for word in some] for some in (said, given)]
    found: list[Change] = []
    for kind, i1, i2, j1, j2 in _joined(_steps(plain[0], plain[1])):
        if kind == "equal":
            found.append(Change("same", " ".join(said[i1:i2])))
            continue
        if i2 > i1:
            found.append(Change("article", " ".join(said[i1:i2])))
        if j2 > j1:
            found.append(Change("quotation", " ".join(given[j1:j2])))
    return tuple(found)


_Step = tuple[str, int, int, int, int]


def _steps(said: Sequence[str], given: Sequence[str]) -> Iterator[_Step]:
    for one in Indel.opcodes(said, given):
        yield one.tag, one.src_start, one.src_end, one.dest_start, one.dest_end


def _joined(steps: Iterator[_Step]) -> Iterator[_Step]:
    """Neighbouring deletions and insertions as one replacement."""
    held: _Step | None = None
    for step in steps:
        if step[0] == "equal":
            if held:
                yield held
            held = None
            yield step
        elif held:
            held = ("replace", held[1], step[2], held[3], step[4])
        else:
            held = step
    if held:
        yield held
