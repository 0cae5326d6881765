"""Parsed sentences of one article -> attributions: content, cue and source as places in its text.

Reported clauses come from ``grammar`` and ``cues``; whole quotations are dealt out by
``speeches``, because a reader ties them to a speaker by position more than by syntax.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field

from index.speech import cues, dates, grammar, secondhand, subjects
from index.speech.candidates import Candidate
from index.speech.quotations import Quotation
from index.speech.tree import Frame, Range, Tree, Word

_TELLS = frozenset(map(cues.lemma, "say tell warn announce promise insist claim deny".split()))
_STANCES = frozenset(  # verbs that tell what somebody said even before a bare noun
    map(cues.lemma, "deny downplay vow dismiss reject condemn denounce demand praise blame".split())
)
_PRONOUNS = ("PRP", "DT", "WDT", "WP", "EX")

_DAY = re.compile(dates.MONTH)

Place = tuple[int, int]  # half-open, in code points of the article
THRESHOLD = 0.33  # of ``cues.score``, the overlap to expect; best F1 of all on PolNeAR dev
NESTED = 0.2  # the same for what an outlet says that somebody said
SHARED = 0.4  # of the words of two contents, from which both are one attribution read twice


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
    reported_by: str = ""
    content_words: tuple[tuple[str, str], ...] = ()
    quotations: list[int] = field(default_factory=list)


Sentence = tuple[Candidate, Sequence[Word]]


def reported(
    candidate: Candidate, words: Sequence[Word], quotations: Sequence[Quotation]
) -> list[Attribution]:
    """The attributions a sentence makes by its grammar, in the order of their cues."""
    best: dict[int, tuple[float, Frame]] = {}
    for frame in grammar.frames(words):
        if not frame.content or _is_bare(words, frame):
            continue
        value = cues.score(words, frame)
        if frame.cue not in best or value > best[frame.cue][0]:
            best[frame.cue] = (value, frame)
    built = [build(candidate, words, frame, value) for value, frame in best.values()]
    made = [a for a in built if a.score >= THRESHOLD or (a.score >= NESTED and _is_stance(a))]
    made += _second_hand(made, [a for a in built if NESTED <= a.score < THRESHOLD])
    _cited(made, built)
    return [a for a in _once(made) if not is_quoted(a, quotations)]


def _once(made: Sequence[Attribution]) -> list[Attribution]:
    """Of attributions with nearly one content the likeliest that names who speaks: "is free to",
    "expressed doubt that", "was reported as saying that".

    Those of two names stay both: "Kuleba said that Blinken had warned of war". On PolNeAR's dev
    part this takes precision of indirect speech from 0.745 to 0.784 for 0.003 of its recall.
    """
    kept: list[Attribution] = []
    for one in sorted(made, key=lambda a: (a.source is None, -a.score)):
        if not any(_is_twin(one, other) for other in kept):
            kept.append(one)
    return [one for one in made if any(one is other for other in kept)]


def _is_twin(one: Attribution, other: Attribution) -> bool:
    if one.reported_by or other.reported_by:
        return False
    if one.source != other.source and _is_named(one) and _is_named(other):
        return False
    shared = sum(
        max(0, min(a[1], b[1]) - max(a[0], b[0])) for a in one.content for b in other.content
    )
    size = sum(end - start for part in (one, other) for start, end in part.content)
    return shared > SHARED * (size - shared)


def _is_named(attribution: Attribution) -> bool:
    return any(tag.startswith("NNP") for _, tag in attribution.source_words)


def _is_stance(attribution: Attribution) -> bool:
    """ "Peskov denied any Russian role", "vowing resistance"."""
    known = cues.lemma(attribution.cue_word) in _STANCES
    return known and attribution.kind.startswith("dobj") and attribution.source is not None


def _is_bare(words: Sequence[Word], frame: Frame) -> bool:
    """Whether all the content is a pronoun: "had heard about it" reports nothing."""
    return all(words[at].tag in _PRONOUNS for a, b in frame.content for at in range(a, b))


def _second_hand(made: Sequence[Attribution], doubtful: Sequence[Attribution]) -> list[Attribution]:
    """What is told of what somebody told; annotators left such inner attributions out, so weights
    do too. What outlets relay is marked."""
    relayed = [
        inner
        for inner in doubtful
        if cues.lemma(inner.cue_word) in _TELLS
        and not any(inner is other for other in made)
        and inner.kind.startswith("clause")
        and _is_named(inner)
        and any(secondhand.holds(outer, inner) for outer in made)
    ]
    for outer in made:
        name = secondhand.outlet(outer)
        if not name or not outer.kind.startswith(("clause-before", "according", "around", "as")):
            continue
        for inner in (*made, *doubtful):
            if inner is not outer and secondhand.holds(outer, inner):
                inner.reported_by = name
                if inner not in made and inner not in relayed:
                    relayed.append(inner)
    return relayed


def _cited(made: Sequence[Attribution], built: Sequence[Attribution]) -> None:
    """ "…, Reuters reported, citing X": the source is X, the outlet stands behind it."""
    citing = next((a for a in built if a.cue_word.lower() == "citing" and a.kind == "dobj"), None)
    if citing is None:
        return
    for attribution in made:
        name = secondhand.outlet(attribution)
        if name and attribution.cue != citing.cue and attribution.source == citing.source:
            attribution.reported_by = name
            attribution.source = citing.content[0]
            attribution.source_words = citing.content_words


def is_quoted(attribution: Attribution, quotations: Sequence[Quotation]) -> bool:
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

    source = frame.source
    if source is None and any(_masked(candidate, words, part) for part in frame.content):
        source = subjects.beside(Tree(words), frame.cue)
    source, spoken = _without_day(words, source)
    named = source
    if named and words[named[0]].tag in ("WP", "WDT") and named[1] - named[0] == 1:
        named = subjects.antecedent(words, named) or named
    return Attribution(
        content=[located(part) for part in frame.content],
        cue=located(frame.cue_range),
        source=located(source) if source else None,
        source_words=tuple((w.text, w.tag) for w in words[named[0] : named[1]]) if named else (),
        sentence=(candidate.start, candidate.end),
        kind=frame.kind,
        cue_word=words[frame.cue].text,
        score=value,
        content_words=tuple((w.text, w.tag) for a, b in frame.content for w in words[a:b]),
        times=tuple(located(part) for part in (*spoken, *subjects.times(words, frame))),
    )


def _without_day(
    words: Sequence[Word], source: Range | None
) -> tuple[Range | None, tuple[Range, ...]]:
    """A source without the day that the parser took for a part of its name: "By Thursday Dmitry
    Peskov was saying"; and where that day is, its preposition included."""
    if source is None:
        return None, ()
    left, right = source
    start = left
    while left < right - 1 and _is_day(words[left]):
        left += 1
    if left == start or not words[left].tag.startswith("NNP"):
        return source, ()
    opens = start == 1 and words[0].tag == "IN"
    return (left, right), ((0 if opens else start, left),)


def _is_day(word: Word) -> bool:
    return (
        word.tag == "CD" or bool(_DAY.fullmatch(word.text)) or word.text.lower() in dates.WEEKDAYS
    )


def _masked(candidate: Candidate, words: Sequence[Word], part: Range) -> bool:
    """Whether words of the parse stand for a whole quotation."""
    return candidate.place(words[part[0]].start, words[part[0]].end)[2] >= 0


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
