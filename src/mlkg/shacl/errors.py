"""The ways in which a shapes graph is turned down, each naming the shape and the construct."""

from __future__ import annotations

from mlkg.errors import ShapesError


class IllFormedShapesError(ShapesError):
    """The shapes graph breaks a syntax rule of SHACL (section 3.4.2 asks for a failure)."""


class RecursiveShapesError(ShapesError):
    """A shape refers to itself, whose meaning SHACL leaves open (section 3.4.3)."""


class UncompilableShapesError(ShapesError):
    """The shapes graph uses a construct that this compiler does not turn into queries."""


class PlanRunError(ShapesError):
    """A compiled plan cannot give a sound answer on this store or this data."""
