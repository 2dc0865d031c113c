"""Holding a study to its shapes and its rules."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from pyoxigraph import BlankNode, Literal, NamedNode, QuerySolutions, Triple

from mlkg import naming, stored
from mlkg.checks import checks
from mlkg.errors import MlkgError, QueryError, UnknownNameError
from mlkg.findings import Finding, Report
from mlkg.namespaces import BEFORE
from mlkg.shapes import check_with_pyshacl
from mlkg.store import Store
from mlkg.suppressions import suppressed, suppressions
from mlkg.terms import Term

if TYPE_CHECKING:
    from mlkg.study import Study

_LONGEST_VALUE = 60
_RECORDS = """
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT (COUNT(DISTINCT ?record) AS ?records) WHERE {
  ?record a ?class .
  OPTIONAL { ?record rdfs:isDefinedBy ?ontology }
  FILTER(!BOUND(?ontology))
}
"""


def validate(
    study: Study,
    *,
    select: frozenset[str],
    ignore: frozenset[str],
    severities: Mapping[str, str],
    paths: Sequence[str],
    since: Study | None,
) -> Report:
    """Check `study` as `Study.validate` says."""
    for_change = study.rules_for_change()
    rules = {**study.rules(), **for_change}
    shapes = study.shapes()
    known = checks(rules, shapes)
    for name in sorted({*select, *ignore, *severities} - known.keys()):
        raise UnknownNameError("rule or shape", name, known, "mlkg rule")
    for path in paths:
        if not any(_lies_in(file.name, path) for file in study.files):
            raise MlkgError(f"{path}: no data file of the study is there")
    chosen = (select or known.keys()) - ignore
    if since is None:
        if wanting := sorted(select & for_change.keys()):
            raise MlkgError(f"{wanting[0]} compares with an earlier state: give --since REV")
        chosen -= for_change.keys()
    else:
        study.store.name_graphs((NamedNode(BEFORE), file.turtle) for file in since.files)
    findings: list[Finding] = []
    if chosen & shapes.messages.keys():
        triples = study.triples()
        found = _without_repetition(check_with_pyshacl(triples, shapes))
        findings += _worded(_with_lasting_names(found, triples), study.store, study.prefixes)
    for name in sorted(chosen & rules.keys()):
        found = run_rule(study.store, rules[name], study.prefixes)
        findings += _with_lasting_names(found, study.store)
    kept = [f for f in findings if f.rule not in ignore and (not select or f.rule in select)]
    findings, explained = suppressed(
        _located(kept, study), suppressions(study.files), known=known, applied=chosen
    )
    findings = [replace(f, severity=severities.get(f.rule, f.severity)) for f in findings]
    if paths:
        findings = [f for f in findings if any(_lies_in(f.file or "", path) for path in paths)]
    return Report(
        records=_count_records(study.store),
        checks=len(chosen),
        findings=_fingerprinted(sorted(findings, key=Finding.sort_key)),
        applied={
            name: replace(check, severity=severities.get(name, check.severity))
            for name, check in known.items()
            if name in chosen
        },
        suppressed=explained,
    )


def run_rule(store: Store, rule: stored.Rule, prefixes: Mapping[str, str]) -> list[Finding]:
    """Run one rule and return a finding for each of its solutions, in the query's order.

    Raises QueryError when the query is broken or is not a SELECT that binds ?focus.
    """
    result = store.query(rule.text, name=str(rule.path))
    if not isinstance(result, QuerySolutions):
        raise QueryError(f"{rule.path}: a rule is a SELECT query")
    variables = [variable.value for variable in result.variables]
    solutions = [dict(zip(variables, row, strict=True)) for row in result]
    if any(solution.get("focus") is None for solution in solutions):
        raise QueryError(f"{rule.path}: a rule binds ?focus in every solution")
    names = naming.record_names(store, _terms(solutions), prefixes)

    return [
        Finding(
            rule=rule.name,
            severity=rule.severity,
            focus=solution["focus"],
            message=stored.fill(
                rule.message, {key: names[term] for key, term in solution.items() if term}
            ),
            path=solution.get("path"),
            value=solution.get("value"),
        )
        for solution in solutions
    ]


def _without_repetition(findings: Iterable[Finding]) -> list[Finding]:
    """Return `findings` less those that differ from another one by their component alone.

    A shape has one message for all its constraints: a value that breaks two of them is one fault.
    """
    ordered = sorted(findings, key=lambda finding: str(finding.component))
    seen = {(f.rule, f.focus, f.path, f.value, f.message): f for f in reversed(ordered)}
    return list(seen.values())


def _worded(
    findings: Iterable[Finding], store: Store, prefixes: Mapping[str, str]
) -> list[Finding]:
    """Return findings of shapes with the record before the message and the value behind it."""
    listed = list(findings)
    names = naming.record_names(store, {finding.focus for finding in listed}, prefixes)

    def worded(finding: Finding) -> str:
        about = f"{names[finding.focus]}: {finding.message}"
        if finding.value is None or finding.value == finding.focus:
            return about
        return f"{about} Found: {_written(finding.value, prefixes)}"

    return [replace(finding, message=worded(finding)) for finding in listed]


def _written(value: Term, prefixes: Mapping[str, str]) -> str:
    """Return a value much as it is written in the file, for that is where it is to be changed."""
    if isinstance(value, BlankNode):
        return "[ … ]"
    shown = naming.shorten(value, prefixes)
    if not isinstance(value, Literal):
        return shown
    if len(shown) > _LONGEST_VALUE:
        shown = f"{shown[:_LONGEST_VALUE]}…"
    if value.language:
        return f'"{shown}"@{value.language}'
    return f'"{shown}"' if value.datatype.value.endswith("#string") else shown


def _lies_in(file: str, path: str) -> bool:
    """Tell whether `file` is `path`, is in the folder `path`, or fits the pattern `path`."""
    return file == path or file.startswith(f"{path.rstrip('/')}/") or fnmatchcase(file, path)


# What follows is imported only when there is something to report: a clean run is not to wait.


def _located(findings: list[Finding], study: Study) -> list[Finding]:
    if not findings:
        return []
    from mlkg.positions import located

    return located(findings, (*study.files, *study.term_files))


def _fingerprinted(findings: list[Finding]) -> tuple[Finding, ...]:
    if not findings:
        return ()
    from mlkg.fingerprints import fingerprinted

    return tuple(fingerprinted(findings))


def _with_lasting_names(
    findings: list[Finding], triples: Iterable[Triple] | Store
) -> list[Finding]:
    """Return `findings` with blank nodes renamed; `triples` is where their names are from."""
    terms = {term for f in findings for term in (f.focus, f.path, f.value)}
    if not any(isinstance(term, BlankNode) for term in terms):
        return findings
    from mlkg.fingerprints import with_lasting_names

    if not isinstance(triples, Iterable):
        result = triples.query("SELECT ?s ?p ?o WHERE { ?s ?p ?o }")
        assert isinstance(result, QuerySolutions)  # noqa: S101 - the text is a SELECT
        return with_lasting_names(findings, ((row["s"], row["p"], row["o"]) for row in result))
    return with_lasting_names(findings, ((t.subject, t.predicate, t.object) for t in triples))


def _terms(solutions: Iterable[Mapping[str, Term | None]]) -> set[Term]:
    return {term for solution in solutions for term in solution.values() if term is not None}


def _count_records(store: Store) -> int:
    result = store.query(_RECORDS)
    assert isinstance(result, QuerySolutions)  # noqa: S101 - the text is a SELECT
    return int(next(iter(result))["records"].value)
