"""Word documents (DOCX) -> Articles (only module importing python-docx)."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from index.errors import UnreadableSource
from index.formats import archive, plain
from index.formats.metadata import article, names
from index.types import Article

_HEAD = 10  # paragraphs among which the title stands
_BROKEN = "the document is broken or no .docx: save it again, or save its text as .txt"
_TEMPLATE = datetime(2013, 12, 23, 23, 15, tzinfo=UTC)  # python-docx's own, in all it writes


def read(data: bytes, source: str, stem: str) -> Iterator[Article]:
    """One Article: paragraphs and table rows in order, a paragraph a line.

    The document's properties state title, author, and the dates of making and changing, unless
    the first lines of the text do. Raises UnreadableSource when it is no sound document.
    """
    text, title, facts = _opened(data)
    if not text.strip():
        raise UnreadableSource("the document is empty: nothing to index")
    (found,) = plain.read(text, source, stem)
    own = facts.author != "python-docx"
    dated = facts.created not in (_TEMPLATE, _TEMPLATE.replace(tzinfo=None))
    yield article(
        stem,
        text,
        source,
        title=title or (str(facts.title or "") if own else "") or found.title,
        publisher=found.publisher,
        authors=found.authors or (names(facts.author or "") if own else ()),
        date=found.published or (facts.created if dated else None),
        updated=found.updated or (facts.modified if dated else None),
        section=found.section or str(facts.category or ""),
        language=str(facts.language or ""),
    )


def _opened(data: bytes) -> tuple[str, str, Any]:
    """The text, the paragraph in the style "Title", and the properties."""
    import docx

    if not data.startswith(b"PK"):  # to its owner it is no archive
        raise UnreadableSource(_BROKEN)
    archive.check_zip(data)
    try:
        document = docx.Document(io.BytesIO(data))
        lines = list(_lines(document))
        facts = document.core_properties
        _ = facts.created, facts.modified  # these raise when they are no dates
    except Exception as error:  # python-docx and lxml raise all kinds on broken files
        raise UnreadableSource(_BROKEN) from error
    text = "\n\n".join(line for _, line in lines)
    title = next((line for style, line in lines if style == "Title"), "")
    return text + "\n" if text else "", title, facts


def _lines(document: Any) -> Iterator[tuple[str, str]]:
    """Style name and text of each paragraph; the cells of a table's row stand on one line.

    Only the first paragraphs are asked for their style: it takes python-docx milliseconds each.
    """
    from docx.table import _Cell

    for number, part in enumerate(document.iter_inner_content()):
        if hasattr(part, "rows"):
            for row in part.rows:
                # Not row.cells: it repeats a cell as often as the width that the file states.
                own = (_Cell(one, part).text for one in row._tr.tc_lst)
                cells = (" ".join(text.split()) for text in own)
                yield from (("", line) for line in ["  ".join(filter(None, cells))] if line)
        elif text := " ".join(part.text.split()):
            styled = number < _HEAD and part.style
            yield part.style.name if styled else "", text
