"""Statements of many articles -> speakers: one for each person or body, however it is spelt.

Names join on a skeleton that spellings of one name share (Zelensky, Zelenskyy, Zelenskiy; Antony,
Anthony) together with the first name; different first names never join. A bare surname joins a
person only while the corpus knows just one of that surname. Nothing depends on article order.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from index import mentions
from index.types import Speaker, Statement

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
    """The speakers of a corpus, most frequent first, and each statement's speaker by its id."""

    speakers: tuple[Speaker, ...]
    speaker_ids: Mapping[str, str]


@dataclass(slots=True)
class _Group:
    names: Counter[str] = field(default_factory=Counter)
    roles: Counter[str] = field(default_factory=Counter)
    statements: list[str] = field(default_factory=list)

    def take(self, other: _Group) -> None:
        self.names.update(other.names)
        self.roles.update(other.roles)
        self.statements.extend(other.statements)


def read_aliases(path: Path) -> dict[str, str]:
    """The ``[aliases]`` table of a TOML file, other spelling to name; empty without the file."""
    if not path.is_file():
        return {}
    table = tomllib.loads(path.read_text(encoding="utf-8")).get("aliases", {})
    return {str(other): str(name) for other, name in table.items()}


def join(statements: Iterable[Statement], aliases: Mapping[str, str] | None = None) -> Joined:
    """The speakers behind statements; statements without a speaker's name stay without one."""
    by_hand = {fold(bare(other)): name for other, name in (aliases or {}).items()}
    groups: defaultdict[str, _Group] = defaultdict(_Group)
    for statement in statements:
        if not statement.speaker_name:
            continue
        name = bare(statement.speaker_name)
        meant = by_hand.get(fold(name), name)
        group = groups[key(meant)]
        group.names[meant] += 1
        if meant != name:
            group.names[name] += 0
        if statement.speaker_role:
            group.roles[statement.speaker_role] += 1
        group.statements.append(statement.id)
    preferred = {fold(name) for name in by_hand.values()}
    return _joined(_merge(groups), preferred)


def _merge(groups: Mapping[str, _Group]) -> list[_Group]:
    """Bare surnames and names without a middle initial go to the only person they can be."""
    by_surname: defaultdict[str, set[str]] = defaultdict(set)
    by_ends: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for name in groups:
        parts = name.split()
        if len(parts) > 1 and not name.startswith("="):
            by_surname[_last(parts)].add(name)
            by_ends[parts[0], _last(parts)].add(name)
    merged: dict[str, _Group] = {}
    target: dict[str, str] = {}
    for name in sorted(groups):
        target[name] = _target(name, by_surname, by_ends)
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
    if len(parts) == 1:
        people = by_surname.get(parts[0], set())
        # "Donald J. Trump" and "Donald Trump" are one person with one first name.
        firsts = {p.split()[0] for p in people}
        if len(firsts) != 1 or len(people) > 2:
            return name
        return _target(min(people, key=len), by_surname, by_ends)
    longer = {p for p in by_ends[parts[0], _last(parts)] if len(p.split()) > 2}
    plain = [p for p in longer if not _suffix(p)]
    if len(parts) == 2 and len(plain) == 1:
        return plain[0]
    return name


def _last(parts: list[str]) -> str:
    return parts[-2] if parts[-1] in _SUFFIXES and len(parts) > 1 else parts[-1]


def _suffix(name: str) -> bool:
    return name.split()[-1] in _SUFFIXES


def _joined(groups: list[_Group], preferred: set[str]) -> Joined:
    ranked = sorted(groups, key=lambda g: (-len(g.statements), _best_name(g, preferred)))
    speakers, ids = [], {}
    taken: Counter[str] = Counter()
    for group in ranked:
        name = _best_name(group, preferred)
        slug = _slug(name)
        taken[slug] += 1
        identity = slug if taken[slug] == 1 else f"{slug}-{taken[slug]}"
        others = sorted((n for n in group.names if n != name), key=lambda n: (-group.names[n], n))
        roles = sorted(group.roles, key=lambda r: (-group.roles[r], r))
        speakers.append(Speaker(identity, name, tuple(others), tuple(roles)))
        ids.update(dict.fromkeys(group.statements, identity))
    return Joined(tuple(speakers), ids)


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
    for letters, sound in _SOUNDS:
        word = word.replace(letters, sound)
    return re.sub(r"(.)\1+", r"\1", word)


