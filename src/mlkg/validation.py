"""Holding a study to its shapes and its rules."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode, QuerySolutions

from mlkg import naming, stored
from mlkg.errors import QueryError, UnknownNameError
from mlkg.findings import Finding, Report
from mlkg.shapes import check_with_pyshacl
from mlkg.store import Store
from mlkg.terms import Term

if TYPE_CHECKING:
    from mlkg.study import Study

_RECORDS = """
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT (COUNT(DISTINCT ?record) AS ?records) WHERE {
  ?record a ?class .
  OPTIONAL { ?record rdfs:isDefinedBy ?ontology }
  FILTER(!BOUND(?ontology))
}
"""


def validate(study: Study, *, select: frozenset[str], ignore: frozenset[str]) -> Report:
    """Check `study` as `Study.validate` says."""
    rules = study.rules()
    shapes = study.shapes()
    known = {*rules, *shapes.messages}
    for name in sorted({*select, *ignore} - known):
        raise UnknownNameError("rule or shape", name, known, "mlkg rule")
    chosen = (select or known) - ignore
    findings: list[Finding] = []
    if chosen & shapes.messages.keys():
        findings += check_with_pyshacl(study.triples(), shapes, study.prefixes)
    for name in sorted(chosen & rules.keys()):
        findings += run_rule(study.store, rules[name], study.prefixes)
    kept = (f for f in findings if f.rule not in ignore and (not select or f.rule in select))
    return Report(
        records=_count_records(study.store),
        checks=len(chosen),
        findings=tuple(sorted(kept, key=Finding.sort_key)),
    )


def run_rule(store: Store, rule: stored.Rule, prefixes: Mapping[str, str]) -> list[Finding]:
    """Run one rule and return a finding for each of its solutions, in the query's order.

    Raises QueryError when the query is broken or is not a SELECT that binds ?focus.
    """
    result = store.query(rule.text, name=str(rule.path))
    if not isinstance(result, QuerySolutions):
        raise QueryError(f"{rule.path}: a rule is a SELECT query")
    names = [variable.value for variable in result.variables]
    solutions = [dict(zip(names, row, strict=True)) for row in result]
    if any(solution.get("focus") is None for solution in solutions):
        raise QueryError(f"{rule.path}: a rule binds ?focus in every solution")
    labels = naming.labels(store, _terms(solutions))

    def shown(term: Term) -> str:
        return labels.get(term) or naming.shorten(term, prefixes)

    return [
        Finding(
            rule=rule.name,
            severity=rule.severity,
            focus=solution["focus"],
            message=stored.fill(
                rule.message, {key: shown(term) for key, term in solution.items() if term}
            ),
            path=solution.get("path"),
            value=solution.get("value"),
        )
        for solution in solutions
    ]


def _terms(solutions: Iterable[Mapping[str, Term | None]]) -> set[Term]:
    return {
        term for solution in solutions for term in solution.values() if isinstance(term, NamedNode)
    }


def _count_records(store: Store) -> int:
    result = store.query(_RECORDS)
    assert isinstance(result, QuerySolutions)  # noqa: S101 - the text is a SELECT
    return int(next(iter(result))["records"].value)
