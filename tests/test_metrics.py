"""The figures of an evaluation on answers small enough to count by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest

from eval import metrics
from eval.cases import Case, GoldSpan
from rag.types import (
    Abstention,
    Answer,
    ArticleRef,
    Citation,
    Coverage,
    Interpretation,
)

TEXT = 'The dam holds, said Moe. "It is dry," he added.'
REF = ArticleRef("dam", "r1", "Dam", "", None, "")


def citation(number: int, start: int, end: int) -> Citation:
    return Citation(number, REF, start, end, TEXT[start:end], "", "", "exact")


def answer(text: str, *citations: Citation) -> Answer:
    return Answer(
        id="1",
        question="?",
        standalone_question="?",
        interpretation=Interpretation(),
        status="answered",
        abstention=None,
        text=text,
        claims=(),
        citations=citations,
        conflicts=(),
        coverage=Coverage(1, None, None, None),
        evidence=(),
        warnings=(),
        model="extractive",
        settings="",
    )


def case(*nuggets: tuple[GoldSpan, ...], answers: tuple[str, ...] = ()) -> Case:
    return Case("c", "fact", "?", (), nuggets, "", answers, "")


DAM, DRY = GoldSpan("dam", 0, 24), GoldSpan("dam", 25, 47)


def test_recall_counts_nuggets_that_the_first_k_passages_touch() -> None:
    both = case((DAM,), (DRY,))
    assert metrics.nugget_recall(both, [("dam", 0, 20), ("dam", 25, 40)], 1) == 0.5
    assert metrics.nugget_recall(both, [("dam", 0, 20), ("dam", 25, 40)], 2) == 1.0
    assert metrics.nugget_recall(both, [], 10) == 0.0


def test_any_alternative_satisfies_a_nugget() -> None:
    either = case((GoldSpan("other", 0, 9), DRY))
    assert metrics.citation_recall(either, answer("", citation(1, 25, 47))) == 1.0


def test_citation_precision_counts_citations_that_are_gold() -> None:
    given = answer("", citation(1, 0, 24), citation(2, 25, 47))
    assert metrics.citation_precision(case((DAM,)), given) == 0.5
    assert metrics.citation_precision(case(), given) == 0.0


def test_abstaining_scores_no_precision_and_no_recall() -> None:
    silent = replace(answer(""), status="abstained", abstention=Abstention("no_evidence", ""))
    assert metrics.citation_precision(case((DAM,)), silent) is None
    assert metrics.citation_recall(case((DAM,)), silent) == 0.0


@pytest.mark.parametrize(
    ("said", "verbatim"), [("It is dry", 1), ("It is very dry", 0), ("it is dry", 0)]
)
def test_a_quotation_counts_only_word_for_word(said: str, verbatim: int) -> None:
    given = answer(f'Moe said: "{said}." [1]', citation(1, 25, 47))
    assert metrics.quotations(given, {"dam": TEXT}) == (1, verbatim)


def test_a_short_answer_may_stand_in_what_is_cited() -> None:
    given = answer("Moe spoke [1].", citation(1, 0, 24))
    assert metrics.answer_found(case((DAM,), answers=("holds",)), given)
    assert not metrics.answer_found(case((DAM,), answers=("breaks",)), given)
    assert not metrics.answer_found(case((DAM,), answers=("old",)), given), "no part of a word"
    assert metrics.answer_found(case((DAM,)), given) is None


@pytest.mark.parametrize(
    ("said", "exact", "f1"),
    [
        ("The 5,000 crowns [1].", True, 1.0),
        ("It costs 5,000 crowns [1].", False, pytest.approx(2 * 3 / (5 + 3))),
        ("Nothing of the kind [1].", False, 0.0),
    ],
)
def test_short_answers_are_compared_as_squad_does(said: str, exact: bool, f1: float) -> None:
    gold = case((DAM,), answers=("5,000 crowns", "a lot"))
    given = answer(said, citation(1, 0, 24))
    assert metrics.exact_match(gold, given) == exact
    assert metrics.token_f1(gold, given) == f1


def test_what_is_right_to_cite_may_be_more_than_what_is_needed() -> None:
    both = replace(case((DAM,)), also=(DRY,))
    given = answer("", citation(1, 25, 47))
    assert metrics.citation_precision(both, given) == 1.0
    assert metrics.citation_recall(both, given) == 0.0
    assert metrics.right(both, given)


def test_refusing_is_right_only_where_there_is_no_answer() -> None:
    silent = replace(answer(""), status="abstained", abstention=Abstention("no_evidence", ""))
    assert metrics.right(case(), silent)
    assert not metrics.right(case((DAM,)), silent)
    assert not metrics.right(case(), answer("", citation(1, 0, 24)))


def test_a_percentile_is_a_value_that_occurred() -> None:
    assert metrics.percentile([3.0, 1.0, 2.0], 0.5) == 2.0
    assert metrics.percentile([], 0.95) == 0.0
