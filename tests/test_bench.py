"""The measuring itself: what it makes up, builds and asks."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from eval import precision, scale
from eval.bench import run
from eval.comparison import Comparison
from eval.synthetic import PASSAGES, World
from rag.errors import UsageError
from ui.cli import main


def test_made_articles_are_the_same_for_the_same_seed() -> None:
    one, other = (list(World(3).articles(3, first=5)) for _ in range(2))
    assert [made.article for made in one] == [made.article for made in other]
    assert [made.article.id for made in one] == ["a5", "a6", "a7"]
    assert {len(made.passages) for made in one} == {PASSAGES}
    assert np.allclose(np.linalg.norm(one[0].vectors, axis=1), 1, atol=1e-5)
    first = one[0].passages[0].span
    assert one[0].article.text[first.start : first.end].endswith(".")


def test_an_index_of_made_articles_is_built_asked_and_added_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scale, "ASKED", 6)
    built = scale._built(tmp_path, 40)
    served = scale._served(tmp_path, 40)
    grown = scale._grown(tmp_path, 40)
    assert (served["recall@10 against exact"], served["lists of the vector index"]) == (1.0, 0)
    assert "40 unchanged files, s" in grown
    assert all(value >= 0 for value in (built | served | grown).values())


def test_sizes_are_passages_in_thousands_and_millions(monkeypatch, capsys) -> None:
    monkeypatch.setattr(scale, "run", lambda passages: {"passages": passages})
    assert main(["bench", "--scale", "10k,1M,800", "--json"]) == 0
    tables = json.loads(capsys.readouterr().out)
    assert [one.get("passages") for one in tables] == [None, 10_000, 1_000_000, 800]
    assert main(["bench", "--scale", "many"]) == 2
    assert "10k, 100k or 1M" in capsys.readouterr().err


def test_a_precision_is_told_beside_the_model_itself(monkeypatch, capsys) -> None:
    passages = [f"The {one} sails again on Monday." for one in ("ferry", "pilot", "tug", "barge")]
    monkeypatch.setattr(precision, "_texts", lambda: (passages, ["When does the ferry sail?"]))
    assert main(["bench", "--precision", "faithful", "--rounds", "1", "--json"]) == 0
    _, bare, faithful = json.loads(capsys.readouterr().out)
    assert (bare["vectors"], faithful["vectors"]) == ("SentenceTransformer.encode", "faithful")
    assert bare["times the bare encode"] == bare["recall of its 10 nearest, 1 questions"] == 1.0
    assert faithful["mean cosine to it, passages"] >= 0.999
    assert faithful["recall of its 10 nearest, 1 questions"] == 1.0


def test_a_folder_without_a_comparison_says_what_it_needs(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="name 'plain'"):
        run(1, False, peers=str(tmp_path))


BENCH = """
import argparse, json
given = argparse.ArgumentParser()
for name in ("--n", "--reps", "--out"):
    given.add_argument(name)
for name in ("--ops", "--peers"):
    given.add_argument(name, nargs="+")
asked = given.parse_args()
figures = {"build": {"wall_s": 40.0}, "first": {"to_answer_s": 5.0}, "query": {"p50_ms": 9.0}}
with open(asked.out, "w") as out:
    for peer in asked.peers:
        for operation in asked.ops:
            row = {"peer": peer, "op": operation, "p95_ms": 12.0, **figures[operation]}
            if peer == "broken":
                row = {"peer": peer, "op": operation, "error": "Traceback\\nno such module"}
            for _ in range(int(asked.reps)):
                out.write(json.dumps(row) + "\\n")
"""


def test_a_comparison_that_fails_says_why(tmp_path: Path) -> None:
    (tmp_path / "bench.py").write_text("raise SystemExit('no such model')")
    comparison = Comparison(tmp_path, ("plain",), 2)
    with pytest.raises(UsageError, match="failed: no such model"):
        comparison._theirs(1)


def test_a_comparison_gives_everybody_the_same_articles(tmp_path: Path, capsys) -> None:
    (tmp_path / "bench.py").write_text(BENCH)
    for name in ("base", "broken"):
        python = tmp_path / ".bench" / name / "bin" / "python"
        python.parent.mkdir(parents=True)
        python.touch()
    corpus = tmp_path / ".bench" / "corpus" / "2"
    (corpus / "articles").mkdir(parents=True)
    (corpus / "articles" / "a.txt").write_text(
        "Ferry back\n\nThe ferry sails again, Ann Holt said."
    )
    (corpus / "articles" / "b.txt").write_text("Frost\n\nFrost killed the plums in the valley.")
    (corpus / "queries.txt").write_text("Who said that the ferry sails?\nWhat killed the plums?\n")
    run(1, True, peers=str(tmp_path))
    _, ours, plain, broken = json.loads(capsys.readouterr().out)
    assert (ours["who"], ours["articles"]) == ("onrecord", 2)
    assert set(plain) == {"who"} | set(ours) - {"articles"}
    assert plain["process start to first hit, s"] == 5.0
    assert broken == {"who": "broken", "failed": "no such module"}
