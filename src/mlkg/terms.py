"""RDF terms, as pyoxigraph has them."""

from __future__ import annotations

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

Term = NamedNode | BlankNode | Literal | Triple
"""Any term; a triple is one only in RDF 1.2."""
