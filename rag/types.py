"""The records of a conversation: what was asked, found, drafted and held. No logic lives here.

``Answer`` and what hangs from it mirror the JSON that the page, HTTP, the command line and the
evaluation show, field by field (docs/answer.md); ``rag.wire`` writes it out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal

from index.types import Article, Passage, Speech, Statement

Status = Literal["answered", "partial", "abstained"]
AbstentionReason = Literal[
    "no_evidence",
    "speaker_not_in_corpus",
    "speaker_found_topic_not",
    "outside_coverage_dates",
    "unverified_only",
    "empty_corpus",
    "model_failed",
]
ClaimKind = Literal["quote", "paraphrase", "synthesis"]
Support = Literal["verbatim", "supported", "weak"]
Match = Literal["exact", "normalized", "elided"]
Form = Literal["single", "comparison", "change", "round-up"]
Expects = Literal["any", "person", "voice", "denial", "number", "date", "place", "reason"]
EventName = Literal["meta", "evidence", "delta", "citation", "warning", "done"]


@dataclass(frozen=True, slots=True)
class Turn:
    """One earlier question of a conversation and what was answered to it."""

    question: str
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Filters:
    """What the person asking fixed by hand; empty or None means "as the question says".

    ``any_speaker`` and ``any_time`` say that the question's own speaker or period was misread:
    it asks for nobody's words in particular, or for no time but ``since`` to ``until``.
    """

    speaker: str = ""
    since: date | None = None
    until: date | None = None
    topic: str = ""
    any_speaker: bool = False
    any_time: bool = False


@dataclass(frozen=True, slots=True)
class Interpretation:
    """What the question was understood to ask for; days are inclusive.

    ``period_basis`` says which sentence of which article dates an event that names the period.
    """

    speaker: str | None = None
    topic: str = ""
    since: date | None = None
    until: date | None = None
    period_basis: str = ""


@dataclass(frozen=True, slots=True)
class Query:
    """A question ready to be searched: self-contained, with its speaker, topic and period.

    ``speaker_ids`` are the corpus speakers that the name fits; ``speaker_known`` is False when
    a name was asked for that the corpus does not hold. ``mode`` is "statements" when only what
    somebody said can answer. ``expects`` is the kind of thing the question word asks for ("voice"
    is who said something, "denial" who denied it), ``form`` that of the whole answer: sides
    compared, a course in time, a round-up of several voices.
    ``strict_dates`` is True when the period was fixed by hand; ``outside`` when the time named
    lies wholly outside what the corpus covers, ``period_words`` being how articles would name it.
    ``told`` is what was asked and answered before, where the question goes on with it.
    ``doubtful`` is a short question that names nobody and points at nothing, or names who spoke
    and not about what: it may go on with the one before or may stand alone.
    ``besides`` are the speakers before, where it is asked who else spoke ("did anyone disagree?").
    ``notices`` say how an event that names a time was dated.
    """

    question: str
    standalone: str
    interpretation: Interpretation
    speaker_ids: tuple[str, ...] = ()
    speaker_known: bool = True
    mode: Literal["statements", "passages"] = "passages"
    strict_dates: bool = False
    outside: bool = False
    period_words: tuple[str, ...] = ()
    told: str = ""
    doubtful: bool = False
    besides: tuple[str, ...] = ()
    expects: Expects = "any"
    form: Form = "single"
    notices: tuple[Notice, ...] = ()


@dataclass(frozen=True, slots=True)
class Evidence:
    """A retrieved passage with the article revision it is cut from.

    ``score`` is the fused retrieval score, ``rank`` counts from 1. ``similarity`` is the cosine
    between question and passage, ``statements`` those that overlap the passage.
    """

    passage: Passage
    article: Article
    rank: int
    score: float
    similarity: float
    statements: tuple[Statement, ...] = ()
    also_in: tuple[Article, ...] = ()


@dataclass(frozen=True, slots=True)
class DraftSentence:
    """A sentence somebody (a model, the extractive answerer) wants to say, not yet checked.

    ``cites`` are ranks of the evidence it points at, ``speaker`` the name it attributes to.
    """

    text: str
    cites: tuple[int, ...]
    speaker: str = ""


@dataclass(frozen=True, slots=True)
class ArticleRef:
    """What a citation shows of its article; ``notice`` is its own correction or editor's note."""

    id: str
    revision: str
    title: str
    publisher: str
    published: datetime | None
    url: str
    updated: datetime | None = None
    notice: str = ""


