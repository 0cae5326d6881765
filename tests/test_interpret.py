"""What a question is understood to ask: speaker, topic, period, and what it leaves to history."""

from __future__ import annotations

from datetime import date

import pytest

from index.roster import Few
from index.types import Speaker
from rag.question.interpret import interpret
from rag.question.names import named
from rag.question.reading import topic_of
from rag.types import Filters, Query

SPEAKERS = Few(
    (
        Speaker(
            "jens-stoltenberg", "Jens Stoltenberg", (), ("NATO Secretary General", "NATO chief")
        ),
        Speaker("antony-blinken", "Antony Blinken", (), ("US secretary of state",)),
        Speaker("dmytro-kuleba", "Dmytro Kuleba", (), ("Ukrainian foreign minister",)),
        Speaker("kremlin", "Kremlin", (), ()),
        Speaker("kyiv", "Kyiv", (), ()),
    )
)
COVERED = (date(2022, 2, 10), date(2022, 2, 20))
KNOWN_WORDS = {"stoltenberg", "blinken", "kuleba", "kyiv", "moscow", "anand", "day", "blinker"}


def asked(question: str, *before: str, filters: Filters | None = None) -> Query:
    history: tuple[Query, ...] = ()
    for earlier in before:
        history = (*history, understood(earlier, history, Filters()))
    return understood(question, history, filters or Filters())


def understood(question: str, history: tuple[Query, ...], filters: Filters) -> Query:
    def frequency(word: str) -> int:
        return int(word.lower() in KNOWN_WORDS)

    today = date(2022, 2, 21)
    return interpret(question, history, filters, SPEAKERS, frequency, COVERED, today)


@pytest.mark.parametrize(
    "question",
    [
        "What did Stoltenberg say about withdrawal?",
        "What did the NATO chief say about withdrawal?",
        "Stoltenberg on withdrawal",
        "What is Stoltenberg's position on withdrawal?",
        "According to Stoltenberg, has there been any withdrawal?",
        "What did Stoltenburg say about withdrawal?",
    ],
)
def test_a_speaker_is_found_however_the_question_names_him(question: str) -> None:
    query = asked(question)
    assert query.speaker_ids == ("jens-stoltenberg",)
    assert query.mode == "statements"
    assert "withdrawal" in query.interpretation.topic


def test_a_speaker_the_corpus_lacks_is_known_to_be_missing() -> None:
    query = asked("What did Macron say about sanctions?")
    assert not query.speaker_known
    assert query.interpretation.speaker == "Macron"


def test_a_name_that_the_articles_spell_so_is_no_slip_in_another() -> None:
    assert asked("What did Prince Blinker say about sanctions?").speaker_ids == ()
    assert asked("What did Prince Blinkin say about sanctions?").speaker_ids == ("antony-blinken",)


def test_a_stranger_is_missed_although_others_are_named_beside_him() -> None:
    assert not asked("What did Erdogan say about talks with Kyiv?").speaker_known


def test_nobody_stands_in_for_a_subject_who_is_mentioned_but_never_speaks() -> None:
    query = asked("What did Anand promise Kyiv?")
    assert query.speaker_ids == ()
    assert query.speaker_known


def test_a_country_speaks_only_as_the_subject() -> None:
    assert asked("What did Kyiv say about the drills?").speaker_ids == ("kyiv",)
    assert asked("What did Blinken say about Kyiv?").speaker_ids == ("antony-blinken",)


def test_two_speakers_are_compared() -> None:
    query = asked("What did Blinken and Stoltenberg say about troops?")
    assert query.speaker_ids == ("antony-blinken", "jens-stoltenberg")


def test_who_said_asks_for_no_particular_speaker() -> None:
    query = asked("Who said that trains prove little about Stoltenberg's claim?")
    assert query.speaker_ids == ()
    assert query.expects == "voice"


