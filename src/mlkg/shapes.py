"""The shapes of a study, and the SHACL engine that checks them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pyoxigraph import BlankNode, QuerySolutions, Triple

from mlkg.errors import ShapesError
from mlkg.findings import Finding
from mlkg.namespaces import SHACL
from mlkg.naming import plain
from mlkg.store import EmbeddedStore
from mlkg.terms import Term
from mlkg.turtle_files import TurtleFile, load_files

if TYPE_CHECKING:
    import rdflib

_SHAPES = f"""
PREFIX sh: <{SHACL}>
SELECT ?shape (MIN(STR(?text)) AS ?message) WHERE {{
  ?shape a ?kind .
  FILTER(?kind IN (sh:NodeShape, sh:PropertyShape))
  OPTIONAL {{ ?shape sh:message ?text }}
}}
GROUP BY ?shape
ORDER BY ?shape
"""
SEVERITY_NAMES = {"Violation": "error", "Warning": "warning", "Info": "info"}
"""What findings call the severities of SHACL."""


@dataclass(frozen=True, slots=True)
class Shapes:
    """Shapes files, loaded.

    `messages` has each shape's message by its name, which is the last part of its IRI.
    """

    files: tuple[TurtleFile, ...]
    messages: Mapping[str, str]

    def triples(self) -> set[Triple]:
        """Return the shapes graph, terms as written."""
        return {quad.triple for file in self.files for quad in file.quads()}


def load_shapes(paths: Iterable[Path], root: Path) -> Shapes:
    """Load SHACL shapes from Turtle files, named in messages by their path below `root`.

    Raises DataError that names all broken ones.
    """
    store = EmbeddedStore()
    files = load_files(store, paths, root)
    result = store.query(_SHAPES)
    assert isinstance(result, QuerySolutions)  # noqa: S101 - the text is a SELECT
    found = {
        shape_name(row["shape"]): row["message"].value if row["message"] else "" for row in result
    }
    return Shapes(files, dict(sorted(found.items())))


def shape_name(shape: Term) -> str:
    """Return the name that findings give a shape: what follows the last / or # of its IRI."""
    return plain(shape).rpartition("#")[2].rpartition("/")[2]


def check_with_pyshacl(triples: Iterable[Triple], shapes: Shapes) -> list[Finding]:
    """Validate `triples` against `shapes` with pySHACL, SHACL 1.0 with SPARQL constraints.

    Results of nested shapes are not reported on their own (SHACL section 3.6).
    A shape without an IRI goes by the name of the shape around it.
    Raises ShapesError when pySHACL cannot use the shapes.
    Messages are those of the shapes; `mlkg.validation` adds the record and the value.
    """
    import pyshacl
    import rdflib
    from rdflib import SH

    from mlkg.interop import from_rdflib, to_rdflib_graph

    data = to_rdflib_graph(triples, {})
    shapes_graph = to_rdflib_graph(shapes.triples(), {})
    try:
        _, report, message = pyshacl.validate(data, shacl_graph=shapes_graph, inplace=True)
    except RuntimeError as error:
        raise ShapesError(f"the shapes cannot be used: {error}") from error
    if not isinstance(report, rdflib.Graph):
        raise ShapesError(f"the shapes cannot be used: {message}")
    findings = []
    for result in report.objects(predicate=SH.result):
        found = {key: from_rdflib(node) for key, node in report.predicate_objects(result)}
        findings.append(
            Finding(
                rule=_named_shape(shapes_graph, found[SH.sourceShape]),
                severity=SEVERITY_NAMES.get(shape_name(found[SH.resultSeverity]), "error"),
                focus=found[SH.focusNode],
                message=min((str(n) for n in report.objects(result, SH.resultMessage)), default=""),
                path=found.get(SH.resultPath),
                value=found.get(SH.value),
                component=plain(found[SH.sourceConstraintComponent]),
            )
        )
    return findings


def _named_shape(shapes_graph: rdflib.Graph, shape: Term) -> str:
    """Return the name of `shape`, or of the nearest shape around it that has an IRI."""
    from mlkg.interop import from_rdflib, to_rdflib

    seen: set[Term] = set()
    while isinstance(shape, BlankNode) and shape not in seen:
        seen.add(shape)
        around = sorted(shapes_graph.subjects(object=to_rdflib(shape)), key=str)
        shape = from_rdflib(around[0]) if around else shape
    return shape_name(shape)
