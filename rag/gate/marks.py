"""The quotation marks of a sentence: evened, taken away, and set around verified words."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence

from index.sentences import sentences as split
from index.speech import quotations
from index.types import Block

DOUBLE = re.compile("[\"“”„‟«»″]|``|''")
MARKER = re.compile(r"\s*\[\s*\d+(?:\s*[,;–-]\s*\d+)*\s*\]")

# Rarer shapes that ``index.speech.quotations`` does not pair: unpaired they would go unchecked.
_SHAPES = str.maketrans(
    "＂❝❞〝〞〟‹›❮❯「」『』《》〈〉ʺˮ״‶⹂‚❛❜‛＇′‵´【】［］〔〕⟦⟧",
    '"“”“””«»«»“”“”“”“”""""““‘’‘\'\'\'\'[][][][]',
)
_LOW = re.compile(r"‚([^‚\n]{2,300}?)[‘’'](?!\w)")  # as German writes a quotation in a quotation
# Characters that are not seen but hide or reorder what is; what is quoted has the article's own.
_UNSEEN = frozenset(("Cc", "Cf", "Cn", "Co", "Cs"))
_ESCAPED = re.compile(r"\\+([\"'“”‘’])")  # as programs write marks inside of marks
_BRACKETS = re.compile(r"\s*\[[^\[\]]*\]|[\[\]{}]")
_LONGEST = 1200  # characters of sentences that one open quotation may join
_LONE = re.compile(r"(?<!\w)['‘’](?!\w)")
_BACKTICK = re.compile(r"(?<![\w`])`(?=\w)")


def evened(text: str) -> str:
    """``text`` on one line, with every shape of mark and bracket as one that is looked for."""
    text = (
        _ESCAPED.sub(r"\1", visible(text)).replace("``", "“").replace(",,", "“").replace("''", "”")
    )  # as typed
    text = _LOW.sub(r"“\1”", text).translate(_SHAPES)
    return " ".join(_BACKTICK.sub("‘", text).split())


def visible(text: str) -> str:
    """``text`` without characters that are not seen: controls, marks of direction, zero widths."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(" " if c.isspace() else c for c in text if _is_seen(c))


def _is_seen(character: str) -> bool:
    return character.isspace() or unicodedata.category(character) not in _UNSEEN


def sentences(text: str) -> Iterator[str]:
    """The sentences of ``text``, those of one quotation together: its label stands behind the
    last."""
    held = ""
    for found in split(text, (Block("body", 0, len(text)),)):
        held = f"{held} {text[found.start : found.end]}".strip()
        if all(mark.closed for mark in quotations.find(held)) or len(held) > _LONGEST:
            yield held
            held = ""
    if held:
        yield held


def without_markers(text: str) -> str:
    """``text`` without citation numbers in square brackets."""
    return MARKER.sub("", text).strip()


def without_brackets(text: str, sources: Sequence[str]) -> str:
    """``text`` without square brackets that no source has, nor braces: what is left of markers of
    a model."""

    def kept(found: re.Match[str]) -> str:
        group = found.group().strip()
        return found.group() if len(group) > 1 and any(group in one for one in sources) else ""

    return _BRACKETS.sub(kept, text).strip()


def without_angles(text: str, sources: Sequence[str]) -> str:
    """``text`` without "<" and ">" where no source has one: what is left of a model's markup."""
    for mark in "<>":
        if not any(mark in one for one in sources):
            text = text.replace(mark, "")
    return text.strip()


def stripped(text: str) -> str:
    """``text`` without double marks and without single ones that touch no word."""
    return _LONE.sub("", DOUBLE.sub("", text))


def unmarked(text: str) -> str:
    """``text`` without quotation marks, single ones that make a pair included."""
    text = DOUBLE.sub("", text)
    for mark in reversed(quotations.find(text)):
        text = text[: mark.start] + text[mark.start + 1 : mark.end - 1] + text[mark.end :]
    return text


def outside(text: str) -> str:
    """What stands outside quotation marks."""
    pieces, at = [], 0
    for mark in quotations.find(text):
        pieces.append(text[at : mark.start])
        at = mark.end
    return " ".join([*pieces, text[at:]])


def around(words: str, tail: str) -> str:
    """``words`` in straight marks on one line; marks inside them become single ones."""
    return f'"{DOUBLE.sub(chr(39), " ".join(words.split()))}{tail}"'


def tail(quotation: str) -> str:
    """The comma or full stop that stood before the closing mark."""
    inner = quotation.rstrip("\"“”„‟«»″'’‘` ")
    return inner[-1] if inner and inner[-1] in ",.;:" else ""
