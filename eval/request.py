"""What ``onrecord eval`` was told: the request, what goes together, where its tables go."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from eval import claims, publish
from eval.material import Material, narrowed
from eval.sets import reading
from rag.errors import UsageError

SETS = ("sample", *reading.NAMES, *claims.SETS, "injection", "polnear")


@dataclass(frozen=True, slots=True)
class Request:
    """What ``onrecord eval`` was told; ``limit`` and ``articles`` of 0 mean all.

    ``peer`` names who searches the same articles, ``peers`` the folder of foreign ones; ``write``
    puts what is printed into docs/evaluation.md.
    """

    which: str = "sample"
    data: str = ""
    out: str = ""
    baseline: str = ""
    limit: int = 0
    articles: int = 0
    as_json: bool = False
    peer: str = ""
    peers: str = ""
    ablate: bool = False
    judge: str = ""
    write: bool = False
    models: tuple[str, ...] = ()  # answerers to measure side by side; the settings' for none


def require(asked: Request) -> None:
    """Raises UsageError for what does not go together, before anything takes time."""
    if asked.which not in SETS:
        raise UsageError(f"there is no set {asked.which!r}: name one of {', '.join(SETS)}")
    if asked.limit < 0 or asked.articles < 0:
        raise UsageError("--limit and --articles take a number of 1 or more, or 0 for all")
    if asked.ablate and asked.which != "sample":
        raise UsageError("--ablate changes one thing at a time on the sample set: leave out --set")
    if asked.peer and asked.which not in ("sample", *reading.NAMES):
        raise UsageError(f"--set {asked.which} has no questions that a peer could search for")


def material_of(asked: Request) -> Material:
    """The set that is asked for; the sample's is empty until its corpus is open.

    Raises UsageError when its data is missing.
    """
    if asked.which == "sample":
        return Material("sample", (), ())
    return narrowed(reading.read(asked.which, Path(folder(asked))), asked.limit, asked.articles)


def folder(asked: Request) -> str:
    """Where the set's data is; raises UsageError when that was not said."""
    if not asked.data:
        raise UsageError(f"--set {asked.which} needs --data FOLDER: the set is not shipped")
    return asked.data


def tell(asked: Request, block: str, text: str) -> None:
    """Print ``text``, and put it into the docs where that is asked for."""
    print(text)
    if asked.write:
        publish.put("measures", publish.measures_table())
        publish.put(block, publish.fenced(text))
