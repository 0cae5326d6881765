"""A small invented world of news that tests ask about: who said what is known in advance."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from index import build
from index.search.embed import load
from index.speech.speakers import join
from index.speech.statements import extract
from index.storage.store import Store
from index.types import Article, Passage, Span, Speaker
from rag.desk import Desk
from rag.settings import Settings
from rag.types import Evidence

BRIDGE = """Council closes the Tessen bridge

The bridge over the Tessen was closed on Monday after engineers found cracks in two of its piers.

“We will not reopen the bridge before the piers are replaced,” Mayor Jane Holt told the council. \
She said repairs would cost 5,000 crowns a day and could last 15 weeks.

Engineer Peter Lang disagreed. "The cracks are old and they are not growing," Lang said. "We will \
reopen one lane in March."

Holt denied that the city "ignored three warnings" about the piers. About 1,200 drivers used the \
crossing every day, and lorries now take a road that is 1.5 kilometres longer.
"""
STRIKE = """Port workers weigh a strike

Dock workers in Varna Bay may stop work on 16 February, union leader Ana Reyes said on Tuesday.

“Nobody wants a strike,” Reyes told reporters. “But we have waited two years for a fair wage, and \
we won't wait for ever.”

Port director Samuel Okafor said the company had offered 4.5 percent. “That is a generous offer — \
more than any port in the region has made,” Okafor said in a statement.

Reyes called the offer “an insult to every family on the quay”. Some 15,000 containers are \
waiting, and ships have been sent to two other harbours.
"""
TALKS = """Okafor and Reyes meet

Samuel Okafor met Ana Reyes for three hours on Thursday. Jane Holt, the mayor, opened the talks.

"There is no agreement yet, but the mood has changed," Okafor said after the meeting. Reyes said \
that the workers were ready to sign within a week.

A person close to the talks said: "The gap is 200 crowns." The offices of both sides stood empty \
in the evening.
"""
WEATHER = """Storm misses the coast

The storm that threatened Varna Bay passed 40 kilometres to the north on Friday, and no damage was \
reported.

“People stayed calm, and that helped us most,” fire chief Mira Sandoval said. She said that 300 \
homes had lost power and that all of them would have it back by Sunday.
"""
TEXTS = {"bridge": BRIDGE, "strike": STRIKE, "talks": TALKS, "weather": WEATHER}

HOLT, LANG, REYES, OKAFOR, SANDOVAL = (
    "Jane Holt",
    "Peter Lang",
    "Ana Reyes",
    "Samuel Okafor",
    "Mira Sandoval",
)
# Everything that stands in quotation marks in the articles, with the one who said it.
QUOTED = {
    "We will not reopen the bridge before the piers are replaced": HOLT,
    "The cracks are old and they are not growing": LANG,
    "We will reopen one lane in March": LANG,
    "ignored three warnings": HOLT,
    "Nobody wants a strike": REYES,
    "But we have waited two years for a fair wage, and we won't wait for ever": REYES,
    "That is a generous offer — more than any port in the region has made": OKAFOR,
    "an insult to every family on the quay": REYES,
    "There is no agreement yet, but the mood has changed": OKAFOR,
    "The gap is 200 crowns": "",
    "People stayed calm, and that helped us most": SANDOVAL,
}


def article(name: str, text: str = "") -> Article:
    words = text or TEXTS[name]
    title = words.split("\n", 1)[0]
    day = datetime(2022, 2, 15, 9, tzinfo=UTC)
    return Article(name, f"r-{name}", title, words, publisher="Varna Courier", published=day)


@cache
def newsroom(*texts: tuple[str, str]) -> tuple[tuple[Evidence, ...], dict[str, Speaker]]:
    """Every article (ours, or those given) as one passage of evidence, and who speaks in them."""
    articles = [article(*one) for one in texts or tuple(TEXTS.items())]
    said = {one.id: extract(one) for one in articles}
    joined = join(
        Counter((s.speaker_name, s.speaker_role) for found in said.values() for s in found)
    )
    evidence = []
    for rank, one in enumerate(articles, start=1):
        known = tuple(
            replace(s, speaker_id=joined.speaker_ids.get(s.speaker_name, "")) for s in said[one.id]
        )
        span = Span(one.id, one.revision, 0, len(one.text))
        passage = Passage(f"{one.id}:0", span, "body", 200)
        evidence.append(Evidence(passage, one, rank, 0.03, 0.5, known))
    return tuple(evidence), {speaker.id: speaker for speaker in joined.speakers}


def open_newsroom(folder: Path, extra: dict[str, str] | None = None, **settings: object) -> Desk:
    """The articles, and ``extra`` ones, indexed for real under ``folder``."""
    embedder = load()
    rows = folder / "news.jsonl"
    texts = TEXTS | (extra or {})
    with rows.open("w", encoding="utf-8") as out:
        for name, text in texts.items():
            one = article(name, text)
            assert one.published is not None
            record = {"id": name, "title": one.title, "text": text, "publisher": one.publisher}
            out.write(json.dumps(record | {"published": one.published.isoformat()}) + "\n")
    store = Store.create(folder / "index", embedder.name, embedder.fingerprint, embedder.dimension)
    build.update(store, embedder, [rows])
    return Desk(store, embedder, Settings(**settings))  # type: ignore[arg-type]
