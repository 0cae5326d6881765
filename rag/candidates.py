"""Evidence -> the sentences an answer could be made of, ranked by relevance."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from index.speech.speakers import fold
from index.types import Speaker, Statement
from index.view import View
from rag import logistic
from rag.gate.citing import sentences_of
from rag.kinds import Sought
from rag.logistic import Logistic
from rag.nearness import Nearness
from rag.question import followup
from rag.question.names import quoted
from rag.relevance import FEATURES, Wanted, cosines
from rag.retrieve import in_period
from rag.types import Evidence, Query

_DAY = re.compile(
    r"\d|\b(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|January|February|March|April|May|June"
    r"|July|August|September|October|November|December|yesterday|today|tomorrow)\b"
)
_TOUCHING = tuple(map(FEATURES.index, ("nearby_words", "near_words", "carried_words")))


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sentence ``article.text[start:end]`` of a passage, who says it, and its relevance."""

    evidence: Evidence
    start: int
    end: int
    statement: Statement | None
    features: tuple[float, ...]
    relevance: float

    @property
    def text(self) -> str:
        """The sentence as the article has it."""
        return self.evidence.article.text[self.start : self.end]

    @property
    def touch(self) -> float:
        """How near its words, with its neighbours', come to the topic's, 0 to 1."""
        return max(self.features[at] for at in _TOUCHING)


@dataclass(frozen=True, slots=True)
class _Sentence:
    evidence: Evidence
    start: int
    end: int
    before: str
    nearby: str
    statement: Statement | None

    @property
    def text(self) -> str:
        return self.evidence.article.text[self.start : self.end]


def candidates(
    query: Query,
    evidence: Sequence[Evidence],
    view: View,
    speakers: Mapping[str, Speaker],
    fitted: Logistic | None = None,
) -> tuple[Candidate, ...]:
    """Sentences of the evidence, most relevant first.

    When somebody's words are asked for, only theirs and those that name them. ``fitted`` is the
    model of relevance, by default the one in relevance.json.
    """
    found = [one for passage in evidence for one in _sentences(query, passage)]
    names = _surnames(query, speakers)
    if query.mode == "statements":
        found = [
            one for one in found if _is_asked(query, one.statement) or _names_any(one.text, names)
        ]
    fitted = fitted or logistic.load("relevance", FEATURES)
    ranked = [
        Candidate(
            one.evidence,
            one.start,
            one.end,
            one.statement,
            features,
            fitted.probability(features),
        )
        for one, features in zip(found, _features(query, found, view, names), strict=True)
    ]
    words = [fold(one) for one in quoted(query.question)]
    return tuple(
        sorted(
            ranked,
            key=lambda c: (not _holds(c.text, words), -c.relevance, c.evidence.rank, c.start),
        )
    )


def _holds(text: str, words: Sequence[str]) -> bool:
    """Whether a sentence has the very words in quotation marks that are asked after."""
    return bool(words) and any(one in fold(text) for one in words)


def _features(
    query: Query, found: Sequence[_Sentence], view: View, names: frozenset[str]
) -> Iterator[tuple[float, ...]]:
    """The values of ``rag.relevance.FEATURES`` for each sentence."""
    topic_text = query.interpretation.topic or query.standalone
    question, topic = Wanted(view, query.standalone), Wanted(view, topic_text)
    near_question, near_topic, told = cosines(
        view, (query.standalone, topic_text, query.told), [one.text for one in found]
    )
    going_on = _going_on(query, found, told.tolist(), view)
    near = Nearness(view, topic.words, [t for one in found for t in (one.text, one.before)])
    sought = Sought(query)
    for at, one in enumerate(found):
        span = one.evidence.passage.span
        passage = one.evidence.article.text[span.start : span.end]
        asked = _is_asked(query, one.statement)
        yield (
            max(0.0, one.evidence.similarity),
            float(near_question[at]),
            float(near_topic[at]),
            question.coverage(one.text),
            topic.coverage(one.text),
            topic.coverage(one.nearby),
            topic.coverage(passage),
            1 / one.evidence.rank,
            float(query.expects == "number" and any(c.isdigit() for c in one.text)),
            float(query.expects == "date" and bool(_DAY.search(one.text))),
            float(asked),
            float(bool(query.speaker_ids) and not asked),
            float(not asked and _names_any(one.text, names)),
            *going_on[at],
            float(in_period(one.evidence.article, query, one.statement)),
            near.share(one.text),
            near.share(one.text, one.before),
            question.coverage(one.evidence.article.title),
            *sought.signs(one.text),
            float(one.text.endswith("?")),
        )


def _going_on(
    query: Query, found: Sequence[_Sentence], told: Sequence[float], view: View
) -> Sequence[tuple[float, float, float]]:
    """For each sentence how it goes on with what was asked and answered before: the features
    "own_words", "told" and "story"."""
    if not query.told:
        return [(0.0, 0.0, 0.0)] * len(found)
    own_text, _ = followup.split(query.standalone)
    own = Wanted(view, own_text)
    story: dict[str, float] = {}
    for one, how in zip(found, told, strict=True):
        article = one.evidence.article.id
        story[article] = max(story.get(article, 0.0), how)
    return [
        (own.coverage(one.text), how, story[one.evidence.article.id])
        for one, how in zip(found, told, strict=True)
    ]


def _surnames(query: Query, speakers: Mapping[str, Speaker]) -> frozenset[str]:
    """The last words of the asked speakers' names, folded."""
    people = [speakers[one] for one in query.speaker_ids if one in speakers]
    return frozenset(fold(name).split()[-1] for one in people for name in (one.name, *one.aliases))


def _names_any(text: str, names: frozenset[str]) -> bool:
    return bool(names) and not names.isdisjoint(fold(text).split())


def _sentences(query: Query, evidence: Evidence) -> Iterator[_Sentence]:
    text, places = evidence.article.text, sentences_of(evidence)
    for at, (start, end) in enumerate(places):
        first, last = places[max(0, at - 1)][0], places[min(len(places) - 1, at + 1)][1]
        before = text[first : places[at - 1][1]] if at else ""
        said = _said(query, evidence, start, end)
        yield _Sentence(evidence, start, end, before, text[first:last], said)


def _said(query: Query, evidence: Evidence, start: int, end: int) -> Statement | None:
    """The statement that a sentence reports, an asked speaker's before another's."""
    inside = [
        one
        for one in evidence.statements
        if any(part.start < end and part.end > start for part in one.content)
    ]
    inside.sort(
        key=lambda one: (
            not _is_asked(query, one),
            not one.speaker_id,
            one.content[0].start,
        )
    )
    return inside[0] if inside else None


def _is_asked(query: Query, statement: Statement | None) -> bool:
    return statement is not None and statement.speaker_id in query.speaker_ids
