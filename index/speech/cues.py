"""Frame -> how likely it reports what somebody said, by weights learned from annotated news.

``cues.txt`` holds one feature and its weight a line: reporting words, constructions, kinds of
source. The model is logistic regression, so a score is a sum anyone can check by hand.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache
from itertools import repeat
from pathlib import Path

from index.speech.tree import Frame, Word

_IRREGULAR = {
    "said": "say",
    "told": "tell",
    "wrote": "write",
    "written": "write",
    "thought": "think",
    "knew": "know",
    "known": "know",
    "felt": "feel",
    "found": "find",
    "saw": "see",
    "seen": "see",
    "spoke": "speak",
    "spoken": "speak",
    "gave": "give",
    "given": "give",
    "held": "hold",
    "meant": "mean",
    "made": "make",
    "put": "put",
    "read": "read",
    "sought": "seek",
    "swore": "swear",
    "sworn": "swear",
    "went": "go",
    "heard": "hear",
    "understood": "understand",
    "forecast": "forecast",
    "brought": "bring",
    "took": "take",
    "taken": "take",
    "kept": "keep",
    "left": "leave",
    "led": "lead",
    "had": "have",
    "has": "have",
    "got": "get",
    "came": "come",
    "is": "be",
    "was": "be",
    "were": "be",
    "are": "be",
    "been": "be",
    "did": "do",
    "does": "do",
    "done": "do",
    "chose": "choose",
    "chosen": "choose",
    "sent": "send",
    "taught": "teach",
    "foresaw": "foresee",
    "began": "begin",
    "drew": "draw",
    "drawn": "draw",
    "won": "win",
    "lost": "lose",
    "ran": "run",
    "spent": "spend",
    "stood": "stand",
    "cast": "cast",
    "struck": "strike",
    "threw": "throw",
    "sang": "sing",
    "set": "set",
    "bet": "bet",
}
_MARKS = frozenset("\" “ ” '' `` ‘ ’".split())
_CLOSED = frozenset({"DT", "PRP", "PRP$", "IN", "TO", "WP", "WRB", "WDT", "EX", "MD"})
_DOERS = frozenset({"nsubj", "nsubjpass", "expl"})
_COMMAS = frozenset({",", "—", "–", "--", ";"})
_TWINS = ("tt", "pp", "rr", "nn", "gg", "mm", "bb", "dd")


@lru_cache(maxsize=1 << 14)  # the same few words are asked for in every sentence
def lemma(text: str) -> str:
    """A rough dictionary form; only its constancy matters, not its spelling."""
    word = text.lower()
    if word in _IRREGULAR:
        return _IRREGULAR[word].removesuffix("e")
    for ending in ("ing", "ied", "ies", "ed", "es", "s"):
        if word.endswith(ending) and len(word) > len(ending) + 2 and not word.endswith("ss"):
            stem = word[: -len(ending)] + ("y" if ending in ("ied", "ies") else "")
            return stem[:-1] if stem.endswith(_TWINS) else stem.removesuffix("e")
    return word.removesuffix("e")


@cache
def weights() -> Mapping[str, float]:
    """The learned weights by feature."""
    path = Path(__file__).with_name("cues.txt")
    lines = path.read_text(encoding="utf-8").splitlines()
    pairs = (line.rsplit(" ", 1) for line in lines if line and not line.startswith("#"))
    return {name: float(value) for name, value in pairs}


@cache
def _reporting() -> frozenset[str]:
    """Stems of words the annotators marked as cues often enough to have a weight above nought."""
    named = (name for name, value in weights().items() if value > 0 and name.startswith("cue="))
    return frozenset(name.split(",")[0].removeprefix("cue=") for name in named)


def is_reporting(word: str) -> bool:
    """Whether a word of running text could be a cue; marks around it do not matter."""
    return lemma(word.strip(",.;:!?()\"“”'’")) in _reporting()


def score(words: Sequence[Word], frame: Frame) -> float:
    """Probability, 0 to 1, that a frame is an attribution."""
    known = weights()
    total = known.get("bias", 0.0) + sum(map(known.get, features(words, frame), repeat(0.0)))
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, total))))


def features(words: Sequence[Word], frame: Frame) -> Iterator[str]:
    """What a frame's score rests on, as names."""
    cue = words[frame.cue]
    base, family = lemma(cue.text), _family(frame.kind)
    source = source_kind(words, frame)
    yield from (
        f"kind={frame.kind}",
        f"short={'<' in frame.kind},kind={family}",
        f"cue={base}",
        f"cue={base},kind={family}",
        f"cue={base},kind={frame.kind}",
        f"cue={base},tag={cue.tag}",
        f"tag={cue.tag}",
        f"tag={cue.tag},kind={family}",
        f"dep={cue.dep}",
        f"dep={cue.dep},under={lemma(words[cue.head].text)}",
        f"source={source}",
        f"source={source},kind={family}",
        f"source={source},tag={cue.tag}",
    )
    for at in range(frame.cue_range[0], frame.cue):
        yield f"aux={words[at].text.lower()}"
    if frame.cue_range[1] > frame.cue + 1:
        yield f"cue={base},with={words[frame.cue_range[1] - 1].text.lower()}"
    yield f"nested={_nested(words, frame.cue)}"
    yield from _source_features(words, frame, base, source)
    yield from _place_features(words, frame, base, family)
    yield from _content_features(words, frame, base, family)


