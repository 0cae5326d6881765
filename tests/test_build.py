"""Files in, an index out: again, changed, removed, killed in between."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from world import (
    BRIDGE,
    HARVEST,
    CountingEmbedder,
    answers,
    found,
    indexed,
    nearest,
    new_store,
    write,
)

from index import batches, build
from index.storage import snapshots
from index.storage.store import Store
from index.storage.writer import Writer
from index.view import View


def test_unchanged_files_cost_nothing_the_second_time(tmp_path: Path) -> None:
    counting = CountingEmbedder()
    news = write(tmp_path / "news", bridge=BRIDGE, harvest=HARVEST)
    store, first = indexed(tmp_path / "index", news, embedder=counting.embedder)
    assert (sorted(first.added), first.unchanged) == (["bridge", "harvest"], 0)
    assert first.embedded == counting.embedded == first.passages
    before, files = store.generation(), sorted((tmp_path / "index").iterdir())
    _, second = indexed(tmp_path / "index", news, embedder=counting.embedder)
    assert (second.added, second.updated, second.unchanged, second.embedded) == ([], [], 2, 0)
    assert counting.embedded == first.embedded
    assert store.generation() == before
    assert sorted((tmp_path / "index").iterdir()) == files


def test_a_changed_article_is_a_new_revision_and_the_old_one_stays_readable(tmp_path: Path) -> None:
    news = write(tmp_path / "news", bridge=BRIDGE, harvest=HARVEST)
    store, _ = indexed(tmp_path / "index", news)
    old = store.article("bridge")
    assert old is not None
    write(news, bridge=BRIDGE.replace("in May", "in June"))
    _, report = indexed(tmp_path / "index", news)
    assert (report.updated, report.added, report.unchanged) == (["bridge"], [], 1)
    new = store.article("bridge")
    assert new is not None
    assert "in June" in new.text
    assert store.article("bridge", old.revision) == old
    assert not store.is_current("bridge", old.revision)
    assert all("in May" not in text for query in answers(store) for text in query)
    assert {one.content[0].revision for one in store.statements_of("bridge")} == {new.revision}


def test_going_back_to_an_earlier_revision_embeds_nothing_twice(tmp_path: Path) -> None:
    news = write(tmp_path / "news", bridge=BRIDGE)
    store, _ = indexed(tmp_path / "index", news)
    write(news, bridge=HARVEST)
    indexed(tmp_path / "index", news)
    write(news, bridge=BRIDGE)
    indexed(tmp_path / "index", news)
    article = store.article("bridge")
    assert article is not None
    assert article.text == BRIDGE
    assert len(store.read("SELECT * FROM articles")) == 2


def test_a_removed_article_is_gone_from_every_leg_at_once(tmp_path: Path) -> None:
    news = write(tmp_path / "news", bridge=BRIDGE, harvest=HARVEST)
    store, _ = indexed(tmp_path / "index", news)
    view = View(store, CountingEmbedder().embedder)
    assert found(store, "soil plough")
    assert any(one.name == "Ole Brandt" for one in store.speakers())
    with Writer(store) as writer:  # as far as a kill right after the commit would come
        assert writer.remove(["harvest", "nobody"]) == ["harvest"]
    view.refresh()
    text = HARVEST.split("\n\n")[2]
    for keys in (view.matching("soil plough", 5), view.nearest(view.embed([text])[0], 5)):
        assert all(
            "soil" not in p.id and a.id == "bridge"
            for p, a in store.passages([k for k, _ in keys]).values()
        )
    assert not found(store, "soil plough")
    assert all("wheat" not in text for text in nearest(store, "wheat harvest"))
    assert not store.statements_of("harvest")
    assert build.remove(store, ["nobody"]) == []
    assert all(one.name != "Ole Brandt" for one in store.speakers())
    assert store.article("harvest") is None


def test_removing_nothing_changes_nothing(tmp_path: Path) -> None:
    store, _ = indexed(tmp_path / "index", write(tmp_path / "news", bridge=BRIDGE))
    before = store.generation()
    assert build.remove(store, ["nobody"]) == []
    assert store.generation() == before


def test_a_removed_article_can_come_back(tmp_path: Path) -> None:
    news = write(tmp_path / "news", bridge=BRIDGE)
    store, _ = indexed(tmp_path / "index", news)
    before = answers(store)
    assert build.remove(store, ["bridge", "bridge"]) == ["bridge"]
    _, report = indexed(tmp_path / "index", news)
    assert report.added == ["bridge"]
    assert answers(store) == before


def test_equal_passages_are_embedded_once(tmp_path: Path) -> None:
    counting = CountingEmbedder()
    news = write(tmp_path / "news", one=BRIDGE, two=BRIDGE)
    store, report = indexed(tmp_path / "index", news, embedder=counting.embedder)
    assert report.passages == 2 * report.embedded
    write(news, three=BRIDGE)
    _, report = indexed(tmp_path / "index", news, embedder=counting.embedder)
    assert (report.added, report.embedded) == (["three"], 0)
    build.remove(store, ["one", "two"])
    assert found(store, "reopen May")


def test_vectors_that_no_passage_uses_are_dropped(tmp_path: Path) -> None:
    store, _ = indexed(tmp_path / "index", write(tmp_path / "news", one=BRIDGE, two=HARVEST))
    build.remove(store, ["one"])
    unused = "SELECT * FROM vectors WHERE key NOT IN (SELECT vector FROM passages)"
    assert not store.read(unused)
    assert store.read("SELECT * FROM vectors")


def test_two_files_of_one_name_have_two_ids_that_stay(tmp_path: Path) -> None:
    news = write(tmp_path / "news" / "a", talks=BRIDGE)
    write(tmp_path / "news" / "b", talks=HARVEST)
    store, report = indexed(tmp_path / "index", news.parent)
    ids = {one.source: one.id for one in store.articles()}
    assert sorted(ids.values()) == sorted(report.added)
    assert len(set(ids.values())) == 2
    assert "talks" in ids.values()
    write(tmp_path / "news" / "a", talks=BRIDGE + "More.\n")
    write(tmp_path / "news" / "b", talks=HARVEST + "More.\n")
    indexed(tmp_path / "index", tmp_path / "news" / "b", tmp_path / "news" / "a")
    assert {one.source: one.id for one in store.articles()} == ids


def rows(place: Path, *texts: tuple[str, str]) -> Path:
    lines = (json.dumps({"id": one, "text": text}) for one, text in texts)
    place.write_text("\n".join(lines), encoding="utf-8")
    return place


def test_of_two_rows_with_one_id_the_last_stays_and_it_says_so(tmp_path: Path) -> None:
    place = rows(tmp_path / "rows.jsonl", ("a", "First."), ("b", "Other."), ("a", "Last."))
    store, report = indexed(tmp_path / "index", place)
    assert [one.reason for one in report.skipped] == [
        "the id 'a' stands twice: the last one was kept"
    ]
    assert {one.id: one.text for one in store.articles()} == {"a": "Last.", "b": "Other."}


def test_the_last_row_stays_also_when_it_is_the_one_already_there(tmp_path: Path) -> None:
    place = rows(tmp_path / "rows.jsonl", ("a", "Last."))
    store, _ = indexed(tmp_path / "index", place)
    rows(place, ("a", "First."), ("a", "Last."), ("b", "Other."))
    indexed(tmp_path / "index", place)
    assert {one.id: one.text for one in store.articles()} == {"a": "Last.", "b": "Other."}


def test_rows_with_one_id_far_apart_are_noticed_too(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(build, "BATCH", 2)
    pairs = [("a", "First."), *((f"x{n}", f"Text {n}.") for n in range(5)), ("a", "Last.")]
    store, report = indexed(tmp_path / "index", rows(tmp_path / "rows.jsonl", *pairs))
    assert len(report.skipped) == 1
    article = store.article("a")
    assert article is not None
    assert article.text == "Last."


def test_progress_goes_from_file_to_file_with_the_total(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(build, "BATCH", 1)
    news = write(tmp_path / "news", one=BRIDGE, two=HARVEST)
    seen: list[build.Progress] = []
    counting = CountingEmbedder().embedder
    build.update(new_store(tmp_path / "index", counting), counting, [news], seen.append)
    assert [(one.files, one.total, one.articles) for one in seen] == [
        (1, 2, 1),
        (2, 2, 2),
        (2, 2, 2),
    ]


def test_long_articles_make_small_batches(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(batches, "LONGEST", len(BRIDGE))
    news = write(tmp_path / "news", one=BRIDGE, two=HARVEST)
    seen: list[build.Progress] = []
    counting = CountingEmbedder().embedder
    build.update(new_store(tmp_path / "index", counting), counting, [news], seen.append)
    assert [one.articles for one in seen][:2] == [1, 2]


def test_a_run_stopped_between_batches_goes_on_where_it_was(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(build, "BATCH", 1)
    counting = CountingEmbedder()
    news = write(tmp_path / "news", one=BRIDGE, two=HARVEST)
    store = new_store(tmp_path / "index", counting.embedder)

    def stop(_: build.Progress) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build.update(store, counting.embedder, [news], stop)
    assert [one.id for one in store.articles()] == ["one"]
    assert found(store, "reopen May")
    embedded = counting.embedded
    _, report = indexed(tmp_path / "index", news, embedder=counting.embedder)
    assert (report.added, report.unchanged) == (["two"], 1)
    assert counting.embedded == embedded + report.embedded


def test_speakers_are_joined_by_the_next_run_when_one_was_stopped_before(
    tmp_path: Path, monkeypatch
) -> None:
    news = write(tmp_path / "news", bridge=BRIDGE)
    with monkeypatch.context() as patched:
        patched.setattr(build, "_finish", lambda *_: None)
        store, _ = indexed(tmp_path / "index", news)
    assert not store.speakers()
    _, report = indexed(tmp_path / "index", news)
    assert report.unchanged == 1
    assert [one.name for one in store.speakers()] == ["Jane Holt"]


def test_bad_files_do_not_keep_good_ones_out(tmp_path: Path) -> None:
    news = write(tmp_path / "news", bridge=BRIDGE, empty="")
    (news / "bad.txt").write_bytes(b"\xff\xfe\x00")
    (news / "rows.jsonl").write_text('{"text": "half \\ud800"}\n{"text": "Whole."}')
    store, report = indexed(tmp_path / "index", news)
    assert sorted(report.added) == ["bridge", "rows-2"]
    assert len(report.skipped) == 3
    (news / "bad.txt").write_text(HARVEST)
    _, report = indexed(tmp_path / "index", news)
    assert report.added == ["bad"]
    assert len(store.articles()) == 3


def test_an_empty_folder_makes_an_empty_index_that_can_be_searched(tmp_path: Path) -> None:
    (tmp_path / "news").mkdir()
    store, report = indexed(tmp_path / "index", tmp_path / "news")
    assert not report.added
    assert answers(store) == [[]] * 6


def test_a_file_name_full_of_pattern_characters_counts_only_itself(tmp_path: Path) -> None:
    news = tmp_path / "n[e]w*s?"
    news.mkdir()
    rows(news / "a*.jsonl", ("x", "One."))
    rows(news / "ab.jsonl", ("y", "Two."), ("z", "Three."))
    indexed(tmp_path / "index", news)
    _, report = indexed(tmp_path / "index", news)
    assert report.unchanged == 3
    assert snapshots.recorded(Store(tmp_path / "index"), "vectors") is not None
