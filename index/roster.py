"""A name in a question or a sentence -> the corpus's speakers that it can mean.

The forms by which speakers can be named stand in the index, so that finding one costs the same
among ten speakers and among a million.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

from index.speech import mentions
from index.speech.speakers import Kind, bare, fold, forms, key, last
from index.storage.store import Store
from index.types import Speaker

_MOST = 200  # holders of a role that are looked at, the most quoted of them
_WORDS = 6  # of a name that a sentence mentions
_ARTICLES = ("the", "of", "a", "an")


class Forms(Protocol):
    """Where the forms of speakers can be looked up."""

    def having(self, kind: Kind, wanted: Sequence[str], most: int = -1) -> list[str]:
        """Ids of speakers that have all of ``wanted``, most quoted first; -1 means all."""

    def any_of(self, kind: Kind, wanted: Sequence[str]) -> list[str]:
        """Ids of speakers that have one of ``wanted``, most quoted first."""

    def surnames(self) -> Sequence[str]:
        """Every surname, once."""

    def speaker(self, identifier: str) -> Speaker:
        """The speaker of an id that was found here."""


class Roster(Mapping[str, Speaker]):
    """The speakers of one state of a corpus by id; read as they are needed."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._known: dict[str, Speaker] = {}
        self._surnames: Sequence[str] | None = None

    def __getitem__(self, identifier: str) -> Speaker:
        if identifier not in self._known:
            found = self._store.speaker(identifier)
            if found is None:
                raise KeyError(identifier)
            self._known[identifier] = found
        return self._known[identifier]

    def __iter__(self) -> Iterator[str]:
        return iter([one.id for one in self._store.speakers()])

    def __len__(self) -> int:
        return int(self._store.read("SELECT count(*) AS n FROM speakers")[0]["n"])

    def having(self, kind: Kind, wanted: Sequence[str], most: int = -1) -> list[str]:
        return self._with(kind, wanted, len(wanted), most)

    def any_of(self, kind: Kind, wanted: Sequence[str]) -> list[str]:
        return self._with(kind, wanted, 1, -1)

    def surnames(self) -> Sequence[str]:
        if self._surnames is None:
            sql = "SELECT DISTINCT form FROM forms WHERE kind = 'surname'"
            self._surnames = [row["form"] for row in self._store.read(sql)]
        return self._surnames

    def speaker(self, identifier: str) -> Speaker:
        return self[identifier]

    def _with(self, kind: Kind, wanted: Sequence[str], least: int, most: int) -> list[str]:
        sql = (
            "SELECT s.id FROM forms f JOIN speakers s ON s.id = f.speaker "
            f"WHERE f.kind = ? AND f.form IN ({','.join('?' * len(wanted))}) "
            "GROUP BY s.id HAVING count(*) >= ? ORDER BY s.statements DESC, s.name, s.id LIMIT ?"
        )
        return [row["id"] for row in self._store.read(sql, (kind, *wanted, least, most))]


class Few:
    """A handful of speakers, best known first."""

    def __init__(self, speakers: Sequence[Speaker]) -> None:
        self._by_id = {one.id: one for one in speakers}
        self._rank = {one.id: at for at, one in enumerate(speakers)}
        self._forms: defaultdict[tuple[Kind, str], set[str]] = defaultdict(set)
        for one in speakers:
            for form in forms(one):
                self._forms[form].add(one.id)

    def having(self, kind: Kind, wanted: Sequence[str], most: int = -1) -> list[str]:
        found = [self._forms.get((kind, one), set()) for one in wanted]
        ranked = sorted(set.intersection(*found), key=self._rank.__getitem__)
        return ranked if most < 0 else ranked[:most]

    def any_of(self, kind: Kind, wanted: Sequence[str]) -> list[str]:
        found = set().union(*(self._forms.get((kind, one), set()) for one in wanted))
        return sorted(found, key=self._rank.__getitem__)

    def surnames(self) -> Sequence[str]:
        return [form for kind, form in self._forms if kind == "surname"]

    def speaker(self, identifier: str) -> Speaker:
        return self._by_id[identifier]


