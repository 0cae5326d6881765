"""Prompts as files with named holes; this module loads and fills them.

A hole is written ``{{name}}``. The files are part of the program's behaviour: their hash goes
with every answer, and a test compares the filled prompt with a golden copy.
"""

from __future__ import annotations

import hashlib
import re
from functools import cache
from importlib import resources

_HOLE = re.compile(r"\{\{(\w+)\}\}")


def names() -> tuple[str, ...]:
    """The prompts there are, without their suffix, in order."""
    files = resources.files("prompts").iterdir()
    return tuple(sorted(f.name[:-3] for f in files if f.name.endswith(".md")))


@cache
def load(name: str) -> str:
    """The text of a prompt; raises FileNotFoundError when there is none of that name."""
    return resources.files("prompts").joinpath(f"{name}.md").read_text(encoding="utf-8").strip()


def holes(name: str) -> frozenset[str]:
    """The names that ``render`` must be given for a prompt."""
    return frozenset(_HOLE.findall(load(name)))


def render(name: str, **values: str) -> str:
    """The prompt with its holes filled; raises ValueError naming those missing or unknown.

    Values are put in as they are: a value that looks like a hole is not filled again.
    """
    wanted = holes(name)
    if wanted != set(values):
        missing, unknown = wanted - set(values), set(values) - wanted
        raise ValueError(f"prompt {name}: missing {sorted(missing)}, unknown {sorted(unknown)}")
    return _HOLE.sub(lambda match: values[match[1]], load(name))


def digest() -> str:
    """A hash over all prompts, hexadecimal."""
    joined = "\x00".join(f"{name}\x00{load(name)}" for name in names())
    return hashlib.sha256(joined.encode()).hexdigest()[:16]
