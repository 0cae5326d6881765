"""The real process, killed and refused at its writes: the last commit answers, all the same."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from world import BRIDGE, HARVEST, WORDS, answers, found, indexed, write

from index import build, check
from index.errors import CorpusError, IndexLocked
from index.search.embed import Embedder, load
from index.storage.store import DATABASE, Store
from index.storage.writer import Writer

ROOT = Path(__file__).resolve().parents[1]
OLD = "Bridge to reopen\n\nThe old bridge reopens in May.\n\nIts cables are new.\n"
NEW = "Bridge to close\n\nThe old bridge closes in May.\n\nIts wheat harvest is dry.\n"
LIGHT = [sys.executable, str(ROOT / "tests" / "world.py")]  # all of it but the model and the parser
REAL = [sys.executable, "-m", "ui.cli", "index", "--index"]

STRACE = shutil.which("strace")
needs_strace = pytest.mark.skipif(
    not STRACE, reason="strace is not installed: faults at single writes are NOT tried"
)
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="faults are injected on Linux")


def run(
    command: Sequence[str], *arguments: Path, inject: str = ""
) -> subprocess.CompletedProcess[str]:
    """Run an indexing process, with one of its system calls killed or refused."""
    tracing = [str(STRACE), "-f", "-o", os.devnull] if inject else []
    tracing += ["-e", f"trace={inject.split(':')[0]}", "-e", f"inject={inject}"] if inject else []
    path = os.pathsep.join([str(ROOT), str(ROOT / "tests")])
    return subprocess.run(
        [*tracing, *command, *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"},
        cwd=ROOT,
        timeout=120,
    )


class Case:
    """An index of old articles, a folder with new ones, and what both answer."""

    def __init__(self, place: Path, embedder: Embedder, old: str, new: str) -> None:
        self.embedder = embedder
        self.news = write(place / "news", bridge=old)
        self.index = place / "index"
        self.old = self.told()
        self.ready = shutil.copytree(self.index, place / "ready")
        write(self.news, bridge=new, harvest=HARVEST if embedder is not WORDS else NEW)
        self.new = self.told()
        assert self.old != self.new
        self.rewind()

    def opened(self) -> Store:
        return indexed(self.index, self.news, embedder=self.embedder)[0]

    def told(self) -> list[list[str]]:
        store = self.opened()
        try:
            return answers(store, self.embedder)
        finally:
            store.close()

    def rewind(self) -> None:
        """Put the index back to where only the old article is in it."""
        shutil.rmtree(self.index)
        shutil.copytree(self.ready, self.index)

    def holds(self) -> None:
        """The index answers old or new, and the next run completes it without duplicates."""
        store = Store(self.index)
        assert answers(store, self.embedder) in (self.old, self.new)
        assert all(one.derived for one in check.check(store))
        store.close()
        store = self.opened()
        assert answers(store, self.embedder) == self.new
        assert check.check(store) == []
        assert sorted(one.id for one in store.articles()) == ["bridge", "harvest"]
        assert len(store.read("SELECT * FROM articles")) == 3
        names = sorted(one.name for one in self.index.iterdir() if "sqlite" not in one.name)
        generation = store.generation()
        assert names == [f"lexical-{generation}", f"vectors-{generation}", "writer.lock"]
        store.close()


@pytest.fixture(scope="module")
def light(tmp_path_factory: pytest.TempPathFactory) -> Case:
    return Case(tmp_path_factory.mktemp("light"), WORDS, OLD, NEW)


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Case:
    changed = BRIDGE.replace("in May", "in June")
    return Case(tmp_path_factory.mktemp("real"), load(), BRIDGE, changed)


# Early, middle and late ones of each call that a run makes.
STEPS = [
    *(("pwrite64", n) for n in (1, 20, 40)),
    *(("fdatasync", n) for n in (1, 2, 4)),
    *(("fsync", n) for n in (1, 9)),
    ("rename", 1),
    ("renameat", 1),
    ("link", 2),
    ("unlink", 1),
]


@needs_strace
@pytest.mark.parametrize(("call", "nth"), STEPS)
def test_killed_at_any_write_it_answers_old_or_new_and_goes_on(light: Case, call, nth) -> None:
    light.rewind()
    done = run(LIGHT, light.index, light.news, inject=f"{call}:signal=KILL:when={nth}")
    assert done.returncode in (0, -9, 137), done.stderr
    light.holds()


REFUSED = [
    ("pwrite64", "ENOSPC", 2),
    ("pwrite64", "ENOSPC", 30),
    ("fdatasync", "EIO", 1),
    ("fsync", "EIO", 1),
    ("renameat", "ENOSPC", 1),
    ("link", "EPERM", 1),
    ("unlink", "EIO", 1),
]


@needs_strace
@pytest.mark.parametrize(("call", "error", "nth"), REFUSED)
def test_refused_at_any_write_it_says_so_in_one_line(light: Case, call, error, nth) -> None:
    light.rewind()
    done = run(LIGHT, light.index, light.news, inject=f"{call}:error={error}:when={nth}+")
    if call in ("link", "unlink"):  # a system without hard links; files too many
        assert done.returncode == 0
    else:
        assert done.returncode == 1
        assert done.stderr.startswith("onrecord: ")
        assert len(done.stderr.splitlines()) == 1, done.stderr
    light.holds()


@needs_strace
@pytest.mark.parametrize(("call", "nth"), [("pwrite64", 1), ("rename", 1)])
def test_killed_while_the_first_index_is_made_it_can_be_made_again(tmp_path, call, nth) -> None:
    news = write(tmp_path / "news", bridge=OLD)
    run(LIGHT, tmp_path / "index", news, inject=f"{call}:signal=KILL:when={nth}")
    store, _ = indexed(tmp_path / "index", news)
    assert found(store, "bridge reopens") == [
        "The old bridge reopens in May.\n\nIts cables are new."
    ]
    assert check.check(store) == []
    assert not list((tmp_path / "index").glob("*.new*"))


@needs_strace
def test_the_command_killed_with_its_real_model_loses_nothing(real: Case) -> None:
    real.rewind()
    done = run(REAL, real.index, real.news, inject="fdatasync:signal=KILL:when=3")
    assert done.returncode in (-9, 137), done.stderr
    real.holds()


@needs_strace
def test_the_command_on_a_full_disk_ends_with_one_line_and_code_1(real: Case) -> None:
    real.rewind()
    done = run(REAL, real.index, real.news, inject="pwrite64:error=ENOSPC:when=5+")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "check the disk" in done.stderr
    assert answers(Store(real.index), real.embedder) == real.old
    real.holds()


def test_a_second_indexer_is_refused_with_the_process_that_writes(real: Case) -> None:
    real.rewind()
    store = Store(real.index)
    with Writer(store):
        done = run(REAL, real.index, real.news)
        with pytest.raises(IndexLocked):
            build.remove(store, ["bridge"])
    assert (done.returncode, done.stdout) == (1, "")
    assert f"process {os.getpid()}: wait" in done.stderr
    assert answers(store, real.embedder) == real.old


def test_a_damaged_database_is_one_line_on_the_command_line(real: Case) -> None:
    real.rewind()
    place = real.index / DATABASE
    place.write_bytes(b"\0" * 100 + place.read_bytes()[100:])
    done = run(REAL, real.index, real.news)
    assert done.returncode == 1
    assert done.stderr.startswith("onrecord: onrecord.sqlite is damaged")
    assert len(done.stderr.splitlines()) == 1
    real.rewind()


@pytest.fixture
def stranger() -> Iterator[Path]:
    """A folder that the process, no longer root, may read but not write."""
    if os.geteuid() != 0:
        pytest.skip("only root can give its rights away and take them back")
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    try:
        yield folder
    finally:
        os.seteuid(0)
        shutil.rmtree(folder)


def test_a_read_only_folder_serves_reads_and_refuses_writes_clearly(stranger: Path) -> None:
    news = write(stranger / "news", bridge=OLD)
    store, _ = indexed(stranger / "index", news)
    before = answers(store)
    store.close()
    files = sorted(stranger.rglob("*"))
    assert all(one.stat().st_mode & stat.S_IROTH for one in files if not one.name.startswith("."))
    os.seteuid(65534)
    reading = Store(stranger / "index")
    assert answers(reading) == before
    assert check.check(reading) == []
    with pytest.raises(CorpusError, match=r"cannot be written to \(Permission denied\)"):
        build.update(reading, WORDS, [news])
    with pytest.raises(CorpusError, match="check its permissions"):
        build.remove(reading, ["bridge"])
    with pytest.raises(CorpusError, match="name another folder"):
        Store.create(stranger / "other", "words", WORDS.fingerprint, 64)
    assert sorted(stranger.rglob("*")) == files


def test_a_reader_without_rights_follows_the_writer_who_has_them(stranger: Path) -> None:
    news = write(stranger / "news", bridge=OLD)
    indexed(stranger / "index", news)[0].close()
    os.seteuid(65534)
    reading = Store(stranger / "index")
    assert len(reading.articles()) == 1
    os.seteuid(0)
    writing, _ = indexed(stranger / "index", write(news, harvest=HARVEST))
    os.seteuid(65534)
    assert len(reading.articles()) == 2
    os.seteuid(0)
    writing.close()
    build.remove(writing, ["bridge"])
    writing.close()
    os.seteuid(65534)
    assert [one.id for one in reading.articles()] == ["harvest"]
    reading.close()


def test_a_crashed_index_in_a_read_only_folder_answers_from_its_last_commit(
    stranger: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, _ = indexed(stranger / "index", write(stranger / "news", bridge=OLD))
    before = answers(store)
    crashed = stranger / "crashed"
    crashed.mkdir()
    store.connection().execute("INSERT INTO sources VALUES ('a', 'b')")  # in the log alone
    for name in (DATABASE, f"{DATABASE}-wal"):
        shutil.copy(store.folder / name, crashed / name)
    store.close()
    os.seteuid(65534)
    with monkeypatch.context() as full:
        full.setattr("tempfile.tempdir", str(stranger))  # where this user may not write
        with pytest.raises(CorpusError, match="make it writable and run 'onrecord info' once"):
            Store(crashed)
    reading = Store(crashed)
    assert reading.read("SELECT count(*) FROM sources WHERE source = 'a'")[0][0] == 1
    assert answers(reading) == before
    assert {one.name for one in crashed.iterdir()} == {DATABASE, f"{DATABASE}-wal"}
    os.seteuid(0)
    assert len(Store(crashed).articles()) == 1
