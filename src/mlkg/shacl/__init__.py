"""SHACL as queries: compile a shapes graph to set-wise SPARQL SELECTs, then run them.

Implements SHACL Core and SHACL-SPARQL of https://www.w3.org/TR/shacl/ (20 July 2017); what it
leaves out, it refuses by name.
"""

from __future__ import annotations

from mlkg.errors import ShapesError
from mlkg.shacl.checks import Select, Solution
from mlkg.shacl.errors import (
    IllFormedShapesError,
    PlanRunError,
    RecursiveShapesError,
    UncompilableShapesError,
)
from mlkg.shacl.paths import Path
from mlkg.shacl.plan import Plan, Result, compile_shapes
from mlkg.terms import Term

__all__ = [
    "IllFormedShapesError",
    "Path",
    "Plan",
    "PlanRunError",
    "RecursiveShapesError",
    "Result",
    "Select",
    "ShapesError",
    "Solution",
    "Term",
    "UncompilableShapesError",
    "compile_shapes",
]
