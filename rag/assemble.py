"""Held sentences -> the text, claims and citations of an Answer, also piece by piece."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from index.types import Speaker
from rag.gate.citing import Cited, words
from rag.gate.verify import Held
from rag.types import ArticleRef, Citation, Claim, Evidence
from rag.wire import reference
from rag.wording import day

CONTEXT = 32  # code points before and after a citation
_NAME = re.compile(r"(?!.*\b(?:ignore|instructions?|system|assistant)\b)[\w .,'’&-]{1,60}", re.I)


@dataclass(slots=True)
class Assembly:
    """Collects held sentences in order; numbers citations from 1 by first use."""

    speakers: Mapping[str, Speaker]
    text: str = ""
    claims: list[Claim] = field(default_factory=list)
    citations: list[Citation] = field(default_factory=list)
    used: set[int] = field(default_factory=set)
    _source: str = ""

    def add(self, held: Held) -> tuple[str, tuple[Citation, ...]]:
        """Append a sentence; returns the text it added and the citations that are new."""
        known = len(self.citations)
        numbers = tuple(dict.fromkeys(self._number(one) for one in held.cited))
        source = _source(held)
        piece = _marked(held.text, "" if source == self._source else source, numbers)
        self._source = source
        gap = " " if self.text else ""
        start = len(self.text) + len(gap)
        self.text += gap + piece
        self.claims.append(
            Claim(
                start,
                len(self.text),
                held.kind,
                held.speaker,
                held.support,
                held.checks,
                numbers,
                _independent([one.evidence for one in held.cited]),
            )
        )
        return gap + piece, tuple(self.citations[known:])

    def _number(self, cited: Cited) -> int:
        article = cited.evidence.article
        self.used.add(cited.evidence.rank)
        for one in self.citations:
            same = one.article.id == article.id and one.article.revision == article.revision
            if same and (one.start, one.end) == (cited.start, cited.end):
                return one.number
        self.citations.append(self._citation(cited, len(self.citations) + 1))
        return len(self.citations)

    def _citation(self, cited: Cited, number: int) -> Citation:
        article, said = cited.evidence.article, cited.statement
        person = self.speakers.get(said.speaker_id) if said else None
        return Citation(
            number=number,
            article=reference(article),
            start=cited.start,
            end=cited.end,
            exact=words(cited),
            prefix=article.text[max(0, cited.start - CONTEXT) : cited.start],
            suffix=article.text[cited.end : cited.end + CONTEXT],
            match=cited.match,
            speaker=person.name if person else "",
            speech=said.speech if said else None,
            said_on=said.said_on if said else None,
            also_in=_copies(cited.evidence),
            speaker_basis=said.speaker_basis if said and person else "",
        )


def _independent(cited: Sequence[Evidence]) -> int:
    """How many of the cited articles are neither copies of one report nor of one publisher."""
    seen: list[tuple[set[str], str]] = []
    for one in cited:
        ids = {one.article.id, *(copy.id for copy in one.also_in)}
        publisher = one.article.publisher
        if not any(ids & known or (publisher and publisher == by) for known, by in seen):
            seen.append((ids, publisher))
    return len(seen)


def _copies(evidence: Evidence) -> tuple[ArticleRef, ...]:
    return tuple(reference(article) for article in evidence.also_in)


def _source(held: Held) -> str:
    """Outlet and day of what is cited, " (Meridian, 16 February 2022)"; what the sentence says
    itself is left out."""
    said = held.text.lower()
    days = [_day(one) for one in held.cited]
    outlets = dict.fromkeys(one.evidence.article.publisher for one in held.cited)
    told = [name for name in outlets if _NAME.fullmatch(name) and name.lower() not in said]
    first = min((day for day in days if day), default=None)
    parts = [*told, *([day(first)] if first else [])]
    return f" ({', '.join(parts)})" if parts else ""


def _day(cited: Cited) -> date | None:
    """When a statement was made, else when its article was published."""
    said = cited.statement.said_on if cited.statement else None
    published = cited.evidence.article.published
    return said or (published.date() if published else None)


def _marked(text: str, source: str, numbers: tuple[int, ...]) -> str:
    """``text`` with its source and markers: before a plain full stop, behind a closing mark."""
    behind = source + "".join(f" [{number}]" for number in numbers)
    plain = re.fullmatch(r"(.*[^.!?…\s])([.!?])", text, re.DOTALL)
    return f"{plain[1]}{behind}{plain[2]}" if plain else f"{text}{behind}"
