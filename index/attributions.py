"""Parsed sentences of one article -> attributions: content, cue and source as places in its text.

Quotations that are sentences of their own are dealt out first: to a reporting verb in their own
sentence, else to the speech they carry on, else to the sentence that leads up to them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from index import cues, grammar
from index.candidates import Candidate
from index.grammar import Frame, Word
from index.quotations import Quotation

Place = tuple[int, int]  # half-open, in code points of the article

THRESHOLD = 0.38
SPEECH = frozenset(
    "say tell add writ ask repl answer tweet declar announc stat warn argu explain insist not "
    "continu conclud recall shout jok quip respond post read begin go observ acknowledg admit "
    "claim urg suggest agre think believ exclaim remark call describ put call report".split()
)


@dataclass(slots=True)
class Attribution:
    """One attribution; ``source_words`` are the parser's words of the source, as text and tag."""

    content: list[Place]
    cue: Place | None = None
    source: Place | None = None
    source_words: tuple[tuple[str, str], ...] = ()
    sentence: Place = (0, 0)
    kind: str = ""
    cue_word: str = ""
    score: float = 1.0
    quotations: list[int] = field(default_factory=list)


Sentence = tuple[Candidate, Sequence[Word]]


def attribute(
    text: str, quotations: Sequence[Quotation], sentences: Sequence[Sentence]
) -> list[Attribution]:
    """All attributions of an article in text order."""
    found: list[Attribution] = []
    speech: Attribution | None = None  # what a quotation standing alone carries on
    previous: Candidate | None = None
    for candidate, words in sentences:
        if previous is not None and candidate.paragraph > previous.paragraph + 1:
            speech = None
        if not candidate.has_words and candidate.quotations:
            speech = _alone(candidate, quotations, found, speech)
        elif words:
            made = _in_sentence(candidate, words, quotations)
            found.extend(made)
            spoken = [a for a in made if a.quotations]
            if spoken:
                speech = spoken[-1]
            elif made and previous is not None:
                speech = None if candidate.paragraph != previous.paragraph else speech
            else:
                speech = None
        else:
            speech = None
        previous = candidate
    return sorted(found, key=lambda a: (a.content[0], a.content[-1]))


def _alone(
    candidate: Candidate,
    quotations: Sequence[Quotation],
    found: list[Attribution],
    speech: Attribution | None,
) -> Attribution | None:
    """Give quotations that fill a sentence to the speech before them, or to nobody."""
    places = [(quotations[q].start, quotations[q].end) for q in candidate.quotations]
    if speech is None:
        speech = Attribution([], sentence=(candidate.start, candidate.end), kind="alone")
        found.append(speech)
    speech.content.extend(places)
    speech.quotations.extend(candidate.quotations)
    return speech


def _in_sentence(
    candidate: Candidate, words: Sequence[Word], quotations: Sequence[Quotation]
) -> list[Attribution]:
    best: dict[int, tuple[float, Frame]] = {}
    for frame in grammar.frames(words):
        if not frame.content:
            continue
        value = cues.score(words, frame)
        if frame.cue not in best or value > best[frame.cue][0]:
            best[frame.cue] = (value, frame)
    chosen = [(value, frame) for value, frame in best.values() if value >= THRESHOLD]
    made = [_place(candidate, words, frame, value) for value, frame in chosen]
    return _with_quotations(candidate, words, quotations, made, best)


def _with_quotations(
    candidate: Candidate,
    words: Sequence[Word],
    quotations: Sequence[Quotation],
    made: list[Attribution],
    best: dict[int, tuple[float, Frame]],
) -> list[Attribution]:
    """Quotations of the sentence with their reporting verb, which then reports only them."""
    masked = set(candidate.quotations)
    if not masked:
        return made
    made = [a for a in made if not _inside_quotation(a, quotations, masked)]
    for number in sorted(masked):
        place = quotations[number].start, quotations[number].end
        owner = _owner(place, made) or _fallback(candidate, words, best, place, made)
        if owner is None:
            continue
        if owner not in made:
            made.append(owner)
        owner.quotations.append(number)
        _claim(owner, place)
    return made


def _inside_quotation(
    attribution: Attribution, quotations: Sequence[Quotation], masked: set[int]
) -> bool:
    cue = attribution.cue
    return cue is not None and any(
        quotations[q].start <= cue[0] < quotations[q].end for q in masked
    )


def _owner(place: Place, made: list[Attribution]) -> Attribution | None:
    """The attribution whose content already holds a quotation; the nearest cue of several."""
    holding = [
        a for a in made if a.cue and any(s <= place[0] and place[1] <= e for s, e in a.content)
    ]
    if not holding:
        return None
    return min(holding, key=lambda a: _gap(a.cue or (0, 0), place))


def _gap(cue: Place, place: Place) -> int:
    return max(place[0] - cue[1], cue[0] - place[1])


def _fallback(
    candidate: Candidate,
    words: Sequence[Word],
    best: dict[int, tuple[float, Frame]],
    place: Place,
    made: list[Attribution],
) -> Attribution | None:
    """The nearest verb of speaking, where the parse did not tie the quotation to one."""
    spoken = [a for a in made if a.quotations]
    if spoken:
        return spoken[-1]
    nearest: tuple[int, int] | None = None
    for at, word in enumerate(words):
        if not word.tag.startswith("VB") or cues.lemma(word.text) not in SPEECH:
            continue
        start, end, quotation = candidate.place(word.start, word.end)
        if quotation >= 0:
            continue
        gap = _gap((start, end), place)
        if nearest is None or gap < nearest[0]:
            nearest = gap, at
    if nearest is None:
        return None
    at = nearest[1]
    tree = grammar.Tree(words)
    frame = Frame(at, (at, at + 1), "quote", grammar.subject(tree, at), ())
    made[:] = [a for a in made if a.cue_word != words[at].text or a.quotations]
    return _place(candidate, words, frame, 1.0)


def _claim(owner: Attribution, place: Place) -> None:
    """Make a quotation content; reported words that only surround it are left out."""
    kept = [c for c in owner.content if c[1] <= place[0] or c[0] >= place[1]]
    for start, end in owner.content:
        if start <= place[0] and end >= place[1] and (end - start) - (place[1] - place[0]) > 12:
            owner.content = sorted([*kept, (start, end)])
            return
    if len(owner.quotations) == 1 and not any(s <= place[0] < e for s, e in owner.content):
        kept = []
    owner.content = sorted([*kept, place])


def _place(candidate: Candidate, words: Sequence[Word], frame: Frame, value: float) -> Attribution:
    def located(left: int, right: int) -> Place:
        return candidate.place(words[left].start, words[right - 1].end)[:2]

    source = located(*frame.source) if frame.source else None
    named = frame.source
    if named and words[named[0]].tag in ("WP", "WDT") and named[1] - named[0] == 1:
        named = grammar.antecedent(words, named) or named
    return Attribution(
        content=[located(left, right) for left, right in frame.content],
        cue=located(*frame.cue_range),
        source=source,
        source_words=tuple((w.text, w.tag) for w in words[named[0] : named[1]]) if named else (),
        sentence=(candidate.start, candidate.end),
        kind=frame.kind,
        cue_word=words[frame.cue].text,
        score=value,
    )
