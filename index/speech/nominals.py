"""A noun or an adjective that reports -> frames: "the claim that", "certain that"."""

from __future__ import annotations

from collections.abc import Iterator

from index.speech.subjects import subject
from index.speech.tree import Frame, Range, Tree


def noun(tree: Tree, at: int) -> Iterator[Frame]:
    """The frames of a noun with a clause, or a phrase, that says what it tells."""
    owners = tree.kids(at, "poss")
    source = tree.span(owners[0]) if owners else _noun_source(tree, at)
    cue = (at, at + 1)
    for child in tree.kids(at, "acl", "ccomp", "relcl"):
        opening = tree.opening(child)
        to = tree.words[tree.words[child].left].tag == "TO"
        if child > at and (opening or to):
            yield Frame(at, cue, "noun" + (opening or "-to"), source, (tree.span(child),))
    for prep in tree.kids(at, "prep"):
        inner = tree.span(prep)[0] + 1, tree.span(prep)[1]
        if prep > at and inner[0] < inner[1] and tree.words[prep].text.lower() != "by":
            kind = "noun-" + tree.words[prep].text.lower()
            yield Frame(at, (at, prep + 1) if prep == at + 1 else cue, kind, source, (inner,))


def _noun_source(tree: Tree, at: int) -> Range | None:
    for prep in tree.kids(at, "prep"):
        if tree.words[prep].text.lower() in ("by", "from"):
            for name in tree.kids(prep, "pobj"):
                return tree.span(name)
    head = tree.words[at].head
    if tree.words[at].dep in ("dobj", "pobj"):
        verb = head if tree.words[head].tag.startswith("VB") else tree.words[head].head
        if tree.words[verb].tag.startswith("VB"):
            return subject(tree, verb)
    return None


def adjective(tree: Tree, at: int) -> Iterator[Frame]:
    """The frames of an adjective behind "is": "certain that", "critical of"."""
    verb = tree.words[at].head
    source = subject(tree, verb)
    cue = (min(verb, at), at + 1)
    for child in tree.kids(at, "ccomp", "xcomp"):
        open_kind = "" if tree.words[child].dep == "ccomp" else "-to"
        kind = "adj" + (tree.opening(child) or open_kind)
        yield Frame(at, cue, kind, source, (tree.span(child),))
    for prep in tree.kids(at, "prep"):
        inner = tree.span(prep)[0] + 1, tree.span(prep)[1]
        if inner[0] < inner[1]:
            yield Frame(at, cue, "adj-" + tree.words[prep].text.lower(), source, (inner,))
