"""The house rules that a reader cannot see in one file: who imports whom, what a wheel holds."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("index", "rag", "prompts", "ui", "eval")
MAY_IMPORT = {
    "index": {"index"},
    "prompts": {"prompts"},
    "rag": {"rag", "index", "prompts"},
    "eval": {"eval", "rag", "index", "prompts"},
    "ui": {"ui", "eval", "rag", "index", "prompts"},
}
HOMES = {
    "faiss": {"index/search/vectors.py"},
    "tantivy": {"index/search/lexical.py"},
    "openvino": {"index/search/runtime.py"},
    "sentence_transformers": {"index/search/original.py"},
    "nncf": {"index/search/quantised.py"},
    "sentencex": {"index/sentences.py"},
    "spacy": {"index/speech/statements.py"},
    "trafilatura": {"index/formats/html.py"},
    "lxml": {"index/formats/markup.py"},
    "watchfiles": {"index/watch.py"},
    "pypdf": {"index/formats/pdf.py"},
    "docx": {"index/formats/docx.py"},
    "rensa": {"index/copies.py"},
    "litellm": {"rag/models/call.py"},
    "tiktoken": {"rag/models/draft.py"},
    "xllamacpp": {"rag/models/llama.py"},
    "gradio": {"ui/kit.py"},
    "swagger_ui_bundle": {"ui/reference.py"},
}


def modules() -> list[Path]:
    return [file for package in PACKAGES for file in sorted((ROOT / package).rglob("*.py"))]


def imported(file: Path) -> set[str]:
    """Top-level names that a file imports at run time, wherever in the file."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            found.add(node.module.split(".")[0])
        elif isinstance(node, ast.ImportFrom) and node.level:
            pytest.fail(f"{file} imports relatively")
    return found


def test_imports_go_one_way() -> None:
    for file in modules():
        package = file.relative_to(ROOT).parts[0]
        wrong = (imported(file) & set(PACKAGES)) - MAY_IMPORT[package]
        assert not wrong, f"{file.relative_to(ROOT)} imports {sorted(wrong)}"


def test_each_outside_library_lives_behind_one_module() -> None:
    users: dict[str, set[str]] = {name: set() for name in HOMES}
    for file in modules():
        for name in imported(file) & set(HOMES):
            users[name].add(file.relative_to(ROOT).as_posix())
    assert users == HOMES


def test_the_most_imported_modules_hold_no_logic() -> None:
    for name in ("index/types.py", "rag/types.py"):
        tree = ast.parse((ROOT / name).read_text(encoding="utf-8"))
        assert not [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]


def test_no_module_is_longer_than_350_lines() -> None:
    long = {
        f.relative_to(ROOT): n for f in modules() if (n := len(f.read_text().splitlines())) > 350
    }
    assert not long


def test_every_folder_of_code_is_listed_as_a_package() -> None:
    listed = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["setuptools"]["packages"]
    on_disk = {
        ".".join(file.relative_to(ROOT).parent.parts)
        for package in PACKAGES
        for file in (ROOT / package).rglob("__init__.py")
    }
    assert set(listed) == on_disk


def test_the_wheel_holds_exactly_what_the_folders_hold(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        (source / name).write_bytes((ROOT / name).read_bytes())
    kept = [
        file
        for package in PACKAGES
        for file in (ROOT / package).rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    ]
    for file in kept:
        copy = source / file.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(file.read_bytes())
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", tmp_path]
    subprocess.run([*map(str, command), str(source)], check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    packed = {n for n in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in n}
    assert packed == {file.relative_to(ROOT).as_posix() for file in kept}


def test_the_program_has_no_unexpected_start_hooks() -> None:
    """A .pth file runs at every Python start; malicious releases have come that way."""
    site = Path(next(p for p in sys.path if p.endswith("site-packages")))
    known = {"distutils-precedence.pth"}
    found = {file.name for file in site.glob("*.pth")} - known
    assert {name for name in found if "onrecord" not in name and "editable" not in name} == set()


def test_installed_packages_are_those_that_are_pinned() -> None:
    from importlib.metadata import PackageNotFoundError, version

    wrong = []
    locked = (ROOT / "requirements.lock").read_text()
    packages = re.findall(r"^(\S+)==(\S+)((?: \\\n {4}\S+)*)", locked, re.M)
    assert len(packages) == locked.count("==") > 0
    for name, wanted, digests in packages:
        if "--hash=sha256:" not in digests:
            wrong.append(f"{name} has no digest")
        try:
            if version(name) != wanted:
                wrong.append(f"{name} {version(name)} instead of {wanted}")
        except PackageNotFoundError:
            wrong.append(f"{name} is missing")
    assert not wrong


def test_help_answers_without_heavy_imports() -> None:
    code = (
        "import sys\nfrom ui.options import parser\nparser().format_help()\n"
        "print([n for n in sys.modules if n.split('.')[0] in "
        "('torch', 'spacy', 'litellm', 'gradio', 'faiss', 'openvino', 'numpy')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