def _nested(words: Sequence[Word], at: int) -> str:
    """The verb whose reported clause the cue stands in, as far as the tree shows one near."""
    for _ in range(4):
        word = words[at]
        if word.head == at:
            break
        if word.dep == "ccomp" and words[word.head].tag.startswith("VB"):
            return lemma(words[word.head].text)
        at = word.head
    return ""


def _source_features(words: Sequence[Word], frame: Frame, base: str, kind: str) -> Iterator[str]:
    yield f"cue={base},source={kind}"
    if frame.source is None:
        return
    left, right = frame.source
    head = words[_head(words, left, right)]
    if head.tag in ("NN", "NNS"):
        yield f"who={lemma(head.text)}"
    first = words[left]
    yield f"who={first.tag},{first.text.lower() if first.tag == 'DT' else ''}"
    yield f"source-first={left < frame.cue}"


def _place_features(words: Sequence[Word], frame: Frame, base: str, family: str) -> Iterator[str]:
    """Where in the sentence the cue stands, and what is beside it."""
    at, (left, right) = frame.cue, frame.cue_range
    following = words[right] if right < len(words) else None
    before = words[left - 1] if left else None
    yield f"next={following.tag if following else ''}"
    yield f"next={following.text.lower() if following else ''},kind={family}"
    yield f"before={before.tag if before else ''}"
    yield f"before={before.text.lower() if before else ''}"
    if frame.kind.endswith(">"):
        yield from _longer_features(words, frame)
    yield f"root={words[at].head == at},kind={family}"
    yield f"at={min(at // 4, 6)}"
    yield f"length={min(len(words) // 10, 5)}"
    yield f"marks={any(word.text in _MARKS for word in words)},kind={family}"
    yield f"cue={base},aux={'_'.join(words[i].text.lower() for i in range(left, at))}"
    yield f"dep={words[at].dep},under={words[words[at].head].tag},kind={family}"


def _longer_features(words: Sequence[Word], frame: Frame) -> Iterator[str]:
    """What a clause that is read on to the end of its sentence goes over."""
    left, right = frame.content[0]
    inner = words[_head(words, left, right, left)].right + 1
    joint = words[inner] if inner < right else words[right - 1]
    after = words[inner + 1] if inner + 1 < right else joint
    rest = words[inner:right]
    yield f"joint={joint.text.lower()},{left <= joint.head < right}"
    yield f"joint={joint.tag},then={after.text.lower()}"
    yield f"joint={joint.tag},then={after.tag}"
    yield f"rest-verb={any(w.tag in ('VBD', 'VBZ', 'VBP', 'MD') for w in rest)}"
    yield f"rest-subject={any(w.dep in _DOERS for w in rest)},then={after.tag}"
    yield f"rest-says={any(lemma(w.text) in ('say', 'tell', 'add') for w in rest)}"
    yield f"rest-size={min(8, len(rest).bit_length())}"


