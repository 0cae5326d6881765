"""Events that name a time: the articles' own sentences say when they were."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.build import update
from index.search.embed import load
from index.storage.store import Store
from rag.ask import ask
from rag.desk import Desk
from rag.question import events
from rag.settings import Settings
from rag.types import Filters

ARTICLES = {
    "plan": (
        datetime(2024, 3, 12, tzinfo=UTC),
        "Ministers will meet for talks in Lund on Friday, the port authority said. "
        "Mayor Jane Holt said that the fares would stay as they are.",
    ),
    "fair": (
        datetime(2024, 3, 20, tzinfo=UTC),
        "The Osby Ferry Conference was held from 17 to 19 March. "
        "Mayor Jane Holt said on Wednesday that the fares would rise.",
    ),
    "strike": (
        datetime(2024, 3, 22, tzinfo=UTC),
        "Tom Berg told reporters in Malmo on Thursday that the strike in Ystad was wrong. "
        "Mayor Jane Holt said that the fares would rise after all.",
    ),
}


@pytest.fixture(scope="module")
def ferries(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    place: Path = tmp_path_factory.mktemp("events")
    for name, (day, text) in ARTICLES.items():
        page = f"---\ntitle: The {name}\ndate: {day:%Y-%m-%d}\npublisher: Coast\n---\n{text}\n"
        (place / f"{name}.md").write_text(page)
    embedder = load()
    store = Store.create(place / "ix", embedder.name, embedder.fingerprint, embedder.dimension)
    update(store, embedder, [place])
    return Desk(store, embedder, Settings())


def march(day: int) -> date:
    return date(2024, 3, day)


@pytest.mark.parametrize(
    ("question", "since", "until"),
    [
        ("What did Holt say before the talks in Lund?", None, march(14)),
        ("What did Holt say about fares after the talks in Lund?", march(15), None),
        ("What did Holt say during the Osby Ferry Conference?", march(17), march(19)),
        ("What did Holt say at the Osby Ferry Conference about fares?", march(17), march(19)),
        ("What did Holt say ahead of the Osby Ferry Conference?", None, march(16)),
        ("What did Berg say at the meeting in Malmo?", march(21), march(21)),
    ],
)
def test_an_event_names_the_days_that_an_article_gives(
    ferries: Desk, question: str, since: date | None, until: date | None
) -> None:
    asked = ferries.query(question, (), Filters()).interpretation
    assert (asked.since, asked.until) == (since, until)
    assert "Coast writes:" in asked.period_basis


def test_an_event_without_a_day_sets_no_period_and_says_so(ferries: Desk) -> None:
    query = ferries.query("What did Holt say after the strike in Ystad?", (), Filters())
    assert (query.interpretation.since, query.interpretation.until) == (None, None)
    assert [one.code for one in query.notices] == ["event_undated"]
    answer = ask(ferries, "What did Holt say about fares after the strike in Ystad?")
    assert "event_undated" in [one.code for one in answer.warnings]


def test_a_named_day_wins_over_an_event(ferries: Desk) -> None:
    question = "What did Holt say on 12 March before the talks in Lund?"
    query = ferries.query(question, (), Filters())
    assert (query.interpretation.since, query.notices) == (march(12), ())


def test_the_topic_of_a_question_is_no_time() -> None:
    assert events.named("What did Holt say about the talks in Lund?") is None


@given(st.text(max_size=80))
def test_any_question_can_be_looked_at(question: str) -> None:
    found = events.named(f"before the talks {question}")
    assert found is None or found.words.startswith("the ")
