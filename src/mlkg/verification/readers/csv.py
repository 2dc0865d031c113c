"""Comma-separated values, read back; the origin stands in another file."""

from __future__ import annotations

import csv
from io import StringIO

from mlkg.verification.reading import Reading, ReadingError, grid, listed


def origin(content: bytes) -> None:
    """Return None: the file says nothing of its origin."""


def read(content: bytes, *, view: bool = False) -> Reading:
    """Return what the file says; raise ReadingError when it is no CSV (RFC 4180)."""
    try:
        text = content.decode("utf-8-sig")
        rows = list(csv.reader(StringIO(text, newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        raise ReadingError(f"it is no CSV: {error}") from error
    return table(rows, view=view)


def table(rows: list[list[str]], *, view: bool) -> Reading:
    """Return what the rows of a file say."""
    while rows and not any(rows[-1]):
        rows.pop()  # an empty line at the end
    cells, rest = listed(rows) if view else grid(rows)
    return Reading(None, cells, rest)
