"""Answers -> text that keeps its footnotes: for the clipboard, as Markdown, as an HTML file."""

from __future__ import annotations

import re
from importlib import resources

from rag.types import Answer, Citation
from ui.conversation import Conversation, Exchange
from ui.markup import address, day, element, escape, join, text_fragment

_MARKER = re.compile(r"\[(\d+)\]")
_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>()#+\-.!|~&:@])")


def footnoted(answer: Answer) -> str:
    """The answer as plain text with its footnotes below."""
    notes = "\n".join(f"[{one.number}] {_note(one)}" for one in answer.citations)
    return f"{answer.text}\n\n{notes}".strip()


def markdown(conversation: Conversation) -> str:
    """The conversation as Markdown; footnotes are numbered through, links lead to the words.

    Everything that came from articles or people is backslash-escaped, so that no reader of
    the file fetches or runs anything.
    """
    notes: list[str] = []
    parts = ["# onrecord", ""]
    for place, one in enumerate(_whole(conversation), start=1):
        parts += [f"## {_plain(one.question)}", "", _body(one, place), ""]
        notes += [
            f"[^{place}-{citation.number}]: {_markdown_note(citation)}"
            for citation in one.citations
        ]
    return "\n".join([*parts, *notes]).rstrip() + "\n"


def page(conversation: Conversation) -> str:
    """The conversation as one HTML file that needs nothing else and fetches nothing."""
    body = join(_section(one, place) for place, one in enumerate(_whole(conversation), start=1))
    style = resources.files("ui").joinpath("assets/export.css").read_text(encoding="utf-8")
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>onrecord</title><style>{style}</style></head>"
        f"<body><main><h1>onrecord</h1>{body}</main></body></html>\n"
    )


def _whole(conversation: Conversation) -> Conversation:
    return tuple(one for one in conversation if one.answer)


def _body(one: Exchange, place: int) -> str:
    known = {citation.number for citation in one.citations}

    def marker(found: re.Match[str]) -> str:
        if int(found[2]) in known:
            return f"[^{place}-{found[2]}]"
        return found[0]

    # Escaping turns a marker into \[1\]; the known ones become footnotes again.
    return re.sub(r"(\\)\[(\d+)\\\]", marker, _plain(one.text))


def _plain(text: str) -> str:
    return " ".join(_MARKDOWN.sub(r"\\\1", text).split())


def _markdown_note(citation: Citation) -> str:
    link = text_fragment(citation.article.url, citation.exact)
    shown = f" <{link}>" if link else ""
    return f"{_plain(_described(citation))}{shown}"


def _section(one: Exchange, place: int) -> str:
    known = {citation.number for citation in one.citations}

    def marker(found: re.Match[str]) -> str:
        if int(found[1]) not in known:
            return found[0]
        name = f"{place}-{found[1]}"
        return f'<sup><a id="r{name}" href="#f{name}">[{found[1]}]</a></sup>'

    text = _MARKER.sub(marker, escape(one.text))
    rows = (
        element(
            "li",
            f"{_html_note(citation)} <a href='#r{place}-{citation.number}' "
            "aria-label='back to the text'>↩</a>",
            id=f"f{place}-{citation.number}",
        )
        for citation in one.citations
    )
    notes = element("ol", join(rows)) if one.citations else ""
    return element("section", f"<h2>{escape(one.question)}</h2><p>{text}</p>{notes}")


def _html_note(citation: Citation) -> str:
    link = text_fragment(citation.article.url, citation.exact)
    shown = element(
        "a", escape(address(citation.article.url)), href=link, rel="noopener noreferrer"
    )
    return f"{escape(_described(citation))} {shown if link else ''}".strip()


def _note(citation: Citation) -> str:
    return " ".join(filter(None, (_described(citation), address(citation.article.url))))


def _described(citation: Citation) -> str:
    article = citation.article
    who = f"{citation.speaker}: " if citation.speaker else ""
    where = ", ".join(filter(None, (article.title, article.publisher, day(article.published))))
    span = f"characters {citation.start} to {citation.end}"
    old = "" if citation.current else ", an earlier version"
    return f"{who}“{citation.exact}” {where} ({span}{old})."
