"""Cases + Desk -> scored rows, one a question."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from eval import metrics
from eval.cases import Case, GoldSpan
from eval.material import Material
from eval.metrics import Place, Score
from eval.rows import Row, Shown
from index.roster import Forms, match
from index.search.graph import Vectors
from index.types import Article
from rag import decide
from rag.ask import ask
from rag.desk import Desk
from rag.extract import NAME as EXTRACTIVE
from rag.findings import weighed
from rag.fusion import LEGS, Leg
from rag.retrieve import Found, retrieve, without_period
from rag.types import Answer, Filters
from rag.wire import plain

CUTOFFS = (1, 3, 5, 10)
DEPTH = 100  # passages searched where articles are ranked: average precision needs depth
_AROUND = 160  # code points shown before and after a gold span
_SHOWN = 10  # passages kept for the page


@dataclass(frozen=True, slots=True)
class Bench:
    """What a run measures with: the desk, one that never abstains on what it found, the texts."""

    desk: Desk
    forced: Desk
    material: Material
    articles: Mapping[str, Article]
    passages: tuple[Place, ...]
    run: str
    model: str
    legs: tuple[Leg, ...]


def bench(
    desk: Desk,
    material: Material,
    run: str = "",
    model: str = "",
    legs: tuple[Leg, ...] = LEGS,
) -> Bench:
    """A Bench over the index of ``desk``; the desk's own answerer unless ``model`` names one."""
    bold = replace(desk.settings, answerable_floor=0.0)
    embedder = replace(desk.embedder, embed=_remembering(desk.embedder.embed))
    keys = [int(key) for key in desk.store.passage_keys()]
    spans = [passage.span for passage, _ in desk.store.passages(keys).values()]
    return Bench(
        Desk(desk.store, embedder, desk.settings),
        Desk(desk.store, embedder, bold),
        material,
        {article.id: article for article in desk.store.articles()},
        tuple((span.article_id, span.start, span.end) for span in spans),
        run,
        model or desk.settings.model,
        legs,
    )


def rows(on: Bench, cases: Sequence[Case]) -> Iterator[Row]:
    """Ask every case and score it, in order."""
    for case in cases:
        for desk in (on.desk, on.forced):
            desk.today = _clock(case)
        yield _row(on, case)


def ranking(material: Material, found: Found) -> list[Place]:
    """The places of what was found, best first, each article once where articles are ranked.

    A copy that was folded into another article's place stands right behind it.
    """
    if material.unit == "passage":
        spans = [one.passage.span for one in found.evidence]
        return [(span.article_id, span.start, span.end) for span in spans]
    articles = [article for one in found.evidence for article in (one.article, *one.also_in)]
    return list({one.id: (one.id, 0, len(one.text)) for one in articles}.values())


def ranked_scores(
    case: Case, places: Sequence[Place], units: Sequence[Place]
) -> tuple[dict[str, float], float, float, float]:
    """Recall by cut-off, reciprocal rank at 10, nDCG at 10 and average precision of a ranking.

    ``units`` are all places that can be found. By ir_measures; a ranking without gold counts 0.
    """
    import ir_measures
    from ir_measures import AP, RR, nDCG

    recall = {str(k): metrics.nugget_recall(case, places, k) for k in CUTOFFS}
    gold = [span for nugget in case.nuggets for span in nugget]
    relevant = {_key(p): 1 for p in units if any(metrics.touches(p, span) for span in gold)}
    order = {_key(place): -float(rank) for rank, place in enumerate(places)} or {"-": 0.0}
    if not relevant:
        return recall, 0.0, 0.0, 0.0
    wanted = (RR @ 10, nDCG @ 10, AP)
    values = ir_measures.calc_aggregate(wanted, {"q": relevant}, {"q": order})
    first, gain, precision = (float(values[one]) for one in wanted)
    return recall, first, gain, precision


def _remembering(embed: Callable[[Sequence[str]], Vectors]) -> Callable[[Sequence[str]], Vectors]:
    """``embed`` that knows its last texts: a question is searched several times over here."""

    @lru_cache(maxsize=2)
    def known(texts: tuple[str, ...]) -> Vectors:
        return embed(texts)

    return lambda texts: known(tuple(texts))


def _row(on: Bench, case: Case) -> Row:
    answer, spent = None, 0.0
    if on.material.answered:  # first, as what follows finds the question embedded already
        started = time.perf_counter()
        answer = ask(on.desk, case.question, case.history, model=on.model)
        spent = (time.perf_counter() - started) * 1000
    found = _searched(on, case)
    score = replace(_search_score(on, case, found), milliseconds=spent)
    if answer:
        score = _answer_score(on, case, answer, score)
        score = _decision_score(on, case, answer, found, score)
    cited = answer.citations if answer else ()
    return Row(
        run=on.run,
        model=on.model,
        id=case.id,
        type=case.type,
        question=case.question,
        history=tuple(turn.question for turn in case.history),
        answerable=case.answerable,
        reason=case.reason,
        speaker=case.speaker,
        answers=case.answers,
        gold=tuple(tuple(_shown(on, span) for span in nugget) for nugget in case.nuggets),
        evidence=tuple(_passages(on, found)),
        answer=plain(answer) if answer else None,
        right_citations=tuple(c.number for c in cited if metrics.is_gold(case, c)),
        score=score,
    )