def test_a_switch_of_speaker_keeps_the_topic() -> None:
    query = asked("And what about Blinken?", "What did Stoltenberg say about withdrawal?")
    assert query.standalone == "What did Blinken say about withdrawal?"
    assert query.speaker_ids == ("antony-blinken",)


def test_a_pronoun_stands_for_the_speaker_before() -> None:
    query = asked("When did he say that?", "What did Stoltenberg say about withdrawal?")
    assert query.speaker_ids == ("jens-stoltenberg",)
    assert query.expects == "date"
    assert "withdrawal" in query.standalone


def test_asking_for_anybody_keeps_the_topic_and_drops_the_speaker() -> None:
    query = asked("Did anyone disagree?", "What did Stoltenberg say about withdrawal?")
    assert query.standalone == "Did anyone disagree about withdrawal?"
    assert query.speaker_ids == ()
    assert query.interpretation.topic == "withdrawal"


def test_a_chain_of_follow_ups_names_its_first_question_once() -> None:
    query = asked(
        "And who fired it?",
        "What happened in Stanytsia Luhanska?",
        "Was anybody hurt?",
    )
    assert query.standalone.count("Stanytsia Luhanska") == 1
    assert query.standalone.startswith("And who fired it?")


@pytest.mark.parametrize("question", ["hello", "And in Lima?", "thanks a lot", "lol"])
def test_what_has_no_word_that_the_articles_know_goes_on_with_nothing(question: str) -> None:
    query = asked(question, "What did Stoltenberg say about withdrawal?")
    assert query.standalone == question


@pytest.mark.parametrize("question", ["Can you elaborate?", "Why not?", "Was anything else said?"])
def test_what_asks_for_more_goes_on(question: str) -> None:
    query = asked(question, "What happened in Stanytsia Luhanska?")
    assert query.standalone == f"{question} (following on: What happened in Stanytsia Luhanska?)"
    assert "Stanytsia Luhanska" in query.interpretation.topic


@pytest.mark.parametrize(
    ("question", "begins"),
    [
        ("When was that?", "When"),
        ("And why?", "Why"),
        ("Where exactly did he say that?", "Where"),
    ],
)
def test_when_and_why_alone_are_asked_of_the_remark_before(question: str, begins: str) -> None:
    query = asked(question, "What did Stoltenberg say about withdrawal?")
    assert query.standalone == f"{begins} did Jens Stoltenberg comment on withdrawal?"
    assert (query.mode, query.interpretation.topic) == ("statements", "withdrawal")


@pytest.mark.parametrize(
    ("question", "read_as"),
    [
        ("What did Blinken say?", "What did Blinken say about withdrawal?"),
        ("Did Kuleba respond?", "Did Kuleba respond about withdrawal?"),
    ],
)
def test_what_somebody_said_is_likely_meant_of_the_topic_before(
    question: str, read_as: str
) -> None:
    query = asked(question, "What did Stoltenberg say about withdrawal?")
    assert query.standalone == read_as
    assert query.doubtful  # the articles decide
    assert not asked("What did Blinken say about sanctions?", "Who said what?").doubtful


def test_one_man_is_not_they_but_two_are() -> None:
    alone = asked("Why did they object?", "What did Stoltenberg say about withdrawal?")
    assert "Stoltenberg object" not in alone.standalone
    both = asked("Why did they object?", "What did Stoltenberg and Blinken say about withdrawal?")
    assert both.standalone.startswith("Why did Jens Stoltenberg and Antony Blinken object?")


def test_who_somebody_is_leaves_nothing_to_go_on_with() -> None:
    query = asked("What did he deny?", "Who is Stoltenberg?")
    assert query.standalone == "What did Jens Stoltenberg deny?"
    assert query.interpretation.topic == ""


def test_a_question_that_stands_alone_takes_nothing_from_history() -> None:
    alone = "How many soldiers were counted near the border of Ukraine?"
    assert asked(alone, "What did Stoltenberg say about withdrawal?").standalone == alone


