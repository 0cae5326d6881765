"""Neural graphs on this machine's processor (only module importing openvino)."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

COMPILED = "compiled.blob"
_CONVERTER = "openvino.tools.ovc"
_LANES = 8  # more than that have too little to do


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

    def read(self, folder: Path) -> Compiled:
        """The graph of ``folder``; raises OSError or RuntimeError.

        Only for files whose digest was checked: OpenVINO trusts what it maps.
        """
        # Copy on write: OpenVINO asks for writable memory, and writes nothing.
        mapped = np.memmap(folder / COMPILED, dtype=np.uint8, mode="c")
        tensor = self._tensor(np.asarray(mapped), shared_memory=True)
        return Compiled(self._core, tensor, self._options)


class Compiled:
    """A graph that was read: a function of input arrays, for one thread at a time."""

    def __init__(self, core: Any, tensor: Any, options: dict[str, Any]) -> None:
        self._core, self._options = core, options
        self._tensor = tensor  # what the graph maps
        self._graph = core.import_model(tensor, "CPU", options)

    def __call__(self, inputs: list[Any]) -> Any:
        return self._graph(inputs)[0]

    def lanes(self) -> list[Callable[[list[Any]], Any]]:
        """The graph once for each core that it may use, each a function like this one: they run
        at the same time, on a core each, in a thread each. None where it may use but one.

        Raises RuntimeError.
        """
        count = min(_LANES, self._options["INFERENCE_NUM_THREADS"])
        if count < 2:
            return []
        streams = {"PERFORMANCE_HINT": "THROUGHPUT", "NUM_STREAMS": count}
        graph = self._core.import_model(self._tensor, "CPU", self._options | streams)
        requests = [graph.create_infer_request() for _ in range(count)]
        return [partial(_result, one) for one in requests]


def _result(request: Any, inputs: list[Any]) -> Any:
    return request.infer(inputs)[0]


def _openvino() -> Any:
    """OpenVINO with its own stand-in for the telemetry package, which writes to the home folder
    and sends usage whatever the environment says, and without its converter, which takes a third
    of the time to import and is needed for an export alone."""
    sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]
    sys.modules.setdefault(_CONVERTER, None)  # type: ignore[arg-type]
    import openvino

    return openvino
