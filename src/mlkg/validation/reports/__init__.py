"""A report as text: for people, for CI systems, for other programs. One module a format."""

from __future__ import annotations

import importlib
from pathlib import PurePath
from typing import TYPE_CHECKING

from mlkg.errors import OutputError

if TYPE_CHECKING:
    from mlkg.validation.findings import Report

FORMATS = ("text", "concise", "json", "sarif", "junit", "github", "gitlab")

_EXTENSIONS = {".txt": "concise", ".json": "json", ".sarif": "sarif", ".xml": "junit"}


def render(report: Report, format: str, *, fail_on: str = "error") -> str:
    """Return `report` in one of FORMATS but `text`, which needs a width: see `reports.text`.

    `fail_on` is the severity from which findings fail; only JUnit, which knows nothing between
    passed and failed, is concerned.
    """
    if format == "junit":
        from mlkg.validation.reports import junit

        return junit.render(report, fail_on)
    module = importlib.import_module(f"mlkg.validation.reports.{format}")
    written: str = module.render(report)
    return written


def format_of(path: str) -> str:
    """Return the format that the extension of `path` names; raise OutputError when none does."""
    extension = PurePath(path).suffix.lower()
    if extension in _EXTENSIONS:
        return _EXTENSIONS[extension]
    known = ", ".join(_EXTENSIONS)
    raise OutputError(
        f"{path}: the extension names no format; use {known}, or give --format before -o"
    )
