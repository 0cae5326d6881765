"""Gradio for the whole page, which imports it here only, and what every tab builds with.

The switches that keep gradio from reaching out must be set when it is imported: importing
`index` sets them.
"""

from __future__ import annotations

import json
from typing import Any

import index  # noqa: F401  # sets the switches

# isort: split
from gradio import (
    HTML,
    Accordion,
    Blocks,
    Button,
    Column,
    Dropdown,
    EventData,
    File,
    Progress,
    Row,
    Tab,
    Tabs,
    Textbox,
    UploadButton,
    mount_gradio_app,
    on,
    skip,
    themes,
    update,
)

__all__ = [
    "HTML",
    "QUIET",
    "Accordion",
    "Blocks",
    "Button",
    "Column",
    "Dropdown",
    "EventData",
    "File",
    "Progress",
    "Row",
    "Tab",
    "Tabs",
    "Textbox",
    "UploadButton",
    "day",
    "mount_gradio_app",
    "on",
    "place",
    "save",
    "skip",
    "themes",
    "update",
]

# Events are no API of their own (that stands at /v1), and our HTML shows its own progress.
QUIET: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}


def place(name: str, value: str = "", script: str | None = None, **options: Any) -> Any:
    """A place for our own HTML, without gradio's style and default script."""
    return HTML(value, elem_id=name, js_on_load=script, apply_default_css=False, **options)


def day(label: str, name: str) -> Any:
    """A field for a day, YYYY-MM-DD; the page's script makes it a date field.

    Gradio's own has no label that a screen reader finds and needs a mouse.
    """
    return Textbox(
        label=label, elem_id=name, elem_classes="day", lines=1, max_lines=1, max_length=10
    )


def save(name: str, kind: str) -> str:
    """The script that hands a text to the browser as a file to keep."""
    return f"(text) => window.onrecord.save({json.dumps(name)}, {json.dumps(kind)}, text)"