def key(name: str) -> str:
    """What names of one speaker share; bodies keep their exact words behind an equals sign."""
    folded = fold(name)
    if mentions.is_organisation(name):
        return "=" + folded
    return " ".join(skeleton(word) for word in folded.split()) or "=" + name


def match(name: str, speakers: tuple[Speaker, ...]) -> tuple[Speaker, ...]:
    """The speakers a name in a question can mean, best known first; empty where none fits.

    Tried in turn until one finds somebody: the whole name or an alias, the surname, the words of
    a role, a small slip in spelling.
    """
    global _latest
    if _latest is None or _latest[0] is not speakers:
        _latest = speakers, Names(speakers)
    return _latest[1].match(name)


class Names:
    """Speakers indexed by every way to name them."""

    def __init__(self, speakers: tuple[Speaker, ...]) -> None:
        self.speakers = speakers
        self._whole: defaultdict[str, set[int]] = defaultdict(set)
        self._surname: defaultdict[str, set[int]] = defaultdict(set)
        self._words: defaultdict[str, set[int]] = defaultdict(set)
        for at, speaker in enumerate(speakers):
            for name in (speaker.name, *speaker.aliases):
                self._add(at, name)
            for role in speaker.roles:
                for word in fold(role).split():
                    self._words[word].add(at)

    def _add(self, at: int, name: str) -> None:
        whole = key(name).removeprefix("=")
        self._whole[whole].add(at)
        self._whole[fold(name)].add(at)
        if not mentions.is_organisation(name):
            self._surname[_last(whole.split() or [whole])].add(at)
        else:
            for word in fold(name).split():
                self._words[word].add(at)

    def match(self, name: str) -> tuple[Speaker, ...]:
        """The speakers a name can mean, in the order of ``speakers``."""
        name = " ".join(name.split())[:200]
        if not fold(name):
            return ()
        for find in (self._by_whole, self._by_surname, self._by_words, self._by_spelling):
            found = find(name)
            if found:
                return tuple(self.speakers[at] for at in sorted(found))
        return ()

    def _by_whole(self, name: str) -> set[int]:
        plain = name[4:] if name.lower().startswith("the ") else name
        for form in (plain, bare(plain)):
            found = self._whole.get(fold(form)) or self._whole.get(key(form).removeprefix("="))
            if found:
                return set(found)
        return set()

    def _by_surname(self, name: str) -> set[int]:
        parts = key(bare(name)).removeprefix("=").split()
        people = self._surname.get(_last(parts), set()) if parts else set()
        if len(parts) > 1:
            return {at for at in people if self._first(at) in (parts[0], "")}
        return set(people)

    def _first(self, at: int) -> str:
        """The skeleton of a speaker's first name, empty where only a surname is known."""
        parts = key(self.speakers[at].name).split()
        return parts[0] if len(parts) > 1 else ""

    def _by_words(self, name: str) -> set[int]:
        words = [w for w in fold(name).split() if w not in ("the", "of", "a", "an")]
        if not words:
            return set()
        found = set.intersection(*(self._words.get(w, set()) for w in words))
        return {at for at in found if self._holds(at, words)}

    def _holds(self, at: int, words: list[str]) -> bool:
        """Whether one role or name has all the words; two roles together do not count."""
        speaker = self.speakers[at]
        texts = (*speaker.roles, speaker.name, *speaker.aliases)
        return any(set(words) <= set(fold(text).split()) for text in texts)

    def _by_spelling(self, name: str) -> set[int]:
        from rapidfuzz import process
        from rapidfuzz.distance import OSA

        parts = key(bare(name)).removeprefix("=").split()
        wanted = _last(parts) if parts else ""
        slips = 0 if len(wanted) < 4 else 1 if len(wanted) < 8 else 2
        if not slips:
            return set()
        near = process.extract(
            wanted, self._surname.keys(), scorer=OSA.distance, score_cutoff=slips, limit=20
        )
        closest = min((distance for _, distance, _ in near), default=0)
        people = {at for word, d, _ in near if d == closest for at in self._surname[word]}
        if len(parts) > 1:
            people = {
                at for at in people if OSA.distance(self._first(at), parts[0], score_cutoff=2) <= 2
            }
        return people


_latest: tuple[tuple[Speaker, ...], Names] | None = None
