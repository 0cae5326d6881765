"""RSS 0.9x to 2.0, RSS 1.0 and Atom feeds -> Articles, an entry each."""

from __future__ import annotations

from collections.abc import Iterator

from index.errors import UnreadableSource
from index.formats import markup
from index.formats.markup import Element
from index.formats.metadata import article, names
from index.types import Article

ROOTS = ("rss", "rdf", "feed")


def read(root: Element, source: str, stem: str) -> Iterator[Article | UnreadableSource]:
    """The Article of each entry; an entry without text comes back as the reason.

    The full text (``content:encoded``, Atom's ``content``) is taken before the summary. The
    feed's own title is the publisher.
    """
    feed = markup.child(root, "channel") if markup.name(root) != "feed" else root
    publisher = markup.words(markup.child(feed, "title")) if feed is not None else ""
    for number, entry in enumerate(markup.below(root, "item", "entry"), start=1):
        try:
            yield _article(entry, number, source, stem, publisher)
        except UnreadableSource as error:
            yield error


def _article(entry: Element, number: int, source: str, stem: str, publisher: str) -> Article:
    text = next(filter(None, (_text(entry, one) for one in ("encoded", "content"))), "")
    text = text or next(filter(None, (_text(entry, one) for one in ("description", "summary"))), "")
    if not text:
        raise UnreadableSource(f"entry {number} holds no text: nothing to index")
    link = _link(entry)
    key = _stated(entry, "guid", "id") or link or str(number)
    own = markup.words(markup.child(entry, "source", "title")) or _stated(entry, "publisher")
    return article(
        f"{stem}-{number}" if key == str(number) else key.partition("://")[2] or key,
        text,
        f"{source}#{key}",
        title=markup.fragment(_stated(entry, "title")),
        publisher=own or publisher,
        authors=_authors(entry),
        url=link,
        date=_stated(entry, "pubdate", "published", "issued", "date"),
        updated=_stated(entry, "updated", "modified"),
        section=_section(entry),
    )


def _stated(entry: Element, *wanted: str) -> str:
    """The words of the first of these elements that has any."""
    found = (markup.words(markup.child(entry, name)) for name in wanted)
    return next(filter(None, found), "")


def _text(entry: Element, wanted: str) -> str:
    """The text of an element that holds escaped HTML, or XHTML itself."""
    element = markup.child(entry, wanted)
    if element is None:
        return ""
    if len(element) and any(markup.name(one) for one in element):
        return markup.prose(element)
    return markup.fragment("".join(element.itertext()))


def _link(entry: Element) -> str:
    for one in entry:
        if markup.name(one) == "link" and one.get("rel", "alternate") == "alternate":
            return str(one.get("href") or markup.words(one))
    guid = markup.child(entry, "guid")
    stated = markup.words(guid)
    is_link = guid is not None and guid.get("isPermaLink", "true") == "true"
    return stated if is_link and stated.startswith("http") else ""


def _authors(entry: Element) -> tuple[str, ...]:
    """Names of persons; RSS writes ``jo@news.example (Jo Doe)``."""
    found: list[str] = []
    for one in entry:
        if markup.name(one) in ("author", "creator"):
            stated = markup.words(markup.child(one, "name")) or markup.words(one)
            inside = stated.partition("(")[2].rpartition(")")[0]
            found += names(inside if "@" in stated else stated)
    return tuple(dict.fromkeys(found))


def _section(entry: Element) -> str:
    one = markup.child(entry, "category")
    return "" if one is None else markup.words(one) or str(one.get("label") or one.get("term", ""))
