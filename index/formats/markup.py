"""XML documents -> trees, HTML fragments -> plain lines (only module importing lxml).

Nothing is fetched, no entity of a document's own is expanded, and depth is libxml2's limit of 256
elements: billion laughs, external entities and towers of tags end as UnreadableSource.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.entities import html5
from typing import Any

from index.errors import UnreadableSource

Element = Any  # lxml.etree._Element; lxml ships no types

_BLOCKS = frozenset(
    "address article aside blockquote body br caption dd details div dl dt fieldset figcaption "
    "figure footer h1 h2 h3 h4 h5 h6 header hr html li main nav ol p pre section table tbody td "
    "tfoot th thead tr ul block hl1 hl2 dateline byline nitf datasource tagline".split()
)
_LEFT_OUT = frozenset(
    "script style template noscript iframe object form svg math head title select button "
    "media media-reference media-metadata nitf-table".split()
)
_OWN_ENTITIES = frozenset((b"amp", b"lt", b"gt", b"quot", b"apos"))


def parsed(data: bytes) -> Element:
    """The root element of an XML document; raises UnreadableSource when it is not a sound one."""
    from lxml import etree

    if b"<!ENTITY" in data.replace(b"\x00", b""):
        raise UnreadableSource(
            "the document declares entities of its own, which are not expanded: write them out"
        )
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        return etree.fromstring(_numbered(data.lstrip()), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        reason = " ".join(str(error).split())[:120]
        raise UnreadableSource(f"the document is not sound XML ({reason}): correct it") from error


def name(element: Element) -> str:
    """An element's name without its namespace, in small letters; empty for what has none."""
    tag = element.tag
    return tag.rpartition("}")[2].lower() if isinstance(tag, str) else ""


def below(element: Element, *names: str) -> Iterator[Element]:
    """The elements under ``element`` with one of ``names``, in document order."""
    return (one for one in element.iter() if one is not element and name(one) in names)


def child(element: Element, *path: str) -> Element | None:
    """The first child's first child and so on along ``path``; None where there is none."""
    for step in path:
        if element is None:
            return None
        element = next((one for one in element if name(one) == step), None)
    return element


def words(element: Element | None) -> str:
    """All text in ``element`` on one line; empty for None."""
    return "" if element is None else " ".join("".join(_flow(element, frozenset())).split())


def prose(element: Element) -> str:
    """The text of ``element`` as a reader sees it, a paragraph a line; markup is left out."""
    lines = "".join(_flow(element, _LEFT_OUT)).split("\n")
    plain = (" ".join(line.split()) for line in lines)
    return "\n".join(line for line in plain if line)


def fragment(html: str) -> str:
    """The text of a piece of HTML, a paragraph a line; text without tags stays what it is."""
    from lxml import etree
    from lxml import html as pages

    if "<" not in html and "&" not in html:
        return html.strip()
    try:
        return prose(pages.fragment_fromstring(_storable(html), create_parent="div"))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
        raise UnreadableSource("the markup of the text is broken: save it as plain text") from error


def _storable(html: str) -> str:
    """``html`` without what lxml refuses: control characters, an encoding stated in a string."""
    plain = re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", "", html)
    return re.sub(r"^\s*<\?xml[^>]{0,200}\?>", "", plain)


def _numbered(data: bytes) -> bytes:
    """``data`` with HTML's names of characters, which feeds use undeclared, as numbers."""

    def number(found: re.Match[bytes]) -> bytes:
        if found[1] is None or found[1] in _OWN_ENTITIES:
            return found[0]
        known = html5.get(f"{found[1].decode()};", "")
        return "".join(f"&#{ord(one)};" for one in known).encode() or found[0]

    return re.sub(
        rb"<!\[CDATA\[.*?(?:\]\]>|\Z)|&([A-Za-z][A-Za-z0-9]{1,31});", number, data, flags=re.S
    )


def _flow(top: Element, left_out: frozenset[str]) -> Iterator[str]:
    """Text in document order, with a line break around every block; no recursion: depth is free."""
    waiting: list[tuple[Element, bool]] = [(top, True)]
    while waiting:
        element, entering = waiting.pop()
        tag = name(element)
        if tag in _BLOCKS:
            yield "\n"
        if entering and tag and (tag not in left_out or element is top):
            yield (element.text or "").replace("\n", " ")
            waiting.append((element, False))
            waiting += [(one, True) for one in reversed(element)]
            continue
        if element is not top:
            yield (element.tail or "").replace("\n", " ")
