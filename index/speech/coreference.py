"""Names, pronouns and roles in one article -> who is meant, or unknown.

The cast of an article is gathered from its names; a later surname, role or pronoun is looked up
in the cast as it stands at that place. Two people with one surname stay two: a bare surname means
whoever of them it meant most often before.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field

from index.speech import mentions
from index.speech.mentions import ROLES, Mention, surname
from index.speech.quotations import Quotation
from index.types import SpeakerMethod

REACH = 1500  # code points a pronoun may look back
INTRODUCED = 250  # code points before a pronoun in which somebody new is likely to be meant
_DATELINE = re.compile(r"(?P<place>[^\n\"“!?:]{0,60}?)(?:--|—|–)(?P<after>\s)")
_HE = frozenset({"he", "him", "his"})
_NO_BODIES = frozenset("u.s. us u.k. uk u.n. tv gop covid-19 ceo a.m. p.m. id".split())
_SHE = frozenset({"she", "her"})
_NOBODY_LAST = frozenset(  # what ends the name of a place or a thing: "Wall Street", "New Jersey"
    "street district war state train carolina virginia jersey york hampshire mexico dakota hook "
    "hall park valley county".split()
)


@dataclass(frozen=True, slots=True)
class Resolved:
    """Who a surface form means; empty where unknown."""

    name: str = ""
    role: str = ""
    method: SpeakerMethod = "unknown"


UNKNOWN = Resolved()


@dataclass(slots=True)
class Member:
    """One person or body of the cast, with the places it is named."""

    name: str
    organisation: bool
    roles: list[str] = field(default_factory=list)
    places: list[int] = field(default_factory=list)
    surnamed: list[int] = field(default_factory=list)  # where the surname alone means them
    gender: str = ""

    @property
    def role(self) -> str:
        """The role named first, which is how news introduces people."""
        return self.roles[0] if self.roles else ""


class Cast:
    """Everybody an article names."""

    def __init__(
        self, text: str, found: Sequence[Mention], quotations: Sequence[Quotation] = ()
    ) -> None:
        self.text = text
        self.quotations = quotations
        self.members: dict[str, Member] = {}
        self._by_surname: dict[str, list[Member]] = {}
        self._by_first: dict[str, list[Member]] = {}
        self._timeline: list[tuple[int, Member]] = []
        found = [one for one in found if not (_is_dateline(text, one) or _is_credit(text, one))]
        for mention in found:
            if not mentions.is_short(mention.name):
                self._add(mention)
        common: dict[str, bool] = {}
        for mention in found:
            if mentions.is_short(mention.name):
                known = common.get(mention.name)
                if known is None:
                    known = mentions.is_common(text, mention.start, mention.end)
                    common[mention.name] = known
                if not known:
                    self._add_single(mention)
        self._timeline.sort(key=lambda item: item[0])
        self._starts = [start for start, _ in self._timeline]

    def _add(self, mention: Mention) -> None:
        member = self.members.get(mention.name.lower())
        if member is None:
            member = Member(mention.name, mentions.is_organisation(mention.name))
            self.members[mention.name.lower()] = member
            self._by_surname.setdefault(_family(mention.name), []).append(member)
            if " " in mention.name and not member.organisation:
                self._by_first.setdefault(mention.name.lower().split()[0], []).append(member)
        self._seen(member, mention)

    def _add_single(self, mention: Mention) -> None:
        people = self._people(mention.name)
        if people:
            meant = self._bearer(people, mention.start)
            meant.surnamed.append(mention.start)
            self._seen(meant, mention)
        else:
            self._add(mention)

    def _people(self, name: str) -> list[Member]:
        """Whom a surname can mean; failing that the only person with it as first name."""
        own = self._by_surname.get(_family(name), [])
        people = [m for m in own if not m.organisation and m.name.lower() != name.lower()]
        people = people or [m for m in own if not m.organisation]
        junior = mentions.credential(name)
        people = [m for m in people if mentions.credential(m.name) == junior] or people
        if people or " " in name:
            return people
        firsts = self._by_first.get(name.lower(), [])
        return firsts if len(firsts) == 1 else []

    def _seen(self, member: Member, mention: Mention) -> None:
        member.places.append(mention.start)
        if mention.role and mention.role not in member.roles:
            member.roles.append(mention.role)
        member.gender = member.gender or mentions.gender(member.name, mention.role)
        self._timeline.append((mention.start, member))

    def spoke(self, name: str, place: int) -> None:
        """Count a pronoun that was resolved as a place where its person is named."""
        member = self.members.get(name.lower())
        if member and place not in self._starts:
            at = bisect_left(self._starts, place)
            self._starts.insert(at, place)
            self._timeline.insert(at, (place, member))

    def quoted(self, place: int) -> bool:
        """Whether a place stands between quotation marks."""
        at = bisect_right(self.quotations, place, key=lambda q: q.start) - 1
        return at >= 0 and place < self.quotations[at].end

    @staticmethod
    def _bearer(people: Sequence[Member], place: int) -> Member:
        """Whom a surname alone means at a place: whoever it meant most often before, for a
        relative is named in full each time; else the one named last, or first of all."""
        people = [one for one in people if _is_name(one)] or people
        if len(people) == 1:
            return people[0]
        return max(
            people,
            key=lambda m: (
                bisect_left(m.surnamed, place),
                max((p for p in m.places if p <= place), default=-1),
                -m.places[0],
            ),
        )

    def named(self, name: str, place: int) -> Member | None:
        """The member a name or surname means at a place."""
        key = mentions.clean(name).lower()
        if key in self.members and len(key.split()) > 1:
            return self.members[key]
        people = self._people(key)
        firsts = key.split()[:-1]
        if firsts and not mentions.is_short(name):
            people = [m for m in people if m.name.lower().split()[0] == firsts[0]]
        if people:
            return self._bearer(people, place)
        return self.members.get(key)

    def before(self, place: int, reach: int = REACH) -> list[tuple[int, Member]]:
        """At most 200 mentions before a place within reach, latest first."""
        end = bisect_left(self._starts, place)
        start = max(end - 200, bisect_left(self._starts, place - reach))
        return self._timeline[start:end][::-1]


def _family(name: str) -> str:
    """A surname in one spelling: "O'Brien" and "O’Brien" are one."""
    return surname(name).replace("’", "'")


def _is_dateline(text: str, mention: Mention) -> bool:
    """ "BRUSSELS, Feb 16 (Agency) -- " says where a report was written and is nobody; so does
    "Hong Kong Agency —" on a line of its own."""
    if mention.start and text[mention.start - 1] != "\n":
        return False
    found = _DATELINE.match(text, mention.end)
    if found is None:
        return False
    return mention.name.isupper() or found["after"] == "\n" or "(" in found["place"]


def _is_credit(text: str, mention: Mention) -> bool:
    """ "Ann Lee/Agency/Some Images" says whose a picture is."""
    return "/" in (
        text[max(0, mention.start - 1) : mention.start],
        text[mention.end : mention.end + 1],
    )


def pronoun(cast: Cast, word: str, place: int, last: str, sentence_start: int) -> Resolved:
    """Who "he", "she", "it" or "they" is at a place, ``last`` being who spoke before."""
    wanted = "m" if word in _HE else "f" if word in _SHE else ""
    best, best_score = None, -100.0
    seen: set[str] = set()
    for start, member in cast.before(place):
        if member.name in seen:
            continue
        seen.add(member.name)
        if not _could_be(member, wanted):
            continue
        score = -(place - start) / 250
        score += 1.5 if member.name == last else 0.0
        score += 0.8 if _opens_sentence(cast.text, start) else 0.0
        score += 0.5 if member.roles or len(member.name.split()) > 1 else -0.5
        # News introduces people shortly before it lets them speak.
        introduced = start == member.places[0] and place - start < INTRODUCED
        score += 0.8 if introduced and " " in member.name else 0.0
        score -= 0.6 if start >= sentence_start else 0.0
        # Whom a speaker talks about is seldom who the reporter's next "he" is.
        score -= 2.0 if cast.quoted(start) else 0.0
        if score > best_score:
            best, best_score = member, score
    if best is None:
        return UNKNOWN
    return Resolved(best.name, best.role, "pronoun")


def _could_be(member: Member, wanted: str) -> bool:
    if wanted:
        return not member.organisation and member.gender in ("", wanted) and _personal(member)
    return member.organisation and member.name.lower() not in _NO_BODIES


def _personal(member: Member) -> bool:
    """Whether a name looks like a person's: several words, or a role, and no headline or place
    ("Sea of Azov")."""
    if member.name.isupper() or " of " in member.name:
        return False
    if not member.gender and member.name.lower().split()[-1] in _NOBODY_LAST:
        return False
    return len(member.name.split()) > 1 or bool(member.roles)


def _is_name(member: Member) -> bool:
    """Whether no headline or count got into a name: "WATCHED Trump", "Thousands of Trump"."""
    first = member.name.split()[0]
    return " of " not in member.name and not (first.isupper() and len(first) > 3)


def _opens_sentence(text: str, start: int) -> bool:
    before = text[max(0, start - 40) : start]
    return not before.strip() or "\n" in before or ". " in before or '" ' in before


def role(cast: Cast, phrase: Sequence[str], place: int) -> Resolved:
    """Who "the NATO chief" or "the ministry" is: the latest whose role or name has its words."""
    wanted = [w.lower() for w in phrase if w.lower() not in ("the", "a", "an", "this", "that")]
    if not wanted:
        return UNKNOWN
    for _, member in cast.before(place, reach=place):
        words = {w.lower() for r in member.roles for w in r.split()}
        own = member.organisation and (" " in member.name or member.name.isupper())
        words |= {w.lower() for w in member.name.split()} if own else set()
        if all(w in words for w in wanted) and (wanted[-1] in ROLES or own):
            if len(wanted) == 1 and not own and _is_rivalled(cast, member, place):
                return UNKNOWN
            return Resolved(member.name, member.role, "alias")
    return UNKNOWN


def _is_rivalled(cast: Cast, member: Member, place: int) -> bool:
    """Whether "the president" may be somebody else: the paragraph names a person without any
    role, and not the ``member`` whose role it is elsewhere in the article."""
    start = cast.text.rfind("\n", 0, place) + 1
    near = [other for at, other in cast.before(place, place - start) if at >= start]
    if any(other is member for other in near):
        return False
    return any(not one.organisation and not one.roles and _is_person(one) for one in near)


def _is_person(member: Member) -> bool:
    return " " in member.name and bool(member.gender)
