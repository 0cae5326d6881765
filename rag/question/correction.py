"""A question + what was put right by hand -> the question that should have been asked.

Search, relevance and models read the question's text, so a corrected speaker or topic is written
into it: an answer to the old words with a filter on top would be neither.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.types import Filters

ANYONE = "anyone"


def corrected(
    text: str, asked: Sequence[str], names: Sequence[str], topic: str, filters: Filters
) -> str:
    """``text`` with the speaker and topic of ``filters`` in place of those it was read with.

    ``names`` are the speakers it was read with, ``asked`` the stretches of ``text`` that ask for
    them. What has no place in ``text`` is asked anew, in plain words; a name that is only spoken
    of stays.
    """
    wanted = ANYONE if filters.any_speaker else filters.speaker
    if filters.topic and filters.topic != topic:
        alike = set(topic.lower().split()) & set(filters.topic.lower().split())
        # "Why did oil fall?" has no place for "gas", but one for "oil rise"
        inside = _in_place(text, topic, filters.topic) if names or alike else ""
        text = inside or _anew(wanted or " and ".join(names), filters.topic)
        topic = filters.topic
    if not wanted or not asked:
        return text
    fragment = filters.any_speaker and text.startswith(asked[0])  # "Stoltenberg on withdrawal"
    if len(asked) > 1 or fragment:
        return _anew(wanted, topic)
    return _in_place(text, f"the {asked[0]}", wanted) or _in_place(text, asked[0], wanted) or text


def _in_place(text: str, old: str, new: str) -> str:
    """``text`` with its first whole ``old`` replaced; empty where it has none."""
    found = re.search(rf"(?<!\w){re.escape(old)}(?!\w)", text, re.IGNORECASE) if old else None
    return f"{text[: found.start()]}{new}{text[found.end() :]}" if found else ""


def _anew(speaker: str, topic: str) -> str:
    about = f" about {topic}" if topic else ""
    return f"What did {speaker} say{about}?" if speaker else f"What was said{about}?"
