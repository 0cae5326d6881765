"""A graph that reckons in fp32 -> one that does in whole numbers (only module importing nncf).

Post-training quantisation: what the layers get is measured on texts of the sample corpus, the same
ones each time, so that the graph is the same each time. Weights have seven bits of eight: without
VNNI the processor's sums of longer ones overflow, and an index stays good for another machine.
Faster than fp32 with VNNI, slower without, and the vectors are not quite the model's
(docs/speed.md).
"""

from __future__ import annotations

import contextlib
import importlib.util
import io
import logging
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

# Shipped with the program, and our own.
_TEXTS = Path(__file__).resolve().parents[2] / "eval" / "data" / "corpus"
_PLAIN = (".md", ".txt")


def missing() -> str:
    """Why no graph can be quantised here, in one line; empty when it can be."""
    if importlib.util.find_spec("nncf") is None:
        return 'int8 needs a package that is not installed: pip install "onrecord[int8]"'
    return ""


def texts() -> list[str]:
    """Titles and paragraphs, as they are read to measure what the layers get."""
    files = sorted(file for file in _TEXTS.iterdir() if file.suffix in _PLAIN)
    parts = [part for file in files for part in file.read_text(encoding="utf-8").split("\n\n")]
    return [" ".join(part.split()) for part in parts if part.strip()]


def quantised(graph: Any, rows: Sequence[list[int]]) -> Any:
    """An OpenVINO ``graph`` of token ids and mask in int8, measured on ``rows`` of tokens.

    Raises RuntimeError when it cannot be done.
    """
    # It sends usage through this package, and does without it where it is not.
    sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]
    import nncf
    from nncf.quantization.advanced_parameters import AdvancedQuantizationParameters, OverflowFix

    nncf.set_log_level(logging.ERROR)
    names = [one.get_any_name() for one in graph.inputs]
    fed = [
        dict(zip(names, (np.array([ids]), np.ones((1, len(ids)), dtype=np.int64)), strict=True))
        for ids in rows
    ]
    with contextlib.redirect_stdout(io.StringIO()):  # it draws progress bars
        return nncf.quantize(
            graph,
            nncf.Dataset(fed),
            subset_size=len(fed),
            model_type=nncf.ModelType.TRANSFORMER,
            preset=nncf.QuantizationPreset.MIXED,
            advanced_parameters=AdvancedQuantizationParameters(overflow_fix=OverflowFix.ENABLE),
        )
