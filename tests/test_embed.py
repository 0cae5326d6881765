"""The real embedding model, as it is run every day."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from index.errors import EmbedderUnavailable, IndexMismatch
from index.search import embed, original, quantised
from index.search.embed import FAITHFUL, INT8, Embedder, load
from index.search.graph import is_sealed
from index.search.original import DEFAULT
from index.search.runtime import Runtime
from index.storage.store import Store

TEXTS = [
    "The alliance sees no sign that troops are leaving.",
    "",
    "Markets fell.",
    "The mayor said the bridge would reopen in May. " * 60,
    "👩‍🚀 نعم 俄罗斯 e\u0301",
]


@pytest.fixture(scope="module")
def model() -> Embedder:
    return load()


def test_vectors_are_unit_rows_of_its_dimension(model: Embedder) -> None:
    vectors = model.embed(TEXTS)
    assert (vectors.shape, vectors.dtype) == ((5, 384), np.float32)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-2)
    assert model.embed([]).shape == (0, 384)


def test_a_text_has_one_vector_whatever_stands_beside_it(model: Embedder) -> None:
    together = model.embed(TEXTS)
    alone = np.concatenate([model.embed([text]) for text in TEXTS])
    assert (together * alone).sum(axis=1).min() > 0.999


def test_many_texts_have_the_vectors_that_each_has(model: Embedder) -> None:
    texts = [f"Ferry {n} sails at {'very ' * (n % 9)}high tide." for n in range(71)]
    alone = np.concatenate([model.embed([text]) for text in texts])
    assert (model.embed(texts) * alone).sum(axis=1).min() > 0.9999


def test_nearer_in_meaning_is_nearer(model: Embedder) -> None:
    question, near, far = model.embed(
        ["Are soldiers withdrawing?", "No pullback of troops is seen.", "Wheat prices rose."]
    )
    assert question @ near > question @ far


def test_tokens_are_word_pieces_without_special_ones(model: Embedder) -> None:
    assert model.count(["the bridge", "", "." * 300]) == [2, 0, 300]
    assert model.max_tokens == 256


def test_a_sketch_is_of_unit_length_or_nothing(model: Embedder) -> None:
    norms = np.linalg.norm(model.sketch(TEXTS), axis=1)
    assert norms[1] == 0
    assert np.allclose(norms[[0, 2, 3]], 1, atol=1e-3)


def test_the_fingerprint_names_model_weights_and_dimension(model: Embedder) -> None:
    assert model.fingerprint == f"{DEFAULT}:{original.WEIGHTS[:16]}:384"


def test_int8_is_near_to_the_model_and_says_how_near(model: Embedder) -> None:
    if problem := quantised.missing():
        pytest.skip(problem)
    lowered = load(precision=INT8)
    assert lowered.fingerprint == f"{model.fingerprint}:int8"
    assert 0.98 <= lowered.agreement < 0.9999 < model.agreement
    texts = quantised.texts()[:20]
    cosines = (lowered.embed(texts) * model.embed(texts)).sum(axis=1)
    assert 0.98 <= cosines.mean() < 0.9999


def test_int8_without_its_package_says_what_to_install(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("ONRECORD_CACHE", str(tmp_path))
    monkeypatch.setitem(sys.modules, "nncf", None)
    with pytest.raises(EmbedderUnavailable, match=r'pip install "onrecord\[int8\]"'):
        load(precision=INT8)


def test_int8_is_measured_on_titles_and_paragraphs_of_the_sample() -> None:
    texts = quantised.texts()
    assert len(texts) > 200
    assert all(text == " ".join(text.split()) and text for text in texts)
    assert texts == quantised.texts()


@pytest.mark.parametrize(("made", "asked"), [("faithful", "int8"), ("int8", "faithful")])
def test_an_index_is_of_one_precision(tmp_path: Path, made: str, asked: str) -> None:
    plain = f"{DEFAULT}:1234:384"
    prints = {"faithful": plain, "int8": f"{plain}:int8"}
    store = Store.create(tmp_path, DEFAULT, prints[made], 384)
    store.require(DEFAULT, prints[made])
    with pytest.raises(IndexMismatch, match=f"precision {made}, not {asked}: set that precision"):
        store.require(DEFAULT, prints[asked])


def test_a_question_is_embedded_without_torch() -> None:
    code = (
        "import sys; from index.search.embed import load; load().embed(['who?'])\n"
        "sys.exit(any(name in sys.modules for name in ('torch', 'sentence_transformers')))"
    )
    load()
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_model_that_is_not_there_says_what_to_do(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("ONRECORD_CACHE", str(tmp_path))
    with pytest.raises(EmbedderUnavailable, match="name a folder, or set HF_HUB_OFFLINE=0"):
        load(str(tmp_path / "no-such-model"))


FILES = ["card.json", "tokenizer.json", "compiled.blob", "words.npy"]


@pytest.mark.parametrize("name", [*FILES, "digests.json"])
def test_a_half_written_export_is_not_run(tmp_path: Path, name: str) -> None:
    runtime = Runtime(1)
    load()
    for file in embed._folder(DEFAULT, FAITHFUL, runtime).iterdir():
        shutil.copy(file, tmp_path)
    os.truncate(tmp_path / name, (tmp_path / name).stat().st_size // 2)
    with pytest.raises((OSError, ValueError)):
        embed._sound(tmp_path, runtime)
    (tmp_path / name).unlink()
    with pytest.raises((OSError, ValueError)):
        embed._sound(tmp_path, runtime)


def test_a_flipped_bit_in_an_export_is_noticed(tmp_path: Path) -> None:
    load()
    folder = embed._folder(DEFAULT, FAITHFUL, Runtime(1))
    copy = shutil.copytree(folder, tmp_path / "graph")
    assert is_sealed(copy)
    for name in FILES:
        with (copy / name).open("r+b") as file:
            file.seek(file.seek(0, os.SEEK_END) // 2)
            byte = file.read(1)[0]
            file.seek(-1, os.SEEK_CUR)
            file.write(bytes([byte ^ 1]))
        assert not is_sealed(copy), name
        shutil.copy(folder / name, copy / name)
    assert is_sealed(copy)


def test_what_a_killed_export_left_is_taken_away_and_one_at_work_is_not(tmp_path: Path) -> None:
    for name, age in (("unfinished-old", 4000), ("unfinished-new", 10), ("all-MiniLM-L6", 4000)):
        (tmp_path / name / "graph").mkdir(parents=True)
        then = time.time() - age
        os.utime(tmp_path / name, (then, then))
    embed.sweep(tmp_path)
    assert {one.name for one in tmp_path.iterdir()} == {"unfinished-new", "all-MiniLM-L6"}
