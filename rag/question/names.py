"""Question text -> the corpus speakers it names, and names that the corpus does not hold."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from index.roster import Forms, match, titled
from index.speech.mentions import ROLES
from index.speech.speakers import fold, key, last
from index.types import Speaker
from rag.question.given import is_another, is_given
from rag.question.roles import Role, roles

Frequency = Callable[[str], int]

_WORD = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*\.?")
_SUBJECT_NAME = re.compile(
    r"\b(?:did|does|do|has|have|had|is|was|were|are|will|would|could|can|should)\s+"
    r"([^\W\d_a-z][\w’'-]*(?:\s+(?:van|von|der|de|al)?\s*[^\W\d_a-z][\w’'-]*)*)"
)
# Words asked after, capitalised because they begin a sentence: who said “So far, nothing”?
QUOTATION = re.compile(r"[\"“‘'«](?:[^\"“”«»\s]+\s+){2,}[^\"“”«»]*[\"”’'»]")
_LONGEST = 6  # words of a name or role in a question
_NOT_NAMES = frozenset(
    "what who whom when where why how which did does do is was were are has have had will would "
    "can could should and but or the a an in on at of for to from by with about compare list show "
    "tell give name summarise summarize i monday tuesday wednesday thursday friday saturday "
    "sunday january february march april may june july august september october november "
    "december according whose that this if as".split()
)

_PARTICLES = frozenset("van von der den de da di du la le al bin of for the and".split())


@dataclass(frozen=True, slots=True)
class Named:
    """A stretch ``question[start:end]`` that names somebody; no speakers where none fits."""

    start: int
    end: int
    text: str
    speakers: tuple[Speaker, ...]


def named(question: str, speakers: Forms, frequency: Frequency) -> tuple[Named, ...]:
    """The longest stretches of ``question`` that name corpus speakers, in order."""
    held = roles(question, speakers)
    found = [Named(one.start, one.end, one.text, (one.holder,)) for one in held if one.holder]
    words = [one for one in _WORD.finditer(question) if not _in_role(one, held)]
    at = 0
    while at < len(words):
        hit = _longest(question, words, at, speakers, frequency)
        if hit:
            found.append(hit[0])
            at = hit[1]
        else:
            at += 1
    return tuple(sorted(found, key=lambda one: one.start))


def _in_role(word: re.Match[str], held: Sequence[Role]) -> bool:
    return any(one.start <= word.start() < one.end for one in held)


def subject(question: str) -> str:
    """The capitalised name right behind the first auxiliary: "did Anita Anand pledge"."""
    found = _SUBJECT_NAME.search(question)
    return found[1] if found else ""


def quoted(question: str) -> list[str]:
    """The stretches of three words and more that stand in quotation marks."""
    return [one.group()[1:-1] for one in QUOTATION.finditer(question)]


def strangers(question: str, known: tuple[Named, ...], frequency: Frequency) -> tuple[str, ...]:
    """Capitalised names in ``question`` whose last word no passage holds, in order."""
    taken = [(one.start, one.end) for one in known]
    taken += [one.span() for one in QUOTATION.finditer(question)]
    found = []
    for match_ in re.finditer(
        r"(?<![\w'’])[^\W\d_a-z][\w’'-]+(?:\s+(?:[Vv]an|[Dd]e[rn]?|[Vv]on|al)?\s*[^\W\d_a-z][\w’'-]+)*",
        question,
    ):
        inside = any(start < match_.end() and match_.start() < end for start, end in taken)
        words = [w for w in match_.group().split() if w.lower() not in _NOT_NAMES]
        if words and not inside and not frequency(re.sub(r"['’]s?$", "", words[-1])):
            found.append(re.sub(r"['’]s?$", "", " ".join(words)))
    return tuple(found)


def is_stranger(name: str, speakers: Forms, frequency: Frequency) -> bool:
    """Whether a full name has a word that no passage holds, and no speaker has its surname, or
    only namesakes have: "Jill Biden" is one where none but Joe Biden speaks.

    "Tony Blinken" is none where an Antony Blinken speaks.
    """
    words = [one for one in name.split() if one.lower() not in _NOT_NAMES]
    if len(words) < 2:
        return False
    people = match(words[-1], speakers)
    if people and all(is_another(words[0], one, len(words) == 2) for one in people):
        return True
    return not people and not all(frequency(one) for one in words)


def _longest(
    question: str,
    words: list[re.Match[str]],
    at: int,
    speakers: Forms,
    frequency: Frequency,
) -> tuple[Named, int] | None:
    for stop in range(min(len(words), at + _LONGEST), at, -1):
        start, end = words[at].start(), words[stop - 1].end()
        text = re.sub(r"['’]s?$", "", question[start:end].rstrip("."))
        single = stop == at + 1 or (stop == at + 2 and words[at].group().lower() == "the")
        if not _may_name(text) or (single and _begins_longer(question, words, stop)):
            continue
        people = _meant(text, speakers, frequency)
        first = _given(question, words, at) if single else text.split()[0]
        beside = single or len(text.split()) == 2
        people = tuple(one for one in people if not is_another(first, one, beside))
        if single and _is_tail(first, text, people):
            continue  # "World Cup" is no slip in the name of a Cupp
        if people:
            return Named(start, start + len(text), text, people), stop
    return None


def _given(question: str, words: list[re.Match[str]], at: int) -> str:
    """The word right before the one at ``at``, which may be its given name; empty for none."""
    if not at or question[words[at - 1].end() : words[at].start()] != " ":
        return ""
    before = words[at - 1].group()
    return "" if before.lower() in _NOT_NAMES else before


def _is_tail(before: str, word: str, people: Sequence[Speaker]) -> bool:
    """Whether ``word`` ends a longer name of something, and is the surname of none of ``people`` as
    it is spelt."""
    if not before[:1].isupper() or before.lower() in _NOT_NAMES | ROLES or is_given(before):
        return False
    return not any(_is_word_of(word, one) for one in people)


def _begins_longer(question: str, words: list[re.Match[str]], stop: int) -> bool:
    """Whether the word before ``stop`` goes on: "American" of "American Music Awards"."""
    if stop == len(words) or question[words[stop - 1].end() : words[stop].start()] != " ":
        return False
    following = words[stop].group()
    return following[0].isupper() and following.lower() not in _NOT_NAMES


def _meant(text: str, speakers: Forms, frequency: Frequency) -> tuple[Speaker, ...]:
    """The speakers that ``text`` names; one word of somebody's role names nobody."""
    form = re.sub(r"^the\s+", "", text, flags=re.IGNORECASE)
    if form != text and form.lower() in ROLES:
        return titled(form, speakers)
    people = tuple(one for one in match(form, speakers) if not _is_its_own(form, one))
    if " and " in form:  # "Johnson and Johnson" is one name, "Biden and Mr Putin" are two
        people = tuple(
            one for one in people if any(" and " in name for name in (one.name, *one.aliases))
        )
    if not people or _in_name(form, people[0]) or not frequency(form.split()[-1]):
        return people
    # What the articles spell so is no slip in another name: "Prince Harry" is not Harris.
    return people if " " in form and _is_word_of(form.split()[-1], people[0]) else ()