@dataclass(frozen=True, slots=True)
class Citation:
    """Exact characters of one article revision: ``text[start:end] == exact``, code points.

    ``prefix`` and ``suffix`` are up to 32 code points around it; ``current`` is False once the
    article has a newer revision or is gone; ``also_in`` lists outlets with the same words.
    ``speaker_basis`` says by which other article a bare role is the speaker's, else empty.
    """

    number: int
    article: ArticleRef
    start: int
    end: int
    exact: str
    prefix: str
    suffix: str
    match: Match
    speaker: str = ""
    speech: Speech | None = None
    said_on: date | None = None
    current: bool = True
    also_in: tuple[ArticleRef, ...] = ()
    speaker_basis: str = ""


@dataclass(frozen=True, slots=True)
class Checks:
    """Whether the figures, names, dates and negations of a claim stand in what it cites."""

    numbers: bool = True
    names: bool = True
    dates: bool = True
    negation: bool = True


@dataclass(frozen=True, slots=True)
class Claim:
    """A stretch ``answer.text[start:end]`` (code points, markers included) and what carries it.

    ``independent_sources`` counts the cited articles that are neither copies of one report nor
    of one publisher.
    """

    start: int
    end: int
    kind: ClaimKind
    speaker: str
    support: Support
    checks: Checks
    citations: tuple[int, ...]
    independent_sources: int = 1


@dataclass(frozen=True, slots=True)
class Notice:
    """A warning to show beside the answer: a stable code and a sentence."""

    code: str
    detail: str


@dataclass(frozen=True, slots=True)
class Closest:
    """The nearest thing the corpus holds to a question it does not answer."""

    article: ArticleRef
    start: int
    end: int
    exact: str


@dataclass(frozen=True, slots=True)
class Abstention:
    """Why there is no answer, in one code and one sentence, with the closest evidence."""

    reason: AbstentionReason
    message: str
    closest: tuple[Closest, ...] = ()


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two cited spans that disagree on the same thing; numbers are citation numbers."""

    detail: str
    citations: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Coverage:
    """What the searched corpus spans; ``since`` and ``until`` are publication days."""

    articles: int
    since: date | None
    until: date | None
    indexed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Retrieved:
    """A retrieved passage, whether or not the answer used it."""

    passage_id: str
    rank: int
    score: float
    used: bool


@dataclass(frozen=True, slots=True)
class Usage:
    """What a model consumed; all zero for the extractive answerer. ``cost`` is in US dollars."""

    calls: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    cost: float = 0.0


@dataclass(frozen=True, slots=True)
class Timings:
    """Milliseconds spent in each stage."""

    retrieve: float = 0.0
    draft: float = 0.0
    verify: float = 0.0


@dataclass(frozen=True, slots=True)
class Answer:
    """The one thing every surface shows (docs/answer.md)."""

    id: str
    question: str
    standalone_question: str
    interpretation: Interpretation
    status: Status
    abstention: Abstention | None
    text: str
    claims: tuple[Claim, ...]
    citations: tuple[Citation, ...]
    conflicts: tuple[Conflict, ...]
    coverage: Coverage
    evidence: tuple[Retrieved, ...]
    warnings: tuple[Notice, ...]
    model: str
    settings: str
    usage: Usage = field(default_factory=Usage)
    timings_ms: Timings = field(default_factory=Timings)


@dataclass(frozen=True, slots=True)
class Event:
    """One step of a streamed answer; ``data`` is JSON-ready, the last is ``done``."""

    name: EventName
    data: Mapping[str, Any]
