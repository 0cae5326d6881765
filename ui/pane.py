"""An article revision -> the reading pane's HTML with exactly the cited characters marked."""

from __future__ import annotations

from collections.abc import Iterator

from index.blocks import blocks
from index.types import Article
from rag.wording import day
from ui.markup import element, escape, join, notice, outward

AROUND = 40_000  # code points shown before and after a citation; books would stall the page

EMPTY = (
    '<div class="nothing"><p>The article behind an answer opens here.</p>'
    "<p>Choose a number in an answer to read the cited words where they stand.</p></div>"
)
MISSING = (
    '<div class="nothing" role="alert"><p>This article is no longer in the index.</p>'
    "<p>It was removed with all its versions.</p></div>"
)


def article(found: Article, current: bool, start: int = 0, end: int = 0) -> str:
    """``found`` with ``text[start:end]`` in ``mark`` elements whose text, joined, is just that.

    Code points outside the text mark nothing.
    """
    if not 0 <= start < end <= len(found.text):
        start = end = 0
    first = max(0, start - AROUND)
    last = min(len(found.text), end + AROUND)
    parts = (
        _head(found, current),
        '<div class="slot"></div>',  # the page copies the citation's own facts here
        _cut(first, "Earlier text is left out"),
        element("div", join(_pieces(found, first, last, start, end)), class_="text"),
        _cut(len(found.text) - last, "Later text is left out"),
    )
    return element("article", join(parts), class_="reading", lang=found.language or None)


def _head(found: Article, current: bool) -> str:
    facts = (
        element("span", escape(found.publisher), class_="outlet") if found.publisher else "",
        element("span", escape(found.section)) if found.section else "",
        element("span", day(found.published) or "undated"),
        element("span", f"updated {day(found.updated)}") if _updated(found) else "",
        element("span", escape(", ".join(found.authors))) if found.authors else "",
        outward(found.url),
    )
    old = "" if current else element("p", "This is not the newest version.", class_="old")
    return element(
        "header",
        element("h2", escape(found.title or found.id), tabindex="-1")
        + element("p", join(facts), class_="facts")
        + notice(found.notice)
        + old,
    )


def _updated(found: Article) -> bool:
    """Whether it was changed on another day than it was printed."""
    return found.updated is not None and day(found.updated) != day(found.published)


def _cut(left_out: int, words: str) -> str:
    text = f"{words} ({left_out:,} characters)."
    return element("p", text, class_="cut") if left_out > 0 else ""


def _pieces(found: Article, first: int, last: int, start: int, end: int) -> Iterator[str]:
    """The text block by block; what stands between blocks is white space and collapses."""
    at = first
    for block in blocks(found.text, found.title):
        if block.end <= first or block.start >= last:
            continue
        lower, upper = max(block.start, first), min(block.end, last)
        yield _marked(found.text, at, lower, start, end)
        inside = _marked(found.text, lower, upper, start, end)
        repeats = found.text[lower:upper] == found.title and not start < upper <= end
        name = f"block {block.kind}{' repeated' if repeats else ''}"
        yield element("div", inside, class_=name)
        at = upper
    yield _marked(found.text, at, last, start, end)


def _marked(text: str, lower: int, upper: int, start: int, end: int) -> str:
    """``text[lower:upper]`` with its part inside ``start`` and ``end`` marked."""
    a, b = max(lower, min(start, upper)), min(upper, max(end, lower))
    if a >= b:
        return escape(text[lower:upper])
    mark = element("mark", escape(text[a:b]), class_="hit")
    return escape(text[lower:a]) + mark + escape(text[b:upper])
