"""Paths -> Articles: walks folders, decodes files and hands each format to its reader."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from index import html, jsonl, markdown, plain
from index.errors import UnreadableSource
from index.types import Article

Reader = Callable[[str, str, str], Iterator[Article]]

READERS: dict[str, Reader] = {
    ".txt": plain.read,
    ".text": plain.read,
    ".md": markdown.read,
    ".markdown": markdown.read,
    ".html": html.read,
    ".htm": html.read,
}
ROWS = (".jsonl", ".ndjson")
LARGEST_FILE = 20_000_000  # bytes of one article's file; JSON Lines may be larger
LARGEST_ROWS = 4_000_000_000  # bytes of a JSON Lines file
LARGEST_ARTICLE = 2_000_000  # code points


@dataclass(frozen=True, slots=True)
class Skipped:
    """A place that gave no article: why, and what to do about it, in one sentence."""

    source: str
    reason: str


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file to read; ``digest`` is the SHA-256 of its bytes, hexadecimal."""

    path: Path
    digest: str

    @property
    def source(self) -> str:
        """The place that identifies the file between runs."""
        return str(self.path)


def files(paths: Iterable[Path]) -> Iterator[SourceFile | Skipped]:
    """The files below ``paths`` in name order; unreadable ones and unknown formats as Skipped."""
    seen: set[Path] = set()
    for path in paths:
        for found, explicit in _walk(path):
            place = found.absolute()
            if place in seen:
                continue
            seen.add(place)
            if entry := _entry(place, explicit):
                yield entry


def articles(file: SourceFile) -> Iterator[Article | Skipped]:
    """The Articles of one file in order; whatever cannot be read comes back as Skipped."""
    try:
        text = _decode(file.path.read_bytes())
        if file.path.suffix.lower() in ROWS:
            yield from _rows(text, file)
        else:
            read = READERS[file.path.suffix.lower()]
            yield from (_checked(found) for found in read(text, file.source, file.path.stem))
    except UnreadableSource as error:
        yield Skipped(file.source, str(error))
    except OSError as error:
        yield Skipped(file.source, _system(error))


def _walk(path: Path) -> Iterator[tuple[Path, bool]]:
    """Files at ``path``; True marks one that was named itself rather than found in a folder."""
    if not path.is_dir():
        yield path, True
        return
    for child in sorted(path.rglob("*")):
        hidden = any(part.startswith(".") for part in child.relative_to(path).parts)
        inside = child.resolve().is_relative_to(path.resolve())
        if child.is_file() and not hidden and inside:
            yield child, False


def _entry(path: Path, explicit: bool) -> SourceFile | Skipped | None:
    suffix = path.suffix.lower()
    if suffix not in READERS and suffix not in ROWS:
        known = ", ".join(sorted([*READERS, *ROWS]))
        reason = f"format {suffix or 'without suffix'} is not read: use one of {known}"
        return Skipped(str(path), reason) if explicit or suffix else None
    try:
        size = path.stat().st_size
        limit = LARGEST_ROWS if suffix in ROWS else LARGEST_FILE
        if size > limit:
            return Skipped(str(path), f"{size:,} bytes, the limit is {limit:,}: split the file")
        with path.open("rb") as stream:
            return SourceFile(path, hashlib.file_digest(stream, "sha256").hexdigest())
    except FileNotFoundError:
        return Skipped(str(path), "no such file or folder: check the path")
    except OSError as error:
        return Skipped(str(path), _system(error))


def _rows(text: str, file: SourceFile) -> Iterator[Article | Skipped]:
    for number, line in jsonl.rows(text):
        try:
            yield _checked(jsonl.read(line, file.source, file.path.stem, number))
        except UnreadableSource as error:
            yield Skipped(file.source, str(error))


def _decode(data: bytes) -> str:
    """UTF-8 text without BOM and with CRLF as LF; raises UnreadableSource on anything else."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise UnreadableSource("the file is UTF-16: save it as UTF-8")
    if b"\x00" in data:
        raise UnreadableSource("the file is binary, not text: export its text as UTF-8")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UnreadableSource(f"byte {error.start} is not UTF-8: save it as UTF-8") from error
    return text.replace("\r\n", "\n")


def _checked(found: Article) -> Article:
    if not found.text.strip():
        raise UnreadableSource("the file is empty: nothing to index")
    if len(found.text) > LARGEST_ARTICLE:
        raise UnreadableSource(
            f"{len(found.text):,} characters, the limit for an article is {LARGEST_ARTICLE:,}: "
            "split it"
        )
    return found


def _system(error: OSError) -> str:
    return f"cannot be read ({error.strerror or 'input/output error'}): check its permissions"
