"""An index that follows its folders: what goes, what stays, and stopping in between."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from world import BRIDGE, HARVEST, WORDS, found, indexed, new_store, words_embedder, write

from index import build, check, removal, watch
from index.errors import IndexLocked
from index.search import embed
from index.storage.store import Store
from index.storage.writer import Writer
from ui import indexing
from ui.cli import main
from ui.signals import Stop

THIRD = "Ferry stops\n\nThe ferry stops in March, captain Ann Lee said.\n"


@pytest.fixture
def news(tmp_path: Path) -> Path:
    return write(tmp_path / "news", bridge=BRIDGE, harvest=HARVEST)


def mirrored(store: Store, *paths: Path) -> build.Report:
    return build.update(store, WORDS, paths, mirror=True)


def ids(store: Store) -> list[str]:
    return sorted(one.id for one in store.articles())


def test_what_vanished_from_a_named_folder_goes_and_nothing_else(tmp_path: Path, news) -> None:
    other = write(tmp_path / "other", ferry=THIRD)
    beside = write(tmp_path / "news-old", far=THIRD)
    store, _ = indexed(tmp_path / "index", news, other, beside)
    for place in (news / "harvest.txt", other / "ferry.txt", beside / "far.txt"):
        place.unlink()
    assert indexed(tmp_path / "index", news)[1].removed == []
    report = mirrored(store, news)
    assert (report.removed, report.unchanged, report.skipped) == (["harvest"], 1, [])
    assert ids(store) == ["bridge", "far", "ferry"]
    assert not found(store, "soil plough")
    assert check.check(store) == []


def test_a_folder_that_lost_all_or_is_not_there_loses_nothing(tmp_path: Path, news) -> None:
    store, _ = indexed(tmp_path / "index", news)
    news.rename(tmp_path / "elsewhere")
    for _ in range(2):  # not there, then there and empty as an unmounted disk is
        report = mirrored(store, news)
        assert report.removed == []
        assert "all 2 articles from there have vanished" in report.skipped[-1].reason
        news.mkdir(exist_ok=True)
    assert ids(store) == ["bridge", "harvest"]


def test_files_that_cannot_be_looked_at_have_not_vanished(tmp_path: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can give its rights away and take them back")
    place = Path(tempfile.mkdtemp())
    place.chmod(0o755)
    try:
        news = write(place / "news", bridge=BRIDGE)
        write(news / "closed", harvest=HARVEST, ferry=THIRD)
        store, _ = indexed(place / "index", news)
        (news / "closed").chmod(0)
        (news / "bridge.txt").chmod(0)
        os.seteuid(65534)
        assert removal.vanished(store, [news]) == ([], [])
    finally:
        os.seteuid(0)
        shutil.rmtree(place)


def test_names_that_are_odd_or_hold_a_hash_are_found_again(tmp_path: Path, news) -> None:
    odd = Path(os.fsdecode(os.fsencode(news) + b"/caf\xe9.txt"))
    odd.write_text(THIRD)
    (news / "a#1.txt").write_text("One. It is here.")
    store, _ = indexed(tmp_path / "index", news)
    assert mirrored(store, news).removed == []
    odd.unlink()
    (gone,) = mirrored(store, news).removed
    assert gone.startswith("caf")


def rows(place: Path, *names: str) -> Path:
    place.write_text(
        "".join(json.dumps({"id": one, "text": f"{one} it is."}) + "\n" for one in names)
    )
    return place


def test_rows_that_a_file_no_longer_holds_go_unless_it_is_broken_or_a_feed(tmp_path: Path) -> None:
    news = tmp_path / "news"
    news.mkdir()
    place = rows(news / "rows.jsonl", "a", "b", "c")
    feed = news / "feed.rss"
    entry = "<item><guid>{0}</guid><description>{0} it is.</description></item>"
    feed.write_text(f"<rss>{entry.format('x')}{entry.format('y')}</rss>")
    store, _ = indexed(tmp_path / "index", news)
    rows(place, "a", "c")
    feed.write_text(f"<rss>{entry.format('y')}</rss>")
    assert mirrored(store, news).removed == ["b"]
    place.write_text(place.read_text() + "{broken\n")
    place.write_text(place.read_text().replace('"a"', '"d"'))
    assert mirrored(store, news).removed == []
    assert ids(store) == ["a", "c", "d", "x", "y"]


def test_a_place_named_with_dots_is_the_same_place(tmp_path: Path, news) -> None:
    store, _ = indexed(tmp_path / "index", news)
    (tmp_path / "sub").mkdir()
    assert indexed(tmp_path / "index", tmp_path / "sub" / ".." / "news")[1].unchanged == 2
    assert removal.by_path(store, tmp_path / "sub" / ".." / "news") == ["bridge", "harvest"]


def test_an_index_among_the_articles_is_not_read(tmp_path: Path, news) -> None:
    indexed(news / "index", news)
    store, report = indexed(news / "index", news)
    assert [one.reason.split(":")[0] for one in report.skipped] == ["is an index, not articles"]
    assert ids(store) == ["bridge", "harvest"]


def stopping_after(looks: int) -> Callable[[], bool]:
    left = iter(range(looks))
    return lambda: next(left, None) is None


@pytest.mark.parametrize("looks", range(0, 14))
def test_stopped_anywhere_it_keeps_what_it_read_and_goes_on_from_there(
    tmp_path: Path, news, looks: int
) -> None:
    rows(news / "rows.jsonl", "a", "b", "c")
    write(news, ferry=THIRD)
    store = new_store(tmp_path / "index")
    first = build.update(store, WORDS, [news], stop=stopping_after(looks))
    assert first.stopped == (len(first.added) < 6)
    assert ids(store) == sorted(first.added)
    assert check.check(store) == []
    second = build.update(store, WORDS, [news], mirror=True)
    assert not second.stopped
    assert sorted(first.added + second.added) == ["a", "b", "bridge", "c", "ferry", "harvest"]
    assert second.removed == []
    assert check.check(store) == []


def test_progress_moves_inside_a_large_file(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(build, "BATCH", 1)
    seen: list[build.Progress] = []
    place = rows(tmp_path / "rows.jsonl", "a", "b", "c")
    build.update(new_store(tmp_path / "index"), WORDS, [place], seen.append)
    assert [one.size for one in seen[-1:]] == [place.stat().st_size] == [seen[-1].total_size]
    assert [one.articles for one in seen] == [1, 2, 3, 3]


LIGHT = (
    "import sys, time\nimport world\nfrom index import build\n"
    "from index.search import embed\nfrom index.speech import statements\n"
    "embed.load = lambda *_: world.words_embedder()\nbuild.BATCH = 1\n"
    "plain = build._commit\n"
    "def commit(*given):\n    plain(*given)\n    print('committed', flush=True)\n"
    "    sys.stdin.readline()\n"
    "build._commit = commit\n"
    "statements.read_all = lambda articles: [((), ()) for _ in articles]\n"
    "from ui.cli import main\nsys.exit(main(sys.argv[1:]))\n"
)


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_commits_and_says_how_far_it_got(tmp_path: Path, news, number, code) -> None:
    root = Path(__file__).resolve().parents[1]
    path = os.pathsep.join([str(root), str(root / "tests")])
    with subprocess.Popen(
        [sys.executable, "-c", LIGHT, "index", str(news), "--index", str(tmp_path / "index")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONPATH": path},
        cwd=root,
    ) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        assert process.stdout.readline() == "committed\n"
        process.send_signal(number)
        assert process.stderr is not None
        assert process.stderr.readline() == "\n"
        assert process.stderr.readline().startswith("stopping")
        out, err = process.communicate("\n", timeout=60)
    assert process.returncode == code
    assert "added 1, updated 0" in out
    assert err.strip() == "stopped after 1 of 2 files; the same command goes on from there"
    assert ids(Store(tmp_path / "index")) == ["bridge"]


def test_the_second_signal_interrupts_at_once() -> None:
    # A process of its own: pytest's fault handler keeps a stack for signals that need not be
    # there any more when a real one comes.
    code = (
        "import os, signal\n"
        "from ui.signals import Stop\n"
        "with Stop('stopping') as stop:\n"
        "    os.kill(os.getpid(), signal.SIGINT)\n"
        "    assert stop.asked()\n"
        "    try:\n"
        "        os.kill(os.getpid(), signal.SIGINT)\n"
        "    except KeyboardInterrupt:\n"
        "        raise SystemExit(stop.code) from None\n"
    )
    root = Path(__file__).resolve().parent.parent
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (130, "\nstopping\n")


def words_embedder_for(*_: str) -> embed.Embedder:
    return words_embedder()


@pytest.fixture
def index(tmp_path: Path, news: Path, monkeypatch, capsys) -> list[str]:
    monkeypatch.setattr(embed, "load", words_embedder_for)
    place = ["--index", str(tmp_path / "index")]
    write(news / "sub", ferry=THIRD)
    assert main(["index", str(news), *place]) == 0
    capsys.readouterr()
    return place


def test_removing_by_path_takes_a_folder_or_a_file(tmp_path, news, index, capsys) -> None:
    assert main(["remove", "--path", str(news / "sub"), *index]) == 0
    assert capsys.readouterr().out == "removed 1 articles\n"
    shutil.rmtree(news)
    assert main(["remove", "--path", str(news / "bridge.txt"), "harvest", *index]) == 0
    assert not ids(Store(tmp_path / "index"))
    assert main(["remove", "--path", str(news), *index]) == 1
    assert "no article came from" in capsys.readouterr().err


def test_removing_by_words_lists_first_and_removes_with_yes(tmp_path, index, capsys) -> None:
    assert main(["remove", "--query", "Captain's ferries", *index]) == 1
    told = capsys.readouterr()
    assert "ferry" in told.out
    assert "bridge" not in told.out
    assert "nothing was removed: these are 1 articles" in told.err
    assert len(ids(Store(tmp_path / "index"))) == 3
    assert main(["remove", "--query", "captain ferry", "--yes", "--json", *index]) == 0
    assert json.loads(capsys.readouterr().out) == {"removed": ["ferry"]}
    assert main(["remove", "--query", "captain ferry", "--yes", *index]) == 1
    assert main(["remove", "--query", "the", "--yes", *index]) == 1
    assert main(["remove", *index]) == 2
    assert ids(Store(tmp_path / "index")) == ["bridge", "harvest"]


@pytest.mark.parametrize(
    "wrong",
    [
        ["--map", "headline=title", "x"],
        ["--map", "title", "x"],
        ["--format", "exe", "-"],
        ["--format", "html", "x"],
        ["--watch", "nowhere"],
    ],
)
def test_wrong_options_are_one_line(tmp_path, index, wrong, capsys) -> None:
    assert main(["index", *wrong, *index]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_the_json_summary_is_complete(tmp_path, news, index, capsys) -> None:
    (news / "harvest.txt").write_text("Published: 30 February 2022\n\nIt is so.\n")
    (news / "bridge.txt").unlink()
    assert main(["index", str(news), "--mirror", "--json", *index]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told.pop("seconds") >= 0
    assert told.pop("doubts")[0]["reason"].startswith("the publication date '30 February 2022'")
    assert told == {
        **{"added": [], "updated": ["harvest"], "removed": ["bridge"], "unchanged": 1},
        **{
            "skipped": [],
            "passages": 1,
            "embedded": 1,
            "renewed": 0,
            "files": 2,
            "total": 2,
            "stopped": False,
        },
    }


class Watcher:
    """``onrecord index --watch`` in a thread: what is on disk is known by looking at the index."""

    def __init__(self, taking: indexing.Taking, stop: Stop) -> None:
        self.stop = stop
        self._thread = threading.Thread(target=indexing._follow, args=(taking, False))

    def until(self, holds: Callable[[], bool]) -> None:
        for _ in range(300):
            if holds():
                return
            self.stop.event.wait(0.05)
        pytest.fail("it did not keep up within 15 seconds")

    def __enter__(self) -> Watcher:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop.event.set()
        self._thread.join(20)
        assert not self._thread.is_alive()


@pytest.fixture
def watcher(tmp_path, news, index, monkeypatch) -> Iterator[Watcher]:
    from rag.settings import Settings

    monkeypatch.setattr(watch, "TICK", 100)
    monkeypatch.setattr(watch, "QUIET", 50)
    monkeypatch.setattr(indexing, "_PATIENCE", 1)
    stop = Stop("stopping")
    settings = Settings(index=str(tmp_path / "index"))
    with Watcher(indexing.Taking(settings, [news], {}, True, stop), stop) as running:
        yield running


def locked(store: Store, watcher: Watcher) -> Writer:
    """The write lock, as soon as the watcher lets go of it."""
    held: list[Writer] = []

    def free() -> bool:
        with contextlib.suppress(IndexLocked):
            held.append(Writer(store))
        return bool(held)

    watcher.until(free)
    return held[0]


def test_a_watched_folder_is_kept_up_with_through_faults(tmp_path, news, watcher, capsys) -> None:
    store = Store(tmp_path / "index")
    write(news / "new", late=THIRD.replace("ferry", "train"))
    watcher.until(lambda: "late" in ids(store))
    (news / "bridge.txt").unlink()
    watcher.until(lambda: "bridge" not in ids(store))
    (news / "bad.txt").write_bytes(b"\x00")
    with locked(store, watcher):  # another process writes: it waits its turn
        write(news, bridge=BRIDGE)
        watcher.until(lambda: "it is tried again" in capsys.readouterr().err)
    watcher.until(lambda: "bridge" in ids(store))
    news.rename(tmp_path / "away")
    watcher.stop.event.wait(0.3)
    (tmp_path / "away").rename(news)
    write(news, back="Tunnel opens\n\nThe tunnel opens today.\n")
    watcher.until(lambda: "back" in ids(store))
    assert ids(store) == ["back", "bridge", "ferry", "harvest", "late"]


def test_the_writer_lock_is_free_while_nothing_changes(tmp_path, watcher) -> None:
    with locked(Store(tmp_path / "index"), watcher):
        pass
