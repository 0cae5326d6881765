"""PolNeAR (Newell et al., LREC 2018) -> how well statements and their speakers are found.

Gold and found attributions are paired one to one, best overlap first. Overlap is intersection
over union of the content's code points, white space left out.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from eval.speech_scores import LENIENT, LIMITS, SpeechScores, Tally, scores
from index.speech import mentions, quotations, statements
from index.speech.mentions import surname
from index.types import Article, Speech, Statement

Place = tuple[int, int]
_KINDS: tuple[Speech, ...] = ("direct", "mixed", "indirect")


@dataclass(frozen=True, slots=True)
class Gold:
    """An annotated attribution."""

    content: tuple[Place, ...]
    source: tuple[Place, ...]
    source_text: str
    speech: Speech


@dataclass(frozen=True, slots=True)
class PolnearScores:
    """Scores by kind of speech ("all" too) and speed over the same articles."""

    articles: int
    kinds: Mapping[str, SpeechScores]
    articles_per_second: float
    tokens_per_second: float


@dataclass(frozen=True, slots=True)
class Pair:
    """A gold and a found attribution that overlap, ``overlap`` from 0 to 1."""

    gold: int
    found: int
    overlap: float


@dataclass(frozen=True, slots=True)
class Marked:
    """One article with what was annotated, what was found and how they pair."""

    text: str
    gold: tuple[Gold, ...]
    found: tuple[Statement, ...]
    pairs: tuple[Pair, ...]
    expected: Mapping[int, str]  # gold index to the surname its pronoun stands for


def measure(path: Path, limit: int | None = None) -> PolnearScores:
    """Scores over a PolNeAR file (``.jsonl.gz``), or over its first ``limit`` articles."""
    annotated = list(islice(rows(path), limit))
    articles = [article(row) for row in annotated]
    statements.extract(Article("warm-up", "", "", "He said this."))
    started = time.perf_counter()
    found = list(statements.extract_all(articles))
    seconds = time.perf_counter() - started
    marked = [_mark(row, made) for row, made in zip(annotated, found, strict=True)]
    tokens = sum(len(one.text.split()) for one in articles)
    kinds: dict[str, SpeechScores] = {kind: _scores(marked, (kind,)) for kind in _KINDS}
    return PolnearScores(
        len(annotated),
        {**kinds, "all": _scores(marked, _KINDS)},
        len(annotated) / seconds,
        tokens / seconds,
    )


def format(scores: PolnearScores) -> str:
    """A table with its denominators."""
    head = (
        "speech    gold found  P@.3  R@.3 F1@.3  P@.8  R@.8 F1@.8"
        "  source (of)  speaker (of)  pronoun (of)"
    )
    lines = [f"PolNeAR, {scores.articles} articles; overlap = IoU of code points", head]
    for kind, s in scores.kinds.items():
        cells = [f"{v[t]:.3f}" for t in LIMITS for v in (s.precision, s.recall, s.f1)]
        lines.append(
            f"{kind:8} {s.gold:5} {s.found:5}  {'  '.join(cells)}"
            f"  {s.source:.3f} ({s.sourced})  {s.speaker:.3f} ({s.named})"
            f"  {s.pronoun_speaker:.3f} ({s.pronouns})"
        )
    lines.append("95 % intervals, by resampling the articles")
    for kind, s in scores.kinds.items():
        ranges = (f"{name} [{low:.3f}, {high:.3f}]" for name, (low, high) in s.intervals.items())
        lines.append(f"{kind:8} {'  '.join(ranges)}")
    lines += [
        "source: found source overlaps gold source; of pairs at 0.3 whose gold has a source",
        "speaker: resolved name has the gold name's last word; of pairs at 0.3 with a gold name",
        "pronoun: the same for gold he or she, where all gold names around it agree",
        f"{scores.articles_per_second:.1f} articles/s, {scores.tokens_per_second:.0f} words/s",
    ]
    return "\n".join(lines)


def rows(path: Path) -> Iterator[dict[str, Any]]:
    """The annotated articles of a file, as they stand in it."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def article(row: Mapping[str, Any]) -> Article:
    """The Article of an annotated row."""
    text = row["text"]
    revision = hashlib.sha256(text.encode()).hexdigest()
    return Article(str(row["id"]), revision, str(row.get("title", "")), text)


def _mark(row: Mapping[str, Any], found: tuple[Statement, ...]) -> Marked:
    text = row["text"]
    quoted = quotations.find(text)
    gold = tuple(_gold(text, quoted, item) for item in row["attributions"])
    return Marked(text, gold, found, pair(text, gold, found), _expected(gold))


