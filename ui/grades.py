"""What carries a sentence of an answer, in words that people read."""

from __future__ import annotations

from rag.types import Answer, Citation, Claim

# Strongest first: a name for people, and what it promises.
GRADES = {
    "quote": ("verbatim quotation", "the quoted words stand in the article as they are here"),
    "verbatim": ("in the article's words", "the sentence stands in the article like this"),
    "supported": ("paraphrase, supported", "the cited characters carry this sentence"),
    "weak": ("weak support", "part of this does not stand in the cited characters"),
}
_SPEECH = {"direct": "quoted", "mixed": "quoted in part", "indirect": "reported"}


def grade(claim: Claim) -> str:
    """The key in GRADES of what carries a claim."""
    return "quote" if (claim.kind, claim.support) == ("quote", "verbatim") else claim.support


def strongest(answer: Answer) -> dict[int, str]:
    """The strongest use an answer makes of each citation, by number."""
    order = list(GRADES)
    found: dict[int, str] = {}
    for claim in answer.claims:
        for number in claim.citations:
            known = found.get(number, grade(claim))
            found[number] = min(known, grade(claim), key=order.index)
    return found


def spoken(citation: Citation) -> str:
    """ "quoted", "quoted in part", "reported": how the article gives the speaker's words."""
    return _SPEECH.get(citation.speech or "", "")
