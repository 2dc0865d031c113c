"""Text and tables in GitHub-flavoured Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

_MARKUP = re.compile(r"([\\`*_\[\]<>|~$])")
_ENTITY = re.compile(r"&(?=#?\w+;)")
_BLOCK_START = re.compile(r"^([-+=#]|\d+(?=[.)]))")
_REFERENCE = re.compile(r"(@(?=\w)|[#!%&](?=\d)|:(?=[\w+-]+:))")

BREAK = "<!-- -->"
"""An empty comment that keeps `@name`, `#123` and `:name:` from becoming a mention, a link, a face.

Hosts look for those in the rendered text, where a backslash before them is gone.
"""


def markdown_table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table of text cells; what Markdown or HTML would read as markup is escaped."""
    return table_of_markup(
        [escape(cell) for cell in header], ([escape(cell) for cell in row] for row in rows)
    )


def table_of_markup(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table of cells that are Markdown already."""
    lines = [header, ["---"] * len(header), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def escape(text: str) -> str:
    """Return `text` on one line, with what Markdown or HTML would read as markup escaped.

    Mathematics, bare addresses, mentions and references as GitHub and GitLab read them are markup
    as well. Control characters become spaces.
    """
    flat = " ".join(re.sub(r"[\x00-\x1f\x7f]", " ", text).split())
    marked = _MARKUP.sub(r"\\\1", _ENTITY.sub("&amp;", flat))
    marked = re.sub(r":(?=//)", r"\\:", marked)
    marked = re.sub(r"(?i)\b(www)\.", r"\1\\.", marked)
    return _REFERENCE.sub(rf"\1{BREAK}", marked)


def escape_paragraph(text: str) -> str:
    """Return `text` as `escape` does, so that at the start of a line it begins a paragraph."""
    escaped = escape(text)
    return _BLOCK_START.sub(lambda start: _before_last(start[0]), escaped)


def unescape(text: str) -> str:
    """Return the text that `escape` was given, white space aside."""
    plain = text.replace(BREAK, "")
    plain = re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", plain)
    return plain.replace("&amp;", "&")


def link(text: str, address: str) -> str:
    """Return a link; `address` is a URL without spaces, quotes or angle brackets."""
    destination = _ENTITY.sub("&amp;", address)
    return f"[{escape(text)}](<{destination}>)"


def _before_last(start: str) -> str:
    """Escape what begins a block: the sign, or the full stop after a number."""
    return start + "\\" if start.isdigit() else "\\" + start
