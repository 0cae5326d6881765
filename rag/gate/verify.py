"""Draft + Evidence -> Claims and Citations that hold, and warnings.

Everything that leaves the program as an answer has come through ``Gate.admit``: markers that
point at evidence that was shown, quotation marks only around words that the article quotes,
the article's own speaker, and figures, names, dates and negations that the cited sentences carry.
What does not hold loses its marks or its place, and a warning says so.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from index.roster import mentioned
from index.search.lexical import terms
from index.speech import quotations
from index.types import Speaker
from rag.gate import marks, quoting, support
from rag.gate.attribution import claimed, is_outlet, named_in
from rag.gate.backing import Backing
from rag.gate.citing import ADDRESSES_MACHINE, Cited, carrying, cite, merged, words
from rag.gate.locate import NEGATION, bare
from rag.gate.naming import Edit, edited, naming, with_source
from rag.gate.quoting import Found
from rag.types import Checks, ClaimKind, DraftSentence, Evidence, Notice, Support

MISQUOTED = 0.9  # overlap that words must reach which came in marks and were found nowhere
_LEAST = 2  # words besides names without which a sentence says nothing
_STOPS = re.compile(r"\.|,[\"”“»'’]")  # what ends a quoted sentence
_MARKUP = re.compile(r"!\[|\]\(|</?[a-zA-Z!]|&#?\w+;|(?:javascript|data):\S", re.IGNORECASE)
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
    _shown_before: set[str] = field(default_factory=set)

    @property
    def backing(self) -> Backing:
        """The cited sentences' reader."""
        return Backing(self.speakers)

    def admit(self, draft: DraftSentence) -> Held | None:
        """The sentence as it may be shown, or None when nothing of it holds or it was shown."""
        try:
            held = self._held(draft)
        except _Refused as refusal:
            self._warn(refusal.code, refusal.detail)
            return None
        if held is None or held.text in self._shown_before:
            return None
        self._shown_before.add(held.text)
        return held

    def _held(self, draft: DraftSentence) -> Held | None:
        shown = self._shown(draft)
        text = marks.without_markers(marks.evened(draft.text))
        text = marks.without_brackets(text, [one.article.text for one in shown])
        if not any(character.isalnum() for character in text):
            return None
        if not shown:
            raise _Refused("uncited_removed", "A sentence without evidence was left out", text)
        if _MARKUP.search(text) or not self._addresses_stand(text, shown):
            raise _Refused("markup_removed", "A sentence with a link or code was left out", text)
        if ADDRESSES_MACHINE.search(text):
            raise _Refused("instruction_removed", "An instruction was left out", text)
        text = marks.without_angles(text, [one.article.text for one in shown])
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
                edits.append(Edit(mark.start, mark.end, _verbatim(found, marks.tail(quotation))))
                edits += naming(found.by, found.who)
        return _Quoted(edited(text, edits), tuple(kept), lost)

    def _unmark(self, quotation: str, found: Found | None) -> None:
        if found is None:
            code, why = "quote_removed", "Words in quotation marks that no cited article has"
        else:
            code, why = "quote_unmarked", "Words in quotation marks that the article does not quote"
        self._warn(code, f"{why}: {_short(quotation)}")

    def _quotation(self, quoted: _Quoted, shown: list[Evidence]) -> Held:
        """The sentence with its quotations, or these alone where what is around them fails."""
        cited = [
            cite(one.evidence, one.place.start, one.place.end, one.place.match, self.speakers)
            for one in quoted.found
        ]
        text, checks = quoted.text, Checks()
        plain = " ".join(marks.outside(words(one)) for one in cited)
        if not any(self.backing.reads_as(text, one) for one in cited):
            try:
                checks, extra = self._around(quoted, cited, shown, plain)
            except _Refused as refusal:
                return self._alone(quoted, cited, refusal)
            cited = [*cited, *extra]
            self._check_givers(text, cited, {one.by.surface for one in quoted.found if one.by})
        voices = [one.who for one in quoted.found]
        text = with_source(text, voices, plain, mentioned(text, self.speakers))
        speaker = next((one.who.speaker.name for one in quoted.found if one.who.speaker), "")
        return Held(text, "quote", speaker, "verbatim", checks, merged(cited))

    def _around(
        self, quoted: _Quoted, cited: list[Cited], shown: list[Evidence], plain: str
    ) -> tuple[Checks, list[Cited]]:
        """The checks of what stands around quotations, and what carries it beside ``cited``.

        Names count for nothing here: beside "Jane Holt" one word that is nobody's ("lied") would
        be one of three.
        """
        outside = marks.outside(quoted.text)
        source = self.backing.source(cited, plain)
        checks = support.judge(outside, source).checks
        carried = support.overlap(outside, source.cited, source.names)
        extra: list[Cited] = []
        if carried < support.SUPPORTED:
            extra = carrying(outside, shown, self.speakers)
            plain = " ".join([plain, *(words(one) for one in extra)])
            source = self.backing.source([*cited, *extra], plain)
            # Who was told, and who else was there, stands beside the quotation or nowhere.
            checks = replace(support.judge(outside, source).checks, names=checks.names)
            carried = support.overlap(outside, source.cited, source.names)
        if quoting.lost_negation(quoted.text, quoted.found):
            checks = replace(checks, negation=False)
        verdict = support.Verdict(checks, carried)
        if not verdict.sound or carried < (MISQUOTED if quoted.lost else support.SUPPORTED):
            raise _differs(quoted.text, verdict)
        return checks, extra

    def _alone(self, quoted: _Quoted, cited: list[Cited], refusal: _Refused) -> Held:
        """A quotation under its speaker's name, without the words around it that do not hold.

        Raises ``refusal`` where it could mean something else by itself.
        """
        one = quoted.found[0]
        name = one.who.speaker.name if one.who.speaker else ""
        stops = _STOPS.match(one.evidence.article.text, one.place.end)
        quotation = _verbatim(one, "." if stops else "")
        ends = quotation[-2] in ".!?"  # no full stop inside where the article goes on
        text = f"{name}: {quotation}{'' if ends else '.'}"
        outside = marks.outside(quoted.text)
        others = {person.name for person in named_in(outside, mentioned(outside, self.speakers))}
        turned = NEGATION.search(outside) or quoting.lost_negation(text, [one])
        sure = name and not others - {name} and not turned and quoting.stands_alone(one)
        if not sure or len(quoted.found) > 1 or quoting.lost_negation(quoted.text, [one]):
            raise refusal
        what = "Words around a quotation that its source does not carry were left out"
        self._warn("words_removed", f"{what}: {_short(outside)}")
        return Held(text, "quote", name, "verbatim", Checks(), merged(cited))

    def _paraphrase(self, quoted: _Quoted, shown: list[Evidence]) -> Held:
        cited = carrying(quoted.text, shown, self.speakers)
        names = " ".join(self.backing.names(one) for one in cited)
        verbatim = any(self.backing.reads_as(quoted.text, one) for one in cited)
        says = len(set(support.content(quoted.text)) - set(terms(names)))
        if not cited or (says < _LEAST and not verbatim):
            what = "A sentence its sources do not carry was left out"
            raise _Refused("unsupported_removed", what, quoted.text)
        verdict = support.judge(quoted.text, self.backing.source(cited))
        if verbatim:
            verdict = replace(verdict, checks=Checks())
        text = quoted.text
        if not verbatim or self.backing.leaves_open(text, cited):
            text = self._named(text, cited)
        if not verdict.sound or verdict.overlap < (MISQUOTED if quoted.lost else support.WEAK):
            raise _differs(text, verdict)
        supported: Support = "supported" if verdict.overlap >= support.SUPPORTED else "weak"
        articles = {one.evidence.article.id for one in cited}
        kind: ClaimKind = "paraphrase" if len(articles) == 1 else "synthesis"
        speaker = self.backing.speaker(text, cited)
        grade: Support = "verbatim" if verbatim else supported
        return Held(text, kind, speaker, grade, verdict.checks, merged(cited))

    def _named(self, text: str, cited: list[Cited]) -> str:
        """The sentence with whoever says it named; refused where it names somebody else."""
        said = claimed(text)
        if not said:
            speech = [self.backing.voice(one) for one in cited if self.backing.is_speech(text, one)]
            around = " ".join(words(one) for one in cited)
            return with_source(text, speech, around, mentioned(text, self.speakers))
        self._check_givers(text, cited)
        pronouns = [by for by in said if by.is_pronoun]
        voices = [who for one in cited if (who := self.backing.voice(one)).speaker]
        return edited(
            text, [edit for by in pronouns for who in voices[:1] for edit in naming(by, who)]
        )

    def _check_givers(
        self, text: str, cited: Sequence[Cited], agreed: Collection[str] = ()
    ) -> None:
        """Refuse a sentence that lets somebody speak whom none of the cited ones does.

        ``agreed`` are those whose own quotation was found under their name.
        """
        for by in claimed(text):
            if by.surface in agreed:
                continue
            outlet = any(is_outlet(by.surface, one.evidence.article) for one in cited)
            if not by.is_pronoun and not outlet and not self.backing.may_say(text, by, cited):
                detail = "A statement under a name that the article does not give it was left out"
                raise _Refused("misattributed_statement", detail, text)

    def _warn(self, code: str, detail: str) -> None:
        self.warnings.append(Notice(code, detail))


def _differs(text: str, verdict: support.Verdict) -> _Refused:
    kinds = ("numbers", "names", "dates", "negation")
    failed = [kind for kind in kinds if not getattr(verdict.checks, kind)]
    differ = f"its {' and '.join(failed)} differ from the source"
    why = differ if failed else "its source says something else"
    return _Refused("unsupported_removed", f"A sentence was left out, {why}", text)


def _verbatim(found: Found, tail: str) -> str:
    """The article's own characters in straight marks, with what closes them."""
    text = found.evidence.article.text
    return marks.around(" … ".join(text[start:end] for start, end in found.place.parts), tail)


def _short(text: str) -> str:
    """A few words of what was left out, with nothing in them that a page could make a link of."""
    plain = re.sub(r"[<>\[\]()]|https?:\S*", " ", marks.visible(text))
    plain = " ".join(plain.split())
    return plain if len(plain) <= 120 else f"{plain[:119]}…"
