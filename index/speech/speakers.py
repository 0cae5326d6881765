"""Names of many articles -> speakers: one for each person or body, however it is spelt.

Names join on a skeleton that spellings of one name share (Zelensky, Zelenskyy, Zelenskiy; Antony,
Anthony) together with the first name; different first names never join. A bare surname joins a
person only while the corpus knows just one of that surname. Nothing depends on article order.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Literal

from index.speech import mentions
from index.types import Speaker

_ROMAN = re.compile(r"[ivxlc]{2,}")  # "Super Bowl VIII" is not "Super Bowl VI"
RULES = 4  # raised when names join otherwise: everybody is then joined anew
_SUFFIXES = frozenset("jr sr ii iii iv".split())
_SOUNDS = (
    ("ph", "f"),
    ("th", "t"),
    ("kh", "h"),
    ("ck", "k"),
    ("sch", "sh"),
    ("w", "v"),
    ("y", "i"),
    ("j", "i"),
    ("q", "k"),
    ("x", "ks"),
    ("z", "s"),
)


@dataclass(frozen=True, slots=True)
class Joined:
    """Speakers, most frequent first, with how many statements each makes by id; what each name
    stands for and its family."""

    speakers: tuple[Speaker, ...]
    counts: Mapping[str, int]
    speaker_ids: Mapping[str, str]
    families: Mapping[str, str]


@dataclass(slots=True)
class _Group:
    names: Counter[str] = field(default_factory=Counter)
    roles: Counter[str] = field(default_factory=Counter)
    surfaces: list[str] = field(default_factory=list)
    statements: int = 0

    def take(self, other: _Group) -> None:
        self.names.update(other.names)
        self.roles.update(other.roles)
        self.surfaces.extend(other.surfaces)
        self.statements += other.statements


def read_aliases(path: Path) -> dict[str, str]:
    """The ``[aliases]`` table of a TOML file, other spelling to name; empty without the file."""
    if not path.is_file():
        return {}
    table = tomllib.loads(path.read_text(encoding="utf-8")).get("aliases", {})
    return {str(other): str(name) for other, name in table.items()}


def join(said: Mapping[tuple[str, str], int], aliases: Mapping[str, str] | None = None) -> Joined:
    """The speakers behind names: ``said`` counts the statements of each name with each role.

    Names of one family (``family``) can be joined without those of others, to the same speakers.
    """
    by_hand = _by_hand(aliases)
    groups: defaultdict[str, _Group] = defaultdict(_Group)
    families: dict[str, str] = {}
    for (surface, role), count in said.items():
        if not surface:
            continue
        name = bare(surface)
        meant = by_hand.get(fold(name), name)
        group = groups[_grouping(meant)]
        group.names[meant] += count
        if meant != name:
            group.names[name] += 0
        if role:
            group.roles[role] += count
        if surface not in families:
            group.surfaces.append(surface)
            families[surface] = _family(meant)
        group.statements += count
    for other, name in (aliases or {}).items():  # also what no article calls them
        if (known := groups.get(_grouping(bare(name)))) is not None:
            known.names[bare(other)] += 0
    preferred = {fold(name) for name in by_hand.values()}
    return _joined(_merge(groups), preferred, families)


def family(surface: str, aliases: Mapping[str, str] | None = None) -> str:
    """What names share that may ever be joined: the sound of the last word."""
    name = bare(surface)
    return _family(_by_hand(aliases).get(fold(name), name))


def _family(name: str) -> str:
    return last([skeleton(word) for word in fold(name).split()] or [""])


def _grouping(name: str) -> str:
    """What names are gathered by at first: their key, where a surname alone keeps its consonants.

    A whole name with another spelling is likely the same person, a surname alone is not:
    Grossman and Grossmann, Schafer and Shaffer stay two, Zelensky and Zelenskyy are one.
    """
    found = key(name)
    word = fold(name)
    if " " in found or found.startswith("=") or " " in word:
        return found
    return _sounds(word, r"([aeiou])\1+")


def _by_hand(aliases: Mapping[str, str] | None) -> dict[str, str]:
    return {fold(bare(other)): name for other, name in (aliases or {}).items()}


def _merge(groups: Mapping[str, _Group]) -> list[_Group]:
    """Bare surnames and names without a middle initial go to the only person they can be; "the
    King" is nobody's surname."""
    by_surname: defaultdict[str, set[str]] = defaultdict(set)
    by_ends: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for name, group in groups.items():
        parts = name.split()
        # "Daisy Edgar-Jones" is neither Jones nor Daisy Jones.
        if len(_core(parts)) < 2 or name.startswith("=") or _is_double(group):
            continue
        by_ends[parts[0], last(parts)].add(name)
        for surname in {last(fold(one).split()) for one in group.names}:
            by_surname[_grouping(surname)].add(name)
        if _suffix(name):
            by_surname[f"{last(parts)} {parts[-1]}"].add(name)
    merged: dict[str, _Group] = {}
    target: dict[str, str] = {}
    for name in sorted(groups):
        titled = all(fold(one) in mentions.ROLES for one in groups[name].names)
        target[name] = name if titled else _target(name, by_surname, by_ends)
    for name in sorted(groups):
        final = target[name]
        final = target.get(final, final)
        merged.setdefault(final, _Group()).take(groups[name])
    return [merged[name] for name in sorted(merged)]


