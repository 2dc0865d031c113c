"""The IRIs that the SHACL specification names."""

from __future__ import annotations

from functools import cache

from pyoxigraph import Literal, NamedNode

from mlkg.namespaces import SHACL
from mlkg.terms import Term

XSD = "http://www.w3.org/2001/XMLSchema#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"

RDF_TYPE = NamedNode(RDF + "type")
RDF_FIRST = NamedNode(RDF + "first")
RDF_REST = NamedNode(RDF + "rest")
RDF_NIL = NamedNode(RDF + "nil")
RDF_LANG_STRING = NamedNode(RDF + "langString")
RDFS_CLASS = NamedNode(RDFS + "Class")
RDFS_SUBCLASS = NamedNode(RDFS + "subClassOf")
OWL_IMPORTS = NamedNode("http://www.w3.org/2002/07/owl#imports")

TRUE = Literal("true", datatype=NamedNode(XSD + "boolean"))


@cache
def sh(name: str) -> NamedNode:
    """Return the term `name` of the SHACL namespace."""
    return NamedNode(SHACL + name)


def brief(term: Term) -> str:
    """Write a term for a message: the SHACL namespace as `sh:`, anything else as N-Triples."""
    if isinstance(term, NamedNode) and term.value.startswith(SHACL):
        return "sh:" + term.value.removeprefix(SHACL)
    return str(term)
