"""Evidence -> a numbered prompt within budget -> Draft by a model."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import prompts
from index.sentences import sentences
from index.types import Block
from rag.llm import Message
from rag.settings import Settings
from rag.types import DraftSentence, Evidence

NO_ANSWER = "NO ANSWER"
END = "END OF ANSWER"
_LABEL_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
_SECRET = secrets.token_bytes(16)  # labels cannot be guessed by whoever wrote an article
_CITE = re.compile(r"\[\s*([\w\s,;&]+?)\s*\]")
_MOVED = re.compile(r"([.!?…]+[\"”'’»]*)\s*((?:\[[^\[\]]{1,60}\]\s*)+)")

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


def parse(reply: str, labels: dict[str, int]) -> Iterator[DraftSentence]:
    """The sentences of a reply with the evidence ranks they cite; unknown labels become 0."""
    text = re.sub(r"^\s*(?:[-*•]|\d+[.)])\s+|^#+\s*", "", reply, flags=re.MULTILINE)
    text = re.sub(r"!?\[([^\]]*)\]\([^)]*\)", r"\1", text)  # links and images lose their target
    text = re.sub(r"[*_`]{1,3}(?=\S)|(?<=\S)[*_`]{1,3}", "", text)
    text = " ".join(_MOVED.sub(_before_stop, text).split())
    for found in sentences(text, (Block("body", 0, len(text)),)):
        sentence = text[found.start : found.end]
        cited = [label for group in _CITE.findall(sentence) for label in re.findall(r"\w+", group)]
        ranks = tuple(labels.get(label.lower(), 0) for label in cited)
        words = _CITE.sub(lambda m: "" if _is_cite(m[1], labels) else m[0], sentence)
        words = re.sub(r"\s+([.,;:!?…])", r"\1", words).strip()
        if words:
            yield DraftSentence(words, ranks)


def refuses(reply: str) -> bool:
    """Whether the model says that the passages hold no answer."""
    return NO_ANSWER in reply.upper()


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
    head = " | ".join(part.replace(label, "").replace("\n", " ") for part in about)
    return f"BEGIN {label}\n({head})\n{text}\nEND {label}"


def _before_stop(match: re.Match[str]) -> str:
    """Markers behind a full stop go before it, to stay with their sentence."""
    return f" {match[2].strip()}{match[1]} "


def _is_cite(inside: str, labels: dict[str, int]) -> bool:
    """Whether brackets hold labels or numbers rather than an editor's insertion."""
    words = re.findall(r"\w+", inside)
    return all(word.lower() in labels or re.search(r"\d", word) for word in words)
