"""Keys + texts -> best keys by BM25 (only module importing tantivy).

A query is turned into term queries by the same analysis as the texts, never parsed, so no
character of a question is an operator.
"""

from __future__ import annotations

import math
import shutil
import tempfile
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from pathlib import Path

import numpy as np
import numpy.typing as npt
import tantivy

# Function words carry no topic; dropping them from queries, not from texts, costs nothing in
# recall and most of the time of a query (docs/design.md, retrieval).
STOP_WORDS = frozenset(
    "a about after all also am an and any are as at be because been before being between both but "
    "by can could did do does doing down during each few for from further had has have having he "
    "her here hers him his how i if in into is it its itself just me more most my no nor not now "
    "of off on once only or other our out over own s same she should so some such t than that the "
    "their them then there these they this those through to too under until up very was we were "
    "what when where which while who whom why will with would you your".split()
)
K1 = 1.2  # of BM25, as tantivy has it: how soon a further occurrence of a word counts no more
_HEAP = 64_000_000  # bytes the writer buffers; tantivy wants 15 MB a thread


class Lexical:
    """A BM25 index over passages, each held to have the words of its article's title too.

    In a field of its own, a title's word that stands in the passage too would count twice
    (Robertson, Zaragoza and Taylor 2004). ``path`` None keeps it in memory.
    """

    def __init__(self, path: Path | None = None) -> None:
        if path:
            path.mkdir(parents=True, exist_ok=True)
        self._index = tantivy.Index(_schema(), path=str(path) if path else None)
        self._index.register_tokenizer("en", _analyzer())
        self._index.config_reader(reload_policy="manual")  # else a thread polls the folder

    @classmethod
    def read(cls, path: Path, rows: int) -> Lexical | None:
        """The index stored at ``path``, never written to; None unless it holds ``rows`` passages.

        tantivy locks the folder it opens, also for reading, which a read-only one refuses. So
        it is given a folder of links; the files stay open when that is gone.
        """
        try:
            scratch = Path(tempfile.mkdtemp(prefix="onrecord-"))
        except OSError:
            return None
        try:
            for file in path.iterdir():
                if not file.name.startswith("."):
                    (scratch / file.name).symlink_to(file.absolute())
            found = cls(scratch)
            return found if len(found) == rows else None
        except (OSError, ValueError):
            return None
        finally:
            for _ in range(2):  # tantivy's first look may make a lock file in between
                shutil.rmtree(scratch, ignore_errors=True)

    def update(self, added: Iterable[tuple[int, str, str]], removed: Iterable[int] = ()) -> None:
        """Add ``(key, title, text)`` rows and forget keys, in one commit."""
        writer = self._index.writer(_HEAP, num_threads=1)
        for key in removed:
            writer.delete_documents_by_term("key", key)
        for key, title, text in added:
            whole = f"{title}\n{text}" if title else text
            writer.add_document(tantivy.Document(key=key, text=whole))
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()

    def __len__(self) -> int:
        return int(self._index.searcher().num_docs)

    def search(self, text: str, k: int) -> list[tuple[int, float]]:
        """Up to ``k`` keys with their BM25 scores, best first; stop words are ignored."""
        return self._found(self._query(terms(text), tantivy.Occur.Should), k)

    def _found(self, query: tantivy.Query | None, k: int) -> list[tuple[int, float]]:
        searcher = self._index.searcher()
        hits = searcher.search(query, k, count=False).hits if query else []
        keys = searcher.fast_field_values("key", [address for _, address in hits])
        return [(int(key), float(score)) for key, (score, _) in zip(keys, hits, strict=True)]

    def with_all(self, text: str, k: int) -> list[tuple[int, float]]:
        """Up to ``k`` keys of passages that have every word of ``text``, best BM25 first."""
        words = terms(text, keep_stop_words=True)
        return self._found(self._query(words, tantivy.Occur.Must), k)

    def keys(self) -> npt.NDArray[np.int64]:
        """The keys of all its passages, int64[n], in no order."""
        return self._all(tantivy.Query.all_query(), len(self))

    def holding(self, term: str) -> list[int]:
        """The keys of all passages that hold ``term``, one of those that ``terms`` returns."""
        query = tantivy.Query.term_query(self._index.schema, "text", term)
        return [int(key) for key in self._all(query, self.frequency(term))]

    def _all(self, query: tantivy.Query, most: int) -> npt.NDArray[np.int64]:
        searcher = self._index.searcher()
        hits = searcher.search(query, max(1, most), count=False).hits
        found = searcher.fast_field_values("key", [address for _, address in hits])
        return np.asarray(found, dtype=np.int64)

    def frequency(self, term: str) -> int:
        """How many passages hold ``term``, one of those that ``terms`` returns."""
        return int(self._index.searcher().doc_freq("text", term))

    def _query(self, words: Sequence[str], occur: tantivy.Occur) -> tantivy.Query | None:
        schema = self._index.schema
        clauses = [(occur, tantivy.Query.term_query(schema, "text", word)) for word in words]
        return tantivy.Query.boolean_query(clauses) if clauses else None


def most(frequencies: Iterable[int], passages: int) -> float:
    """The BM25 score that no passage exceeds for terms that stand in so many of ``passages``."""
    held = (min(found, passages) for found in frequencies)
    return (K1 + 1) * sum(math.log(1 + (passages - n + 0.5) / (n + 0.5)) for n in held)


def terms(text: str, keep_stop_words: bool = False) -> list[str]:
    """The distinct stems of ``text`` in order, as the index knows them."""
    return list(_terms(text, keep_stop_words))


@lru_cache(maxsize=4096)  # a question and the passages found for it are looked at by several steps
def _terms(text: str, keep_stop_words: bool) -> tuple[str, ...]:
    analyzer = _analyzer() if keep_stop_words else _topical()
    return tuple(dict.fromkeys(analyzer.analyze(text.encode("utf-8", "replace").decode("utf-8"))))


@cache
def _topical() -> tantivy.TextAnalyzer:
    """The same analysis without stop words, which are dropped as they are spelt, unstemmed."""
    return (
        tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
        .filter(tantivy.Filter.lowercase())
        .filter(tantivy.Filter.ascii_fold())
        .filter(tantivy.Filter.remove_long(80))
        .filter(tantivy.Filter.custom_stopword(sorted(STOP_WORDS)))
        .filter(tantivy.Filter.stemmer("English"))
        .build()
    )


@cache
def _analyzer() -> tantivy.TextAnalyzer:
    return (
        tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
        .filter(tantivy.Filter.lowercase())
        .filter(tantivy.Filter.ascii_fold())
        .filter(tantivy.Filter.remove_long(80))
        .filter(tantivy.Filter.stemmer("English"))
        .build()
    )


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_integer_field("key", stored=True, indexed=True, fast=True)
    builder.add_text_field("text", tokenizer_name="en", index_option="freq")
    return builder.build()
