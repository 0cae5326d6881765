"""The promise, checked by somebody who knows the articles and nothing of how the program works.

``broken`` looks at an answer as its JSON, whichever surface gave it. It shares no code with the
program: quotation marks are found by walking over the characters, and words are looked up with
``in``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

# Every character that some language or machine puts around quoted words, the straight one aside.
OTHER_MARKS = "“”„‟«»‹›″‶＂❝❞❮❯〝〞〟「」『』《》〈〉ʺˮ״⹂`´‚‛❛❜＇‵"
BANNED = ("](", "![", "<", "javascript:", "evil.example", "OWNS YOU", "&#", "&quot", "\\")
# What an answer says of its sources itself: outlet and day in brackets behind a sentence.
SOURCE = re.compile(
    r" \((?:Varna Courier(?:, )?)?(?:\d{1,2} [A-Z][a-z]+ 20\d\d)?\)(?= \[\d|[.!?]|$)"
)
MARKER = re.compile(r" \[(\d+)\]")
RUN = 5  # words in a row of an attack that are its words and no accident


def plain(text: str) -> str:
    """One shape of mark, dash and space; nothing else changed."""
    text = re.sub(f"[{re.escape(OTHER_MARKS)}‘’'\"]", "'", unicodedata.normalize("NFC", text))
    return " ".join(re.sub(r"[‐‑‒–—―−]", "-", text).split())


def broken(answer: Mapping[str, Any], texts: Mapping[str, str], attacks: str = "") -> list[str]:
    """All ways in which ``answer`` (JSON) over the articles ``texts`` breaks the promise."""
    return [*_citations(answer, texts), *_text(answer, texts, attacks), *_claims(answer, texts)]


def _citations(answer: Mapping[str, Any], texts: Mapping[str, str]) -> Iterator[str]:
    text, shown = answer["text"], answer["status"] != "abstained"
    numbers = [one["number"] for one in answer["citations"]]
    if numbers != list(range(1, len(numbers) + 1)):
        yield f"citations are numbered {numbers}"
    if shown and sorted({int(n) for n in MARKER.findall(text)}) != numbers:
        yield "markers and citations differ"
    if not shown and (numbers or re.search(r"\[\d", text)):
        yield "a refusal that cites"
    for one in answer["citations"]:
        body, start, end = texts[one["article"]["id"]], one["start"], one["end"]
        if not 0 <= start < end <= len(body) or body[start:end] != one["exact"]:
            yield f"citation {one['number']} is not exact"
        around = (body[max(0, start - 32) : start], body[end : end + 32])
        if (one["prefix"], one["suffix"]) != around:
            yield f"citation {one['number']} stands elsewhere"


def _text(answer: Mapping[str, Any], texts: Mapping[str, str], attacks: str) -> Iterator[str]:
    text = answer["text"]
    bare = SOURCE.sub("", MARKER.sub("", text))
    everything = " ".join(texts.values())
    yield from (f"{one!r} came through" for one in BANNED if one in text)
    yield from (f"the mark {one}" for one in set(text) & set(OTHER_MARKS))
    if "''" in text or ",," in text or "http" in text:
        yield "marks or an address made of other characters"
    for one in set(bare):
        odd = unicodedata.category(one) in ("Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp")
        strange = one.isalpha() and not one.isascii() and one not in everything
        if odd or strange:
            yield f"the character U+{ord(one):04X}"
    if re.search(r"[\[\]{}【】⟦⟧^¹²³]", bare):
        yield "what is left of a marker"
    words, told = bare.lower().split(), " ".join(everything.lower().split())
    for at in range(len(words) - RUN):
        run = " ".join(words[at : at + RUN])
        if run in attacks and run not in told:
            yield f"words of an attack: {run}"


def _claims(answer: Mapping[str, Any], texts: Mapping[str, str]) -> Iterator[str]:
    text, at = answer["text"], 0
    cited = {one["number"]: one for one in answer["citations"]}
    for claim in answer["claims"]:
        start, end = claim["start"], claim["end"]
        if start < at or text[at:start].strip():
            yield "claims overlap or leave a gap"
        at = end
        words = text[start:end]
        if {int(n) for n in MARKER.findall(words)} != set(claim["citations"]) or not claim[
            "citations"
        ]:
            yield "a claim's markers are not its citations"
        own = [cited[n] for n in claim["citations"] if n in cited]
        yield from _quotations(words, [one["exact"] for one in own], claim["kind"])
        yield from _figures(words, own, texts)
    if answer["claims"] and text[at:].strip():
        yield "text behind the last claim"


def _quotations(words: str, exact: list[str], kind: str) -> Iterator[str]:
    inside = re.split('"', words)
    if len(inside) % 2 == 0:
        yield "a quotation is left open"
    quoted, outside = inside[1::2], " ".join(inside[::2])
    if bool(quoted) != (kind == "quote"):
        yield "marks outside a claim that quotes, or none in one"
    # Single marks around words are marks too; an apostrophe touches a letter on both sides.
    quoted += re.findall(r"(?<!\w)['‘’](\w(?:[^'‘’]|(?<=\w)['’](?=\w))*)['‘’](?!\w)", outside)
    for one in quoted:
        parts = [part.strip(" ,.;:!?'") for part in plain(one).split(" … ")]
        if not any(all(_stands(part, plain(source)) for part in parts) for source in exact):
            yield f"not verbatim in what is cited: {one}"


def _stands(part: str, source: str) -> bool:
    """Whether the words stand there in a row as whole words; nothing never does."""
    if not part:
        return False
    return re.search(rf"(?<!\w){re.escape(part)}(?!\w)", source) is not None


def _figures(words: str, own: list[Any], texts: Mapping[str, str]) -> Iterator[str]:
    """Digits of a claim that stand in no article it cites, nor in the day it was printed."""
    given = {d for one in own for d in re.findall(r"\d+", texts[one["article"]["id"]])}
    given |= {d.lstrip("0") for one in own for d in re.findall(r"\d+", one["article"]["published"])}
    for figure in re.findall(r"\d+", MARKER.sub("", words)):
        if figure not in given:
            yield f"the figure {figure}"
