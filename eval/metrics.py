"""An Answer + its Case -> figures of one question.

None means "does not apply to this case" and is left out of the mean; a question that got no
result counts 0. Overlap of spans is counted in code points. ``eval.measures`` makes figures of
a run from these and names the denominators.
"""

from __future__ import annotations

import re
import string
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from eval.cases import Case, GoldSpan
from rag.types import Answer, Citation

OVERLAP = 0.5  # share of the shorter span from which a citation and a gold span are one place

Place = tuple[str, int, int]  # article id, start, end


@dataclass(frozen=True, slots=True)
class Score:
    """The figures of one case; see the functions of this module for each.

    ``forced_right`` is whether the answer is right that would be given without a floor, and
    ``confidence`` what is held against the floor. ``citations_right`` has an entry a claim: how
    many of its citations are gold, and how many there are. ``recall`` is by cut-off. Ranks that
    no gold reaches count 0.
    """

    recall: Mapping[str, float] | None
    reciprocal_rank: float | None
    ndcg: float | None
    average_precision: float | None
    citation_precision: float | None
    citation_recall: float | None
    citations_right: tuple[tuple[int, int], ...]
    quotations: int
    quotations_verbatim: int
    speaker_right: bool | None
    answer_found: bool | None
    exact_match: bool | None
    token_f1: float | None
    abstained: bool
    reason_right: bool | None
    right: bool
    forced_right: bool
    confidence: float
    milliseconds: float
    tokens: int
    cost: float


def nugget_recall(case: Case, places: Sequence[Place], k: int) -> float:
    """Share of the case's nuggets that one of the first ``k`` places touches; 0 without any."""
    first = places[:k]
    held = sum(any(touches(p, span) for p in first for span in nugget) for nugget in case.nuggets)
    return held / len(case.nuggets) if case.nuggets else 0.0


def citation_precision(case: Case, answer: Answer) -> float | None:
    """Share of the answer's citations that are gold; 0 for an answer that should not be.

    After ALCE (Gao et al. 2023), with gold spans in place of an entailment model.
    """
    if answer.status == "abstained":
        return None
    right = [is_gold(case, citation) for citation in answer.citations]
    return sum(right) / len(right) if right else 0.0


def citation_recall(case: Case, answer: Answer) -> float | None:
    """Share of the case's nuggets that a citation of the answer covers; 0 when it abstains."""
    if not case.nuggets:
        return None
    places = [_place(citation) for citation in answer.citations]
    held = sum(any(same(p, span) for p in places for span in nugget) for nugget in case.nuggets)
    return held / len(case.nuggets)


def citations_right(case: Case, answer: Answer) -> tuple[tuple[int, int], ...]:
    """For each claim in order how many of its citations are gold, and how many it has."""
    cited = {one.number: is_gold(case, one) for one in answer.citations}
    return tuple(
        (sum(cited[number] for number in claim.citations), len(claim.citations))
        for claim in answer.claims
    )


def right(case: Case, answer: Answer) -> bool:
    """Whether a reader is served: gold is cited at all, or an abstention is due and made."""
    if not case.answerable:
        return answer.status == "abstained"
    return any(is_gold(case, citation) for citation in answer.citations)


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


def answer_found(case: Case, answer: Answer) -> bool | None:
    """Whether a short gold answer stands in the answer or in what it cites, evened as by SQuAD."""
    if not case.answers:
        return None
    if answer.status == "abstained":
        return False
    shown = " ".join([without_markers(answer.text), *(c.exact for c in answer.citations)])
    return any(f" {normal(one)} " in f" {normal(shown)} " for one in case.answers)


def exact_match(case: Case, answer: Answer) -> bool | None:
    """Whether the answer is a short gold answer and nothing else (Rajpurkar et al. 2016)."""
    if not case.answers:
        return None
    said = "" if answer.status == "abstained" else normal(without_markers(answer.text))
    return any(said == normal(one) for one in case.answers)


def token_f1(case: Case, answer: Answer) -> float | None:
    """Most F1 of the answer's tokens against a short gold answer's (Rajpurkar et al. 2016)."""
    if not case.answers:
        return None
    said = "" if answer.status == "abstained" else normal(without_markers(answer.text))
    return max(_f1(said.split(), normal(one).split()) for one in case.answers)


def normal(text: str) -> str:
    """``text`` as SQuAD's script compares it: lower case, no punctuation, no articles."""
    bare = "".join(" " if c in string.punctuation or c in "“”‘’–—" else c for c in text.lower())
    return " ".join(re.sub(r"\b(?:a|an|the)\b", " ", bare).split())


def without_markers(text: str) -> str:
    """An answer's text without its citation markers."""
    return re.sub(r"\s*\[\d+\]", "", text)


def is_gold(case: Case, citation: Citation) -> bool:
    """Whether a citation and a span that is right to cite are one place."""
    return any(same(_place(citation), span) for span in case.gold)


def touches(place: Place, span: GoldSpan) -> bool:
    """Whether a place shares a character with a span."""
    return place[0] == span.article_id and place[1] < span.end and place[2] > span.start


def same(place: Place, span: GoldSpan) -> bool:
    """Whether a place and a span share OVERLAP of the shorter one."""
    if not touches(place, span):
        return False
    shared = min(place[2], span.end) - max(place[1], span.start)
    return shared >= OVERLAP * min(place[2] - place[1], span.end - span.start)


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which ``share`` (0 to 1) of ``values`` lie; 0 for none."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


def _place(citation: Citation) -> Place:
    return citation.article.id, citation.start, citation.end


def _f1(said: Sequence[str], gold: Sequence[str]) -> float:
    shared = sum((Counter(said) & Counter(gold)).values())
    return 2 * shared / (len(said) + len(gold)) if shared else 0.0


def _even(text: str) -> str:
    text = re.sub(r"[“”„‟«»]", '"', text)
    text = re.sub(r"[‘’]", "'", text).replace('"', "'")
    text = re.sub(r"[‐‑–—]", "-", text)
    return " ".join(text.split())
