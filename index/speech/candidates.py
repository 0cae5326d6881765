"""Text and its quotations -> sentences as a parser should read them, with the way back.

A parser trained on news knows ``"This is so," he said`` well and a 200-word speech badly, so a
quotation that is a sentence of its own is put to the parser as three words. That also saves most
of the parsing. Every masked sentence maps its characters back to the article's code points.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass

from index.speech import cues
from index.speech.quotations import Quotation, paragraphs

MASK = "This is so"
LONGEST = 1200  # code points of one masked sentence; beyond it a parse is slow and means nothing

_ABBREVIATIONS = frozenset(
    "mr mrs ms dr prof rev hon sen rep gov gen lt col sgt capt cmdr maj adm sec pres st jr sr vs "
    "etc inc ltd co corp no jan feb mar apr jun jul aug sept sep oct nov dec u.s u.k u.n e.u a.m "
    "p.m e.g i.e d.c ph.d dept assn bros mt ft atty supt fla calif mass tenn ariz colo conn ill "
    "ind kan ky la md mich minn miss mo mont neb nev okla ore pa tex va vt wash wis wyo ala ark "
    "ga n.y n.j n.c s.c n.h n.m n.d s.d w.va del".split()
)
# Abbreviations that may also end a sentence; a following function word decides that they do.
_OPENING_WORD = re.compile(
    r"(?:The|A|An|He|She|It|They|We|I|You|But|And|In|On|At|This|That|These|Those|His|Her|Their|As|"
    r"If|When|While|After|Before|For|With|There|Its|Our|My|So|Yet|Still|Some|Many|Most)\b"
)
_STOP = re.compile(r"(?<![.!?…])[.!?…]+[\"”'’»)\]]{0,4}(?=\s)")
# Who spoke, in up to a dozen words after "…?", and a verb that says they did.
_SPEAKER_FOLLOWS = re.compile(
    r"\s+(?=[A-Z]|(?:the|a|an|one|his|her|their)\b)"
    r"(?:(?:[A-Z]\w{0,3}\.|(?:[A-Z]\.){2,}|[\w(][\w'’()-]*,?|\([A-Z]-[A-Z][\w. ]+\),?|"
    r"[\"“]\w+[\"”])\s+){1,12}?"
    r"(?:said|says|asked|asks|told|wrote|added|tweeted|replied|demanded|shouted|yelled|"
    r"exclaimed|wondered|joked|quipped|responded|cried|screamed|continued|began)\b"
)
_SIGNATURE = re.compile(r"\s*(?:[—–―]|--?)\s*[A-Z][^\n\"“”]{1,50}(?:\n|$)")
_ANSWERED = re.compile(r"\s(?:he|she|they|it|said|says)\b")
_SAID = re.compile(r"\b(?:said|says|asked|replied|answered|added)[,:]\s$")
_GOES_ON = re.compile(r"[,—–-]\s*(?:(?:and|but|so|yet|or|that|because|adding)\s+)?$")
_SMALL = frozenset("a an the of and or in on at to for with from by".split())
_UNREADABLE = re.compile("[\n\u00a0\u2000-\u200a\u202f\ud800-\udfff]")  # half characters break it
_BARS = str.maketrans("―‒", "——")  # dashes that the parser's tokenizer does not know
_WORD = re.compile(r"[^\W\d_]")


@dataclass(frozen=True, slots=True)
class Piece:
    """``masked`` characters from ``at`` on stand for article text ``start:end``."""

    at: int
    start: int
    end: int
    quotation: int = -1


@dataclass(frozen=True, slots=True)
class Candidate:
    """One sentence for the parser. ``quotations`` are indices of those masked in ``text``."""

    paragraph: int
    start: int
    end: int
    text: str
    pieces: tuple[Piece, ...]
    quotations: tuple[int, ...]
    has_words: bool

    def place(self, start: int, end: int) -> tuple[int, int, int]:
        """Article range of masked ``text[start:end]`` and the quotation it stands for, or -1."""
        first, last = self._piece(start), self._piece(end - 1)
        left = first.start if first.quotation >= 0 else first.start + start - first.at
        right = last.end if last.quotation >= 0 else last.start + end - last.at
        return left, right, first.quotation

    def _piece(self, at: int) -> Piece:
        return self.pieces[bisect_right(self.pieces, at, key=lambda piece: piece.at) - 1]


def split(text: str, quotations: tuple[Quotation, ...]) -> Iterator[Candidate]:
    """The sentences of a text in order; quotations are never cut."""
    at = 0
    for number, (start, end) in enumerate(paragraphs(text)):
        while at < len(quotations) and quotations[at].end <= start:
            at += 1
        inside = []
        while at < len(quotations) and quotations[at].start < end:
            inside.append(at)
            at += 1
        for left, right, held in _sentences(text, start, end, quotations, inside):
            yield from _masked(text, number, left, right, quotations, held)


def _sentences(
    text: str, start: int, end: int, quotations: tuple[Quotation, ...], inside: list[int]
) -> Iterator[tuple[int, int, list[int]]]:
    """Ranges of sentences in one paragraph with the indices of the quotations they hold."""
    cuts = [m.end() for m in _STOP.finditer(text, start, end) if _ends(text, m)]
    starts = [quotations[i].start for i in inside]
    kept = []
    for cut in cuts:
        at = bisect_right(starts, cut - 1) - 1
        if at >= 0 and cut < quotations[inside[at]].end:
            continue
        if at >= 0 and cut == quotations[inside[at]].end and _goes_on(text, cut):
            continue
        kept.append(cut)
    left, at = start, 0
    for cut in [*kept, end]:
        begin = left + len(text[left:cut]) - len(text[left:cut].lstrip())
        stop = left + len(text[left:cut].rstrip())
        held = []
        while at < len(inside) and quotations[inside[at]].start < cut:
            held.append(inside[at])
            at += 1
        if begin < stop:
            yield begin, stop, held
        left = cut


def _ends(text: str, stop: re.Match[str]) -> bool:
    """Whether a stop ends a sentence: not after an abbreviation, not before a small letter."""
    following = text[stop.end() : stop.end() + 24].lstrip().lstrip("\"“'‘«([—–-… ")
    if following[:1].islower():
        return False
    if not stop.group().startswith(".") or len(stop.group()) > 1:
        return True
    before = text[max(0, stop.start() - 12) : stop.start()]
    word = re.split(r"[\s(\"“—]", before)[-1]
    if len(word) == 1 and word.isupper() and word != "I":
        return False
    if word.lower() in _ABBREVIATIONS or re.fullmatch(r"(?:[A-Za-z]\.)+[A-Za-z]", word):
        return bool(_OPENING_WORD.match(following)) and word.lower() not in {
            "mr",
            "mrs",
            "ms",
            "dr",
        }
    return True


def _goes_on(text: str, cut: int) -> bool:
    """Whether the sentence of a quotation's speaker is still to come after its last stop.

    `"Is it?" Kuleba asked.`: a question or shout does not end the reporter's sentence; nor does
    a full stop before a signature, `"It is." — Ann Lee`.
    """
    if _SIGNATURE.match(text, cut, cut + 70):
        return True
    mark = text[max(0, cut - 3) : cut].strip("\"”'’» ")[-1:]
    return mark in "?!…" and bool(_SPEAKER_FOLLOWS.match(text, cut, cut + 120))


class _Mask:
    """A sentence being rewritten for the parser, with the way back to the article."""

    def __init__(self, text: str, start: int) -> None:
        self.text = text
        self.at = start
        self.length = 0
        self.parts: list[str] = []
        self.pieces: list[Piece] = []
        self.masked: list[int] = []

    def keep(self, end: int) -> None:
        """Take over the article's own words up to a place, no more than a parse can bear."""
        words = self.text[self.at : min(end, self.at + LONGEST)]
        self._put(_UNREADABLE.sub(" ", words).translate(_BARS), end)

    def replace(self, words: str, start: int, end: int, quotation: int) -> None:
        """Let ``words`` stand for a stretch of a quotation."""
        self.keep(start)
        self._put(words, end, quotation)

    def _put(self, words: str, end: int, quotation: int = -1) -> None:
        if words:
            stop = end if quotation >= 0 else self.at + len(words)
            self.pieces.append(Piece(self.length, self.at, stop, quotation))
            self.parts.append(words)
            self.length += len(words)
        self.at = end

    def own_words(self) -> str:
        """What is the reporter's and not a quotation's."""
        both = zip(self.parts, self.pieces, strict=True)
        return "".join(part for part, piece in both if piece.quotation < 0)


