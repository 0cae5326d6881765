"""XML files -> Articles, by what their root element says they are."""

from __future__ import annotations

from collections.abc import Iterator

from index.errors import UnreadableSource
from index.formats import feeds, markup, newsml, nitf
from index.types import Article


def read(data: bytes, source: str, stem: str) -> Iterator[Article | UnreadableSource]:
    """The Articles of a feed, a NITF document or NewsML-G2 items.

    Raises UnreadableSource for any other document, and for one that is not sound.
    """
    root = markup.parsed(data)
    name = markup.name(root)
    for reader in (feeds, nitf, newsml):
        if name in reader.ROOTS:
            yield from reader.read(root, source, stem)
            return
    raise UnreadableSource(
        f"the document is <{name}>, not RSS, Atom, NITF or NewsML-G2: convert it to one of them"
    )
