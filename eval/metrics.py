"""An Answer + its Case -> figures; every figure names its denominator.

None means "does not apply to this case" and is left out of the mean; a question that got no
result counts 0. Overlap of spans is counted in code points.
"""

from __future__ import annotations

import re
import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from eval.cases import Case, GoldSpan
from rag.types import Answer, Citation

OVERLAP = 0.5  # share of the shorter span from which a citation and a gold span are one place

Place = tuple[str, int, int]  # article id, start, end


@dataclass(frozen=True, slots=True)
class Score:
    """The figures of one case; see the functions of this module for each."""

    recall: Mapping[int, float | None]
    citation_precision: float | None
    citation_recall: float | None
    quotations: int
    quotations_verbatim: int
    speaker_right: bool | None
    answer_right: bool | None
    abstained: bool
    abstention_right: bool
    reason_right: bool | None
    milliseconds: float


def nugget_recall(case: Case, places: Sequence[Place], k: int) -> float | None:
    """Share of the case's nuggets that one of the first ``k`` passages touches."""
    if not case.nuggets:
        return None
    first = places[:k]
    held = sum(any(_touches(p, span) for p in first for span in nugget) for nugget in case.nuggets)
    return held / len(case.nuggets)


def citation_precision(case: Case, answer: Answer) -> float | None:
    """Share of the answer's citations that are gold; 0 for an answer that should not be.

    After ALCE (Gao et al. 2023), with gold spans in place of an entailment model.
    """
    if answer.status == "abstained":
        return None
    gold = [span for nugget in case.nuggets for span in nugget]
    right = [any(_same(_place(c), span) for span in gold) for c in answer.citations]
    return sum(right) / len(right) if right else 0.0


def citation_recall(case: Case, answer: Answer) -> float | None:
    """Share of the case's nuggets that a citation of the answer covers; 0 when it abstains."""
    if not case.nuggets:
        return None
    places = [_place(citation) for citation in answer.citations]
    held = sum(any(_same(p, span) for p in places for span in nugget) for nugget in case.nuggets)
    return held / len(case.nuggets)


def quotations(answer: Answer, texts: Mapping[str, str]) -> tuple[int, int]:
    """Quotations in the answer, and how many stand word for word in an article it cites.

    Deliberately not the gate's own code: white space and the shape of marks are evened out,
    nothing else.
    """
    if answer.status == "abstained":
        return 0, 0
    cited = [_even(texts.get(c.article.id, "")) for c in answer.citations]
    found = re.findall(r'"([^"]*)"', answer.text)
    whole = [_even(words).rstrip(" .,;:") for words in found]
    return len(found), sum(any(words in text for text in cited) for words in whole)


def answer_right(case: Case, answer: Answer) -> bool | None:
    """Whether a short gold answer stands in the answer or in what it cites."""
    if not case.answers:
        return None
    if answer.status == "abstained":
        return False
    shown = _even(" ".join([answer.text, *(c.exact for c in answer.citations)])).lower()
    return any(_even(one).lower() in shown for one in case.answers)


def mean(values: Iterable[float | bool | None]) -> tuple[float | None, int]:
    """The mean of the values that apply, and how many they are."""
    known = [float(value) for value in values if value is not None]
    return (statistics.fmean(known), len(known)) if known else (None, 0)


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which ``share`` (0 to 1) of ``values`` lie; 0 for none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


def _place(citation: Citation) -> Place:
    return citation.article.id, citation.start, citation.end


def _touches(place: Place, span: GoldSpan) -> bool:
    return place[0] == span.article_id and place[1] < span.end and place[2] > span.start


def _same(place: Place, span: GoldSpan) -> bool:
    if not _touches(place, span):
        return False
    shared = min(place[2], span.end) - max(place[1], span.start)
    return shared >= OVERLAP * min(place[2] - place[1], span.end - span.start)


def _even(text: str) -> str:
    text = re.sub(r"[“”„‟«»]", '"', text)
    text = re.sub(r"[‘’]", "'", text).replace('"', "'")
    text = re.sub(r"[‐‑–—]", "-", text)
    return " ".join(text.split())