def _searched(on: Bench, case: Case) -> Found:
    """What the program's own search finds, only deeper."""
    desk, depth = on.desk, max(CUTOFFS) if on.material.unit == "passage" else DEPTH
    query = desk.query(case.question, case.history, Filters())
    settings = replace(desk.settings, evidence=depth)
    found = retrieve(query, desk.store, desk.view, settings, on.legs)
    if not found.evidence and not query.strict_dates:
        found = retrieve(without_period(query), desk.store, desk.view, settings, on.legs)
    return found


def _answer_score(on: Bench, case: Case, answer: Answer, score: Score) -> Score:
    """``score`` with the figures of what was said and cited."""
    texts = {name: article.text for name, article in on.articles.items()}
    quoted, verbatim = metrics.quotations(answer, texts)
    return replace(
        score,
        citation_precision=metrics.citation_precision(case, answer),
        citation_recall=metrics.citation_recall(case, answer),
        citations_right=metrics.citations_right(case, answer),
        quotations=quoted,
        quotations_verbatim=verbatim,
        speaker_right=_speaker_right(case, answer, on.desk.roster()),
        answer_found=metrics.answer_found(case, answer),
        exact_match=metrics.exact_match(case, answer),
        token_f1=metrics.token_f1(case, answer),
        tokens=answer.usage.prompt_tokens + answer.usage.completion_tokens,
        cost=answer.usage.cost,
    )


def _decision_score(on: Bench, case: Case, answer: Answer, found: Found, score: Score) -> Score:
    """``score`` with the figures of abstaining, also of the answer that was not given."""
    abstained = answer.status == "abstained"
    forced = answer
    if abstained and on.model == EXTRACTIVE:  # a model is not asked twice: it would cost money
        forced = ask(on.forced, case.question, case.history, model=on.model)
    reason = answer.abstention.reason if answer.abstention else ""
    return replace(
        score,
        abstained=abstained,
        reason_right=reason == case.reason if case.reason and abstained else None,
        right=metrics.right(case, answer),
        forced_right=case.answerable and metrics.right(case, forced),
        confidence=_confidence(on.desk, case, found),
    )


def _confidence(desk: Desk, case: Case, found: Found) -> float:
    """What ``rag.decide`` holds against the floor; 0 where it refuses before it searches."""
    query = desk.query(case.question, case.history, Filters())
    if decide.before_search(query, desk.coverage()):
        return 0.0
    found = replace(found, evidence=found.evidence[: desk.settings.evidence])
    return weighed(query, found, desk.view, desk.roster()).confidence


def _search_score(on: Bench, case: Case, found: Found) -> Score:
    """The figures of retrieval; those of an answer are empty."""
    recall: dict[str, float] | None = None
    first = gain = precision = None
    if case.answerable:
        whole = [(one.id, 0, len(one.text)) for one in on.articles.values()]
        units = on.passages if on.material.unit == "passage" else whole
        places = ranking(on.material, found)
        recall, first, gain, precision = ranked_scores(case, places, units)
    return Score(
        recall=recall,
        reciprocal_rank=first,
        ndcg=gain,
        average_precision=precision,
        citation_precision=None,
        citation_recall=None,
        citations_right=(),
        quotations=0,
        quotations_verbatim=0,
        speaker_right=None,
        answer_found=None,
        exact_match=None,
        token_f1=None,
        abstained=False,
        reason_right=None,
        right=bool(recall and recall[str(max(CUTOFFS))]),
        forced_right=False,
        confidence=0.0,
        milliseconds=0.0,
        tokens=0,
        cost=0.0,
    )


def _passages(on: Bench, found: Found) -> Iterator[Shown]:
    for one in found.evidence[:_SHOWN]:
        span = one.passage.span
        yield _shown(on, GoldSpan(span.article_id, span.start, span.end), 0)


def _shown(on: Bench, span: GoldSpan, around: int = _AROUND) -> Shown:
    article = on.articles[span.article_id]
    whole = on.material.unit == "article" and span.end - span.start == len(article.text)
    end = min(span.end, span.start + 400) if whole else span.end  # an article is gold as a whole
    text = article.text
    return Shown(
        article.id,
        article.title,
        span.start,
        span.end,
        text[span.start : end],
        text[max(0, span.start - around) : span.start],
        text[end : end + around] if around else "",
    )


def _clock(case: Case) -> Callable[[], date]:
    day = case.asked_on
    return (lambda: day) if day else date.today


def _key(place: Place) -> str:
    return f"{place[0]}:{place[1]}-{place[2]}"


def _speaker_right(case: Case, answer: Answer, speakers: Forms) -> bool | None:
    """Whether the first claim names the gold speaker; None without one or without an answer."""
    if not case.speaker or not case.answerable or not answer.claims:
        return None
    meant = match(case.speaker, speakers)
    given = match(answer.claims[0].speaker, speakers) if answer.claims[0].speaker else ()
    return bool(meant and given and meant[0].id == given[0].id)