def test_a_question_about_a_stranger_stands_alone_too() -> None:
    alone = "What did Macron say about sanctions?"
    query = asked(alone, "What did Stoltenberg say about withdrawal?")
    assert query.standalone == alone
    assert not query.speaker_known


def test_filters_win_over_the_words() -> None:
    filters = Filters("Blinken", date(2022, 2, 15), date(2022, 2, 16))
    query = asked("What did Stoltenberg say about troops?", filters=filters)
    assert query.speaker_ids == ("antony-blinken",)
    assert query.interpretation.since == date(2022, 2, 15)
    assert query.strict_dates


WITHDRAWAL = "What did Stoltenberg say about withdrawal?"


@pytest.mark.parametrize(
    ("question", "filters", "standalone", "speaker", "topic"),
    [
        (
            WITHDRAWAL,
            Filters("Blinken"),
            "What did Blinken say about withdrawal?",
            "Antony Blinken",
            "withdrawal",
        ),
        (
            "What did the NATO chief say about withdrawal?",
            Filters(any_speaker=True),
            "What did anyone say about withdrawal?",
            None,
            "withdrawal",
        ),
        (
            "Stoltenberg on withdrawal",
            Filters(any_speaker=True),
            "What did anyone say about withdrawal?",
            None,
            "withdrawal",
        ),
        (
            WITHDRAWAL,
            Filters(topic="gas"),
            "What did Stoltenberg say about gas?",
            "Jens Stoltenberg",
            "gas",
        ),
        (
            "What did Blinken and Kuleba say about troops?",
            Filters("Stoltenberg", topic="gas"),
            "What did Stoltenberg say about gas?",
            "Jens Stoltenberg",
            "gas",
        ),
        (
            "What did Anita Anand say about aid?",
            Filters("Kuleba"),
            "What did Kuleba say about aid?",
            "Dmytro Kuleba",
            "aid",
        ),
        ("Why did oil get dearer?", Filters(topic="gas"), "What was said about gas?", None, "gas"),
        (
            "Why did oil get dearer?",
            Filters(topic="oil get scarce"),
            "Why did oil get scarce?",
            None,
            "oil get scarce",
        ),
    ],
)
def test_what_was_put_right_stands_in_the_question(
    question: str, filters: Filters, standalone: str, speaker: str | None, topic: str
) -> None:
    query = asked(question, filters=filters)
    assert query.standalone == standalone
    assert query.interpretation.speaker == speaker
    assert query.interpretation.topic == topic
    again = asked(query.standalone, filters=filters)  # put right once, it stays as it is
    assert again.standalone == standalone


def test_who_is_only_spoken_of_stays_in_the_question_when_nobody_is_asked() -> None:
    question = "What was said about Blinken's warning?"
    query = asked(question, filters=Filters(any_speaker=True))
    assert query.standalone == question
    assert query.speaker_ids == ()
    assert "Blinken" in query.interpretation.topic
    other = asked(question, filters=Filters("Stoltenberg"))
    assert other.standalone == question
    assert other.speaker_ids == ("jens-stoltenberg",)


def test_a_period_put_right_takes_the_place_of_the_one_in_the_words() -> None:
    question = "What did Blinken say about troops on 15 February?"
    query = asked(question, filters=Filters(any_time=True))
    assert query.standalone == "What did Blinken say about troops?"
    assert query.interpretation.since is query.interpretation.until is None
    from_then = asked(question, filters=Filters(since=date(2022, 2, 17), any_time=True))
    assert from_then.interpretation.since == date(2022, 2, 17)
    assert from_then.interpretation.until is None


def test_a_speaker_fixed_by_hand_is_never_dropped() -> None:
    query = asked("Is there any withdrawal?", filters=Filters("Stoltenberg"))
    assert query.mode == "statements"
    unknown = asked("Is there any withdrawal?", filters=Filters("Nobody Atall"))
    assert not unknown.speaker_known
    assert unknown.interpretation.speaker == "Nobody Atall"


