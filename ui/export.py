"""Answers -> text that keeps its footnotes: for the clipboard, as Markdown, as an HTML file."""

from __future__ import annotations

import re
from importlib import resources

from rag.types import Answer, Citation
from ui.conversation import Conversation, Exchange
from ui.grades import GRADES, spoken, strongest
from ui.markup import address, element, escape, join, text_fragment, where
from ui.text import disagreement

_MARKER = re.compile(r"\[(\d+)\]")
_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>()#+\-.!|~&:@])")


def footnoted(answer: Answer) -> str:
    """The answer as plain text with its footnotes below."""
    support = strongest(answer)
    notes = (
        f"[{one.number}] {_note(one, support.get(one.number, ''))}" for one in answer.citations
    )
    return "\n\n".join(filter(None, (answer.text, disagreement(answer), "\n".join(notes))))


def markdown(conversation: Conversation) -> str:
    """The conversation as Markdown; footnotes are numbered through, links lead to the words.

    Everything that came from articles or people is backslash-escaped, so that no reader of
    the file fetches or runs anything.
    """
    notes: list[str] = []
    parts = ["# onrecord", ""]
    for place, one in enumerate(_whole(conversation), start=1):
        parts += [f"## {_plain(one.question)}", "", *_body(one, place)]
        support = strongest(one.answer) if one.answer else {}
        notes += [
            f"[^{place}-{cited.number}]: {_markdown_note(cited, support.get(cited.number, ''))}"
            for cited in one.citations
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


def _body(one: Exchange, place: int) -> list[str]:
    """The answer and what the articles disagree on, in paragraphs."""
    lines = [_markers(one.text, one, place), ""]
    told = disagreement(one.answer) if one.answer else ""
    head, *rows = told.split("\n")
    if rows:
        lines += [head, "", *(f"- {_markers(row[2:], one, place)}" for row in rows), ""]
    return lines


def _markers(text: str, one: Exchange, place: int) -> str:
    known = {citation.number for citation in one.citations}

    def marker(found: re.Match[str]) -> str:
        if int(found[2]) in known:
            return f"[^{place}-{found[2]}]"
        return found[0]

    # Escaping turns a marker into \[1\]; the known ones become footnotes again.
    return re.sub(r"(\\)\[(\d+)\\\]", marker, _plain(text))


def _plain(text: str) -> str:
    return " ".join(_MARKDOWN.sub(r"\\\1", text).split())


def _markdown_note(citation: Citation, support: str) -> str:
    link = text_fragment(citation.article.url, citation.exact)
    shown = f" <{link}>" if link else ""
    return f"{_plain(_described(citation, support))}{shown}"


def _section(one: Exchange, place: int) -> str:
    unmet = {citation.number for citation in one.citations}
    known = frozenset(unmet)

    def marker(found: re.Match[str]) -> str:
        number = int(found[1])
        if number not in known:
            return found[0]
        name = f"{place}-{number}"
        first = f' id="r{name}"' if number in unmet else ""  # the way back leads to the first
        unmet.discard(number)
        return f'<sup><a{first} href="#f{name}">[{number}]</a></sup>'

    def linked(text: str) -> str:
        return _MARKER.sub(marker, escape(text)).replace(" <sup>", "&nbsp;<sup>")

    support = strongest(one.answer) if one.answer else {}
    rows = (
        element(
            "li",
            _html_note(cited, support.get(cited.number, ""))
            + f" <a href='#r{place}-{cited.number}' aria-label='back to the text'>↩</a>",
            id=f"f{place}-{cited.number}",
        )
        for cited in one.citations
    )
    notes = element("ol", join(rows)) if one.citations else ""
    told = disagreement(one.answer) if one.answer else ""
    parts = join(element("p", linked(text)) for text in (one.text, *filter(None, told.split("\n"))))
    return element("section", f"<h2>{escape(one.question)}</h2>{parts}{notes}")


def _html_note(citation: Citation, support: str) -> str:
    link = text_fragment(citation.article.url, citation.exact)
    shown = element(
        "a", escape(address(citation.article.url)), href=link, rel="noopener noreferrer"
    )
    return f"{escape(_described(citation, support))} {shown if link else ''}".strip()


def _note(citation: Citation, support: str) -> str:
    return " ".join(filter(None, (_described(citation, support), address(citation.article.url))))


def _described(citation: Citation, support: str) -> str:
    """The cited words, where they stand, and whose they are: the words may be the reporter's, so
    no name stands in front of them."""
    facts = (
        " ".join(filter(None, (citation.speaker, spoken(citation)))) if citation.speaker else "",
        GRADES[support][0] if support else "",
        f"characters {citation.start} to {citation.end}",
        "" if citation.current else "an earlier version",
    )
    told = "; ".join(fact for fact in facts if fact)
    return f"“{citation.exact}” {where(citation.article)} ({told})."
