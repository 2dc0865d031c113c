"""What a server says, made fit for a message: no markup, no walls of text."""

from __future__ import annotations

import html
import re

_MOST_LINES = 4
_MOST_CHARACTERS = 300
_NOT_SHOWN = re.compile(r"<(script|style|head)\b.*?</\1\s*>", re.IGNORECASE | re.DOTALL)
_TITLE = re.compile(r"<title[^>]*>(.*?)</title\s*>", re.IGNORECASE | re.DOTALL)
_BLOCK = re.compile(r"</?(?:p|div|br|h\d|li|tr|pre|table|ul|hr)\b[^>]*>", re.IGNORECASE)


def server_words(body: bytes, content_type: str) -> list[str]:
    """Return the first lines of what a server said, as plain text without control characters."""
    charset = re.search(r"charset=\"?([\w-]+)", content_type)
    try:
        text = body[:65536].decode(charset[1] if charset else "utf-8", "replace")
    except LookupError:
        text = body[:65536].decode("utf-8", "replace")
    if looks_like_html(body, content_type):
        title = _TITLE.search(text)
        text = _BLOCK.sub("\n", _NOT_SHOWN.sub(" ", text))
        text = html.unescape(re.sub(r"<[^>]*>", " ", text))
        if title and title[1].strip() not in text:
            text = f"{html.unescape(title[1])}\n{text}"
    text = "".join(c if c.isprintable() or c == "\n" else " " for c in text)
    lines = [line for line in (" ".join(line.split()) for line in text.split("\n")) if line]
    found: list[str] = []
    left = _MOST_CHARACTERS
    for line in lines[:_MOST_LINES]:
        if left <= 0:
            break
        found.append(line if len(line) <= left else f"{line[:left]}…")
        left -= len(line)
    return found


def looks_like_html(body: bytes, content_type: str) -> bool:
    """Tell whether a body is a page for people, by its media type or by how it begins."""
    start = body[:200].lstrip().lower()
    return "html" in content_type.lower() or start.startswith((b"<!doctype html", b"<html"))
