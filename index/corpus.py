"""Paths -> Articles: opens files and archives and hands each format to its reader."""

from __future__ import annotations

import hashlib
import io
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from index.errors import UnreadableSource
from index.formats import (
    archive,
    charset,
    docx,
    html,
    jsonl,
    mail,
    markdown,
    pdf,
    plain,
    table,
    xmlnews,
)
from index.types import Article
from index.walk import Doubt as Doubt
from index.walk import Skipped as Skipped
from index.walk import place, system, walk

Found = Iterator[Article | UnreadableSource]
Reader = Callable[[bytes, str, str], Found]
Fields = Mapping[str, str]  # our name of a field -> the name it has in rows of a table


def _text(
    read: Callable[[str, str, str], Found], stated: Callable[[bytes], str] = lambda _: ""
) -> Reader:
    """A reader of text as one of bytes, whose encoding the format may state."""

    def read_bytes(data: bytes, source: str, stem: str) -> Found:
        text, doubt = charset.decoded(data, stated(data))
        for found in read(text, source, stem):
            yield _doubted(found, doubt)

    return read_bytes


READERS: dict[str, Reader] = {
    ".txt": _text(plain.read),
    ".text": _text(plain.read),
    ".md": _text(markdown.read),
    ".markdown": _text(markdown.read),
    ".html": _text(html.read, charset.of_page),
    ".htm": _text(html.read, charset.of_page),
    ".eml": mail.read,
    ".pdf": pdf.read,
    ".docx": docx.read,
    **dict.fromkeys((".xml", ".rss", ".atom", ".rdf", ".nitf", ".newsml"), xmlnews.read),
}
TABLES = (".csv", ".tsv")
ROWS = (".jsonl", ".ndjson")
FORMATS = tuple(sorted({*READERS, *TABLES, *ROWS, *archive.ENDINGS}))
STDIN = "stdin"  # the place of what is read from standard input
LARGEST_FILE = 20_000_000  # bytes of one file; PDF and DOCX, which hold pictures, see below
LARGEST_PAGES = 200_000_000
LARGEST_ROWS = 4_000_000_000  # bytes of a JSON Lines file or of an archive
LARGEST_ARTICLE = 2_000_000  # code points


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file to read; ``digest`` is the SHA-256 of its ``size`` bytes, hexadecimal.

    ``held`` are the bytes themselves where there is no file: standard input.
    """

    path: Path
    digest: str
    held: bytes | None = None
    size: int = 0

    @property
    def source(self) -> str:
        """The place that identifies the file between runs."""
        return STDIN if self.held is not None else place(self.path)


def files(
    paths: Iterable[Path], wanted: Callable[[Path], bool] = lambda _: True
) -> Iterator[SourceFile | Skipped]:
    """The ``wanted`` files below ``paths`` in name order; what cannot be read as Skipped."""
    for found in walk(paths):
        if isinstance(found, Skipped):
            yield found
        elif wanted(found):
            yield _entry(found)


def standard_input(stream: BinaryIO, suffix: str = "") -> SourceFile | Skipped:
    """What ``stream`` holds as one file of a format.

    Without a ``suffix``, what begins with ``{`` is JSON Lines and all else plain text.
    """
    data = stream.read(LARGEST_PAGES + 1)
    if len(data) > LARGEST_PAGES:
        return Skipped(STDIN, f"has more than {LARGEST_PAGES:,} bytes: save it as a file")
    if not suffix:
        suffix = ".jsonl" if data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{") else ".txt"
    digest = hashlib.sha256(data).hexdigest()
    return SourceFile(Path(f"{STDIN}-{digest[:8]}{suffix}"), digest, data, len(data))


def articles(
    file: SourceFile, fields: Fields | None = None, at: Callable[[int], None] = lambda _: None
) -> Iterator[Article | Skipped]:
    """The Articles of one file in order; whatever cannot be read comes back as Skipped.

    ``fields`` says under which names rows of tables and JSON Lines hold ours; ``at`` is told how
    many bytes of the file are read.
    """
    name = place(Path(file.path.name))
    try:
        with file.path.open("rb") if file.held is None else io.BytesIO(file.held) as stream:
            if archive.is_archive(name):
                size = file.size or file.path.stat().st_size
                found = _packed(stream, name, size, file.source, fields or {})
            else:
                found = _unpacked(stream, name, file.source, fields or {})
            for one in found:
                at(stream.tell())
                yield _placed(one) if file.held is not None else one
    except UnreadableSource as error:
        yield Skipped(file.source, str(error))
    except OSError as error:
        yield Skipped(file.source, system(error))


def _placed(found: Article | Skipped) -> Article | Skipped:
    """An article of standard input under a place of its own: the next input is another one."""
    return replace(found, source=f"{STDIN}#{found.id}") if isinstance(found, Article) else found


def _packed(
    stream: BinaryIO, name: str, size: int, source: str, fields: Fields
) -> Iterator[Article | Skipped]:
    for member in archive.members(stream, name, size):
        inside = f"{source}#{member.name}"
        if isinstance(member, archive.Refused):
            yield Skipped(inside, member.reason)
        elif reason := _unknown(member.name):
            yield Skipped(inside, reason)
        else:
            yield from _unpacked(member.stream, member.name, inside, fields)


def _unpacked(
    stream: BinaryIO, name: str, source: str, fields: Fields
) -> Iterator[Article | Skipped]:
    """The Articles of a file that is no archive, by the ending of its ``name``."""
    suffix, stem = PurePosixPath(name).suffix.lower(), PurePosixPath(name).stem
    try:
        if suffix in ROWS:
            yield from _rows(stream, source, stem, fields)
            return
        data = stream.read(_limit(suffix) + 1)
        if len(data) > _limit(suffix):
            raise UnreadableSource(f"it has more than {_limit(suffix):,} bytes: split it")
        if suffix in TABLES:
            text, doubt = charset.decoded(data)
            rows = table.read(text, source, stem, fields)
            made: Found = (_doubted(found, doubt) for found in rows)
        else:
            made = READERS[suffix](data, source, stem)
        for found in made:
            yield _kept(found, source)
    except UnreadableSource as error:
        yield Skipped(source, str(error))


def _doubted(found: Article | UnreadableSource, doubt: str) -> Article | UnreadableSource:
    if not doubt or isinstance(found, UnreadableSource):
        return found
    return replace(found, doubts=(doubt, *found.doubts))


def _limit(suffix: str) -> int:
    if suffix in ROWS or archive.is_archive(suffix):
        return LARGEST_ROWS
    return LARGEST_PAGES if suffix in (".pdf", ".docx") else LARGEST_FILE


def _unknown(name: str) -> str:
    """Why a file of this name is not read; empty when it is."""
    suffix = PurePosixPath(name).suffix.lower()
    if suffix in READERS or suffix in ROWS or suffix in TABLES or archive.is_archive(name):
        return ""
    return f"format {suffix or 'without suffix'} is not read: use one of {', '.join(FORMATS)}"


def _entry(path: Path) -> SourceFile | Skipped:
    try:
        facts = path.stat()
        if not stat.S_ISREG(facts.st_mode):
            return Skipped(place(path), "is not a file: copy its content into one")
        if reason := _unknown(path.name):
            return Skipped(place(path), reason)
        limit = _limit(path.suffix.lower())
        if facts.st_size > limit:
            reason = f"{facts.st_size:,} bytes, the limit is {limit:,}: split the file"
            return Skipped(place(path), reason)
        with path.open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
            return SourceFile(path, digest, size=facts.st_size)
    except FileNotFoundError:
        return Skipped(place(path), "no such file or folder: check the path")
    except OSError as error:
        return Skipped(place(path), system(error))


def _rows(stream: BinaryIO, source: str, stem: str, fields: Fields) -> Iterator[Article | Skipped]:
    for number, line in jsonl.rows(stream):
        where = f"line {number}"
        try:
            text = _line(line, where)
            yield _checked(jsonl.read(text, source, stem, number, fields), where)
        except UnreadableSource as error:
            yield Skipped(source, str(error))


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
    facts += (found.source, found.section, found.notice)
    if any("\x00" in fact for fact in facts):
        raise UnreadableSource(f"{where} holds a NUL character: remove it")
    try:
        "".join(facts).encode("utf-8")
    except UnicodeEncodeError as error:
        raise UnreadableSource(
            f"{where} holds half of a character (a lone surrogate): write it again as UTF-8"
        ) from error
    return found
