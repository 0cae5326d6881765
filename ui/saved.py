"""Exchanges of the page <-> a file beside the index: what a link to an answer leads to.

The key of an exchange cannot be guessed: whoever was given it may read the answer, nobody else
comes across it. Articles keep the text of every revision, so a citation still opens at its words
after the corpus was indexed again; ``current`` then says that there is newer text.
"""

from __future__ import annotations

import logging
import re
import sqlite3
import threading
from dataclasses import replace
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from index.storage.store import Store
from rag.types import Citation
from ui.conversation import Conversation, Exchange, grown

FILE = "answers.sqlite"
KEPT = 10_000  # answers in the file, the newest; about 10 kB each
HELD = 1_000  # exchanges in memory: those still running, and those no file would take
LONGEST = 100  # exchanges of one conversation that are shown again
_KEY = re.compile(r"\b[0-9a-f]{32}\b")
_RECORD = TypeAdapter(Exchange)
_SCHEMA = (
    "CREATE TABLE IF NOT EXISTS answers "
    "(number INTEGER PRIMARY KEY, key TEXT UNIQUE NOT NULL, record TEXT NOT NULL)"
)
_log = logging.getLogger("onrecord.page")


class Saved:
    """Exchanges by key; safe to use from several threads and by several servers."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._place = store.folder / FILE
        self._lock = threading.Lock()
        self._held: dict[str, Exchange] = {}

    def keep(self, exchange: Exchange) -> Exchange:
        """``exchange`` as it was kept: ``lasting`` when it stands in the file.

        Where the folder cannot be written to it is held in memory until the server stops.
        """
        if not exchange.running:
            try:
                lasting = replace(exchange, lasting=True)
                with self._lock:
                    _write(self._place, lasting)
                    self._held.pop(exchange.key, None)
                return lasting
            except (sqlite3.Error, ValueError) as error:  # read-only, full, half a surrogate pair
                _log.warning("an answer could not be saved: %s", error)
        with self._lock:
            self._held.pop(exchange.key, None)
            self._held[exchange.key] = exchange
            while len(self._held) > HELD:
                self._held.pop(next(iter(self._held)))
        return exchange

    def get(self, key: str) -> Exchange | None:
        """The exchange with its citations marked as the index is now; None when there is none."""
        with self._lock:
            found = self._held.get(key) or _read(self._place, key)
        return self._renewed(found) if found else None

    def conversation(self, keys: str) -> Conversation:
        """The exchanges whose keys stand in a text, in its order; unknown ones are left out."""
        wanted = list(dict.fromkeys(_KEY.findall(keys)))[-LONGEST:]
        return tuple(found for key in wanted if (found := self.get(key)))

    def _renewed(self, exchange: Exchange) -> Exchange:
        if exchange.answer is None:
            return replace(exchange, citations=tuple(map(self._dated, exchange.citations)))
        citations = tuple(map(self._dated, exchange.answer.citations))
        return grown(exchange, replace(exchange.answer, citations=citations))

    def _dated(self, citation: Citation) -> Citation:
        article = citation.article
        current = self._store.is_current(article.id, article.revision)
        return replace(citation, current=current) if current != citation.current else citation


def keys(conversation: Conversation) -> str:
    """What a browser holds of its conversation."""
    return " ".join(one.key for one in conversation)


def _write(place: Path, exchange: Exchange) -> None:
    """Raises sqlite3.Error, or ValueError for text that no file can hold."""
    # An answer repeats what came before it.
    slim = replace(exchange, text="", citations=(), warnings=()) if exchange.answer else exchange
    record = _RECORD.dump_json(slim).decode()
    connection = sqlite3.connect(place, timeout=5)
    try:
        with connection:
            connection.execute(_SCHEMA)
            connection.execute(
                "REPLACE INTO answers (key, record) VALUES (?, ?)", (exchange.key, record)
            )
            connection.execute(
                "DELETE FROM answers WHERE number <= (SELECT max(number) FROM answers) - ?",
                (KEPT,),
            )
    finally:
        connection.close()


def _read(place: Path, key: str) -> Exchange | None:
    if not place.is_file():
        return None
    try:
        connection = sqlite3.connect(f"{place.absolute().as_uri()}?mode=ro", uri=True, timeout=5)
        try:
            sql = "SELECT record FROM answers WHERE key = ?"
            found = connection.execute(sql, (key,)).fetchone()
        finally:
            connection.close()
        return _RECORD.validate_json(found[0]) if found else None
    except (sqlite3.Error, ValidationError) as error:  # damaged, or of another version
        _log.warning("a saved answer could not be read: %s", error)
        return None
