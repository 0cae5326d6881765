"""Statements and articles of the whole corpus -> tables and counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, date

from index.types import Article
from rag.desk import Desk
from rag.wire import Said
from ui.markup import count, day, element, escape, join, reading

SHOWN = 200  # rows of a table on the page; the CSV has all
BARS = 60  # days in a plot; a longer period is plotted by month
_SPEECH = {"direct": "quoted", "mixed": "quoted in part", "indirect": "reported"}


def statements_page(rows: Sequence[Said]) -> str:
    """Counts per outlet and day, and the table."""
    if not rows:
        return element("p", "No statement fits. Try a shorter topic or no speaker.", class_="none")
    outlets = Counter(one.article.publisher or "unknown outlet" for one in rows)
    days = Counter(found for one in rows if (found := _day(one)))
    left_out = len(rows) - SHOWN
    more = f" The first {SHOWN} are shown; the CSV has all." if left_out > 0 else ""
    return join(
        (
            element("p", f"{count(len(rows), 'statement')}.{more}", class_="total"),
            element(
                "div",
                _plot("By outlet", outlets.most_common()) + plot_days("By day", days),
                class_="plots",
            ),
            _table(
                "Statements",
                ("Statement", "Speaker", "Day", "Outlet"),
                (_said_row(one) for one in rows[:SHOWN]),
            ),
        )
    )


def corpus_page(desk: Desk, contains: str) -> str:
    """What is indexed: articles by day, and a table in which each can be read or removed."""
    wanted = contains.strip().casefold()
    everything = desk.store.articles()
    found = [one for one in everything if wanted in _searched(one)]
    if not everything:
        return element("p", "Nothing is indexed yet. Drop files above.", class_="none")
    days = Counter(one.published.astimezone(UTC).date() for one in everything if one.published)
    undated = sum(one.published is None for one in everything)
    facts = [count(len(everything), "article"), f"{undated} undated" if undated else ""]
    if wanted:
        facts.append(f"{len(found)} shown")
    elif len(found) > SHOWN:
        facts.append(f"the newest {SHOWN} shown")
    return join(
        (
            element("p", ", ".join(fact for fact in facts if fact) + ".", class_="total"),
            element("div", plot_days("Articles by day", days), class_="plots"),
            _table(
                "Articles",
                ("Article", "Outlet", "Day", '<span class="unseen">Remove</span>'),
                (_article_row(one) for one in found[:SHOWN]),
            ),
        )
    )


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


def plot_days(title: str, days: Counter[date]) -> str:
    """Bars by day, or by month when there are too many days."""
    if not days:
        return ""
    if (max(days) - min(days)).days < BARS:
        return _plot(title, [(f"{one.day} {one:%b %Y}", days[one]) for one in sorted(days)])
    months: Counter[tuple[int, int]] = Counter()
    for one, number in days.items():
        months[one.year, one.month] += number
    rows = [(f"{date(*one, 1):%b %Y}", months[one]) for one in sorted(months)]
    return _plot(title.replace("day", "month"), rows)


def _plot(title: str, rows: Sequence[tuple[str, int]]) -> str:
    """Horizontal bars with their numbers beside them, so that nothing is told by length alone."""
    longest = max(number for _, number in rows)
    bars = join(
        element(
            "div",
            element("dt", escape(name))
            + f'<dd><i style="width:{100 * number / longest:.1f}%"></i><b>{number}</b></dd>',
        )
        for name, number in rows
    )
    return element("figure", element("figcaption", title) + element("dl", bars), class_="plot")


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
        day(_day(one)),
        escape(one.article.publisher),
    )
    return element("tr", join(element("td", cell) for cell in cells))


def _day(one: Said) -> date | None:
    """The day of speaking where the article gives it, else that of publication."""
    published = one.article.published
    return one.said_on or (published.astimezone(UTC).date() if published else None)


def _article_row(one: Article) -> str:
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
        day(one.published) or "undated",
        remove,
    )
    return element("tr", join(element("td", cell) for cell in cells))


def _searched(one: Article) -> str:
    return f"{one.title} {one.publisher} {one.id} {' '.join(one.authors)}".casefold()


def _where(one: Article) -> str:
    return ", ".join(filter(None, (one.publisher, day(one.published))))