def _masked(
    text: str,
    paragraph: int,
    start: int,
    end: int,
    quotations: tuple[Quotation, ...],
    held: list[int],
) -> Iterator[Candidate]:
    mask = _Mask(text, start)
    for index in held:
        quotation = quotations[index]
        if quotation.start < mask.at or mask.length > LONGEST:
            continue
        if is_sentence(text, quotation) or (mask.masked and _resumes(text, quotation)):
            mask.replace(_stand_in(text, quotation), quotation.start, quotation.end, index)
            mask.masked.append(index)
        elif first := _first_stop(text, quotation):
            mask.replace('"', first, quotation.end, index)
    mask.keep(end)
    yield Candidate(
        paragraph,
        start,
        end,
        "".join(mask.parts),
        tuple(mask.pieces),
        tuple(mask.masked),
        bool(_WORD.search(mask.own_words())),
    )


def is_sentence(text: str, quotation: Quotation) -> bool:
    """Whether quoted words are an utterance of their own rather than a phrase or a title."""
    inner = text[quotation.start : quotation.end].strip("\"“”„«»‟`'‘’ ")
    if not quotation.closed or quotation.continues:
        return len(inner) > 1
    first = next((c for c in inner[:12] if c.isalnum()), "")
    after = text[quotation.end : quotation.end + 1]
    ended = inner[-1:] in ".,?!…—-–" or after in (".", ",")
    if not ended or not (first.isupper() or first.isdigit()):
        return False
    words = inner[:400].split()
    if inner[-1:] in "?!" and len(words) < 3:
        return True
    if len(words) == 1 and (
        _ANSWERED.match(text, quotation.end, quotation.end + 12) or _said(text, quotation)
    ):
        return True
    weighty = [w for w in words if w[0].isalpha() and w.lower() not in _SMALL]
    title = len(words) <= 12 and len(weighty) > 1 and all(w[0].isupper() for w in weighty)
    short = len(words) == 2 and words[0] in ("The", "A", "An") and inner[-1:] == "."
    title = (title or (short and words[1][0].isupper())) and not _STOP.search(inner)
    return len(words) > 1 and not title


