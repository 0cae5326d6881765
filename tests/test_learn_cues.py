"""The weights of reporting words are learned from annotated articles, here from five of ours."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

from eval import learn_cues, polnear

TEXTS = [
    ("Holt said that the bridge was open.", "said", "that the bridge was open"),
    ("Lang said the yard was late.", "said", "the yard was late"),
    ("Boe said the ferry would sail.", "said", "the ferry would sail"),
    ("Dahl said the harbour was shut.", "said", "the harbour was shut"),
    ("Lund painted the old boat.", "", ""),
]


def rows() -> list[dict[str, object]]:
    made = []
    for number, (text, cue, content) in enumerate(TEXTS):
        gold = [
            {
                "source": [[0, text.index(" ")]],
                "source_text": text.split()[0],
                "cue": [[text.index(cue), text.index(cue) + len(cue)]],
                "content": [[text.index(content), text.index(content) + len(content)]],
            }
        ]
        found = gold if cue else []
        made.append({"id": str(number), "publisher": "p", "text": text, "attributions": found})
    return made


def test_what_covers_an_annotated_attribution_is_learned(tmp_path: Path) -> None:
    file = tmp_path / "train.jsonl.gz"
    with gzip.open(file, "wt", encoding="utf-8") as stream:
        stream.writelines(json.dumps(row) + "\n" for row in rows())
    found = list(learn_cues.examples(list(polnear.rows(file))))
    best = {one.cue[0]: max(o.overlap for o in found if o.cue[0] == one.cue[0]) for one in found}
    assert best == {"0": 1.0, "1": 1.0, "2": 1.0, "3": 1.0, "4": 0.0}
    weights = learn_cues.fit(found)
    assert weights["cue=say"] > 0
    learn_cues.write(weights, tmp_path / "cues.txt")
    lines = (tmp_path / "cues.txt").read_text().splitlines()
    assert lines[0].startswith("#")
    assert lines[1] == f"bias {weights['bias']:.2f}"
    assert len(lines) == len(weights) + 1


def test_the_stored_weights_are_in_the_form_that_is_written() -> None:
    lines = learn_cues.HOME.read_text(encoding="utf-8").splitlines()[1:]
    names = [line.rsplit(" ", 1)[0] for line in lines]
    assert names[0] == "bias"
    assert names[1:] == sorted(set(names[1:]))
    values = [float(line.rsplit(" ", 1)[1]) for line in lines[1:]]
    assert min(map(abs, values)) >= learn_cues.LEAST - 0.01
