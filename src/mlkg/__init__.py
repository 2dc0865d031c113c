"""mlkg: comparison studies as knowledge graphs, each verdict with its evidence.

The public API is `load`, which gives a `Study`, and what a study gives: solutions of queries, a
`Table`, a `Report` of `Finding`s, an rdflib graph. Every error is a `MlkgError`.

    import mlkg

    study = mlkg.load(".")
    for row in study.select("unsupported"):
        print(row["option"].value, row["criterion"].value)
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mlkg.errors import MlkgError
from mlkg.study import FolderStudy, Study, find, load
from mlkg.table import Cell, Heading, Table

if TYPE_CHECKING:
    from mlkg.validation.findings import Finding, Report

__all__ = [
    "Cell",
    "Finding",
    "FolderStudy",
    "Heading",
    "MlkgError",
    "Report",
    "Study",
    "Table",
    "find",
    "load",
]


def __getattr__(name: str) -> object:
    """Import `Finding` and `Report` when they are first asked for: the table needs neither."""
    if name in {"Finding", "Report"}:
        from mlkg.validation import findings

        return getattr(findings, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
