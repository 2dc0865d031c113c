"""SHACL property paths: read from RDF, written as SPARQL (SHACL section 2.3.1)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from pyoxigraph import NamedNode

from mlkg.shacl.errors import IllFormedShapesError, UncompilableShapesError
from mlkg.shacl.vocabulary import RDF_FIRST, brief, sh
from mlkg.terms import Term

if TYPE_CHECKING:
    from mlkg.shacl.graph import ShapesGraph

# Engines parse nested paths by recursion, and some die of a deep one.
DEEPEST_PATH = 40


class Predicate(NamedTuple):
    """One step along a property (2.3.1.1)."""

    iri: NamedNode

    @property
    def nullable(self) -> bool:
        """Whether the path reaches every node from itself, over no triple at all."""
        return False

    def __str__(self) -> str:
        """Write the path in SPARQL 1.1 syntax."""
        return str(self.iri)


class Steps(NamedTuple):
    """A sequence `/` (2.3.1.2) or an alternative `|` (2.3.1.3) of at least two paths."""

    paths: tuple[Path, ...]
    separator: str

    @property
    def nullable(self) -> bool:
        """Whether the path reaches every node from itself, over no triple at all."""
        parts = [path.nullable for path in self.paths]
        return all(parts) if self.separator == "/" else any(parts)

    def __str__(self) -> str:
        """Write the path in SPARQL 1.1 syntax."""
        return "(" + self.separator.join(str(path) for path in self.paths) + ")"


class Modified(NamedTuple):
    """A path inverted `^` (2.3.1.4) or repeated `*`, `+`, `?` (2.3.1.5 to 2.3.1.7)."""

    path: Path
    modifier: str

    @property
    def nullable(self) -> bool:
        """Whether the path reaches every node from itself, over no triple at all."""
        return self.modifier in "*?" or self.path.nullable

    def __str__(self) -> str:
        """Write the path in SPARQL 1.1 syntax."""
        inner = str(self.path) if isinstance(self.path, Predicate | Steps) else f"({self.path})"
        return f"^{inner}" if self.modifier == "^" else f"{inner}{self.modifier}"


Path: TypeAlias = Predicate | Steps | Modified

_MODIFIERS = {
    "inversePath": "^",
    "zeroOrMorePath": "*",
    "oneOrMorePath": "+",
    "zeroOrOnePath": "?",
}


def read_path(graph: ShapesGraph, node: Term, shape: Term) -> Path:
    """Read the path that a node stands for.

    A node that carries several path constructs is taken as the first that SHACL lists, as the
    W3C cases path-strange-001 and -002 expect. Raises `IllFormedShapesError` for anything else that
    breaks section 2.3.1, `UncompilableShapesError` for a path nested too deeply for SPARQL engines.
    """
    return _read(graph, node, shape, ())


def _read(graph: ShapesGraph, node: Term, shape: Term, above: tuple[Term, ...]) -> Path:
    if isinstance(node, NamedNode):
        return Predicate(node)
    if node in above:
        raise IllFormedShapesError(f"{brief(shape)}: the sh:path contains itself")
    if len(above) >= DEEPEST_PATH:
        raise UncompilableShapesError(
            f"{brief(shape)}: the sh:path is nested more than {DEEPEST_PATH} levels deep"
        )
    here = (*above, node)
    if graph.values(node, RDF_FIRST):
        return _steps(graph, node, shape, here, "/")
    if heads := graph.values(node, sh("alternativePath")):
        return _steps(graph, _single(heads, shape), shape, here, "|")
    for name, modifier in _MODIFIERS.items():
        if inner := graph.values(node, sh(name)):
            return Modified(_read(graph, _single(inner, shape), shape, here), modifier)
    raise IllFormedShapesError(f"{brief(shape)}: {brief(node)} is not a well-formed sh:path")


def _steps(
    graph: ShapesGraph, head: Term, shape: Term, above: tuple[Term, ...], separator: str
) -> Path:
    members = graph.members(head, f"{brief(shape)}: a list in its sh:path")
    if len(members) < 2:
        raise IllFormedShapesError(
            f"{brief(shape)}: a list in its sh:path has fewer than two members"
        )
    return Steps(tuple(_read(graph, one, shape, above) for one in members), separator)


def _single(found: list[Term], shape: Term) -> Term:
    if len(found) != 1:
        raise IllFormedShapesError(f"{brief(shape)}: a node of its sh:path has two values")
    return found[0]
