"""A question for what somebody did + sentences -> those that can tell of it.

"When did Clark resign?" is not answered by the day on which another did: the words are right and
the person is wrong. So the passage or its title has to name whom the question names as the one who
did it, and where it asks for nothing but the deed ("resign") some sentence has to come near that.
Of the sample questions and squad2's that name somebody so, 97 can be answered, and each was by a
passage that names him; names elsewhere in a question tell nothing (docs/evaluation.md).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.speech.speakers import fold
from index.view import View
from rag.candidates import Candidate
from rag.nearness import Nearness
from rag.question import followup
from rag.question.names import subject
from rag.relevance import Wanted, is_content
from rag.types import Query

_OWNER = re.compile(r"['’]s?$")
_WORD = re.compile(r"[^\W_]+")
_ASKED = re.compile(
    r"^\W*(?:and |but |so )?(?:when|where|why|on (?:which|what) day)\b", re.IGNORECASE
)
_ENDING = 2  # letters by which a name and its adjective may differ: "Ukraine", "Ukrainian"
_LEAST = 4  # letters that they share at least
_DEED = 0.3  # how near a word of some sentence comes to a deed that it tells of
_MEANT = 0.55  # cosine of a sentence to the question from which other words may tell of it


def of_subject(query: Query, ranked: Sequence[Candidate]) -> tuple[Candidate, ...]:
    """Those of ``ranked`` whose passage or title names whoever ``query`` says did it; all where it
    names nobody so, or asks for words, which have their speaker."""
    names = _names(query)
    if not names:
        return tuple(ranked)
    named: dict[str, bool] = {}
    for one in ranked:
        passage = one.evidence.passage
        if passage.id not in named:
            text = one.evidence.article.text[passage.span.start : passage.span.end]
            named[passage.id] = _names_one(f"{one.evidence.article.title} {text}", names)
    return tuple(one for one in ranked if named[one.evidence.passage.id])


def is_missed(query: Query, ranked: Sequence[Candidate], meaning: float, view: View) -> bool:
    """Whether ``query`` asks what somebody did whom none of ``ranked`` names, or when, where or why
    he did what none of them comes near.

    ``meaning`` is the highest cosine of one of the best sentences to the question.
    """
    if not of_subject(query, ranked):
        return True
    deed = _deed(query)
    if not deed or meaning >= _MEANT:
        return False
    texts = [one.text for one in ranked]
    near = Nearness(view, Wanted(view, deed).words, texts)
    return max(near.share(text) for text in texts) < _DEED


def _names(query: Query) -> tuple[str, ...]:
    """The last word of the name of whoever did it, folded."""
    if query.mode != "passages" or query.form != "single":
        return ()
    name = subject(followup.split(query.standalone)[0])
    if _OWNER.search(name):
        return ()  # "PrivatBank's customers" did it
    return tuple(fold(name).split()[-1:])


def _names_one(text: str, names: Sequence[str]) -> bool:
    words = fold(text).split()
    return any(word == name or word.startswith(_core(name)) for name in names for word in words)


def _core(name: str) -> str:
    return name[: max(_LEAST, len(name) - _ENDING)] if len(name) > _LEAST else f"{name} "


def _deed(query: Query) -> str:
    """What somebody did, where the question asks for that in one word and ends with it."""
    own, _ = followup.split(query.standalone)
    if not _ASKED.match(own) or not _names(query):
        return ""
    _, _, rest = own.partition(subject(own))
    words = [word for word in _WORD.findall(rest) if is_content(word)]
    return words[0] if len(words) == 1 and words[0].islower() else ""
