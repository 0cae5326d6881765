"""Labelled claims with their sources -> how well the lexical support of a claim tells them apart.

``python -m eval.support_curve --data PATH`` reads WiCE (``wice/dev.jsonl.gz``) and QAGS
(``qags/*.jsonl.gz``) under PATH and prints, for each, the AUROC of the overlap alone and of the
overlap with the checks, and precision and recall of what is let through at each threshold. With
``--judge NAME`` the same of a second opinion (``rag.models.judge``), to choose its two thresholds
by; ``--limit N`` asks it about the first N claims of each set.
"""

from __future__ import annotations

import argparse
import gzip
import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from index.sentences import sentences
from index.types import Block
from rag.gate import support
from rag.models.judge import Judge
from rag.settings import Settings

THRESHOLDS = (0.0, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
JUDGED = (0.1, 0.25, 0.4, 0.5, 0.6, 0.75, 0.9)
_PATIENCE = 86_400.0  # seconds for all verdicts together
_SENTENCES = 3  # as many of the source as the gate cites for one claim (rag.gate.citing.MOST)


@dataclass(frozen=True, slots=True)
class Labelled:
    """A claim, the sentences of its source, and whether people found it supported."""

    claim: str
    source: tuple[str, ...]
    supported: bool


@dataclass(frozen=True, slots=True)
class Scored:
    """The overlap (0 to 1) of a claim with its source, and whether all checks passed."""

    overlap: float
    sound: bool
    supported: bool


def wice(path: Path) -> Iterator[Labelled]:
    """WiCE claims with their page; partly supported counts as not supported."""
    for row in _rows(path):
        yield Labelled(row["claim"], tuple(row["evidence"]), row["label"] == "supported")


def qags(path: Path) -> Iterator[Labelled]:
    """Summary sentences with their article, by the majority of three readers."""
    for row in _rows(path):
        article = row["article"]
        found = sentences(article, (Block("body", 0, len(article)),))
        source = tuple(article[one.start : one.end] for one in found)
        for one in row["summary_sentences"]:
            votes = [answer["response"] == "yes" for answer in one["responses"]]
            yield Labelled(one["sentence"], source, 2 * sum(votes) > len(votes))


def scored(claims: Sequence[Labelled]) -> list[Scored]:
    """Each claim against the few sentences of its source that share most of its words."""
    return [_scored(one) for one in claims]


def auroc(values: Sequence[float], labels: Sequence[bool]) -> float:
    """Chance that a supported claim scores above one that is not; ties count half."""
    yes = [v for v, label in zip(values, labels, strict=True) if label]
    no = [v for v, label in zip(values, labels, strict=True) if not label]
    wins = sum((a > b) + 0.5 * (a == b) for a in yes for b in no)
    return wins / (len(yes) * len(no)) if yes and no else 0.5


def table(found: Sequence[Scored]) -> list[str]:
    """Lines with what is let through at each threshold, without and with the checks."""
    labels = [one.supported for one in found]
    alone = auroc([one.overlap for one in found], labels)
    checked = auroc([one.overlap * one.sound for one in found], labels)
    lines = [
        f"{len(found)} claims, {sum(labels)} supported",
        f"AUROC {alone:.3f} by overlap, {checked:.3f} with the checks",
        "threshold   overlap: precision  recall   with checks: precision  recall",
    ]
    for threshold in THRESHOLDS:
        loose = [one.supported for one in found if one.overlap >= threshold]
        strict = [one.supported for one in found if one.overlap >= threshold and one.sound]
        shares = [_share(sum(k), n) for k in (loose, strict) for n in (len(k), sum(labels))]
        lines.append(f"{threshold:>9.1f}{shares[0]:>21}{shares[1]:>8}{shares[2]:>25}{shares[3]:>8}")
    return lines


def judged_table(claims: Sequence[Labelled], judge: Judge) -> list[str]:
    """Lines with what a second opinion lets through at each threshold; it sees what is cited."""
    labels = [one.supported for one in claims]
    likely = [judge.likely(_cited(one), one.claim) for one in claims]
    lines = [
        f"{judge.name}: {len(claims)} claims, {sum(labels)} supported",
        f"AUROC {auroc(likely, labels):.3f}",
        "threshold   precision  recall",
    ]
    for threshold in JUDGED:
        kept = [label for label, p in zip(labels, likely, strict=True) if p >= threshold]
        precision, recall = _share(sum(kept), len(kept)), _share(sum(kept), sum(labels))
        lines.append(f"{threshold:>9.2f}{precision:>12}{recall:>8}")
    return lines


def main() -> None:
    """Print a table for each set that is there."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder with wice/ and qags/")
    parser.add_argument("--judge", default="", help="a litellm model or a cross-encoder")
    parser.add_argument("--limit", type=int, default=0, help="claims of each set")
    given = parser.parse_args()
    for name, read in (("wice/dev", wice), ("qags/cnndm", qags), ("qags/xsum", qags)):
        path = given.data / f"{name}.jsonl.gz"
        if not path.is_file():
            print(f"{name}: not there, left out")
            continue
        claims = list(read(path))[: given.limit or None]
        print("\n".join([name, *table(scored(claims)), ""]))
        if given.judge:
            judge = Judge(given.judge, Settings(), time.monotonic() + _PATIENCE)
            print("\n".join([*judged_table(claims, judge), ""]))


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def _scored(one: Labelled) -> Scored:
    source = support.Source(_cited(one), wider=" ".join(one.source))
    verdict = support.judge(one.claim, source)
    return Scored(verdict.overlap, verdict.sound, one.supported)


def _cited(one: Labelled) -> str:
    """The few sentences of the source that together share most words of the claim."""
    wanted = set(support.content(one.claim))
    shared = [wanted & support.stems(sentence) for sentence in one.source]
    chosen: list[int] = []
    missing = set(wanted)
    while len(chosen) < min(_SENTENCES, len(shared)):
        best = max(range(len(shared)), key=lambda at: len(shared[at] & missing))
        if not shared[best] & missing:
            break
        chosen.append(best)
        missing -= shared[best]
    return " ".join(one.source[at] for at in sorted(chosen))


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.3f}" if whole else "n/a"


if __name__ == "__main__":
    main()
