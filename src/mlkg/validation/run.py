"""Holding a study to its shapes and its rules."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase
from typing import Any, Protocol, TypeAlias

from pyoxigraph import BlankNode, Literal, Triple

from mlkg import naming, stored
from mlkg.errors import MlkgError, QueryError, UnknownNameError
from mlkg.store import Store, select
from mlkg.terms import Term
from mlkg.turtle.files import TurtleFile
from mlkg.validation.checks import checks
from mlkg.validation.engines import check_shapes, stored_triples, with_lasting_names
from mlkg.validation.findings import Finding, Report
from mlkg.validation.shapes import Shapes
from mlkg.validation.suppressions import suppressed, suppressions

NO_SEVERITIES: Mapping[str, str] = {}
_LONGEST_VALUE = 60
_Solution: TypeAlias = dict[str, Any]
_RECORDS = """
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
SELECT (COUNT(DISTINCT ?record) AS ?records) WHERE {
  ?record a ?class .
  MINUS { ?record rdfs:isDefinedBy ?ontology }
}
"""


class Subject(Protocol):
    """What can be validated: a study, or a set of files."""

    @property
    def store(self) -> Store:
        """The data, with the terms that it uses."""

    @property
    def files(self) -> tuple[TurtleFile, ...]:
        """The files of the data whose text is Turtle and at hand."""

    @property
    def file_names(self) -> tuple[str, ...]:
        """The names of all files of the data that findings may be in."""

    @property
    def term_files(self) -> tuple[TurtleFile, ...]:
        """The files of the terms."""

    @property
    def prefixes(self) -> Mapping[str, str]:
        """The prefixes that messages shorten IRIs with."""

    def files_about(self, terms: Collection[Term]) -> Mapping[Term, str]:
        """Return the name of a file that states something of each term, without its text."""

    def triples(self) -> set[Triple]:
        """Return what the store holds, terms as written."""

    def rules(self) -> Mapping[str, stored.Rule]:
        """Return the rules to apply, by name."""

    def rules_for_change(self) -> Mapping[str, stored.Rule]:
        """Return the rules to apply where there is an earlier state to compare with, by name."""

    @property
    def compared(self) -> bool:
        """Whether the store has an earlier state, as the graph `mlkg.namespaces.BEFORE`."""

    def shapes(self) -> Shapes:
        """Load the shapes to apply."""


def validate(
    subject: Subject,
    *,
    select: frozenset[str] = frozenset(),
    ignore: frozenset[str] = frozenset(),
    severities: Mapping[str, str] = NO_SEVERITIES,
    paths: Sequence[str] = (),
    engine: str = "oxigraph",
    in_full: bool = True,
    progress: Callable[[str], None] = lambda _: None,
) -> Report:
    """Check a study or a set of files as `Study.validate` says.

    Without `in_full` the findings are there to be counted: they have no message and no fingerprint,
    no order, and a place only where `paths` or a comment in the data need it.
    `progress` is told what is being done, before each step that may take long.
    """
    for_change = subject.rules_for_change()
    rules = {**subject.rules(), **for_change}
    shapes = subject.shapes()
    known = checks(rules, shapes)
    for name in sorted({*select, *ignore, *severities} - known.keys()):
        raise UnknownNameError("rule or shape", name, known, "mlkg rule")
    for path in paths:
        if not any(_lies_in(name, path) for name in subject.file_names):
            raise MlkgError(f"{path}: no data file of the study is there")
    chosen = (select or known.keys()) - ignore
    if not subject.compared:
        if wanting := sorted(select & for_change.keys()):
            raise MlkgError(f"{wanting[0]} compares with an earlier state: give --since REV")
        chosen -= for_change.keys()
    findings: list[Finding] = []
    notes: list[str] = []
    if not select or select & shapes.messages.keys():
        progress("checking shapes")
        findings, notes = check_shapes(subject, shapes, engine)
        findings = [
            f for f in findings if f.rule not in ignore and (not select or f.rule in select)
        ]
    solutions = {}
    for name in sorted(chosen & rules.keys()):
        progress(f"checking {name}")
        solutions[name] = _solutions(subject.store, rules[name])
    names: Mapping[Term, str] | None = None
    if in_full:
        shown = {finding.focus for finding in findings}
        for name, found in solutions.items():
            shown |= _shown_terms(rules[name], found)
        names = naming.record_names(subject.store, shown, subject.prefixes)
        findings = _worded(findings, names, subject.prefixes)
    for name, found in solutions.items():
        reported = _reported(rules[name], found, names)
        findings += with_lasting_names(reported, lambda: stored_triples(subject.store))
    progress("locating findings")
    comments = suppressions(subject.files)
    if in_full or paths:
        findings = _located(findings, subject)
    else:
        mentioned = {rule for comment in comments for rule in comment.rules}
        findings = [
            *(finding for finding in findings if finding.rule not in mentioned),
            *_located([finding for finding in findings if finding.rule in mentioned], subject),
        ]
    findings, explained = suppressed(findings, comments, known=known, applied=chosen)
    if severities:
        findings = [f._replace(severity=severities.get(f.rule, f.severity)) for f in findings]
    if paths:
        findings = [f for f in findings if any(_lies_in(f.file or "", path) for path in paths)]
    if in_full:
        findings = _fingerprinted(sorted(findings, key=Finding.sort_key))
    return Report(
        records=_count_records(subject.store),
        checks=len(chosen),
        findings=tuple(findings),
        applied={
            name: replace(check, severity=severities.get(name, check.severity))
            for name, check in known.items()
            if name in chosen
        },
        suppressed=explained,
        notes=tuple(notes),
    )


def run_rule(store: Store, rule: stored.Rule, prefixes: Mapping[str, str]) -> list[Finding]:
    """Run one rule by itself and return a finding for each of its solutions, in the query's order.

    Raises QueryError when the query is broken or is not a SELECT that binds ?focus.
    """
    solutions = _solutions(store, rule)
    names = naming.record_names(store, _shown_terms(rule, solutions), prefixes)
    return _reported(rule, solutions, names)


def _solutions(store: Store, rule: stored.Rule) -> list[_Solution]:
    """Return the solutions of a rule, each with its terms by the query's variables."""
    result = select(store, rule.text, name=str(rule.path), named=rule.named)
    variables = [variable.value for variable in result.variables]
    solutions = [dict(zip(variables, row, strict=True)) for row in result]
    if any(solution.get("focus") is None for solution in solutions):
        raise QueryError(f"{rule.path}: a rule binds ?focus in every solution")
    return solutions


