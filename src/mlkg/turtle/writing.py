"""Triples as Turtle in the house form, where there is no text of an author to keep."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pyoxigraph
from pyoxigraph import CanonicalizationAlgorithm, Dataset, Quad, RdfFormat, Triple

from mlkg.turtle.house_form import house_form

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
    used = {prefix: ns for prefix, ns in prefixes.items() if f"<{ns}" in mentioned}
    declared = dict(sorted({**used, **also}.items()))
    text = pyoxigraph.serialize(ordered, format=RdfFormat.TURTLE, prefixes=declared) or b""
    return house_form(text.decode()).encode()
