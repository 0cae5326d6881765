"""The error tree of a question; its root and the index's branch stand in ``index.errors``.

OnrecordError
├── UsageError                a question, option or setting that cannot be used
└── ModelError                the language model gave nothing usable
    ├── ModelUnavailable      not configured, refused, or not reachable
    └── ModelTimeout          no reply within the deadline
"""

from __future__ import annotations

from index.errors import OnrecordError


class UsageError(OnrecordError):
    """A question, an option or a setting that cannot be used as given."""


class ModelError(OnrecordError):
    """The language model gave nothing usable; the extractive answer stands in for it.

    ``calls`` is how often it was called in vain.
    """

    calls: int = 0


class ModelUnavailable(ModelError):
    """The model is not configured, refused the request, or cannot be reached."""


class ModelTimeout(ModelError):
    """The model did not finish within the deadline."""
