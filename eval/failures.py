"""A Row that went wrong -> why, and the HTML by which a person sees it at once."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

from eval.markup import Markup, join, tag
from eval.rows import Row, Shown

_EMPTY_LINES = re.compile(r"\n\s*\n")
_MARKER = re.compile(r"(\s?\[\d+\])")
_PASSAGES = 3  # shown beside those that hold gold


def faults(row: Row) -> list[str]:
    """What went wrong with a question, in the order in which it happened; none when it is right."""
    found = list(_faults(row))
    return [] if row.score.right and not _quotes_badly(row) else found


def failure(row: Row) -> Markup:
    """One question with its answer, gold and evidence, folded."""
    chips = (tag("span", fault, class_="fault") for fault in faults(row))
    summary = tag(
        "summary",
        tag("span", row.kind.replace("_", " "), class_="type"),
        tag("span", row.question, class_="question"),
        *chips,
    )
    history = [tag("p", f"after: {asked}", class_="before") for asked in row.history]
    understood = tag("p", _understood(row), class_="before") if _understood(row) else ""
    left = tag("section", tag("h4", "What was answered"), *_answer(row))
    right = tag("section", tag("h4", "Gold"), *_gold(row))
    found = tag("section", tag("h4", "What was found"), *_evidence(row), class_="wide")
    body = tag("div", *history, understood, left, right, found, class_="body")
    return tag("details", summary, body, class_="failure", id=f"q-{row.id}", data_kind=row.kind)


def _faults(row: Row) -> Iterator[str]:
    score = row.score
    if row.answerable and score.recall and not score.recall["10"]:
        yield "not found"
    if row.answer is None:
        return
    if row.answerable and score.abstained:
        yield "refused, though answerable"
    elif not row.answerable and not score.abstained:
        yield "answered, though not answerable"
    elif row.answerable and not row.right_citations:
        yield "cites something else"
    if score.speaker_right is False:
        yield "another speaker"
    if score.answer_found is False and not score.abstained:
        yield "short answer missing"
    if _quotes_badly(row):
        yield "quotation not verbatim"


def _quotes_badly(row: Row) -> bool:
    return row.score.quotations_verbatim < row.score.quotations


def _understood(row: Row) -> str:
    """How the question was read, where that is not what was asked."""
    answer = row.answer or {}
    read = answer.get("interpretation") or {}
    parts = [f"{name} {read[name]}" for name in ("speaker", "topic", "since", "until")
             if read.get(name)]  # fmt: skip
    standalone = answer.get("standalone_question", "")
    asked = [f"“{standalone}”"] if standalone and standalone != row.question else []
    return "read as: " + ", ".join([*asked, *parts]) if asked or parts else ""


def _answer(row: Row) -> Iterator[Markup]:
    answer = row.answer
    if answer is None:
        return
    refusal = answer.get("abstention")
    if refusal:
        yield tag("p", refusal["message"], class_="answer")
        wanted = f"; gold says {row.reason}" if row.reason and not row.answerable else ""
        yield tag("p", f"{refusal['reason']}{wanted}; confidence {row.score.confidence:.2f}",
                  class_="before")  # fmt: skip
        yield from (_place(one, "closest", "") for one in refusal.get("closest", ()))
        return
    yield tag("p", *_claims(answer, set(row.right_citations)), class_="answer")
    for one in answer["citations"]:
        state = "gold" if one["number"] in row.right_citations else "not gold"
        yield _place(one, f"[{one['number']}] {state}", state.replace(" ", "-"))
    for warning in answer.get("warnings", ()):
        yield tag("p", f"{warning['code']}: {warning['detail']}", class_="before")


def _claims(answer: Mapping[str, Any], right: set[int]) -> Iterator[Markup]:
    """The answer's text, each sentence marked by whether it cites gold."""
    text, at = answer["text"], 0
    for claim in answer["claims"]:
        yield join([text[at : claim["start"]]])
        words = text[claim["start"] : claim["end"]]
        parts = (tag("sup", one.strip()) if _MARKER.fullmatch(one) else one
                 for one in _MARKER.split(words))  # fmt: skip
        yield tag("span", *parts, class_="gold" if right & set(claim["citations"]) else "not-gold")
        at = claim["end"]
    yield join([text[at:]])


def _place(one: Mapping[str, Any], label: str, kind: str) -> Markup:
    title = one["article"]["title"] or one["article"]["id"]
    return tag(
        "blockquote", tag("cite", f"{label} · {title}"), one["exact"], class_=kind or None
    )  # fmt: skip


def _gold(row: Row) -> Iterator[Markup]:
    if not row.gold:
        yield tag("p", f"No article answers this{f' ({row.reason})' if row.reason else ''}.")
    if row.speaker:
        yield tag("p", f"said by {row.speaker}", class_="before")
    if row.answers:
        yield tag("p", "short answer: " + " / ".join(row.answers), class_="before")
    for nugget in row.gold:
        rank = next((at for at, passage in enumerate(row.evidence, 1)
                     if any(_overlap(passage, span) for span in nugget)), 0)  # fmt: skip
        state = f"found at {rank}" if rank else "not among the first ten"
        first, *others = nugget
        more = f", or one of {len(others)} more" if others else ""
        yield tag(
            "blockquote",
            tag("cite", f"{first.title or first.article} · {state}{more}"),
            tag("span", _tight(first.before[-80:]), class_="around"),
            tag("mark", _tight(first.exact)),
            tag("span", _tight(first.after[:80]), class_="around"),
        )


def _evidence(row: Row) -> Iterator[Markup]:
    """The first passages and those that hold gold, gold and cited characters marked."""
    gold = [span for nugget in row.gold for span in nugget]
    cited = [
        (one["article"]["id"], one["start"], one["end"])
        for one in (row.answer or {}).get("citations", ())
    ]
    for rank, passage in enumerate(row.evidence, start=1):
        held = [(span.start, span.end) for span in gold if _overlap(passage, span)]
        if rank > _PASSAGES and not held:
            continue
        said = [(s, e) for article, s, e in cited if article == passage.article]
        yield tag(
            "blockquote",
            tag("cite", f"{rank} · {passage.title or passage.article}"),
            *_marked(passage, held, said),
            class_="holds" if held else None,
        )


def _tight(text: str) -> str:
    """``text`` without empty lines, which take room and tell nothing here."""
    return _EMPTY_LINES.sub("\n", text)


def _overlap(passage: Shown, span: Shown) -> bool:
    same = passage.article == span.article
    return same and passage.start < span.end and passage.end > span.start


def _marked(
    passage: Shown, gold: Sequence[tuple[int, int]], cited: Sequence[tuple[int, int]]
) -> Iterator[Markup]:
    """The passage's words; gold is ``<mark>``, what the answer cites is underlined."""
    edges = {passage.start, passage.end}
    edges |= {at for span in (*gold, *cited) for at in span if passage.start < at < passage.end}
    order = sorted(edges)
    for start, end in pairwise(order):
        words: str = _tight(passage.exact[start - passage.start : end - passage.start])
        if any(s < end and e > start for s, e in cited):
            words = tag("u", words)
        if any(s < end and e > start for s, e in gold):
            words = tag("mark", words)
        yield join([words])
