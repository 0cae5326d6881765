"""The local model's process: started when asked, kept, started again, and never left behind."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from rag.ask import ask
from rag.desk import Desk
from rag.errors import ModelTimeout, ModelUnavailable
from rag.models import local, weights
from rag.models.writer import warm

STAND_IN = str(Path(__file__).parent / "local_process.py")
QUESTION = "What did Jane Holt say about the bridge?"
WORDS = "We will not reopen the bridge before the piers are replaced"
TRUE = f'"{WORDS}," Mayor Jane Holt told the council'
SOURCE = "(Varna Courier, 15 February 2022)"


@pytest.fixture
def server() -> Iterator[local.Server]:
    found = local.Server([sys.executable, STAND_IN, WORDS])
    yield found
    found.close()


@pytest.fixture(scope="module")
def desk(newsroom_desk: Desk) -> Desk:
    return newsroom_desk


def soon() -> float:
    return time.monotonic() + 20


def test_one_process_serves_all_who_ask(server: local.Server) -> None:
    assert server.address(soon()) == server.address(soon())


def test_a_process_that_died_is_started_again(server: local.Server) -> None:
    first = server.address(soon())
    assert server._process is not None
    server._process.kill()
    server._process.wait()
    assert server.address(soon()) != first


def test_a_closed_server_leaves_no_process(server: local.Server) -> None:
    server.address(soon())
    process = server._process
    server.close()
    assert process is not None
    assert process.returncode == 0


def test_the_process_ends_when_whoever_started_it_is_killed() -> None:
    code = (
        "import sys, time\nfrom rag.models import local\n"
        f"server = local.Server([sys.executable, {STAND_IN!r}, 'x'])\n"
        "server.address(time.monotonic() + 20)\nprint(server._process.pid, flush=True)\n"
        "time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as one:
        assert one.stdout is not None
        child = int(one.stdout.readline())
        one.kill()
    until = time.monotonic() + 10
    while Path(f"/proc/{child}/stat").exists() and time.monotonic() < until:
        if Path(f"/proc/{child}/stat").read_text().split(") ")[1].startswith("Z"):
            break  # ended; whoever adopted it has not looked yet
        os.sched_yield()
    assert time.monotonic() < until


def test_a_file_that_is_no_model_is_said_in_one_line() -> None:
    server = local.Server([sys.executable, STAND_IN, "crash"])
    with pytest.raises(ModelUnavailable, match="crash cannot be run: check that it is a GGUF"):
        server.address(soon())
    server.close()


def test_loading_is_waited_for_no_longer_than_the_deadline() -> None:
    server = local.Server([sys.executable, "-c", "import sys; sys.stdin.read()"])
    with pytest.raises(ModelTimeout, match="still loading"):
        server.address(time.monotonic() + 0.1)
    with pytest.raises(ModelTimeout):
        server.address(soon(), gone=lambda: True)
    server.close()


def test_local_answers_through_the_gate_like_any_model(
    desk: Desk, server: local.Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(local._servers, "", server)
    patient = Desk(desk.store, desk.embedder, replace(desk.settings, model_deadline=280.0))
    answer = ask(patient, QUESTION, model="local")
    assert (answer.text, answer.model, answer.warnings) == (f"{TRUE} {SOURCE} [1].", "local", ())
    assert answer.usage.prompt_tokens > 50  # counted by us: the process reports none
    assert answer.usage.cost == 0


def test_notes_of_which_none_is_chosen_leave_the_extractive_answer(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = local.Server([sys.executable, STAND_IN, "words of no note"])
    monkeypatch.setitem(local._servers, "", server)
    answer = ask(desk, QUESTION, model="local")
    assert (answer.status, answer.model) == ("answered", "extractive")
    assert [one.code for one in answer.warnings] == ["extractive_instead"]
    server.close()


def test_a_server_of_the_page_loads_the_model_before_anybody_asks(
    desk: Desk, server: local.Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(local._servers, "", server)
    warm(desk.settings)
    assert server._process is None
    warm(replace(desk.settings, model="local"))
    assert server._process is not None


def test_other_weights_need_a_file_that_is_there(tmp_path: Path) -> None:
    assert not local.installed(str(tmp_path / "none.gguf"))


def test_the_real_model_answers_on_this_machine(desk: Desk) -> None:
    if not local.installed():
        pytest.skip(f"NO LOCAL MODEL: {weights.INSTALL}")
    if os.environ.get("ONRECORD_REAL_MODEL") != "1":
        pytest.skip("the local model takes minutes on a busy machine: set ONRECORD_REAL_MODEL=1")
    patient = Desk(desk.store, desk.embedder, replace(desk.settings, model_deadline=280.0))
    answer = ask(patient, QUESTION, model="local")
    assert answer.status == "answered"
    assert "extractive_instead" not in {one.code for one in answer.warnings}
    assert answer.usage.completion_tokens > 0
