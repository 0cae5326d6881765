"""Records <-> rows and JSON of the store."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from index.errors import IndexDamaged
from index.types import Article, Passage, Span, Speaker, Statement

ARTICLE_COLUMNS = (
    "id, revision, title, text, publisher, authors, url, published, language, source, "
    "updated, section, notice"
)


def article_row(article: Article) -> tuple[str | None, ...]:
    """The values of ARTICLE_COLUMNS."""
    return (
        article.id,
        article.revision,
        article.title,
        article.text,
        article.publisher,
        json.dumps(article.authors, ensure_ascii=False),
        article.url,
        article.published.isoformat() if article.published else None,
        article.language,
        article.source,
        article.updated.isoformat() if article.updated else None,
        article.section,
        article.notice,
    )


def article(row: sqlite3.Row) -> Article:
    """The Article in a row that has ARTICLE_COLUMNS."""
    return Article(
        id=row["id"],
        revision=row["revision"],
        title=row["title"],
        text=row["text"],
        publisher=row["publisher"],
        authors=tuple(_sound(json.loads, row["authors"])),
        url=row["url"],
        published=_time(row["published"]),
        language=row["language"],
        source=row["source"],
        updated=_time(row["updated"]),
        section=row["section"],
        notice=row["notice"],
    )


def passage(row: sqlite3.Row, of: Article) -> Passage:
    """The Passage of article ``of`` in a row of the passages table."""
    start, end = row["start"], row["end"]
    span = Span(of.id, of.revision, start, end)
    return Passage(f"{of.id}:{start}-{end}", span, row["kind"], row["tokens"])


def speaker(row: sqlite3.Row) -> Speaker:
    """The Speaker in a row of the speakers table."""
    aliases, roles = _sound(json.loads, row["aliases"]), _sound(json.loads, row["roles"])
    return Speaker(row["id"], row["name"], tuple(aliases), tuple(roles))


def statement_json(statement: Statement) -> str:
    """A Statement as JSON; dates as ISO 8601."""
    return json.dumps(asdict(statement), ensure_ascii=False, default=date.isoformat)


def statement(text: str, speaker_id: str) -> Statement:
    """The Statement that ``statement_json`` wrote, joined to a corpus-wide speaker."""
    found: Statement = _sound(_statement, text, speaker_id)
    return found


def _statement(text: str, speaker_id: str) -> Statement:
    values: dict[str, Any] = json.loads(text)
    values["content"] = tuple(Span(**span) for span in values["content"])
    for name in ("speaker", "cue"):
        values[name] = Span(**values[name]) if values[name] else None
    values["said_on"] = date.fromisoformat(values["said_on"]) if values["said_on"] else None
    values["speaker_id"] = speaker_id
    return Statement(**values)


def _time(stored: str | None) -> datetime | None:
    return _sound(datetime.fromisoformat, stored) if stored else None


def _sound(read: Callable[..., Any], *values: str) -> Any:
    """What ``read`` makes of stored values; raises IndexDamaged when they are not what was
    stored, which SQLite does not notice by itself."""
    try:
        return read(*values)
    except (ValueError, KeyError, TypeError) as error:
        raise IndexDamaged(
            "a record of the index is damaged: 'onrecord info --check' names it, 'onrecord info "
            "--repair' makes anew what can be"
        ) from error
