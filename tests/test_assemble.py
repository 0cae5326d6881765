"""Held sentences become one text with markers that always lead to a citation."""

from __future__ import annotations

import re

import newsroom

from rag.assemble import Assembly
from rag.gate.verify import Gate
from rag.types import DraftSentence


def test_the_same_place_keeps_its_number_and_claims_cover_the_text() -> None:
    evidence, speakers = newsroom.newsroom()
    gate, assembly = Gate(evidence, speakers), Assembly(speakers)
    pieces, cited = "", 0
    for sentence in (
        'Lang said: "The cracks are old and they are not growing."',
        "The bridge over the Tessen was closed on Monday.",
        'Lang called the cracks "old", he said: "The cracks are old and they are not growing."',
        'Peter Lang said "The cracks are old and they are not growing".',
    ):
        if held := gate.admit(DraftSentence(sentence, (1,))):
            piece, new = assembly.add(held)
            pieces, cited = pieces + piece, cited + len(new)
    assert pieces == assembly.text
    assert cited == len(assembly.citations) == 2
    assert [one.number for one in assembly.citations] == [1, 2]
    assert re.findall(r"\[(\d)\]", assembly.text) == [
        str(number) for claim in assembly.claims for number in claim.citations
    ]
    covered = " ".join(assembly.text[one.start : one.end] for one in assembly.claims)
    assert covered == assembly.text
    for one in assembly.citations:
        text = newsroom.TEXTS[one.article.id]
        assert text[one.start : one.end] == one.exact
        assert text[: one.start].endswith(one.prefix)
        assert text[one.end :].startswith(one.suffix)
