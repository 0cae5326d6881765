"""What every tab of the page builds with: places for our own HTML, quiet events, saving."""

from __future__ import annotations

import json
from typing import Any

import gradio as gr

# Events are no API of their own (that stands at /v1), and our HTML shows its own progress.
QUIET: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}


def place(name: str, value: str = "", script: str | None = None, **options: Any) -> Any:
    """A place for our own HTML, without gradio's style and default script."""
    return gr.HTML(value, elem_id=name, js_on_load=script, apply_default_css=False, **options)


def day(label: str, name: str) -> Any:
    """A field for a day, YYYY-MM-DD; the page's script makes it a date field.

    Gradio's own has no label that a screen reader finds and needs a mouse.
    """
    return gr.Textbox(
        label=label, elem_id=name, elem_classes="day", lines=1, max_lines=1, max_length=10
    )


def save(name: str, kind: str) -> str:
    """The script that hands a text to the browser as a file to keep."""
    return f"(text) => window.onrecord.save({json.dumps(name)}, {json.dumps(kind)}, text)"
