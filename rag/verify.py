"""Draft + Evidence -> Claims and Citations that hold, and warnings.

Everything that leaves the program as an answer has come through ``Gate.admit``: markers that
point at evidence that was shown, quotation marks only around words that stand there, the
article's own speaker, and figures, names, dates and negations that the cited sentences carry.
What does not hold loses its marks or its place, and a warning says so.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from index import quotations
from index.types import Speaker
from rag import support
from rag.attribution import attributed, conflicts, named_in
from rag.citing import Cited, carrying, cite, merged, words
from rag.locate import NEGATION, Place, bare, locate
from rag.types import Checks, ClaimKind, DraftSentence, Evidence, Notice, Support

MARKS = '"“”„‟«»'
MARKER = re.compile(r"\s*\[\s*\d+(?:\s*[,;–-]\s*\d+)*\s*\]")


@dataclass(frozen=True, slots=True)
class Held:
    """A sentence that holds, without markers, and what carries it."""

    text: str
    kind: ClaimKind
    speaker: str
    support: Support
    checks: Checks
    cited: tuple[Cited, ...]


@dataclass(slots=True)
class Gate:
    """Admits the sentences of one draft in turn; ``warnings`` collects what it changed.

    ``context`` is text whose names a claim may use besides the cited article: the question.
    """

    evidence: Sequence[Evidence]
    speakers: Mapping[str, Speaker]
    context: str = ""
    warnings: list[Notice] = field(default_factory=list)

    def admit(self, draft: DraftSentence) -> Held | None:
        """The sentence as it may be shown, or None when nothing of it holds."""
        text = " ".join(MARKER.sub("", draft.text).split())
        shown = self._shown(draft)
        if not text or not shown:
            if text:
                self._warn(
                    "uncited_removed", f"A sentence without evidence was left out: {_short(text)}"
                )
            return None
        quoted = self._quoted(text, shown)
        if quoted is None:
            return None
        text, places = quoted
        if places:
            return self._quotation(text, places, shown)
        return self._paraphrase(text, shown)

    def _shown(self, draft: DraftSentence) -> list[Evidence]:
        known = {one.rank: one for one in self.evidence}
        for rank in draft.cites:
            if rank not in known:
                self._warn(
                    "unknown_citation",
                    f"A citation of evidence {rank}, which does not exist, was dropped.",
                )
        return [known[rank] for rank in dict.fromkeys(draft.cites) if rank in known]

    def _quoted(
        self, text: str, shown: list[Evidence]
    ) -> tuple[str, list[tuple[Evidence, Place]]] | None:
        """``text`` with only verified quotations left in marks, and where they stand."""
        places: list[tuple[Evidence, Place]] = []
        pieces: list[str] = []
        at = 0
        for mark in quotations.find(text):
            pieces.append(_unmarked(text[at : mark.start]))
            at = mark.end
            quotation = text[mark.start : mark.end]
            found = self._find(quotation, shown)
            if found is None:
                self._warn(
                    "quote_removed",
                    f"Words in quotation marks that no cited article has: {_short(quotation)}",
                )
                pieces.append(_unmarked(bare(quotation)) + _trailing(quotation))
            elif self._misattributed(text, *found):
                return None
            else:
                places.append(found)
                pieces.append(_verbatim(quotation, *found))
        pieces.append(_unmarked(text[at:]))
        return "".join(pieces), places

    def _find(self, quotation: str, shown: list[Evidence]) -> tuple[Evidence, Place] | None:
        """Where the words stand: in the passages cited, else in others that were shown."""
        for one in [*shown, *(other for other in self.evidence if other not in shown)]:
            start, end = one.passage.span.start, one.passage.span.end
            if place := locate(quotation, one.article.text, start, end):
                return one, place
        return None

    def _misattributed(self, text: str, evidence: Evidence, place: Place) -> bool:
        found = attributed(place.start, place.end, evidence.statements, self.speakers)
        if not conflicts(_outside_marks(text), found, list(self.speakers.values())):
            return False
        name = found.speaker.name if found.speaker else "somebody else"
        self._warn(
            "misattributed_quote", f"A quotation under the wrong name was left out: {name} said it."
        )
        return True

    def _quotation(
        self, text: str, places: list[tuple[Evidence, Place]], shown: list[Evidence]
    ) -> Held | None:
        cited = [
            cite(evidence, place.start, place.end, place.match, self.speakers)
            for evidence, place in places
        ]
        outside = _outside_marks(text)
        around = " ".join(words(one) for one in cited)
        known = " ".join(
            [self.context, *(_known(one.evidence) for one in cited), *self._names(cited)]
        )
        verdict = support.judge(outside, around, known, self._dates(cited))
        if any(support.reads_as(text, words(one), " ".join(self._names([one]))) for one in cited):
            verdict = replace(verdict, checks=Checks())
        elif _lost_negation(text, places):
            verdict = replace(verdict, checks=replace(verdict.checks, negation=False))
        if not verdict.sound:
            self._refuse(text, verdict)
            return None
        extra = carrying(outside, shown, self.speakers) if verdict.overlap < support.WEAK else []
        return Held(
            text,
            "quote",
            _speaker(cited, self.speakers),
            "verbatim",
            verdict.checks,
            merged([*cited, *extra]),
        )

    def _paraphrase(self, text: str, shown: list[Evidence]) -> Held | None:
        cited = carrying(text, shown, self.speakers)
        if not cited:
            self._warn(
                "unsupported_removed",
                f"A sentence its sources do not carry was left out: {_short(text)}",
            )
            return None
        around = " ".join(words(one) for one in cited)
        known = " ".join(
            [self.context, *(_known(one.evidence) for one in cited), *self._names(cited)]
        )
        verdict = support.judge(text, around, known, self._dates(cited))
        verbatim = any(
            support.reads_as(text, words(one), " ".join(self._names([one]))) for one in cited
        )
        if verbatim:
            verdict = replace(verdict, checks=Checks())
        if not verdict.sound or verdict.overlap < support.WEAK:
            self._refuse(text, verdict)
            return None
        grade: Support = (
            "verbatim"
            if verbatim
            else "supported"
            if verdict.overlap >= support.SUPPORTED
            else "weak"
        )
        kind: ClaimKind = (
            "paraphrase" if len({one.evidence.article.id for one in cited}) == 1 else "synthesis"
        )
        return Held(
            text,
            kind,
            self._paraphrased_speaker(text, cited),
            grade,
            verdict.checks,
            merged(cited),
        )

    def _names(self, cited: list[Cited]) -> list[str]:
        """Names and roles that the speakers of the cited statements go by."""
        people = [self.speakers.get(one.statement.speaker_id) for one in cited if one.statement]
        return [" ".join([p.name, *p.aliases, *p.roles]) for p in people if p]

    def _dates(self, cited: list[Cited]) -> str:
        """Dates that follow from the cited statements and their articles."""
        days = [one.statement.said_on for one in cited if one.statement and one.statement.said_on]
        days += [p.date() for one in cited if (p := one.evidence.article.published)]
        return " ".join(f"{day.day} {day:%B %Y %A}" for day in days)

    def _paraphrased_speaker(self, text: str, cited: list[Cited]) -> str:
        """Who says a paraphrase: the cited statement's speaker where the text names them."""
        for one in cited:
            person = self.speakers.get(one.statement.speaker_id) if one.statement else None
            if person and named_in(text, [person]):
                return person.name
        return ""

    def _refuse(self, text: str, verdict: support.Verdict) -> None:
        failed = [
            name
            for name in ("numbers", "names", "dates", "negation")
            if not getattr(verdict.checks, name)
        ]
        why = (
            f"its {' and '.join(failed)} differ from the source"
            if failed
            else "its source says something else"
        )
        self._warn("unsupported_removed", f"A sentence was left out, {why}: {_short(text)}")

    def _warn(self, code: str, detail: str) -> None:
        self.warnings.append(Notice(code, detail))


