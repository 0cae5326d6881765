"""Tables -> docs/evaluation.md, each between the two comments that carry its name."""

from __future__ import annotations

import re
from pathlib import Path

from eval import measures
from rag.errors import UsageError

DOCS = Path(__file__).resolve().parent.parent / "docs" / "evaluation.md"


def put(name: str, text: str, file: Path = DOCS) -> None:
    """Replace what stands between ``<!-- name -->`` and ``<!-- /name -->`` by ``text``.

    Raises UsageError when the file or the comments are not there.
    """
    start, end = f"<!-- {name} -->", f"<!-- /{name} -->"
    try:
        before = file.read_text(encoding="utf-8")
    except OSError as error:
        raise UsageError("--write needs docs/evaluation.md: run it in a checkout") from error
    pattern = re.compile(f"{re.escape(start)}.*?{re.escape(end)}", re.DOTALL)
    if not pattern.search(before):
        raise UsageError(f"{file.name} has no place for it: add the comments {start} and {end}")
    after = pattern.sub(lambda _: f"{start}\n{text.strip()}\n{end}", before, count=1)
    file.write_text(after, encoding="utf-8")


def measures_table() -> str:
    """Every figure with what it is out of and whose method it is, as Markdown."""
    lines = ["| figure | out of what | method |", "|---|---|---|"]
    every = [*measures.MEASURES, *map(measures.measure, measures.LATENCIES)]
    lines += [f"| {one.name} | {one.denominator} | {one.source or '–'} |" for one in every]
    return "\n".join(lines)


def fenced(text: str) -> str:
    """``text`` as a block that keeps its columns."""
    return f"```\n{text.strip()}\n```"
