"""Statements and articles of the whole corpus -> tables, counts and CSV."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date

from index.types import Article, Statement
from rag.desk import Desk
from rag.types import Filters
from ui.markup import count, day, element, escape, join, reading

SHOWN = 200  # rows of a table on the page; the CSV has all
BARS = 60  # days in a plot; a longer period is plotted by month
_SPEECH = {"direct": "quoted", "mixed": "quoted in part", "indirect": "reported"}
_COLUMNS = (
    "speaker said_on published outlet speech statement title article revision start end url".split()
)


@dataclass(frozen=True, slots=True)
class Said:
    """A statement with what a row of a table shows of it."""

    statement: Statement
    speaker: str
    words: str
    article: Article

    @property
    def day(self) -> date | None:
        """The day of speaking where the article gives it, else that of publication."""
        published = self.article.published
        return self.statement.said_on or (published.astimezone(UTC).date() if published else None)


def statements(desk: Desk, wanted: Filters, about: str) -> list[Said]:
    """What is on record for a speaker, a topic and a period, in order of day.

    With a period, statements whose day is unknown are left out.
    """
    people = desk.speakers_by_id()
    found: list[Said] = []
    articles: dict[str, Article | None] = {}
    for one in desk.statements(wanted.speaker, about):
        key = one.content[0].article_id
        if key not in articles:
            articles[key] = desk.store.article(key)
        article = articles[key]
        if article is None:  # removed since the statements were read
            continue
        person = people.get(one.speaker_id)
        name = person.name if person else one.speaker_name or one.speaker_surface
        said = Said(one, name, desk.words(one), article)
        if _within(said.day, wanted.since, wanted.until):
            found.append(said)
    return sorted(found, key=lambda said: (said.day or date.max, said.article.id))


def statements_page(rows: Sequence[Said]) -> str:
    """Counts per outlet and day, and the table."""
    if not rows:
        return element("p", "No statement fits. Try a shorter topic or no speaker.", class_="none")
    outlets = Counter(one.article.publisher or "unknown outlet" for one in rows)
    days = Counter(one.day for one in rows if one.day)
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


def statements_csv(rows: Iterable[Said]) -> str:
    """All rows as CSV with offsets; cells that a spreadsheet would run are made text."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(_COLUMNS)
    for one in rows:
        first, last = one.statement.content[0], one.statement.content[-1]
        article = one.article
        cells = (
            one.speaker,
            one.statement.said_on or "",
            article.published.isoformat() if article.published else "",
            article.publisher,
            one.statement.speech,
            one.words,
            article.title,
            article.id,
            article.revision,
            first.start,
            last.end,
            article.url,
        )
        writer.writerow([_cell(cell) for cell in cells])
    return out.getvalue()


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
                ("Article", "Outlet", "Day", ""),
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
    first, last = one.statement.content[0], one.statement.content[-1]
    place = reading(one.article.id, one.article.revision, first.start, last.end)
    cells = (
        element("a", escape(one.words), href=place, class_="words"),
        escape(one.speaker) + element("span", _SPEECH[one.statement.speech], class_="row"),
        day(one.day),
        escape(one.article.publisher),
    )
    return element("tr", join(element("td", cell) for cell in cells))


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


def _within(found: date | None, since: date | None, until: date | None) -> bool:
    if found is None:
        return since is None and until is None
    return (since is None or since <= found) and (until is None or found <= until)


def _cell(value: object) -> str:
    text = str(value)
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
