"""A parse as plain records: words, the tree they form and the frames read from it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

Range = tuple[int, int]  # half-open, in words


@dataclass(frozen=True, slots=True)
class Word:
    """A token of a parse; ``head``, ``left`` and ``right`` (inclusive) are indices of words."""

    text: str
    tag: str
    dep: str
    head: int
    left: int
    right: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Frame:
    """One possible attribution: ``kind`` is the construction, ranges count words."""

    cue: int
    cue_range: Range
    kind: str
    source: Range | None
    content: tuple[Range, ...]


class Tree:
    """A parse with children at hand."""

    def __init__(self, words: Sequence[Word]) -> None:
        self.words = words
        self.children: list[list[int]] = [[] for _ in words]
        for at, word in enumerate(words):
            if word.head != at:
                self.children[word.head].append(at)

    def kids(self, at: int, *deps: str) -> list[int]:
        """Children of a word with one of these labels."""
        return [child for child in self.children[at] if self.words[child].dep in deps]

    def span(self, at: int) -> Range:
        """The words a word governs, itself included."""
        return self.words[at].left, self.words[at].right + 1

    def ancestors(self, at: int) -> Iterator[int]:
        while self.words[at].head != at:
            at = self.words[at].head
            yield at

    def opening(self, clause: int) -> str:
        """How a clause opens: "-that", "-wh" for who, whether and the like, else empty."""
        first = self.words[self.words[clause].left]
        if first.text.lower() == "that":
            return "-that"
        if first.tag in ("WP", "WRB", "WDT") or first.text.lower() in ("whether", "if"):
            return "-wh"
        return ""
