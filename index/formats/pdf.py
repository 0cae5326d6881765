"""PDF files with a text layer -> Articles (only module importing pypdf)."""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import takewhile
from typing import Any

from index.errors import UnreadableSource
from index.formats import plain
from index.formats.metadata import article, names
from index.types import Article

PAGES = 2000  # of one file; more is a book, whose citations nobody could check
_CONTENT = (4_000_000, 60_000_000)  # bytes of drawing commands of a page and of a file, unpacked
_SHOWN = (
    20_000,
    500_000,
)  # texts drawn by a page and by a file; pypdf's time grows with the square
_CHARACTERS = 2_500_000  # read before the rest is left: the limit of an article is below it
_EDGE = 3  # lines at the top and foot of a page among which running heads are looked for
_SHORT = 0.75  # of the usual line length: a shorter line ends its paragraph
_PAGE_NUMBER = re.compile(r"[-–—\s]*(?:[Pp]age\s+)?\d{1,4}(?:\s*(?:/|of)\s*\d{1,4})?[-–—\s]*")
_ENDED = re.compile(r"[.!?:…][\"'”’)\]]*$")


def read(data: bytes, source: str, stem: str) -> Iterator[Article]:
    """One Article: the pages' text, a paragraph a line, without running heads.

    Words broken at line ends are joined. Title and date are taken from the text as in plain text;
    the file's own title where the first page has it. Raises UnreadableSource when the file is
    broken, encrypted, or has no text layer.
    """
    pages, title, author = _opened(data)
    text = "\n\n".join(_paragraphs(_without_running_heads(pages)))
    if not text.strip():
        raise UnreadableSource(
            f"its {len(pages)} pages have no text layer (scans?): run a text recognition first"
        )
    (found,) = plain.read(text, source, stem)
    plausible = bool(title) and title.lower() in " ".join(text[:2000].split()).lower()
    yield article(
        stem,
        text,
        source,
        title=title if plausible else found.title,
        publisher=found.publisher,
        authors=found.authors or (names(author) if plausible else ()),
        date=found.published,
        updated=found.updated,
        section=found.section,
    )


def _opened(data: bytes) -> tuple[list[list[str]], str, str]:
    """The lines of each page, and the title and author the file states."""
    import logging

    import pypdf

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # it tells stderr of every oddity
    try:
        file = pypdf.PdfReader(io.BytesIO(data))
        if file.is_encrypted and not file.decrypt(""):
            raise UnreadableSource("the file is encrypted: save it without a password")
        if len(file.pages) > PAGES:
            raise UnreadableSource(f"it has {len(file.pages):,} pages, the limit is {PAGES:,}")
        pages = list(_lines(file))
        facts = file.metadata
        title, author = (facts.title, facts.author) if facts else ("", "")
    except UnreadableSource:
        raise
    except Exception as error:  # pypdf raises all kinds on broken files
        raise UnreadableSource(
            "the PDF is broken or cut off: save it again, or save its text as .txt"
        ) from error
    return pages, " ".join(str(title or "").split()), str(author or "")


class Drawn:
    """How much a file has drawn, so that one made to take hours is given up."""

    def __init__(self) -> None:
        self.page = self.file = self.size = 0

    def begin(self, size: int) -> None:
        """Begin a page of ``size`` bytes of commands; raises UnreadableSource beyond the bounds."""
        self.page, self.size = 0, self.size + size
        if size > _CONTENT[0] or self.size > _CONTENT[1]:
            raise UnreadableSource("its pages draw too much to be text: save it as .txt")

    def count(self, operator: bytes, *_: object) -> None:
        """Count one drawing command; raises UnreadableSource beyond the bounds."""
        if operator in (b"Tj", b"TJ", b"'", b'"'):
            self.page, self.file = self.page + 1, self.file + 1
            if self.page > _SHOWN[0] or self.file > _SHOWN[1]:
                raise UnreadableSource("it draws too many pieces of text: save it as .txt")


def _lines(file: Any) -> Iterator[list[str]]:
    read, drawn = 0, Drawn()
    for page in file.pages:
        content = page.get_contents()
        drawn.begin(0 if content is None else len(content.get_data()))
        text = str(page.extract_text(visitor_operand_before=drawn.count) or "")
        read += len(text)
        yield [" ".join(line.split()) for line in _storable(text).split("\n")]
        if read > _CHARACTERS:
            return


def _storable(text: str) -> str:
    """``text`` with ligatures as letters and without what is no character."""
    for joined, letters in (("ﬀ", "ff"), ("ﬁ", "fi"), ("ﬂ", "fl"), ("ﬃ", "ffi"), ("ﬄ", "ffl")):
        text = text.replace(joined, letters)
    return re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]", "", text.replace("\xa0", " "))


def _without_running_heads(pages: Sequence[Sequence[str]]) -> Iterator[str]:
    """The lines of all pages less page numbers and what stands at the edge of most pages."""
    trimmed = [[line for line in page if line] for page in pages]
    seen = Counter(
        key for page in trimmed for key in {_key(one) for one in (*page[:_EDGE], *page[-_EDGE:])}
    )
    often = max(3, len(trimmed) // 2 + 1)

    def runs(line: str) -> bool:
        return seen[_key(line)] >= often or bool(_PAGE_NUMBER.fullmatch(line))

    for page in trimmed:
        heads = list(takewhile(runs, page[:_EDGE]))
        feet = list(takewhile(runs, page[len(heads) :][: -_EDGE - 1 : -1]))
        yield from page[len(heads) : len(page) - len(feet)]


def _key(line: str) -> str:
    return re.sub(r"\d+", "#", line).casefold()


def _paragraphs(lines: Iterator[str]) -> Iterator[str]:
    """Lines joined to paragraphs: one ends with a sentence on a short line."""
    kept = list(lines)
    lengths = sorted(map(len, kept))
    usual = lengths[len(lengths) * 3 // 4] if lengths else 0
    paragraph = ""
    for line in kept:
        paragraph = _joined(paragraph, line)
        if len(line) < _SHORT * usual and (_ENDED.search(line) or len(paragraph) == len(line)):
            yield paragraph
            paragraph = ""
    if paragraph:
        yield paragraph


def _joined(before: str, line: str) -> str:
    """``line`` behind ``before``; a word broken by a hyphen at the line's end is made whole."""
    if not before:
        return line
    if re.search(r"[a-z][-\xad\u2010]$", before) and line[:1].islower():
        return before[:-1] + line
    return f"{before.rstrip(chr(0xAD))} {line}"
