"""Figures, their intervals, curves and differences, on runs small enough to count by hand."""

from __future__ import annotations

from pathlib import Path

import pytest
from scored import row

from eval import compare, measures, report, risk, rows
from eval.cases import Case, GoldSpan
from eval.material import Material, narrowed
from eval.measures import Figure
from rag.errors import UsageError


def test_a_figure_says_how_many_questions_it_is_out_of() -> None:
    found = measures.figures(
        [row("a", citation_precision=1.0), row("b", citation_precision=0.0), row("c")]
    )
    precision = found["citation precision"]
    assert (precision.value, precision.count) == (0.5, 2)
    assert precision.low == 0.0
    assert precision.high == 1.0


def test_quotations_are_counted_one_by_one_and_not_by_answer() -> None:
    one = row("a", quotations=3, quotations_verbatim=3)
    other = row("b", quotations=1, quotations_verbatim=0)
    assert measures.figures([one, other])["quotations verbatim"].value == 0.75


def test_what_no_question_has_is_left_out_instead_of_being_zero() -> None:
    assert "speaker accuracy" not in measures.figures([row()])
    assert measures.figures([]) == {}


def test_the_same_rows_give_the_same_interval() -> None:
    some = [row(str(n), citation_recall=n / 9) for n in range(10)]
    assert measures.figures(some) == measures.figures(some)


def test_refusals_are_judged_as_a_decision() -> None:
    found = measures.figures(
        [
            row("a", abstained=True, right=True, answerable=False),
            row("b", abstained=True),
            row("c", answerable=False),
            row("d", right=True),
        ]
    )
    assert found["abstention precision"] == Figure(0.5, 2, 0.0, 1.0)
    assert found["abstention recall"].value == 0.5
    assert found["answered when answerable"].value == 0.5


def test_positions_say_which_sentence_of_an_answer_is_right() -> None:
    answers = [
        row("a", citations_right=((1, 1), (0, 2))),
        row("b", citations_right=((0, 1),)),
        row("c", abstained=True),
    ]
    (every, found), _ = measures.positions(answers)
    assert every == "all"
    assert (found["answered"], found["sentences"], found["citations"]) == (2, 1.5, 2)
    assert (found["no gold"], found["sentence 1"], found["sentence 2"]) == (0.5, 0.5, 0.0)


def test_risk_falls_when_only_the_surest_answers_are_given() -> None:
    found = risk.curve(
        [
            row("sure", confidence=0.9, forced_right=True),
            row("unsure", confidence=0.5, forced_right=False),
            row("wild", confidence=0.1, forced_right=False, answerable=False, abstained=True),
        ]
    )
    assert found is not None
    assert [(round(c, 2), round(r, 2)) for c, r, _ in found.points] == [
        (0.33, 0.0),
        (0.67, 0.5),
        (1.0, 0.67),
    ]
    assert found.area == pytest.approx((0 + 1 / 2 + 2 / 3) / 3)
    assert found.best == found.area, "nothing ranks better than all right ones first"
    assert found.answerable == 1.0
    assert found.given == (pytest.approx(2 / 3), 0.5)
    assert found.above(0.4) == (pytest.approx(2 / 3), 0.5)
    assert found.above(0.95) == (0.0, 0.0)


def test_answers_that_are_equally_sure_are_given_together() -> None:
    tied = [row(str(n), confidence=0.5, forced_right=n < 2) for n in range(4)]
    found = risk.curve(tied)
    assert found is not None
    assert found.points == ((1.0, 0.5, 0.5),)
    assert found.area == risk.curve(tied[::-1]).area == 0.5  # type: ignore[union-attr]


def test_a_difference_on_every_question_is_significant_and_none_is_not() -> None:
    before = [row(str(n), citation_recall=0.0) for n in range(30)]
    after = [row(str(n), citation_recall=float(n % 3 > 0)) for n in range(30)]
    (gain,) = [d for d in compare.differences(before, after) if d.name == "citation recall"]
    assert gain.change == pytest.approx(2 / 3)
    assert gain.p < 0.01
    assert gain.low > 0
    same = [d for d in compare.differences(before, before) if d.name == "citation recall"]
    assert (same[0].change, same[0].p) == (0.0, 1.0)


def test_runs_of_other_questions_are_not_compared() -> None:
    with pytest.raises(UsageError, match="no question in common"):
        compare.differences([row("a")], [row("b")])


def test_a_figure_that_is_missing_is_below_its_floor(tmp_path: Path) -> None:
    floors = tmp_path / "floors.json"
    floors.write_text('{"sample": {"right": 0.5, "MRR@10": 0.7}}')
    low = report.below_floor({"right": Figure(0.4, 10)}, "sample", floors)
    assert low == ["right is 0.400, floor 0.5", "MRR@10 is n/a, floor 0.7"]
    assert report.below_floor({}, "another", floors) == []


def test_rows_come_back_from_their_file_as_they_were(tmp_path: Path) -> None:
    ledger = rows.Ledger(tmp_path / "rows.jsonl", "r1")
    kept = row("a", citations_right=((1, 2),), recall={"1": 0.5}, history=("Who?",))
    ledger.add(kept)
    assert rows.read(tmp_path / "rows.jsonl") == [kept]


def test_a_run_goes_on_behind_a_line_that_a_kill_cut_off(tmp_path: Path) -> None:
    file = tmp_path / "rows.jsonl"
    rows.Ledger(file, "r1").add(row("a"))
    with file.open("a") as stream:
        stream.write('{"run": "r1", "id": "b", "qu')
    again = rows.Ledger(file, "r1")
    assert set(again.done) == {"a"}
    again.add(row("b"))
    assert [one.id for one in rows.read(file)] == ["a", "b"]


def test_rows_of_other_code_settings_or_articles_are_made_anew(tmp_path: Path) -> None:
    file = tmp_path / "rows.jsonl"
    rows.Ledger(file, "r1").add(row("a"))
    assert rows.Ledger(file, "r2").done == {}
    assert file.read_text() == ""


def test_a_file_of_something_else_is_refused_as_a_baseline(tmp_path: Path) -> None:
    file = tmp_path / "rows.jsonl"
    file.write_text('{"score": 1}\n')
    with pytest.raises(UsageError, match=r"name the rows\.jsonl"):
        rows.read(file)


def test_a_subset_is_the_same_in_every_run_and_keeps_the_articles_it_needs() -> None:
    articles = tuple({"id": f"a{n}", "text": "x"} for n in range(40))
    cases = tuple(
        Case(f"q{n}", "fact", "?", (), ((GoldSpan(f"a{n}", 0, 1),),), "", (), "") for n in range(20)
    )
    some = narrowed(Material("news", articles, cases), 5, 10)
    again = narrowed(Material("news", articles, cases[::-1]), 5, 10)
    assert (again.articles, set(again.cases)) == (some.articles, set(some.cases))
    assert some.size == (10, 5)
    held = {article["id"] for article in some.articles}
    assert {span.article_id for case in some.cases for span in case.gold} <= held
    assert some.described() == "news, A SUBSET: 5 of 20 questions over 10 of 40 articles"
    assert narrowed(Material("news", articles, cases), 0, 0).described().startswith("news: all 20")
