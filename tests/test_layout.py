"""How the sentences of an answer stand: days lead a course, names the sides of a comparison."""

from dataclasses import replace
from datetime import UTC, date, datetime

from hostile import answer, citation, exchange, reference

from ui import render
from ui.layout import laid_out


def voiced(*speakers):
    """An answer of one sentence for each of ``speakers``."""
    base = answer()
    claims, text, at = [], [], 0
    for number, speaker in enumerate(speakers, start=1):
        sentence = f"It is so [{number}]."
        claims.append(
            replace(
                base.claims[1],
                start=at,
                end=at + len(sentence),
                speaker=speaker,
                citations=(number,),
            )
        )
        text.append(sentence)
        at += len(sentence) + 1
    cited = tuple(replace(citation(number), said_on=None) for number in range(1, at))
    return answer(" ".join(text), claims=tuple(claims), citations=cited[: len(speakers)])


def leads(form, whole):
    layout, found = laid_out(form, whole)
    return layout, [(one.words, one.side) for one in found]


def test_two_speakers_stand_side_by_side_each_named_once():
    whole = voiced("Ana Reyes", "Ana Reyes", "Jane Holt", "")
    assert leads("comparison", whole) == (
        "sides",
        [("Ana Reyes", "1"), ("", "1"), ("Jane Holt", "2"), ("", "")],
    )


def test_a_comparison_of_which_one_side_is_silent_is_running_text():
    whole = voiced("Ana Reyes", "Ana Reyes")
    assert leads("comparison", whole) == ("", [("", ""), ("", "")])


def test_a_course_is_led_by_days_when_it_was_said_else_printed():
    whole = voiced("Ana Reyes", "Ana Reyes", "Ana Reyes")
    first, second, third = whole.citations
    printed = replace(reference(), published=datetime(2022, 2, 17, tzinfo=UTC))
    cited = (
        replace(first, said_on=date(2022, 2, 15)),
        replace(second, said_on=date(2022, 2, 15)),
        replace(third, article=printed),
    )
    whole = replace(whole, citations=cited)
    assert leads("change", whole) == (
        "course",
        [("15 Feb 2022", ""), ("", ""), ("17 Feb 2022", "")],
    )
    html = render.exchange(exchange(whole, form="change"))
    assert 'class="text course"' in html
    assert 'data-lead="17 Feb 2022"' in html


def test_what_leads_a_sentence_is_not_in_its_text():
    whole = voiced("Ana Reyes", "Jane Holt")
    html = render.exchange(exchange(whole, form="comparison"))
    assert html.count("Ana Reyes") == 1  # the attribute alone


def test_everything_else_is_running_text_and_a_round_up_a_list():
    whole = voiced("Ana Reyes", "Jane Holt", "Tom Brandt")
    assert laid_out("single", whole)[0] == ""
    assert laid_out("round-up", whole)[0] == "voices"
