"""The errors that mlkg raises on purpose: each says what is wrong, where, and the way out."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


class MlkgError(Exception):
    """Base of every error that mlkg reports to its user; `str()` of it is the whole message."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault in one file; `line` and `column` count from 1 and are None when unknown."""

    file: Path
    message: str
    line: int | None = None
    column: int | None = None

    def __str__(self) -> str:
        """Format as `file:line:column: message`, the form that editors and terminals link."""
        place = ":".join(str(part) for part in (self.file, self.line, self.column) if part)
        return f"{place}: {self.message}"
