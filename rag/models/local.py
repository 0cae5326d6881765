"""The local model's server: one process on loopback, started when first asked for."""

from __future__ import annotations

import atexit
import contextlib
import importlib.util
import os
import secrets
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from concurrent.futures import TimeoutError as NotYet
from pathlib import Path

from rag.errors import ModelTimeout, ModelUnavailable
from rag.models import weights

NAME = "local"
_SLICE = 0.2  # seconds between two looks at whether the one who asked is still there
_FAREWELL = 5.0  # seconds a server is given to end by itself


def installed(gguf: str = "") -> bool:
    """Whether ``local`` can be asked: the runner, and weights in parts or in the file ``gguf``."""
    if importlib.util.find_spec("xllamacpp") is None:
        return False
    return Path(gguf).expanduser().is_file() if gguf else bool(weights.parts())


def missing(gguf: str = "") -> str:
    """Why ``local`` cannot be asked, in one line; empty when it can."""
    if importlib.util.find_spec("xllamacpp") is None:
        return f"the local model is not installed: {weights.INSTALL}"
    if gguf and not Path(gguf).expanduser().is_file():
        return f"there is no file {gguf}: name a GGUF file in the setting gguf"
    if not gguf and not weights.parts():
        return f"the local model's weights are not installed: {weights.INSTALL}"
    return ""


class Server:
    """A process started by ``command``, which is told ``key`` and says its address.

    Safe to share between threads; a process that has died is started again when next needed.
    """

    def __init__(self, command: Sequence[str]) -> None:
        self.key = secrets.token_urlsafe(24)
        self._command = tuple(command)
        self._lock = threading.Lock()
        self._process: subprocess.Popen[str] | None = None
        self._address: Future[str] = Future()

    def address(self, until: float, gone: Callable[[], bool] = lambda: False) -> str:
        """Where it listens, once the model is loaded.

        Raises ModelTimeout when that takes beyond ``until`` (monotonic seconds) or the asker is
        ``gone``; loading goes on. Raises ModelUnavailable when the process ends instead.
        """
        found = self._running()
        while True:
            left = until - time.monotonic()
            try:
                return found.result(timeout=max(0.0, min(_SLICE, left)))
            except NotYet:
                if left <= 0 or gone():
                    raise ModelTimeout("the local model is still loading: ask again soon") from None

    def close(self) -> None:
        """End the process, if one runs."""
        with self._lock:
            process, self._process = self._process, None
        if process:
            _end(process)

    def _running(self) -> Future[str]:
        """The address of a running process.

        Its threads sleep where they wait for each other: spinning, on cores that others use too,
        it wrote a tenth of the tokens a second.
        """
        with self._lock:
            if self._process is None or self._process.poll() is not None:
                if self._process:
                    _end(self._process)
                self._process = subprocess.Popen(
                    self._command,
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.DEVNULL,
                    text=True,
                    env={**os.environ, "OMP_WAIT_POLICY": "passive"},
                )
                self._address = Future()
                given = (self._process, self._address)
                threading.Thread(target=self._await, args=given, daemon=True).start()
            return self._address

    def _await(self, process: subprocess.Popen[str], address: Future[str]) -> None:
        line = ""
        with contextlib.suppress(OSError, ValueError):  # it ended before it was told, or was closed
            if process.stdin and process.stdout:
                process.stdin.write(f"{self.key}\n")
                process.stdin.flush()
                line = process.stdout.readline().strip()
        if line.startswith("http://127.0.0.1:"):
            address.set_result(line)
        else:
            address.set_exception(
                ModelUnavailable(
                    f"{Path(self._command[-1]).name} cannot be run: check that it is a GGUF file "
                    "and that there is memory for it"
                )
            )


def _end(process: subprocess.Popen[str]) -> None:
    """End ``process`` by ending its input, or by force, and close what led to it."""
    assert process.stdin
    assert process.stdout
    with contextlib.suppress(OSError):
        process.stdin.close()
    try:
        process.wait(_FAREWELL)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    process.stdout.close()


_lock = threading.Lock()
_servers: dict[str, Server] = {}


def server(gguf: str = "") -> Server:
    """The server of the weights in ``gguf``, or of ours: one in a process, closed at its end.

    Raises ModelUnavailable when the model is not installed or cannot be put together.
    """
    with _lock:
        if gguf not in _servers:
            if problem := missing(gguf):
                raise ModelUnavailable(problem)
            file = Path(gguf).expanduser().resolve() if gguf else weights.joined(_folder())
            # -P: the folder one happens to stand in must not lend a package named like ours
            command = [sys.executable, "-P", "-m", "rag.models.llama", str(file)]
            _servers[gguf] = Server(command)
            atexit.register(_servers[gguf].close)
        return _servers[gguf]


def _folder() -> Path:
    """Where joined weights are kept: ``$ONRECORD_CACHE`` or the user's cache folder."""
    cache = os.environ.get("ONRECORD_CACHE")
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return (Path(cache) if cache else home / "onrecord") / "weights"
