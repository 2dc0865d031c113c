"""How terms are shown to people: by label, by prefixed name, or else in full."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from pyoxigraph import BlankNode, Literal, NamedNode

from mlkg.namespaces import MLKG
from mlkg.sparql.values import listed
from mlkg.store import Store, select
from mlkg.terms import Term

_LABELS = """
PREFIX dcterms: <http://purl.org/dc/terms/>
PREFIX foaf: <http://xmlns.com/foaf/0.1/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?term ?rank (MIN(STR(?text)) AS ?label) WHERE {
  %s
  VALUES (?property ?rank) {
    (skos:notation 1) (rdfs:label 2) (foaf:name 3) (dcterms:title 4)
  }
  ?term ?property ?text .
}
GROUP BY ?term ?rank
ORDER BY ?term DESC(?rank)
"""

# The labels stand in both branches: beside the union Oxigraph pairs each label with each other.
_CELLS = f"""
PREFIX mlkg: <{MLKG}>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT ?term ?prefix (MIN(STR(?o)) AS ?option) (MIN(STR(?c)) AS ?criterion) WHERE {{
  %s
  {{
    ?term mlkg:option ?x ; mlkg:criterion ?y . ?x rdfs:label ?o . ?y rdfs:label ?c .
    BIND("" AS ?prefix)
  }}
  UNION
  {{
    ?term mlkg:about ?claim . ?claim mlkg:option ?x ; mlkg:criterion ?y .
    ?x rdfs:label ?o . ?y rdfs:label ?c .
    BIND("evidence for " AS ?prefix)
  }}
}}
GROUP BY ?term ?prefix
"""


def labels(store: Store, terms: Iterable[Term]) -> dict[Term, str]:
    """Return the label of each IRI among `terms` that has one.

    A verdict's notation comes first, then rdfs:label, foaf:name and dcterms:title.
    """
    wanted = sorted({str(term) for term in terms if isinstance(term, NamedNode)})
    if not wanted:
        return {}
    result = select(store, _LABELS % listed("term", wanted), named=frozenset())
    among = set(wanted)
    return {row["term"]: row["label"].value for row in result if str(row["term"]) in among}


def record_names(
    store: Store, terms: Iterable[Term], prefixes: Mapping[str, str]
) -> dict[Term, str]:
    """Return what to call each of `terms`: its label; a claim by what it judges; else its IRI.

    `AWS SageMaker × Docker Support` is a claim, `evidence for` that is evidence about it.
    """
    given = list(terms)
    names: dict[Term, str] = {}
    if wanted := sorted({str(term) for term in given if isinstance(term, NamedNode)}):
        among = set(wanted)
        for row in select(store, _CELLS % listed("term", wanted), named=frozenset()):
            if str(row["term"]) not in among:
                continue
            of_cell = f"{row['option'].value} × {row['criterion'].value}"
            names[row["term"]] = f"{row['prefix'].value}{of_cell}"
    names |= labels(store, given)
    for term in given:
        if isinstance(term, BlankNode):
            names[term] = "a record without an IRI"
        elif term not in names:
            names[term] = shorten(term, prefixes)
    return names


def shorten(term: Term, prefixes: Mapping[str, str]) -> str:
    """Return an IRI as a prefixed name or in angle brackets, a literal as its text.

    The longest namespace that fits is taken.
    """
    if isinstance(term, Literal):
        return term.value
    if not isinstance(term, NamedNode):
        return str(term)
    fitting = [
        (namespace, prefix)
        for prefix, namespace in prefixes.items()
        if term.value.startswith(namespace) and _is_local(term.value[len(namespace) :])
    ]
    if not fitting:
        return str(term)
    namespace, prefix = max(fitting, key=lambda found: (len(found[0]), found[1]))
    return f"{prefix}:{term.value[len(namespace) :]}"


def _is_local(text: str) -> bool:
    """Tell whether `text` can stand after a prefix without escapes (a safe part of PN_LOCAL)."""
    return bool(text) and text.replace("-", "").replace("_", "").isalnum()


def plain(term: Term) -> str:
    """Return the IRI, the label of the blank node, or the text of the literal."""
    if isinstance(term, BlankNode):
        return str(term)
    return term.value if isinstance(term, NamedNode | Literal) else str(term)


def iri_path(name: str) -> str:
    """Return a name, as of a file, as the path of an IRI: other characters percent-encoded."""
    return re.sub(r"[^\w./~-]", lambda odd: "".join(f"%{b:02X}" for b in odd[0].encode()), name)
