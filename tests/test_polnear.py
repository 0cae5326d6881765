"""The scores of attribution, over annotations of ours."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from eval import polnear
from eval.speech_scores import Tally, scores

TEXT = 'Mayor Jane Holt spoke. "The bridge will open," Holt said. Holt said the tolls were gone.'


def annotated(source: str, content: str) -> dict[str, object]:
    at, start = TEXT.rindex(source), TEXT.index(content)
    return {
        "source": [[at, at + len(source)]],
        "source_text": source,
        "cue": [],
        "content": [[start, start + len(content)]],
    }


def test_statements_are_held_against_annotations(tmp_path: Path) -> None:
    file = tmp_path / "dev.jsonl.gz"
    gold = [
        annotated("Holt", '"The bridge will open,"'),
        annotated("Holt", "the tolls were gone"),
        annotated("Mayor", "Mayor Jane Holt spoke"),
    ]
    with gzip.open(file, "wt", encoding="utf-8") as stream:
        stream.write(json.dumps({"id": "1", "text": TEXT, "attributions": gold}) + "\n")
    found = polnear.measure(file)
    direct, indirect = found.kinds["direct"], found.kinds["indirect"]
    assert (direct.gold, direct.found, direct.f1[0.8]) == (1, 1, 1.0)
    assert (indirect.gold, indirect.found, indirect.recall[0.3]) == (2, 1, 0.5)
    assert (direct.speaker, direct.named) == (1.0, 1)
    table = polnear.format(found)
    assert "F1@.8 [1.000, 1.000]" in table
    assert "articles/s" in table


def test_an_interval_comes_of_drawing_whole_articles() -> None:
    good = Tally(4, 4, (4, 4), (4, 4), (4, 4), (4, 4), (0, 0))
    bad = Tally(4, 4, (0, 0), (0, 0), (4, 0), (4, 0), (0, 0))
    found = scores([good] * 5 + [bad] * 5)
    low, high = found.intervals["F1@.3"]
    assert found.f1[0.3] == pytest.approx(0.5)
    assert 0.1 <= low < 0.4 < 0.6 < high <= 0.9
    assert scores([good] * 3).intervals["speaker"] == (1.0, 1.0)


def test_no_article_gives_no_score() -> None:
    assert scores([]).f1 == {0.3: 0.0, 0.8: 0.0}
