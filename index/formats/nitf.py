"""NITF documents (News Industry Text Format) -> Articles."""

from __future__ import annotations

from collections.abc import Iterator

from index.errors import UnreadableSource
from index.formats import markup
from index.formats.markup import Element
from index.formats.metadata import article, names
from index.types import Article

ROOTS = ("nitf",)


def read(root: Element, source: str, stem: str) -> Iterator[Article]:
    """One Article: headline and body text, with what head and docdata state.

    Raises UnreadableSource when there is no body text, or the document says it is withdrawn.
    """
    docdata = markup.child(root, "head", "docdata")
    docdata = root if docdata is None else docdata
    if docdata.get("management-status") in ("canceled", "embargoed", "withheld"):
        status = docdata.get("management-status")
        raise UnreadableSource(f"the article is marked {status}: ask its agency for the text")
    yield article(
        _attribute(docdata, "doc-id", "id-string") or stem,
        text_of(root),
        source,
        title=_title(root),
        publisher=_attribute(root, "pubdata", "name"),
        authors=_authors(root),
        url=_attribute(root, "pubdata", "ex-ref"),
        date=_attribute(docdata, "date.issue", "norm")
        or _attribute(docdata, "date.release", "norm"),
        section=_attribute(root, "pubdata", "position.section"),
        notice=_attribute(docdata, "correction", "info"),
    )


def text_of(root: Element) -> str:
    """Headline and paragraphs; raises UnreadableSource when there are none."""
    content = next(markup.below(root, "body.content"), None)
    body = "" if content is None else markup.prose(content)
    if not body:
        raise UnreadableSource("the document holds no body text: nothing to index")
    headlines = (markup.words(one) for one in markup.below(root, "hl1", "hl2"))
    heads = [line for line in dict.fromkeys(headlines) if line and line not in body.split("\n")]
    return "\n\n".join([*heads, body.replace("\n", "\n\n")]) + "\n"


def _title(root: Element) -> str:
    return markup.words(next(markup.below(root, "hl1"), None)) or markup.words(
        markup.child(root, "head", "title")
    )


def _authors(root: Element) -> tuple[str, ...]:
    for line in markup.below(root, "byline"):
        people = [markup.words(one) for one in markup.below(line, "person")]
        stated = markup.words(line)
        return tuple(people) or names(stated[3:] if stated[:3].lower() == "by " else stated)
    return ()


def _attribute(element: Element, wanted: str, attribute: str) -> str:
    values = (str(one.get(attribute, "")) for one in markup.below(element, wanted))
    return next(filter(None, values), "")
