"""A candidate sentence -> the sentence an answer says: the article's words, the speaker named."""

from __future__ import annotations

import re
from dataclasses import dataclass

from index.speech import offices
from index.speech.countries import country
from index.speech.mentions import ROLES
from index.speech.speakers import fold
from index.types import Speaker, Statement
from rag.candidates import Candidate
from rag.question.askers import is_person

_OPENING = {"“": "”", "„": "“", "«": "»"}
# "who" has its noun beside it; "it" is too often a thing and not the body that speaks
_KEPT = frozenset(("who", "which", "that", "whom", "it", "they", "one"))
_ROLE = re.compile(rf"\b(?:{'|'.join(map(re.escape, sorted(ROLES)))})\b", re.IGNORECASE)
_OWNS = re.compile(r"^(?:his|her|their)$|['’]s$", re.IGNORECASE)
_ADDRESSES = frozenset(("mr", "mrs", "ms", "miss", "mx"))  # no role to tell
_PARTICLES = frozenset("van von der den de del da di du la le al bin ibn".split())
_BESIDE = 40  # code points before a name in which its role stands
_MARKS = '"“”„«»'


@dataclass(frozen=True, slots=True)
class Naming:
    """How to name a speaker: in full, with the role at the first mention."""

    name: str
    role: str = ""

    @property
    def full(self) -> str:
        """ "Jens Stoltenberg, NATO chief," or the bare name."""
        return f"{self.name}, {self.role}," if self.role else self.name


def phrase(candidate: Candidate, speaker: Speaker | None, first_mention: bool) -> str:
    """The candidate's sentence with whoever says it named and its quotation marks paired."""
    said = candidate.statement
    text = candidate.text
    if said is None or speaker is None:
        return balanced(text)
    titles = (said.speaker_role, *speaker.roles)
    role = next((one for one in titles if one and fold(one) not in _ADDRESSES), "")
    if not is_person(speaker) and not said.speaker_role:
        role = ""  # "Democrats" hold no office, though some of them may
    role = offices.fuller(role, speaker.roles) if role and first_mention else ""
    place = said.speaker
    beside = text  # "the NATO chief" gives way to the name, and comes back behind it
    if place and candidate.start <= place.start and said.speaker_method != "named":
        beside = text[: place.start - candidate.start] + text[place.end - candidate.start :]
    naming = Naming(speaker.name, role if fold(role) not in fold(beside) else "")
    if place and candidate.start <= place.start and place.end <= candidate.end:
        return balanced(_renamed(candidate, said, naming))
    if fold(speaker.name) in fold(text):
        return balanced(text)
    return _continued(text, naming)


def _renamed(candidate: Candidate, said: Statement, naming: Naming) -> str:
    """The sentence with "he" or "the NATO chief" replaced by the name it stands for."""
    text, place = candidate.text, said.speaker
    if place is None or said.speaker_surface.lower() in _KEPT or country(said.speaker_surface):
        return text
    last = naming.name.split()[-1]
    if fold(naming.name) in fold(said.speaker_surface) or fold(naming.name) in fold(text):
        return _with_role(text, naming)
    start, end = place.start - candidate.start, place.end - candidate.start
    if said.speaker_method == "named" and fold(last) not in fold(text[start:end]):
        return text
    if _is_body(naming.name) and said.speaker_method == "named":
        return text  # "Tesla" is not to become "Critics of Tesla"
    if fold(last) in fold(text[start:end]) and len(text[start:end].split()) > 3:
        return text
    after = text[end:].lstrip()
    if _OWNS.search(text[start:end]):
        return f"{text[:start]}{naming.name}'s{text[end:]}"
    full = naming.full if not after.startswith(tuple(",.")) else naming.full.rstrip(",")
    return f"{text[:start]}{full}{text[end:]}"


def _is_body(name: str) -> bool:
    """Whether a name has small words that no person's has: "Critics of Tesla"."""
    return any(word.islower() and word not in _PARTICLES for word in name.split())


def _with_role(text: str, naming: Naming) -> str:
    """The sentence with the role behind a full name that stands there without any."""
    found = (
        re.search(rf"(?<![\w-]){re.escape(naming.name)}(?= [a-z])", text) if naming.role else None
    )
    if found is None or _ROLE.search(text[max(0, found.start() - _BESIDE) : found.start()]):
        return text
    return f"{text[: found.start()]}{naming.full}{text[found.end() :]}"


def _continued(text: str, naming: Naming) -> str:
    """A sentence out of a longer quotation, with its speaker put in front."""
    inner = text.strip(_MARKS + " ")
    inner = re.sub(r"[“”„«»\"]", "'", inner)
    return f'{naming.full} said: "{inner}"'


def balanced(text: str) -> str:
    """``text`` with a mark added where a quotation runs on beyond the sentence."""
    opened = ""
    for character in text:
        if character in _OPENING and not opened:
            opened = _OPENING[character]
        elif character == '"':
            opened = "" if opened == character else opened or character
        elif character == opened:
            opened = ""
        elif character in "”»" and not opened:
            return f"{_opener(character)}{text}"
    return f"{text}{opened}"


def _opener(closing: str) -> str:
    return next(one for one, other in _OPENING.items() if other == closing)
