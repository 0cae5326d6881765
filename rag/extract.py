"""Ranked candidates -> Draft, without a model: the article's own sentences, speakers named."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import islice

from index.types import Speaker
from rag.candidates import Candidate
from rag.conflicts import denials
from rag.gate.figures import counts
from rag.phrase import phrase
from rag.relevance import FEATURES
from rag.remarks import Remarks, day
from rag.types import DraftSentence, Query

NAME = "extractive"
_KEEP = 0.5  # a further sentence must reach this share of the best one's relevance
_SPREAD = 0.3  # the same where several voices or days are asked for
_SIDE = 0.2  # and for what the other side says on it
_FAR = 0.1  # and for one that has what is asked for: a figure, a voice
_SPEAKER, _TOPIC = FEATURES.index("speaker"), FEATURES.index("topic_words")
_ALL = 0.99
_TOUCHING = 0.3  # how near words come to a topic at least that they are on
_SAME = 0.6  # share of words (Jaccard) from which two sentences say the same
_EACH = 2  # sentences of each side of a comparison
_WIDER = 2  # sentences that a course or a round-up may have beyond the limit


def extract(
    chosen: Sequence[Candidate], speakers: Mapping[str, Speaker]
) -> Iterator[DraftSentence]:
    """A sentence for each of ``chosen``, in order, citing the passage that it stands in."""
    introduced: set[str] = set()
    for candidate in chosen:
        yield written(candidate, speakers, introduced)


def written(
    candidate: Candidate, speakers: Mapping[str, Speaker], introduced: set[str]
) -> DraftSentence:
    """``candidate`` as a sentence; a speaker not yet ``introduced`` gets the role, and is then."""
    said = candidate.statement
    speaker = speakers.get(said.speaker_id) if said else None
    first = speaker is not None and speaker.id not in introduced
    if speaker:
        introduced.add(speaker.id)
    return DraftSentence(
        text=phrase(candidate, speaker, first),
        cites=(candidate.evidence.rank,),
        speaker=speaker.name if speaker else "",
    )


def choose(
    query: Query, ranked: Sequence[Candidate], limit: int, remarks: Remarks
) -> tuple[Candidate, ...]:
    """The candidates that make the answer, in the order in which it says them.

    The strongest first; in a comparison side by side; over time in the order of days; a round-up
    has one of each voice. A remark that several outlets report is said once.
    """
    if not ranked:
        return ()
    best = ranked[0].relevance
    ranked = _fitting(query, ranked)
    if query.form == "comparison" and len(query.speaker_ids) > 1:
        return _sides(query, ranked, limit, remarks)
    if query.form == "change":
        own = [one for one in ranked if _is_asked(one)]
        share = (_SIDE if query.interpretation.topic else 0.0) if own else _SPREAD
        return _course(own or ranked, limit, remarks, share)
    if query.form == "round-up":
        voices = _one_each(_strong(ranked, _SPREAD, remarks), _voice)
        return tuple(islice(voices, limit + _WIDER))
    chosen = islice(_strong(ranked, _KEEP, remarks, best), limit)
    if query.mode == "statements":  # what somebody said comes before what is said of them
        return tuple(sorted(chosen, key=lambda one: one.features[_SPEAKER] < 1))
    return tuple(chosen)


def _fitting(query: Query, ranked: Sequence[Candidate]) -> Sequence[Candidate]:
    """Those with a figure or a voice in them, where that is asked for and some come near."""
    least = ranked[0].relevance * _FAR
    if query.expects == "number":
        fit = [one for one in ranked if one.relevance >= least and counts(one.text)]
    elif query.expects == "denial":
        fit = list(denials(ranked, query.interpretation.topic))
    elif query.expects == "voice":
        fit = [one for one in ranked if one.relevance >= least and _is_voiced(one)]
    else:
        return ranked
    return fit or ranked


def _is_asked(one: Candidate) -> bool:
    return one.features[_SPEAKER] == 1


def _is_voiced(one: Candidate) -> bool:
    return one.statement is not None and bool(one.statement.speaker_id)


def _sides(
    query: Query, ranked: Sequence[Candidate], limit: int, remarks: Remarks
) -> tuple[Candidate, ...]:
    found: list[Candidate] = []
    for speaker in query.speaker_ids:
        own = [c for c in ranked if c.statement and c.statement.speaker_id == speaker]
        own = [c for c in own if c.relevance >= ranked[0].relevance * _SIDE]
        found += islice(_strong(own, _KEEP, remarks), _EACH)
    return tuple(found) or tuple(islice(_strong(ranked, _KEEP, remarks), limit))


def _course(
    ranked: Sequence[Candidate], limit: int, remarks: Remarks, share: float
) -> tuple[Candidate, ...]:
    """The best of each day, with the first and the last day: of at least ``share`` of the best
    one's relevance, or the asked speaker's own near the topic and of a tenth of it."""
    best = ranked[0].relevance
    near = [
        one
        for one in ranked
        if one.relevance >= best * share
        or (one.relevance >= best * _FAR and one.touch >= _TOUCHING and _is_asked(one))
    ]
    dated = sorted((one for one in _one_each(near, day) if day(one)), key=_when)
    if len(dated) < 2:
        chosen = list(islice(_strong(ranked, _SPREAD, remarks), limit))
        return tuple(sorted(chosen, key=_when))
    between = sorted(dated[1:-1], key=lambda one: -one.relevance)[: limit + _WIDER - 2]
    return tuple(sorted([dated[0], *between, dated[-1]], key=_when))


def _when(one: Candidate) -> tuple[date, float]:
    return day(one) or date.max, -one.relevance


def _strong(
    ranked: Sequence[Candidate], share: float, remarks: Remarks, best: float = 0.0
) -> Iterator[Candidate]:
    """The first, and those of at least ``share`` of its relevance, or of ``best``, that do not
    repeat another."""
    kept: list[Candidate] = []
    least = max(best, ranked[0].relevance if ranked else 0.0) * share
    for one in ranked:
        near = not kept or one.relevance >= least
        if (near or _on_point(one)) and not any(
            same(one, other) or remarks.same(one, other) for other in kept
        ):
            kept.append(one)
            yield one


def _on_point(one: Candidate) -> bool:
    """Whether somebody who is asked for says it, in all the words of the topic."""
    return one.features[_SPEAKER] == 1 and one.features[_TOPIC] >= _ALL


def _one_each(
    some: Iterable[Candidate], key: Callable[[Candidate], Hashable]
) -> Iterator[Candidate]:
    """The first candidate of each ``key``."""
    seen: set[Hashable] = set()
    for one in some:
        if key(one) not in seen:
            seen.add(key(one))
            yield one


def _voice(one: Candidate) -> Hashable:
    """Who speaks in a candidate, else the article that tells it."""
    said = one.statement
    return said.speaker_id if said and said.speaker_id else one.evidence.article.id


def same(one: Candidate, other: Candidate) -> bool:
    """Whether two sentences are the same but for some words."""
    words, others = set(one.text.lower().split()), set(other.text.lower().split())
    return len(words & others) / max(1, len(words | others)) >= _SAME
