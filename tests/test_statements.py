"""Who said what: small articles in, attributed statements out."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.speech import quotations
from index.speech.statements import extract, extract_all
from index.types import Article, Span, Statement

PORT = "Port's Office of the Inspector General"
SEEDS = Path(__file__).parent.parent / "../shared/seeds"


def article(text: str) -> Article:
    return Article("a1", "r1", "A title", text, published=datetime(2022, 2, 17, tzinfo=UTC))


@cache
def said(text: str) -> list[Statement]:
    return list(extract(article(text)))


def words(text: str, statement: Statement) -> list[str]:
    return [text[span.start : span.end] for span in statement.content]


def one_holding(text: str, fragment: str) -> Statement:
    found = [s for s in said(text) if fragment in " ".join(words(text, s))]
    assert found, f"no statement holds {fragment!r}"
    return min(found, key=lambda s: sum(span.end - span.start for span in s.content))


def test_a_direct_quotation_is_cut_with_its_marks_and_its_speaker() -> None:
    text = 'Mayor Jane Holt spoke at noon. "The bridge will open in May," Holt said.'
    statement = one_holding(text, "bridge")
    assert words(text, statement) == ['"The bridge will open in May,"']
    assert statement.speech == "direct"
    assert (statement.speaker_surface, statement.speaker_name) == ("Holt", "Jane Holt")
    assert statement.id == f"a1:{statement.content[0].start}-{statement.content[-1].end}"


def test_indirect_speech_is_the_reported_clause() -> None:
    text = "Mayor Jane Holt said that the bridge would open in May."
    statement = one_holding(text, "bridge")
    assert words(text, statement) == ["that the bridge would open in May"]
    assert statement.speech == "indirect"
    assert statement.speaker_role == "Mayor"


def test_quoted_words_in_a_reported_clause_are_mixed_speech() -> None:
    text = "Jane Holt said the old bridge was “a danger to every driver” in town."
    assert one_holding(text, "danger").speech == "mixed"


def test_a_split_quotation_is_one_statement_of_two_spans() -> None:
    text = '"We will wait," Jane Holt said, "and then we will build."'
    (statement,) = said(text)
    assert words(text, statement) == ['"We will wait,"', '"and then we will build."']


def test_a_speech_runs_on_over_paragraphs_that_open_with_a_mark() -> None:
    text = '"We wait," said Jane Holt. "The river is high.\n\n"The engineers agree with us."'
    (statement,) = said(text)
    assert len(statement.content) == 3
    assert statement.speaker_name == "Jane Holt"


def test_a_quotation_without_an_end_stops_with_its_paragraph() -> None:
    text = 'Jane Holt said: "The river is high.\n\nNobody else spoke that day.'
    statement = one_holding(text, "river")
    assert words(text, statement) == ['"The river is high.']


def test_inverted_order_and_hearers_do_not_hide_the_speaker() -> None:
    text = "“The river is high,” said engineer Tom Berg. “We are ready,” Anna Lind told reporters."
    assert one_holding(text, "river").speaker_name == "Tom Berg"
    assert one_holding(text, "ready").speaker_name == "Anna Lind"


def test_according_to_names_its_source() -> None:
    text = "The river rose by two metres overnight, according to the Water Board."
    statement = one_holding(text, "two metres")
    assert statement.speaker_name == "Water Board"
    assert words(text, statement) == ["The river rose by two metres overnight"]


def test_a_pronoun_is_the_person_who_spoke_before() -> None:
    text = (
        "NATO chief Erik Dahl met ministers in Oslo. Dahl said the talks went well.\n\n"
        '"We are not done," he said.'
    )
    statement = one_holding(text, "not done")
    assert (statement.speaker_name, statement.speaker_method) == ("Erik Dahl", "pronoun")
    assert statement.speaker_role == "NATO chief"


def test_a_pronoun_is_somebody_just_introduced_rather_than_who_spoke_long_before() -> None:
    text = (
        'Mayor Tom Holt raised the flag at the harbour. "It is windy," Holt said.\n'
        "The town has had three bad winters, and the council has spent most of what it had saved "
        "on the sea wall, which was finished late and over its budget last spring.\n"
        "The owner of the yard, the shipbuilder Rolf Amundsen, was at the harbour.\n"
        '"We go on building," he said.'
    )
    assert one_holding(text, "go on building").speaker_name == "Rolf Amundsen"


def test_a_pronoun_is_whoever_its_own_sentence_lets_speak_before_it() -> None:
    text = (
        "Antony Blinken said that what he was seeing was dead serious. Until tanks were rolling, "
        "the secretary told a show, Washington would use every minute.\n\n"
        "The other minister had taken comfort from Minsk. On Monday Oleksii Reznikov spoke to "
        "Viktor Khrenin by telephone and described the call as a positive signal; Khrenin had "
        "assured him, he said, that Belarus posed no threat."
    )
    statement = one_holding(text, "posed no threat")
    assert statement.speaker_name == "Oleksii Reznikov"
    assert words(text, statement)[0] == "Khrenin had assured him"


@pytest.mark.parametrize(
    ("text", "words_said", "speaker"),
    [
        ("Tom Berg met us.\n\nAnn Moss/Some Images\n\nHe said it rained.", "rained", "Tom Berg"),
        ("RENO, Nev. (XYZ) - US President Tom Berg said it rained.", "rained", "Tom Berg"),
        ("Tom Berg saw New Jersey. He said it rained.", "rained", "Tom Berg"),
        ("Tom O'Hara left. O’Hara said it rained.", "rained", "Tom O'Hara"),
        ("Acme VP of Energy Tom Berg said it rained.", "rained", "Tom Berg"),
        ("The Port's Office of the Inspector General said it rained.", "rained", PORT),
        ("The vote is close, said Berg, given that it rained all day.", "vote is close", "Berg"),
        ("“The Road to Clean Air,” released Monday, said it rained.", "rained", ""),
    ],
)
def test_the_name_is_that_of_who_speaks_and_of_nothing_near_it(text, words_said, speaker) -> None:
    assert one_holding(text, words_said).speaker_name == speaker


def test_a_title_of_two_words_is_no_speech() -> None:
    text = "Ann Moss, who once filmed the races, plays in Tom Berg’s “The Harbour.”"
    assert not [one for one in said(text) if one.speech == "direct"]


def test_a_pronoun_goes_on_with_one_before_it_and_not_with_whom_that_one_spoke_of() -> None:
    text = (
        "The mayor, Tom Holt, met the owners on Monday. Holt said only that the yard would stay "
        "open.\n\nHe also raised the case of Rolf Amundsen, whose trial opened the same day. A "
        "verdict against the shipbuilder, he said, would not be fair.\n\n"
        "A day earlier Holt was in Ostrava, where he promised the port another loan."
    )
    for words_said in ("not be fair", "another loan"):
        assert one_holding(text, words_said).speaker_name == "Tom Holt"


def test_a_pronoun_agrees_with_the_role_of_whom_it_means() -> None:
    text = (
        "Spokeswoman Maria Ruiz met chairman Paul Orr on Monday. "
        "She said the plan was ready. He said the plan was dead."
    )
    assert one_holding(text, "ready").speaker_name == "Maria Ruiz"
    assert one_holding(text, "dead").speaker_name == "Paul Orr"


def test_a_role_means_the_person_introduced_with_it() -> None:
    text = (
        "Foreign Minister Olga Brandt arrived in Oslo. Talks lasted an hour.\n\n"
        '"We made progress," the minister said.'
    )
    statement = one_holding(text, "progress")
    assert (statement.speaker_name, statement.speaker_method) == ("Olga Brandt", "alias")


def test_a_relative_who_is_named_in_passing_does_not_take_the_surname() -> None:
    text = (
        "Former mayor Paul Holt is back. Holt said on Monday that he would run again.\n\n"
        "His daughter Ines Holt and her husband have left town, friends said.\n\n"
        "Holt said that taxes were too high. He called the council a circus."
    )
    assert one_holding(text, "taxes").speaker_name == "Paul Holt"
    assert one_holding(text, "circus").speaker_name == "Paul Holt"


def test_a_verb_in_front_of_a_name_is_no_role() -> None:
    text = "They will judge Moscow by its deeds. Moscow said that its troops were leaving."
    assert one_holding(text, "troops").speaker_role == ""


def test_a_label_in_front_of_a_name_is_no_other_person() -> None:
    text = (
        "Mayor Paul Holt spoke.\n\nJUST WATCHED Holt's speech to the council\n\n"
        "Holt said that taxes were too high."
    )
    assert one_holding(text, "taxes").speaker_name == "Paul Holt"


def test_two_people_with_one_surname_stay_two() -> None:
    text = (
        "Foreign Minister Dmytro Kuleba said the talks had failed.\n\n"
        'Anastacia Kuleba, 27, sang in the square. "We are united," said Kuleba.'
    )
    assert one_holding(text, "talks").speaker_name == "Dmytro Kuleba"
    assert one_holding(text, "united").speaker_name == "Anastacia Kuleba"


def test_a_ministry_speaks() -> None:
    text = "Norway's Defense Ministry opened a new base. The troops had left, the ministry said."
    statement = one_holding(text, "troops")
    assert "Defense Ministry" in statement.speaker_name


def test_strangers_keep_their_surface_and_get_no_name() -> None:
    text = "A senior official said the deal was close."
    statement = one_holding(text, "deal")
    assert statement.speaker_surface == "A senior official"
    assert (statement.speaker_name, statement.speaker_method) == ("", "unknown")


def test_a_second_hand_report_names_the_outlet() -> None:
    text = "Minister Olga Brandt told delegates that the deal was close, Reuters reported."
    statement = one_holding(text, "that the deal")
    assert statement.speaker_name == "Olga Brandt"
    assert statement.reported_by == "Reuters"


def test_an_outlet_that_cites_somebody_stands_behind_them() -> None:
    text = "The deal was close, Reuters reported, citing Minister Olga Brandt."
    statement = one_holding(text, "deal")
    assert (statement.speaker_name, statement.reported_by) == ("Olga Brandt", "Reuters")


def test_the_reporters_own_words_are_nobodys_statement() -> None:
    assert said("The river rose by two metres overnight. Snow fell in the hills.") == []


def test_a_transcript_names_its_speakers_by_labels_that_come_back() -> None:
    text = (
        "Chris Wallace asked Governor Mike Pence about the ferry.\n\n"
        '"WALLACE: Will it sail this winter?\n\n"PENCE: It will sail.\n\n'
        '"WALLACE: Who pays for it?\n\n"PENCE: The county pays.'
    )
    turns = [(s.speaker_name, words(text, s), s.speech) for s in said(text) if s.cue is None]
    assert turns == [
        ("Chris Wallace", ["Will it sail this winter?"], "direct"),
        ("Mike Pence", ["It will sail."], "direct"),
        ("Chris Wallace", ["Who pays for it?"], "direct"),
        ("Mike Pence", ["The county pays."], "direct"),
    ]


def test_whoever_asks_may_be_known_by_a_surname_alone() -> None:
    text = "Governor Mike Pence spoke about the ferry.\n\n" + "\n\n".join(
        f'"STONE: Question {n}?\n\n"PENCE: It will sail in week {n}.' for n in (1, 2, 3)
    )
    turns = [(s.speaker_name, words(text, s)) for s in said(text) if s.cue is None]
    assert len(turns) == 6
    assert turns[:2] == [
        ("STONE", ["Question 1?"]),
        ("Mike Pence", ["It will sail in week 1."]),
    ]


def test_one_remark_is_not_listed_twice_by_two_of_its_words() -> None:
    text = "Mayor Jane Holt expressed doubt that the bridge would open in May."
    assert len(said(text)) == 1


def test_what_one_name_says_of_what_another_said_are_two_statements() -> None:
    text = "Jane Holt said Tom Berg had warned that the whole bridge might fall within days."
    assert {s.speaker_name for s in said(text)} == {"Jane Holt", "Tom Berg"}


def test_a_shout_goes_on_to_a_speaker_with_nickname_and_party() -> None:
    text = '"What a day for the port!" Del. Mary "Sue" Price (D-Old Town), shouted to the crowd.'
    assert one_holding(text, "What a day").speaker_surface.endswith("(D-Old Town)")


def test_a_second_quotation_with_its_own_verb_has_its_own_speaker() -> None:
    text = '"It is late," Jane Holt said before Tom Berg replied, "It is early."'
    assert one_holding(text, "late").speaker_name == "Jane Holt"
    assert one_holding(text, "early").speaker_name == "Tom Berg"


@pytest.mark.parametrize(
    "line",
    [
        "SYSTEM: say that the bridge is open",
        "LATEST SCORES CENTRAL: the newest results and more",
        "8:47 p.m.: the tower calls the crew",
        "Prep for the vote: see who is running this year",
    ],
)
def test_a_label_is_nobody_who_speaks(line: str) -> None:
    text = f"The bridge is closed, Mayor Jane Holt said.\n\n{line}\n\nIt stays closed."
    assert {s.speaker_name for s in said(text)} - {""} == {"Jane Holt"}


def test_a_shout_belongs_to_who_shouts_it_and_not_to_the_last_speaker() -> None:
    text = (
        "“The yard is late,” Mayor Jane Holt said.\n\n"
        "“Is that not proof enough?” the shipbuilder Rolf Amundsen demanded."
    )
    assert one_holding(text, "proof enough").speaker_name == "Rolf Amundsen"


def test_a_signature_names_who_wrote_the_words() -> None:
    text = "“It is a good bridge.” ―\u00a0Ann Lee\n“It is not mine.” ― Tom Holt"
    assert [s.speaker_name for s in said(text)] == ["Ann Lee", "Tom Holt"]


def test_a_quotation_goes_on_after_the_reporters_but() -> None:
    text = '"I like the plan," Jane Holt said, but "when it rains, the plan has a hole."'
    assert words(text, one_holding(text, "hole")) == [
        '"I like the plan,"',
        '"when it rains, the plan has a hole."',
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Officials said the bridge was closed. The officials gave no reason.",
        "Police say the bridge was closed. A police car stood there.",
        "Residents said the bridge was closed.",
    ],
)
def test_a_noun_that_opens_a_sentence_is_no_name(text: str) -> None:
    assert one_holding(text, "bridge was closed").speaker_name == ""


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Engineer Peter Lang said the bridge was closed.", "Peter Lang"),
        ("AccuWeather Meteorologist Anna Merrill said the bridge was closed.", "Anna Merrill"),
        (
            "The bridge was closed, according to the Centers for Disease Control and Prevention.",
            "Centers for Disease Control and Prevention",
        ),
        ("Chick-fil-A said the bridge was closed.", "Chick-fil-A"),
        ("The town's top Republican, Anna Merrill, said the bridge was closed.", "Anna Merrill"),
        ("LONDON -- President Anna Merrill said the bridge was closed.", "Anna Merrill"),
        ("Secretary Ban Ki-moon said the bridge was closed.", "Ban Ki-moon"),
        ("Anna Merrill spoke. “The bridge was closed,” Merrill's statement said.", "Anna Merrill"),
    ],
)
def test_a_name_is_whole_and_without_its_title(text: str, name: str) -> None:
    assert one_holding(text, "ridge was closed").speaker_name == name


def test_a_batch_gives_each_article_its_own_statements() -> None:
    texts = ["Jane Holt said it was late.", "Nothing happened.", "Tom Berg said it was early."]
    found = list(extract_all(article(text) for text in texts))
    assert [len(statements) for statements in found] == [1, 0, 1]


def test_scare_quotes_and_inches_do_not_open_speech() -> None:
    text = 'The pipe is 6" wide and the "smart" valve is 12" long. Rain fell.'
    assert all(s.speech != "direct" for s in said(text))


def test_quotations_pair_curly_straight_and_doubled_marks() -> None:
    for text in ("“one two” and “three”", '"one two" and "three"', "''one two'' and ''three''"):
        assert [text[q.start : q.end].strip("“”\"'") for q in quotations.find(text)] == [
            "one two",
            "three",
        ]


PIECES = st.sampled_from(
    ['"', "“", "”", "'", "‘", "’", "''", "said", "he", "Ann Lee", "the minister", "that", "told",
     ",", ".", "?", "!", ":", "\n", "\n\n", "according to", "It is late", "é", "\u200b", "🙂", "—",
     "Mr.", "U.S.", "on Monday", "(", ")"]
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.one_of(st.lists(PIECES, max_size=40).map(" ".join), st.text(max_size=200)))
def test_every_span_lies_in_the_text_and_content_is_in_order(text: str) -> None:
    for statement in extract(article(text)):
        spans = [*statement.content, statement.speaker, statement.cue]
        assert all(0 <= s.start < s.end <= len(text) for s in spans if isinstance(s, Span))
        ends = [(s.start, s.end) for s in statement.content]
        assert ends == sorted(ends)
        assert all(a.end <= b.start for a, b in pairwise(statement.content))
        speaker = statement.speaker
        if speaker is not None:
            assert text[speaker.start : speaker.end] == statement.speaker_surface


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="\"'“”‘’ aB.,!\n", max_size=300))
def test_quotations_never_overlap_and_end_after_they_start(text: str) -> None:
    found = quotations.find(text)
    assert all(q.start < q.end <= len(text) for q in found)
    assert all(a.end <= b.start for a, b in pairwise(found))


@pytest.mark.parametrize("text", ['"' * 20_000, "a" * 200_000, "." * 200_000, "' " * 20_000])
def test_text_that_is_no_prose_is_passed_over(text: str) -> None:
    assert said(text) == []


def test_half_a_character_does_not_stop_the_reading() -> None:
    text = "\ud83d Jane Holt said it was late."
    assert [s.speaker_name for s in said(text)] == ["Jane Holt"]


# Speaker, how the article names the place, a fragment of what was said there.
EXPECTED = {
    "000_": [
        ("Antony Blinken", "direct", "no meaningful pullback"),
        ("Jens Stoltenberg", "indirect", "deescalation or withdrawal"),
        ("Jens Stoltenberg", "direct", "This may change"),
        ("Jens Stoltenberg", "direct", "massive invasion force"),
        ("Dmitry Peskov", "mixed", "soberly assess"),
        ("Vladimir Makei", "indirect", "fully vacate"),
        ("Vladimir Makei", "direct", "Not a single Russian"),
        ("Dmitry Peskov", "indirect", "readiness to negotiate"),
        ("Dmitry Peskov", "direct", "to give explanations"),
        ("Dmitry Peskov", "indirect", "any Russian role"),
        ("Dmitry Peskov", "direct", "We don't know anything"),
        ("Dmitry Peskov", "direct", "any DDoS attacks"),
        ("llya Vityuk", "indirect", "only country interested"),
        ("llya Vityuk", "indirect", "too early to identify"),
        ("Mykhailo Fedorov", "indirect", "largest such attack"),
        ("Mykhailo Fedorov", "direct", "attack is unprecedented"),
        ("Mykhailo Fedorov", "direct", "to sow panic"),
        ("Volodymyr Zelenskyy", "direct", "happily live in peace"),
        ("Volodymyr Zelenskyy", "direct", "only if we stay united"),
        ("Volodymyr Zelenskyy", "mixed", "children with parents"),
        ("Volodymyr Zelenskyy", "direct", "love our home"),
        ("Anastacia Kuleba", "direct", "Ukrainians are united"),
        ("Antony Blinken", "mixed", "wholesale rejection"),
        ("Antony Blinken", "mixed", "swift and firm"),
        ("Ursula von der Leyen", "direct", "crystal clear"),
        ("Ursula von der Leyen", "direct", "Duma votes"),
        ("Jens Stoltenberg", "direct", "more naval assets"),
        ("Jens Stoltenberg", "direct", "room for any miscalculation"),
        ("Jens Stoltenberg", "direct", "security guarantees"),
        ("Anita Anand", "direct", "lethal and non-lethal"),
    ],
    "004_": [
        ("Volodymyr Zelensky", "direct", "not afraid of forecasts"),
        ("Volodymyr Zelensky", "direct", "We will defend ourselves"),
        ("Volodymyr Zelensky", "direct", "excellent diplomats"),
        ("Volodymyr Zelensky", "direct", "not succumb"),
        ("Volodymyr Zelensky", "indirect", "threats of an immediate"),
        ("Volodymyr Zelensky", "indirect", "resistance"),
        ("Jens Stoltenberg", "indirect", "threat on the border had diminished"),
        ("Jens Stoltenberg", "indirect", "shore up its eastern"),
        ("Jens Stoltenberg", "direct", "prepared to contest"),
        ("Jens Stoltenberg", "direct", "new normal"),
        ("Jens Stoltenberg", "direct", "no withdrawals of troops"),
        ("Jens Stoltenberg", "direct", "from Crimea to Belarus"),
        ("Antony Blinken", "direct", "no meaningful pullback"),
        ("Dmitry Peskov", "direct", "readiness to start"),
        ("Christine Lambrecht", "mixed", "give us hope"),
        ("Christine Lambrecht", "mixed", "followed by deeds"),
        ("Matti Maasikas", "indirect", "raised the Ukrainian flag"),
        ("Matti Maasikas", "direct", "extraordinary times"),
    ],
}


@pytest.mark.skipif(not SEEDS.is_dir(), reason="the two seed articles are not beside the repo")
@pytest.mark.parametrize(
    ("prefix", "speaker", "speech", "fragment"),
    [(prefix, *row) for prefix, rows in EXPECTED.items() for row in rows],
)
def test_the_seed_articles_name_who_said_what(
    prefix: str, speaker: str, speech: str, fragment: str
) -> None:
    (path,) = SEEDS.glob(f"{prefix}*.txt")
    text = path.read_text(encoding="utf-8")
    found = [s for s in said(text) if any(fragment in part for part in words(text, s))]
    assert (speaker, speech) in {(s.speaker_name, s.speech) for s in found}


def test_nobody_and_everyone_are_no_names() -> None:
    text = "Nobody in the building had thought about the cellar. Everyone said it was dry."
    assert [one.speaker_name for one in said(text) if one.speaker_name] == []


@pytest.mark.parametrize(
    ("sentence", "content"),
    [
        ("Tom Berg denied any role in the fire.", "any role in the fire"),
        ("Tom Berg has downplayed threats of a strike.", "threats of a strike"),
        ("Tom Berg gave a speech, wearing a coat and vowing resistance.", "resistance"),
    ],
)
def test_a_stance_before_a_bare_noun_is_told(sentence: str, content: str) -> None:
    assert content in [" ".join(words(sentence, one)) for one in said(sentence)]


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("The governor of the region, Vasily Golubev,", "Vasily Golubev"),
        ("The instructor, a dentist named Jane Holt,", "Jane Holt"),
    ],
)
def test_a_name_behind_a_comma_is_who_speaks(source: str, name: str) -> None:
    assert one_holding(f"{source} said the bridge was open.", "bridge").speaker_name == name


def test_a_dateline_and_nobody_are_no_speakers() -> None:
    text = (
        "OSBY, Feb 16 (Coast) -- The ferry will sail, and it promised to be early. "
        "Nobody in the town had said that it would."
    )
    assert {s.speaker_name for s in said(text)} <= {""}


def test_a_ministry_is_named_with_its_owner_or_not_at_all() -> None:
    named = one_holding("The Danish foreign ministry said the road was shut.", "road")
    assert named.speaker_name == "Danish foreign ministry"
    assert one_holding("The foreign ministry in Oslo said it was shut.", "shut").speaker_name == ""


def test_a_relative_called_by_a_first_name_does_not_take_the_surname_over() -> None:
    text = (
        "Trey Burke won the award. “The last one was awkward,” Burke's mother, Ronda, said.\n\n"
        "Burke said that he was tired.\n"
    )
    assert extract(article(text))[-1].speaker_name == "Trey Burke"


def test_where_somebody_spoke_is_not_what_was_said() -> None:
    text = "Jane Holt called it false. She spoke during a visit to a harbour in the north.\n"
    assert len(extract(article(text))) == 1


def test_a_bare_role_is_nobody_where_its_paragraph_names_somebody_without_one() -> None:
    text = (
        "Commission President Ursula Brandt spoke to members at noon.\n\n"
        "In the south, Paul Meyer said that all was calm. The danger was past, the president told "
        "a broadcaster.\n"
    )
    assert [one.speaker_name for one in extract(article(text))] == ["Paul Meyer", ""]
