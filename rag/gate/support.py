"""A claim + what it cites -> whether its figures, names, dates, negations and words stand there.

These checks are lexical. They catch a wrong digit, a name from elsewhere, a lost "not" and
sentences about something else; they cannot see that the right words were put together wrongly
(docs/verification.md says what was measured).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from index.search.lexical import terms
from rag.gate.figures import DATE, dates, figures
from rag.gate.locate import NEGATION
from rag.types import Checks

SUPPORTED = 0.7  # share of a claim's content words that stand in what it cites
WEAK = 0.6  # below this a claim is not shown (docs/verification.md has the curve)

_NOT_PREFIXES = ("dis", "un", "il", "ir", "non")
_STEM = 4  # letters at least of a word that has one: "dis" and "play" are no pair of opposites
_AHEAD = 6  # words of the source that a verbatim claim may pass over at one place
_DROPPED = frozenset("he she it they we i you who which that the a an his her their".split())
_NAME = re.compile(r"(?<![\w'’])[^\W\d_a-z][\w’'-]*")
_RUN = re.compile(
    rf"{_NAME.pattern}(?:\s+(?:(?:de|der|den|van|von|al|bin|la)\s+)*{_NAME.pattern})*"
)
_CLAUSE = re.compile(r"[,;:.!?]\s|\s[–—-]\s|\b(?:but|though|although|while|whereas|and)\b")
_UNSURE = re.compile(
    r"\b(?:may|might|could|possibl[ey]|perhaps|alleged(?:ly)?|reportedly|potential(?:ly)?)\b"
)
_GUARDED = re.compile(
    rf"{_UNSURE.pattern}|\b(?:[Ll]ikely|[Cc]an|[Ww]ould|[Ii]f|[Ww]hether|[Ss]hould|[Mm]aybe|[Rr]isks?"
    r"|[Tt]hreat\w*|[Ff]ear\w*|[Pp]ossib\w*|[Bb]eliev\w+|[Ss]uggest\w*|[Ee]xpect\w*|[Pp]lan\w*"
    r"|[Mm]ay|[Mm]ight|[Cc]ould|[Aa]lleg\w*|[Rr]eported\w*)\b"
)
# Judgement on whether something is so, or on whoever says it: nobody's but the source's.
_JUDGES = re.compile(
    r"\b(?:lie[sd]|lying|liars?|false(?:ly|hoods?)?|wrong(?:ly)?|untru(?:e|ths?|thful\w*)|incorrect(?:ly)?"
    r"|mislead\w*|misled|dishonest\w*|deceptive\w*|baseless(?:ly)?|bogus|fabricat\w*|debunk\w*"
    r"|contrary to|admit(?:s|ted|ting)?|admission|confess\w*|boast\w*|brag\w*|gloat\w*|sneer\w*"
    r"|scoff\w*|pretend\w*|rant(?:s|ed|ing)?)\b",
    re.IGNORECASE,
)
_CERTAIN = re.compile(r"\b(?:will|shall|must)\b")
# Words that carry how something is said rather than what: a claim may change them freely.
_REPORTING = frozenset(
    terms(
        "said says say told tell added stated according reported report warned announced noted "
        "claimed explained article news spoke speaking remarks statement reporters argued "
        "replied answered responded commented remarked observed stressed emphasised emphasized "
        "underlined repeated reiterated continued concluded insisted"
    )
)
OPENERS = frozenset(
    "a an the he she it they we i you his her their its this that these those there in on at by "
    "for from with after before when while as if but and or so yet no not both all some many most "
    "according meanwhile however asked told said separately also earlier later since until "
    "officials what who where how why one two three several".split()
)


@dataclass(frozen=True, slots=True)
class Source:
    """What a claim is held against.

    ``cited`` are the cited characters, ``names`` what their speakers and outlets go by, ``near``
    text whose names may be used as well (what a pronoun may point at), ``wider`` text that may
    complete a name (the article), ``dates`` words of dates that follow from the article's own.
    ``plain`` is what has to agree on "not" with the claim.
    """

    cited: str
    names: str = ""
    near: str = ""
    wider: str = ""
    dates: str = ""
    plain: str | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """The checks, and the share (0 to 1) of the claim's content words found in the source."""

    checks: Checks
    overlap: float

    @property
    def sound(self) -> bool:
        """Whether no single check failed."""
        found = self.checks
        return found.numbers and found.names and found.dates and found.negation


def judge(claim: str, source: Source) -> Verdict:
    """Check ``claim`` against what it cites."""
    plain = source.cited if source.plain is None else source.plain
    checks = Checks(
        numbers=_numbers_hold(claim, source.cited),
        names=_names_hold(claim, source),
        dates=_dates_hold(claim, source),
        negation=_polarity_kept(claim, plain) and _certainty_kept(claim, plain),
    )
    return Verdict(checks, overlap(claim, f"{source.cited} {source.names}"))


def reads_as(claim: str, source: str, naming: str, replaced: str = "") -> bool:
    """Whether ``claim`` is ``source`` in its own order, but for words of ``naming``.

    That is how the extractive answerer writes: "he" becomes the name it stands for. Nothing of
    the source may be left out but pronouns, articles and the words ``replaced``.
    """
    wanted, given = _tokens(claim), _tokens(source)
    names, dropped = set(_tokens(naming)), _DROPPED | set(_tokens(replaced))
    at = 0
    for word in wanted:
        found = next((i for i in range(at, min(len(given), at + _AHEAD)) if given[i] == word), -1)
        if found < 0 or not dropped.issuperset(given[at:found]):
            if word not in names:
                return False
            continue
        at = found + 1
    return dropped.issuperset(given[at:])


