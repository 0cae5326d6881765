"""Words that the corpus lacks -> the two that they are made of: "cyberattack", "cyber attack"."""

from __future__ import annotations

from collections.abc import Callable

_SHORTEST = 4  # letters of each part; shorter ones are met by chance


def parts(term: str, frequency: Callable[[str], int]) -> tuple[str, ...]:
    """``term`` itself where the corpus has it or nothing better is known, else its two parts.

    ``frequency`` is in how many passages a stem stands; of several splits the one whose rarer part
    is most frequent is taken.
    """
    if frequency(term):
        return (term,)
    splits = [(term[:at], term[at:]) for at in range(_SHORTEST, len(term) - _SHORTEST + 1)]
    found = max(splits, key=lambda two: min(map(frequency, two)), default=None)
    return found if found and all(map(frequency, found)) else (term,)
