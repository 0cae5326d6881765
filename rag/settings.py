"""One frozen Settings, read once from a file and the environment."""

from __future__ import annotations

import hashlib
import json
import os
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any

import prompts
from index.search.embed import FAITHFUL, PRECISIONS
from index.search.original import DEFAULT
from rag.errors import UsageError
from rag.models import local

FILE = "onrecord.toml"
PREFIX = "ONRECORD_"
REPLIES = ("auto", "prose", "json")
_KINDS = {int: "a whole number", float: "a number", str: "a text"}
_MOST_TOKENS = 10_000_000
BOUNDS: Mapping[str, tuple[float, float]] = {  # least and most of each number
    "port": (0, 65_535),  # 0: any that is free
    "evidence": (1, 100),
    "candidates": (1, 1_000),
    "sentences": (1, 20),
    "answerable_floor": (0, 1),
    "model_deadline": (0.1, 3_600),
    "model_tries": (1, 20),
    "prompt_tokens": (500, _MOST_TOKENS),
    "reply_tokens": (1, _MOST_TOKENS),
    "question_limit": (1, 100_000),
    "history_limit": (0, 1_000),
    "results_limit": (1, 1_000),
}
_NOT_SETTINGS = {"ONRECORD_CACHE"}  # where exported graphs are kept; read by index.search.embed


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything a run can be told; lengths in characters, times in seconds.

    ``answerable_floor`` is a probability: how likely a question must be answerable from what was
    found before anything is said (docs/evaluation.md says how it was chosen).
    """

    index: str = ".onrecord"
    embedder: str = DEFAULT
    precision: str = FAITHFUL  # how vectors are computed: faithful to the model, or int8
    model: str = "extractive"
    models: str = ""  # further answerers offered by page and HTTP, separated by commas
    fallbacks: str = ""  # models asked in turn when the chosen one fails, separated by commas
    judge: str = ""  # who is asked for a second opinion on a model's claims; nobody where empty
    gguf: str = ""  # weights that ``local`` runs, a file; those of the extra where empty
    replies: str = "auto"  # what models write: prose, json, or auto as the provider can
    host: str = "127.0.0.1"
    port: int = 8000
    evidence: int = 8  # passages given to an answerer
    candidates: int = 50  # passages taken from each retrieval leg before fusion
    sentences: int = 4  # most sentences of an extractive answer
    answerable_floor: float = 0.35
    model_deadline: float = 60.0
    model_tries: int = 3
    prompt_tokens: int = 4000  # tiktoken's cl100k, all messages
    reply_tokens: int = 600
    api_base: str = ""
    question_limit: int = 2000
    history_limit: int = 20  # turns
    results_limit: int = 50  # hits of a search

    def offered(self) -> tuple[str, ...]:
        """The answerers that page and HTTP may be asked for, the default first: a stranger must
        not spend a key on a model of their choice."""
        here = [local.NAME] if local.installed(self.gguf) else []
        named = [self.model, "extractive", *here, *self.models.split(",")]
        return tuple(dict.fromkeys(name.strip() for name in named if name.strip()))

    def chain(self, model: str) -> tuple[str, ...]:
        """``model`` and those that are asked when it fails."""
        named = [model, *self.fallbacks.split(",")]
        return tuple(dict.fromkeys(name.strip() for name in named if name.strip()))

    def digest(self) -> str:
        """What goes with every answer: a hash of all settings and prompts that can change one."""
        values = {k: v for k, v in asdict(self).items() if k not in ("host", "port", "index")}
        text = json.dumps(values | {"prompts": prompts.digest()}, sort_keys=True)
        return "sha256:" + hashlib.sha256(text.encode()).hexdigest()[:16]


def load(
    file: Path = Path(FILE), environment: Mapping[str, str] | None = None, **given: Any
) -> Settings:
    """Settings from defaults, then ``file``, then ``ONRECORD_*`` variables, then ``given``.

    ``given`` values of None are ignored. Raises UsageError naming the key that is unknown or
    has a value of the wrong kind.
    """
    environment = os.environ if environment is None else environment
    values = _from_file(file) | _from_environment(environment)
    values |= {key: value for key, value in given.items() if value is not None}
    known = {field.name: type(field.default) for field in fields(Settings)}
    settings = Settings()
    for key, value in values.items():
        if key not in known:
            raise UsageError(
                f"there is no setting {key!r}: see docs/settings.md for those there are"
            )
        settings = replace(settings, **{key: _converted(key, value, known[key])})
    return _checked(settings)


def _checked(settings: Settings) -> Settings:
    """``settings`` with models named behind the first as its fallbacks.

    Raises UsageError for a value that cannot be meant, and where the local model is named and
    cannot be asked.
    """
    for name, (least, most) in BOUNDS.items():
        if not least <= getattr(settings, name) <= most:
            value = getattr(settings, name)
            raise UsageError(
                f"the setting {name!r} takes {least} to {most}, not {value}: correct it"
            )
    first, _, others = settings.model.partition(",")
    fallbacks = ",".join(part for part in (others, settings.fallbacks) if part.strip())
    settings = replace(settings, model=first.strip(), fallbacks=fallbacks)
    named = f"{settings.model},{settings.fallbacks},{settings.models}".split(",")
    if local.NAME in map(str.strip, named) and (problem := local.missing(settings.gguf)):
        raise UsageError(problem)
    if settings.replies not in REPLIES:
        raise UsageError(f"the setting 'replies' takes {', '.join(REPLIES)}: correct it")
    if settings.precision not in PRECISIONS:
        raise UsageError(f"the setting 'precision' takes {', '.join(PRECISIONS)}: correct it")
    return settings


def _from_file(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageError(f"{file.name} cannot be read as TOML ({error}): correct it") from error


def _from_environment(environment: Mapping[str, str]) -> dict[str, Any]:
    return {
        name.removeprefix(PREFIX).lower(): value
        for name, value in environment.items()
        if name.startswith(PREFIX) and name not in _NOT_SETTINGS
    }


def _converted(key: str, value: Any, kind: type) -> Any:
    try:
        converted = kind(value)
        if isinstance(value, bool) or (kind is int and float(value) != converted):
            raise ValueError
    except (TypeError, ValueError, OverflowError) as error:
        raise UsageError(
            f"the setting {key!r} takes {_KINDS[kind]}, not {value!r}: correct it"
        ) from error
    return converted
