"""How fast and how rightly quotations are checked over a large corpus.

``python -m eval.check_speed --data articles.jsonl.gz`` fills an index with variations of its
articles (``eval.variations``) and asks for quotations of it: as they stand, with a word
exchanged, cut behind a negation or condition, under another name, and made up.
"""

from __future__ import annotations

import argparse
import random
import re
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from eval import variations
from eval.metrics import percentile
from index import corpus
from index.corpus import Skipped
from index.storage import rows
from index.storage.store import Store
from index.types import Article
from rag.check import Outcome, check
from rag.desk import Desk
from rag.settings import Settings

_WORDS = re.compile(r"\w[\w’'-]*")
_TURNS = re.compile(r"\b(?:not|never|if|unless)\s", re.IGNORECASE)
SHORTEST = 8  # words of a quotation asked for
TARGET = 200.0  # milliseconds in which a quotation over 40,000 articles should be checked


@dataclass(frozen=True, slots=True)
class Quoted:
    """Words that stand between quotation marks in the corpus, and who says them."""

    words: str
    speaker: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What ``check`` is given, and what it should find."""

    quotation: str
    speaker: str
    right: tuple[Outcome, ...]


def main() -> None:
    """Print the median and 95th percentile of each kind of question, and the share found right."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, help="articles as JSON Lines (.gz)")
    parser.add_argument("--articles", type=int, default=40_000)
    parser.add_argument("--base", type=int, default=800, help="articles that are read for speakers")
    parser.add_argument("--index", type=Path, help="an index filled by an earlier run")
    parser.add_argument("--asked", type=int, default=60, help="quotations of each kind")
    options = parser.parse_args()
    if bool(options.data) == bool(options.index):
        parser.error("give either --data or --index")
    with tempfile.TemporaryDirectory(prefix="onrecord-check-") as folder:
        place = options.index or Path(folder)
        if options.data:
            _fill(place, options.data, options.articles, options.base)
        desk = Desk(Store(place), variations.embedder(), Settings())
        print(f"{desk.coverage().articles} articles, {len(desk.view)} passages")
        for kind, asked in _questions(desk, options.asked):
            print(f"{kind:14} {_measured(desk, asked)}", flush=True)


def _fill(folder: Path, data: Path, count: int, base: int) -> None:
    read = islice(_articles(data), base)
    embedder = variations.embedder()
    store = Store.create(folder, embedder.name, embedder.fingerprint, embedder.dimension)
    variations.fill(store, list(read), count)


def _articles(data: Path) -> Iterator[Article]:
    for file in corpus.files([data]):
        if not isinstance(file, Skipped):
            yield from (one for one in corpus.articles(file) if isinstance(one, Article))


def _measured(desk: Desk, asked: Sequence[Asked]) -> str:
    times: list[float] = []
    found: Counter[str] = Counter()
    right = 0
    for one in asked:
        started = time.perf_counter()
        outcome = check(desk, one.quotation, one.speaker).outcome
        times.append((time.perf_counter() - started) * 1000)
        found[outcome] += 1
        right += outcome in one.right
    late = sum(milliseconds > TARGET for milliseconds in times)
    return (
        f"p50 {percentile(times, 0.5):6.1f} ms  p95 {percentile(times, 0.95):6.1f} ms  "
        f"over {TARGET:.0f} ms: {late}  right {right} of {len(asked)}  {dict(found)}"
    )


def _questions(desk: Desk, count: int) -> Iterator[tuple[str, list[Asked]]]:
    chance = random.Random(7)
    quoted = _quoted(desk, 20 * count)
    others = [one for one in desk.speakers(500) if " " in one.name]

    def made(make: Callable[[Quoted], Asked | None]) -> list[Asked]:
        return list(islice((one for one in map(make, quoted) if one), count))

    def exchanged(one: Quoted) -> Asked:
        found = list(_WORDS.finditer(one.words))
        at = max(found[2:-2], key=lambda word: len(word.group()))
        words = one.words[: at.start()] + "penguins" + one.words[at.end() :]
        return Asked(words, one.speaker, ("altered",))

    def cut(one: Quoted) -> Asked | None:
        turn = _TURNS.search(one.words)
        rest = one.words[turn.end() :] if turn else ""
        if len(rest.split()) < SHORTEST or _TURNS.search(rest):
            return None
        return Asked(rest, one.speaker, ("shortened",))

    def misnamed(one: Quoted) -> Asked | None:
        last = one.speaker.split()[-1] if one.speaker else ""
        other = next((o for o in chance.sample(others, 5) if last not in o.name), None)
        return Asked(one.words, other.name, ("other_speaker",)) if other and last else None

    def invented(_: Quoted) -> Asked:
        words = " ".join(other.words for other in chance.sample(quoted, 6)).split()
        return Asked(" ".join(chance.sample(words, 16)), "", ("not_found",))

    yield "authentic", made(lambda one: Asked(one.words, one.speaker, ("authentic",)))
    yield "nobody named", made(lambda one: Asked(one.words, "", ("authentic",)))
    yield "altered", made(exchanged)
    yield "shortened", made(cut)
    yield "other speaker", made(misnamed)
    yield "not found", made(invented)


def _quoted(desk: Desk, count: int) -> list[Quoted]:
    """Direct quotations of the corpus in one piece, the same ones for the same index."""
    sql = (
        "SELECT s.record, a.text FROM statements s JOIN articles a ON a.key = s.article "
        "WHERE s.name <> '' ORDER BY (s.article * 7919) % 10007, s.start LIMIT ?"
    )
    found = []
    for row in desk.store.read(sql, (10 * count,)):
        said = rows.statement(row["record"], "")
        words = row["text"][said.content[0].start : said.content[0].end].strip('"“”,. \n')
        whole = said.speech == "direct" and not set('"“”\n') & set(words)
        if whole and len(words.split()) >= SHORTEST:
            found.append(Quoted(words, said.speaker_name))
    return found[:count]


if __name__ == "__main__":
    main()
