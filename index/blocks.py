"""Article text -> blocks: which lines are body, which headings, captions and credits.

The rules follow how agency and newspaper copy marks these roles: sub-headings between dashes,
picture credits in brackets at a paragraph's end, desk initials, bylines, "Reporting by".
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from index.types import Block, BlockKind

HEADING_WORDS = 14  # words; a longer line without a full stop is a body line that lost it
HEADLINE_CHARACTERS = 200  # code points; the longest first line taken for a headline

_MARKED_HEADING = re.compile(r"#{1,6}\s+\S|-{1,2}\s+\S.*\S\s+-{1,2}$|[*_]{2}[^*_]+[*_]{2}$")
_AGENCY = (
    r"AP|AFP|Reuters|REUTERS|Getty|EPA|DPA|dpa|TASS|Xinhua|UPI|PA|Bloomberg|Shutterstock|Sputnik"
)
_CAPTION = re.compile(r"(?:FILE PHOTO|FILE|Photo|PHOTO|Image|Picture|Caption)\s*[:\-–—]")
_PICTURE_CREDIT = re.compile(
    rf"/|\b(?:{_AGENCY}|[Pp]hoto|[Ii]mage|[Ff]ile|[Cc]ourtesy|[Pp]icture)\b"
)
_CREDIT = re.compile(
    r"(?:By|BY|by)\s+(?:(?:[A-Z][\w.'’-]+|and|in|of|for|&)(?:[\s,]+|$)|&)+$"
    r"|\(?(?:[Rr]eporting|[Ww]riting|[Ee]diting|[Aa]dditional reporting|[Ee]dited|[Cc]ompiled)"
    r"\s+by\b.*"
    r"|[a-z]{2,5}(?:-[a-z]{2,5})*(?:/[a-z]{2,5}(?:-[a-z]{2,5})*)+$"
    r"|\([A-Z]\.?\s?[\w.'’ -]+--[\w.]+\)$"
    r"|(?:ENDS|###|-30-|\*{3,}|-{3,}|_{3,})$"
    r"|(?:©|\(c\)|[Cc]opyright\b|All rights reserved)"
    r"|(?:Photo|Photograph|Photos|Image|Picture)s?\s+(?:by|credit|courtesy)\b"
    r"|(?:Published|Updated|Last updated|Posted|Date|Source|Section|Outlet|Publisher)\s*:\s*\S"
)
_SENTENCE_END = re.compile(r"[.!?…:;,]['\"”’»)\]]*$")
_WRAPPED = range(40, 111)  # code points; lengths of lines that an editor broke by width


def blocks(text: str, title: str = "") -> tuple[Block, ...]:
    """The blocks of ``text`` in order; together they hold every character that is not space."""
    first = True
    found: list[Block] = []
    for start, end in _paragraphs(text):
        kind = _kind(text[start:end], title if first else "")
        found.append(Block(kind, start, end))
        first = False
    return tuple(found)


def headline(text: str) -> str:
    """The first line where it reads as a headline, else an empty string."""
    spans = iter(_paragraphs(text))
    start, end = next(spans, (0, 0))
    line = text[start:end]
    if not line or len(line) > HEADLINE_CHARACTERS or next(spans, None) is None:
        return ""
    line = re.sub(r"^#{1,6}\s+", "", line)
    ended = re.search(r"[.:;,…]['\"”’»)\]]*$", line)
    return "" if ended or _is_caption(line) or _CREDIT.match(line) else line


def _kind(paragraph: str, title: str) -> BlockKind:
    if title and re.sub(r"^#{1,6}\s+", "", paragraph) == title:
        return "heading"
    if _CREDIT.match(paragraph):
        return "credit"
    if _is_caption(paragraph):
        return "caption"
    if _MARKED_HEADING.match(paragraph):
        return "heading"
    short = len(paragraph.split()) <= HEADING_WORDS
    if short and not _SENTENCE_END.search(paragraph) and not paragraph.startswith(('"', "“")):
        return "heading"
    return "body"


def _is_caption(paragraph: str) -> bool:
    """Whether it is marked as a picture's text, or ends with a picture credit in brackets."""
    if _CAPTION.match(paragraph):
        return True
    _, bracket, last = paragraph[:-1].rpartition("(")
    credited = bracket and paragraph.endswith(")") and ")" not in last
    return bool(credited and _PICTURE_CREDIT.search(last))


def _paragraphs(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of each paragraph, trimmed: a line, or lines that were broken by width."""
    group: list[tuple[int, int]] = []
    for start, end in _lines(text):
        if start == end:
            yield from _unwrapped(text, group)
            group = []
        else:
            group.append((start, end))
    yield from _unwrapped(text, group)


def _lines(text: str) -> Iterator[tuple[int, int]]:
    at = 0
    for line in text.split("\n"):
        body = line.strip()
        start = at + (len(line) - len(line.lstrip())) if body else at
        yield start, start + len(body)
        at += len(line) + 1


def _unwrapped(text: str, group: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    open_ends = [
        end - start in _WRAPPED and not _SENTENCE_END.search(text[max(start, end - 4) : end])
        for start, end in group[:-1]
    ]
    if open_ends and sum(open_ends) * 2 > len(open_ends) and len(group) > 2:
        yield group[0][0], group[-1][1]
    else:
        yield from group
