"""Reports that contradict each other, on each surface: both are shown, never blended."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import httpx
import pytest
from test_forms import newsdesk
from test_http import serving

from rag.ask import ask
from rag.desk import Desk
from rag.types import Answer, Filters
from ui import conversation, export, render
from ui.text import answer_text

FLOOD = {
    "flood-gazette": (
        "2024-05-14",
        "Flood in the Orsk valley\n\nThe flood in the Orsk valley killed 12 people, the regional "
        "governor, Pavel Dorin, said on Tuesday.\n\nThe mining company Sorell opened the gates of "
        "its dam without a warning, the environment minister, Helga Brandt, said on Tuesday.",
    ),
    "flood-herald": (
        "2024-05-14",
        "Orsk flood\n\nThe flood in the Orsk valley killed 19 people, the head of the rescue "
        "service, Mira Tolan, said on Tuesday.\n\nSorell's chief executive, Anton Reiss, denied on "
        "Tuesday that the company had opened the gates of its dam without a warning.",
    ),
}
DEAD = "How many people did the flood in the Orsk valley kill?"
GATES = "Did Sorell open the gates of its dam without a warning?"
SIDES = {
    DEAD: ("12 people", "19 people", "The sources give different figures."),
    GATES: ("Helga Brandt", "Anton Reiss", "One source says it, another denies it."),
}


@pytest.fixture(scope="module")
def flooded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    desk = newsdesk(tmp_path_factory.mktemp("flood"), FLOOD)
    yield desk
    desk.store.close()


@pytest.fixture(scope="module")
def api(flooded: Desk) -> Iterator[httpx.Client]:
    with serving(flooded) as client:
        yield client


def both_sides(question: str, text: str) -> None:
    """Both reports stand in ``text``, each in a sentence of its own."""
    one, other, _ = SIDES[question]
    parts = re.split(r"\[\d+\]", text)
    assert any(one in part for part in parts)
    assert any(other in part for part in parts)
    assert not any(one in part and other in part for part in parts)


@pytest.mark.parametrize("question", SIDES)
def test_the_record_has_both_places_and_says_once_that_they_differ(
    flooded: Desk, question: str
) -> None:
    answer = ask(flooded, question)
    both_sides(question, _plain(answer.text))
    (conflict,) = answer.conflicts
    assert conflict.detail == SIDES[question][2]
    cited = [one for one in answer.citations if one.number in conflict.citations]
    assert {one.article.id for one in cited} == set(FLOOD)
    for one in cited:
        article = flooded.store.article(one.article.id)
        assert article is not None
        assert article.text[one.start : one.end] == one.exact


@pytest.mark.parametrize("question", SIDES)
def test_the_command_line_shows_both_and_says_that_they_differ(
    flooded: Desk, question: str
) -> None:
    printed = _plain(answer_text(ask(flooded, question)))
    both_sides(question, printed)
    assert f"The articles disagree: - {SIDES[question][2]} [" in printed


@pytest.mark.parametrize("question", SIDES)
def test_http_and_the_stream_carry_both(api: httpx.Client, question: str) -> None:
    whole = api.post("/v1/ask", json={"question": question}).json()
    both_sides(question, _plain(whole["text"]))
    assert [one["detail"] for one in whole["conflicts"]] == [SIDES[question][2]]
    reply = api.post("/v1/ask", json={"question": question, "stream": True})
    events = [block.split("\n", 1) for block in reply.text.strip().split("\n\n")]
    told = [(head.removeprefix("event: "), json.loads(data[6:])) for head, data in events]
    both_sides(question, _plain("".join(data["text"] for name, data in told if name == "delta")))
    assert told[-1][1]["conflicts"] == whole["conflicts"]


@pytest.mark.parametrize("question", SIDES)
def test_the_page_and_what_is_copied_from_it_name_both(flooded: Desk, question: str) -> None:
    (*_, last) = conversation.ask(flooded, (), question, Filters(), "extractive")
    shown = render.conversation((last,))
    assert "The articles disagree" in shown
    assert SIDES[question][2] in shown
    assert isinstance(last.answer, Answer)
    assert f"- {SIDES[question][2]} [" in export.footnoted(last.answer)


HOMES = {
    "homes-gazette": (
        "2024-05-14",
        "Flood in Orsk\n\nThe flood made 408 apartments in Orsk uninhabitable, the mayor, Pavel "
        "Dorin, said on Tuesday.",
    ),
    "homes-herald": (
        "2024-05-14",
        "Flood in Lindholm\n\nThe flood made 4,000 apartments in Lindholm uninhabitable, the "
        "head of the rescue service, Mira Tolan, said on Tuesday.",
    ),
    "match": (
        "2024-05-14",
        "The final\n\nIda Volk scored 23 points for Orsk in the final on Tuesday. Lena Marsh "
        "scored 14 points for Orsk in the final.",
    ),
    "gates": (
        "2024-05-14",
        "Dam\n\nSorell sent 70 guards to the gates of the dam on Tuesday, and talk of a strike is "
        "false, its spokesman, Karl Reiss, said.\n\nSorell sent 90 guards to the gates of the dam "
        "last year, the environment minister, Helga Brandt, said.",
    ),
}


@pytest.mark.parametrize(
    "question",
    [
        "How many apartments did the flood make uninhabitable?",  # of two towns
        "How many points were scored for Orsk in the final?",  # of two players, by one report
        "How many guards did Sorell send to the gates of the dam?",  # a strike is denied
    ],
)
def test_what_is_of_two_things_is_no_conflict(
    tmp_path_factory: pytest.TempPathFactory, question: str
) -> None:
    desk = newsdesk(tmp_path_factory.mktemp("homes"), HOMES)
    answer = ask(desk, question)
    assert len(answer.citations) > 1
    assert not answer.conflicts
    desk.store.close()


def _plain(text: str) -> str:
    return " ".join(text.split())
