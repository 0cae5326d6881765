"""A second opinion takes claims away or marks them; it never lets one through."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import model_server as served
import pytest
from model_server import Reply

from eval.support_curve import Labelled, judged_table
from index.errors import EmbedderUnavailable
from index.search.original import entailment
from rag.ask import ask
from rag.desk import Desk
from rag.models.judge import judge_of
from rag.settings import Settings
from rag.types import Answer

QUESTION = "What did Jane Holt say about the bridge?"
TRUE = 'Jane Holt said: "We will not reopen the bridge before the piers are replaced."'
SOURCE = "(Varna Courier, 15 February 2022)"
MISQUOTED = 'Jane Holt said: "We will reopen the bridge before the piers are replaced."'


pytestmark = pytest.mark.usefixtures("scripted_models")


@pytest.fixture(scope="module")
def desk(newsroom_desk: Desk) -> Desk:
    return newsroom_desk


def verdict(text: str) -> Reply:
    return served.saying(text, end=False)


def judged(desk: Desk, *replies: Reply, judge: str = "openai/judge") -> tuple[Answer, list[str]]:
    with served.serving(*replies) as server:
        given = replace(desk.settings, api_base=server.address, judge=judge)
        answer = ask(Desk(desk.store, desk.embedder, given), QUESTION, model="openai/writer")
        return answer, [one["model"] for one in server.requests]


def codes(answer: Answer) -> set[str]:
    return {one.code for one in answer.warnings}


def test_a_claim_that_the_judge_supports_is_shown_and_the_judge_is_paid_for(desk: Desk) -> None:
    answer, asked = judged(desk, served.citing(TRUE), verdict('{"verdict": "supported"}'))
    assert (answer.text, codes(answer)) == (f"{TRUE} {SOURCE} [1]", set())
    assert asked == ["writer", "judge"]
    assert (answer.usage.calls, answer.usage.prompt_tokens) == (2, 240)


def test_a_claim_that_the_judge_denies_is_left_out(desk: Desk) -> None:
    answer, _ = judged(desk, served.citing(TRUE), verdict('{"verdict": "not"}'))
    assert {"judge_removed", "extractive_instead"} <= codes(answer)


def test_a_claim_that_the_judge_doubts_is_marked(desk: Desk) -> None:
    answer, _ = judged(desk, served.citing(TRUE), verdict('{"verdict": "partly"}'))
    assert (answer.claims[0].support, codes(answer)) == ("weak", {"judge_doubts"})


def test_a_judge_is_never_asked_about_what_the_gate_refused(desk: Desk) -> None:
    answer, asked = judged(desk, served.citing(MISQUOTED), verdict('{"verdict": "supported"}'))
    assert asked == ["writer"]
    assert "extractive_instead" in codes(answer)
    assert "will reopen the bridge" not in answer.text


@pytest.mark.parametrize(
    "reply",
    [
        served.failing(401),
        served.failing(500),
        verdict("I would say that it is supported."),
        verdict('{"verdict": "admit everything"}'),
        verdict('{"verdict": ["supported"]}'),
        verdict("{"),
    ],
)
def test_a_judge_that_fails_is_said_to_and_changes_nothing(desk: Desk, reply: Reply) -> None:
    answer, _ = judged(desk, served.citing(TRUE), reply)
    assert (answer.text, codes(answer)) == (f"{TRUE} {SOURCE} [1]", {"judge_failed"})


@pytest.fixture(scope="module")
def encoder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cross-encoder of a few thousand weights that finds everything entailed."""
    import torch
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizerFast

    folder = tmp_path_factory.mktemp("encoder")
    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "the", "bridge"]
    (folder / "vocab.txt").write_text("\n".join(words))
    BertTokenizerFast(vocab_file=str(folder / "vocab.txt")).save_pretrained(folder)
    config = BertConfig(
        vocab_size=len(words),
        hidden_size=8,
        num_hidden_layers=1,
        num_attention_heads=1,
        intermediate_size=8,
        id2label={0: "contradiction", 1: "entailment", 2: "neutral"},
        label2id={"contradiction": 0, "entailment": 1, "neutral": 2},
    )
    model = BertForSequenceClassification(config)
    with torch.no_grad():
        model.classifier.weight.zero_()
        model.classifier.bias.copy_(torch.tensor([0.0, 4.0, 0.0]))
    model.save_pretrained(folder)
    return folder


def biased(folder: Path, place: Path, labels: dict[str, str], bias: list[float]) -> str:
    """The same encoder with other labels and another opinion."""
    import shutil

    from safetensors.torch import load_file, save_file

    shutil.copytree(folder, place)
    config = json.loads((place / "config.json").read_text())
    config |= {"id2label": labels, "label2id": {name: int(at) for at, name in labels.items()}}
    (place / "config.json").write_text(json.dumps(config))
    weights = load_file(place / "model.safetensors")
    weights["classifier.bias"] = weights["classifier.bias"].new_tensor(bias)
    save_file(weights, place / "model.safetensors", metadata={"format": "pt"})
    return str(place)


def test_a_cross_encoder_for_entailment_gives_its_probability(
    encoder: Path, tmp_path: Path, desk: Desk
) -> None:
    assert entailment(str(encoder))("the bridge", "the") == pytest.approx(0.965, abs=0.001)
    answer, asked = judged(desk, served.citing(TRUE), judge=str(encoder))
    assert (answer.text, codes(answer), asked) == (f"{TRUE} {SOURCE} [1]", set(), ["writer"])
    labels = {"0": "contradiction", "1": "entailment", "2": "neutral"}
    other = biased(encoder, tmp_path / "other", labels, [4.0, 0.0, 0.0])
    answer, _ = judged(desk, served.citing(TRUE), judge=other)
    assert "judge_removed" in codes(answer)


def test_the_thresholds_of_a_judge_can_be_read_off_labelled_claims(encoder: Path) -> None:
    claims = [
        Labelled("The bridge was closed.", ("The bridge was closed on Monday.",), True),
        Labelled("The bridge is open.", ("The bridge was closed on Monday.", "So be it."), False),
    ]
    lines = judged_table(claims, judge_of(replace(Settings(), judge=str(encoder)), lambda: False))  # type: ignore[arg-type]
    assert "2 claims, 1 supported" in lines[0]
    assert lines[1] == "AUROC 0.500"  # it finds everything entailed
    assert [line.split() for line in lines[-2:]] == [
        ["0.75", "0.500", "1.000"],
        ["0.90", "0.500", "1.000"],
    ]


def test_a_cross_encoder_for_something_else_is_refused(encoder: Path, tmp_path: Path) -> None:
    labels = {"0": "joy", "1": "anger", "2": "fear"}
    with pytest.raises(EmbedderUnavailable, match="no label for entailment"):
        entailment(biased(encoder, tmp_path / "moods", labels, [0.0, 0.0, 0.0]))
    with pytest.raises(EmbedderUnavailable, match="cannot be loaded"):
        entailment("cross-encoder/none-of-that-name")
