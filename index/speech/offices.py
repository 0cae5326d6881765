"""Words that name an office ("the German defence minister") -> a key, and who an article says
holds it.

An office is one that one person holds at a time, and whose it is stands with it: "the minister",
"a NATO official" and "the former chancellor" are none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from index.speech import mentions
from index.speech.coreference import Cast
from index.speech.countries import COUNTRIES, country, shortened
from index.speech.mentions import Mention
from index.types import Holder

_HEADS = frozenset(
    "president chancellor premier minister secretary general chief head leader governor gov mayor "
    "king queen pope director chairman chairwoman chair chairperson speaker ceo commissioner emir "
    "sultan attorney".split()
)
_ALONE = _HEADS - {"minister", "secretary", "general", "attorney"}  # need no word of their field
_FIELDS = frozenset(
    "prime vice foreign defence defense interior finance health justice energy economy economic "
    "education agriculture transport transportation culture environment climate trade labor labour "
    "home treasury security national policy press digital transformation executive state "
    "affairs external internal emergency intelligence central bank party police army staff "
    "opposition parliament parliamentary of for and s the commission council house senate".split()
)
_NONE = frozenset(  # what makes of an office another one, or many
    "former ex deputy acting interim then outgoing incoming elect designate late retired assistant "
    "associate junior under shadow co next future new old ally aide wife son daughter republican "
    "democratic gop democrat".split()
)
_SMALL = frozenset("the of for and s a an to in".split())
_SAME = {
    "defense": "defence",
    "labor": "labour",
    "chairwoman": "chair",
    "chairman": "chair",
    "gov": "governor",
}
_TURNED = (  # one office under two names
    (frozenset({"nato", "chief"}), frozenset({"nato", "secretary", "general"})),
    (frozenset({"nato", "head"}), frozenset({"nato", "secretary", "general"})),
    (frozenset({"un", "chief"}), frozenset({"un", "secretary", "general"})),
    (frozenset({"pentagon", "chief"}), frozenset({"america", "secretary", "defence"})),
    (frozenset({"america", "chief", "defence"}), frozenset({"america", "secretary", "defence"})),
)
# Whom news call the leader of a country, where nothing else is its first office.
_LED = {
    **dict.fromkeys(
        "america argentina belarus brazil chile china colombia cyprus egypt france indonesia "
        "kazakhstan kenya mexico nigeria russia syria turkey ukraine venezuela".split(),
        "president",
    ),
    **dict.fromkeys(
        "albania australia belgium britain bulgaria canada croatia denmark estonia greece hungary "
        "india israel italy japan latvia malaysia netherlands norway pakistan poland slovakia "
        "slovenia spain sweden".split(),
        "prime minister",
    ),
    **dict.fromkeys(("austria", "germany"), "chancellor"),
}
_MOST = 8  # words of an office
_BEFORE = re.compile(r"(?P<owner>[A-Z][\w.]*(?: [A-Z][\w.]*){0,2})['’]s?\s+\Z")
_APPOSED = re.compile(
    r",\s+(?P<words>(?:[Tt]he\s|[A-Z])[^,.;:()\n\"“]{3,60}?)"
    r"(?=[,;]|(?<!Gov)\.|\s+(?:and|who|said)\b)"
)
_LEADING = re.compile(r"\b(?P<words>[Tt]he\s[^,.;:()\n\"“]{3,60}?),\s+\Z")


def office(words: str) -> str:
    """The key of the office that ``words`` name in full; empty where they name none.

    "Germany's defence minister" and "German Defense Minister" have one key.
    """
    plain = re.sub(r"['’]s?\b", " ", words.replace("-", " ")).strip()
    # Where a capital stands tells a name; "the Texas governor", "the city governor".
    named = set(_folded(" ".join(w for w in plain.split() if w[:1].isupper())))
    found = _folded(plain)
    if not found or len(found) > _MOST or found[0] in ("a", "an") or set(found) & _NONE:
        return ""
    bag = {_SAME.get(word, word) for word in found if word not in _SMALL}
    if not _is_held(found, bag) or ("and" in found and len(bag & _HEADS) > 1):
        return ""
    fields = {_SAME.get(word, word) for word in _FIELDS | _HEADS}
    owners = {word for word in bag - fields if word in named or word in COUNTRIES}
    if not owners or bag - fields - owners:
        return ""
    if bag & {"premier"}:
        bag = bag - {"premier"} | {"prime", "minister"}
    if "leader" in bag and len(bag) == 2:
        (owner,) = bag - {"leader"}
        bag = {owner, *_LED.get(owner, "leader").split()}
    bag = set(dict(_TURNED).get(frozenset(bag), bag))
    return " ".join(sorted(bag))


def fuller(role: str, roles: Sequence[str]) -> str:
    """``role`` with whose it is where one of ``roles`` says so: "NATO Secretary General" for
    "Secretary General", but not "US Vice President" for "President"."""
    for one in roles:
        owner = one[: -len(role)].strip() if one.lower().endswith(role.lower()) else ""
        if owner[:1].isupper() and office(one) and not set(_folded(owner)) & (_FIELDS - _SMALL):
            return one
    return role


def is_public(key: str) -> bool:
    """Whether the office is one of a country or a league of them, which the world knows."""
    return bool(COUNTRIES & set(key.split()))


def asked(surface: str) -> str:
    """The key of the office by which a statement's source is named, else empty."""
    return "" if "," in surface or "\n" in surface else office(surface)


def holders(text: str, named: Sequence[Mention], cast: Cast) -> tuple[Holder, ...]:
    """Who holds which office as the article ``text`` says, each once, in text order.

    ``named`` are its names, ``cast`` whom they mean.
    """
    held = [
        (one, key, " ".join(words.split()))
        for one in named
        if not mentions.is_organisation(one.name)
        for words in _offices(text, one)
        if (key := office(words))
    ]
    found: dict[tuple[str, str], Holder] = {}
    for one, key, words in held:
        member = cast.named(one.name, one.start)
        name = member.name if member else one.name
        found.setdefault((key, name), Holder(key, name, words))
    return tuple(found.values())


def _offices(text: str, one: Mention) -> Iterator[str]:
    """What stands with a name and may be an office: before it, or set off by commas."""
    before = text[max(0, one.start - 90) : one.start]
    if one.role:
        head = before[: len(before) - len(one.role) - 1]
        owner = _BEFORE.search(head)
        yield f"{owner['owner']}'s {one.role}" if owner else one.role
    elif leading := _LEADING.search(before):
        yield leading["words"]
    if apposed := _APPOSED.match(text, one.end):
        yield apposed["words"]


def _folded(text: str) -> list[str]:
    """Small plain words, a country's adjectives as its name."""
    plain = shortened(re.sub(r"[^\w\s]", "", text.casefold()))
    return [country(word) or word for word in plain.split()]


def _is_held(found: list[str], bag: set[str]) -> bool:
    """Whether the words end in an office, or name one "of" something."""
    at = found.index("of") if "of" in found[1:] else len(found)
    head = found[at - 1]
    if head not in _HEADS:
        return False
    if head in _ALONE:
        return True
    rest = bag - {head}
    return bool(rest & {_SAME.get(word, word) for word in _FIELDS | {"secretary", "attorney"}})
