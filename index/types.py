"""The records of a corpus: what was read, cut up and attributed. No logic lives here."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

BlockKind = Literal["body", "heading", "caption", "credit"]
Speech = Literal["direct", "mixed", "indirect"]
SpeakerMethod = Literal["named", "alias", "pronoun", "corpus", "unknown"]


@dataclass(frozen=True, slots=True)
class Span:
    """A half-open range of code points of one article revision: ``article.text[start:end]``."""

    article_id: str
    revision: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Article:
    """One revision of one news article; unknown facts are empty or None, never guessed.

    ``id`` is stable from the article's place in the corpus. ``revision`` is the SHA-256 of
    ``text`` (hexadecimal). ``text`` is what the source held, decoded, without BOM and with
    CRLF as LF; offsets everywhere count its code points. ``source`` is the place it was read
    from, ``published`` and ``updated`` are aware UTC datetimes. ``section`` is the outlet's own
    name for the part it stood in. ``notice`` is the article's correction, clarification or
    editor's note in its own words. ``doubts`` says in sentences what its source states that was
    not believed; told while indexing, not stored.
    """

    id: str
    revision: str
    title: str
    text: str
    publisher: str = ""
    authors: tuple[str, ...] = ()
    url: str = ""
    published: datetime | None = None
    language: str = ""
    source: str = ""
    updated: datetime | None = None
    section: str = ""
    notice: str = ""
    doubts: tuple[str, ...] = field(default=(), compare=False)


@dataclass(frozen=True, slots=True)
class Block:
    """A line or paragraph of an article's text and the role it plays; offsets in code points."""

    kind: BlockKind
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence inside one block; offsets in code points of the article's text."""

    kind: BlockKind
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Passage:
    """Neighbouring sentences of one kind that are embedded and retrieved together.

    ``tokens`` counts word pieces of the embedder's tokenizer, special tokens included.
    """

    id: str
    span: Span
    kind: BlockKind
    tokens: int


@dataclass(frozen=True, slots=True)
class Statement:
    """Something an article reports that somebody said.

    ``content`` holds one span, or several in text order where the reporter interrupts
    ("…", he said, "…"); quotation marks are inside the span where the article has them.
    ``speaker`` and ``cue`` are the places of the surface forms ("he", "told reporters"), None
    when the article leaves them out. ``speaker_name`` is the fullest form the same article
    gives for that speaker, ``speaker_role`` the role it ties to the name; both empty when
    unknown. ``speaker_id`` names a corpus-wide ``Speaker``, empty until the corpus is joined.
    The method "corpus" means that other articles tie the surface ("the German defence minister")
    to the name; ``speaker_basis`` says which and how.
    ``said_on`` is the day of speaking with the words it rests on in ``said_on_basis``.
    ``reported_by`` is the outlet a second-hand report cites ("Reuters reported").
    """

    id: str
    content: tuple[Span, ...]
    speech: Speech
    speaker: Span | None = None
    speaker_surface: str = ""
    speaker_name: str = ""
    speaker_role: str = ""
    speaker_id: str = ""
    speaker_method: SpeakerMethod = "unknown"
    cue: Span | None = None
    said_on: date | None = None
    said_on_basis: str = ""
    reported_by: str = ""
    speaker_basis: str = ""


@dataclass(frozen=True, slots=True)
class Holder:
    """``name`` holds ``office`` (a key of ``index.speech.offices``), as an article's ``words``
    say."""

    office: str
    name: str
    words: str


@dataclass(frozen=True, slots=True)
class Speaker:
    """A person or organisation that speaks in the corpus.

    ``name`` is the fullest form seen, ``aliases`` the other surface names, ``roles`` what
    articles call them ("NATO Secretary General"), both in order of frequency.
    """

    id: str
    name: str
    aliases: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
