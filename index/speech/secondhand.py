"""Attributions of one sentence -> the outlet that a second-hand report rests on.

"X told delegates that …, Reuters reported" and "…, Reuters reported, citing X" both hold what X
said and that it is Reuters who says so.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Protocol

Place = tuple[int, int]

_OUTLET = re.compile(
    r"\b(?:Reuters|AP|AFP|UPI|CNN|BBC|ABC|NBC|CBS|MSNBC|NPR|PBS|Bloomberg|Politico|Axios|Interfax|"
    r"TASS|Tass|Xinhua|Ukrinform|Kyodo|Yonhap|Breitbart|BuzzFeed|HuffPost|Vox|Associated Press|"
    r"(?:\w+ )*(?:News|Times|Post|Journal|Tribune|Herald|Guardian|Telegraph|Gazette|Chronicle|"
    r"Globe|Observer|Press|Magazine|Daily|Zeitung|Monde|Spiegel)|"
    r"\w+ (?:news agency|newspaper|state media|state television|state TV|daily))\b"
)


class Report(Protocol):
    """What is read of an attribution."""

    @property
    def content(self) -> Sequence[Place]: ...

    @property
    def cue(self) -> Place | None: ...

    @property
    def source_words(self) -> Sequence[tuple[str, str]]: ...


def outlet(report: Report) -> str:
    """The news outlet that is an attribution's source, empty where it is no outlet."""
    text = " ".join(text for text, _ in report.source_words).split(" , ")[0]
    found = _OUTLET.search(text)
    if not found or len(text.split()) > 6:
        return ""
    return text.removeprefix("the ").removeprefix("The ")


def holds(outer: Report, inner: Report) -> bool:
    """Whether one attribution's cue stands in what the other reports."""
    cue = inner.cue
    return cue is not None and any(s <= cue[0] and cue[1] <= e for s, e in outer.content)
