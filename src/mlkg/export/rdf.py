"""A study's triples in the syntaxes of RDF."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyoxigraph import RdfFormat

from mlkg.export.part import Part
from mlkg.results import serialize

if TYPE_CHECKING:
    from mlkg.study import Study

_GRAPHS = {"ttl": RdfFormat.TURTLE, "nt": RdfFormat.N_TRIPLES, "rdfxml": RdfFormat.RDF_XML}
_DATASETS = {"nq": RdfFormat.N_QUADS, "trig": RdfFormat.TRIG, "jsonld": RdfFormat.JSON_LD}


def export(study: Study, format: str, part: Part) -> bytes:
    """Return the triples of `data/` in one of RDF_FORMATS, sorted."""
    if format in _GRAPHS:
        merged = {quad.triple for quad in study.quads()}
        return serialize(merged, _GRAPHS[format], study.prefixes)
    return serialize(list(study.quads()), _DATASETS[format], study.prefixes)
