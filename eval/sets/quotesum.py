"""QuoteSum (Schuster et al., NAACL 2024): questions that several sources answer in part.

``dev.jsonl.gz``. A part of a full answer is the short answer of one source, any place of it in
that source; what the written summaries quote from a source is right to cite as well.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from eval.cases import Case, GoldSpan
from eval.material import Material
from eval.sets.reading import case, places, rows

_QUOTED = re.compile(r"\[ (\d) (.+?) \]")  # "[ 2 words of source 2 ]"
_SOURCES = range(1, 9)


def read(folder: Path) -> Material:
    """The set in ``folder``, one case a question; its summaries are pooled."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for row in rows(folder / "dev.jsonl.gz"):
        groups.setdefault(row["qid"], []).append(row)
    articles: dict[str, dict[str, str]] = {}
    cases: list[Case] = []
    for name, group in groups.items():
        texts = {}
        for n in (n for n in _SOURCES if group[0][f"source{n}"]):
            text = group[0][f"source{n}"]
            own = "qs" + hashlib.sha256(text.encode()).hexdigest()[:12]
            articles[own] = {"id": own, "title": group[0][f"title{n}"], "text": text}
            texts[n] = (own, text)
        needed = (places(*texts[n], group[0][f"short_ans_{n}"]) for n in texts)
        quoted = tuple(dict.fromkeys(s for row in group for s in _quoted(row["summary"], texts)))
        # Two questions have short answers that stand in no source word for word.
        nuggets = tuple(spans for spans in needed if spans) or (quoted,)
        cases.append(case(name, "several", group[0]["question"], nuggets, also=quoted))
    return Material("quotesum", tuple(articles.values()), tuple(cases))


def _quoted(summary: str, texts: dict[int, tuple[str, str]]) -> Iterator[GoldSpan]:
    for number, words in _QUOTED.findall(summary):
        if int(number) in texts:
            yield from places(*texts[int(number)], words.strip())[:1]
