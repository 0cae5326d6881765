"""The commands of the command line and their options."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import TYPE_CHECKING

from ui import commands, indexing, removing

if TYPE_CHECKING:
    _Group = argparse._SubParsersAction[argparse.ArgumentParser]


def parser() -> argparse.ArgumentParser:
    """All commands; each sets ``run`` to the function that carries it out."""
    top = argparse.ArgumentParser(
        prog="onrecord",
        description="Ask a body of news articles. Every sentence of an answer is cited, every "
        "quotation is verbatim, every statement names who said it.",
    )
    top.add_argument("--version", action="version", version="onrecord 0.1.0")
    group = top.add_subparsers(title="commands", metavar="COMMAND")
    top.set_defaults(run=lambda _: _shown(top))
    asking = (_ask, _chat, _search, _statements, _check)
    for add in (_index, _remove, *asking, _serve, _eval, _bench, _info):
        add(group)
    return top


def _shown(top: argparse.ArgumentParser) -> int:
    """What there is to be asked for, where nothing was."""
    top.print_help()
    return 2


def _index(group: _Group) -> None:
    one = _add(group, "index", "add or update articles", indexing.index)
    one.add_argument("paths", nargs="*", metavar="PATH", help="files, folders, - for stdin")
    one.add_argument(
        "--map",
        default="",
        metavar="text=body,...",
        help="names that fields have in CSV and JSON Lines",
    )
    one.add_argument(
        "--format", default="", metavar="ENDING", help="format of standard input, as html"
    )
    one.add_argument(
        "--mirror", action="store_true", help="remove articles whose files left the folders"
    )
    one.add_argument(
        "--watch", action="store_true", help="keep up with the folders until stopped (Ctrl-C)"
    )


def _remove(group: _Group) -> None:
    one = _add(group, "remove", "delete articles", removing.remove)
    one.add_argument("ids", nargs="*", metavar="ARTICLE_ID")
    one.add_argument(
        "--path", action="append", default=[], help="all articles from this file or folder"
    )
    one.add_argument(
        "--query", default="", metavar="WORDS", help="all articles that hold these words"
    )
    one.add_argument("--yes", action="store_true", help="remove what --query lists")


def _ask(group: _Group) -> None:
    one = _add(group, "ask", "answer a question", commands.ask)
    one.add_argument("question", metavar="QUESTION")
    _filters(one)


def _chat(group: _Group) -> None:
    one = _add(group, "chat", "ask one question after another, with memory", commands.chat)
    _filters(one)


def _search(group: _Group) -> None:
    one = _add(group, "search", "find passages", commands.search)
    one.add_argument("question", metavar="QUERY")
    one.add_argument("-k", type=_number(1), default=8, help="how many (default 8)")


def _statements(group: _Group) -> None:
    one = _add(group, "statements", "list who said what", commands.statements)
    one.add_argument("--speaker", default="", metavar="NAME")
    one.add_argument("--about", default="", metavar="WORDS")
    _days(one)
    one.add_argument("--csv", action="store_true", help="print CSV")
    one.add_argument(
        "--sort", choices=("day", "speaker", "outlet"), default="day", help="order (default day)"
    )
    one.add_argument("--limit", type=_number(1), metavar="N", help="how many (default all)")
    one.add_argument(
        "--offset", type=_number(0), default=0, metavar="N", help="how many to leave out"
    )
    one.add_argument(
        "--counts", action="store_true", help="count by outlet, month and speaker instead"
    )


def _check(group: _Group) -> None:
    one = _add(group, "check", "did somebody say this?", commands.check)
    one.add_argument("quotation", metavar="QUOTATION")
    one.add_argument("--speaker", default="", metavar="NAME", help="who is said to have said it")


def _serve(group: _Group) -> None:
    one = _add(group, "serve", "serve the page and the HTTP API", commands.serve)
    one.add_argument("--host", default=None, help="address to listen on (default 127.0.0.1)")
    one.add_argument("--port", type=int, default=None, help="port to listen on (default 8000)")
    one.add_argument("--model", default=None, help="answerer offered first")
    _judge(one)


def _eval(group: _Group) -> None:
    one = _add(group, "eval", "measure answers against gold", commands.evaluate)
    one.add_argument(
        "--set", default="sample", dest="which", metavar="NAME", help="questions to ask"
    )
    one.add_argument("--data", default="", metavar="PATH", help="where a set lies")
    one.add_argument("--model", default=None, metavar="NAME[,NAME]", help="answerers to measure")
    one.add_argument("--out", default="", metavar="DIR", help="keep rows, figures and a page there")
    one.add_argument("--baseline", default="", metavar="FILE", help="rows.jsonl to compare with")
    one.add_argument("--limit", type=_number(1), default=0, metavar="N", help="N questions only")
    one.add_argument(
        "--articles", type=_number(1), default=0, metavar="N", help="about N articles only"
    )
    one.add_argument(
        "--peer", default="", metavar="NAME", help="who searches the same: plain, bm25"
    )
    one.add_argument("--peers", default="", metavar="DIR", help="folder of further peers")
    one.add_argument("--ablate", action="store_true", help="change one thing at a time")
    one.add_argument("--judge", default="", metavar="MODEL", help="a model's verdicts, apart")
    one.add_argument("--write", action="store_true", help="put the tables into docs/evaluation.md")


def _bench(group: _Group) -> None:
    one = _add(group, "bench", "measure speed and memory here", commands.bench)
    one.add_argument("--rounds", type=_number(1), default=3, help="rounds to take medians of")
    one.add_argument("--scale", default="", metavar="SIZES", help="passages, as 10k,100k,1M")
    one.add_argument("--peers", default="", metavar="PATH", help="'plain', or a comparison")
    one.add_argument("--model", default="", metavar="NAME", help="time the answers of this model")


def _info(group: _Group) -> None:
    one = _add(group, "info", "show what is indexed", commands.info)
    one.add_argument("--check", action="store_true", help="verify checksums, offsets, counts")
    one.add_argument("--repair", action="store_true", help="rebuild what is derived and damaged")


def _add(
    group: _Group,
    name: str,
    text: str,
    run: commands.Command,
) -> argparse.ArgumentParser:
    sentence = text[0].upper() + text[1:] + ("" if text.endswith("?") else ".")
    one = group.add_parser(name, help=text, description=sentence)
    one.add_argument("--index", default=None, metavar="DIR", help="index folder ($ONRECORD_INDEX)")
    one.add_argument(
        "--precision", default=None, metavar="NAME", help="how vectors are computed: faithful, int8"
    )
    one.add_argument("--json", action="store_true", help="print JSON")
    one.set_defaults(run=run)
    return one


def _number(least: int) -> Callable[[str], int]:
    """What reads an option as a whole number of ``least`` or more."""

    def read(text: str) -> int:
        if not text.isdecimal() or int(text) < least:
            raise argparse.ArgumentTypeError(f"{text!r} is no whole number of {least} or more")
        return int(text)

    return read


def _filters(one: argparse.ArgumentParser) -> None:
    one.add_argument(
        "--model",
        default=None,
        metavar="NAME[,NAME]",
        help="extractive, local, or a litellm model name; further ones are asked if it fails",
    )
    _judge(one)
    one.add_argument("--speaker", default="", metavar="NAME", help="only what this person said")
    one.add_argument("--topic", default="", metavar="TEXT", help="the topic, if it was misread")
    one.add_argument("--any-speaker", action="store_true", help="nobody's words in particular")
    _days(one)
    one.add_argument("--any-time", action="store_true", help="ignore times the question names")


def _judge(one: argparse.ArgumentParser) -> None:
    one.add_argument(
        "--judge", default=None, metavar="NAME", help="second opinion on a model's claims"
    )


def _days(one: argparse.ArgumentParser) -> None:
    one.add_argument("--since", default=None, metavar="DAY", help="first day, as 2022-02-14")
    one.add_argument("--until", default=None, metavar="DAY", help="last day, as 2022-02-18")
