"""Paths -> Articles: decodes files and hands each format to its reader."""

from __future__ import annotations

import hashlib
import stat
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from index import html, jsonl, mail, markdown, plain, table
from index.errors import UnreadableSource
from index.types import Article
from index.walk import Skipped as Skipped
from index.walk import place, system, walk

Reader = Callable[[str, str, str], Iterator[Article | UnreadableSource]]

READERS: dict[str, Reader] = {
    ".txt": plain.read,
    ".text": plain.read,
    ".md": markdown.read,
    ".markdown": markdown.read,
    ".html": html.read,
    ".htm": html.read,
    ".csv": table.read,
    ".tsv": table.read,
    ".eml": mail.read,
}
ROWS = (".jsonl", ".ndjson")
LARGEST_FILE = 20_000_000  # bytes of one article's file; JSON Lines may be larger
LARGEST_ROWS = 4_000_000_000  # bytes of a JSON Lines file
LARGEST_ARTICLE = 2_000_000  # code points


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file to read; ``digest`` is the SHA-256 of its bytes, hexadecimal."""

    path: Path
    digest: str

    @property
    def source(self) -> str:
        """The place that identifies the file between runs."""
        return place(self.path)


def files(paths: Iterable[Path]) -> Iterator[SourceFile | Skipped]:
    """The files below ``paths`` in name order; unreadable ones and unknown formats as Skipped."""
    for found in walk(paths):
        yield found if isinstance(found, Skipped) else _entry(found)


def articles(file: SourceFile) -> Iterator[Article | Skipped]:
    """The Articles of one file in order; whatever cannot be read comes back as Skipped."""
    stem = place(Path(file.path.stem))
    try:
        if file.path.suffix.lower() in ROWS:
            yield from _rows(file, stem)
        else:
            text = decoded(file.path.read_bytes())
            read = READERS[file.path.suffix.lower()]
            for found in read(text, file.source, stem):
                yield _kept(found, file.source)
    except UnreadableSource as error:
        yield Skipped(file.source, str(error))
    except OSError as error:
        yield Skipped(file.source, system(error))


def decoded(data: bytes) -> str:
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


def _entry(path: Path) -> SourceFile | Skipped:
    suffix = path.suffix.lower()
    try:
        facts = path.stat()
        if not stat.S_ISREG(facts.st_mode):
            return Skipped(place(path), "is not a file: copy its content into one")
        if suffix not in READERS and suffix not in ROWS:
            known = ", ".join(sorted([*READERS, *ROWS]))
            reason = f"format {suffix or 'without suffix'} is not read: use one of {known}"
            return Skipped(place(path), reason)
        limit = LARGEST_ROWS if suffix in ROWS else LARGEST_FILE
        if facts.st_size > limit:
            reason = f"{facts.st_size:,} bytes, the limit is {limit:,}: split the file"
            return Skipped(place(path), reason)
        with path.open("rb") as stream:
            return SourceFile(path, hashlib.file_digest(stream, "sha256").hexdigest())
    except FileNotFoundError:
        return Skipped(place(path), "no such file or folder: check the path")
    except OSError as error:
        return Skipped(place(path), system(error))


def _rows(file: SourceFile, stem: str) -> Iterator[Article | Skipped]:
    with file.path.open("rb") as stream:
        for number, line in jsonl.rows(stream):
            where = f"line {number}"
            try:
                text = _line(line, where)
                yield _checked(jsonl.read(text, file.source, stem, number), where)
            except UnreadableSource as error:
                yield Skipped(file.source, str(error))


def _line(line: bytes | None, where: str) -> str:
    if line is None:
        raise UnreadableSource(
            f"{where} has more than {jsonl.LONGEST_LINE:,} bytes: write one article a line"
        )
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError as error:
        raise UnreadableSource(
            f"{where}, byte {error.start} is not UTF-8: save the file as UTF-8"
        ) from error


def _kept(found: Article | UnreadableSource, source: str) -> Article | Skipped:
    if isinstance(found, UnreadableSource):
        return Skipped(source, str(found))
    try:
        return _checked(found, "the file" if found.source == source else f"{found.id!r}")
    except UnreadableSource as error:
        return Skipped(source, str(error))


def _checked(found: Article, where: str) -> Article:
    """``found``, unless it cannot be stored and cited exactly; then raises UnreadableSource."""
    if not found.text.strip():
        raise UnreadableSource(f"{where} is empty: nothing to index")
    if len(found.text) > LARGEST_ARTICLE:
        raise UnreadableSource(
            f"{where} has {len(found.text):,} characters, the limit for an article is "
            f"{LARGEST_ARTICLE:,}: split it"
        )
    facts = (found.text, found.title, found.publisher, found.url, found.language, *found.authors)
    if any("\x00" in fact for fact in facts):
        raise UnreadableSource(f"{where} holds a NUL character: remove it")
    try:
        "".join(facts).encode("utf-8")
    except UnicodeEncodeError as error:
        raise UnreadableSource(
            f"{where} holds half of a character (a lone surrogate): write it again as UTF-8"
        ) from error
    return found