def match(name: str, speakers: Forms) -> tuple[Speaker, ...]:
    """The speakers a name in a question can mean, best known first; empty where none fits.

    Tried in turn until one finds somebody: the whole name or an alias, the surname, the words of
    a role, a small slip in spelling.
    """
    name = " ".join(name.split())[:200]
    if not fold(name):
        return ()
    for find in (_by_whole_or_surname, _by_surname, _by_words, _by_spelling):
        if found := find(name, speakers):
            return tuple(speakers.speaker(one) for one in found)
    return ()


def titled(word: str, speakers: Forms) -> tuple[Speaker, ...]:
    """The speakers whom "the King" can mean: so called and no more, or with that role, not those
    of that surname."""
    found = _by_whole(word, speakers)
    found = [one for one in found if fold(bare(speakers.speaker(one).name)) == fold(word)]
    return tuple(speakers.speaker(one) for one in found or _by_words(word, speakers))


def mentioned(text: str, speakers: Mapping[str, Speaker]) -> list[Speaker]:
    """The speakers whose name or its last word may stand in ``text``, most quoted first."""
    if not isinstance(speakers, Roster):
        return list(speakers.values())
    words = fold(text).split()
    stretches = {
        " ".join(words[at:stop])
        for at in range(len(words))
        for stop in range(at + 1, min(len(words), at + _WORDS) + 1)
    }
    return [speakers[one] for one in speakers.any_of("short", sorted(stretches))]


def _by_whole_or_surname(name: str, speakers: Forms) -> list[str]:
    """Where an article calls somebody "Biden" and no more, everybody of that surname."""
    found = _by_whole(name, speakers)
    if not found or " " in name:
        return found
    people = _by_surname(name, speakers)
    return people if set(found) <= set(people) else found


def _by_whole(name: str, speakers: Forms) -> list[str]:
    plain = name[4:] if name.lower().startswith("the ") else name
    for form in (plain, bare(plain)):
        for wanted in (fold(form), key(form).removeprefix("=")):
            if found := speakers.having("whole", [wanted]):
                return found
    return []


def _by_surname(name: str, speakers: Forms) -> list[str]:
    parts = key(bare(name)).removeprefix("=").split()
    people = speakers.having("surname", [last(parts)]) if parts else []
    if len(parts) > 1 and not mentions.is_short(bare(name)):
        return [one for one in people if _first(speakers.speaker(one)) in (parts[0], "")]
    return people


def _first(speaker: Speaker) -> str:
    """The skeleton of a speaker's first name, empty where only a surname is known."""
    parts = key(speaker.name).split()
    return parts[0] if len(parts) > 1 else ""


def _by_words(name: str, speakers: Forms) -> list[str]:
    words = [word for word in fold(name).split() if word not in _ARTICLES]
    if not words:
        return []
    found = speakers.having("word", list(dict.fromkeys(words)), _MOST)
    return [one for one in found if _holds(speakers.speaker(one), words)]


def _holds(speaker: Speaker, words: list[str]) -> bool:
    """Whether one role or name has all the words; two roles together do not count."""
    texts = (*speaker.roles, speaker.name, *speaker.aliases)
    return any(set(words) <= set(fold(text).split()) for text in texts)


def _by_spelling(name: str, speakers: Forms) -> list[str]:
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    parts = key(bare(name)).removeprefix("=").split()
    wanted = last(parts) if parts else ""
    slips = 0 if len(wanted) < 4 else 1 if len(wanted) < 8 else 2
    if not slips:
        return []
    likely = [one for one in speakers.surnames() if one[:1] == wanted[:1]]  # Harry is not Chari
    near = process.extract(wanted, likely, scorer=OSA.distance, score_cutoff=slips, limit=20)
    closest = min((distance for _, distance, _ in near), default=0)
    people = speakers.any_of("surname", [word for word, d, _ in near if d == closest])
    if len(parts) > 1:
        firsts = {one: _first(speakers.speaker(one)) for one in people}
        people = [one for one in people if OSA.distance(firsts[one], parts[0], score_cutoff=2) <= 2]
    return people
