"""The one place that keeps the libraries underneath from reaching out by themselves.

Every package imports ``index`` first, so this runs before any of them. A variable that the
environment already holds wins: who wants downloads sets ``HF_HUB_OFFLINE=0``.
"""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path

_SWITCHES = {
    "LITELLM_LOCAL_MODEL_COST_MAP": "True",  # else litellm fetches a price list at import
    "LITELLM_MODE": "PRODUCTION",  # else litellm reads any .env file it finds
    "GRADIO_ANALYTICS_ENABLED": "False",
    "GRADIO_ANALYTICS_CACHE_FREQUENCY": "1000000000",  # else pandas sums up every click anew
    "HF_HUB_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "HF_HUB_DISABLE_PROGRESS_BARS": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "TRANSFORMERS_NO_ADVISORY_WARNINGS": "1",
    "TOKENIZERS_PARALLELISM": "false",  # its threads fight with the engine's after a fork
    "DO_NOT_TRACK": "1",
    "OPENVINO_TELEMETRY": "0",
}


def switch_off() -> None:
    """Set every switch that is not set yet; costs no import."""
    for name, value in _SWITCHES.items():
        os.environ.setdefault(name, value)
    if encodings := _encodings():
        os.environ.setdefault("TIKTOKEN_CACHE_DIR", encodings)


def _encodings() -> str:
    """tiktoken downloads its encodings; litellm carries them in its package."""
    found = importlib.util.find_spec("litellm")
    places = found.submodule_search_locations if found else None
    folder = Path(places[0]) / "litellm_core_utils" / "tokenizers" if places else None
    return str(folder) if folder and folder.is_dir() else ""
