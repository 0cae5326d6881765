"""``onrecord bench --model``: how long a model keeps a reader waiting, as medians.

The first word shown is a verified sentence's: nothing is shown before it is checked.
"""

from __future__ import annotations

import statistics
import time
from dataclasses import dataclass, replace

from eval import sample
from rag.ask import steps
from rag.desk import Desk
from rag.models.writer import warm
from rag.settings import Settings
from rag.types import Answer, Filters

QUESTIONS = 5  # of the sample set, spread over it
PATIENCE = 280.0  # seconds for one answer, so that a slow model is measured and not cut off
Figures = dict[str, float | str]


@dataclass(frozen=True, slots=True)
class Paced:
    """One answer with the seconds to its first verified sentence and to its end."""

    first: float
    whole: float
    answer: Answer


def run(settings: Settings) -> Figures:
    """Seconds until something and until everything is shown, by the model of ``settings``."""
    with sample.desk() as opened:
        own = replace(settings, model_deadline=PATIENCE)
        desk = Desk(opened.store, opened.embedder, own)
        asked = [case.question for case in sample.cases(opened) if not case.history]
        started = time.perf_counter()
        warm(own)
        loaded = time.perf_counter() - started
        found = [paced(desk, question) for question in asked[:: len(asked) // QUESTIONS]]
    return _figures(settings.model, loaded, [one for one in found if one.answer.usage.calls])


def paced(desk: Desk, question: str) -> Paced:
    """``question`` asked once, with a watch."""
    first, started = 0.0, time.perf_counter()
    for step in steps(desk, question, (), Filters(), desk.settings.model):
        if isinstance(step, str) and not first:
            first = time.perf_counter() - started
        if isinstance(step, Answer):
            whole = time.perf_counter() - started
            return Paced(first or whole, whole, step)
    raise AssertionError("steps always end with an Answer")


def _figures(model: str, loaded: float, found: list[Paced]) -> Figures:
    figures: Figures = {"model": model, "questions": str(len(found))}
    if loaded > 1:
        figures["loading the model and reading its rules, s"] = loaded
    if not found:
        return figures
    used = [one.answer.usage for one in found]
    return figures | {
        "first verified sentence, s": statistics.median(one.first for one in found),
        "whole answer, s": statistics.median(one.whole for one in found),
        "slowest whole answer, s": max(one.whole for one in found),
        "tokens read": statistics.median(one.prompt_tokens for one in used),
        "tokens written": statistics.median(one.completion_tokens for one in used),
        "answers it gave itself": str(sum(one.answer.model == model for one in found)),
    }
