"""``onrecord remove``: articles out of the index, by id, by path, or by the words they hold."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from ui.commands import print_json, settings_of

if TYPE_CHECKING:
    from index.storage.store import Store
    from index.types import Article


def remove(options: argparse.Namespace) -> int:
    """Delete articles; exit code 1 when none was there or none was removed.

    What ``--query`` finds is listed, and removed only with ``--yes``.
    """
    from index import build, removal
    from index.storage.store import Store
    from rag.errors import UsageError

    if not (options.ids or options.path or options.query):
        raise UsageError("nothing says what to remove: name an id, or use --path or --query")
    store = Store(Path(settings_of(options).index))
    wanted = list(options.ids)
    for path in options.path:
        inside = removal.by_path(store, Path(path))
        if not inside:
            print(f"no article came from {path}: 'onrecord info' lists them", file=sys.stderr)
        wanted += inside
    listed = removal.by_words(store, options.query) if options.query else []
    if listed and not options.yes:
        return _listed(listed, store, wanted, options.json)
    removed = build.remove(store, [*wanted, *(one.id for one in listed)])
    for missing in [one for one in options.ids if one not in removed]:
        print(f"no article has the id {missing}: 'onrecord info' lists them", file=sys.stderr)
    if options.query and not listed:
        print(f"no article holds all of {options.query!r}", file=sys.stderr)
    if options.json:
        print_json({"removed": removed})
    else:
        print(f"removed {len(removed)} articles")
    return 0 if removed else 1


def _listed(listed: list[Article], store: Store, wanted: list[str], as_json: bool) -> int:
    """Show what would go; nothing has gone."""
    from ui.text import article_line, safe

    known = [found for found in map(store.article, wanted) if found]
    shown = list({one.id: one for one in (*known, *listed)}.values())
    if as_json:
        print_json({"removed": [], "would_remove": [one.id for one in shown]})
    else:
        print("\n".join(safe(article_line(one)) for one in shown))
    print(
        f"nothing was removed: these are {len(shown)} articles, --yes removes them", file=sys.stderr
    )
    return 1
