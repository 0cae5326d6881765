"""What form an answer takes: one remark once, sides side by side, a course in order, conflicts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from index import build
from index.search.embed import load
from index.storage.store import Store
from rag.ask import ask
from rag.desk import Desk
from rag.gate.verify import Gate
from rag.question.forms import form, of_voices
from rag.retrieve import retrieve
from rag.settings import Settings
from rag.types import DraftSentence, Filters, Form
from rag.wording import legible

FREE_FERRY = {
    "ferry-gazette": (
        "2022-02-15",
        "Free ferry\n\nMayor Jane Holt said on Tuesday that the harbour ferry would run free of "
        "charge until the summer. The boats leave every hour from the old quay.",
    ),
    "ferry-herald": (
        "2022-02-15",
        "Ferry\n\nOn Tuesday, Jane Holt, the mayor, said the harbour ferry would run without "
        "charge until summer. Bakers along the quay expect more customers this spring.",
    ),
}
HURT = {
    "hurt-gazette": (
        "2022-02-16",
        "Ferry accident\n\nThe fire service said 12 people were hurt when the harbour ferry hit "
        "the quay on Wednesday.",
    ),
    "hurt-herald": (
        "2022-02-16",
        "Accident at the quay\n\nThe city hospital said 19 people were hurt when the harbour ferry "
        "hit the quay on Wednesday.",
    ),
}
TOLL = {
    "toll-1": (
        "2022-02-10",
        "Toll\n\nJane Holt said the bridge toll would stay at two crowns this year.",
    ),
    "toll-2": (
        "2022-02-14",
        "Toll again\n\nJane Holt said the bridge toll might have to go up to three crowns.",
    ),
    "toll-3": (
        "2022-02-18",
        "Toll up\n\nJane Holt said the bridge toll would go up to four crowns in March.",
    ),
}
STRIKE = {
    "strike": (
        "2022-02-12",
        "Strike\n\nMayor Jane Holt said the harbour strike was hurting every shop in the city. "
        "Union leader Ana Reyes said the harbour strike would go on until wages rose.",
    )
}


def newsdesk(folder: Path, articles: dict[str, tuple[str, str]]) -> Desk:
    rows = folder / "news.jsonl"
    lines = [
        {
            "id": name,
            "title": text.split("\n", 1)[0],
            "text": text,
            "publisher": f"Varna {name.split('-')[-1].title()}",
            "published": f"{day}T09:00:00Z",
        }
        for name, (day, text) in articles.items()
    ]
    rows.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    embedder = load()
    store = Store.create(folder / "index", embedder.name, embedder.fingerprint, embedder.dimension)
    build.update(store, embedder, [rows])
    return Desk(store, embedder, Settings())


def test_a_remark_that_two_outlets_report_is_said_once_with_both_as_sources(tmp_path: Path) -> None:
    answer = ask(newsdesk(tmp_path, FREE_FERRY), "What did Holt say about the ferry?")
    remark = answer.claims[0]
    assert [c.article.id for c in answer.citations if c.number in remark.citations] in (
        ["ferry-gazette", "ferry-herald"],
        ["ferry-herald", "ferry-gazette"],
    )
    assert answer.text.count("Jane Holt") == 1
    assert answer.conflicts == ()


def test_different_figures_of_one_thing_are_shown_beside_each_other(tmp_path: Path) -> None:
    answer = ask(newsdesk(tmp_path, HURT), "How many people were hurt in the ferry accident?")
    assert "12 people" in answer.text
    assert "19 people" in answer.text
    assert [set(one.citations) for one in answer.conflicts] == [{1, 2}]


def test_figures_of_different_days_are_a_course_and_no_conflict(tmp_path: Path) -> None:
    answer = ask(newsdesk(tmp_path, TOLL), "How has Holt's position on the bridge toll changed?")
    days = [one.article.published for one in answer.citations]
    assert len(days) == 3
    assert days == sorted(days, key=str)
    assert answer.conflicts == ()


def test_what_somebody_said_first_and_later_comes_in_order_and_is_theirs_alone(
    tmp_path: Path,
) -> None:
    other = ("2022-02-16", "Toll\n\nAna Reyes said the bridge toll was theft.")
    desk = newsdesk(tmp_path, TOLL | {"toll-other": other})
    for question in (
        "What did Holt say first and later about the bridge toll?",
        "How has Holt's tone shifted?",
    ):
        answer = ask(desk, question)
        assert [one.article.id for one in answer.citations] == ["toll-1", "toll-2", "toll-3"]
        assert {claim.speaker for claim in answer.claims} == {"Jane Holt"}


@pytest.mark.parametrize(
    ("question", "voices"),
    [
        ("Who disagrees with Holt on the harbour strike?", {"Ana Reyes"}),
        ("Did anyone disagree with Jane Holt about the harbour strike?", {"Ana Reyes"}),
        ("Who denied that the city had planned the harbour strike?", {"Jane Holt"}),
    ],
)
def test_who_is_against_somebody_is_answered_by_others_and_a_denial_by_denials(
    tmp_path: Path, question: str, voices: set[str]
) -> None:
    denial = (
        "2022-02-13",
        "Strike charge\n\nThe union paper wrote that the city had planned the harbour strike. "
        "Mayor Jane Holt denied that anybody in the city had planned the harbour strike.",
    )
    answer = ask(newsdesk(tmp_path, STRIKE | {"charge": denial}), question)
    assert answer.claims[0].speaker in voices
    assert {claim.speaker for claim in answer.claims} - {""} == voices  # the charge beside it


def test_two_sides_stand_side_by_side(tmp_path: Path) -> None:
    answer = ask(newsdesk(tmp_path, STRIKE), "What did Reyes and Holt say about the strike?")
    assert [claim.speaker for claim in answer.claims] == ["Ana Reyes", "Jane Holt"]


def test_a_side_that_says_nothing_on_it_is_named_and_not_padded(tmp_path: Path) -> None:
    desk = newsdesk(tmp_path, STRIKE | FREE_FERRY)
    answer = ask(desk, "What did Reyes and Holt say about the harbour ferry running free?")
    assert {claim.speaker for claim in answer.claims} == {"Jane Holt"}
    assert [one.code for one in answer.warnings] == ["side_missing"]
    assert "Ana Reyes" in answer.warnings[0].detail


def test_what_somebody_said_comes_before_what_is_said_of_them(tmp_path: Path) -> None:
    quay = (
        "2022-02-12",
        "Quay closed\n\nMayor Jane Holt and the harbour closure were the talk of the town: the "
        "harbour closure.\n\nHolt said that shutting the port had been the only choice left.",
    )
    answer = ask(newsdesk(tmp_path, {"quay": quay}), "What did Holt say about the harbour closure?")
    assert answer.text.startswith("Jane Holt, Mayor, said that shutting the port")
    assert "talk of the town" in answer.text


def test_outlet_and_day_stand_with_the_sentence(tmp_path: Path) -> None:
    answer = ask(newsdesk(tmp_path, STRIKE), "What did Reyes say about the strike?")
    assert "(Varna Strike, 12 February 2022)" in answer.text


def test_an_outlet_with_a_quotation_or_a_marker_in_its_name_is_not_repeated(tmp_path: Path) -> None:
    rows = tmp_path / "news.jsonl"
    day, text = STRIKE["strike"]
    row = {"id": "s", "title": "Strike", "text": text, "publisher": 'The "Real" [9] News'}
    rows.write_text(json.dumps(row | {"published": day}), encoding="utf-8")
    embedder = load()
    store = Store.create(tmp_path / "i", embedder.name, embedder.fingerprint, embedder.dimension)
    build.update(store, embedder, [rows])
    answer = ask(Desk(store, embedder, Settings()), "What did Reyes say about the strike?")
    assert "Real" not in answer.text
    assert "[9]" not in answer.text


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("What did Holt say about the ferry?", "single"),
        ("How many people were hurt?", "single"),
        ("Compare Holt and Reyes on the strike", "comparison"),
        ("How has Holt's position on the toll changed?", "change"),
        ("How did the language harden over the week?", "change"),
        ("What did Holt first say about the toll, and what later?", "change"),
        ("What did Holt say about climate change?", "single"),
        ("How did Western leaders react to the appeal?", "round-up"),
        ("Which warnings of a pretext were given?", "round-up"),
    ],
)
def test_the_form_follows_from_the_question(question: str, expected: Form) -> None:
    assert form(question, 1, question.startswith("How many")) == expected


@pytest.mark.parametrize(
    ("question", "topic", "shown"),
    [
        ("What did Holt say about the toll?", "the toll", "the toll"),
        ("What did Holt say in Varna?", "in Varna", "in Varna"),
        ("Who captured the burglar?", "captured the burglar", ""),
        ("How far did the army go?", "army go", ""),
        ("What did he take from his call with Minsk?", "take from his with Minsk", ""),
        ("How much do tickets cost?", "cost of tickets", ""),
        ("And on Monday?", "", ""),
    ],
)
def test_a_topic_is_shown_where_the_question_itself_says_it_so(
    question: str, topic: str, shown: str
) -> None:
    assert legible(topic, question) == shown


def test_a_round_up_of_reactions_asks_for_voices() -> None:
    assert of_voices("How did Western leaders react to the appeal?")
    assert not of_voices("Which figures were in circulation?")


def test_who_speaks_second_in_a_sentence_is_named_and_nobody_swapped(
    tmp_path: Path,
) -> None:
    row = (
        "2022-02-12",
        "Harbour strike\n\nMayor Jane Holt met union leader Ana Reyes at noon. The Port Authority "
        "said Monday that the strike was spreading, but Reyes denied any union role.",
    )
    desk = newsdesk(tmp_path, {"strike": row})
    answer = ask(desk, "Did Reyes deny any union role?")
    assert "The Port Authority said Monday" in answer.text
    assert "but Ana Reyes" in answer.text
    found = retrieve(desk.query(answer.question, (), Filters()), desk.store, desk.view, Settings())
    gate = Gate(found.evidence, desk.roster())
    swapped = (
        "Ana Reyes said Monday that the strike was spreading, but Reyes denied any union role.",
        "The Port Authority said Monday that the strike was spreading, but Holt denied any role.",
    )
    for text in swapped:
        assert gate.admit(DraftSentence(text, (1,))) is None


def test_who_said_these_words_is_answered_by_whoever_did(tmp_path: Path) -> None:
    words = (
        "2022-02-16",
        "Strike counted\n\nMayor Jane Holt read the numbers out. “So far, no strike,” she said.",
    )
    desk = newsdesk(tmp_path, STRIKE | {"count": words})
    answer = ask(desk, "Who said “So far, no strike”?")
    assert answer.status == "answered"
    assert answer.claims[0].speaker == "Jane Holt"
    assert answer.citations[0].exact == "“So far, no strike,” she said."


def test_a_role_is_said_in_full_and_needs_no_sentence_of_its_own(tmp_path: Path) -> None:
    news = {
        "talks-1": (
            "2022-02-12",
            "Talks\n\nThe German defence minister came late.\n\nGerman Defence Minister Ada Brandt "
            "left early.\n\nThe talks would go on, Brandt told the harbour conference.",
        ),
        "talks-2": (
            "2022-02-13",
            "Boats\n\nDefence Minister Ada Brandt said that the boats were ready.\n\nGerman "
            "Defence Minister Ada Brandt said that the boats had been paid for.",
        ),
    }
    answer = ask(newsdesk(tmp_path, news), "What did Brandt say about the talks?")
    assert answer.text.startswith(
        "The talks would go on, Ada Brandt, German Defence Minister, told"
    )
    assert [one.exact for one in answer.citations][:1] == [
        "The talks would go on, Brandt told the harbour conference."
    ]
    assert answer.claims[0].citations == (1,)
