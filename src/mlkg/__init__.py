"""mlkg: comparison studies as knowledge graphs, each verdict with its evidence.

The public API is `load`, which gives a `Study`, and what a study gives: solutions of queries, a
`Table`, a `Report` of `Finding`s, an rdflib graph. Every error is a `MlkgError`.

    import mlkg

    study = mlkg.load(".")
    for row in study.select("unsupported"):
        print(row["option"].value, row["criterion"].value)
"""

from __future__ import annotations

from mlkg.errors import MlkgError
from mlkg.findings import Finding, Report
from mlkg.study import Study, find, load
from mlkg.table import Cell, Heading, Table

__all__ = ["Cell", "Finding", "Heading", "MlkgError", "Report", "Study", "Table", "find", "load"]
