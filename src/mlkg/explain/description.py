"""Records as plain values: what the graph says of an IRI, property by property."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pyoxigraph import Literal, NamedNode

from mlkg.derivation import own_facts
from mlkg.namespaces import WELL_KNOWN
from mlkg.sparql.values import listed
from mlkg.store import Store, select
from mlkg.terms import Term

_TRIPLES = """
SELECT ?record ?property ?value WHERE { %s ?record ?property ?value }
"""
_POINTING = """
SELECT DISTINCT ?record ?target WHERE { %s ?record <%s> ?target }
ORDER BY ?target ?record
"""


@dataclass(frozen=True, slots=True)
class Description:
    """The values of one record by the IRI of the property, sorted."""

    values: Mapping[str, tuple[Term, ...]]

    def terms(self, name: str) -> tuple[Term, ...]:
        """Return the values of a property, named as in `mlkg:verdict`."""
        return self.values.get(iri(name), ())

    def texts(self, name: str) -> tuple[str, ...]:
        """Return the texts of the literals, and the IRIs, that are values of a property."""
        return tuple(
            term.value for term in self.terms(name) if isinstance(term, Literal | NamedNode)
        )

    def text(self, name: str) -> str | None:
        """Return the first of `texts`, None when there is none."""
        return next(iter(self.texts(name)), None)


NOTHING = Description({})


def iri(name: str) -> str:
    """Return the IRI of a prefixed name with one of mlkg's own prefixes, as in `mlkg:verdict`."""
    prefix, _, local = name.partition(":")
    return WELL_KNOWN[prefix] + local


def describe(store: Store, iris: Iterable[str]) -> dict[str, Description]:
    """Return what the data say of each of `iris`; those that they say nothing of are left out.

    Derived facts are left out too.
    """
    derived = own_facts().predicates
    found: dict[str, dict[str, list[Term]]] = {}
    wanted = _terms(iris)
    for row in select(store, _TRIPLES % listed("record", wanted), named=frozenset()):
        if str(row["record"]) not in wanted or row["property"].value in derived:
            continue
        values = found.setdefault(row["record"].value, {})
        values.setdefault(row["property"].value, []).append(row["value"])
    return {
        record: Description(
            {name: tuple(sorted(terms, key=_order)) for name, terms in sorted(values.items())}
        )
        for record, values in sorted(found.items())
    }


def _order(term: Term) -> tuple[bool, str, str]:
    """Return a key that sorts IRIs before literals and these by text: engines sort by language."""
    text = term.value if isinstance(term, NamedNode | Literal) else str(term)
    return isinstance(term, Literal), text, str(term)


def pointing(store: Store, property: str, iris: Iterable[str]) -> dict[str, list[str]]:
    """Return, for each of `iris`, the records that have it as value of `property`.

    They come in the natural order of their IRIs: -2 before -10.
    """
    found: dict[str, list[str]] = {}
    wanted = _terms(iris)
    for row in select(
        store, _POINTING % (listed("target", wanted), iri(property)), named=frozenset()
    ):
        if isinstance(row["record"], NamedNode) and str(row["target"]) in wanted:
            found.setdefault(row["target"].value, []).append(row["record"].value)
    return {target: sorted(records, key=natural) for target, records in found.items()}


def natural(text: str) -> list[tuple[int, str]]:
    """Return a key that sorts numbers in text by their size."""
    return [(int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"(\d+)", text)]


def _terms(iris: Iterable[str]) -> dict[str, None]:
    """Return IRIs as SPARQL writes them, sorted, each once."""
    return dict.fromkeys(sorted(str(NamedNode(one)) for one in iris))
