"""The namespaces that mlkg's own code names terms in."""

from __future__ import annotations

MLKG = "https://w3id.org/mlkg/ns#"
BEFORE = "urn:x-mlkg-before"
"""The graph that holds the earlier data where rules for change compare."""

SHACL = "http://www.w3.org/ns/shacl#"

WELL_KNOWN = {
    "dcterms": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "mlkg": MLKG,
    "owl": "http://www.w3.org/2002/07/owl#",
    "prov": "http://www.w3.org/ns/prov#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "schema": "https://schema.org/",
    "sh": SHACL,
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
"""Prefixes that a query typed by hand may use without declaring them."""
