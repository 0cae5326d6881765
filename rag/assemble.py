"""Held sentences -> the text, claims and citations of an Answer, also piece by piece."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from index.types import Speaker
from rag.citing import Cited, words
from rag.types import ArticleRef, Citation, Claim, Evidence
from rag.verify import Held
from rag.wire import reference

CONTEXT = 32  # code points before and after a citation


@dataclass(slots=True)
class Assembly:
    """Collects held sentences in order; numbers citations from 1 by first use."""

    speakers: Mapping[str, Speaker]
    text: str = ""
    claims: list[Claim] = field(default_factory=list)
    citations: list[Citation] = field(default_factory=list)
    used: set[int] = field(default_factory=set)

    def add(self, held: Held) -> tuple[str, tuple[Citation, ...]]:
        """Append a sentence; returns the text it added and the citations that are new."""
        known = len(self.citations)
        numbers = tuple(dict.fromkeys(self._number(one) for one in held.cited))
        piece = _marked(held.text, numbers)
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


def _marked(text: str, numbers: tuple[int, ...]) -> str:
    """``text`` with its markers: before a plain full stop, behind a closing quotation mark."""
    markers = "".join(f" [{number}]" for number in numbers)
    plain = re.fullmatch(r"(.*[^.!?…\s])([.!?])", text, re.DOTALL)
    return f"{plain[1]}{markers}{plain[2]}" if plain else f"{text}{markers}"
