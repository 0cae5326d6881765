"""Fitted logistic models as data files: feature names, weights and an intercept.

``eval.calibrate`` writes them; a file whose features are not those the code computes is refused.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources


@dataclass(frozen=True, slots=True)
class Logistic:
    """A weight a feature, and the intercept, for raw feature values."""

    weights: tuple[float, ...]
    intercept: float

    def probability(self, features: Sequence[float]) -> float:
        """The probability, 0 to 1, for one row of features."""
        total = self.intercept + sum(
            weight * value for weight, value in zip(self.weights, features, strict=True)
        )
        return 1 / (1 + math.exp(-max(-50.0, min(50.0, total))))


@cache
def load(name: str, features: tuple[str, ...]) -> Logistic:
    """The model in ``rag/<name>.json``; raises ValueError when it was fitted for others."""
    stored = json.loads(resources.files("rag").joinpath(f"{name}.json").read_text())
    if tuple(stored["weights"]) != features:
        raise ValueError(f"rag/{name}.json was fitted for other features: run eval.calibrate")
    return Logistic(tuple(stored["weights"].values()), float(stored["intercept"]))
