"""What was found of a quotation -> the HTML of it: verdict, word diff, who, when and where."""

from __future__ import annotations

from collections.abc import Sequence

from rag.check import Checked, Outcome
from rag.nearest import Change
from rag.types import ArticleRef
from rag.wording import day
from ui.markup import element, escape, join, reading, where

EMPTY = (
    '<p class="none">Paste words that somebody is said to have said. They are compared, word for '
    "word, with the articles.</p>"
)
# A sign and a name for each outcome; the message beside them says what it means here.
_NAMES: dict[Outcome, tuple[str, str]] = {
    "authentic": ("✓", "Authentic"),
    "altered": ("≠", "Altered"),
    "shortened": ("…", "Shortened"),
    "other_speaker": ("⇄", "Another speaker said it"),
    "not_found": ("–", "Not found"),
}
# Whose words they are: element, words for a screen reader, words for everybody.
_OWNERS = {
    "article": ("del", "only in the article:", "only the article has this"),
    "quotation": ("ins", "only in the quotation:", "only the quotation has this"),
}


def verdict(found: Checked) -> str:
    """The outcome in a sign and words, and the place it rests on as a link to its characters."""
    sign, name = _NAMES[found.outcome]
    parts = (
        element(
            "h2",
            element("span", sign, class_="sign", aria_hidden="true") + element("span", name),
        ),
        element("p", escape(found.message), class_="message"),
        element("p", element("q", escape(found.quotation)), class_="checked"),
        diff(found.changes) if found.outcome == "altered" else "",
        _place(found, found.article) if found.article else "",
    )
    return element("div", join(parts), class_=f"verdict {found.outcome}", role="status")


def diff(changes: Sequence[Change]) -> str:
    """The words of both in order; those that only one has are marked, and named for who listens."""
    kinds = {one.kind for one in changes}
    words = " ".join(_marked(one) for one in changes)
    keys = join(
        element("span", element(tag, text), class_="key")
        for kind, (tag, _, text) in _OWNERS.items()
        if kind in kinds
    )
    return (
        element("h3", "Word for word")
        + element("p", words, class_="diff")
        + (element("p", keys, class_="legend", aria_hidden="true") if keys else "")
    )


def _marked(change: Change) -> str:
    if change.kind not in _OWNERS:
        return escape(change.words)
    tag, spoken, _ = _OWNERS[change.kind]
    return element(
        tag,
        element("span", f"[{spoken} ", class_="unseen")
        + escape(change.words)
        + element("span", "]", class_="unseen"),
    )


def _place(found: Checked, article: ArticleRef) -> str:
    """Who said it, when, and the words between their neighbours."""
    who = element("b", escape(found.speaker)) if found.speaker else "Nobody is named as the speaker"
    when = f" on {day(found.said_on)}" if found.said_on else ""
    link = element(
        "a",
        escape(found.exact),
        class_="read",
        href=reading(article.id, article.revision, found.start, found.end),
    )
    around = f"…{escape(found.prefix)}{link}{escape(found.suffix)}…"
    facts = (who + when, escape(where(article)))
    return (
        element("h3", "In the article")
        + element("p", around, class_="around")
        + element(
            "div", join(element("span", one, class_="row") for one in facts if one), class_="about"
        )
    )
