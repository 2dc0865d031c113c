"""The study in the terms of standards: each form is a stored query of `queries/exports`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from pyoxigraph import (
    BlankNode,
    DefaultGraph,
    NamedNode,
    Quad,
    QuerySolutions,
    QueryTriples,
    Triple,
)

from mlkg.errors import OutputError, QueryError
from mlkg.export import rdf
from mlkg.export.part import WHOLE, Part
from mlkg.export.settings import DEFAULT, Settings
from mlkg.sparql import prologue, tokens
from mlkg.store import EmbeddedStore, QueryResult
from mlkg.stored import Form

if TYPE_CHECKING:
    from mlkg.study import Study

_OF_A_DATASET = ["graph", "subject", "predicate", "object"]


def export(
    study: Study,
    form: Form,
    part: Part = WHOLE,
    settings: Settings = DEFAULT,
    syntax: str | None = None,
) -> bytes:
    """Return `study`, or a part of it, in a standard form, in `syntax` or else in the form's own.

    The query of a part sees the part alone. Raises QueryError for a query that is no form, and
    OutputError for a syntax that cannot hold it.
    """
    from mlkg.export.dossier import origin

    chosen = syntax or form.syntax
    quads, words = rdf.statements(study, part)
    name = str(form.path)
    if part.is_whole():
        result = study.query(form.text, name=name)
    else:
        terms = study.triples() - {quad.triple for quad in study.quads()}
        result = _asked({quad.triple for quad in quads} | terms, form)
    found = list(statements(result, form))
    if chosen in rdf.GRAPHS and any(quad.graph_name != DefaultGraph() for quad in found):
        able = ", ".join(rdf.DATASETS)
        raise OutputError(f"{form.name} has named graphs, which {chosen} cannot hold; use {able}")
    told = origin(study, ("--format", form.name, *words), settings)
    return rdf.written(found, chosen, {**_prefixes(form.text), **study.prefixes}, told)


def statements(result: QueryResult, form: Form) -> Iterator[Quad]:
    """Yield the statements that the query of a form gives.

    Raises QueryError for a result that is none, and OutputError for blank nodes: what has no name
    cannot be compared, linked or merged.
    """
    if isinstance(result, QueryTriples):
        found: Iterable[Quad] = (Quad(t.subject, t.predicate, t.object) for t in result)
    elif isinstance(result, QuerySolutions):
        found = _of_solutions(result, form)
    else:
        raise QueryError(f"{form.path}: an ASK is no form; use CONSTRUCT or SELECT")
    for quad in found:
        if isinstance(quad.subject, BlankNode):
            raise OutputError(f"{form.path}: gives {quad.predicate} of a blank node; mint an IRI")
        yield quad


def _of_solutions(solutions: QuerySolutions, form: Form) -> Iterator[Quad]:
    names = [variable.value for variable in solutions.variables]
    if names != _OF_A_DATASET:
        wanted = " ".join(f"?{name}" for name in _OF_A_DATASET)
        raise QueryError(f"{form.path}: a SELECT that is a form selects {wanted}")
    for graph, subject, predicate, value in solutions:
        if not isinstance(graph, NamedNode | None) or not isinstance(predicate, NamedNode):
            raise QueryError(f"{form.path}: ?graph and ?predicate must be IRIs")
        if not isinstance(subject, NamedNode | BlankNode) or value is None:
            raise QueryError(f"{form.path}: ?subject must be an IRI, and ?object must be given")
        yield Quad(subject, predicate, value, graph or DefaultGraph())


def _asked(triples: Iterable[Triple], form: Form) -> QueryResult:
    store = EmbeddedStore()
    store.add(Quad(triple.subject, triple.predicate, triple.object) for triple in triples)
    return store.query(form.text, name=str(form.path))


def _prefixes(query: str) -> dict[str, str]:
    """Return the prefixes that a query declares, less the empty one."""
    return {name: iri for name, iri in prologue(tokens(query)).prefixes.items() if name}
