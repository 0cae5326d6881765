"""Article text -> its own correction, clarification or editor's note, in its own words."""

from __future__ import annotations

import re
import textwrap

LONGEST = 300  # code points kept of a notice

_EDITOR = r"(?:Editor|Editors|Publisher)(?:[’']s|s[’']|[’'])?"
_CORRECTION = re.compile(
    r"(?:CORRECTIONS?|CORRECTED|CLARIFICATIONS?|RETRACTION|ERRATUM|"
    r"Corrections?(?: and [Cc]larifications?)?|Corrected|Clarifications?|Retraction|Erratum)"
    r"(?:\s+(?:notice|appended|[\w.]+ \d{1,2}(?:, \d{4})?|\([^()\n]{1,60}\)))?\s*(?:[:—–-]|$)"
    r"|\((?:Corrects|Clarifies|Refiles to (?:fix|correct))\b"
    r"|(?:(?:An?|The)\s+)?(?:earlier|previous|prior|original)\s+versions?\s+of\s+(?:this|the)\s+"
    r"(?:[\w-]+\s+)?(?:article|story|report|column|piece|post|headline|caption|photo caption|"
    r"graphic|review|essay|transcript|video|podcast)\b"
    r"|This\s+(?:article|story|report|column|piece|post|headline|caption|review)\s+"
    r"(?:has\s+been|was)\s+(?:corrected|clarified|amended|retracted|revised)\b"
)
_NOTE = re.compile(rf"{_EDITOR}\s+[Nn]ote\b|EDITOR[’']?S[’']? NOTE\b|EDITORS? NOTE\b")
_OPENING = "([*_#>- \t"  # what may stand before a notice in its line


def find(title: str, text: str) -> str:
    """The first correction in ``text``, else the first editor's note, else what ``title`` says.

    One line of at most LONGEST code points, empty where there is none. A notice is a line that
    begins as one; the word somewhere in a sentence is news about corrections.
    """
    note = ""
    for line in text.split("\n"):
        words = line.strip().lstrip(_OPENING) if line[:60].strip() else ""
        if not words:
            continue
        if _CORRECTION.match(words) or _CORRECTION.match(line.strip()):
            return _short(line)
        if not note and _NOTE.match(words):
            note = line
    if not note and re.match(r"CORRECT(?:ED|ION)\b", title):
        return _short(title)
    return _short(note)


def _short(line: str) -> str:
    plain = " ".join(line.split()).strip("*_#> ")
    return textwrap.shorten(plain, LONGEST, placeholder="…") if plain else ""
