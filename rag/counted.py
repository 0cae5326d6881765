"""A question for how many of a thing + sentences -> whether any of them gives a figure by it.

"How many copies did she sell?" is not answered by what has neither a figure nor anything like a
copy near one. What is asked for may have another name in the articles ("cargoes", "shipments"), so
the words' vectors decide, and a figure counts with what stands around it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import takewhile

from index.search.lexical import STOP_WORDS
from index.view import View
from rag.candidates import Candidate
from rag.gate.figures import counts
from rag.nearness import Nearness
from rag.question import followup
from rag.relevance import Wanted, is_content
from rag.types import Query

_HOW_MANY = re.compile(r"\bhow many\s+(?P<what>(?:[\w’'-]+\s*){1,4})", re.IGNORECASE)
_AROUND = 200  # code points on each side of a sentence in which its figure's thing may stand
_NEAR = 0.23  # cosine of a word to the thing at least (docs/evaluation.md)


def is_uncounted(query: Query, ranked: Sequence[Candidate], view: View) -> bool:
    """Whether ``query`` asks how many there are of what no figure of ``ranked`` has beside it."""
    asked = _HOW_MANY.search(followup.split(query.standalone)[0])
    if asked is None or query.expects != "number" or not ranked:
        return False
    phrase = takewhile(lambda word: word.lower() not in STOP_WORDS, asked["what"].split())
    things = [word for word in phrase if is_content(word)]
    texts = [_surroundings(one) for one in ranked if counts(one.text)]
    return bool(things) and not any(_stands_in(one, texts, view) for one in things)


def _stands_in(thing: str, texts: Sequence[str], view: View) -> bool:
    near = Nearness(view, Wanted(view, thing).words, texts)
    return any(near.share(text) >= _NEAR for text in texts)


def _surroundings(one: Candidate) -> str:
    passage = one.evidence.passage.span
    start, end = max(passage.start, one.start - _AROUND), min(passage.end, one.end + _AROUND)
    return one.evidence.article.text[start:end]
