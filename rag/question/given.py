"""A given name in a question + a speaker -> whether it is somebody else's: Jill is not Joe Biden.

A surname alone may be anybody's; with a given name in front of it the words of a namesake would be
credited to the wrong person. Short forms ("Tony" of Antony) and other spellings stay the same name.
"""

from __future__ import annotations

from index.speech import mentions
from index.speech.countries import country
from index.speech.speakers import bare, fold, skeleton
from index.types import Speaker

# Short forms that do not begin as the whole name does; others ("Ben", "Tony") are found in it.
_SHORT = tuple(
    frozenset(names.split())
    for names in (
        "alexander aleksandr oleksandr alex sasha",
        "andrew andy drew",
        "charles charlie chuck",
        "david dave",
        "edward ed eddie ted",
        "elizabeth beth betsy betty liz lizzie",
        "francis frank",
        "gerald jerry",
        "henry hank harry",
        "james jim jimmy jamie",
        "jennifer jen jenny",
        "john jack johnny",
        "joseph joe joey",
        "katherine catherine kate kathy katie",
        "lawrence larry",
        "margaret maggie meg peggy",
        "michael mick mike",
        "patricia pat patty",
        "rebecca becky",
        "richard dick rich rick",
        "robert bob bobby rob",
        "steven stephen steve",
        "susan sue suzanne",
        "theodore ted teddy",
        "thomas tom tommy",
        "victoria tori vicky",
        "vladimir volodymyr vova",
        "william bill billy will",
    )
)
# What stands before a surname and is neither a given name nor an office.
_OTHERS = frozenset(
    "van von der den del des bin ibn saint team camp general republican democrat democratic labour "
    "conservative liberal tory former late mister the and".split()
)
_WHOLE, _SLIPS = 5, 2  # letters of a name, and those in which its spellings differ
_LEAST = 3  # letters of a short form that begins a whole name, or ends it


def is_given(word: str) -> bool:
    """Whether ``word`` is known as a given name, whole or short."""
    return bool(mentions.gender(f"{word} X", "")) or any(fold(word) in some for some in _SHORT)


def may_be_given(word: str) -> bool:
    """Whether ``word`` may be one that is not known ("Hunter"): no office, land or small word."""
    letters = word.rstrip(".")
    return (
        len(letters) >= _LEAST
        and letters.istitle()
        and letters.lower() not in _OTHERS | mentions.ROLES | mentions.ORGANISATIONS
        and not country(letters)
    )


def is_another(first: str, person: Speaker, adjacent: bool = False) -> bool:
    """Whether the given name ``first`` is none of ``person``, whose own one is known.

    One that is no known given name counts where it stands ``adjacent`` to the surname.
    """
    if not is_given(first) and not (adjacent and may_be_given(first)):
        return False
    names = [bare(name).split() for name in (person.name, *person.aliases)]
    known = {fold(words[0]) for words in names if len(words) > 1}
    texts = (person.name, *person.aliases, *person.roles)
    words = {word for text in texts for word in fold(text).split()}
    own = fold(first)
    if not known or own in words or any(_same(own, one) for one in known):
        return False
    # What no list knows may be another spelling: "Olexiy", "Oleksii".
    return is_given(first) or not any(one[:2] == own[:2] for one in known)


def _same(one: str, other: str) -> bool:
    from rapidfuzz.distance import OSA

    short, long = sorted((one, other), key=len)
    if len(short) >= _LEAST and (long.startswith(short) or long.endswith(short)):
        return True
    if len(short) == 1:
        return long.startswith(short)
    if skeleton(one) == skeleton(other) or any({one, other} <= some for some in _SHORT):
        return True
    # "Dmitry" is how many write "Dmytro".
    return len(short) >= _WHOLE and one[0] == other[0] and OSA.distance(one, other) <= _SLIPS
