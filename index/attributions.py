"""Parsed sentences of one article -> attributions: content, cue and source as places in its text.

Reported clauses come from ``grammar`` and ``cues``; whole quotations are dealt out by
``speeches``, because a reader ties them to a speaker by position more than by syntax.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field

from index import cues, grammar
from index.candidates import Candidate
from index.grammar import Frame, Range, Word
from index.quotations import Quotation

Place = tuple[int, int]  # half-open, in code points of the article
THRESHOLD = 0.3  # of ``cues.score``


@dataclass(slots=True)
class Attribution:
    """One attribution; ``source_words`` are the parser's words of the source, as text and tag.

    ``times`` are the places that hang on the cue and may say when it was said; ``quotations``
    index those whole quotations that are its content.
    """

    content: list[Place]
    cue: Place | None = None
    source: Place | None = None
    source_words: tuple[tuple[str, str], ...] = ()
    sentence: Place = (0, 0)
    kind: str = ""
    cue_word: str = ""
    score: float = 1.0
    times: tuple[Place, ...] = ()
    quotations: list[int] = field(default_factory=list)


Sentence = tuple[Candidate, Sequence[Word]]


def reported(
    candidate: Candidate, words: Sequence[Word], quotations: Sequence[Quotation]
) -> list[Attribution]:
    """The attributions a sentence makes by its grammar, in the order of their cues."""
    best: dict[int, tuple[float, Frame]] = {}
    for frame in grammar.frames(words):
        if not frame.content:
            continue
        value = cues.score(words, frame)
        if frame.cue not in best or value > best[frame.cue][0]:
            best[frame.cue] = (value, frame)
    chosen = [(value, frame) for value, frame in best.values() if value >= THRESHOLD]
    made = [build(candidate, words, frame, value) for value, frame in chosen]
    return [a for a in made if not _is_quoted(a, quotations)]


def _is_quoted(attribution: Attribution, quotations: Sequence[Quotation]) -> bool:
    """Whether the cue is itself quoted: then it is the speaker's words, not the reporter's."""
    if attribution.cue is None:
        return False
    at = bisect_right(quotations, attribution.cue[0], key=lambda q: q.start) - 1
    return at >= 0 and attribution.cue[0] < quotations[at].end


def build(
    candidate: Candidate, words: Sequence[Word], frame: Frame, value: float = 1.0
) -> Attribution:
    """An attribution with a frame's words as places of the article."""

    def located(part: Range) -> Place:
        return candidate.place(words[part[0]].start, words[part[1] - 1].end)[:2]

    named = frame.source
    if named and words[named[0]].tag in ("WP", "WDT") and named[1] - named[0] == 1:
        named = grammar.antecedent(words, named) or named
    return Attribution(
        content=[located(part) for part in frame.content],
        cue=located(frame.cue_range),
        source=located(frame.source) if frame.source else None,
        source_words=tuple((w.text, w.tag) for w in words[named[0] : named[1]]) if named else (),
        sentence=(candidate.start, candidate.end),
        kind=frame.kind,
        cue_word=words[frame.cue].text,
        score=value,
        times=tuple(located(part) for part in grammar.times(words, frame)),
    )


def whole_quotations(attribution: Attribution, quotations: Sequence[Quotation]) -> list[Place]:
    """Content with every quotation it touches whole, marks included, unless the cue is inside."""
    content: list[Place] = []
    cue = attribution.cue or (-1, -1)
    for start, end in sorted(attribution.content):
        at = max(0, bisect_right(quotations, start, key=lambda q: q.start) - 1)
        while at < len(quotations) and quotations[at].start < end:
            quotation = quotations[at]
            at += 1
            if quotation.end > start and not quotation.start <= cue[0] < quotation.end:
                start, end = min(start, quotation.start), max(end, quotation.end)
        if content and start <= content[-1][1]:
            content[-1] = content[-1][0], max(end, content[-1][1])
        else:
            content.append((start, end))
    return content
