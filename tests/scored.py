"""Rows of an evaluation as a run would leave them, with only what a story is about."""

from __future__ import annotations

from typing import Any

from eval.metrics import Score
from eval.rows import Row, Shown

GOLD = Shown("dam", "Dam", 0, 9, "It holds.", "", " So they say.")
NOTHING = Score(
    recall=None,
    reciprocal_rank=None,
    ndcg=None,
    average_precision=None,
    citation_precision=None,
    citation_recall=None,
    citations_right=(),
    quotations=0,
    quotations_verbatim=0,
    speaker_right=None,
    answer_found=None,
    exact_match=None,
    token_f1=None,
    abstained=False,
    reason_right=None,
    right=False,
    forced_right=False,
    confidence=0.0,
    milliseconds=10.0,
    tokens=0,
    cost=0.0,
)


def row(identifier: str = "q1", *, answerable: bool = True, **values: Any) -> Row:
    """A Row with some values of its score, and those of its own fields that are named."""
    own = {name: values.pop(name) for name in list(values) if name in Row.__slots__}
    fields: dict[str, Any] = {
        "run": "r1",
        "model": "extractive",
        "id": identifier,
        "type": "fact" if answerable else "unanswerable",
        "question": "Does the dam hold?",
        "history": (),
        "answerable": answerable,
        "reason": "" if answerable else "no_evidence",
        "speaker": "",
        "answers": (),
        "gold": ((GOLD,),) if answerable else (),
        "evidence": (GOLD,),
        "answer": {"status": "answered", "text": "It holds [1].", "citations": [], "claims": []},
        "right_citations": (),
    }
    score = {name: getattr(NOTHING, name) for name in Score.__slots__} | values
    return Row(**(fields | own | {"score": Score(**score)}))
