"""Records <-> the JSON that every surface shows (docs/answer.md)."""

from __future__ import annotations

import dataclasses
from datetime import date, datetime
from typing import Any

from index.types import Article, Passage, SpeakerMethod, Speech
from rag.types import Answer, ArticleRef, Coverage


def plain(value: Any) -> Any:
    """A record, or anything holding records, as dicts, lists and JSON scalars.

    Times are ISO 8601; ``Coverage`` uses the contract's names ``from`` and ``to``.
    """
    if isinstance(value, Coverage):
        return {
            "articles": value.articles,
            "from": plain(value.since),
            "to": plain(value.until),
            "indexed_at": plain(value.indexed_at),
        }
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {f.name: plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, dict):
        return {str(key): plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [plain(one) for one in value]
    return value


def answer(value: Answer) -> dict[str, Any]:
    """An Answer as its JSON object."""
    return dict(plain(value))


def reference(article: Article) -> ArticleRef:
    """What a citation shows of ``article``."""
    return ArticleRef(
        article.id,
        article.revision,
        article.title,
        article.publisher,
        article.published,
        article.url,
        article.updated,
        article.notice,
    )


@dataclasses.dataclass(frozen=True, slots=True)
class Said:
    """A statement as it is listed: whose words, which words, when, where they stand."""

    speaker: str
    speaker_id: str
    role: str
    speech: Speech
    words: str
    said_on: date | None
    said_on_basis: str
    reported_by: str
    article: ArticleRef
    start: int
    end: int
    speaker_method: SpeakerMethod = "unknown"
    speaker_basis: str = ""


def passage_json(passage: Passage, article: Article, score: float) -> dict[str, Any]:
    """A passage of a search with its article, its exact characters and its score."""
    span = passage.span
    return {
        "passage_id": passage.id,
        "article": plain(reference(article)),
        "start": span.start,
        "end": span.end,
        "exact": article.text[span.start : span.end],
        "kind": passage.kind,
        "score": round(score, 4),
    }
