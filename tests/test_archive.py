"""Archives are read in memory: nothing leaves them, and nothing in them explodes."""

from __future__ import annotations

import gzip
import io
import stat
import tarfile
import zipfile
from pathlib import Path

import pytest

from index import corpus
from index.corpus import Skipped, SourceFile
from index.formats import archive
from index.types import Article

ROWS = b'{"id": "r", "text": "In a row."}\n{"text": ""}\n'


def read(place: Path) -> tuple[dict[str, str], dict[str, str]]:
    """Texts and reasons by what follows the archive's name in their place."""
    articles, skipped = {}, {}
    for one in corpus.articles(SourceFile(place, "")):
        inside = one.source.removeprefix(str(place)).removeprefix("#")
        if isinstance(one, Skipped):
            skipped[inside] = one.reason
        else:
            assert isinstance(one, Article)
            articles[inside] = one.text
    return articles, skipped


def zipped(place: Path, **files: bytes) -> Path:
    with zipfile.ZipFile(place, "w", zipfile.ZIP_DEFLATED) as out:
        for name, data in files.items():
            out.writestr(name, data)
    return place


def tarred(place: Path, *members: tuple[tarfile.TarInfo, bytes]) -> Path:
    with tarfile.open(place, "w:gz" if place.name.endswith("gz") else "w") as out:
        for info, data in members:
            info.size = len(data) if info.isreg() else info.size
            out.addfile(info, io.BytesIO(data))
    return place


def member(name: str, data: bytes = b"Text.", kind: bytes = tarfile.REGTYPE, link: str = ""):
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, link
    return info, data


FILES = {"a/one.txt": b"One.", "b.jsonl": ROWS, ".hidden.txt": b"x", "__MACOSX/a.txt": b"x"}


@pytest.mark.parametrize("ending", [".zip", ".tar", ".tar.gz", ".tgz"])
def test_files_in_an_archive_are_read_like_files(tmp_path: Path, ending: str) -> None:
    place = tmp_path / f"news{ending}"
    if ending == ".zip":
        zipped(place, **FILES)
    else:
        tarred(place, *(member(name, data) for name, data in FILES.items()))
    articles, skipped = read(place)
    assert articles == {"a/one.txt": "One.", "b.jsonl#r": "In a row."}
    assert list(skipped) == ["b.jsonl"]
    assert sorted(tmp_path.iterdir()) == [place]


def test_a_packed_file_of_rows_is_read_line_by_line(tmp_path: Path) -> None:
    place = tmp_path / "rows.jsonl.gz"
    place.write_bytes(gzip.compress(ROWS))
    articles, skipped = read(place)
    assert articles == {"rows.jsonl#r": "In a row."}
    assert skipped["rows.jsonl"].startswith('line 2 has no "text"')


OUTSIDE = ["../up.txt", "/abs.txt", "a/../../up.txt", "C:\\x.txt", "..\\up.txt", "\\\\host\\x.txt"]


@pytest.mark.parametrize("name", OUTSIDE)
def test_names_that_lead_out_are_not_read(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    for place in (
        zipped(folder / "a.zip", **{name: b"Text."}),
        tarred(folder / "a.tgz", member(name)),
    ):
        articles, skipped = read(place)
        assert not articles
        assert list(skipped.values()) == ["leads out of the archive: it is not read"]
    assert sorted(one.name for one in folder.iterdir()) == ["a.tgz", "a.zip"]
    assert list(tmp_path.iterdir()) == [folder]


def test_links_devices_and_archives_in_archives_are_not_read(tmp_path: Path) -> None:
    place = tarred(
        tmp_path / "a.tar",
        member("link.txt", kind=tarfile.SYMTYPE, link="/etc/passwd"),
        member("hard.txt", kind=tarfile.LNKTYPE, link="/etc/passwd"),
        member("pipe.txt", kind=tarfile.FIFOTYPE),
        member("null.txt", kind=tarfile.CHRTYPE),
        member("folder", kind=tarfile.DIRTYPE),
        member("inner.zip", b"PK"),
        member("odd.exe", b"MZ"),
        member("good.txt"),
    )
    articles, skipped = read(place)
    assert articles == {"good.txt": "Text."}
    kind = "is a link, a device or sparse: it is not read"
    assert [skipped.pop(name) for name in ("link.txt", "hard.txt", "pipe.txt", "null.txt")] == [
        kind
    ] * 4
    assert skipped.pop("inner.zip") == "is an archive in an archive: it is not read"
    assert skipped.pop("odd.exe").startswith("format .exe is not read")
    assert not skipped
    info = zipfile.ZipInfo("link.txt")
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as out:
        out.writestr(info, "/etc/passwd")
    assert read(tmp_path / "a.zip")[1] == {"link.txt": "is a link or a device: it is not read"}


@pytest.fixture
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "_FREE", 100_000)


