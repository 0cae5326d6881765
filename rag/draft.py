"""Evidence -> a numbered prompt within budget -> Draft by a model."""

from __future__ import annotations

import hashlib
import html
import re
import secrets
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import prompts
from index import quotations
from index.sentences import sentences
from index.types import Block
from rag import marks
from rag.llm import Message
from rag.settings import Settings
from rag.types import DraftSentence, Evidence

NO_ANSWER = "NO ANSWER"
END = "END OF ANSWER"
_LABEL_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
_LONGEST = 1200  # characters of sentences that one open quotation may join
_SECRET = secrets.token_bytes(16)  # labels cannot be guessed by whoever wrote an article
_CITE = re.compile(r"\[\s*\^?([^\[\]]{1,60}?)\s*\]")
_CLOSE = r"[\"”'’»)]*"
_GROUP = r"(?:\[[^\[\]]{1,60}\]\s*)+"
_MOVED = re.compile(rf"([.!?…]+{_CLOSE})\s*({_GROUP})")
# Where a sentence with its label is over: what stands before can be checked and shown.
_FINISHED = re.compile(
    rf"(?:\[[^\[\]]{{1,60}}\]\s*{_CLOSE}[.!?…]+{_CLOSE}|[.!?…]+{_CLOSE}\s*{_GROUP})"
    r"(?=\s+[\"“„«'‘(]?[^\W_])"
)
_REFUSAL = re.compile(rf"^\W*{NO_ANSWER}\W*$", re.MULTILINE)
# What looks like a line of ours in an article is given a mark.
_FENCE = re.compile(rf"^[ \t]*(?:BEGIN\b|END\b|Question:|{NO_ANSWER}\b)", re.MULTILINE)
_LINK = re.compile(r"!?\[([^\[\]]*)\]\([^()]*\)|^\s*\[[^\[\]]+\]:\s.*$", re.MULTILINE)
_NOTE = re.compile(
    r"\[\^\w{1,8}\]|\[\s*\]|\^\{?\d{1,3}\}?|(?<![kcm]m)(?<!\bm)[¹²³⁰⁴-⁹]+"
    r"|(?<=[\w.\"”])\s*\(\d{1,2}\)(?=\W|$)"
)  # footnotes; square metres stay

CountTokens = Callable[[str], int]


@dataclass(frozen=True, slots=True)
class Prompt:
    """Messages for a model, and which evidence rank each label in them stands for."""

    messages: tuple[Message, ...]
    labels: dict[str, int]


def prompt(
    question: str,
    evidence: Sequence[Evidence],
    settings: Settings,
    count: CountTokens,
    secret: bytes = _SECRET,
) -> Prompt:
    """As many passages, best first, as ``settings.prompt_tokens`` allow, and the rules."""
    labels = {_label(one, secret): one.rank for one in evidence}
    by_rank = {rank: label for label, rank in labels.items()}
    example = next(iter(labels), "abc")
    system = prompts.render("system", sentences=str(settings.sentences), example=example, end=END)
    room = settings.prompt_tokens - count(system) - count(question) - 50
    shown: list[str] = []
    for one in evidence:
        passage = _passage(one, by_rank[one.rank])
        room -= count(passage)
        if room < 0 and shown:
            break
        shown.append(passage)
    user = prompts.render("question", passages="\n\n".join(shown), question=question)
    used = {by_rank[one.rank]: one.rank for one in evidence[: len(shown)]}
    messages = ({"role": "system", "content": system}, {"role": "user", "content": user})
    return Prompt(messages, used)


def arriving(pieces: Iterable[str], labels: dict[str, int]) -> Iterator[DraftSentence]:
    """The sentences of a reply as soon as each is whole, from text that comes in pieces.

    A sentence counts as whole when its label is there and the next one has begun. Nothing more
    comes once the model says that the passages hold no answer.
    """
    waiting = ""
    for piece in pieces:
        waiting += piece
        # What was looked at before is not looked at again, but for a label that was cut in two.
        recent = max(0, len(waiting) - len(piece) - 200)
        ends = [found.end() for found in _FINISHED.finditer(waiting, recent)]
        if ends:
            yield from parse(waiting[: ends[-1]], labels)
            waiting = waiting[ends[-1] :]
    yield from parse(waiting, labels)


