"""What stands on the page before the first question: the corpus in a line, and examples."""

from __future__ import annotations

import re
import threading
from collections import Counter
from collections.abc import Iterator

from index.catalogue import outlets
from index.search.lexical import terms
from index.types import Speaker
from rag.ask import ask
from rag.desk import Desk
from rag.extract import NAME as EXTRACTIVE
from rag.wording import count, period
from ui.markup import element, escape, join

EXAMPLES = 4
SPEAKERS = 500  # names offered in a list; others can be typed
_SPEAKERS = 8  # most quoted speakers that examples are tried with
_STATEMENTS = 200  # of each speaker, looked through for a topic
_HEADLINES = 1000  # newest articles whose titles are read
_WORD = re.compile(
    r"\b(?:[A-Z][a-z]{3,}|[a-z]{4,}s)\b"
)  # names and plurals read well after "about"


class Examples:
    """Questions the present corpus answers; each is tried before it is shown."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._lock = threading.Lock()
        self._known: tuple[int, tuple[str, ...]] = (-1, ())

    def questions(self) -> tuple[str, ...]:
        """Up to EXAMPLES questions, found once for each state of the corpus."""
        generation = self._desk.store.generation()
        with self._lock:
            if self._known[0] != generation:
                self._known = (generation, tuple(self._found()))
            return self._known[1]

    def _found(self) -> Iterator[str]:
        left = EXAMPLES
        headlines = " ".join(one.title for one in self._desk.store.articles(_HEADLINES))
        for speaker in self._desk.speakers(_SPEAKERS):
            topic = self._topic(speaker, headlines)
            question = f"What did {speaker.name} say about {topic}?"
            if left and topic and ask(self._desk, question, model=EXTRACTIVE).status == "answered":
                left -= 1
                yield question

    def _topic(self, speaker: Speaker, headlines: str) -> str:
        """A name or plural from the headlines that this speaker uses more than others do."""
        said = self._desk.statements(speaker.name)[:_STATEMENTS]
        own = " ".join((speaker.name, *speaker.aliases, *speaker.roles)).lower()
        used = Counter(
            word
            for one in said
            for word in set(_WORD.findall(one.words))
            if word in headlines and word.lower() not in own and terms(word)
        )
        return max(
            (word for word, times in used.items() if times > 1),
            key=lambda word: (used[word] / (5 + self._desk.frequency(word)), word),
            default="",
        )


def header(desk: Desk) -> str:
    """The name, and what is indexed: articles, period, outlets."""
    covered = desk.coverage()
    named = outlets(desk.store)
    facts = (
        count(covered.articles, "article"),
        count(named, "outlet") if named else "",
        period(covered.since, covered.until),
    )
    line = " · ".join(fact for fact in facts if fact)
    names = join(f"<option>{escape(one.name)}</option>" for one in desk.speakers(SPEAKERS))
    return (
        '<h1 class="name">onrecord</h1>'
        + element("p", escape(line), class_="indexed")
        + element("datalist", names, id="speakers")
    )


def greeting(desk: Desk, questions: tuple[str, ...]) -> str:
    """What the page offers while nothing has been asked."""
    if not desk.coverage().articles:
        return (
            '<section class="greeting"><h2>Nothing is indexed yet</h2>'
            "<p>Add articles on the Corpus tab, then ask about them here.</p></section>"
        )
    buttons = join(
        element("li", element("button", escape(one), type="button", data_ask=one))
        for one in questions
    )
    return (
        '<section class="greeting"><h2>Ask what is on the record</h2>'
        "<p>Every sentence of an answer is cited to exact characters of an article, "
        "every quotation is verbatim, and every statement names who said it.</p>"
        f'<ul class="examples" aria-label="Examples">{buttons}</ul></section>'
    )
