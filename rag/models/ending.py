"""A reply as it comes in -> the text that may be read of it, and whether it has come to its end.

Providers report a cut stream as finished, so a reply has to say itself that it is whole: prose by
a line of ours, JSON by closing what it opened.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class EndMark:
    """Prose that ends with the line ``mark``, of which no part is ever let through."""

    mark: str
    over: bool = False
    held: str = ""

    def feed(self, piece: str) -> str:
        """What can be read once ``piece`` has come; what may begin the mark is held back."""
        text = self.held + piece
        before, mark, _ = text.partition(self.mark)
        if mark:
            self.over, self.held = True, ""
            return before
        lengths = range(min(len(self.mark), len(text)), 0, -1)
        keep = next((n for n in lengths if self.mark[:n] == text[-n:]), 0)
        self.held = text[len(text) - keep :]
        return text[: len(text) - keep]


@dataclass(slots=True)
class ClosedObject:
    """A JSON object, which ends where its last brace closes; what follows is not read."""

    over: bool = False
    held: str = ""
    _depth: int = 0
    _quoted: bool = False
    _escaped: bool = False

    def feed(self, piece: str) -> str:
        """``piece``, up to the brace that closes the object."""
        for at, character in enumerate(piece):
            if self._quoted:
                self._quoted = self._escaped or character != '"'
                self._escaped = character == "\\" and not self._escaped
            elif character == '"':
                self._quoted = True
            elif character in "{[":
                self._depth += 1
            elif character in "}]":
                self._depth -= 1
                if self._depth <= 0:
                    self.over = True
                    return piece[: at + 1]
        return piece


Ending = EndMark | ClosedObject
