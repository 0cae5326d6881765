"""A verb in a parse -> who does it: its subject, shared, implied or merely beside it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from index.speech.tree import Frame, Range, Tree, Word

_TEXTS = frozenset("statement letter tweet message email e-mail post memo note speech".split())
_SPEAKING = frozenset("speaking talking testifying writing addressing arriving appearing".split())
_NOMINAL = frozenset({"DT", "JJ", "NN", "NNS", "NNP", "NNPS", "POS", "PRP", "PRP$"})


def subject(tree: Tree, at: int) -> Range | None:
    """Who does what a verb says, through shared subjects and participles; None where unsaid."""
    seen = 0
    while seen < 12:
        seen += 1
        word = tree.words[at]
        own = tree.kids(at, "nsubj")
        if own:
            return noun_phrase(tree, own[-1])
        if tree.kids(at, "nsubjpass") and seen > 1:
            return noun_phrase(tree, tree.kids(at, "nsubjpass")[-1])
        if seen == 1 and tree.kids(at, "nsubjpass", "auxpass"):
            return None
        head = word.head
        if head == at:
            return None
        if word.dep == "acl" and not tree.words[head].tag.startswith("VB"):
            return _author(tree, head) or noun_phrase(tree, head)
        if word.dep == "relcl":
            return noun_phrase(tree, head)
        if word.dep == "pcomp":
            head = tree.words[head].head
        if word.dep not in (
            "conj",
            "xcomp",
            "advcl",
            "pcomp",
            "acl",
            "ccomp",
            "aux",
            "dep",
            "prep",
        ):
            return None
        if word.dep == "ccomp" and word.tag not in ("VBG", "VBN", "VB"):
            return None
        at = head
    return None


def noun_phrase(tree: Tree, at: int) -> Range:
    """A noun with its modifiers and appositions, without relative clauses and later conjuncts."""
    left, right = tree.span(at)
    for child in tree.kids(at, "relcl", "acl"):
        if child > at:
            right = min(right, tree.words[child].left)
    while right - 1 > at and tree.words[right - 1].tag in (",", ":", "``", "''"):
        right -= 1
    while left < at and tree.words[left].tag in ("``", "''", ",", ":"):
        left += 1
    return left, right


def _author(tree: Tree, at: int) -> Range | None:
    """Who issued "a statement saying": the subject of the verb that has the text as object."""
    word = tree.words[at]
    if word.text.lower() in _TEXTS and word.dep == "dobj":
        return subject(tree, word.head)
    return None


def beside(tree: Tree, at: int) -> Range | None:
    """The noun phrase right before or right after a verb, where the parse gives no subject."""
    words = tree.words
    left = at
    while left and words[left - 1].tag in _NOMINAL and at - left < 8:
        left -= 1
    if left < at:
        return left, at
    right = at + 1
    while right < len(words) and words[right].tag in _NOMINAL and right - at < 8:
        right += 1
    return (at + 1, right) if right > at + 1 else None


def antecedent(words: Sequence[Word], source: Range) -> Range | None:
    """The noun phrase "who" or "which" stands for."""
    at = words[source[0]].head
    tree = Tree(words)
    for _ in range(4):
        if words[at].dep == "relcl":
            return noun_phrase(tree, words[at].head)
        at = words[at].head
    return None


def times(words: Sequence[Word], frame: Frame) -> Iterator[Range]:
    """The adjuncts of the reporting verb, where a day of speaking stands.

    "X welcomed this Wednesday, telling reporters" says when X told them, so participles and
    shared subjects look at their verb's adjuncts too.
    """
    tree = Tree(words)
    at = frame.cue
    for _ in range(4):
        for child in tree.kids(at, "npadvmod", "prep", "advmod", "dobj", "pobj"):
            part = tree.span(child)
            whole = all(not (a < part[1] and part[0] < b) for a, b in frame.content)
            if whole and not (words[child].dep in ("dobj", "pobj") and part[1] - part[0] > 6):
                yield part
        if at == frame.cue:
            yield from _speaking(tree, at)
        word = words[at]
        if word.head == at or word.dep not in ("advcl", "xcomp", "prep", "pcomp"):
            return
        if word.dep == "advcl" and word.tag != "VBG":
            return
        at = word.head


def _speaking(tree: Tree, at: int) -> Iterator[Range]:
    """The adjuncts of "speaking on Saturday" that opens the sentence of a reporting verb."""
    for clause in tree.kids(at, "advcl"):
        word = tree.words[clause]
        if clause < at and word.text.lower() in _SPEAKING:
            yield from (tree.span(c) for c in tree.kids(clause, "npadvmod", "prep", "advmod"))