def _speaker(cited: Sequence[Cited], speakers: Mapping[str, Speaker]) -> str:
    for one in cited:
        if one.statement and (person := speakers.get(one.statement.speaker_id)):
            return person.name
    return ""


def _verbatim(quotation: str, evidence: Evidence, place: Place) -> str:
    """The quotation in straight marks with the article's own characters in it."""
    tail = _trailing(quotation)
    if place.match == "elided":
        return f'"{_inner(bare(quotation))}{tail}"'
    return f'"{_inner(evidence.article.text[place.start : place.end])}{tail}"'


def _inner(words: str) -> str:
    """Words on one line; quotation marks inside them become single ones."""
    return re.sub(f"[{MARKS}]", "'", " ".join(words.split()))


def _trailing(quotation: str) -> str:
    """The comma or full stop that stood before the closing mark."""
    inner = quotation.rstrip(MARKS + "'’‘ ")
    return inner[-1] if inner and inner[-1] in ",.;:" else ""


def _unmarked(text: str) -> str:
    return re.sub(f"[{MARKS}]", "", text)


def _outside_marks(text: str) -> str:
    pieces, at = [], 0
    for mark in quotations.find(text):
        pieces.append(text[at : mark.start])
        at = mark.end
    return " ".join([*pieces, text[at:]])


def _known(evidence: Evidence) -> str:
    article = evidence.article
    return f"{article.title} {article.publisher} {article.text}"


def _lost_negation(text: str, places: list[tuple[Evidence, Place]]) -> bool:
    """Whether a quotation starts right behind a "not" that the whole claim no longer has."""
    if NEGATION.search(text):
        return False
    for evidence, place in places:
        before = evidence.article.text[max(0, place.start - 40) : place.start]
        clause = re.split(r"[.;:!?,\"“”]", before)[-1]
        if NEGATION.search(" ".join(clause.split()[-4:])):
            return True
    return False


def _short(text: str) -> str:
    return text if len(text) <= 120 else f"{text[:119]}…"
