"""Text -> HTML that shows exactly that text, and addresses that are safe to link to.

Whatever comes from an article, a question or a model passes through here: `gr.HTML` cleans
nothing, so what is put into it is built from these parts only.
"""

from __future__ import annotations

import html
from collections.abc import Iterable
from urllib.parse import quote, urlsplit

from rag.types import ArticleRef, Closest
from rag.wording import day

_FRAGMENT_WORDS = 5  # words at each end of a quotation; long enough to be found once


def escape(text: str) -> str:
    """``text`` for element content and double-quoted attributes.

    A parser would read a bare CR as LF, and half a surrogate pair cannot be sent at all.
    """
    sound = text.encode("utf-8", "replace").decode("utf-8")
    return html.escape(sound, quote=True).replace("\r", "&#13;")


def element(name: str, content: str, /, **attributes: str | None) -> str:
    """``<name ...>content</name>``; ``content`` is HTML, attribute values are text.

    Trailing and inner underscores make names that are not Python's: ``class_``, ``data_ask``.
    """
    return f"<{name}{_attributes(attributes)}>{content}</{name}>"


def join(parts: Iterable[str]) -> str:
    """The parts that are not empty, put together."""
    return "".join(part for part in parts if part)


def address(url: str) -> str:
    """``url`` if a person can safely open it: http or https with a plain host, else empty."""
    if any(ord(sign) <= 32 or sign in '\\<>"' for sign in url):
        return ""
    try:
        parts = urlsplit(url)
        plain = parts.scheme in ("http", "https") and parts.hostname and "@" not in parts.netloc
    except ValueError:
        return ""
    return url if plain else ""


def host(url: str) -> str:
    """The host an address leads to, without "www."; punycode stays as it is."""
    found = urlsplit(url).hostname or ""
    return found.encode("idna").decode() if _encodable(found) else found


def outward(url: str) -> str:
    """A link to the publisher's page that says where it leads; empty for an unsafe address."""
    if not (safe := address(url)):
        return ""
    text = f"{escape(host(safe))} <span aria-hidden='true'>↗</span>"
    return element(
        "a", text, class_="outward", href=safe, target="_blank", rel="noopener noreferrer nofollow"
    )


def text_fragment(url: str, exact: str) -> str:
    """``url`` leading browsers to the quoted words on the publisher's page; empty if unsafe."""
    if not (safe := address(url)):
        return ""
    words = exact.split()
    if len(words) <= 2 * _FRAGMENT_WORDS:
        wanted = _fragment(words)
    else:
        wanted = f"{_fragment(words[:_FRAGMENT_WORDS])},{_fragment(words[-_FRAGMENT_WORDS:])}"
    return f"{safe.partition('#')[0]}#:~:text={wanted}"


def reading(article: str, revision: str, start: int = 0, end: int = 0) -> str:
    """The page's own address of a place in one revision; old ones stay readable for ever."""
    return f"#read/{quote(article, safe='', errors='replace')}/{revision}/{start}/{end}"


def place(found: Closest | ArticleRef) -> str:
    """The page's own address of what was found."""
    if isinstance(found, Closest):
        return reading(found.article.id, found.article.revision, found.start, found.end)
    return reading(found.id, found.revision)


def notice(words: str) -> str:
    """An article's own correction or editor's note, in its words; empty where it has none."""
    return element("p", escape(words), class_="notice") if words else ""


def where(article: ArticleRef) -> str:
    """Title, outlet and day of an article, as far as they are known; text, not HTML."""
    return ", ".join(filter(None, (article.title, article.publisher, day(article.published))))


def _attributes(given: dict[str, str | None]) -> str:
    named = ((name.rstrip("_").replace("_", "-"), value) for name, value in given.items())
    return "".join(f' {name}="{escape(value)}"' for name, value in named if value is not None)


def _fragment(words: list[str]) -> str:
    return quote(" ".join(words), safe="").replace("-", "%2D")


def _encodable(found: str) -> bool:
    try:
        found.encode("idna")
    except UnicodeError:
        return False
    return True
