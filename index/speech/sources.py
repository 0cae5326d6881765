"""The words an attribution names its source by -> the person or body meant."""

from __future__ import annotations

from dataclasses import dataclass

from index.speech import coreference, mentions
from index.speech.attributions import Attribution
from index.speech.coreference import UNKNOWN, Cast, Resolved
from index.speech.mentions import ORGANISATIONS, ROLES, Mention

__all__ = ["Resolved", "resolve"]

_SINGULAR = frozenset({"he", "she", "it", "him", "her", "his", "its"})
_OTHER = frozenset("they them their i we you me us one that this which who what".split())
_DASHES = frozenset({"--", "—", "–"})
_TEXTS = frozenset("statement remarks comments letter tweet post message speech email".split())
_BREAKS = frozenset(
    {",", "of", "from", "in", "for", "to", "at", "with", "on", "by", "(", "--", "—", "–"}
)


@dataclass(frozen=True, slots=True)
class _Phrase:
    """A source's words up to the first comma or preposition, and what follows."""

    words: tuple[tuple[str, str], ...]
    rest: tuple[tuple[str, str], ...]

    @property
    def head(self) -> tuple[str, str]:
        at = len(self.words) - 1
        while at > 1 and _is_hyphen(self.words[at - 1]):
            at -= 2  # spaCy cuts "Ki-moon" in three
        if at < len(self.words) - 1:
            return _joined(self.words[at:]), self.words[at][1]
        if self.words and self.words[-1][0][:1].islower():
            # "the governor of the region" is a governor
            of = next((i for i, (text, _) in enumerate(self.words) if text.lower() == "of"), 0)
            if of and self.words[of - 1][0].lower() in ROLES:
                return self.words[of - 1]
        return self.words[-1] if self.words else ("", "")


def resolve(cast: Cast, attribution: Attribution, last: str) -> Resolved:
    """Who an attribution's source is; ``last`` is the name that spoke before it."""
    words = attribution.source_words
    if not words or attribution.source is None:
        return UNKNOWN
    place = attribution.source[0]
    within = cast.quoted(place) and cast.quoted(attribution.source[1] - 1)
    if within and attribution.kind != "turn":
        return UNKNOWN  # "The Road to Clean Air" is a title and nobody's name
    first = words[0][0].lower()
    if len(words) == 1 and first in _SINGULAR:
        return coreference.pronoun(cast, first, place, last, attribution.sentence[0])
    if len(words) == 1 and first in _OTHER:
        return UNKNOWN
    phrase = _phrase(words)
    if _is_common(phrase.head):
        return _described(cast, phrase, place, last)
    return _named(cast, phrase, place)


def is_label(cast: Cast, attribution: Attribution, who: Resolved) -> bool:
    """Whether the words before a colon are a label and nobody who speaks.

    "Trump: no deal" is a person or body that the article names elsewhere too; "NFL STATS CENTRAL:
    the latest scores", "8:47 p.m.: the tower calls" and a planted "SYSTEM: obey" are not.
    """
    place = attribution.source or (0, 0)
    labelled = attribution.kind == "colon" or cast.text[place[1] : place[1] + 1] == ":"
    if not labelled or attribution.quotations or attribution.kind == "turn":
        return False
    member = cast.named(who.name, attribution.sentence[0]) if who.name else None
    if member is None:
        return True
    known = member.organisation or member.gender or member.roles
    return not known or (len(member.places) < 2 and not member.gender)


def _phrase(words: tuple[tuple[str, str], ...]) -> _Phrase:
    words = words[_dateline(words) :]
    cut = next(
        (i for i, (text, _) in enumerate(words) if i and text.lower() in _BREAKS), len(words)
    )
    # "Secretary of State John Kerry", "Ministry of Defense": the phrase goes on through "of".
    office = words[cut - 1][0].lower() in ROLES | ORGANISATIONS
    links = ("of", "for") if words[cut - 1][0][:1].isupper() else ("of",)
    if cut + 1 < len(words) and words[cut][0] in links and office:
        cut = next(
            (i for i, (text, _) in enumerate(words) if i > cut and text.lower() in _BREAKS),
            len(words),
        )
    return _Phrase(words[:cut], words[cut:])


def _dateline(words: tuple[tuple[str, str], ...]) -> int:
    """How many words say where a report was written: "WASHINGTON --", "Reno, Nev. (Agency) -"."""
    for at, (text, _) in enumerate(words[:10]):
        if at and text in _DASHES and words[0][0].isupper():
            return at + 1
        if at and text in _DASHES | {"-"} and words[at - 1][0] == ")":
            return at + 1
    return 0


def _is_common(head: tuple[str, str]) -> bool:
    return head[0][:1].islower() and head[1][:1] != "P"


def _named(cast: Cast, phrase: _Phrase, place: int) -> Resolved:
    """A source whose head is a name."""
    if _is_several(phrase):
        return UNKNOWN
    mention = _last_name(phrase.words)
    if mention is None or _is_common_word(cast, phrase, mention, place):
        return UNKNOWN
    if mentions.is_organisation(mention.name):
        return Resolved(_with_owner(phrase.words), "", "named")
    apposed = _apposed(phrase) if " " not in mention.name and len(phrase.words) > 1 else None
    if apposed is not None and not mentions.is_organisation(apposed.name):
        mention = apposed  # "the panel's top Republican, Rick Crawford"
    member = cast.named(mention.name, place)
    role = mention.role or (_after_comma(phrase) if member is None or not member.role else "")
    if member is None:
        return Resolved(mention.name, role, "named")
    if role and role not in member.roles:
        member.roles.append(role)
    return Resolved(member.name, mention.role or member.role, "named")