def overlap(claim: str, cited: str, besides: str = "") -> float:
    """Share of the claim's stems, reporting words and those of ``besides`` aside, that stand in
    ``cited``; 1 if none."""
    aside = set(terms(besides))
    wanted = [term for term in content(claim) if term not in aside]
    found = stems(cited)
    return sum(term in found for term in wanted) / len(wanted) if wanted else 1.0


def content(text: str) -> list[str]:
    """The distinct stems of ``text`` that say something; reporting words do not."""
    return [term for term in terms(text) if term not in _REPORTING]


def stems(text: str) -> set[str]:
    """All stems of ``text``."""
    return set(terms(text, keep_stop_words=True))


def _numbers_hold(claim: str, cited: str) -> bool:
    given = figures(cited)
    return all(any(one.fits(other) for other in given) for one in figures(claim))


def _dates_hold(claim: str, source: Source) -> bool:
    """Whether all dates are the source's; one that follows may join its own but replace none."""
    wanted, given = dates(claim), dates(source.cited)
    days = {day for day in given if day[0].isdigit() and " " in day}
    return wanted <= given or (wanted <= given | dates(source.dates) and days <= wanted)


def _names_hold(claim: str, source: Source) -> bool:
    """Whether each name's last word stands near the source and the others in the article."""
    near = _words(f"{source.cited} {source.names} {source.near}")
    wider = near | _words(source.wider)
    for run in _RUN.finditer(claim):
        names = [(m.start() + run.start(), _folded(m.group())) for m in _NAME.finditer(run.group())]
        names = [(at, word) for at, word in names if not _is_ordinary(claim, at, word)]
        for place, (_, word) in enumerate(names, start=1):
            known = near if place == len(names) else wider
            if word not in known and not any(_akin(word, other) for other in known):
                return False
    return True


def _is_ordinary(text: str, at: int, word: str) -> bool:
    """Whether a capital is only that of a sentence's first word, of a date or of one letter."""
    opens = re.search(r"(?:^|[.!?:\"“”]\s*)$", text[:at])
    return bool(opens and word in OPENERS) or len(word) < 2 or bool(DATE.fullmatch(word))


def _akin(word: str, other: str) -> bool:
    """Whether two words are a country and its adjective: Ukraine, Ukrainian."""
    short, long = sorted((word, other), key=len)
    return len(short) >= 5 and len(long) - len(short) <= 3 and long.startswith(short[:-1])


def _tokens(text: str) -> list[str]:
    return re.findall(r"[^\W_]+(?:['’][^\W_]+)?", text.lower().replace("’", "'"))


def _words(text: str) -> set[str]:
    return {_folded(word) for word in re.findall(r"[^\W_][\w'’-]*", text)}


def _folded(word: str) -> str:
    return re.sub(r"['’]s?$", "", word).lower()


def _polarity_kept(claim: str, cited: str) -> bool:
    """Whether claim and source agree on saying "not", clause by clause."""
    if any(one.search(claim) and not one.search(cited) for one in (NEGATION, _JUDGES)):
        return False
    wanted = set(content(claim))
    if _opposite(wanted, stems(cited)) or _affirmed(claim, cited) & wanted:
        return False
    for clause, carrying in _paired(claim, cited):
        negated = bool(NEGATION.search(clause))
        if all(bool(NEGATION.search(one)) != negated for one in carrying):
            return False
    return True


def _affirmed(claim: str, cited: str) -> set[str]:
    """Stems that a clause of the claim has without a "not", and the source only right behind one:
    from "they are not growing", however many other words stand around it."""
    denied = {_denied(one) for one in _CLAUSE.split(cited)} - {""}
    plain = (one for one in _CLAUSE.split(claim) if not NEGATION.search(one))
    free = (one for one in _CLAUSE.split(cited) if not NEGATION.search(one))
    return (denied & {term for one in plain for term in content(one)}) - {
        term for one in free for term in terms(one)
    }


def _denied(clause: str) -> str:
    """The stem of the first word behind a "not" that says something, "" where it reports."""
    found = NEGATION.search(clause)
    behind = terms(clause[found.end() :])[:1] if found else []
    return next((term for term in behind if term not in _REPORTING), "")


def _opposite(claimed: set[str], given: set[str]) -> bool:
    """Whether a word stands in the one that the other has with a prefix of "not": "agreed" in the
    claim where the source has "disagreed" alone, or the other way round."""
    pairs = ((claimed - given, given), (given, claimed - given))
    return any(
        f"{prefix}{word}" in others and not {word, f"{prefix}{word}"} <= given
        for some, others in pairs
        for word in some
        if len(word) >= _STEM
        for prefix in _NOT_PREFIXES
    )


def _certainty_kept(claim: str, cited: str) -> bool:
    """Whether a "may" of the source did not become a fact, nor its "will" a "may"."""
    for clause, carrying in _paired(claim, cited):
        if all(_UNSURE.search(one) for one in carrying) and not _GUARDED.search(claim):
            return False
        softened = _UNSURE.search(clause) and not _UNSURE.search(cited)
        if softened and any(_CERTAIN.search(one) for one in carrying):
            return False
    return True


def _paired(claim: str, cited: str) -> list[tuple[str, list[str]]]:
    """Each clause of the claim with those of the source that share most of its words."""
    given = [(part, set(terms(part))) for part in _CLAUSE.split(cited) if part.strip()]
    pairs = []
    for clause in _CLAUSE.split(claim):
        wanted = set(content(clause))
        most = max((len(wanted & own) for _, own in given), default=0)
        if most and 2 * most >= len(wanted):
            pairs.append((clause, [part for part, own in given if len(wanted & own) == most]))
    return pairs
