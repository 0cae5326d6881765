"""A corpus of many articles out of a few: other words, the same places."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from world import BRIDGE, HARVEST, an_article

from eval import variations
from index.storage.store import Store


def test_a_variation_has_other_words_at_the_same_places() -> None:
    article = an_article(BRIDGE)
    words = variations.vocabulary([BRIDGE, HARVEST])
    made = variations.variation(article, words, 3)
    assert made.text != article.text
    assert len(made.text) == len(article.text)
    assert [c for c in made.text if not c.islower()] == [c for c in BRIDGE if not c.islower()]
    assert variations.variation(article, words, 3) == made


def test_every_variation_is_stored_with_who_said_what(tmp_path: Path) -> None:
    embedder = variations.embedder()
    store = Store.create(tmp_path, embedder.name, embedder.fingerprint, embedder.dimension)
    articles = [an_article(BRIDGE), replace(an_article(HARVEST, identifier="a2"), title="Harvest")]
    variations.fill(store, articles, 6)
    assert store.coverage()[0] == 6
    for article in store.articles():
        for one in store.statements_of(article.id):
            assert one.content[0].revision == article.revision
            assert one.content[-1].end <= len(article.text)
    assert [one.name for one in store.speakers()][:2] == ["Jane Holt", "Ole Brandt"]
