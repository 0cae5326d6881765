"""Blocks -> sentences, also inside quotations (only module importing sentencex)."""

from __future__ import annotations

import re
from collections.abc import Iterator

import sentencex

from index.types import Block, Sentence

# sentencex keeps a quotation of several sentences in one piece; a citation should be able to
# point at one of them, so the marks are hidden from it and given back to the sentence they close.
_HIDDEN = str.maketrans(dict.fromkeys('"“”„«»', " "))
_CLOSING = re.compile(r"[\s]*?[\"”»]+(?=\s|$)")
_ABBREVIATION = re.compile(
    r"(?:^|[\s(\"“])(?:Ms|Mr|Mrs|Dr|Prof|Gen|Lt|Col|Sgt|Capt|Maj|Adm|Sen|Rep|Gov|Hon|St|Rev|Fr|No"
    r"|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|vs|v|etc|Ste|Messrs|Supt|Det|Cmdr|[A-Z])\.\s*$"
)
LONGEST_BLOCK = 20_000  # code points split in one piece; keeps hostile single lines linear


def sentences(text: str, blocks: tuple[Block, ...]) -> tuple[Sentence, ...]:
    """The sentences of ``blocks`` in order; trimmed, inside one block each, none empty."""
    return tuple(
        Sentence(block.kind, start, end)
        for block in blocks
        for start, end in _split(text, block.start, block.end)
    )


def _split(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while end - start > LONGEST_BLOCK:
        cut = text.rfind(" ", start + 1, start + LONGEST_BLOCK)
        cut = cut if cut > start else start + LONGEST_BLOCK
        yield from _split(text, start, cut)
        start = cut
    block = text[start:end]
    at = 0
    for cut in [*_cuts(block), len(block)]:
        piece = block[at:cut]
        if piece.strip():
            left = at + len(piece) - len(piece.lstrip())
            yield start + left, start + at + len(piece.rstrip())
            at = cut


def _cuts(block: str) -> list[int]:
    """Offsets in ``block`` at which a new sentence begins."""
    hidden = block.translate(_HIDDEN)
    cuts: list[int] = []
    for found in sentencex.get_sentence_boundaries("en", hidden)[:-1]:
        cut = int(found["end_index"])
        cut = len(hidden[:cut].rstrip())
        if _ABBREVIATION.search(hidden[:cut][-12:]):
            continue
        closing = _CLOSING.match(block, cut)
        cut = closing.end() if closing else cut
        if not _goes_on(block[cut:]):
            cuts.append(cut)
    return cuts


def _goes_on(rest: str) -> bool:
    """Whether what follows a full stop belongs to it: '"Why?" he asked', '"No!" said Kuleba'."""
    following = rest.lstrip()
    return not following or following[0].islower() or following[0] in ",;:)]–—"
