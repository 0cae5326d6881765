"""A parsed sentence -> frames: word that reports, who it reports, what is reported.

The constructions are those of the PolNeAR guidelines (Newell et al. 2018) as seen through the
labels of the ClearNLP scheme that spaCy's English models use. Every verb that could report gives
frames; ``cues`` decides which of them do.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from index.speech.nominals import adjective, noun
from index.speech.subjects import beside, subject
from index.speech.tree import Frame, Range, Tree, Word

_FINITE = frozenset({"VBD", "VBZ", "VBP", "VBG", "VBN"})
_CLAUSES = ("ccomp", "xcomp")
_COMPLEMENTS = (*_CLAUSES, "dobj", "oprd", "prep", "attr", "acomp", "advcl", "dative")
_ASIDES = frozenset("during amid since until despite near inside outside alongside".split())
_TIMES = frozenset(
    "monday tuesday wednesday thursday friday saturday sunday today yesterday tonight week month "
    "year morning afternoon evening night january february march april june july august september "
    "october november december jan. feb. aug. sept. oct. nov. dec. interview statement tweet "
    "speech conference briefing".split()
)


def frames(words: Sequence[Word]) -> Iterator[Frame]:
    """Every frame of a sentence, in order of the reporting word."""
    tree = Tree(words)
    for at, word in enumerate(words):
        for frame in _at(tree, at, word):
            yield frame
            yield from _shortened(tree, frame)
            yield from _lengthened(tree, frame)


def _at(tree: Tree, at: int, word: Word) -> Iterator[Frame]:
    """The frames of one word."""
    if word.text.lower() == "according":
        yield from _according(tree, at)
    elif word.tag.startswith("VB"):
        yield from _verb(tree, at)
    elif word.tag in ("NN", "NNS"):
        yield from noun(tree, at)
    elif word.tag.startswith("JJ") and word.dep == "acomp":
        yield from adjective(tree, at)
    elif word.text == ":" and at:
        yield from _colon(tree, at)


def _shortened(tree: Tree, frame: Frame) -> Iterator[Frame]:
    """The same frame without what the reporter adds after a comma: ", who is", ", the latter"."""
    if not frame.content or frame.kind in ("colon", "passive"):
        return
    left, right = frame.content[-1]
    for at in range(left + 2, right - 1):
        word = tree.words[at]
        if word.text not in (",", "—", "–", "--", "-"):
            continue
        added = [
            a
            for a in (at + 1, *tree.ancestors(at + 1))
            if tree.words[a].left == at + 1 and tree.words[a].right >= right - 2
        ]
        if _goes_on_quoting(tree, at + 1, right):
            return
        if added and tree.words[added[-1]].dep in ("relcl", "appos", "advcl", "acl", "parataxis"):
            kind = f"{frame.kind}<{tree.words[added[-1]].dep}"
            yield Frame(
                frame.cue,
                frame.cue_range,
                kind,
                frame.source,
                (*frame.content[:-1], (left, at)),
            )
            return


def _goes_on_quoting(tree: Tree, left: int, right: int) -> bool:
    """Whether ", which would resemble "a blockade"" is still told, as its quotation marks show."""
    first = tree.words[left]
    relative = first.tag in ("WDT", "WP") and first.dep in ("nsubj", "nsubjpass")
    return relative and any(word.tag in ("``", "''") for word in tree.words[left:right])


def _lengthened(tree: Tree, frame: Frame) -> Iterator[Frame]:
    """The same clause read on to the end of its sentence: parses cut lists of clauses short."""
    if not frame.kind.startswith(("clause", "infinitive")) or len(frame.content) != 1:
        return
    left, right = frame.content[0]
    end = len(tree.words)
    while end > right and tree.words[end - 1].tag in (".", "''", ":", ","):
        end -= 1
    if left > frame.cue and right < end and tree.words[right].tag in (",", "CC", ":", "IN", "VBG"):
        yield Frame(frame.cue, frame.cue_range, f"{frame.kind}>", frame.source, ((left, end),))


def _verb(tree: Tree, at: int) -> Iterator[Frame]:
    source = subject(tree, at)
    cue = _cue_range(tree, at)
    word = tree.words[at]
    if source is None and (name := _named_after(tree, at)):
        yield Frame(at, cue, "clause-before", name, _trimmed(tree, [(0, at)]))
        return
    if word.dep == "parataxis" or (word.dep in ("ccomp", "advcl") and _interrupts(tree, at)):
        yield from _around(tree, at, cue, source, "around")
    marks = tree.kids(at, "mark", "advmod", "prep")
    if word.dep == "advcl" and any(tree.words[m].text.lower() == "as" for m in marks):
        yield from _around(tree, at, cue, source, "as")
    if tree.kids(at, "nsubjpass", "auxpass"):
        yield from _passive(tree, at, cue)
    complements = tree.kids(at, *_COMPLEMENTS)
    before = [c for c in complements if tree.words[c].dep == "ccomp" and c < at]
    if before:
        yield Frame(at, cue, "clause-before", source, _before(tree, before[-1], at))
    after = [c for c in complements if c > at]
    yield from _raising(tree, at, cue, after)
    for number in range(len(after)):
        yield from _complement(tree, at, cue, source, after[number:])


def _named_after(tree: Tree, at: int) -> Range | None:
    """The name in "…, said Berg, given that …", which a parse may take for what was said."""
    words = tree.words
    if at < 2 or words[at].text not in ("said", "says") or words[at - 1].tag not in (",", "''"):
        return None
    end = at + 1
    while end < len(words) and words[end].tag.startswith("NNP"):
        end += 1
    closed = end == len(words) or words[end].tag in (",", ".")
    return (at + 1, end) if closed and end > at + 1 else None


def _complement(
    tree: Tree, at: int, cue: Range, source: Range | None, after: Sequence[int]
) -> Iterator[Frame]:
    """The frames a verb makes with the first of its complements, alone or read on."""
    child = after[0]
    dep, (left, right) = tree.words[child].dep, tree.span(child)
    if dep in _CLAUSES:
        kind = ("clause" if dep == "ccomp" else "infinitive") + tree.opening(child)
        yield Frame(at, cue, kind, source, ((left, right),))
        return
    if dep in ("dobj", "oprd", "attr", "acomp"):
        kind = dep
    elif dep == "prep" and left + 1 < right and not _is_aside(tree, child):
        kind = "prep-" + tree.words[child].text.lower()
        cue = (cue[0], child + 1) if child == cue[1] else cue
        left += 1
    else:
        return
    yield Frame(at, cue, kind, source, ((left, right),))
    for end in _phrase_ends(tree, after):
        yield Frame(at, cue, kind + "+", source, ((left, end),))


def _raising(tree: Tree, at: int, cue: Range, after: Sequence[int]) -> Iterator[Frame]:
    """ "The deal seems to hold": somebody unnamed thinks that the deal holds."""
    whose = [s for s in tree.kids(at, "nsubj") if s < at]
    if whose and after and tree.words[after[0]].dep in ("xcomp", "acomp", "oprd"):
        yield Frame(at, cue, "raising", None, (tree.span(whose[-1]), tree.span(after[0])))


def _phrase_ends(tree: Tree, after: Sequence[int]) -> Iterator[int]:
    """Where a verb's complements read on may end; times and places of speaking stay out."""
    end = tree.span(after[0])[1]
    for child in after[1:]:
        left, right = tree.span(child)
        if left > end + 1 or _is_time(tree, child):
            return
        end = right
        yield end