def _target(
    name: str,
    by_surname: Mapping[str, set[str]],
    by_ends: Mapping[tuple[str, str], set[str]],
) -> str:
    parts = name.split()
    if name.startswith("="):
        return name
    if len(_core(parts)) == 1:
        people = by_surname.get(name, set())
        if _suffix(name):  # "Trump Jr." is the one of that surname who is called so
            return min(people) if len(people) == 1 else name
        # "Donald J. Trump" and "Donald Trump" are one person with one first name.
        firsts = {p.split()[0] for p in people}
        if len(firsts) != 1 or len(people) > 2:
            return name
        return _target(min(people, key=len), by_surname, by_ends)
    longer = {p for p in by_ends[parts[0], last(parts)] if len(p.split()) > 2}
    plain = [p for p in longer if not _suffix(p)]
    if len(parts) == 2 and len(plain) == 1:
        return plain[0]
    return name


def _is_double(group: _Group) -> bool:
    """Whether the last word of a name is two surnames."""
    return all("-" in name.split()[-1].strip("-") for name in group.names)


def last(parts: list[str]) -> str:
    return parts[-2] if parts[-1] in _SUFFIXES and len(parts) > 1 else parts[-1]


def _core(parts: list[str]) -> list[str]:
    """The words of a name without "Jr." and the like at its end."""
    return parts[:-1] if parts[-1] in _SUFFIXES and len(parts) > 1 else parts


def _suffix(name: str) -> bool:
    return name.split()[-1] in _SUFFIXES


def _joined(groups: list[_Group], preferred: set[str], families: Mapping[str, str]) -> Joined:
    ranked = sorted(groups, key=lambda g: (-g.statements, _best_name(g, preferred)))
    speakers, counts, ids = [], {}, {}
    taken: Counter[str] = Counter()
    for group in ranked:
        name = _best_name(group, preferred)
        slug = _slug(name)
        taken[slug] += 1
        identity = slug if taken[slug] == 1 else f"{slug}-{taken[slug]}"
        others = sorted((n for n in group.names if n != name), key=lambda n: (-group.names[n], n))
        roles = sorted(group.roles, key=lambda r: (-group.roles[r], r))
        speakers.append(Speaker(identity, name, tuple(others), tuple(roles)))
        counts[identity] = group.statements
        ids.update(dict.fromkeys(group.surfaces, identity))
    return Joined(tuple(speakers), counts, ids, families)


def _best_name(group: _Group, preferred: set[str]) -> str:
    """The name given by hand, else of the fullest the most frequent."""
    return min(
        group.names,
        key=lambda n: (fold(n) not in preferred, -min(len(n.split()), 3), -group.names[n], n),
    )


def _slug(name: str) -> str:
    return re.sub(r"[^\w]+", "-", fold(name)).strip("-") or "speaker"


def bare(name: str) -> str:
    """A name without the titles before it: "President Volodymyr Zelenskyy" loses one word."""
    words = mentions.clean(name).split()
    if words and words[0].lower() == "the" and len(words) > 1:
        words = words[1:]
    cut = mentions.split_role(words) if not mentions.is_organisation(name) else 0
    return " ".join(words[cut:]) or name


@lru_cache(maxsize=65536)
def fold(text: str) -> str:
    """Small letters without accents, points and apostrophes."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    return " ".join(re.sub(r"[^\w\s-]", "", plain).replace("-", " ").split())


@lru_cache(maxsize=65536)
def skeleton(word: str) -> str:
    """What the spellings of one name in Latin letters share: sounds once each, endings levelled."""
    if word in _SUFFIXES or _ROMAN.fullmatch(word) or len(set(word)) == 1:
        return word
    return _sounds(word, r"(.)\1+")


def _sounds(word: str, repeated: str) -> str:
    for letters, sound in _SOUNDS:
        word = word.replace(letters, sound)
    return re.sub(repeated, r"\1", word)


def key(name: str) -> str:
    """What names of one speaker share; bodies keep their exact words behind an equals sign."""
    folded = fold(name)
    if mentions.is_organisation(name):
        return "=" + folded
    return " ".join(skeleton(word) for word in folded.split()) or "=" + name


Kind = Literal["whole", "surname", "word", "short"]


def forms(speaker: Speaker) -> Iterator[tuple[Kind, str]]:
    """Every way to name a speaker: whole names, surnames, single words of names of bodies and of
    roles, and the short forms by which a sentence may mention them."""
    for name in (speaker.name, *speaker.aliases):
        whole = key(name).removeprefix("=")
        yield "whole", whole
        yield "whole", fold(name)
        yield "short", fold(name)
        yield "short", fold(name.split()[-1]) if name.split() else ""
        if not mentions.is_organisation(name):
            yield "surname", last(whole.split() or [whole])
        else:
            yield from (("word", word) for word in fold(name).split())
    for role in speaker.roles:
        yield from (("word", word) for word in fold(role).split())