def test_a_full_name_that_the_corpus_cannot_hold_is_a_stranger_also_with_a_common_last_word() -> (
    None
):
    query = asked("What did Xavier Moscow say about troops?")
    assert query.interpretation.speaker == "Xavier Moscow"
    assert query.interpretation.topic == "troops"
    assert not query.speaker_known
    assert asked("What did Tony Blinken say about troops?").speaker_known


def test_a_time_the_corpus_does_not_cover_is_marked() -> None:
    assert asked("What did Blinken say about troops in March 2022?").outside
    assert asked("What did Blinken say about troops in 2019?").outside
    assert not asked("What did Blinken say on 15 February about troops?").outside
    assert not asked("How many have died since 2014?").outside


def test_a_pronoun_means_who_fits_it() -> None:
    people = (
        Speaker("lavrov", "Sergei Lavrov", (), ()),
        Speaker("truss", "Elizabeth Truss", (), ("British foreign secretary",)),
    )

    def read(question: str, *before: Query) -> Query:
        day = date(2022, 2, 21)
        return interpret(question, before, Filters(), Few(people), lambda _: 1, COVERED, day)

    first = read("How did Lavrov describe his talks with Truss?")
    assert read("What did she say?", first).interpretation.speaker == "Elizabeth Truss"
    assert read("What did he say?", first).interpretation.speaker == "Sergei Lavrov"


def test_a_follow_up_with_a_subject_of_its_own_does_not_inherit_the_speaker() -> None:
    query = asked("Was that promise kept?", "What did Stoltenberg say about withdrawal?")
    assert query.speaker_ids == ()
    assert "withdrawal" in query.interpretation.topic


def test_a_switch_to_a_role_asks_for_the_role() -> None:
    query = asked("And the defence minister?", "What did Stoltenberg say about withdrawal?")
    assert query.standalone == "What did the defence minister say about withdrawal?"


def test_the_day_before_is_counted_from_the_day_asked_about() -> None:
    query = asked("And the day before?", "What did Brent crude settle at on 15 February?")
    assert query.interpretation.since == query.interpretation.until == date(2022, 2, 14)


@pytest.mark.parametrize(
    "question",
    [
        "How would Moscow start a war, as Blinken described it?",
        "What would a war cost, in Blinken's view?",
        "Is war certain, if you believe Blinken?",
    ],
)
def test_the_source_of_a_view_is_its_speaker_wherever_it_stands(question: str) -> None:
    assert asked(question).speaker_ids == ("antony-blinken",)


@pytest.mark.parametrize(
    ("question", "speakers", "silent"),
    [
        ("What did Mr Blinken and the NATO chief say about troops?", 2, []),
        ("What did Blinken, Dmytro Kuleba and Stoltenberg say about troops?", 3, []),
        ("What did Macron and Kuleba say about troops?", 1, ["Macron"]),
        ("What did Kuleba and Emmanuel Macron say about troops?", 1, ["Emmanuel Macron"]),
        ("Compare what Macron, Trudeau and Blinken said about troops", 1, ["Macron", "Trudeau"]),
        ("What did Blinken and the Pope say about troops?", 1, ["Pope"]),
        ("What did Blinken in Moscow and Kyiv say about troops?", 1, []),
    ],
)
def test_those_of_a_list_who_speak_are_asked_and_the_others_are_said_to_be_silent(
    question: str, speakers: int, silent: list[str]
) -> None:
    query = asked(question)
    assert len(query.speaker_ids) == speakers
    assert [one.detail for one in query.notices] == [
        f"{name} does not speak in these articles." for name in silent
    ]
    assert query.interpretation.topic.endswith("troops")


