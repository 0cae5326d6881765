"""Folders -> the places in them that change, as they change (only module importing watchfiles)."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

from index.walk import rooted

QUIET = 500  # milliseconds without a change, after which a group of changes is complete
LONGEST = 5000  # milliseconds of steady change, after which a group is passed on all the same
TICK = 1000  # milliseconds between looks at whether to stop


def changes(folders: Sequence[Path], stop: threading.Event) -> Iterator[frozenset[Path] | None]:
    """Groups of changed, new or deleted places; None about once a second while nothing changes.

    Ends when ``stop`` is set. A folder that vanishes and comes back is watched again, and is a
    change itself.
    """
    from watchfiles import watch

    roots = [rooted(folder) for folder in folders]
    while not stop.is_set():
        there = {root: _inode(root) for root in roots}
        present = [root for root, inode in there.items() if inode]
        if not present:
            yield None
            stop.wait(TICK / 1000)
        else:
            raw = watch(
                *present,
                watch_filter=None,
                debounce=LONGEST,
                step=QUIET,
                rust_timeout=TICK,
                yield_on_timeout=True,
                stop_event=stop,
                raise_interrupt=False,
                ignore_permission_denied=True,
            )
            for group in raw:
                yield frozenset(Path(name) for _, name in group) or None
                if there != {root: _inode(root) for root in roots}:
                    break
        back = {root for root in roots if _inode(root) not in (0, there[root])}
        if back:
            yield frozenset(back)


def _inode(folder: Path) -> int:
    """What tells one folder of a name from another one of that name; 0 where there is none."""
    try:
        return folder.stat().st_ino
    except OSError:
        return 0
