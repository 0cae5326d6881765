"""The docs that a machine can hold against the program."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

from eval.claims import SETS
from eval.publish import measures_table
from eval.sets.reading import NAMES
from rag.settings import Settings
from rag.types import Answer
from ui.options import parser

ROOT = Path(__file__).resolve().parent.parent


def test_the_settings_table_lists_every_setting_with_its_default() -> None:
    table = (ROOT / "docs" / "settings.md").read_text()
    rows = dict(re.findall(r"^\| `(\w+)` \| `(.*?)` \|", table, re.MULTILINE))
    assert rows == {field.name: repr(field.default) for field in fields(Settings)}


def test_the_answer_table_names_every_field() -> None:
    table = (ROOT / "docs" / "answer.md").read_text()
    first = " ".join(re.findall(r"^\| (.*?) \|", table, re.MULTILINE))
    assert {field.name for field in fields(Answer)} <= set(re.findall(r"`(\w+)`", first))


def test_every_command_of_the_readme_exists() -> None:
    readme = (ROOT / "README.md").read_text()
    known = set(re.findall(r"^    (\w+)\b", parser().format_help(), re.MULTILINE))
    used = set(re.findall(r"\.venv/bin/onrecord (\w+)", readme))
    assert used
    assert used <= known
    targets = set(re.findall(r"^(\w+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"^make (\w+)", readme, re.MULTILINE)) <= targets


def test_links_between_documents_lead_somewhere() -> None:
    for page in [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]:
        for target in re.findall(r"\]\(([^)#]+)\)", page.read_text()):
            if not target.startswith(("http://", "https://")):
                assert (page.parent / target).exists(), f"{page.name} links to {target}"


def test_ci_runs_the_test_command_of_the_readme_and_nothing_else() -> None:
    lines = (ROOT / ".ci" / "run").read_text().splitlines()
    commands = [line for line in lines if line and not line.startswith(("#", "set ", "cd "))]
    assert commands == ["exec make test"]


def test_the_evaluation_docs_explain_every_figure_the_program_prints() -> None:
    page = (ROOT / "docs" / "evaluation.md").read_text()
    assert f"<!-- measures -->\n{measures_table()}\n<!-- /measures -->" in page
    wanted = {*NAMES, *SETS, "sample", "sample plain", "sample bm25", "injection", "ablations"}
    assert {name for name in wanted if f"<!-- {name} -->" not in page} == set()
