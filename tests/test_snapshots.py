"""Derived files: whatever happens to them, the answers stay the same."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from world import BRIDGE, HARVEST, WORDS, answers, found, indexed, write

from index import build, check
from index.check import Finding
from index.errors import CorpusError
from index.search import vectors
from index.storage import snapshots
from index.storage.store import Store
from index.storage.writer import Writer
from index.view import View


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """An index of two articles, written in two runs."""
    news = write(tmp_path / "news", bridge=BRIDGE)
    indexed(tmp_path / "index", news)
    return indexed(tmp_path / "index", write(news, harvest=HARVEST))[0]


def derived(store: Store) -> list[Path]:
    """Every file of both snapshots that readers open."""
    files = [one for one in store.folder.rglob("*") if one.is_file()]
    kept = [one for one in files if one.parent != store.folder or one.name.startswith("vectors")]
    return sorted(one for one in kept if not one.name.startswith("."))


def replace(place: Path, data: bytes) -> None:
    """Write anew, so that hard links and files that are open elsewhere keep what they hold."""
    place.unlink()
    place.write_bytes(data)


def flip(place: Path) -> None:
    data = bytearray(place.read_bytes())
    data[len(data) // 2] ^= 0x10
    replace(place, bytes(data))


FAULTS: dict[str, Callable[[Path], None]] = {
    "missing": Path.unlink,
    "empty": lambda place: replace(place, b""),
    "truncated": lambda place: replace(place, place.read_bytes()[: place.stat().st_size // 2]),
    "longer": lambda place: replace(place, place.read_bytes() + b"\0"),
    "flipped": flip,
}


@pytest.mark.parametrize("fault", FAULTS)
def test_any_fault_of_any_derived_file_leaves_the_answers_as_they_were(store, fault: str) -> None:
    before, whole = answers(store), derived(store)
    assert len(whole) > 5
    few = [whole[-1], next(one for one in whole if one.suffix == ".idx")]
    for place in whole if fault == "flipped" else few:
        if fault in ("truncated", "flipped", "empty") and not place.stat().st_size:
            continue
        data = place.read_bytes()
        FAULTS[fault](place)
        assert answers(Store(store.folder)) == before
        assert [one.derived for one in check.check(store)] == [True]
        if place.exists():
            place.unlink()
        place.write_bytes(data)
    assert check.check(store) == []


def test_older_files_under_the_name_of_the_newest_are_noticed(store: Store, tmp_path: Path) -> None:
    before = answers(store)
    news = write(tmp_path / "news", harvest=BRIDGE)
    kept = tmp_path / "kept"
    shutil.copytree(store.folder, kept)
    indexed(store.folder, news)
    after = answers(store)
    assert after != before
    for kind in ("vectors", "lexical"):
        new = snapshots.recorded(store, kind)
        old = snapshots.recorded(Store(kept), kind)
        assert new is not None
        assert old is not None
        place = store.folder / new.path
        if place.is_dir():
            shutil.rmtree(place)
            shutil.copytree(kept / old.path, place)
        else:
            shutil.copy(kept / old.path, place)
    assert answers(Store(store.folder)) == after


def test_both_snapshots_gone_are_written_again_by_the_next_run(store: Store) -> None:
    before = answers(store)
    for place in store.folder.iterdir():
        if place.is_dir():
            shutil.rmtree(place)
        elif place.name.startswith("vectors"):
            place.unlink()
    assert answers(Store(store.folder)) == before
    with Writer(store) as writer:
        snapshots.publish(store, writer)
    assert check.check(store) == []
    assert answers(store) == before


def test_what_a_killed_run_left_is_swept(store: Store) -> None:
    before = answers(store)
    (store.folder / "vectors-99.unfinished").write_bytes(b"half")
    (store.folder / "vectors-1").write_bytes(b"old")
    for name in ("lexical-1", "lexical-99.unfinished"):
        (store.folder / name).mkdir()
        (store.folder / name / "x.idx").write_bytes(b"half")
    with Writer(store) as writer:
        snapshots.publish(store, writer)
    generation = store.generation()
    assert sorted(one.name for one in store.folder.iterdir() if "sqlite" not in one.name) == [
        f"lexical-{generation}",
        f"vectors-{generation}",
        "writer.lock",
    ]
    assert answers(store) == before


def test_a_commit_whose_snapshots_were_never_written_is_found_all_the_same(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    news = write(tmp_path / "news", third="Ferry sinks\n\nThe ferry sank off the coast.\n")
    (news / "harvest.txt").write_text("Rain at last\n\nRain fell on the fields.\n")
    monkeypatch.setattr(snapshots, "publish", lambda *_: None)
    indexed(store.folder, news)
    monkeypatch.undo()
    assert found(store, "ferry sank") == ["The ferry sank off the coast."]
    assert found(store, "wheat soil plough") == []
    assert {one.derived for one in check.check(store)} == {True}
    indexed(store.folder, news)
    assert check.check(store) == []
    assert found(store, "ferry sank") == ["The ferry sank off the coast."]


def test_a_disk_that_refuses_derived_files_is_one_line_and_the_commit_answers(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(snapshots, "_sync", full)
    news = write(tmp_path / "news", third="Ferry sinks\n\nThe ferry sank off the coast.\n")
    with pytest.raises(CorpusError, match=r"No space left on device.*can be asked"):
        build.update(store, WORDS, [news])
    assert found(store, "ferry sank")


def test_snapshots_grow_by_what_is_new_and_forget_what_is_gone(
    store: Store, tmp_path: Path
) -> None:
    for number in range(12):
        word = "abcdefghijkl"[number] * 5
        indexed(store.folder, write(tmp_path / "news", changing=f"One\n\nThe {word} fell.\n"))
    assert found(store, "lllll") == ["The lllll fell."]
    assert not found(store, "aaaaa")
    one = snapshots.recorded(store, "lexical")
    assert one is not None
    assert one.rows == len(store.passage_keys())
    assert len(list((store.folder / one.path).iterdir())) < 60
    assert check.check(store) == []


def test_a_damaged_segment_is_not_carried_on_by_the_next_run(store: Store, tmp_path: Path) -> None:
    flip(next(one for one in derived(store) if one.suffix == ".idx"))
    indexed(store.folder, write(tmp_path / "news", third="Ferry\n\nThe ferry sank.\n"))
    assert check.check(store) == []
    assert found(store, "ferry sank")
    one = snapshots.recorded(store, "lexical")
    assert one is not None
    files = {file.name for file in (store.folder / one.path).iterdir() if file.name[0] != "."}
    assert set(one.digests) == files


def test_a_view_follows_the_index_while_it_changes(store: Store, tmp_path: Path) -> None:
    view = View(store, WORDS)
    news = tmp_path / "news"
    stop = threading.Event()
    errors: list[BaseException] = []

    def ask() -> None:
        try:
            while not stop.is_set():
                view.refresh()
                vector = view.embed(["the bridge"])[0]
                keys = [key for key, _ in view.nearest(vector, 9) + view.matching("bridge", 9)]
                view.cosines(vector, [*keys, *store.passages(keys), 10_000])
        except BaseException as error:
            errors.append(error)
        finally:
            store.close()

    threads = [threading.Thread(target=ask) for _ in range(2)]
    for thread in threads:
        thread.start()
    for number in range(8):
        text = f"Bridge {number}\n\nThe bridge of day {number} stands.\n"
        indexed(store.folder, write(news, changing=text))
        build.remove(store, ["harvest"] if number % 2 else ["bridge"])
    stop.set()
    for thread in threads:
        thread.join()
    assert errors == []
    view.refresh()
    assert len(view) == len(store.passage_keys())


def test_a_sound_index_has_no_findings(store: Store) -> None:
    assert check.check(store) == []


DAMAGE = {
    "UPDATE articles SET text = replace(text, 'May', 'Jun') WHERE id = 'bridge'": (
        Finding("bridge", "the text does not match its checksum", False),
    ),
    'UPDATE passages SET "end" = 99999 WHERE key = 1': (
        Finding("bridge", "the passage 25-99999 is outside the text", True),
    ),
    "UPDATE vectors SET vector = zeroblob(256)": None,
    "DELETE FROM vectors": None,
    "UPDATE statements SET record = '{'": None,
    "UPDATE statements SET record = replace(record, '\"end\": ', '\"end\": 99')": None,
    "UPDATE articles SET current = 0 WHERE id = 'bridge'": None,
    "DELETE FROM snapshots": (
        Finding("vectors", "was not written", True),
        Finding("lexical", "was not written", True),
    ),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_damage_is_found_and_what_is_derived_is_made_anew(store: Store, damage: str) -> None:
    store.connection().execute(damage)
    findings = check.check(store)
    expected = DAMAGE[damage]
    assert findings
    if expected:
        assert findings == list(expected)
    articles = len(store.read("SELECT * FROM articles"))
    left = check.repair(store, WORDS)
    assert left == [one for one in findings if not one.derived]
    assert len(store.read("SELECT * FROM articles")) == articles
    if not left and "current" not in damage:
        assert found(store, "reopen May")
        assert store.statements_of("bridge")


def test_a_damaged_database_is_a_finding_and_not_an_error(store: Store) -> None:
    store.read("PRAGMA wal_checkpoint(TRUNCATE)")
    roots = store.read("SELECT rootpage FROM sqlite_master WHERE name IN ('articles', 'passages')")
    store.close()
    place = store.folder / "onrecord.sqlite"
    data = bytearray(place.read_bytes())
    for (page,) in roots:
        data[(page - 1) * 4096 : (page - 1) * 4096 + 600] = b"\xa5" * 600
    place.write_bytes(data)
    findings = check.check(Store(store.folder))
    assert findings
    assert any(not one.derived for one in findings)


def test_a_large_index_keeps_up_without_writing_its_vectors_for_each_article(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vectors, "FLAT_MOST", 60)
    monkeypatch.setattr(snapshots, "FLAT_MOST", 60)
    monkeypatch.setattr(vectors, "lists_for", lambda rows: 8 if rows > 60 else 0)
    monkeypatch.setattr(snapshots, "lists_for", vectors.lists_for)
    place = tmp_path / "index"
    many = {
        f"a{n}": f"Day {n}\n\nThe mayor of town {n} said that bridge {n % 7} opens.\n"
        for n in range(120)
    }
    store, _ = indexed(place, write(tmp_path / "news", **many))
    assert not View(store, WORDS)._state.vectors.exact
    first = snapshots.recorded(store, "vectors")
    few = {"new": "Ferry sinks\n\nThe ferry sank off the coast.\n"}
    indexed(place, write(tmp_path / "news", **few))
    build.remove(store, ["a5"])
    assert snapshots.recorded(store, "vectors") == first
    assert (check.check(store), nearest_by_hand(store)) == ([], nearest_in_view(store))
    indexed(
        place,
        write(
            tmp_path / "news",
            **{f"b{n}": f"Storm {n}\n\nA storm of force {n} came.\n" for n in range(9)},
        ),
    )
    assert snapshots.recorded(store, "vectors") != first
    assert (check.check(store), nearest_by_hand(store)) == ([], nearest_in_view(store))
    store.connection().execute("DELETE FROM snapshots")
    assert nearest_by_hand(store) == nearest_in_view(store)
    build.remove(store, [f"a{n}" for n in range(110)])
    assert View(store, WORDS)._state.vectors.exact
    assert nearest_by_hand(store) == nearest_in_view(store)


QUERIES = ["the mayor of town 5 said", "a ferry sank", "a storm of force 3"]


def nearest_in_view(store: Store) -> list[list[float]]:
    view = View(store, WORDS)
    found = [view.nearest(vector, 10) for vector in WORDS.embed(QUERIES)]
    return [[round(cosine, 5) for _, cosine in hits] for hits in found]


def nearest_by_hand(store: Store) -> list[list[float]]:
    _, rows = store.vectors(store.passage_keys())
    best = [sorted((rows @ vector).tolist(), reverse=True)[:10] for vector in WORDS.embed(QUERIES)]
    return [[round(cosine, 5) for cosine in cosines] for cosines in best]
