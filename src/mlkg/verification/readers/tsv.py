"""Tab-separated values, read back; the origin stands in another file."""

from __future__ import annotations

from mlkg.verification.readers.csv import table
from mlkg.verification.reading import Reading, ReadingError


def origin(content: bytes) -> None:
    """Return None: the file says nothing of its origin."""


def read(content: bytes, *, view: bool = False) -> Reading:
    """Return what the file says; raise ReadingError when it is no UTF-8 text."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ReadingError(f"it is no UTF-8 text: {error.reason}") from error
    lines = text.removesuffix("\n").split("\n")
    return table([line.removesuffix("\r").split("\t") for line in lines], view=view)