def _gold(text: str, quoted: tuple[quotations.Quotation, ...], item: Mapping[str, Any]) -> Gold:
    content = tuple((start, end) for start, end in item["content"])
    source = tuple((start, end) for start, end in item["source"])
    speech = quotations.coverage(text, quoted, content)
    return Gold(content, source, item["source_text"], speech)


def pair(text: str, gold: Sequence[Gold], found: Sequence[Statement]) -> tuple[Pair, ...]:
    """One-to-one pairs by falling overlap, then by whether the sources overlap."""
    ours = [points(text, ((s.start, s.end) for s in f.content)) for f in found]
    candidates = []
    for at, item in enumerate(gold):
        wanted = points(text, item.content)
        for other, mine in enumerate(ours):
            shared = len(wanted & mine)
            if shared:
                overlap = shared / len(wanted | mine)
                agrees = _source_agrees(item, found[other])
                candidates.append((-overlap, not agrees, at, other))
    pairs, taken, used = [], set(), set()
    for overlap, _, at, other in sorted(candidates):
        if at not in taken and other not in used:
            taken.add(at)
            used.add(other)
            pairs.append(Pair(at, other, -overlap))
    return tuple(pairs)


def points(text: str, places: Iterable[Sequence[int]]) -> set[int]:
    """The code points of some places of a text, white space left out."""
    return {at for start, end in places for at in range(start, end) if not text[at].isspace()}


def _source_agrees(gold: Gold, found: Statement) -> bool:
    speaker = found.speaker
    if speaker is None:
        return False
    return any(start < speaker.end and speaker.start < end for start, end in gold.source)


def _scores(marked: Sequence[Marked], kinds: Sequence[Speech]) -> SpeechScores:
    return scores([_tally(one, kinds) for one in marked])


def _tally(marked: Marked, kinds: Sequence[Speech]) -> Tally:
    """What one article adds to the scores of some kinds of speech."""
    gold, found = marked.gold, marked.found
    met = [[gold[p.gold].speech in kinds for p in marked.pairs if p.overlap >= x] for x in LIMITS]
    right = [
        [found[p.found].speech in kinds for p in marked.pairs if p.overlap >= x] for x in LIMITS
    ]
    pairs = [p for p in marked.pairs if p.overlap >= LENIENT and gold[p.gold].speech in kinds]
    sourced = [_source_agrees(gold[p.gold], found[p.found]) for p in pairs if gold[p.gold].source]
    names = [said for p in pairs if (said := _named(marked, p)) is not None]
    pronouns = [
        marked.expected[p.gold] == surname(found[p.found].speaker_name)
        for p in pairs
        if p.gold in marked.expected
    ]
    return Tally(
        sum(one.speech in kinds for one in gold),
        sum(one.speech in kinds for one in found),
        (sum(met[0]), sum(met[1])),
        (sum(right[0]), sum(right[1])),
        (len(sourced), sum(sourced)),
        (len(names), sum(names)),
        (len(pronouns), sum(pronouns)),
    )


def _named(marked: Marked, paired: Pair) -> bool | None:
    """Whether the resolved name's last word is in a gold source that holds a name, else None.

    "Police", "Authorities" at the start of a sentence are no names.
    """
    gold = marked.gold[paired.gold]
    text = gold.source_text
    if not gold_name(text) or mentions.is_common(marked.text, *gold.source[0]):
        return None
    last = _straight(surname(marked.found[paired.found].speaker_name))
    return bool(last) and last in _straight(text.lower())


def _straight(text: str) -> str:
    """One apostrophe for both, as an article may print a name with either."""
    return text.replace("’", "'")


_NO_NAME = frozenset("he she it they we i you who which that this these those some many".split())
_SPLITS = frozenset("of for from in to with by at on against and or whose".split())


def gold_name(source: str) -> str:
    """The last word of a gold source whose head is one name, in small letters, else empty."""
    words = source.split(",")[0].replace("’s", "").replace("'s", "").split()
    if not words or len(words) > 8 or any(word.lower() in _SPLITS for word in words):
        return ""
    if not words[-1][0].isupper() or words[-1].lower() in _NO_NAME:
        return ""
    return surname(" ".join(words)).strip(".'’\"”)")


def _expected(gold: Sequence[Gold]) -> dict[int, str]:
    """Whom "he" or "she" means where the two named sources before and the next one agree."""
    ordered = sorted((i for i, g in enumerate(gold) if g.source), key=lambda i: gold[i].source[0])
    names = [gold_name(gold[i].source_text) for i in ordered]
    expected = {}
    for at, index in enumerate(ordered):
        if gold[index].source_text.lower() not in ("he", "she"):
            continue
        before = [n for n in names[:at] if n][-2:]
        after = [n for n in names[at + 1 :] if n][:1]
        if len(before) == 2 and len({*before, *after}) == 1:
            expected[index] = before[0]
    return expected
