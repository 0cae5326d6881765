"""Query + Evidence -> go on, or abstain with a reason. Decided here and never by a model."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from index.search.graph import Vectors
from index.view import View
from rag import logistic
from rag.candidates import Candidate
from rag.conflicts import denials
from rag.counted import is_uncounted
from rag.denial import deed, denial
from rag.question.against import against
from rag.relevance import FEATURES as SENTENCE
from rag.relevance import Wanted
from rag.remarks import Remarks, day
from rag.subject import is_missed
from rag.types import Abstention, AbstentionReason, Closest, Coverage, Query
from rag.wire import reference
from rag.wording import count, legible, period

FEATURES = (
    "best",  # relevance of the best sentence
    "passage_words",  # best share of the topic's words in a passage
    "absent_words",  # share of the question's words that the whole corpus lacks
    "meaning",  # highest cosine between the question and one of the best sentences
)
_SPEAKER = SENTENCE.index("speaker")
_WHERE = re.compile(r"(?:in|at|during|after|before|under|against|for|on|with)\b", re.IGNORECASE)
_ABOUT = re.compile(
    r"\b(?:say|said|think|thought|tell|told|talk|comments?|remarks?|statements?|views?|position"
    r"|opinion)\b.*\b(?:about|on|regarding|concerning)\b|^\W*(?:[A-Z][\w’'.-]*\s+){1,4}on\s",
    re.DOTALL,
)
_DESPITE = 0.6  # probability of an answer from which words that are not near count all the same
_TOUCHED = 0.4  # how near somebody's words come at least to a topic that they are on
_CLOSEST = 3  # places shown with a refusal
_READ = 3  # best sentences that are embedded (docs/evaluation.md)


@dataclass(frozen=True, slots=True)
class Signs:
    """What speaks for or against an answer beside the sentences' own relevance.

    ``absent`` is the share of the question that the corpus has no word of, ``meaning`` the
    highest cosine between the question and one of the best sentences, ``denial`` the sentence
    that denies what the question takes for granted, ``missed`` whether none tells of what is
    asked.
    """

    absent: float
    meaning: float
    denial: Candidate | None = None
    missed: bool = False


def signs(
    query: Query, vector: Vectors, ranked: Sequence[Candidate], remarks: Remarks, view: View
) -> Signs:
    """The Signs for ``query``, whose embedding is ``vector`` (float32[d])."""
    best = [one.text for one in ranked[:_READ]]
    meaning = float((remarks.vectors(best) @ vector).max()) if best else 0.0
    wanted = Wanted(view, query.standalone)
    done = Wanted(view, deed(query.standalone))
    denied = denial(query, ranked, wanted, done)
    missed = is_missed(query, ranked, meaning, view) or is_uncounted(query, ranked, view)
    return Signs(wanted.absent(), meaning, denied, missed)


def before_search(query: Query, coverage: Coverage) -> Abstention | None:
    """What can be refused without looking: an empty corpus, a stranger, another time."""
    if not coverage.articles:
        return _refuse("empty_corpus", "Nothing is indexed yet. Add articles first.")
    if not query.speaker_known:
        name = query.interpretation.speaker or "That speaker"
        return _refuse(
            "speaker_not_in_corpus",
            f"{name} does not speak in these articles{span(coverage)}. Check the spelling, or ask "
            "without the name.",
        )
    if query.outside and query.strict_dates:
        return _outside(coverage)
    if against(query.standalone, ()) and not query.interpretation.topic:
        return _refuse(
            "no_evidence",
            "The question leaves open what it is about. Name it, as in “Who disagrees with … on "
            "…?”",
        )
    return None


def on_evidence(
    query: Query,
    ranked: Sequence[Candidate],
    seen: Signs,
    floor: float,
    coverage: Coverage,
    quoting: Callable[[Sequence[str]], int],
) -> Abstention | None:
    """Refuse when what was found is not about what was asked.

    ``floor`` is the least probability (``features``, fitted by eval.calibrate) that the question
    can be answered; ``quoting`` tells in how many articles one of some speakers says something.
    """
    if query.outside and not _names_period(query, ranked):
        return _outside(coverage)
    undenied = query.expects == "denial" and not denials(ranked, query.interpretation.topic)
    odds = confidence(ranked, seen)
    besides = undenied or _is_elsewhere(query, ranked, odds)
    sure = _is_course(query, ranked) or (bool(ranked) and odds >= floor)
    if sure and not besides:
        return None
    if seen.denial is not None:
        others = [one for one in ranked if one is not seen.denial]
        message = (
            f"The articles say otherwise than the question takes for granted{span(coverage)}. "
            "Read what stands closest."
        )
        return Abstention("no_evidence", message, closest([seen.denial, *others]))
    close = closest(ranked)
    if query.mode == "statements" and query.interpretation.speaker:
        message = _not_on_topic(query, coverage, quoting)
        return Abstention("speaker_found_topic_not", message, close)
    if undenied:
        message = f"Nobody is found to deny that in these articles{span(coverage)}."
        return Abstention("no_evidence", message, close)
    message = (
        f"The articles do not answer this{span(coverage)}. Ask in other words, or add articles."
    )
    return Abstention("no_evidence", message, close)


def _not_on_topic(query: Query, coverage: Coverage, quoting: Callable[[Sequence[str]], int]) -> str:
    asked = query.interpretation
    told = legible(asked.topic, query.standalone)
    topic = f"on “{told}”" if told else "on that"
    topic = topic[3:] if _WHERE.match(told) else topic
    verb = "are" if " and " in (asked.speaker or "") else "is"
    where = f"quoted in {quoting(query.speaker_ids)} of these articles{span(coverage)}"
    return (
        f"{asked.speaker} {verb} {where}, but nothing {topic} was found. Ask in other words, "
        "or what anyone said on it."
    )


def unverified(ranked: Sequence[Candidate], failed: str) -> Abstention:
    """The refusal for when no sentence held, of the articles' own or of a model; ``failed`` names
    one that gave none."""
    close = closest(ranked)
    if failed:
        message = (
            f"{failed} gave no answer, and no sentence of the articles could be verified. Ask "
            "again later, or choose another answerer."
        )
        return Abstention("model_failed", message, close)
    message = (
        "Nothing that could be said on this held against the articles. Read what stands closest."
    )
    return Abstention("unverified_only", message, close)


def confidence(ranked: Sequence[Candidate], seen: Signs) -> float:
    """The probability that what was found can answer the question; 0 when nothing was, when it
    denies what the question takes for granted, or tells nothing of it."""
    if not ranked or seen.denial is not None or seen.missed:
        return 0.0
    return logistic.load("answerable", FEATURES).probability(features(ranked, seen))


def features(ranked: Sequence[Candidate], seen: Signs) -> tuple[float, ...]:
    """The values of FEATURES for what was found."""
    passage = SENTENCE.index("passage_words")
    return (
        ranked[0].relevance,
        max(one.features[passage] for one in ranked),
        seen.absent,
        seen.meaning,
    )


def _is_elsewhere(query: Query, ranked: Sequence[Candidate], odds: float) -> bool:
    """Whether it is asked what somebody said about a topic that none of his sentences comes near,
    nor those around them, or he says nothing of what was found: what else he said, and what is said
    of him, answers nothing.

    Where the ``odds`` are good all the same he says it in other words: a "pullback" is a withdrawal
    to the passages' meaning, though not to that of single words.
    """
    if query.mode != "statements" or query.form not in ("single", "change") or query.told:
        return False
    own = [one.touch for one in ranked if one.features[_SPEAKER] == 1]
    if not own:
        return True
    if not query.interpretation.topic or not _ABOUT.search(query.standalone):
        return False
    return max(own) < _TOUCHED and odds < _DESPITE


def _is_course(query: Query, ranked: Sequence[Candidate]) -> bool:
    """Whether it is asked how somebody's words changed, on nothing in particular, and there are
    words of several days."""
    if query.form != "change" or query.interpretation.topic:
        return False
    return len({day(one) for one in ranked if one.features[_SPEAKER] == 1} - {None}) > 1


def _names_period(query: Query, ranked: Sequence[Candidate]) -> bool:
    """Whether one of the best sentences itself speaks of the time asked for: "in January"."""
    return bool(query.period_words) and any(
        all(word.lower() in one.text.lower() for word in query.period_words)
        for one in ranked[:_CLOSEST]
    )


def _outside(coverage: Coverage) -> Abstention:
    return _refuse(
        "outside_coverage_dates",
        f"The articles do not cover that time{span(coverage)}. Ask about a day that they cover.",
    )


def closest(ranked: Sequence[Candidate]) -> tuple[Closest, ...]:
    """The nearest sentences, as places to look at."""
    return tuple(
        Closest(
            reference(one.evidence.article),
            one.start,
            one.end,
            one.evidence.article.text[one.start : one.end],
        )
        for one in ranked[:_CLOSEST]
    )


def span(coverage: Coverage) -> str:
    """What the corpus covers, for the end of a refusal."""
    if not coverage.since or not coverage.until:
        return ""
    return f" ({count(coverage.articles, 'article')}, {period(coverage.since, coverage.until)})"


def _refuse(reason: AbstentionReason, message: str) -> Abstention:
    return Abstention(reason, message)
