"""Archives (.zip, .tar, .tar.gz, .tgz, .gz) -> their files, read in memory one by one.

Nothing is extracted to disk, so no name in an archive can point anywhere. What is read is bounded
by count, by size and by how much it grows, so that a bomb of a few kilobytes stays one.
"""

from __future__ import annotations

import gzip
import io
import lzma
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import BinaryIO, Self

from index.errors import UnreadableSource

ENDINGS = (".zip", ".tar", ".tar.gz", ".tgz", ".gz")
MEMBERS = 200_000  # files in one archive
TOTAL = 8_000_000_000  # bytes of one archive, unpacked
RATIO = 200  # bytes out of one byte in; text compresses 3 to 20 times
_FREE = 10_000_000  # bytes unpacked before the ratio counts: small files may be all blanks
_LONGEST_HEADER = 1_000_000  # bytes; tarfile reads a header whole
_BROKEN = (
    *(zipfile.BadZipFile, tarfile.TarError, zlib.error, lzma.LZMAError, EOFError),
    *(OSError, RuntimeError, NotImplementedError, ValueError, OverflowError),
)


@dataclass(frozen=True, slots=True)
class Member:
    """A file in an archive: its name there, and its bytes as a stream to be read once."""

    name: str
    stream: BinaryIO


@dataclass(frozen=True, slots=True)
class Refused:
    """A member that is not read, and why."""

    name: str
    reason: str


class Bounded(io.RawIOBase):
    """A stream that raises UnreadableSource once it grows beyond ``packed`` bytes times RATIO."""

    def __init__(self, stream: BinaryIO, packed: int) -> None:
        self._stream = stream
        self._limit = min(TOTAL, _FREE + packed * RATIO)
        self._read = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        try:
            found = self._stream.read(len(buffer))
        except _BROKEN as error:
            raise UnreadableSource(_told(error)) from error
        self._read += len(found)
        if self._read > self._limit:
            raise UnreadableSource(
                f"it unpacks to more than {self._limit:,} bytes, as a zip bomb does: unpack it "
                "yourself if you trust it"
            )
        buffer[: len(found)] = found
        return len(found)


class _Header(tarfile.TarInfo):
    """A header whose own extensions (long names) cannot be longer than any name."""

    @classmethod
    def frombuf(cls, buf: bytes, encoding: str, errors: str) -> Self:  # type: ignore[override]
        found = super().frombuf(buf, encoding, errors)
        if found.type not in tarfile.REGULAR_TYPES and found.size > _LONGEST_HEADER:
            raise UnreadableSource("the archive's headers are too long: pack it again")
        return found


def is_archive(name: str) -> bool:
    """Whether a file of this name is opened as an archive."""
    return name.lower().endswith(ENDINGS)


def members(stream: BinaryIO, name: str, size: int) -> Iterator[Member | Refused]:
    """The files in the archive ``name`` of ``size`` bytes, each to be read before the next.

    Links, devices, hidden files, nested archives and names that lead out of the archive are not
    read. Raises UnreadableSource when the archive is broken or grows as a bomb does.
    """
    lower = name.lower()
    try:
        if lower.endswith(".zip"):
            yield from _zipped(stream, size)
        elif lower.endswith(".gz") and not lower.endswith(".tar.gz"):
            inner = Bounded(gzip.GzipFile(fileobj=stream), size)  # type: ignore[arg-type]
            yield Member(PurePosixPath(name[:-3]).name, io.BufferedReader(inner))
        else:
            packed = lower.endswith("gz")
            unpacked = gzip.GzipFile(fileobj=stream) if packed else stream
            yield from _tarred(Bounded(unpacked, size))  # type: ignore[arg-type]
    except UnreadableSource:
        raise
    except _BROKEN as error:
        raise UnreadableSource(_told(error)) from error


def check_zip(data: bytes) -> None:
    """Raises UnreadableSource when ``data`` is no sound zip, or one that grows as a bomb does."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as opened:
            _check(opened, len(data))
    except _BROKEN as error:
        raise UnreadableSource(_told(error)) from error


def _zipped(stream: BinaryIO, size: int) -> Iterator[Member | Refused]:
    with zipfile.ZipFile(stream) as opened:
        _check(opened, size)
        for info in opened.infolist():
            name = _printable(info.filename)
            kind = info.external_attr >> 28  # the file type of a Unix mode; 0 from other systems
            if info.is_dir() or _is_hidden(name):
                continue
            if reason := _reason(name) or ("" if kind in (0, 8) else "is a link or a device"):
                yield Refused(name, f"{reason}: it is not read")
            elif info.flag_bits & 1:
                yield Refused(name, "is encrypted: pack it without a password")
            else:
                with opened.open(info) as raw:
                    inner = Bounded(raw, info.compress_size)  # type: ignore[arg-type]
                    yield Member(name, io.BufferedReader(inner))


def _check(opened: zipfile.ZipFile, size: int) -> None:
    infos = opened.infolist()
    if len(infos) > MEMBERS:
        raise UnreadableSource(f"it holds {len(infos):,} files, the limit is {MEMBERS:,}")
    if sum(info.file_size for info in infos) > min(TOTAL, _FREE + size * RATIO):
        raise UnreadableSource(
            "it says that it unpacks to far more than its own size, as a zip bomb does: unpack "
            "it yourself if you trust it"
        )


def _tarred(stream: BinaryIO) -> Iterator[Member | Refused]:
    with tarfile.open(fileobj=stream, mode="r|", tarinfo=_Header) as opened:
        number = 0
        while info := opened.next():
            opened.members.clear()  # type: ignore[attr-defined]  # it keeps all it has seen
            number += 1
            if number > MEMBERS:
                raise UnreadableSource(f"it holds more than {MEMBERS:,} files, the limit")
            name = _printable(info.name)
            if info.isdir() or _is_hidden(name):
                continue
            plain = info.isfile() and not info.issparse()
            if reason := _reason(name) or ("" if plain else "is a link, a device or sparse"):
                yield Refused(name, f"{reason}: it is not read")
            elif raw := opened.extractfile(info):
                yield Member(name, io.BufferedReader(Bounded(raw, TOTAL)))  # type: ignore[arg-type]


def _reason(name: str) -> str:
    """Why a member of this name is not read; empty when it is."""
    parts = name.replace("\\", "/").split("/")
    if name.startswith(("/", "\\")) or ".." in parts or name[1:2] == ":":
        return "leads out of the archive"
    return "is an archive in an archive" if is_archive(name) else ""


def _is_hidden(name: str) -> bool:
    parts = name.replace("\\", "/").split("/")
    return "__MACOSX" in parts or any(one.startswith(".") and one.strip(".") for one in parts)


def _printable(name: str) -> str:
    return name.encode("utf-8", "backslashreplace").decode("utf-8").removeprefix("./")


def _told(error: BaseException) -> str:
    reason = " ".join(str(error).split())[:100] or type(error).__name__
    return f"the archive is broken or cut off ({reason}): pack it again"
