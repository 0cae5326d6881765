"""Nothing phones home: the switches are set before any library could look."""

from __future__ import annotations

import subprocess
import sys

import pytest


@pytest.mark.parametrize(
    ("module", "name", "value"),
    [
        ("rag.models.llm", "LITELLM_LOCAL_MODEL_COST_MAP", "True"),
        ("index.search.embed", "HF_HUB_OFFLINE", "1"),
        ("ui.cli", "GRADIO_ANALYTICS_ENABLED", "False"),
    ],
)
def test_importing_any_module_sets_the_switches(module: str, name: str, value: str) -> None:
    code = f"import os, {module}; print(os.environ[{name!r}])"
    environment = {"PATH": "/usr/bin:/bin", "HOME": "/nonexistent"}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=True
    )
    assert done.stdout.strip() == value


def test_the_prompt_is_measured_without_a_network() -> None:
    from rag.models.draft import token_counter

    assert token_counter()("Nothing is fetched for this.") == 6
