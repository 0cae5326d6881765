"""The command line as a person meets it: the real program in a folder of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from eval.sample import CORPUS
from ui.cli import main

ARTICLE = """Harbour fees to rise in spring

"Fees will go up by four per cent," harbour master Ada Lund said on Monday.

Lund told reporters that no ship would be turned away.
"""


def run(folder: Path, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "ui.cli", *arguments]
    root = Path(__file__).resolve().parent.parent
    return subprocess.run(
        [
            *command,
            *([] if arguments[0] in ("eval", "--help") else ["--index", str(folder / "ix")]),
        ],
        capture_output=True,
        text=True,
        input=stdin,
        cwd=root,
        check=False,
    )


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("cli")
    (place / "in").mkdir()
    (place / "in" / "fees.txt").write_text(ARTICLE)
    (place / "in" / "broken.txt").write_bytes(b"caf\x81")
    done = run(place, "index", str(place / "in"))
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("added 1, updated 0, unchanged 0, skipped 1 articles")
    assert "broken.txt: byte 3 is not UTF-8: save it as UTF-8" in done.stderr
    return place


def test_indexing_again_embeds_nothing(folder: Path) -> None:
    done = run(folder, "index", str(folder / "in" / "fees.txt"), "--json")
    report = json.loads(done.stdout)
    assert report["unchanged"] == 1
    assert report["embedded"] == 0


def test_an_answer_is_printed_with_its_source_and_exit_code_0(folder: Path) -> None:
    done = run(folder, "ask", "What did Lund say about fees?")
    assert done.returncode == 0, done.stderr
    assert '"Fees will go up by four per cent,"' in done.stdout
    assert "[1]" in done.stdout
    assert "Harbour fees to rise in spring" in done.stdout


def test_an_abstention_is_exit_code_3_and_names_its_reason(folder: Path) -> None:
    done = run(folder, "ask", "What did Obama say about fees?", "--json")
    assert done.returncode == 3
    assert json.loads(done.stdout)["abstention"]["reason"] == "speaker_not_in_corpus"


def test_a_misread_question_is_put_right_by_options(folder: Path) -> None:
    fixed = run(folder, "ask", "What did Obama say about ships?", "--any-speaker", "--json")
    answer = json.loads(fixed.stdout)
    assert answer["standalone_question"] == "What did anyone say about ships?"
    assert answer["interpretation"]["speaker"] is None


def test_a_wrong_option_is_one_line_and_exit_code_2(folder: Path) -> None:
    done = run(folder, "ask", "What?", "--since", "yesterday")
    assert done.returncode == 2
    assert done.stderr == "onrecord: 'yesterday' is not a day: write it as 2022-02-14\n"


@pytest.mark.parametrize(
    "given",
    [
        ["search", "-k", "0", "fees"],
        ["statements", "--limit", "-5"],
        ["statements", "--offset", "-1"],
        ["bench", "--rounds", "0"],
    ],
)
def test_a_number_that_cannot_be_meant_is_a_usage_error(
    given: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(given)
    assert "is no whole number of" in capsys.readouterr().err


def test_a_period_that_ends_before_it_begins_is_refused(folder: Path) -> None:
    for asked in (["ask", "What did Lund say?"], ["statements"]):
        done = run(folder, *asked, "--since", "2023-01-02", "--until", "2022-01-01")
        assert done.returncode == 2
        assert done.stderr == (
            "onrecord: the period would end on 1 January 2022, before it begins on "
            "2 January 2023: exchange them\n"
        )


def test_without_a_command_all_of_them_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 2
    assert "statements" in capsys.readouterr().out


def test_a_missing_index_says_what_to_do(tmp_path: Path) -> None:
    done = run(tmp_path, "info")
    assert done.returncode == 1
    assert "make one with 'onrecord index PATH'" in done.stderr
    assert "Traceback" not in done.stderr


def test_chat_remembers_the_question_before(folder: Path) -> None:
    lines = "What did Lund say about fees?\nDid she say anything about ships?\n"
    done = run(folder, "chat", "--json", stdin=lines)
    first, second = (json.loads(line) for line in done.stdout.splitlines())
    assert first["interpretation"]["speaker"] == second["interpretation"]["speaker"] == "Ada Lund"


def test_search_statements_and_info_list_what_is_there(folder: Path) -> None:
    assert "no ship would be turned away" in run(folder, "search", "ships").stdout
    said = run(folder, "statements", "--speaker", "Lund", "--csv").stdout.splitlines()
    assert said[0] == "speaker,said_on,speech,words,outlet,article,start,end,notice"
    assert len(said) == 3
    assert "fees" in run(folder, "info").stdout


def test_removing_an_article_takes_it_out_of_every_answer(tmp_path: Path) -> None:
    (tmp_path / "fees.txt").write_text(ARTICLE)
    run(tmp_path, "index", str(tmp_path / "fees.txt"))
    assert run(tmp_path, "remove", "fees").stdout == "removed 1 articles\n"
    assert run(tmp_path, "ask", "What did Lund say about fees?").returncode == 3
    assert run(tmp_path, "remove", "fees").returncode == 1


def test_without_an_index_the_sample_corpus_answers_and_says_so(tmp_path: Path) -> None:
    done = run(tmp_path, "ask", "What did Stoltenberg say about withdrawal?")
    assert done.returncode == 0
    assert "indexed the sample corpus" in done.stderr
    assert "Stoltenberg" in done.stdout
    assert CORPUS.is_dir()


def test_control_characters_of_an_article_do_not_reach_the_terminal(tmp_path: Path) -> None:
    (tmp_path / "evil.txt").write_text(ARTICLE.replace("Fees will", "Fees \x1b[31mwill"))
    run(tmp_path, "index", str(tmp_path / "evil.txt"))
    assert "\x1b" not in run(tmp_path, "search", "fees").stdout


@pytest.mark.parametrize("command", ["ask", "search"])
def test_bytes_that_are_no_text_are_refused_in_one_line(folder: Path, command: str) -> None:
    done = run(folder, command, "what did \udcff say")
    assert done.returncode == 2
    assert done.stderr == "onrecord: the question is no whole text (not UTF-8): write it again\n"


def test_a_terminal_that_cannot_write_a_character_shows_its_number(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "in" / "cafe.txt").write_text('"The café stays," owner Ida Moe said.\n', "utf-8")
    assert run(folder, "index", str(folder / "in" / "cafe.txt")).returncode == 0
    monkeypatch.setenv("PYTHONIOENCODING", "ascii")
    done = run(folder, "statements", "--speaker", "Moe")
    assert done.returncode == 0, done.stderr
    assert "caf\\xe9" in done.stdout


def test_two_forms_of_output_at_once_are_refused(folder: Path) -> None:
    for other in ("--json", "--counts"):
        done = run(folder, "statements", "--csv", other)
        assert done.returncode == 2
        assert "--csv" in done.stderr


def test_ctrl_c_waits_for_no_thread_while_a_question_is_prepared() -> None:
    code = (
        "import os, signal, threading\n"
        "from ui.signals import leaving_at_once\n"
        "threading.Thread(target=threading.Event().wait).start()\n"
        "with leaving_at_once():\n"
        "    os.kill(os.getpid(), signal.SIGINT)\n"
        "    threading.Event().wait(30)\n"
    )
    command = [sys.executable, "-c", code]
    root = Path(__file__).resolve().parent.parent
    done = subprocess.run(
        command, capture_output=True, text=True, cwd=root, timeout=20, check=False
    )
    assert done.returncode == 130
    assert done.stderr == "stopped; what was committed stands\n"
