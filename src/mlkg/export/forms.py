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
from mlkg.sparql.lexer import prologue, tokens
from mlkg.sparql.mentions import mentioned
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

    The query of a part sees the part alone, with the facts that the whole study derives.
    Raises QueryError for a query that is no form, and OutputError for a syntax that cannot hold it.
    """
    from mlkg.export.dossier import origin

    chosen = syntax or form.syntax
    quads, words = rdf.statements(study, part)
    name = str(form.path)
    if part.is_whole():
        result = study.query(form.text, name=name)
    else:
        result = _asked(study, {quad.triple for quad in quads}, form)
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


def _asked(study: Study, part: set[Triple], form: Form) -> QueryResult:
    """Return what a form gives of a part of `study`.

    What is derived of a record depends on the whole study, such as whether evidence is valid on the
    newest day recorded, so that the facts are derived there and those about the part are taken.
    """
    whole, triples = EmbeddedStore(study.facts), study.triples()
    whole.add(Quad(*triple) for triple in triples)
    subjects = {triple.subject for triple in part}
    derived = {fact for fact in _derived(whole, study, form) if fact.subject in subjects}
    terms = triples - {quad.triple for quad in study.quads()}
    store = EmbeddedStore()
    store.add(Quad(*triple) for triple in part | terms | derived)
    return store.query(form.text, name=str(form.path))


def _derived(whole: EmbeddedStore, study: Study, form: Form) -> Iterable[Triple]:
    """Return the derived facts that a form reads."""
    wanted = mentioned(form.text)
    if wanted is None:
        return whole.derived()
    chosen = sorted(study.facts().predicates & wanted)
    whole.derive(chosen)
    found: list[Triple] = []
    for predicate in chosen:
        query = f"CONSTRUCT {{ ?s <{predicate}> ?o }} WHERE {{ ?s <{predicate}> ?o }}"
        found += whole.query(query, named=frozenset())  # type: ignore[arg-type]
    return found


def _prefixes(query: str) -> dict[str, str]:
    """Return the prefixes that a query declares, less the empty one."""
    return {name: iri for name, iri in prologue(tokens(query)).prefixes.items() if name}