def _is_time(tree: Tree, prep: int) -> bool:
    left, right = tree.span(prep)
    return any(tree.words[i].text.lower() in _TIMES for i in range(left, min(right, left + 6)))


def _is_aside(tree: Tree, prep: int) -> bool:
    """Whether a phrase says when or where somebody spoke, and not of what."""
    return tree.words[prep].text.lower() in _ASIDES or _is_time(tree, prep)


def _interrupts(tree: Tree, at: int) -> bool:
    """Whether a clause is set off by commas inside the one it hangs on."""
    left, right = tree.span(at)
    words = tree.words
    before = (left > 0 and words[left - 1].text in (",", "-", "–", "—", "--")) or left == 0
    after = right < len(words) and words[right].text in (",", ".", "-", "–", "—", "--")
    return before and after and right - left < 12


def _around(tree: Tree, at: int, cue: Range, source: Range | None, kind: str) -> Iterator[Frame]:
    host = tree.words[at].head
    yield Frame(at, cue, kind, source, _without(tree, _part(tree, tree.span(host), at), at))


def _part(tree: Tree, whole: Range, at: int) -> Range:
    """What of a range comes after the last semicolon before a word: "A met B; it was well, he
    said" tells the latter."""
    stops = (i + 1 for i in range(whole[0], min(at, whole[1])) if tree.words[i].text == ";")
    return max(stops, default=whole[0]), whole[1]


