"""Text -> HTML and SVG that show exactly that text: what is not made here is escaped."""

from __future__ import annotations

import html
from collections.abc import Iterable


class Markup(str):
    """HTML that was built by this module and may stand in a page as it is."""

    __slots__ = ()


def tag(name: str, /, *inside: str, **attributes: str | float | None) -> Markup:
    """``<name ...>inside</name>``; whatever is not Markup is escaped.

    Attributes of None are left out. A trailing underscore makes ``class_``; inner ones become
    hyphens.
    """
    head = "".join(_attribute(key, value) for key, value in attributes.items())
    return Markup(f"<{name}{head}>{join(inside)}</{name}>")


def join(parts: Iterable[str]) -> Markup:
    """The parts put together, each escaped unless it is Markup."""
    return Markup("".join(part if isinstance(part, Markup) else _escaped(part) for part in parts))


def _attribute(key: str, value: str | float | None) -> str:
    if value is None:
        return ""
    shown = f"{value:.1f}".removesuffix(".0") if isinstance(value, float) else str(value)
    return f' {key.rstrip("_").replace("_", "-")}="{_escaped(shown)}"'


def _escaped(text: str) -> str:
    """A parser would read a bare CR as LF, and half a surrogate pair cannot be written at all."""
    sound = text.encode("utf-8", "replace").decode("utf-8")
    return (
        html.escape(sound, quote=True)
        .replace("\r", "&#13;")
        .replace("\0", "\N{REPLACEMENT CHARACTER}")
    )
