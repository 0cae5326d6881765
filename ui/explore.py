"""Statements and articles of the whole corpus -> tables, plots and counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date

from index import catalogue, copies
from index.catalogue import Entry
from index.types import Article
from rag.desk import Desk
from rag.tally import day as day_of
from rag.tally import tally
from rag.wire import Said
from rag.wording import count, day, period, short_day
from ui.markup import element, escape, join, reading
from ui.paging import page, paged
from ui.plots import bars, timeline

UNASKED = (
    '<p class="none">Everything that somebody said, with day, outlet and place. Choose a speaker, '
    "a topic or a period, or show it all.</p>"
)
GROUPS = 20  # reports that stand in several articles, listed one by one
_SPEECH = {"direct": "quoted", "mixed": "quoted in part", "indirect": "reported"}


def statements_page(rows: Sequence[Said]) -> str:
    """When, by whom and where it was said."""
    if not rows:
        return element("p", "No statement fits. Try a shorter topic or no speaker.", class_="none")
    counted = tally(rows)
    days: Counter[date] = Counter(found for one in rows if (found := day_of(one)))
    return join(
        (
            element("p", f"{count(len(rows), 'statement')}.", class_="total", role="status"),
            timeline("Statements", days),
            element(
                "div",
                bars("By speaker", _named(counted.speakers, "not named"))
                + bars("By outlet", _named(counted.outlets, "unknown outlet")),
                class_="plots",
            ),
        )
    )


def statements_table(rows: Sequence[Said], first: object = 0) -> str:
    """The statements of the page on which row ``first`` stands; the CSV has all."""
    if not rows:
        return ""
    shown = page(first, len(rows))
    listed = map(_said_row, rows[shown.first : shown.last])
    table = _table("Statements", ("Statement", "Speaker", "Day", "Outlet"), listed)
    return paged("statements", shown, table)


def corpus_page(desk: Desk) -> str:
    """What is indexed: how much, from when, and what to know of it."""
    everything = catalogue.entries(desk.store)
    if not everything:
        return element("p", "Nothing is indexed yet. Drop files above.", class_="none")
    days = Counter(one.published.date() for one in everything if one.published)
    facts = filter(None, (count(len(everything), "article"), _period(days)))
    return join(
        (
            element("p", f"{', '.join(facts)}.", class_="total"),
            timeline("Articles", days),
            _doubts(everything),
        )
    )


def articles_page(desk: Desk, contains: str, first: object = 0) -> str:
    """A table of articles, newest first, in which each can be read or removed: the page on which
    row ``first`` stands."""
    wanted = contains.strip().casefold()
    found = [one for one in catalogue.entries(desk.store) if wanted in _searched(one)]
    if not found:
        return element("p", "No article fits.", class_="none") if wanted else ""
    shown = page(first, len(found))
    table = _table(
        "Articles",
        ("Article", "Outlet", "Day", '<span class="unseen">Remove</span>'),
        map(_article_row, found[shown.first : shown.last]),
    )
    told = element("p", f"{len(found):,} found.", class_="told", role="status") if wanted else ""
    return told + paged("articles", shown, table)


def reports_page(desk: Desk) -> str:
    """Articles that are one report; answers count them once, "also in" the others."""
    everywhere, articles = copies.clusters(desk.store)
    groups = catalogue.reports(desk.store, GROUPS)
    if not groups:
        return ""
    listed = {one.id: one for one in catalogue.entries(desk.store)}
    rows = [
        element("li", join(element("div", _line(listed[one])) for one in ids if one in listed))
        for ids in groups
    ]
    if everywhere > len(groups):
        rows.append(element("li", f"and {count(everywhere - len(groups), 'more report')}"))
    title = f"{count(everywhere, 'report stands', 'reports stand')} in {articles:,} articles"
    told = "Mostly the same text. An answer counts it as one source and names the others."
    return element(
        "details",
        element("summary", title) + element("p", told) + element("ul", join(rows)),
        class_="copies",
    )


def _doubts(everything: Sequence[Entry]) -> str:
    """What is not known of the articles, and what that means for answers."""
    undated = sum(one.published is None for one in everything)
    anonymous = sum(not one.publisher for one in everything)
    untitled = sum(not one.title for one in everything)
    facts = (
        f"{count(undated, 'article')} without a date, left out where a period is fixed."
        if undated
        else "",
        f"{count(anonymous, 'article')} without an outlet." if anonymous else "",
        f"{count(untitled, 'article')} without a title." if untitled else "",
    )
    rows = join(element("li", fact) for fact in facts if fact)
    return element("ul", rows, class_="doubts", aria_label="Worth knowing") if rows else ""


def _named(counts: dict[str, int], unknown: str) -> list[tuple[str, int]]:
    """Counts with a name for those that have none, which come last."""
    known = [(name, number) for name, number in counts.items() if name]
    return [*known, (unknown, counts[""])] if "" in counts else known


def _period(days: Counter[date]) -> str:
    return period(min(days), max(days)) if days else ""


def _line(one: Entry) -> str:
    link = element("a", escape(one.title or one.id), href=reading(one.id, one.revision))
    return link + element("span", escape(_where(one)), class_="row")


def newest(desk: Desk, limit: int) -> str:
    """The newest articles as links, for the reading pane while it is empty."""
    rows = join(
        element(
            "li",
            element("a", escape(one.title or one.id), href=reading(one.id, one.revision))
            + element("span", escape(_where(one)), class_="row"),
        )
        for one in desk.store.articles(limit)
    )
    return f'<h2>Newest articles</h2><ul class="newest">{rows}</ul>' if rows else ""


def _table(label: str, heads: Sequence[str], rows: Iterable[str]) -> str:
    head = join(element("th", one, scope="col") for one in heads)
    return element(
        "table",
        f"<thead><tr>{head}</tr></thead><tbody>{join(rows)}</tbody>",
        aria_label=label,
    )


def _said_row(one: Said) -> str:
    place = reading(one.article.id, one.article.revision, one.start, one.end)
    who = escape(one.speaker or "unknown")
    role = f", {escape(one.role)}" if one.role else ""
    cells = (
        element("a", escape(one.words), href=place, class_="words"),
        who + element("span", _SPEECH[one.speech] + role, class_="row"),
        short_day(day_of(one)),
        escape(one.article.publisher),
    )
    return element("tr", join(element("td", cell) for cell in cells))


def _article_row(one: Entry) -> str:
    remove = element(
        "button",
        "Remove",
        type="button",
        data_remove=one.id,
        aria_label=f"Remove {one.title or one.id}",
    )
    cells = (
        element("a", escape(one.title or one.id), href=reading(one.id, one.revision)),
        escape(one.publisher),
        short_day(one.published) or "undated",
        remove,
    )
    return element("tr", join(element("td", cell) for cell in cells))


def _searched(one: Entry) -> str:
    return f"{one.title} {one.publisher} {one.id} {' '.join(one.authors)}".casefold()


def _where(one: Entry | Article) -> str:
    return ", ".join(filter(None, (one.publisher, day(one.published))))
