"""The root of the error tree and its index branch.

OnrecordError                 one line for people: what happened and what to do
├── CorpusError               the corpus on disk
│   ├── NoIndex               nothing indexed yet at that place
│   ├── IndexLocked           another process is writing
│   ├── IndexMismatch         made with another embedder or another format
│   └── IndexDamaged          a file does not match its checksum
├── EmbedderUnavailable       the embedding model cannot be loaded
└── UnreadableSource          a file that cannot become articles
"""

from __future__ import annotations


class OnrecordError(Exception):
    """Something the person at the keyboard can act on; ``str(error)`` is one line."""


class CorpusError(OnrecordError):
    """The corpus on disk cannot be used as it is."""


class NoIndex(CorpusError):
    """There is no index at the given place."""


class IndexLocked(CorpusError):
    """Another process is writing to the index."""


class IndexMismatch(CorpusError):
    """The index was made with another embedder or another version of the format."""


class IndexDamaged(CorpusError):
    """A file of the index does not match its checksum and cannot be rebuilt silently."""


class EmbedderUnavailable(OnrecordError):
    """The embedding model cannot be found, verified or loaded."""


class UnreadableSource(OnrecordError):
    """A file that cannot become articles; ``str(error)`` says why and what to do."""