def _content_features(words: Sequence[Word], frame: Frame, base: str, family: str) -> Iterator[str]:
    left, right = frame.content[0]
    size = sum(b - a for a, b in frame.content)
    head = _head(words, left, right, left)
    told, first = lemma(words[head].text), words[left]
    yield from (
        f"size={size.bit_length()},kind={family}",
        f"first={first.tag},kind={family}",
        f"content={words[head].tag},kind={family}",
        f"told={told},kind={family}",
        f"told={told},cue={base}",
        f"cue={base},content={words[head].tag}",
        f"parts={len(frame.content)}",
    )
    if first.tag in _CLOSED:
        yield f"first={first.text.lower()},kind={family}"
    end = frame.content[-1][1]
    after = words[end] if end < len(words) else None
    closing = "" if after is None else after.tag if after.text.isalnum() else after.text
    yield f"after={closing},kind={family}"
    inner = [i for i in range(left, right) if words[i].head == head]
    doer = next((words[i] for i in inner if words[i].dep in _DOERS), None)
    yield f"doer={doer.tag if doer else ''},kind={family}"
    if doer and doer.tag == "PRP":
        yield f"doer={doer.text.lower()}"
    yield f"modal={any(words[i].tag == 'MD' for i in inner)},kind={family}"
    quoted = any(words[i].text in _MARKS for a, b in frame.content for i in range(a, b))
    yield f"quoted={quoted}"
    yield f"quoted={quoted},kind={family}"
    yield from _edge_features(words, frame, family)


def _edge_features(words: Sequence[Word], frame: Frame, family: str) -> Iterator[str]:
    """What is taken in behind a comma, and what is left out right behind the content."""
    left, end = frame.content[-1]
    marks = any(word.text in _MARKS for word in words[end:])
    yield f"out-marks={marks},short={'<' in frame.kind},kind={family}"
    last = max((at for at in range(left + 1, end - 1) if words[at].text in _COMMAS), default=-1)
    if last >= 0:
        yield from _joint_features("in", words, last + 1, family)
    if end + 1 < len(words) and words[end].text in _COMMAS:
        yield from _joint_features("out", words, end + 1, family)
    elif end < len(words):
        after = words[end]
        yield f"out-dep={after.dep},{words[after.head].tag[:2]},kind={family}"


def _joint_features(side: str, words: Sequence[Word], at: int, family: str) -> Iterator[str]:
    """The word behind a comma: what it is, on what it hangs, whether it tells anew."""
    word = words[at]
    top = at
    while words[top].head != top and words[words[top].head].left == at:
        top = words[top].head
    governor = words[words[top].head].tag[:2]
    yield f"{side}={word.text.lower()},kind={family}"
    yield f"{side}={words[top].tag},{words[top].dep},kind={family}"
    yield f"{side}={word.tag},{words[top].dep},{governor}"
    if words[top].tag.startswith("VB"):
        yield f"{side}-verb={lemma(words[top].text)},{words[top].dep}"


def _head(words: Sequence[Word], left: int, right: int, default: int = -1) -> int:
    """The word of a range that hangs on none of it; the last one, or ``default``, failing that."""
    heads = (i for i in range(left, right) if not left <= words[i].head < right)
    return next(heads, right - 1 if default < 0 else default)


def _family(kind: str) -> str:
    return kind.rstrip(">").split("<")[0].rstrip("+").split("-")[0]


def source_kind(words: Sequence[Word], frame: Frame) -> str:
    """What sort of words name the source: a name, a pronoun, a noun, nothing."""
    if frame.source is None:
        return "none"
    left, right = frame.source
    if right - left == 1 and words[left].tag in ("PRP", "WP", "WDT", "DT", "EX"):
        return words[left].text.lower()
    head = _head(words, left, right)
    tag = words[head].tag
    return (
        "name"
        if tag.startswith("NNP")
        else f"noun-{lemma(words[head].text)}"
        if tag == "NNS"
        else tag
    )