def _shown_terms(rule: stored.Rule, solutions: Iterable[_Solution]) -> set[Term]:
    """Return the terms that the messages of a rule show."""
    shown = stored.placeholders(rule.message)
    return {
        term for solution in solutions for name in shown if (term := solution.get(name)) is not None
    }


def _reported(
    rule: stored.Rule, solutions: Iterable[_Solution], names: Mapping[Term, str] | None
) -> list[Finding]:
    """Return a finding for each solution of a rule, with the rule's message if there are names."""

    def message(solution: _Solution) -> str:
        if names is None:
            return ""
        return stored.fill(
            rule.message,
            {key: names[term] for key, term in solution.items() if term in names},
        )

    return [
        Finding(
            rule=rule.name,
            severity=rule.severity,
            focus=solution["focus"],
            message=message(solution),
            path=solution.get("path"),
            value=solution.get("value"),
        )
        for solution in solutions
    ]


def _worded(
    findings: Iterable[Finding], names: Mapping[Term, str], prefixes: Mapping[str, str]
) -> list[Finding]:
    """Return findings of shapes with the record before the message and the value behind it."""

    def worded(finding: Finding) -> str:
        about = f"{names[finding.focus]}: {finding.message}"
        if finding.value is None or finding.value == finding.focus:
            return about
        return f"{about} Found: {_written(finding.value, prefixes)}"

    return [finding._replace(message=worded(finding)) for finding in findings]


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


def _located(findings: list[Finding], subject: Subject) -> list[Finding]:
    if not findings:
        return []
    from mlkg.validation.positions import located

    placed = located(findings, (*subject.files, *subject.term_files))
    names = subject.files_about({f.focus for f in placed if f.file is None})
    return [f._replace(file=names.get(f.focus)) if f.file is None else f for f in placed]


def _fingerprinted(findings: list[Finding]) -> list[Finding]:
    if not findings:
        return []
    from mlkg.validation.fingerprints import fingerprinted

    return fingerprinted(findings)


def _count_records(store: Store) -> int:
    result = select(store, _RECORDS, named=frozenset())
    return int(next(iter(result))["records"].value)
