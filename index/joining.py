"""Names whose statements came or went -> the corpus's speakers, joined anew for those alone."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping

from index.speech import speakers
from index.storage.store import Store
from index.storage.writer import Writer

ALIASES = "aliases.toml"  # spellings given by hand, in the index folder


def is_due(store: Store) -> bool:
    """Whether there are names to join."""
    return bool(store.read("SELECT 1 FROM unjoined LIMIT 1"))


def is_renamed(store: Store) -> bool:
    """Whether the spellings by hand have changed since everybody was joined."""
    return store.meta("aliases") != _stamp(speakers.read_aliases(store.folder / ALIASES))


def _stamp(aliases: Mapping[str, str]) -> str:
    told = json.dumps([speakers.RULES, aliases], sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()


def join_speakers(store: Store, writer: Writer) -> None:
    """Join names into corpus-wide speakers, also what an earlier, killed run left unjoined.

    Only the families of changed names are looked at, unless the spellings by hand have changed.
    """
    aliases = speakers.read_aliases(store.folder / ALIASES)
    stamp = _stamp(aliases)
    if store.meta("aliases") != stamp:
        names = _names(store, "SELECT DISTINCT name FROM statements WHERE name <> ''")
        names |= _names(store, "SELECT name FROM names")
    elif names := _names(store, "SELECT name FROM unjoined"):
        families = {speakers.family(name, aliases) for name in names}
        names |= _names(store, "SELECT name FROM names WHERE family IN", families)
    else:
        return
    writer.join(names, speakers.join(_said(store, names), aliases), stamp)


def _names(store: Store, sql: str, values: Iterable[str] | None = None) -> set[str]:
    if values is None:
        return {row["name"] for row in store.read(sql)}
    return {row["name"] for row in store.read_in(sql, values)}


def _said(store: Store, names: Iterable[str]) -> dict[tuple[str, str], int]:
    """How many statements there are of each name with each role."""
    sql = "SELECT name, role, count(*) AS n FROM statements WHERE name IN"
    found = store.read_in(sql, sorted(names), "GROUP BY name, role")
    return {(row["name"], row["role"]): row["n"] for row in found}
