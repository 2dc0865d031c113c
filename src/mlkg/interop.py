"""Terms and graphs between pyoxigraph and rdflib. Importing this imports rdflib."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping

import pyoxigraph
import rdflib
from rdflib.term import Node

from mlkg.errors import MlkgError
from mlkg.terms import Term

# An ill-formed literal is for SHACL to report; rdflib would print a traceback of it on stderr.
logging.getLogger("rdflib").addHandler(logging.NullHandler())


def to_rdflib_graph(
    triples: Iterable[pyoxigraph.Triple], prefixes: Mapping[str, str]
) -> rdflib.Graph:
    """Return `triples` as an rdflib graph that has `prefixes` bound."""
    graph = rdflib.Graph(bind_namespaces="none")
    for prefix, namespace in prefixes.items():
        graph.bind(prefix, namespace)
    for triple in triples:
        graph.add(
            (to_rdflib(triple.subject), to_rdflib(triple.predicate), to_rdflib(triple.object))
        )
    return graph


def to_rdflib(term: Term) -> Node:
    """Return the same term as rdflib has it, its lexical form untouched.

    Raises MlkgError for a triple term, which rdflib does not have.
    """
    if isinstance(term, pyoxigraph.NamedNode):
        return rdflib.URIRef(term.value)
    if isinstance(term, pyoxigraph.BlankNode):
        return rdflib.BNode(term.value)
    if isinstance(term, pyoxigraph.Literal):
        if term.language:
            return rdflib.Literal(term.value, lang=term.language)
        if term.datatype.value == str(rdflib.XSD.string):
            return rdflib.Literal(term.value)
        datatype = rdflib.URIRef(term.datatype.value)
        return rdflib.Literal(term.value, datatype=datatype, normalize=False)
    raise MlkgError(f"{term}: a triple term of RDF 1.2, which rdflib cannot hold")


def from_rdflib(node: Node) -> Term:
    """Return the same term as pyoxigraph has it."""
    if isinstance(node, rdflib.URIRef):
        return pyoxigraph.NamedNode(str(node))
    if isinstance(node, rdflib.BNode):
        return pyoxigraph.BlankNode(str(node))
    if isinstance(node, rdflib.Literal):
        if node.language:
            return pyoxigraph.Literal(str(node), language=node.language)
        if node.datatype is None:
            return pyoxigraph.Literal(str(node))
        return pyoxigraph.Literal(str(node), datatype=pyoxigraph.NamedNode(str(node.datatype)))
    raise MlkgError(f"{node!r}: not an RDF term")
