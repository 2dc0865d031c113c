"""Tables in GitHub-flavoured Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence


def markdown_table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table of text cells; what Markdown or HTML would read as markup is escaped."""
    lines = [header, ["---"] * len(header), *rows]
    return "".join(f"| {' | '.join(escape(cell) for cell in line)} |\n" for line in lines)


def escape(text: str) -> str:
    """Return `text` on one line, with what Markdown or HTML would read as markup escaped."""
    if text == "---":
        return text
    flat = re.sub(r"\s+", " ", text).strip()
    return re.sub(r"([\\`*_\[\]<>|])", r"\\\1", flat)
