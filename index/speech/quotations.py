"""Text -> the stretches between quotation marks, by one pass over the marks and no parser.

News prose leaves quotations open on purpose (a speech of several paragraphs opens each one and
closes only the last) and by accident (a mark is lost). Both are told apart by the next paragraph:
a quotation left open goes on only where the next paragraph opens with a mark again.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from index.types import Speech

_OPENERS = "“„«‟"
_CLOSERS = "”»"
_MARK = re.compile(r"[\"“”„«»‟]|``|''(?!')")
_BREAK = re.compile(r"\n[ \t]*(?:\n\s*)?")
# Single marks only count as a pair on one line, away from letters: "workers' rights" has one.
_SINGLE = re.compile(r"(?<![\w'’])['‘](?=[\w\[$])(?:[^'’‘\n]|['’](?=\w)){2,300}['’](?!\w)")


@dataclass(frozen=True, slots=True)
class Quotation:
    """A quoted stretch with its marks, in code points; never crosses a paragraph.

    ``continues`` is true where it carries on a quotation the paragraph before left open.
    """

    start: int
    end: int
    closed: bool = True
    continues: bool = False


def find(text: str) -> tuple[Quotation, ...]:
    """All quotations in text order, not overlapping; double marks win over single ones."""
    doubles = list(_doubles(text))
    starts = [q.start for q in doubles]

    def free(start: int, end: int) -> bool:
        at = bisect_right(starts, start) - 1
        after = at + 1
        return not (at >= 0 and doubles[at].end > start) and not (
            after < len(doubles) and doubles[after].start < end
        )

    singles = [
        Quotation(m.start(), m.end()) for m in _SINGLE.finditer(text) if free(m.start(), m.end())
    ]
    return tuple(sorted([*doubles, *singles], key=lambda q: q.start))


def _doubles(text: str) -> Iterator[Quotation]:
    pending = False
    for start, end in paragraphs(text):
        found = list(_within(text, start, end, pending))
        yield from found
        pending = bool(found) and not found[-1].closed
    return


def paragraphs(text: str) -> Iterator[tuple[int, int]]:
    """Half-open ranges of paragraphs; a line that ends mid-sentence goes on in the next one."""
    start = 0
    for match in _BREAK.finditer(text):
        if match.start() < start or _is_wrap(text, start, match):
            continue
        if text[start : match.start()].strip():
            yield start, match.start()
        start = match.end()
    if text[start:].strip():
        yield start, len(text)


def _is_wrap(text: str, start: int, line_end: re.Match[str]) -> bool:
    """Whether a single line break stands inside a sentence of hard-wrapped text."""
    if line_end.group().count("\n") > 1 or line_end.end() >= len(text):
        return False
    return line_end.start() > start and text[line_end.end()].islower()


def _within(text: str, start: int, end: int, pending: bool) -> Iterator[Quotation]:
    opened = -1
    continues = False
    for mark in _MARK.finditer(text, start, end):
        here, after = mark.span()
        if opened < 0:
            if _opens(text, mark, start, end):
                opened = here
                continues = pending and not text[start:here].strip()
        elif _closes(text, mark, start, end):
            yield Quotation(opened, after, True, continues)
            opened, continues = -1, False
        elif mark.group() in ('"', "''") and text[here - 1].isspace():
            # A straight mark that can only open: the one before lost its partner.
            opened = here
    if opened >= 0:
        stop = opened + len(text[opened:end].rstrip())
        yield Quotation(opened, stop, False, continues)


def _opens(text: str, mark: re.Match[str], start: int, end: int) -> bool:
    if mark.group() in _OPENERS or mark.group() == "``":
        return mark.end() < end
    if mark.group() in _CLOSERS:  # a slip where a paragraph begins: ”So it is.”
        return not text[start : mark.start()].strip() and text[mark.end() : end][:1].isalnum()
    before = text[mark.start() - 1] if mark.start() > start else " "
    after = text[mark.end()] if mark.end() < end else " "
    return not before.isalnum() and not after.isspace() and before not in ".,!?'"


def _closes(text: str, mark: re.Match[str], start: int, end: int) -> bool:
    before = text[mark.start() - 1] if mark.start() > start else " "
    after = text[mark.end()] if mark.end() < end else " "
    if mark.group() in _OPENERS or mark.group() == "``":
        # “…“ is a common slip for “…”: the second mark touches a word before and none after.
        return not before.isspace() and not after.isalnum()
    if mark.group() in ('"', "''"):
        return not (before.isspace() and after.isalnum())
    return True


def coverage(
    text: str, quotations: tuple[Quotation, ...], content: Sequence[tuple[int, int]]
) -> Speech:
    """Direct where quotation marks hold all letters of the content, mixed where some."""
    letters = inside = 0
    for start, end in content:
        at = max(0, bisect_right(quotations, start, key=lambda q: q.start) - 1)
        letters += sum(c.isalnum() for c in text[start:end])
        while at < len(quotations) and quotations[at].start < end:
            left, right = max(start, quotations[at].start), min(end, quotations[at].end)
            inside += sum(c.isalnum() for c in text[left:right])
            at += 1
    if not inside:
        return "indirect"
    return "direct" if inside > 0.97 * letters else "mixed"