def _is_its_own(form: str, body: Speaker) -> bool:
    """Whether ``form`` is an office of the ``body`` or place that was found by its name, or the
    other way about: "the mayor of New York" is not New York, nor Tesla the "Critics of Tesla"."""
    office, _, place = form.rpartition(" of ")
    if office.lower().endswith(tuple(ROLES)) and fold(place) == fold(body.name):
        return True
    _, of, whole = body.name.rpartition(" of ")
    return bool(of) and fold(whole) == fold(form)


def _in_name(word: str, person: Speaker) -> bool:
    def surname(name: str) -> str:
        parts = key(name).removeprefix("=").split()
        return last(parts) if parts else ""

    return surname(word) in {surname(name) for name in (person.name, *person.aliases)}


def _is_word_of(word: str, person: Speaker) -> bool:
    texts = (person.name, *person.aliases, *person.roles)
    return any(fold(word) in fold(text).split() for text in texts)


def _may_name(text: str) -> bool:
    """Whether a stretch has the shape of a name ("Lambrecht") or a role ("the NATO chief")."""
    words = text.split()
    first, last = words[0].lower(), words[-1].lower()
    if last in _NOT_NAMES or (first in _NOT_NAMES and first != "the"):
        return False
    if any(word in _NOT_NAMES and word not in _PARTICLES for word in words[1:]):
        return False  # "the Norwegian minister say about Ukraine"
    if first == "the":
        return len(words) > 1 and (len(words) > 2 or words[-1][0].isupper())
    if re.search(r"['’]s$", words[0]) and len(words) > 1:
        return words[0][0].isupper() and all(word.islower() for word in words[1:])
    if "," in text:
        return False
    return all(word[0].isupper() or word.lower() in _PARTICLES for word in words)
