"""Draft + Evidence -> Claims and Citations that hold, and warnings.

Everything that leaves the program as an answer has come through ``Gate.admit``: markers that
point at evidence that was shown, quotation marks only around words that the article quotes,
the article's own speaker, and figures, names, dates and negations that the cited sentences carry.
What does not hold loses its marks or its place, and a warning says so.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from index import quotations
from index.types import Speaker
from rag import marks, quoting, support
from rag.attribution import (
    Attributed,
    Claimed,
    attributed,
    claimed,
    fits,
    is_named,
    is_outlet,
    named_in,
)
from rag.citing import ADDRESSES_MACHINE, Cited, before, carrying, cite, merged, words
from rag.locate import bare
from rag.naming import SUBJECTS, Edit, edited, naming, with_source
from rag.quoting import Found
from rag.types import Checks, ClaimKind, DraftSentence, Evidence, Notice, Support

MISQUOTED = 0.9  # overlap that words must reach which came in marks and were found nowhere
_MARKUP = re.compile(r"!\[|\]\(|</?[a-zA-Z!]|&#?\w+;|(?:javascript|data):\S", re.IGNORECASE)
_POINTS_BACK = re.compile(
    r"\b(?:he|she|it|they|him|his|her|hers|its|their|them|this|these|those|both)\b", re.IGNORECASE
)
_ADDRESS = re.compile(r"\b(?:https?|ftp):\S+|\bwww\.\S+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Held:
    """A sentence that holds, without markers, and what carries it."""

    text: str
    kind: ClaimKind
    speaker: str
    support: Support
    checks: Checks
    cited: tuple[Cited, ...]


@dataclass(frozen=True, slots=True)
class _Quoted:
    """A sentence with the quotations found for it; ``lost`` when others lost their marks."""

    text: str
    found: tuple[Found, ...]
    lost: bool


class _Refused(Exception):
    """A sentence that is not shown, with the warning that stands in its place."""

    def __init__(self, code: str, what: str, text: str) -> None:
        super().__init__(code)
        self.code, self.detail = code, f"{what}: {_short(text)}"


@dataclass(slots=True)
class Gate:
    """Admits the sentences of one draft in turn; ``warnings`` collects what it changed.

    ``context`` is the question; names in it are nobody's until the article has them too.
    """

    evidence: Sequence[Evidence]
    speakers: Mapping[str, Speaker]
    context: str = ""
    warnings: list[Notice] = field(default_factory=list)

    def admit(self, draft: DraftSentence) -> Held | None:
        """The sentence as it may be shown, or None when nothing of it holds."""
        try:
            return self._held(draft)
        except _Refused as refusal:
            self._warn(refusal.code, refusal.detail)
            return None

    def _held(self, draft: DraftSentence) -> Held | None:
        text = marks.without_markers(marks.evened(draft.text))
        shown = self._shown(draft)
        if not any(character.isalnum() for character in text):
            return None
        if not shown:
            raise _Refused("uncited_removed", "A sentence without evidence was left out", text)
        if _MARKUP.search(text) or not self._addresses_stand(text, shown):
            raise _Refused("markup_removed", "A sentence with a link or code was left out", text)
        if ADDRESSES_MACHINE.search(text):
            raise _Refused("instruction_removed", "An instruction was left out", text)
        quoted = self._quoted(text, shown)
        if quoted.found:
            return self._quotation(quoted, shown)
        return self._paraphrase(quoted, shown)

    def _shown(self, draft: DraftSentence) -> list[Evidence]:
        known = {one.rank: one for one in self.evidence}
        for rank in draft.cites:
            if rank not in known:
                self._warn(
                    "unknown_citation",
                    f"A citation of evidence {rank}, which does not exist, was dropped.",
                )
        return [known[rank] for rank in dict.fromkeys(draft.cites) if rank in known]

    def _addresses_stand(self, text: str, shown: list[Evidence]) -> bool:
        """Whether every web address of the sentence is one that a cited article prints."""
        return all(
            any(address.rstrip(".,;:!?)\"'”’") in one.article.text for one in shown)
            for address in _ADDRESS.findall(text)
        )

    def _quoted(self, text: str, shown: list[Evidence]) -> _Quoted:
        """The sentence with only true quotations left in marks; refused under a wrong name."""
        order = [*shown, *(other for other in self.evidence if other not in shown)]
        edits: list[Edit] = []
        kept: list[Found] = []
        lost = False
        for mark in quotations.find(text):
            quotation = text[mark.start : mark.end]
            found = quoting.find(text, mark, order, self.speakers)
            if found is None or found.standing == "unquoted":
                self._unmark(quotation, found)
                words_ = marks.unmarked(bare(quotation)) + marks.tail(quotation)
                edits.append(Edit(mark.start, mark.end, words_))
                lost = lost or found is None
            elif found.standing == "misattributed":
                name = found.who.speaker.name if found.who.speaker else "somebody else"
                detail = f"A quotation under the wrong name was left out ({name} said it)"
                raise _Refused("misattributed_quote", detail, text)
            else:
                kept.append(found)
                edits.append(Edit(mark.start, mark.end, _verbatim(quotation, found)))
                edits += naming(found.by, found.who)
        return _Quoted(edited(text, edits), tuple(kept), lost)

    def _unmark(self, quotation: str, found: Found | None) -> None:
        if found is None:
            code, why = "quote_removed", "Words in quotation marks that no cited article has"
        else:
            code, why = "quote_unmarked", "Words in quotation marks that the article does not quote"
        self._warn(code, f"{why}: {_short(quotation)}")

    def _quotation(self, quoted: _Quoted, shown: list[Evidence]) -> Held:
        cited = [
            cite(one.evidence, one.place.start, one.place.end, one.place.match, self.speakers)
            for one in quoted.found
        ]
        text = quoted.text
        outside = marks.outside(text)
        plain = " ".join(marks.outside(words(one)) for one in cited)
        verdict = support.judge(outside, self._source(cited, plain))
        extra: list[Cited] = []
        if any(self._reads_as(text, one) for one in cited):
            verdict = replace(verdict, checks=Checks())
        else:
            if verdict.overlap < support.SUPPORTED:
                extra = carrying(outside, shown, self.speakers)
                plain = " ".join([plain, *(words(one) for one in extra)])
                verdict = support.judge(outside, self._source([*cited, *extra], plain))
            if quoting.lost_negation(text, quoted.found):
                verdict = replace(verdict, checks=replace(verdict.checks, negation=False))
        if not verdict.sound or verdict.overlap < (MISQUOTED if quoted.lost else support.WEAK):
            raise _differs(text, verdict)
        text = with_source(
            text, [one.who for one in quoted.found], plain, list(self.speakers.values())
        )
        speaker = next((one.who.speaker.name for one in quoted.found if one.who.speaker), "")
        held = merged([*cited, *extra])
        return Held(text, "quote", speaker, "verbatim", verdict.checks, held)

    def _paraphrase(self, quoted: _Quoted, shown: list[Evidence]) -> Held:
        cited = carrying(quoted.text, shown, self.speakers)
        if not cited:
            what = "A sentence its sources do not carry was left out"
            raise _Refused("unsupported_removed", what, quoted.text)
        verdict = support.judge(quoted.text, self._source(cited))
        verbatim = any(self._reads_as(quoted.text, one) for one in cited)
        if verbatim:
            verdict = replace(verdict, checks=Checks())
        text = quoted.text
        if not verbatim or self._leaves_open(text, cited):
            text = self._named(text, cited)
        if not verdict.sound or verdict.overlap < (MISQUOTED if quoted.lost else support.WEAK):
            raise _differs(text, verdict)
        supported: Support = "supported" if verdict.overlap >= support.SUPPORTED else "weak"
        articles = {one.evidence.article.id for one in cited}
        kind: ClaimKind = "paraphrase" if len(articles) == 1 else "synthesis"
        speaker = self._speaker(text, cited)
        grade: Support = "verbatim" if verbatim else supported
        return Held(text, kind, speaker, grade, verdict.checks, merged(cited))

    def _named(self, text: str, cited: list[Cited]) -> str:
        """The sentence with whoever says it named; refused where it names somebody else."""
        voices = [(one, self._voice(one)) for one in cited]
        edits: list[Edit] = []
        said = claimed(text)
        for by in said:
            spoken = [who for one, who in voices if not is_outlet(by.surface, one.evidence.article)]
            if not spoken:
                continue
            if by.is_pronoun:
                edits += next((e for who in spoken if (e := naming(by, who))), [])
            elif not self._may_say(by, voices):
                detail = "A statement under a name that the article does not give it was left out"
                raise _Refused("misattributed_statement", detail, text)
        if said:
            return edited(text, edits)
        carrying_ = [who for one, who in voices if self._is_speech(text, one, who)]
        around = " ".join(words(one) for one in cited)
        return with_source(text, carrying_, around, list(self.speakers.values()))

    def _leaves_open(self, text: str, cited: list[Cited]) -> bool:
        """Whether a pronoun stands for somebody whom the sentence does not name."""
        known = [who for one in cited if (who := self._voice(one)).speaker]
        pronoun = any(word in SUBJECTS for word in re.findall(r"[a-z]+", text.lower()))
        return pronoun and bool(known) and not any(is_named(text, who) for who in known)

    def _may_say(self, by: Claimed, voices: list[tuple[Cited, Attributed]]) -> bool:
        """Whether one of the cited sentences reports something that ``by`` says."""
        others = list(self.speakers.values())
        for one, who in voices:
            inside = [
                attributed(s.content[0].start, s.content[-1].end, [s], self.speakers)
                for s in one.evidence.statements
                if s.content[0].start < one.end and one.start < s.content[-1].end
            ]
            if any(fits(by.surface, own, words(one), others) for own in (who, *inside)):
                return True
        return False

    def _voice(self, one: Cited) -> Attributed:
        person = self.speakers.get(one.statement.speaker_id) if one.statement else None
        return Attributed(one.statement, person)

    def _is_speech(self, text: str, one: Cited, who: Attributed) -> bool:
        """Whether what the claim takes from a cited sentence is what somebody says there."""
        if who.statement is None or who.speaker is None:
            return False
        source = one.evidence.article.text
        said = " ".join(source[part.start : part.end] for part in who.statement.content)
        return support.overlap(text, said) >= support.overlap(text, words(one)) - 0.1

    def _source(self, cited: Sequence[Cited], plain: str | None = None) -> support.Source:
        """What a claim that cites these sentences may draw on."""
        return support.Source(
            " ".join(words(one) for one in cited),
            " ".join(f"{self._names(one)} {one.evidence.article.publisher}" for one in cited),
            " ".join(before(one) for one in cited if _POINTS_BACK.search(words(one))),
            " ".join(f"{one.evidence.article.title} {one.evidence.article.text}" for one in cited),
            self._dates(cited),
            plain,
        )

    def _names(self, one: Cited) -> str:
        """Names and roles that the speaker of a cited statement goes by."""
        person = self._voice(one).speaker
        return " ".join([person.name, *person.aliases, *person.roles]) if person else ""

    def _reads_as(self, text: str, one: Cited) -> bool:
        surface = one.statement.speaker_surface if one.statement else ""
        return support.reads_as(text, words(one), self._names(one), surface)

    def _dates(self, cited: Sequence[Cited]) -> str:
        """Dates that follow from the cited statements and their articles."""
        days = [one.statement.said_on for one in cited if one.statement and one.statement.said_on]
        days += [p.date() for one in cited if (p := one.evidence.article.published)]
        return " ".join(f"{day.day} {day:%B %Y %A}" for day in days)

    def _speaker(self, text: str, cited: list[Cited]) -> str:
        """Who says a paraphrase: the cited statement's speaker where the text names them."""
        for one in cited:
            person = self._voice(one).speaker
            if person and named_in(text, [person]):
                return person.name
        return ""

    def _warn(self, code: str, detail: str) -> None:
        self.warnings.append(Notice(code, detail))


def _differs(text: str, verdict: support.Verdict) -> _Refused:
    kinds = ("numbers", "names", "dates", "negation")
    failed = [kind for kind in kinds if not getattr(verdict.checks, kind)]
    differ = f"its {' and '.join(failed)} differ from the source"
    why = differ if failed else "its source says something else"
    return _Refused("unsupported_removed", f"A sentence was left out, {why}", text)


def _verbatim(quotation: str, found: Found) -> str:
    """The quotation in straight marks with the article's own characters in it."""
    text = found.evidence.article.text
    return marks.around(
        " … ".join(text[start:end] for start, end in found.place.parts), marks.tail(quotation)
    )


def _short(text: str) -> str:
    """A few words of what was left out, with nothing in them that a page could make a link of."""
    plain = re.sub(r"[<>\[\]()]|https?:\S*", " ", text)
    plain = " ".join(plain.split())
    return plain if len(plain) <= 120 else f"{plain[:119]}…"
