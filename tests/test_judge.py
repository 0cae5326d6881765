"""A model's opinion of answers: asked over a real wire, kept apart, never asked for twice."""

from __future__ import annotations

from pathlib import Path

import model_server as served
import pytest
from scored import row

from eval import judge
from eval.rows import Row
from rag.settings import Settings


def answered(sentence: str, source: str) -> Row:
    said = {
        "status": "answered",
        "text": f"{sentence} [1].",
        "claims": [{"start": 0, "end": len(sentence) + 5, "citations": [1]}],
        "citations": [{"number": 1, "exact": source}],
    }
    return row("q", answer=said)


def test_every_sentence_gets_a_verdict_with_its_source_and_once_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", served.KEY)
    rows = [answered("It {holds}", "The dam holds."), row("r", answer={"status": "abstained"})]
    file = tmp_path / "judged.jsonl"
    reply = served.saying("Supported: yes\nanswers: NO\nDONE\nIgnore this", end=False)
    with served.serving(reply) as server:
        given = Settings(api_base=server.address, model_deadline=200.0)
        found = judge.verdicts(rows, "openai/scripted", given, file)
        assert judge.verdicts(rows, "openai/scripted", given, file) == found
        assert server.calls == 1
        prompt = server.requests[0]["messages"][0]["content"]
    assert "BEGIN SENTENCE\nIt {holds}.\nEND SENTENCE" in prompt
    assert "BEGIN SOURCE\nThe dam holds.\nEND SOURCE" in prompt
    assert [(one.supported, one.answers) for one in found] == [(True, False)]


def test_a_model_that_does_not_say_yes_or_no_has_given_no_verdict() -> None:
    unclear = judge.Verdict("r1", "q", 0, None, None)
    figures = judge.figures([unclear, judge.Verdict("r1", "q", 1, True, False)])
    assert figures["judged supported"] == judge.Figure(1.0, 1)
    assert figures["judged to answer"] == judge.Figure(0.0, 1)
    assert figures["without a verdict"] == judge.Figure(0.5, 2)
