"""The same questions over the same articles, found by somebody else.

``plain`` is what a careful user writes in forty lines: the same embedding model over windows of
words, nearest first. ``bm25`` is words alone over the same windows. Others are programs of one
interface in a folder (``runner.py`` with the operations ``build`` and ``query``), each run by its
own interpreter. Everybody is scored on whole articles, as they all cut them differently.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from eval.cases import Case, GoldSpan
from eval.material import Material
from eval.metrics import Place
from eval.rows import Row
from eval.run import DEPTH, bench, ranked_scores, rows
from index.search.embed import Embedder
from index.search.lexical import Lexical
from index.search.original import model_folder
from index.search.vectors import VectorIndex
from index.types import Article
from rag.desk import Desk
from rag.errors import UsageError
from rag.types import Filters

BUILT_IN = ("plain", "bm25")
WINDOW, SHARED = 180, 25  # words of a window, and of two neighbours: near MiniLM's 256 pieces
_PATIENCE = 3600.0  # seconds for a foreign program to build its index

Find = Callable[[Sequence[str]], list[list[str]]]  # questions -> article ids, best first


def against(desk: Desk, material: Material, name: str, folder: str) -> tuple[list[Row], list[Row]]:
    """The rows of this program and of the peer ``name``, both by article, answers left out.

    Raises UsageError when there is no such peer or it fails.
    """
    articles = {article.id: article for article in desk.store.articles()}
    cases = [_by_article(case, articles) for case in material.cases if case.answerable]
    searched = replace(material, cases=tuple(cases), unit="article", answered=False)
    own = list(rows(bench(desk, searched, model="onrecord"), cases))
    find = _peer(name, folder, list(articles.values()), desk.embedder)
    asked = [desk.query(case.question, case.history, Filters()) for case in cases]
    found = find([query.standalone for query in asked])
    units = [(one.id, 0, len(one.text)) for one in articles.values()]
    lengths = {name: end for name, _, end in units}
    theirs = [
        _scored(row, case, [(name, 0, lengths[name]) for name in ranked], units)
        for row, case, ranked in zip(own, cases, found, strict=True)
    ]
    return own, [replace(row, model=name) for row in theirs]


def require(name: str, folder: str) -> None:
    """Raises UsageError when there is no peer ``name``: of our own, or in ``folder`` if named."""
    if folder and not (Path(folder) / "peers" / f"{name}_peer.py").is_file():
        raise UsageError(f"{folder} has no peer {name!r}: name a folder with peers/{name}_peer.py")
    if not folder and name not in BUILT_IN:
        raise UsageError(
            f"there is no peer {name!r}: name {' or '.join(BUILT_IN)}, or its folder with --peers"
        )


def _peer(name: str, folder: str, articles: Sequence[Article], embedder: Embedder) -> Find:
    require(name, folder)
    if folder:
        return _foreign(name, Path(folder).resolve(), articles)
    return plain(articles, embedder) if name == "plain" else _bm25(articles)


def plain(articles: Sequence[Article], embedder: Embedder) -> Find:
    windows = list(_windows(articles))
    vectors = embedder.embed([text for _, text in windows])
    keys = np.arange(len(windows), dtype=np.int64)
    nothing = np.array([], dtype=np.int64)
    index = VectorIndex.empty(embedder.dimension).changed(keys, vectors, nothing)

    def find(questions: Sequence[str]) -> list[list[str]]:
        hits = index.search(embedder.embed(questions), DEPTH)
        return [_articles([windows[key][0] for key, _ in found]) for found in hits]

    return find


def _bm25(articles: Sequence[Article]) -> Find:
    windows = list(_windows(articles))
    index = Lexical()
    index.update((key, "", text) for key, (_, text) in enumerate(windows))

    def find(questions: Sequence[str]) -> list[list[str]]:
        hits = (index.search(question, DEPTH) for question in questions)
        return [_articles([windows[key][0] for key, _ in found]) for found in hits]

    return find


def _foreign(name: str, folder: Path, articles: Sequence[Article]) -> Find:
    def find(questions: Sequence[str]) -> list[list[str]]:
        with tempfile.TemporaryDirectory(prefix="onrecord-peer-") as scratch:
            corpus, index = Path(scratch) / "corpus", Path(scratch) / "index"
            corpus.mkdir()
            for article in articles:
                (corpus / f"{article.id}.txt").write_text(_text(article), encoding="utf-8")
            asked = Path(scratch) / "questions.txt"
            lines = (" ".join(question.split()) + "\n" for question in questions)
            asked.write_text("".join(lines), encoding="utf-8")
            _run(name, folder, "build", "--corpus", str(corpus), "--index", str(index))
            depth = ("--k", str(DEPTH))
            hits = _run(
                name, folder, "query", "--index", str(index), "--queries", str(asked), *depth
            )
        return [_articles(found) for found in hits]

    return find


def _run(name: str, folder: Path, operation: str, *given: str) -> list[list[str]]:
    """One operation of a foreign peer; its hits, if it has any."""
    homes = (folder / ".bench" / name, Path.cwd() / ".bench" / name)
    own = (home / "bin" / "python" for home in homes)
    python = next((str(one) for one in own if one.is_file()), sys.executable)
    command = [python, str(folder / "runner.py"), "--peer", name, "--op", operation, *given]
    surroundings = {"BENCH_MODEL": model_folder(), **os.environ, "PYTHONPATH": ""}
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=_PATIENCE, env=surroundings, check=True
        )
        return list(json.loads(done.stdout.splitlines()[-1]).get("hits", []))
    except subprocess.CalledProcessError as error:
        last = (error.stderr.strip().splitlines() or ["it said nothing"])[-1]
        raise UsageError(
            f"the peer {name!r} failed to {operation} ({last}): install what it needs"
        ) from error
    except (subprocess.TimeoutExpired, OSError, ValueError, IndexError) as error:
        raise UsageError(f"the peer {name!r} gave no hits ({type(error).__name__})") from error


def _windows(articles: Sequence[Article]) -> Iterator[tuple[str, str]]:
    """Article id and text of each window."""
    for article in articles:
        words = _text(article).split()
        for start in range(0, max(1, len(words) - SHARED), WINDOW - SHARED):
            yield article.id, " ".join(words[start : start + WINDOW])


def _text(article: Article) -> str:
    return f"{article.title}\n\n{article.text}" if article.title else article.text


def _articles(found: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(found))


def _by_article(case: Case, articles: dict[str, Article]) -> Case:
    """``case`` with whole articles for gold; parts of an answer in the same articles are one."""
    nuggets = dict.fromkeys(
        tuple(dict.fromkeys(span.article_id for span in nugget)) for nugget in case.nuggets
    )
    whole = tuple(
        tuple(GoldSpan(name, 0, len(articles[name].text)) for name in nugget) for nugget in nuggets
    )
    return replace(case, nuggets=whole, also=())


def _scored(row: Row, case: Case, places: Sequence[Place], units: Sequence[Place]) -> Row:
    recall, first, gain, precision = ranked_scores(case, places, units)
    score = replace(
        row.score,
        recall=recall,
        reciprocal_rank=first,
        ndcg=gain,
        average_precision=precision,
        right=bool(recall["10"]),
    )
    return replace(row, score=score, evidence=())