BOMB = b" " * 30_000_000  # packs to about 30 kB: a thousand to one


@pytest.mark.usefixtures("_small")
def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    _, skipped = read(zipped(tmp_path / "a.zip", bomb=BOMB))
    assert "as a zip bomb does" in skipped[""]
    _, skipped = read(tarred(tmp_path / "a.tar.gz", member("one.txt"), member("bomb.txt", BOMB)))
    assert "unpacks to more than" in str(skipped)
    (tmp_path / "b.jsonl.gz").write_bytes(gzip.compress(BOMB))
    assert "unpacks to more than" in str(read(tmp_path / "b.jsonl.gz")[1])
    articles, _ = read(tmp_path / "a.tar.gz")
    assert articles == {"one.txt": "Text."}


@pytest.mark.usefixtures("_small")
def test_a_zip_that_lies_about_its_sizes_is_stopped_while_it_unpacks(tmp_path: Path) -> None:
    data = zipped(tmp_path / "a.zip", **{"bomb.txt": BOMB}).read_bytes()
    true, told = len(BOMB).to_bytes(4, "little"), (5000).to_bytes(4, "little")
    assert data.count(true) == 2
    (tmp_path / "a.zip").write_bytes(data.replace(true, told))
    articles, skipped = read(tmp_path / "a.zip")
    assert not articles
    assert "broken" in str(skipped)


def test_a_word_document_that_is_a_bomb_is_refused(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(archive, "_FREE", 100_000)
    zipped(tmp_path / "a.docx", **{"word/document.xml": BOMB})
    assert "as a zip bomb does" in str(read(tmp_path / "a.docx")[1])


def test_too_many_files_and_endless_headers_are_refused(tmp_path: Path, monkeypatch) -> None:
    long = tmp_path / "long.tar"
    with tarfile.open(long, "w", format=tarfile.GNU_FORMAT) as out:
        out.addfile(*member("x" * 2_000_000 + ".txt", b""))
    assert "headers are too long" in str(read(long)[1])
    monkeypatch.setattr(archive, "MEMBERS", 3)
    many = {f"{n}.txt": b"One." for n in range(5)}
    assert "5 files" in str(read(zipped(tmp_path / "a.zip", **many))[1])
    tarred(tmp_path / "a.tar", *(member(name, data) for name, data in many.items()))
    articles, skipped = read(tmp_path / "a.tar")
    assert (len(articles), "more than 3 files" in str(skipped)) == (3, True)


@pytest.mark.parametrize("ending", [".zip", ".tar", ".tar.gz", ".tgz", ".gz"])
def test_a_broken_archive_is_one_line(tmp_path: Path, ending: str) -> None:
    place = tmp_path / f"a{ending}"
    for data in (
        b"",
        b"no archive at all, " * 60,
        b"PK\x05\x06" + b"\xff" * 18,
        b"\x1f\x8b\x08" * 9,
    ):
        place.write_bytes(data)
        _, skipped = read(place)
        assert all("\n" not in why and ": " in why for why in skipped.values())
    whole = tarred(tmp_path / "w.tgz", *(member(f"{n}.txt", b"x%d " % n * 500) for n in range(50)))
    (tmp_path / "cut.tgz").write_bytes(whole.read_bytes()[: whole.stat().st_size // 2])
    articles, skipped = read(tmp_path / "cut.tgz")
    assert articles
    assert any("broken or cut off" in why for why in skipped.values())


def test_a_zip_with_a_password_says_so(tmp_path: Path) -> None:
    data = bytearray(zipped(tmp_path / "a.zip", **{"a.txt": b"One."}).read_bytes())
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + at] |= 1
    (tmp_path / "a.zip").write_bytes(data)
    assert read(tmp_path / "a.zip")[1] == {"a.txt": "is encrypted: pack it without a password"}
