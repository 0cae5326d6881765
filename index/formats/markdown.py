"""Markdown files, with or without front matter -> Articles."""

from __future__ import annotations

from collections.abc import Iterator

import yaml

from index.blocks import headline
from index.errors import UnreadableSource
from index.formats import plain
from index.formats.metadata import article, names
from index.types import Article

_NOTHING = ("~", "null")  # how YAML writes that there is no value


def read(text: str, source: str, stem: str) -> Iterator[Article]:
    """One Article whose text is what follows the front matter.

    Raises UnreadableSource when the front matter is not a YAML mapping.
    """
    front, body = _front_matter(text)
    if not front:
        yield from plain.read(text, source, stem)
        return
    yield article(
        stem,
        body,
        source,
        title=str(front.get("title") or headline(body)),
        publisher=str(front.get("publisher") or front.get("source") or ""),
        authors=names(front.get("authors") or front.get("author") or ""),
        url=str(front.get("url") or ""),
        date=front.get("published") or front.get("date"),
        updated=front.get("updated") or front.get("modified") or front.get("lastmod"),
        section=str(front.get("section") or front.get("category") or ""),
        notice=str(front.get("correction") or front.get("notice") or ""),
        language=str(front.get("language") or front.get("lang") or ""),
    )


def _front_matter(text: str) -> tuple[dict[str, object], str]:
    if not text.startswith("---\n"):
        return {}, text
    head, fence, body = text[4:].partition("\n---\n")
    if not fence:
        return {}, text
    try:  # all values as they are written: a date that cannot be is no reason to lose the article
        values = yaml.load(head, Loader=yaml.BaseLoader)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        line = str(error).split("\n", 1)[0]
        raise UnreadableSource(f"front matter is not valid YAML ({line}): correct it") from error
    if not isinstance(values, dict):
        raise UnreadableSource("front matter is not a list of 'key: value' lines: correct it")
    facts = {str(key).lower(): _flat(value) for key, value in values.items() if _is_plain(key)}
    return facts, body.lstrip("\n")


def _flat(value: object) -> object:
    """``value`` without what is nested in it: YAML's references make a few lines gigabytes."""
    if isinstance(value, list):
        named = (one.get("name") if isinstance(one, dict) else one for one in value)
        return [one for one in named if _is_plain(one)]
    return value if _is_plain(value) and value not in _NOTHING else None


def _is_plain(value: object) -> bool:
    return isinstance(value, str)
