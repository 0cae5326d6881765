"""Whole quotations of an article -> attributions, joined with those its grammar reports.

A quotation goes to a reporting verb in its own sentence, else to the speech it carries on (by the
annotators' custom one attribution runs on until the reporter speaks again: 1,078 of 1,097 times
inside a paragraph of PolNeAR's training part, 41 of 59 times over a paragraph's end), else to the
subject of the sentence that leads up to it.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from index.speech import attributions, cues, secondhand, subjects
from index.speech.attributions import Attribution, Place, Sentence
from index.speech.candidates import Candidate
from index.speech.quotations import Quotation
from index.speech.tree import Frame, Tree, Word

SPEECH = frozenset(
    cues.lemma(word)
    for word in """
    say tell add write ask reply answer tweet declare announce state warn argue explain insist
    note continue conclude recall shout joke quip respond post read begin go observe acknowledge
    admit claim urge suggest agree think believe exclaim remark call describe put report cry yell
    scream chant plead beam offer recount repeat stress promise vow wonder complain predict
    emphasize lament proclaim boast scoff mutter whisper pledge confirm reveal concede counter
    deny assert demand caution advise reason muse echo
    """.split()
)
_DASHES = frozenset({"—", "–", "―", "-", "--"})
_NEAR = 40  # code points between a quotation and any verb that may have introduced it


@dataclass(slots=True)
class _Line:
    """Where reading stands: the speech a quotation may carry on, and the last sentence's lead."""

    speech: Attribution | None = None
    lead: Attribution | None = None
    paragraph: int = -1


def attribute(quotations: Sequence[Quotation], sentences: Sequence[Sentence]) -> list[Attribution]:
    """All attributions of an article in text order."""
    found: list[Attribution] = []
    line = _Line()
    for candidate, words in sentences:
        if candidate.paragraph > line.paragraph + 1:
            line.speech = line.lead = None
        if candidate.quotations and not candidate.has_words:
            found.extend(_alone(candidate, quotations, line))
        elif words:
            found.extend(_spoken(candidate, words, quotations, line))
        else:
            line.speech = line.lead = None
        line.paragraph = candidate.paragraph
    for attribution in found:
        attribution.content = attributions.whole_quotations(attribution, quotations)
    return sorted(found, key=lambda a: (a.content[0], a.content[-1]))


def _alone(candidate: Candidate, quotations: Sequence[Quotation], line: _Line) -> list[Attribution]:
    """Quotations that fill a sentence carry on the speech before them, or start one."""
    made = []
    if line.speech is None:
        lead = line.lead
        line.speech = Attribution(
            [],
            source=lead.source if lead else None,
            source_words=lead.source_words if lead else (),
            sentence=(candidate.start, candidate.end),
            kind="alone",
        )
        made.append(line.speech)
    line.speech.content.extend(
        (quotations[q].start, quotations[q].end) for q in candidate.quotations
    )
    line.speech.quotations.extend(candidate.quotations)
    return made


def _spoken(
    candidate: Candidate, words: Sequence[Word], quotations: Sequence[Quotation], line: _Line
) -> list[Attribution]:
    """The attributions of a sentence with the reporter's words in it."""
    made = attributions.reported(candidate, words, quotations)
    made = [
        a for a in made if a.cue_word.lower() != "said" or a.source_words[:1] != (("That", "DT"),)
    ]
    for number in candidate.quotations:
        place = quotations[number].start, quotations[number].end
        owner = _owner(place, made) or _introducer(candidate, words, place, made)
        if owner is None:
            continue
        if owner not in made:
            made.append(owner)
        owner.quotations.append(number)
        _claim(owner, quotations)
    made = [a for a in made if not _swallowed(a, made)]
    ending = [a for a in made if a.quotations or _quotes(a, quotations)]
    line.speech = ending[-1] if ending else None
    line.lead = _lead(candidate, words)
    return made


def _swallowed(attribution: Attribution, made: Sequence[Attribution]) -> bool:
    """Whether a quotation went to the same verb or to one inside: "issued a statement saying"."""
    if attribution.quotations:
        return False
    inner = attribution.kind.startswith("dobj")
    return any(
        other.cue == attribution.cue or (inner and secondhand.holds(attribution, other))
        for other in made
        if other is not attribution and other.quotations
    )


def _quotes(attribution: Attribution, quotations: Sequence[Quotation]) -> bool:
    """Whether an attribution reports quoted words, if only a phrase."""
    return any(
        first < stop
        for first, stop in (_touched(start, end, quotations) for start, end in attribution.content)
    )


def _touched(start: int, end: int, quotations: Sequence[Quotation]) -> tuple[int, int]:
    """The range of quotations that overlap a place."""
    first = max(0, bisect_right(quotations, start, key=lambda q: q.start) - 1)
    if first < len(quotations) and quotations[first].end <= start:
        first += 1
    return first, max(first, bisect_left(quotations, end, key=lambda q: q.start))


def _owner(place: Place, made: Sequence[Attribution]) -> Attribution | None:
    """The attribution whose content holds a quotation; the nearest cue of several."""
    holding = [a for a in made if any(s <= place[0] and place[1] <= e for s, e in a.content)]
    return min(holding, key=lambda a: _gap(a.cue or (0, 0), place), default=None)


