"""What a source states about itself -> clean fields; what it does not state stays unknown."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable

from index.formats import notices, times
from index.types import Article


def revision(text: str) -> str:
    """The revision of a text: its SHA-256, hexadecimal."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def slug(name: str) -> str:
    """``name`` as an article id: letters, digits, ``_``, ``.`` and ``-``, at most 80 characters."""
    return re.sub(r"[^\w.-]+", "-", name, flags=re.ASCII).strip("-.")[:80] or "article"


def names(value: object) -> tuple[str, ...]:
    """Author names from a list or from one string joined by commas, semicolons or "and"."""
    if isinstance(value, str):
        value = re.split(r"[;,]|\s(?:and|&)\s", " ".join(value.split()))
    if isinstance(value, dict):
        value = [value]
    if not isinstance(value, Iterable) or isinstance(value, bytes):
        return ()
    stated = (one.get("name") or "" if isinstance(one, dict) else one for one in value)
    cleaned = (" ".join(str(name).split()) for name in stated)
    return tuple(name for name in cleaned if name)


def article(
    identifier: str,
    text: str,
    source: str,
    *,
    title: str = "",
    publisher: str = "",
    authors: tuple[str, ...] = (),
    url: str = "",
    date: object = None,
    updated: object = None,
    section: str = "",
    notice: str = "",
    language: str = "",
) -> Article:
    """An Article with its revision computed and its one-line fields cleaned of line breaks.

    Dates that cannot be are left out and named in ``doubts``; a ``notice`` that the source does
    not state is looked for in the text.
    """
    first, odd = times.believed(date, "publication date")
    last, odder = times.believed(updated, "date of the update")
    if first and last and last.date() < first.date():
        last, odder = None, ("it was updated before it was published: the update is unknown",)
    return Article(
        id=slug(identifier),
        revision=revision(text),
        title=" ".join(title.split()),
        text=text,
        publisher=" ".join(publisher.split()),
        authors=authors,
        url=url.strip() if url.strip().startswith(("http://", "https://")) else "",
        published=first,
        language=language.strip()[:2].lower(),
        source=source,
        updated=last if last != first else None,
        section=" ".join(section.split()),
        notice=" ".join(notice.split()) or notices.find(title, text),
        doubts=odd + odder,
    )
