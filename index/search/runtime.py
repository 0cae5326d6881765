"""Neural graphs on this machine's processor (only module importing openvino)."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

COMPILED = "compiled.blob"
_CONVERTER = "openvino.tools.ovc"


class Runtime:
    """Compiles graphs for this processor, on up to ``threads`` threads (0: as many as it has).

    A graph is kept as it was compiled: it is read in half the time and half the memory that
    compiling takes. ``stamp`` names the version and the kind of processor that it is for.
    """

    def __init__(self, threads: int) -> None:
        openvino = _openvino()
        self._tensor = openvino.Tensor
        self._core = openvino.Core()
        abilities = sorted(self._core.get_property("CPU", "OPTIMIZATION_CAPABILITIES"))
        precision = "bf16" if "BF16" in abilities else "f32"
        self.stamp = f"{openvino.get_version()} {precision} {' '.join(abilities)}"
        self._options = {
            "PERFORMANCE_HINT": "LATENCY",
            "INFERENCE_NUM_THREADS": threads,
            "INFERENCE_PRECISION_HINT": precision,
        }

    def compile(
        self,
        module: Any,
        example: dict[str, Any],
        folder: Path,
        change: Callable[[Any], Any] = lambda graph: graph,
    ) -> None:
        """Write a torch module to ``folder`` as this runtime reads it; fp32 weights stay so unless
        ``change`` makes other ones of them."""
        sys.modules.pop(_CONVERTER, None)
        from openvino.tools.ovc import convert_model

        converted = change(convert_model(module, example_input=example))
        compiled = io.BytesIO()
        self._core.compile_model(converted, "CPU", self._options).export_model(compiled)
        (folder / COMPILED).write_bytes(compiled.getbuffer())

    def read(self, folder: Path) -> Callable[[list[Any]], Any]:
        """The graph of ``folder``, a function of input arrays; raises OSError or RuntimeError.

        Only for files whose digest was checked: OpenVINO trusts what it maps.
        """
        # Copy on write: OpenVINO asks for writable memory, and writes nothing.
        mapped = np.memmap(folder / COMPILED, dtype=np.uint8, mode="c")
        tensor = self._tensor(np.asarray(mapped), shared_memory=True)
        graph = self._core.import_model(tensor, "CPU", self._options)

        def run(inputs: list[Any], _weights: Any = tensor) -> Any:  # holds what the graph maps
            return graph(inputs)[0]

        return run


def _openvino() -> Any:
    """OpenVINO with its own stand-in for the telemetry package, which writes to the home folder
    and sends usage whatever the environment says, and without its converter, which takes a third
    of the time to import and is needed for an export alone."""
    sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]
    sys.modules.setdefault(_CONVERTER, None)  # type: ignore[arg-type]
    import openvino

    return openvino
