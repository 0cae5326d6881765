"""``onrecord index``, ``remove`` and ``info`` as people and scripts run them."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from world import BRIDGE, HARVEST, words_embedder, write

from index.build import Progress
from index.search import embed
from index.search.embed import Embedder
from ui.cli import main
from ui.progress import Bar


def words_embedder_for(*_: str) -> Embedder:
    return words_embedder()


@pytest.fixture(autouse=True)
def _no_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embed, "load", words_embedder_for)


@pytest.fixture
def news(tmp_path: Path) -> Path:
    return write(tmp_path / "news", bridge=BRIDGE, harvest=HARVEST)


def test_index_says_what_it_did_on_stdout_and_what_it_skipped_on_stderr(
    tmp_path, news, capsys
) -> None:
    (news / "bad.txt").write_bytes(b"\xff\xfe")
    assert main(["index", str(news), "--index", str(tmp_path / "index")]) == 0
    told = capsys.readouterr()
    assert told.out.startswith("added 2, updated 0, unchanged 0, skipped 1 articles;")
    assert f"skipped {news / 'bad.txt'}: the file is empty: nothing to index" in told.err
    assert main(["index", str(news), "--index", str(tmp_path / "index")]) == 0
    told = capsys.readouterr()
    assert told.out.startswith("added 0, updated 0, unchanged 2, skipped 1 articles; 0 passages")


def test_index_prints_json_for_machines(tmp_path, news, capsys) -> None:
    assert main(["index", str(news), "--index", str(tmp_path / "index"), "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert (sorted(report["added"]), report["unchanged"]) == (["bridge", "harvest"], 0)


def test_nothing_readable_is_a_failure_that_says_why(tmp_path: Path, capsys) -> None:
    assert main(["index", str(tmp_path / "nowhere"), "--index", str(tmp_path / "index")]) == 1
    assert "no such file or folder: check the path" in capsys.readouterr().err


def test_remove_takes_an_article_out_and_names_ids_that_are_not_there(
    tmp_path, news, capsys
) -> None:
    index = ["--index", str(tmp_path / "index")]
    main(["index", str(news), *index])
    capsys.readouterr()
    assert main(["remove", "bridge", "nobody", *index]) == 0
    told = capsys.readouterr()
    assert told.out == "removed 1 articles\n"
    assert "no article has the id nobody" in told.err
    assert main(["remove", "bridge", *index]) == 1


@pytest.mark.parametrize("command", [["info"], ["remove", "a"]])
def test_without_an_index_the_way_to_one_is_told_in_one_line(tmp_path, command, capsys) -> None:
    assert main([*command, "--index", str(tmp_path / "none")]) == 1
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.count("\n") == 1
    assert "onrecord index PATH" in told.err


def test_info_names_the_embedder_and_the_articles(tmp_path, news, capsys) -> None:
    index = ["--index", str(tmp_path / "index")]
    main(["index", str(news), *index])
    capsys.readouterr()
    assert main(["info", *index, "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert facts["embedder"] == "words"
    assert sorted(one["id"] for one in facts["articles"]) == ["bridge", "harvest"]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_sees_at_once_that_work_is_under_way_and_keeps_the_bar() -> None:
    out = Terminal()
    with Bar(out) as bar:
        bar.begin()
        assert out.getvalue() == "reading the first articles…"
        bar.show(Progress(3, 6, 3, 24, size=10, total_size=20, read=10))
    line = out.getvalue().split("\r")[1]
    assert line.startswith("█" * 12 + " " * 12 + " 3/6 files, 3 articles, 24 passages")
    assert line.endswith("\n")


def test_where_nothing_was_to_do_nothing_is_left_on_the_terminal() -> None:
    out = Terminal()
    with Bar(out) as bar:
        bar.begin()
    assert out.getvalue().endswith("\r\x1b[K")


def test_whoever_reads_a_file_sees_no_bar() -> None:
    out = io.StringIO()
    with Bar(out) as bar:
        bar.begin()
    assert out.getvalue() == ""