def _without(tree: Tree, whole: Range, at: int) -> tuple[Range, ...]:
    """A range less the words a reporting word governs inside it, trimmed of commas."""
    left, right = tree.span(at)
    if right <= whole[0] or left >= whole[1]:
        return _trimmed(tree, [whole])
    if left <= whole[0] and right >= whole[1]:
        return _trimmed(tree, [(whole[0], at)] if whole[0] < at else [])
    return _trimmed(tree, [(whole[0], left), (right, whole[1])])


def _before(tree: Tree, clause: int, at: int) -> tuple[Range, ...]:
    """A clause that comes before its verb, and what of it goes on after: "A, he said, is B"."""
    left, right = tree.span(clause)
    if right <= at:
        return _trimmed(tree, [(left, right)])
    return _trimmed(tree, [(left, at), (at + 1, right)])


def _trimmed(tree: Tree, ranges: Sequence[Range]) -> tuple[Range, ...]:
    kept = []
    for left, right in ranges:
        while left < right and tree.words[left].tag in (",", ":", ".", "HYPH", "CC"):
            left += 1
        while left < right and tree.words[right - 1].tag in (",", ":", "."):
            right -= 1
        if left < right:
            kept.append((left, right))
    return tuple(kept)


def _passive(tree: Tree, at: int, cue: Range) -> Iterator[Frame]:
    subjects = tree.kids(at, "nsubjpass")
    source = None
    for agent in tree.kids(at, "agent"):
        for name in tree.kids(agent, "pobj"):
            source = tree.span(name)
    rest = [
        c
        for c in tree.kids(at, "xcomp", "ccomp", "oprd", "prep")
        if c > at and not _is_time(tree, c)
    ]
    content = [tree.span(subjects[0])] if subjects else []
    if rest:
        yield Frame(at, cue, "passive+", source, (*content, tree.span(rest[0])))
    if content:
        yield Frame(at, cue, "passive", source, tuple(content))


def _according(tree: Tree, at: int) -> Iterator[Frame]:
    words = tree.words
    if at + 1 >= len(words) or words[at + 1].text.lower() != "to":
        return
    end = max(words[at].right, words[at + 1].right) + 1
    source = (at + 2, end) if end > at + 2 else None
    host = words[at].head
    while words[host].head != host and not words[host].tag.startswith("VB"):
        host = words[host].head
    whole = tree.span(host)
    left = at - 1 if at and words[at - 1].text == "," else at
    ranges = [(whole[0], left), (end, whole[1])]
    yield Frame(
        at, (at, at + 2), "according", source, _trimmed(tree, [r for r in ranges if r[0] < r[1]])
    )


def _colon(tree: Tree, at: int) -> Iterator[Frame]:
    """ "Trump: No deal", and "Trump told reporters: There is no deal"."""
    words = tree.words
    content = _trimmed(tree, [(at + 1, len(words))]) if at + 1 < len(words) else ()
    verb = next((i for i in range(at - 1, max(-1, at - 5), -1) if words[i].tag in _FINITE), -1)
    if content and verb >= 0:
        source = subject(tree, verb) or beside(tree, verb)
        yield Frame(verb, _cue_range(tree, verb), "said-colon", source, content)
    elif content and words[0].tag.startswith("NNP") and at < 7:
        yield Frame(at, (at, at + 1), "colon", (0, at), content)


def _cue_range(tree: Tree, at: int) -> Range:
    """The verb with its auxiliaries, negation and particle: "has not said", "pointed out"."""
    left, right = at, at + 1
    for child in tree.kids(at, "aux", "auxpass", "neg", "advmod"):
        if (
            child < at
            and all(
                tree.words[i].dep in ("aux", "auxpass", "neg", "advmod") for i in range(child, at)
            )
            and tree.words[child].dep != "advmod"
        ):
            left = min(left, child)
    if right < len(tree.words) and tree.words[right].dep == "prt":
        right += 1
    return left, right
