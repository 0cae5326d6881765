"""Finding passages by their vectors."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.search.vectors import FLAT_MOST, Keys, VectorIndex, digest, lists_for

NONE: Keys = np.array([], dtype=np.int64)
UNITS = np.eye(4, dtype=np.float32)


def three() -> VectorIndex:
    return VectorIndex.empty(4).changed(np.array([10, 20, 30]), UNITS[:3], NONE)


def test_the_nearest_come_first_with_their_cosines() -> None:
    query = np.array([[0.8, 0.6, 0, 0]], dtype=np.float32)
    (hits,) = three().search(query, 2)
    assert [key for key, _ in hits] == [10, 20]
    assert [round(cosine, 6) for _, cosine in hits] == [0.8, 0.6]


def test_a_changed_copy_leaves_the_index_untouched() -> None:
    before = three()
    after = before.changed(np.array([40]), UNITS[3:], np.array([10]))
    assert sorted(before.keys) == [10, 20, 30]
    assert sorted(after.keys) == [20, 30, 40]


def test_an_empty_index_and_k_0_find_nothing() -> None:
    assert VectorIndex.empty(4).search(UNITS[:2], 5) == [[], []]
    assert three().search(UNITS[:1], 0) == [[]]


@given(st.lists(st.integers(1, 60), unique=True, max_size=20), st.data())
def test_an_index_grown_and_shrunk_finds_what_brute_force_finds(keys, data) -> None:
    vectors = np.random.default_rng(1).standard_normal((len(keys), 8)).astype(np.float32)
    removed = data.draw(st.lists(st.sampled_from(keys), unique=True)) if keys else []
    index = VectorIndex.empty(8).changed(np.array(keys, dtype=np.int64), vectors, NONE)
    index = index.changed(NONE, vectors[:0], np.array(removed, dtype=np.int64))
    kept = [row for row, key in enumerate(keys) if key not in removed]
    query = np.ones(8, dtype=np.float32)
    wanted = sorted(kept, key=lambda row: -float(vectors[row] @ query))
    assert [key for key, _ in index.search(query[None], 60)[0]] == [keys[row] for row in wanted]
    told = [float(vectors[row] @ query) for row in wanted]
    asked = [*(keys[row] for row in wanted), *removed, 99]
    assert index.cosines(query, asked) == pytest.approx([*told, *[0.0] * (len(removed) + 1)])


def test_small_indexes_are_flat_and_large_ones_have_more_lists() -> None:
    assert (lists_for(0), lists_for(FLAT_MOST)) == (0, 0)
    assert [lists_for(n) for n in (FLAT_MOST + 1, 100_000, 1_000_000)] == [256, 512, 2048]


@settings(max_examples=10, deadline=None)
@given(st.data())
def test_a_large_index_finds_what_brute_force_finds(tmp_path_factory, data) -> None:
    """With fewer lists than are looked into, only the rounding to bytes can change an order."""
    rng = np.random.default_rng(data.draw(st.integers(0, 99)))
    vectors = rng.standard_normal((40, 8)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    index = VectorIndex.built([(np.arange(20), vectors[:20])], vectors[:20], lists=4)
    held = set(range(20))
    for _ in range(3):
        gone = data.draw(st.sets(st.sampled_from(sorted(held)), max_size=8)) if held else set()
        new = data.draw(st.sets(st.integers(20, 39), max_size=8)) - held
        added = np.array(sorted(new), dtype=np.int64)
        index = index.changed(added, vectors[added], np.array(sorted(gone), dtype=np.int64))
        held = (held - gone) | new
        if data.draw(st.booleans()):
            place = tmp_path_factory.mktemp("large") / "v"
            read = VectorIndex.read(place, index.write(place), len(held))
            assert read is not None
            index = read
    assert (len(index), sorted(index.keys)) == (len(held), sorted(held))
    (hits,) = index.search(vectors[:1], 60)
    assert {key for key, _ in hits} == held


def test_a_stored_index_comes_back_by_its_checksum(tmp_path: Path) -> None:
    checksum = three().write(tmp_path / "v")
    assert checksum == digest(tmp_path / "v")
    index = VectorIndex.read(tmp_path / "v", checksum, 3)
    assert index is not None
    assert sorted(index.keys) == [10, 20, 30]


def test_a_flipped_bit_a_lost_tail_and_a_wrong_count_are_noticed(tmp_path: Path) -> None:
    place = tmp_path / "v"
    checksum = three().write(place)
    whole = place.read_bytes()
    assert VectorIndex.read(place, checksum, 4) is None
    for at in range(0, len(whole), 7):
        place.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        assert VectorIndex.read(place, checksum, 3) is None
        place.write_bytes(whole[:at])
        assert VectorIndex.read(place, checksum, 3) is None
    assert VectorIndex.read(tmp_path / "none", checksum, 3) is None


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full on this system")
def test_a_full_disk_is_an_error_and_not_a_short_file(tmp_path: Path) -> None:
    (tmp_path / "full").symlink_to("/dev/full")
    with pytest.raises(OSError, match="No space"):
        three().write(tmp_path / "full")