def _gap(cue: Place, place: Place) -> int:
    return max(place[0] - cue[1], cue[0] - place[1])


def _introducer(
    candidate: Candidate, words: Sequence[Word], place: Place, made: Sequence[Attribution]
) -> Attribution | None:
    """Who speaks a quotation the parse tied to nobody: the speaker before, the nearest verb."""
    spoken = [a for a in made if a.quotations]
    anew = _anew(candidate, words, place, spoken) if spoken else None
    if spoken:
        return anew or spoken[-1]
    signed = _signed(candidate, words, place)
    if signed is not None:
        return signed
    nearest: tuple[int, int] | None = None
    for at, word in enumerate(words):
        if not word.tag.startswith("VB"):
            continue
        start, end, quotation = candidate.place(word.start, word.end)
        gap = _gap((start, end), place)
        known = cues.lemma(word.text) in SPEECH
        if quotation >= 0 or not (known or gap <= _NEAR):
            continue
        gap += 0 if known else 2 * _NEAR
        if nearest is None or gap < nearest[0]:
            nearest = gap, at
    colon = _colon(candidate, words, place)
    if colon and words[colon - 1].tag.startswith("NNP"):
        return _named_before(candidate, words, colon)
    if colon and (nearest is None or nearest[0] > _NEAR):
        return _lead(candidate, words)
    if nearest is None:
        return None
    at = nearest[1]
    verb = candidate.place(words[at].start, words[at].end)[0]
    for attribution in made:
        if attribution.cue and attribution.cue[0] <= verb < attribution.cue[1]:
            return attribution
    tree = Tree(words)
    source = subjects.subject(tree, at) or subjects.beside(tree, at)
    return attributions.build(candidate, words, Frame(at, (at, at + 1), "quote", source, ()))


def _anew(
    candidate: Candidate, words: Sequence[Word], place: Place, spoken: Sequence[Attribution]
) -> Attribution | None:
    """`"…," Lee said before Berg asked her, "…?"`: a verb right before a quotation speaks it."""
    before = [at for at, w in enumerate(words) if candidate.place(w.start, w.end)[1] <= place[0]]
    if len(before) < 2 or words[before[-1]].text not in (",", ":"):
        return None
    verb = next((at for at in before[-2:-4:-1] if cues.lemma(words[at].text) in SPEECH), -1)
    if verb < 0 or not words[verb].tag.startswith("VB"):
        return None
    start = candidate.place(words[verb].start, words[verb].end)[0]
    if any(a.cue and a.cue[0] <= start < a.cue[1] for a in spoken):
        return None
    source = subjects.subject(Tree(words), verb)
    frame = Frame(verb, (verb, verb + 1), "quote", source, ())
    return attributions.build(candidate, words, frame) if source else None


def _signed(candidate: Candidate, words: Sequence[Word], place: Place) -> Attribution | None:
    """`"…" — Ann Lee` is signed by its speaker."""
    after = [at for at, w in enumerate(words) if candidate.place(w.start, w.end)[0] >= place[1]]
    if len(after) < 2 or words[after[0]].text not in _DASHES:
        return None
    end = after[0] + 1
    while end < len(words) and words[end].tag.startswith("NNP"):
        end += 1
    if end == after[0] + 1 or end - after[0] > 6:
        return None
    frame = Frame(after[0], (after[0], after[0] + 1), "signed", (after[0] + 1, end), ())
    return attributions.build(candidate, words, frame)


def _colon(candidate: Candidate, words: Sequence[Word], place: Place) -> int:
    """The index of the colon right before a quotation, 0 where there is none."""
    piece = next((p for p in candidate.pieces if p.start == place[0]), None)
    before = [at for at, word in enumerate(words) if piece and word.end <= piece.at]
    return before[-1] if before and words[before[-1]].text == ":" else 0


def _named_before(candidate: Candidate, words: Sequence[Word], colon: int) -> Attribution | None:
    """`More from Tom Berg: "…"` names its speaker right before the colon."""
    source = subjects.beside(Tree(words), colon)
    frame = Frame(colon, (colon, colon + 1), "colon", source, ())
    return attributions.build(candidate, words, frame)


def _lead(candidate: Candidate, words: Sequence[Word]) -> Attribution | None:
    """A sentence's main verb and subject, as the attribution it would make of a quotation."""
    roots = [at for at, word in enumerate(words) if word.head == at]
    tree = Tree(words)
    for root in roots:
        source = subjects.subject(tree, root)
        if source is not None and candidate.place(words[root].start, words[root].end)[2] < 0:
            return attributions.build(
                candidate, words, Frame(root, (root, root + 1), "lead", source, ())
            )
    return None


def _claim(owner: Attribution, quotations: Sequence[Quotation]) -> None:
    """Make quotations the content; the reporter's words around them are not, a clause apart is."""
    held = [(quotations[q].start, quotations[q].end) for q in owner.quotations]
    said = max(end for _, end in [owner.cue or (0, 0), owner.source or (0, 0)])
    apart = [
        (start, end)
        for start, end in owner.content
        if owner.kind.startswith("clause")
        and start <= said + 2
        and not (owner.source and start <= owner.source[0] < end)
        and all(end <= left or start >= right for left, right in held)
    ]
    owner.content = sorted([*apart, *held])
