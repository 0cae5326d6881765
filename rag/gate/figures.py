"""Text -> its figures and dates, in a form in which equal ones are equal.

"5,000", "5000" and "five thousand" are one figure, "1.5" and "15" are two; "16 February" is a
date of its own and not a 16 and a February from different places.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

_SMALL = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen".split()
)
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_WORDED = {word: value for value, word in enumerate(_SMALL)} | {
    word: 10 * value for value, word in enumerate(_TENS, start=2)
}
_SCALES = {
    "dozen": 12,
    "hundred": 100,
    "thousand": 1000,
    "k": 1000,
    "million": 10**6,
    "m": 10**6,
    "mn": 10**6,
    "billion": 10**9,
    "bn": 10**9,
    "trillion": 10**12,
    "tn": 10**12,
}
_UNITS = {
    "percent": "% percent percentage",
    "dollar": "$ us$ dollar dollars",
    "euro": "€ euro euros",
    "pound": "£ pound pounds",
    "rouble": "₽ rouble roubles ruble rubles",
    "hryvnia": "₴ hryvnia hryvnias",
    "kilometre": "km kilometre kilometres kilometer kilometers",
    "mile": "mile miles",
    "metre": "metre metres meter meters",
    "tonne": "ton tons tonne tonnes",
    "second": "second seconds",
    "minute": "minute minutes",
    "hour": "hour hours",
    "day": "day days",
    "week": "week weeks",
    "month": "month months",
    "year": "year years",
}
_UNIT = {form: unit for unit, forms in _UNITS.items() for form in forms.split()}
_DAYS = "monday tuesday wednesday thursday friday saturday sunday".split()
_MONTHS = (
    "january february march april may june july august september october november december".split()
)
_MONTH = (
    {name: name for name in _MONTHS} | {name[:3]: name for name in _MONTHS} | {"sept": "september"}
)
_MONTH_WORD = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Sept|Oct|Nov|Dec)[a-z]*\.?"
_DAYS_OF = r"\d{1,2}(?:st|nd|rd|th)?(?:(?:\s*[-–,]\s*|\s+(?:to|and|or)\s+)\d{1,2}(?:st|nd|rd|th)?)*"
_DAY_MONTH = re.compile(
    rf"\b({_DAYS_OF})(?:\s+of)?\s+({_MONTH_WORD})(?!\w)"
    rf"|\b({_MONTH_WORD})\s+({_DAYS_OF})(?![\d,.]*\d|\s+{_MONTH_WORD}(?!\w))"
)
DATE = re.compile(rf"\b(?:{'|'.join([*_DAYS, *_MONTHS])}|(?:19|20)\d\d)\b", re.IGNORECASE)
_YEAR = re.compile(r"(?<![\d.,$€£])\b(?:19|20)\d\d\b(?![.,]?\d)(?!\s+[a-z]+s\b)")
_ORDINAL = re.compile(r"\b\d+(?:st|nd|rd|th)\b", re.IGNORECASE)
_TOKEN = re.compile(r"US\$|[$€£₽₴%]|\d+(?:[.,:]\d+)*|[^\W\d_]+")
_MORE = {"more", "over", "least", "above", "exceeding", "exceeded", "exceeds", "minimum"}
_LESS = {"less", "fewer", "under", "most", "below", "maximum", "nearly", "almost"}
_FORE = 3  # words before a figure in which a bound ("more than") is looked for


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with its unit ("" where none is named) and 1, -1 or 0 for "more", "less"."""

    value: str
    unit: str
    bound: int

    def fits(self, other: Figure) -> bool:
        """Whether two mentions can mean one figure."""
        units = not self.unit or not other.unit or self.unit == other.unit
        return self.value == other.value and units and self.bound * other.bound >= 0


def figures(text: str) -> list[Figure]:
    """The figures of ``text`` in order, in digits or words; a lone "one" and dates are none."""
    text = _YEAR.sub(" ", _DAY_MONTH.sub(" ", text.replace("per cent", "percent")))
    tokens = [token.lower() for token in _TOKEN.findall(text)]
    found, at = [], 0
    while at < len(tokens):
        value, stop = _number(tokens, at)
        if value is None:
            at += 1
            continue
        if tokens[at:stop] != ["one"]:
            found.append(Figure(value, _unit(tokens, at, stop), _bound(tokens, at)))
        at = stop
    return found


def counts(text: str) -> list[Figure]:
    """The figures of ``text`` that can tell how many: the 2nd Army is not two."""
    return figures(_ORDINAL.sub(" ", text))


def dates(text: str) -> set[str]:
    """Days of the week, months, years, and days of months as "16 february"."""
    found = {match.lower() for match in DATE.findall(text) if match not in ("may", "march")}
    for before, month, other_month, after in _DAY_MONTH.findall(text):
        name = _MONTH.get((month or other_month).lower().rstrip("."))
        if name:
            days = re.findall(r"\d+", before or after)
            found |= {name, *(f"{int(day)} {name}" for day in days)}
    return found


def _number(tokens: list[str], at: int) -> tuple[str | None, int]:
    """The number that starts at ``at`` with where it ends, or None."""
    token = tokens[at]
    if token[0].isdecimal():
        if ":" in token:
            return token, at + 1
        value, at = _digits(token), at + 1
    elif token in _WORDED or (token in _SCALES and len(token) > 2):
        value = Decimal(0)
        while at < len(tokens) and tokens[at] in _WORDED:
            value, at = value + _WORDED[tokens[at]], at + 1
        value = value or Decimal(token != "zero")  # "a million"
    else:
        return None, at
    while at < len(tokens) and tokens[at] in _SCALES:
        value, at = value * _SCALES[tokens[at]], at + 1
    return format(value.normalize(), "f"), at


def _digits(token: str) -> Decimal:
    """ "5,000" is five thousand; a full stop is a decimal point unless there are several."""
    plain = re.sub(r",(?=\d{3}(?:\D|$))", "", token)
    if len(re.findall(r"[.,]", plain)) > 1:
        plain = re.sub(r"[.,]", "", plain)
    return Decimal(plain.replace(",", "."))


def _unit(tokens: list[str], start: int, stop: int) -> str:
    after = tokens[stop] if stop < len(tokens) else ""
    before = tokens[start - 1] if start else ""
    return _UNIT.get(after, "") or (_UNIT.get(before, "") if not before.isalpha() else "")


def _bound(tokens: list[str], start: int) -> int:
    words = set(tokens[max(0, start - _FORE) : start])
    return bool(words & _MORE) - bool(words & _LESS)
