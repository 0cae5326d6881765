"""Article text -> its own correction, clarification or editor's note, in its own words."""

from __future__ import annotations

import re
import textwrap

LONGEST = 300  # code points kept of a notice

_EDITOR = r"(?:Editor|Editors|Publisher)(?:[’']s|s[’']|[’'])?"
_CORRECTION = re.compile(
    r"(?:CORRECTIONS?|CORRECTED|CLARIFICATIONS?|RETRACTION|ERRATUM|"
    r"Corrections?(?:(?: and |\s?[&/]\s?)[Cc]larifications?)?|Corrected|Clarifications?|Retraction|"
    r"Erratum)(?:,?\s+(?:notice|appended|[\w.]+ \d{1,2}(?:, \d{4})?|\d{1,2} \w+(?: \d{4})?|"
    r"\([^()\n]{1,60}\)))?\s*(?:[:—–-]|$)"
    r"|\((?:Corrects|Clarifies|Refiles to (?:fix|correct))\b"
    r"|(?:Note:\s+)?(?:(?:An?|The)\s+)?(?:earlier|previous|prior|original)\s+versions?\s+of\s+(?:this|the)\s+"
    r"(?:[\w-]+\s+)?(?:article|story|report|column|piece|post|headline|caption|photo caption|"
    r"graphic|review|essay|transcript|video|podcast)\b"
    r"|This\s+(?:article|story|report|column|piece|post|headline|caption|review)\s+"
    r"(?:has\s+been|was)\s+(?:corrected|clarified|amended|retracted|revised)\b"
)
_INSIDE = re.compile(  # a correction that stands at the end of a paragraph
    r"(?<=[.!?\"”])\s+[—–-]*\s*(?P<own>(?:Correction:\s+)?(?:An?|The)\s+(?:earlier|previous|prior|"
    r"original)\s+version\s+of\s+this\s+(?:article|story|report|column|piece|post|headline|caption)"
    r"\s+(?:incorrectly|mis\w+|erroneously|wrongly|gave|had)\b.*)"
)
_NOTE = re.compile(rf"{_EDITOR}\s+[Nn]ote\b|EDITOR[’']?S[’']? NOTE\b|EDITORS? NOTE\b")
_OPENING = "([*_#>–— -\t"  # what may stand before a notice in its line


def find(title: str, text: str) -> str:
    """The first correction in ``text``, else the first editor's note, else what ``title`` says.

    One line of at most LONGEST code points, empty where there is none. A notice is a line that
    begins as one, or a sentence about an earlier version of this very article; the word
    somewhere in a sentence is news about corrections.
    """
    note = ""
    for line in text.split("\n"):
        words = line.strip().lstrip(_OPENING) if line[:60].strip() else ""
        if not words:
            continue
        if _CORRECTION.match(words) or _CORRECTION.match(line.strip()):
            return _short(line)
        if "version of this" in line and (inside := _INSIDE.search(" ".join(line.split()))):
            return _short(inside["own"])
        if not note and _NOTE.match(words):
            note = line
    if not note and re.match(r"CORRECT(?:ED|ION)\b", title):
        return _short(title)
    return _short(note)


def _short(line: str) -> str:
    plain = " ".join(line.split()).strip("*_#>–— ")
    return textwrap.shorten(plain, LONGEST, placeholder="…") if plain else ""
