"""Answers -> what a model thinks of each sentence, kept apart from every figure by code and gold.

As in automatic checks of attribution (Rashkin et al. 2023, ALCE): does the cited text alone say
what the sentence says, and does the sentence help with the question. A model errs and may favour
its own kind, so its verdicts neither enter other figures nor meet a floor.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from importlib import resources
from pathlib import Path

from eval.measures import Figure
from eval.metrics import without_markers
from eval.rows import Row
from rag.models import llm
from rag.settings import Settings

_END = "DONE"
_LINE = re.compile(r"^\W*(supported|answers)\W+(yes|no)\b", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the model said of sentence ``at`` (from 0) of an answer; None where it said neither."""

    run: str
    id: str
    at: int
    supported: bool | None
    answers: bool | None


def verdicts(
    rows: Sequence[Row], model: str, settings: Settings, file: Path | None
) -> list[Verdict]:
    """A verdict on every sentence of every answer; with ``file`` none is asked for twice.

    Raises ModelError when the model cannot be had at all; what was judged before is kept.
    """
    held = {(one.run, one.id, one.at): one for one in _kept(file)}
    found = []
    for row in rows:
        for at, (sentence, source) in enumerate(_sentences(row)):
            one = held.get((row.run, row.id, at))
            if one is None:
                one = _judged(row, at, sentence, source, model, settings)
                if file:
                    with file.open("a", encoding="utf-8") as stream:
                        stream.write(json.dumps(asdict(one)) + "\n")
            found.append(one)
    return found


def figures(found: Sequence[Verdict]) -> dict[str, Figure]:
    """The shares of sentences that the model calls supported and helpful, and of no verdict."""
    told = [one for one in found if one.supported is not None and one.answers is not None]
    count = len(told)
    return {
        "judged supported": _share(sum(bool(one.supported) for one in told), count),
        "judged to answer": _share(sum(bool(one.answers) for one in told), count),
        "without a verdict": _share(len(found) - count, len(found)),
    }


def _judged(
    row: Row, at: int, sentence: str, source: str, model: str, settings: Settings
) -> Verdict:
    text = resources.files("eval").joinpath("judge.md").read_text(encoding="utf-8")
    values = {"question": row.question, "sentence": sentence, "source": source}
    filled = re.sub(r"\{(\w+)\}", lambda hole: values[hole[1]], text)
    asked = llm.Request(({"role": "user", "content": filled},), _END)
    reply = llm.complete(asked, model, settings)
    said = "".join(reply.pieces())
    told = {name.lower(): value.lower() == "yes" for name, value in _LINE.findall(said)}
    return Verdict(row.run, row.id, at, told.get("supported"), told.get("answers"))


def _sentences(row: Row) -> Iterator[tuple[str, str]]:
    """Each sentence of the answer with the characters it cites."""
    answer = row.answer
    if answer is None or answer["status"] == "abstained":
        return
    exact = {one["number"]: one["exact"] for one in answer["citations"]}
    for claim in answer["claims"]:
        words = answer["text"][claim["start"] : claim["end"]]
        yield without_markers(words), "\n\n".join(exact[n] for n in claim["citations"])


def _kept(file: Path | None) -> Iterator[Verdict]:
    if file and file.is_file():
        for line in file.read_text(encoding="utf-8").splitlines():
            try:
                yield Verdict(**json.loads(line))
            except (TypeError, ValueError):  # cut off by a kill, or of another version
                continue


def _share(part: int, whole: int) -> Figure:
    return Figure(part / whole if whole else None, whole)
