"""Web pages -> Articles without navigation and advertising (only module importing trafilatura)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

from index.errors import UnreadableSource
from index.formats.metadata import article, names
from index.types import Article

_META_DATES = (
    "article:published_time",
    "og:article:published_time",
    "datepublished",
    "parsely-pub-date",
    "sailthru.date",
    "dc.date.issued",
    "dc.date",
    "pubdate",
    "date",
)
_META_UPDATES = (
    "article:modified_time",
    "og:article:modified_time",
    "og:updated_time",
    "datemodified",
    "dc.date.modified",
    "dcterms.modified",
    "last-modified",
)
_META_SECTIONS = ("article:section", "og:article:section", "articlesection", "parsely-section")
_LINKED = r'"%s"\s{0,99}:\s{0,99}"([^"\\\n]{1,80})"'


def read(text: str, source: str, stem: str) -> Iterator[Article]:
    """One Article with the page's main text, one paragraph a line.

    Raises UnreadableSource when the page holds no article text.
    """
    page = _extracted(text)
    body = str(page.get("text") or "").replace("\r\n", "\n")
    if not body.strip():
        raise UnreadableSource("no article text found in the page: save its text as .txt instead")
    yield article(
        stem,
        body,
        source,
        title=str(page.get("title") or ""),
        publisher=str(page.get("sitename") or ""),
        authors=names(page.get("author") or ""),
        url=str(page.get("url") or ""),
        date=_stated(text, _META_DATES, "datePublished") or page.get("date"),
        updated=_stated(text, _META_UPDATES, "dateModified"),
        section=unescape(_stated(text, _META_SECTIONS, "articleSection")),
        language=_language(text),
    )


def _extracted(text: str) -> dict[str, object]:
    import trafilatura  # 0.3 s and lxml: only for those who bring HTML

    try:
        found = trafilatura.bare_extraction(
            text,
            include_comments=False,
            include_tables=False,
            with_metadata=True,
            date_extraction_params={"extensive_search": False, "original_date": True},
        )
    except Exception as error:  # lxml and its users raise all kinds on broken markup
        raise UnreadableSource(
            "the page's markup is broken: save its text as .txt instead"
        ) from error
    if isinstance(found, dict):
        return found
    return dict(found.as_dict()) if found else {}


def _stated(page: str, metas: tuple[str, ...], linked: str) -> str:
    """A fact as the page's own metadata states it: in a meta element, or in linked data."""
    found = dict(_meta_tags(page))
    for name in metas:
        if name in found:
            return found[name]
    value = re.compile(_LINKED % linked)
    for chunk in page.split("</script")[:-1]:
        _, _, block = chunk.rpartition("<script")
        if "ld+json" in block[:500] and (stated := value.search(block)):
            return stated[1]
    return ""


def _meta_tags(page: str) -> Iterator[tuple[str, str]]:
    for tag in re.findall(r"<meta\b[^>]{0,2000}>", page, re.I):
        named = re.search(r"""\b(?:property|name|itemprop)\s*=\s*["']?([\w:.-]+)""", tag, re.I)
        content = re.search(r"""\bcontent\s*=\s*(?:"([^"]*)"|'([^']*)')""", tag, re.I)
        if named and content:
            yield named[1].lower(), content[1] or content[2] or ""


def _language(page: str) -> str:
    stated = re.search(r"""<html\b[^>]{0,500}\blang\s*=\s*["']?([A-Za-z-]+)""", page, re.I)
    return stated[1] if stated else ""
