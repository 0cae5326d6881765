"""Settings from file, environment and options, each refused with its name when it is wrong."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from rag.errors import UsageError
from rag.models import local
from rag.settings import BOUNDS, Settings, load


def test_options_win_over_the_environment_and_that_over_the_file(tmp_path: Path) -> None:
    file = tmp_path / "onrecord.toml"
    file.write_text('port = 1\nevidence = 5\nindex = "from-file"\n')
    environment = {"ONRECORD_PORT": "2", "ONRECORD_INDEX": "from-env", "PATH": "/bin"}
    settings = load(file, environment, index="given", model=None)
    assert (settings.port, settings.evidence, settings.index) == (2, 5, "given")
    assert settings.model == "extractive"


@pytest.mark.parametrize(
    ("environment", "says"),
    [
        ({"ONRECORD_PROT": "1"}, "'prot'"),
        ({"ONRECORD_PORT": "many"}, "'port' takes a whole number, not 'many'"),
        ({"ONRECORD_PORT": "1.5"}, "'port' takes a whole number"),
        ({"ONRECORD_PORT": "99999"}, "'port' takes 0 to 65535, not 99999"),
        ({"ONRECORD_EVIDENCE": "0"}, "'evidence' takes 1 to 100"),
        ({"ONRECORD_ANSWERABLE_FLOOR": "nan"}, "'answerable_floor' takes 0 to 1, not nan"),
        ({"ONRECORD_MODEL_DEADLINE": "inf"}, "'model_deadline' takes 0.1 to 3600, not inf"),
        ({"ONRECORD_REPLIES": "xml"}, "'replies' takes auto, prose, json"),
        ({"ONRECORD_PRECISION": "int4"}, "'precision' takes faithful, int8"),
    ],
)
def test_a_wrong_setting_is_refused_by_name(environment: dict[str, str], says: str) -> None:
    with pytest.raises(UsageError, match=says):
        load(Path("nowhere.toml"), environment)


def test_every_number_has_bounds_that_hold_its_default() -> None:
    numbers = {one.name for one in fields(Settings) if isinstance(one.default, int | float)}
    assert set(BOUNDS) == numbers
    assert load(Path("nowhere.toml"), {}) == Settings()


def test_a_file_that_is_not_toml_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "onrecord.toml"
    file.write_text("port: 1")
    with pytest.raises(UsageError, match=r"onrecord\.toml cannot be read as TOML"):
        load(file, {})


def test_the_digest_changes_with_what_can_change_an_answer_only() -> None:
    assert Settings(port=1).digest() == Settings(port=2, index="x").digest()
    assert Settings(evidence=5).digest() != Settings().digest()


def test_the_default_answerer_is_offered_first_and_once() -> None:
    offered = Settings(model="openai/a", models="openai/b, openai/a").offered()
    assert [one for one in offered if one != "local"] == ["openai/a", "extractive", "openai/b"]
    assert ("local" in offered) == local.installed()


def test_models_named_behind_the_first_are_its_fallbacks() -> None:
    settings = load(Path("nowhere.toml"), {"ONRECORD_FALLBACKS": "c/c"}, model="a/a, b/b")
    assert (settings.model, settings.chain("a/a")) == ("a/a", ("a/a", "b/b", "c/c"))
    assert "b/b" not in settings.offered()


def test_the_local_model_is_refused_in_one_line_where_it_is_not_installed(tmp_path: Path) -> None:
    if local.installed():
        pytest.skip("the local model is installed here")
    with pytest.raises(UsageError, match=r'not installed: pip install "onrecord\[local\]"'):
        load(Path("nowhere.toml"), {}, model="extractive, local")