def parse(reply: str, labels: dict[str, int]) -> Iterator[DraftSentence]:
    """The sentences of a reply with the evidence ranks they cite; unknown labels become 0."""
    text = _MOVED.sub(_before_stop, marks.evened(_plain(_REFUSAL.sub("", reply))))
    for sentence in _joined(text):
        cited = [
            name
            for group in _CITE.findall(sentence)
            if _is_cite(group, labels)
            for name in re.findall(r"\w+", group)
        ]
        ranks = tuple(labels.get(label.lower(), 0) for label in cited)
        words = _CITE.sub(lambda m: "" if _is_cite(m[1], labels) else m[0], sentence)
        words = re.sub(r"\s+([.,;:!?…])", r"\1", words).strip()
        if any(character.isalnum() for character in words):
            yield DraftSentence(words, ranks)


def _plain(reply: str) -> str:
    """``reply`` without the marks of Markdown and HTML; links and images lose their target."""
    text = html.unescape(reply)
    text = re.sub(r"<!--.*?(?:-->|$)|</?[a-zA-Z!?][^<>]*>", " ", text, flags=re.DOTALL)
    text = re.sub(r"^\s*(?:[-*•]|\d{1,2}[.)])\s+|^#+\s*|^>\s*", "", text, flags=re.MULTILINE)
    text = _NOTE.sub("", _LINK.sub(r"\1", text))
    text = text.replace("``", "“").replace("''", "”")  # as TeX and old wires write them
    return re.sub(r"[*_`]{1,3}(?=\S)|(?<=\S)[*_`]{1,3}", "", text)


def _joined(text: str) -> Iterator[str]:
    """Sentences, those of one quotation together: its label stands behind the last."""
    held = ""
    for found in sentences(text, (Block("body", 0, len(text)),)):
        held = f"{held} {text[found.start : found.end]}".strip()
        if all(mark.closed for mark in quotations.find(held)) or len(held) > _LONGEST:
            yield held
            held = ""
    if held:
        yield held


def token_counter() -> CountTokens:
    """Counts tokens of cl100k, the yardstick of the prompt budget (only use of tiktoken)."""
    import tiktoken

    encoding = tiktoken.get_encoding("cl100k_base")
    return lambda text: len(encoding.encode(text, disallowed_special=()))


def _label(evidence: Evidence, secret: bytes) -> str:
    digest = hashlib.blake2b(evidence.passage.id.encode(), key=secret, digest_size=4).digest()
    letters = [_LABEL_LETTERS[byte % len(_LABEL_LETTERS)] for byte in digest]
    return f"{letters[0]}{evidence.rank}{''.join(letters[1:3])}"


def _passage(evidence: Evidence, label: str) -> str:
    article, span = evidence.article, evidence.passage.span
    about = [article.publisher or "outlet unknown"]
    about.append(f"{article.published:%d %B %Y}" if article.published else "date unknown")
    if article.title:
        about.append(article.title)
    text = article.text[span.start : span.end].replace(label, "")
    text = _FENCE.sub(r"| \g<0>", text)
    head = " | ".join(part.replace(label, "").replace("\n", " ") for part in about)
    return f"BEGIN {label}\n({head})\n{text}\nEND {label}"


def _before_stop(match: re.Match[str]) -> str:
    """Markers behind a full stop go before it, to stay with their sentence."""
    return f" {match[2].strip()}{match[1]} "


def _is_cite(inside: str, labels: dict[str, int]) -> bool:
    """Whether brackets hold labels or numbers rather than an editor's insertion."""
    words = re.findall(r"\w+", inside)
    numbered = all(any(c.isdigit() for c in word) for word in words)
    return numbered or any(word.lower() in labels for word in words)
