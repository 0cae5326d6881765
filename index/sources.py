"""The words an attribution names its source by -> the person or body meant."""

from __future__ import annotations

from index import coreference, mentions
from index.attributions import Attribution
from index.coreference import UNKNOWN, Cast, Resolved
from index.mentions import ORGANISATIONS, ROLES

__all__ = ["Resolved", "resolve"]

_SINGULAR = frozenset({"he", "she", "it", "him", "her", "his", "its"})
_PLURAL = frozenset({"they", "them", "their"})
_AUTHOR = frozenset({"i", "we", "you", "me", "us", "one"})


def resolve(cast: Cast, attribution: Attribution, last: str) -> Resolved:
    """Who an attribution's source is; ``last`` is the name that spoke before it."""
    words = [(text, tag) for text, tag in attribution.source_words]
    if not words or attribution.source is None:
        return _unsaid(cast, attribution, last)
    place = attribution.source[0]
    first = words[0][0].lower()
    if len(words) == 1 and first in _SINGULAR:
        return coreference.pronoun(cast, first, place, last, attribution.sentence[0])
    if len(words) == 1 and first in _PLURAL | _AUTHOR:
        return UNKNOWN
    named = _named(cast, words, place)
    if named is not None:
        return named
    return coreference.role(cast, [text for text, tag in words if tag[:2] in ("NN", "JJ")], place)


def _unsaid(cast: Cast, attribution: Attribution, last: str) -> Resolved:
    """A quotation standing alone belongs to whoever spoke last; other content to nobody."""
    if attribution.kind == "alone" and last:
        member = cast.named(last, attribution.content[0][0])
        if member is not None:
            return Resolved(member.name, member.role, "pronoun")
    return UNKNOWN


def _named(cast: Cast, words: list[tuple[str, str]], place: int) -> Resolved | None:
    """The name among the source's words: the last run of proper nouns before a comma."""
    phrase = " ".join(text for text, _ in words)
    found = [m for m in mentions.find(phrase.replace(" '", "'").replace(" ’", "’"))]
    if not found:
        return None
    people = [m for m in found if m.role or not mentions.is_organisation(m.name)]
    mention = people[0] if people else found[0]
    if mention.role and not mention.role.islower() or len(mention.name.split()) > 1:
        mention = mention
    common = _common_head(words)
    if common:
        if common in ORGANISATIONS:
            name = _body(words)
            return Resolved(name, "", "named")
        return UNKNOWN if common not in ROLES else None
    member = cast.named(mention.name, place)
    if member is None:
        return Resolved(mention.name, mention.role, "named")
    method = "named"
    return Resolved(member.name, mention.role or member.role, method)


def _common_head(words: list[tuple[str, str]]) -> str:
    """The common noun a phrase is about where it is not about a name: "Trump supporters"."""
    cut = next(
        (i for i, (text, _) in enumerate(words) if text in (",", "of", "from", "in")), len(words)
    )
    head = words[cut - 1] if cut else words[0]
    return head[0].lower() if head[1] in ("NN", "NNS") else ""


def _body(words: list[tuple[str, str]]) -> str:
    """The name of a body from its phrase: "Russian defence ministry", "Ukraine's watchdog"."""
    cut = next((i for i, (text, _) in enumerate(words) if text == ","), len(words))
    kept = [text for text, tag in words[:cut] if tag not in ("DT",)]
    return " ".join(kept).replace(" '", "'").replace(" ’", "’")