def test_a_name_with_initials_or_a_suffix_is_asked_and_part_of_another_name_is_not() -> None:
    people = Few(
        (
            Speaker("j-ann-selzer", "J. Ann Selzer", (), ("pollster",)),
            Speaker("louis-capano-iii", "Louis Capano III", (), ()),
            Speaker("ukraine", "Ukraine", (), ()),
            Speaker("joe-biden", "Joe Biden", (), ("President",)),
            Speaker("biden", "Biden", (), ()),
        )
    )

    def speakers(question: str) -> tuple[str, ...]:
        query = interpret(question, (), Filters(), people, len, COVERED, date(2022, 2, 21))
        return query.speaker_ids

    assert speakers("What did J. Ann Selzer say about the poll?") == ("j-ann-selzer",)
    assert speakers("What did Capano say about the flats?") == ("louis-capano-iii",)
    assert speakers("What did Biden say about the flats?") == ("joe-biden", "biden")
    assert speakers("What did the Norwegian prime minister say about Ukraine?") == ()
    assert speakers("Who won the Biden Prize?") == ()


def test_a_list_of_strangers_is_refused_by_its_first_name() -> None:
    query = asked("What did Macron and Trudeau say about troops?")
    assert (query.speaker_known, query.interpretation.speaker) == (False, "Macron")


@pytest.mark.parametrize(
    ("question", "topic"),
    [
        ("How much do cinema tickets cost?", "cost of cinema tickets"),
        ("How far did the army go?", "army go"),
        ("How many ships were lost?", "ships were lost"),
        ("How many troops does Russia have at the border?", "troops Russia has at the border"),
    ],
)
def test_a_topic_keeps_nothing_of_how_it_was_asked_for(question: str, topic: str) -> None:
    assert topic_of(question, ()) == topic


@pytest.mark.parametrize(
    "question", ["Did anyone disagree?", "Who else commented?", "What did others say?"]
)
def test_others_are_asked_for_besides_whoever_was_asked_before(question: str) -> None:
    query = asked(question, "What did Stoltenberg say about withdrawal?")
    assert (query.besides, query.expects, query.form) == (
        ("jens-stoltenberg",),
        "voice",
        "round-up",
    )
    assert asked(question, "What did Stoltenberg say about withdrawal?", question).besides == (
        "jens-stoltenberg",
    )
    assert asked("Did Blinken disagree?", "What did Stoltenberg say about it?").besides == ()


@pytest.mark.parametrize(
    ("question", "speaker", "known"),
    [
        ("What did Melania Stoltenberg say about withdrawal?", "Melania Stoltenberg", False),
        ("What did Robert Blinken say about withdrawal?", "Robert Blinken", False),
        ("What did Hunter Blinken say about withdrawal?", "Hunter Blinken", False),
        ("What did Tony Blinken say about withdrawal?", "Antony Blinken", True),
        ("What did Dmitry Kuleba say about withdrawal?", "Dmytro Kuleba", True),
        ("What did Secretary Blinken say about withdrawal?", "Antony Blinken", True),
        ("What did American Secretary Blinken say about withdrawal?", "Antony Blinken", True),
        ("What did Antony J. Blinken say about withdrawal?", "Antony Blinken", True),
        ("What did the mayor of Kyiv say about withdrawal?", None, True),  # it is not the city
    ],
)
def test_a_namesake_with_another_given_name_does_not_stand_in(
    question: str, speaker: str | None, known: bool
) -> None:
    query = asked(question)
    assert query.interpretation.speaker == speaker
    assert query.speaker_known is known


def test_who_else_commented_leaves_the_matter_alone() -> None:
    query = asked("Who else commented on it?", "What did Stoltenberg say about withdrawal?")
    assert query.interpretation.topic == "withdrawal"


def test_a_body_is_not_its_critics_and_a_cup_is_no_slip_in_a_name() -> None:
    speakers = Few((Speaker("critics", "Critics of Tesla"), Speaker("cupp", "Ann Cupp")))

    def frequency(word: str) -> int:
        return 1

    assert not named("What did Tesla say?", speakers, frequency)
    assert not named("Who drew England in the World Cup?", speakers, frequency)
    assert named("What did Ann Cupp say?", speakers, frequency)