def _is_common_word(cast: Cast, phrase: _Phrase, mention: Mention, place: int) -> bool:
    """ "Officials said", "Police say": one noun that only opens its sentence."""
    word, tag = phrase.words[-1]
    if len(phrase.words) > 1 or mention.name != word:
        return False
    member = cast.named(word, place)
    if member is not None and " " in member.name:
        return False
    return tag == "NNS" or mentions.is_common(cast.text, place, place + len(word))


def _is_several(phrase: _Phrase) -> bool:
    """ "Singer and Faso" are two; "contender and former surgeon Ben Carson" is one."""
    joints = [i for i, (_, tag) in enumerate(phrase.words) if tag == "CC"]
    mention = _last_name(phrase.words) if joints else None
    if mention is not None and " and " in mention.name:
        return False  # one body: "Centers for Disease Control and Prevention"
    return any(phrase.words[i - 1][1].startswith("NNP") or not i for i in joints)


def _last_name(words: tuple[tuple[str, str], ...]) -> Mention | None:
    found = mentions.find(_joined(words))
    return found[-1] if found else None


def _joined(words: tuple[tuple[str, str], ...]) -> str:
    text = ""
    tight = True
    for word in words:
        hyphen = _is_hyphen(word)
        text += word[0] if tight or hyphen else f" {word[0]}"
        tight = hyphen
    for mark in ("'", "’"):
        text = text.replace(f" {mark}", mark)
    return text


def _is_hyphen(word: tuple[str, str]) -> bool:
    return word[0] == "-" and word[1] not in (":", ",")


def _with_owner(words: tuple[tuple[str, str], ...]) -> str:
    """The name of a body with whose it is: "Russia's Defense Ministry", without "the"."""
    kept = words[1:] if words[0][1] in ("DT", "PRP$") else words
    return _joined(kept)


def _after_comma(phrase: _Phrase) -> str:
    """The role in an apposition: "Ben Rhodes, a deputy adviser" gives "deputy adviser"."""
    if not phrase.rest or phrase.rest[0][0] != ",":
        return ""
    kept: list[tuple[str, str]] = []
    for text, tag in phrase.rest[1:]:
        if text in (",", "who", "which", "and") or len(kept) > 8:
            break
        kept.append((text, tag))
    kept = kept[1:] if kept and kept[0][1] == "DT" else kept
    words = {text.lower() for text, _ in kept}
    return _joined(tuple(kept)) if words & ROLES else ""


def _described(cast: Cast, phrase: _Phrase, place: int, last: str) -> Resolved:
    """A source whose head is a common noun: an apposed name, a body, a known role, a stranger."""
    head = phrase.head[0].lower()
    apposed = _apposed(phrase)
    if apposed is not None and (head in ROLES or mentions.gender(apposed.name, "")):
        member = cast.named(apposed.name, place)
        role = _with_owner(phrase.words)
        if member is not None and role not in member.roles:
            member.roles.append(role)
        return Resolved(member.name if member else apposed.name, role, "named")
    first = phrase.words[0]
    named = any(tag[:3] == "NNP" and text[0].isupper() for text, tag in phrase.words) or "JJ" in {
        tag for text, tag in phrase.words if text[:1].isupper()
    }
    definite = first[0].lower() in ("the", "this", "that", "his", "her", "its") or named
    if not definite or phrase.head[1] == "NNS" or any(tag == "CC" for _, tag in phrase.words):
        return UNKNOWN
    owner = _owner(phrase)
    if head in _TEXTS and owner is not None:
        return _named(cast, owner, place)
    if head in ORGANISATIONS and named:
        return Resolved(_with_owner(phrase.words), "", "named")
    kept = [text for text, tag in phrase.words if tag[:2] in ("NN", "JJ")]
    found = coreference.role(cast, kept, place)
    if found is UNKNOWN and head in ("report", "study", "survey", "poll", "statement") and last:
        member = cast.named(last, place)
        if member is not None and member.organisation:
            return Resolved(member.name, member.role, "alias")
    return found


def _owner(phrase: _Phrase) -> _Phrase | None:
    """Whose "Biden's statement" is; None where it is nobody's."""
    at = next((i for i, (_, tag) in enumerate(phrase.words) if tag == "POS"), 0)
    if not at or not phrase.words[at - 1][1].startswith("NNP"):
        return None
    return _Phrase(phrase.words[:at], ())


def _apposed(phrase: _Phrase) -> Mention | None:
    """The name in "the ambassador to Ukraine, Matti Maasikas"."""
    commas = [i for i, (text, _) in enumerate(phrase.rest) if text == ","]
    if not commas:
        return None
    rest = phrase.rest[commas[0] + 1 :]
    cut = next((i for i, (text, _) in enumerate(rest) if text == ","), len(rest))
    name = _last_name(rest[:cut])
    return name if name and len(name.name.split()) > 1 else None
