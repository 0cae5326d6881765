"""Question + history -> Query: self-contained text, speaker, topic, period and mode."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from index.roster import Forms
from rag.question import followup
from rag.question.against import Against, against
from rag.question.askers import asks_for
from rag.question.correction import corrected
from rag.question.names import Frequency, Named, named, subject
from rag.question.reading import Reading, names_of, read, shape_of, topic_of
from rag.types import Filters, Interpretation, Notice, Query

_OTHERS = Notice("others_said", "This is what others say on it; not all of them need disagree.")


def interpret(
    question: str,
    history: tuple[Query, ...],
    filters: Filters,
    speakers: Forms,
    frequency: Frequency,
    covered: tuple[date | None, date | None],
    today: date,
) -> Query:
    """The Query for ``question`` after those of ``history``; ``filters`` win over the words."""

    def understood(text: str) -> Reading:
        return read(text, speakers, frequency, covered, today)

    standalone = (
        followup.standalone(question, history[-1], speakers, frequency) if history else question
    )
    found = understood(standalone)
    asked, missing = found.asked, found.missing
    if filters.speaker:
        asked = named(filters.speaker, speakers, frequency)
        missing = () if asked else (filters.speaker,)
    elif filters.any_speaker:
        asked, missing = (), ()
    rightly = _put_right(standalone, found, asked, filters)
    if rightly != standalone:
        standalone, found = rightly, understood(rightly)
    query = _query(question, standalone, replace(found, missing=missing), asked, filters, covered)
    opposed = against(followup.split(standalone)[0], named(standalone, speakers, frequency))
    if opposed and not (filters.speaker or filters.any_speaker):
        return _opposing(query, opposed, history[-1] if history else None)
    if not history:
        return query
    if followup.asks_others(question) and not query.speaker_ids:
        return _of_others(query, history[-1])
    return replace(query, doubtful=followup.is_doubtful(question, speakers, frequency))


def _query(
    question: str,
    standalone: str,
    found: Reading,
    asked: tuple[Named, ...],
    filters: Filters,
    covered: tuple[date | None, date | None],
) -> Query:
    """What was ``found`` in the words, with ``asked`` and ``filters`` in place of their own."""
    topic, time = found.topic, found.time
    if names_of(found.asked) != names_of(asked):  # who is named is spoken of, not asked
        topic = topic_of(found.text, ())
    speech = found.speech or bool(filters.speaker)
    unknown = found.missing[0] if speech and found.missing else None
    expects, shape = shape_of(found, len(asked), filters)
    first, last = filters.since or time.first, filters.until or time.last or time.first
    return Query(
        question=question,
        standalone=standalone,
        interpretation=Interpretation(
            speaker=" and ".join(names_of(asked)) or unknown,
            topic=filters.topic or topic,
            since=filters.since or time.since,
            until=filters.until or time.until,
        ),
        speaker_ids=tuple(dict.fromkeys(s.id for one in asked for s in one.speakers)),
        speaker_known=bool(asked) or unknown is None,
        mode="statements" if speech and asked else "passages",
        strict_dates=bool(filters.since or filters.until),
        outside=_outside(first, last, covered),
        period_words=time.words,
        expects=expects,
        form=shape,
        notices=tuple(_silent(name) for name in found.missing if asked and speech),
    )


def _opposing(query: Query, opposed: Against, before: Query | None) -> Query:
    """``query`` as one for what others say against whom it names, else who was asked ``before``."""
    own = tuple(one.id for one in opposed.person.speakers) if opposed.person else ()
    besides = own or (before.speaker_ids or before.besides if before else ())
    matter = opposed.matter or (query.interpretation.topic if before else "")
    return replace(
        query,
        interpretation=replace(query.interpretation, speaker=None, topic=matter),
        speaker_ids=(),
        speaker_known=True,
        mode="passages",
        expects="denial" if opposed.denial else "voice",
        form="round-up",
        besides=besides,
        notices=query.notices if opposed.denial else (*query.notices, _OTHERS),
    )


def _of_others(query: Query, before: Query) -> Query:
    """``query`` as one for the voices of others than those of the one before."""
    besides = before.speaker_ids or before.besides
    return replace(query, expects="voice", form="round-up", besides=besides)


def _silent(name: str) -> Notice:
    return Notice("side_missing", f"{name} does not speak in these articles.")


def _put_right(standalone: str, found: Reading, wanted: Sequence[Named], filters: Filters) -> str:
    """``standalone`` with what ``filters`` say of its speaker, topic and time."""
    text = found.timeless if filters.any_time else standalone
    names = names_of(found.asked)
    if filters.speaker and names == names_of(wanted):
        filters = replace(filters, speaker="")  # as it was read
    asked = [one.text for one in found.asked if asks_for(found.text, one)]
    if not found.asked and subject(found.text) in found.missing:
        asked = [subject(found.text)]
    return corrected(text, asked, names, found.topic, filters)


def _outside(
    first: date | None, last: date | None, covered: tuple[date | None, date | None]
) -> bool:
    """Whether ``first`` to ``last`` does not touch the days that the corpus covers."""
    early = last is not None and covered[0] is not None and last < covered[0]
    late = first is not None and covered[1] is not None and first > covered[1]
    return early or late
