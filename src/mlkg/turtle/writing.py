"""Triples as Turtle in the house form, where there is no text of an author to keep."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import pyoxigraph
from pyoxigraph import CanonicalizationAlgorithm, Dataset, Quad, RdfFormat, Triple

from mlkg.turtle.house_form import house_form
from mlkg.turtle.text import TurtleText

NO_PREFIXES: Mapping[str, str] = {}


def as_turtle(
    triples: Iterable[Triple],
    prefixes: Mapping[str, str],
    also: Mapping[str, str] = NO_PREFIXES,
) -> bytes:
    """Return triples as Turtle in the house form, sorted: the same bytes for the same graph.

    Those of `prefixes` that the triples use are declared, and all of `also`. Blank nodes get the
    names that RDF Dataset Canonicalization gives them.
    Raises MlkgError when there is no house form of the triples, as for triple terms.
    """
    graph = Dataset(Quad(t.subject, t.predicate, t.object) for t in triples)
    graph.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    ordered = sorted((quad.triple for quad in graph), key=str)
    mentioned = "\n".join(map(str, ordered))
    candidates = {prefix: ns for prefix, ns in prefixes.items() if f"<{ns}" in mentioned}
    declared = {**{p: candidates[p] for p in _used(ordered, candidates)}, **also}
    return house_form(_turtle(ordered, declared)).encode()


def _used(ordered: Sequence[Triple], prefixes: Mapping[str, str]) -> set[str]:
    """Return the prefixes that names are written with: `a` needs none, nor does `7`."""
    lines = _turtle(ordered, prefixes).splitlines(keepends=True)
    body = "".join(lines[len(prefixes) :])  # each is declared in a line of its own
    names = (token.text for token in TurtleText(body.encode()).tokens() if token.kind == "name")
    return {name.partition(":")[0] for name in names}


def _turtle(ordered: Sequence[Triple], prefixes: Mapping[str, str]) -> str:
    sorted_prefixes = dict(sorted(prefixes.items()))
    written = pyoxigraph.serialize(ordered, format=RdfFormat.TURTLE, prefixes=sorted_prefixes)
    return (written or b"").decode()
