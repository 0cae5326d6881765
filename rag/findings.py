"""Query -> what the articles hold on it: passages, their sentences best first, and the odds."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from index.storage.store import Store
from index.types import Speaker
from index.view import View
from rag import decide
from rag.candidates import Candidate, candidates
from rag.remarks import Remarks
from rag.retrieve import Found, retrieve, without_period
from rag.settings import Settings
from rag.subject import of_subject
from rag.types import Coverage, Query

_CALLED = re.compile(r"^(?!(?:he|she|they|it|who|we|i|you)$)\w", re.IGNORECASE)
NOTHING = Found((), np.zeros(0, dtype=np.float32))


@dataclass(frozen=True, slots=True)
class Findings:
    """The passages for a question, their sentences by relevance, which of these report one
    remark, and what speaks for or against an answer."""

    found: Found
    ranked: tuple[Candidate, ...]
    remarks: Remarks
    signs: decide.Signs

    @property
    def confidence(self) -> float:
        """The probability that they hold an answer; 0 when nothing was found."""
        return decide.confidence(self.ranked, self.signs)


def find(
    query: Query, store: Store, view: View, speakers: Mapping[str, Speaker], settings: Settings
) -> Findings:
    """What the articles hold on ``query``; a period that finds nothing is read as part of the
    story instead, unless it was set by hand."""
    if query.form != "single":  # several voices or days need more to choose from
        settings = replace(settings, evidence=2 * settings.evidence)
    found = None if query.outside else retrieve(query, store, view, settings)
    if not query.strict_dates and not (found and found.evidence):
        query = without_period(query)
        found = retrieve(query, store, view, settings)
    return weighed(query, found or NOTHING, view, speakers)


def weighed(query: Query, found: Found, view: View, speakers: Mapping[str, Speaker]) -> Findings:
    """``found`` with its sentences in order and what they say for an answer."""
    ranked = candidates(query, found.evidence, view, speakers)
    ranked = of_subject(query, ranked) or ranked
    if query.besides:
        ranked = tuple(one for one in ranked if _is_of_others(one, query.besides))
    remarks = Remarks(view, ranked)
    return Findings(
        found, ranked, remarks, decide.signs(query, found.vector, ranked, remarks, view)
    )


def _is_of_others(one: Candidate, besides: Collection[str]) -> bool:
    """Whether somebody known speaks in a sentence, and none of ``besides`` does."""
    inside = (
        said.speaker_id
        for said in one.evidence.statements
        if any(span.start < one.end and one.start < span.end for span in said.content)
    )
    return _is_somebody(one) and not set(inside) & set(besides)


def _is_somebody(one: Candidate) -> bool:
    """Whether somebody speaks whom the article names, or calls by what they are ("neighbors")."""
    said = one.statement
    return said is not None and bool(said.speaker_id or _CALLED.search(said.speaker_surface))


def surest(
    readings: Sequence[Query],
    store: Store,
    view: View,
    speakers: Mapping[str, Speaker],
    settings: Settings,
    coverage: Coverage,
) -> Query:
    """The reading of a question that the articles are likeliest to answer; of equals the first.

    What somebody said on the topic before is what is meant wherever there is such a thing: his
    words on anything are always likelier.
    """

    def odds(query: Query) -> float:
        if decide.before_search(query, coverage):
            return 0.0
        return find(query, store, view, speakers, settings).confidence

    first, *others = readings
    if first.mode == "statements":
        return first if odds(first) >= settings.answerable_floor else others[-1]
    return max(readings, key=odds)
