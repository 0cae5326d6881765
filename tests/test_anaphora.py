"""Whether a question goes on with the one before it, or only sounds as if it did."""

import pytest

from rag.question.anaphora import points_back


@pytest.mark.parametrize(
    "question",
    [
        "Why did Zelensky cancel his trip to Munich?",
        "Which countries sent their embassies to Lviv?",
        "What did Biden say about the sanctions that Germany wants?",
        "Does Stoltenberg believe that Russia will attack?",
        "Did Biden say that he was sure?",
        "Did the Kremlin say when its troops would leave Belarus?",
        "How many troops are there in Belarus?",
        "Was there an explosion in Donetsk?",
        "Who accused whom of the cyberattack, and who denied it?",
        "What happened in Kyiv this week?",
    ],
)
def test_a_question_that_says_what_it_means_goes_on_with_nothing(question):
    assert not points_back(question)


@pytest.mark.parametrize(
    "question",
    [
        "When did he say that?",
        "What did Putin say to that?",
        "Was that promise kept by the chancellor in Berlin?",
        "Did Zelensky confirm it?",
        "Did Biden agree with him?",
        "Where did its staff go?",
        "And why does she want to wait?",
        "How many of them live there?",
        "When was it ordered, and who signed it?",
        "What else was said on the same day?",
        "What did this mean for Kyiv?",
    ],
)
def test_a_question_that_leaves_something_out_goes_on_with_the_one_before(question):
    assert points_back(question)
