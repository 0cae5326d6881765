"""E-mail files, as newsletters and agency feeds arrive -> Articles."""

from __future__ import annotations

import email
from collections.abc import Iterator
from email.message import EmailMessage
from email.policy import default
from email.utils import parseaddr

from index.errors import UnreadableSource
from index.formats import html
from index.formats.metadata import article
from index.types import Article


def read(data: bytes, source: str, stem: str) -> Iterator[Article]:
    """One Article: the message's plain text, or the text of its HTML where it has no other.

    The subject is the title, the sender's name the publisher. Attachments are left out. Raises
    UnreadableSource when there is no text.
    """
    try:
        message = email.message_from_bytes(data, policy=default)
        title, date = _header(message, "subject"), _header(message, "date")
        publisher = parseaddr(_header(message, "from"))[0]
        body, is_page = _body(message)
    except UnreadableSource:
        raise
    except Exception as error:  # the parser raises all kinds on broken headers
        raise UnreadableSource("the message is broken: save its text as .txt instead") from error
    if is_page:
        body = next(html.read(body, source, stem)).text
    body = body.replace("\r\n", "\n")
    yield article(stem, body, source, title=title, publisher=publisher, date=date)


def _header(message: EmailMessage, name: str) -> str:
    return " ".join(str(message.get(name, "")).split())


def _body(message: EmailMessage) -> tuple[str, bool]:
    part = message.get_body(preferencelist=("plain", "html"))
    if part is None or not len(message):
        raise UnreadableSource("the message holds no text: save what it carries as files")
    return str(part.get_content()), part.get_content_type() == "text/html"