def _resumes(text: str, quotation: Quotation) -> bool:
    """Whether a quotation goes on after the reporter's words: `"A," he said, but "b."`"""
    return bool(_GOES_ON.search(text, max(0, quotation.start - 12), quotation.start))


def _said(text: str, quotation: Quotation) -> bool:
    """Whether a verb of speaking and a comma or colon lead up to a quotation: `said, "No."`"""
    return bool(_SAID.search(text, max(0, quotation.start - 12), quotation.start))


def _stand_in(text: str, quotation: Quotation) -> str:
    inner = text[quotation.start : quotation.end].rstrip("\"”»'’ ")
    last = inner[-1:]
    if text[quotation.end : quotation.end + 1] in (",", "."):
        last = ""
    return f'"{MASK}{last if last in ",.?!" else ""}"'


def _first_stop(text: str, quotation: Quotation) -> int:
    """Where the first sentence inside a quoted fragment ends, 0 where it holds only one."""
    for stop in _STOP.finditer(text, quotation.start, quotation.end - 2):
        if _ends(text, stop):
            return stop.end()
    return 0


def is_worth_parsing(candidate: Candidate) -> bool:
    """Whether a sentence has the reporter's own words and a sign that somebody is reported.

    Text that is mostly marks is no prose: parsing it takes long and finds nothing.
    """
    if not candidate.has_words:
        return False
    letters = sum(map(str.isalpha, candidate.text))
    if 2 * letters < len(candidate.text):
        return False
    if candidate.quotations or any(c in candidate.text for c in "\"“”'’:"):
        return True
    return any(cues.is_reporting(word) for word in candidate.text.split())
