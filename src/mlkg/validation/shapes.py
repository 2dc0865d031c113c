"""Shapes files, loaded, and what findings call the shapes in them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import NamedNode, Triple

from mlkg.namespaces import SHACL
from mlkg.naming import plain
from mlkg.store import EmbeddedStore, select
from mlkg.terms import Term
from mlkg.turtle.files import TurtleFile, load_files

_SHAPES = f"""
PREFIX sh: <{SHACL}>
SELECT ?shape (MIN(STR(?text)) AS ?message) WHERE {{
  {{ ?shape a sh:NodeShape }} UNION {{ ?shape a sh:PropertyShape }}
  UNION {{ ?shape sh:targetClass|sh:targetNode|sh:targetSubjectsOf|sh:targetObjectsOf ?target }}
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
    `graph` is the shapes graph, terms as written.
    """

    files: tuple[TurtleFile, ...]
    messages: Mapping[str, str]
    graph: frozenset[Triple]


def load_shapes(paths: Iterable[Path], root: Path) -> Shapes:
    """Load SHACL shapes from Turtle files, named in messages by their path below `root`.

    Raises DataError that names all broken ones.
    """
    store = EmbeddedStore()
    return shapes_of(store, load_files(store, paths, root))


def shapes_of(
    store: EmbeddedStore, files: tuple[TurtleFile, ...], others: Iterable[Triple] = ()
) -> Shapes:
    """Return the shapes in `store`, which holds `files` and the triples of files in `others`."""
    written = frozenset(quad.triple for file in files for quad in file.quads())
    return Shapes(files, _messages(store), written.union(others))


def _messages(store: EmbeddedStore) -> dict[str, str]:
    """Return the message of each shape with an IRI, by its name, sorted."""
    result = select(store, _SHAPES)
    found = {
        shape_name(row["shape"]): row["message"].value if row["message"] else ""
        for row in result
        if isinstance(row["shape"], NamedNode)
    }
    return dict(sorted(found.items()))


def shape_name(shape: Term) -> str:
    """Return the name that findings give a shape: what follows the last / or # of its IRI."""
    return plain(shape).rpartition("#")[2].rpartition("/")[2]
