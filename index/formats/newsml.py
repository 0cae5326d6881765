"""NewsML-G2 news items and news messages (IPTC) -> Articles."""

from __future__ import annotations

from collections.abc import Iterator

from index.errors import UnreadableSource
from index.formats import markup, nitf
from index.formats.markup import Element
from index.formats.metadata import article, names
from index.types import Article

ROOTS = ("newsitem", "newsmessage")
_USABLE = ("", "usable")


def read(root: Element, source: str, stem: str) -> Iterator[Article | UnreadableSource]:
    """The Article of each news item; one that is withdrawn or holds no text is the reason."""
    items = [root] if markup.name(root) == "newsitem" else list(markup.below(root, "newsitem"))
    if not items:
        yield UnreadableSource("the message holds no news item: nothing to index")
    for number, item in enumerate(items, start=1):
        try:
            key = str(item.get("guid", ""))
            place = source if len(items) == 1 else f"{source}#{key or number}"
            yield _article(item, key or f"{stem}-{number}" if len(items) > 1 else stem, place)
        except UnreadableSource as error:
            yield UnreadableSource(f"item {number}: {error}") if len(items) > 1 else error


def _article(item: Element, identifier: str, source: str) -> Article:
    about, content = markup.child(item, "itemmeta"), markup.child(item, "contentmeta")
    about = item if about is None else about
    content = item if content is None else content
    status = _code(markup.child(about, "pubstatus"))
    if status not in _USABLE:
        raise UnreadableSource(f"the article is marked {status}: ask its agency for the text")
    rights = markup.child(item, "rightsinfo", "copyrightholder")
    published = [_words(about, "firstcreated"), _words(content, "contentcreated")]
    changed = [_words(content, "contentmodified"), _words(about, "versioncreated")]
    return article(
        identifier,
        _text(item),
        source,
        title=_words(content, "headline") or _words(about, "title"),
        publisher=_name(markup.child(about, "provider")) or _name(rights),
        authors=_authors(content),
        url=next((str(one.get("href", "")) for one in about if markup.name(one) == "link"), ""),
        date=next(filter(None, [*published, *changed[::-1]]), ""),
        updated=next(filter(None, changed), ""),
        section=_name(markup.child(content, "subject")),
        notice=_notice(about),
        language=str(content.get("lang", "")) or _language(item, content),
    )


def _text(item: Element) -> str:
    """The text of the first rendition that has any: NITF, XHTML, or plain text."""
    for part in markup.below(item, "inlinexml", "inlinedata"):
        if any(True for _ in markup.below(part, "nitf", "body.content")):
            return nitf.text_of(part)
        if markup.name(part) == "inlinexml":
            text = markup.prose(part).replace("\n", "\n\n")
        else:
            kind = str(part.get("contenttype", "text/plain"))
            data = "".join(part.itertext()).replace("\r\n", "\n")
            text = markup.fragment(data) if "html" in kind else data if "text" in kind else ""
        if text.strip():
            return text.strip("\n") + "\n"
    raise UnreadableSource("it holds no text of its own: index the items it refers to")


def _authors(content: Element) -> tuple[str, ...]:
    creators = [_name(one) for one in content if markup.name(one) == "creator"]
    stated = _words(content, "by")
    byline = names(stated[3:] if stated[:3].lower() == "by " else stated)
    return tuple(filter(None, creators)) or byline


def _notice(about: Element) -> str:
    """The note to editors of an item that is signalled as a correction."""
    signals = {_code(one) for one in about if markup.name(one) == "signal"}
    note = _words(about, "ednote")
    corrected = bool(signals & {"correction", "correct", "corrected", "update-correction"})
    return (note or "Correction (as signalled by the agency)") if corrected else ""


def _language(item: Element, content: Element) -> str:
    stated = markup.child(content, "language")
    own = "" if stated is None else str(stated.get("tag", ""))
    return own or str(item.get("{http://www.w3.org/XML/1998/namespace}lang", ""))


def _words(element: Element, wanted: str) -> str:
    return markup.words(markup.child(element, wanted))


def _name(element: Element | None) -> str:
    """A concept's name; a literal stands for it where there is none."""
    if element is None:
        return ""
    return markup.words(markup.child(element, "name")) or str(element.get("literal", ""))


def _code(element: Element | None) -> str:
    """The part of a QCode after its scheme: ``stat:usable`` -> ``usable``."""
    return "" if element is None else str(element.get("qcode", "")).rpartition(":")[2].lower()
