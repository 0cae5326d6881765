"""Bytes of a text file -> its text, and a doubt where the encoding was not stated.

English text that is not UTF-8 is Windows-1252 (of which Latin-1's printable part is a subset) in
all but odd cases, and statistical detectors took it for Central European or Arabic code pages in
half of the trials, so the one rule is: a byte order mark, what the format states, UTF-8,
Windows-1252.
"""

from __future__ import annotations

import codecs
import re

from index.errors import UnreadableSource

_MARKS = (  # UTF-32 before UTF-16: the one's mark begins with the other's
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_CONTROL = re.compile("[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")  # no text has them
_STATED = re.compile(rb"<meta\b[^>]{0,500}?\bcharset\s*=\s*[\"']?\s*([\w.:-]{1,40})", re.I)
_HEAD = 4096  # bytes in which a page states its encoding; browsers look at 1,024
# What browsers read under these names (WHATWG Encoding Standard, "windows-1252" and "utf-8").
_READ_AS = {"iso-8859-1": "cp1252", "latin1": "cp1252", "latin-1": "cp1252", "ascii": "cp1252"}
_READ_AS |= {"us-ascii": "cp1252", "utf-16": "utf-8", "utf-16le": "utf-8", "utf-16be": "utf-8"}


def decoded(data: bytes, stated: str = "") -> tuple[str, str]:
    """The text of ``data`` without byte order mark and with CRLF as LF, and a doubt or "".

    ``stated`` is the encoding that the format itself names. Raises UnreadableSource when the
    bytes are no text.
    """
    text, doubt = _text(data, stated)
    return text.replace("\r\n", "\n"), doubt


def of_page(data: bytes) -> str:
    """The encoding an HTML page states in its head, empty when it does not."""
    found = _STATED.search(data[:_HEAD])
    return found[1].decode("ascii", "replace") if found else ""


def _text(data: bytes, stated: str) -> tuple[str, str]:
    for mark, name in _MARKS:
        if data.startswith(mark):
            try:
                return data[len(mark) :].decode(name), ""
            except UnicodeDecodeError as error:
                raise UnreadableSource(
                    f"byte {error.start + len(mark)} is not {name.upper()}, which the file begins "
                    "as: save it as UTF-8"
                ) from error
    if b"\x00" in data:
        raise UnreadableSource("the file is binary, not text: export its text as UTF-8")
    known = _codec(stated)
    for name in (known, "utf-8") if known else ("utf-8",):
        try:
            return data.decode(name), ""
        except UnicodeDecodeError as error:
            place = error.start
    return _western(data, place, stated)


def _western(data: bytes, place: int, stated: str) -> tuple[str, str]:
    try:
        text = data.decode("cp1252")
    except UnicodeDecodeError as error:
        raise UnreadableSource(f"byte {place} is not UTF-8: save it as UTF-8") from error
    if _CONTROL.search(text):
        raise UnreadableSource("the file is binary, not text: export its text as UTF-8")
    wrong = f", although it says {stated}" if stated else ""
    return text, (
        f"byte {place} is not UTF-8{wrong}: read as Windows-1252, look at its accents and "
        "quotation marks or save it as UTF-8"
    )


def _codec(stated: str) -> str:
    """Python's name of a text encoding, empty when it is unknown."""
    name = _READ_AS.get(stated.lower(), stated)
    try:
        found = codecs.lookup(name)
        "".encode(found.name)  # zip, base64 and their like are codecs, but not of text
    except (LookupError, ValueError):
        return ""
    return "" if found.name in ("idna", "punycode", "utf-7", "unicode_escape") else found.name
