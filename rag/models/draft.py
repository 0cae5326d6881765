"""Evidence -> a labelled prompt within budget; a reply in marked prose -> its sentences."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import prompts
from index.types import Article
from rag.models import prose, structured
from rag.models.llm import Request
from rag.models.prose import END, NO_ANSWER
from rag.settings import Settings
from rag.types import DraftSentence, Evidence
from rag.wording import day

CHOSEN = 2  # notes of a short prompt that may be chosen: a small model names as many as it may
_LABEL_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
_SECRET = secrets.token_bytes(16)  # labels cannot be guessed by whoever wrote an article
# What looks like a line of ours in an article is given a mark.
_FENCE = re.compile(rf"^[ \t]*(?:BEGIN\b|END\b|Question:|{NO_ANSWER}\b)", re.MULTILINE)
CountTokens = Callable[[str], int]


@dataclass(frozen=True, slots=True)
class Prompt:
    """What a model is asked, what each label in it stands for, and its size.

    Labels stand for ranks of evidence, or for the notes of a short prompt, counted from 0.
    """

    request: Request
    labels: dict[str, int]
    tokens: int  # of cl100k

    def arriving(self, pieces: Iterable[str]) -> Iterator[DraftSentence]:
        """The sentences of a reply as soon as each is whole; a reply without end ends there."""
        read = structured.arriving if self.request.schema else prose.arriving
        return islice(read(pieces, self.labels), structured.MOST)

    def chosen(self, pieces: Iterable[str]) -> Iterator[int]:
        """The notes that a reply to a short prompt chooses, as soon as each is named."""
        return structured.chosen(pieces, self.labels)


@dataclass(frozen=True, slots=True)
class Note:
    """A sentence of the evidence, its speaker named, for models that read slowly."""

    evidence: Evidence
    start: int  # code point of the article
    text: str


def prompt(
    question: str,
    evidence: Sequence[Evidence],
    settings: Settings,
    count: CountTokens,
    secret: bytes = _SECRET,
    as_json: bool = False,
) -> Prompt:
    """As many passages, best first, as ``settings.prompt_tokens`` allow, and the rules.

    The reply is to be prose whose sentences end with their labels, or JSON of the same.
    """
    by_rank = {one.rank: _label(one.passage.id, one.rank, secret) for one in evidence}
    example = next(iter(by_rank.values()), "abc")
    if as_json:
        system = prompts.render("system_json", sentences=str(settings.sentences))
    else:
        given = {"sentences": str(settings.sentences), "example": example, "end": END}
        system = prompts.render("system", **given)
    room = settings.prompt_tokens - count(system) - count(question) - 50
    shown: list[str] = []
    for one in evidence:
        passage = _passage(one, by_rank[one.rank])
        room -= count(passage)
        if room < 0 and shown:
            break
        shown.append(passage)
    user = prompts.render("question", passages="\n\n".join(shown), question=question)
    labels = {by_rank[one.rank]: one.rank for one in evidence[: len(shown)]}
    return _prompt(
        system, user, labels, count, structured.schema(list(labels)) if as_json else None
    )


def short_prompt(
    question: str,
    notes: Sequence[Note],
    count: CountTokens,
    secret: bytes = _SECRET,
) -> Prompt:
    """Single sentences with the day they were printed, best first, for a model that reads some
    60 tokens a second and is to choose among them; the rules come first and never change, so that
    they are read once only."""
    labels: dict[str, int] = {}
    lines: list[str] = []
    for at, one in enumerate(notes):
        label = _label(f"{one.evidence.passage.id}:{one.start}", at + 1, secret)
        labels[label] = at
        dated = day(one.evidence.article.published)
        text = " ".join(one.text.replace(label, "").split())
        lines.append(f"[{label}] {f'({dated}) ' if dated else ''}{text}")
    user = prompts.render("question_short", notes="\n".join(lines), question=question)
    rules = prompts.load("system_short")
    return _prompt(rules, user, labels, count, structured.choice(list(labels), CHOSEN))


def _prompt(
    system: str,
    user: str,
    labels: dict[str, int],
    count: CountTokens,
    schema: dict[str, Any] | None,
) -> Prompt:
    messages = ({"role": "system", "content": system}, {"role": "user", "content": user})
    end = "" if schema else END
    return Prompt(Request(messages, end, schema), labels, count(system) + count(user))


def token_counter() -> CountTokens:
    """Counts tokens of cl100k, the yardstick of the prompt budget (only use of tiktoken)."""
    import tiktoken

    encoding = tiktoken.get_encoding("cl100k_base")
    return lambda text: len(encoding.encode(text, disallowed_special=()))


def _label(place: str, number: int, secret: bytes) -> str:
    digest = hashlib.blake2b(place.encode(), key=secret, digest_size=4).digest()
    letters = [_LABEL_LETTERS[byte % len(_LABEL_LETTERS)] for byte in digest]
    return f"{letters[0]}{number}{''.join(letters[1:3])}"


def _passage(evidence: Evidence, label: str) -> str:
    span = evidence.passage.span
    text = evidence.article.text[span.start : span.end].replace(label, "")
    text = _FENCE.sub(r"| \g<0>", text)
    return f"BEGIN {label}\n({_about(evidence.article, label)})\n{text}\nEND {label}"


def _about(article: Article, label: str) -> str:
    """Outlet, day and title on one line."""
    about = [article.publisher or "outlet unknown"]
    about.append(day(article.published) or "date unknown")
    if article.title:
        about.append(article.title)
    return " | ".join(part.replace(label, "").replace("\n", " ") for part in about)
