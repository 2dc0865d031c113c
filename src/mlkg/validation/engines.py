"""The two SHACL engines: shapes compiled to SPARQL, and pySHACL as the reference."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from pyoxigraph import BlankNode, Literal, NamedNode, QuerySolutions, Triple

from mlkg.derivation import own_facts
from mlkg.errors import ShapesError
from mlkg.namespaces import SHACL
from mlkg.naming import plain, shorten
from mlkg.store import Store, select
from mlkg.terms import Term
from mlkg.validation.findings import Finding
from mlkg.validation.shapes import SEVERITY_NAMES, Shapes, shape_name

if TYPE_CHECKING:
    from mlkg.shacl import Path, Result
    from mlkg.validation.run import Subject

_QUERIES = frozenset(f"{SHACL}{name}" for name in ("ask", "construct", "select"))

ENGINES = ("oxigraph", "pyshacl")
"""oxigraph compiles shapes to SPARQL and runs them on the store; pyshacl is the reference."""


def check_shapes(subject: Subject, shapes: Shapes, engine: str) -> tuple[list[Finding], list[str]]:
    """Check the data of `subject` against `shapes`; return findings, and notes for the user.

    What the compiler leaves out, or the store cannot answer soundly, goes to pySHACL, with a note
    that says why. Findings carry the messages of the shapes alone; a shape without an IRI goes by
    the name of the shape around it.
    Raises ShapesError when the shapes are ill-formed, recursive or otherwise of no use.
    """
    from mlkg.shacl import PlanRunError, UncompilableShapesError

    names = _Names(shapes.graph)
    notes = []
    if engine == "oxigraph":
        try:
            found = check_compiled(subject.store, shapes.graph, names, subject.prefixes)
        except (UncompilableShapesError, PlanRunError) as error:
            notes.append(f"shapes are checked by pySHACL, which takes longer: {error}")
        else:
            findings = _without_repetition(found)
            return with_lasting_names(findings, lambda: stored_triples(subject.store)), []
    triples = subject.triples()
    findings = _without_repetition(check_with_pyshacl(triples, shapes.graph, names))
    return with_lasting_names(findings, lambda: map(_parts, triples)), notes


def check_compiled(
    store: Store, shapes: frozenset[Triple], names: _Names, prefixes: Mapping[str, str]
) -> list[Finding]:
    """Compile the shapes graph to SELECT queries and run them on `store`.

    Raises ShapesError as `mlkg.shacl.compile_shapes` and `Plan.run` do.
    """
    from mlkg.shacl import compile_shapes

    def run(text: str) -> QuerySolutions:
        return select(store, text, name="a query compiled from the shapes", named=frozenset())

    return [
        Finding(
            rule=names.of(result.source_shape),
            severity=SEVERITY_NAMES.get(shape_name(result.severity), "error"),
            focus=result.focus,
            message=_message(result, prefixes),
            path=_path(result.path),
            value=result.value,
            component=result.component.value,
        )
        for result in compile_shapes(shapes).run(run)
    ]


def _message(result: Result, prefixes: Mapping[str, str]) -> str:
    """Return the first message in the order of text, or else which constraint is broken."""
    if result.messages:
        return min(message.value for message in result.messages)
    name = shape_name(result.component).removesuffix("ConstraintComponent")
    path = _path(result.path)
    where = f"{shorten(path, prefixes)} " if path else ""
    return f"{where}breaks sh:{name[0].lower()}{name[1:]}."


def _path(path: Path | None) -> Term | None:
    """Return the property, or a complex path as SPARQL writes it."""
    if path is None:
        return None
    text = str(path)
    if text.startswith("<") and text.endswith(">") and text.count("<") == 1:
        return NamedNode(text[1:-1])
    return Literal(text)


def check_with_pyshacl(
    data: Iterable[Triple], shapes: frozenset[Triple], names: _Names
) -> list[Finding]:
    """Validate `data` with pySHACL, SHACL 1.0 with SPARQL constraints.

    Raises ShapesError when pySHACL cannot use the shapes.
    """
    import pyshacl
    import rdflib
    from rdflib import SH

    from mlkg.interop import from_rdflib, to_rdflib_graph

    _refuse_service(shapes)
    data_graph = to_rdflib_graph(data, {})
    shapes_graph = to_rdflib_graph(shapes, {})
    try:
        _, report, message = pyshacl.validate(data_graph, shacl_graph=shapes_graph, inplace=True)
    except RuntimeError as error:
        raise ShapesError(f"the shapes cannot be used: {error}") from error
    if not isinstance(report, rdflib.Graph):
        raise ShapesError(f"the shapes cannot be used: {message}")
    findings = []
    for result in report.objects(predicate=SH.result):
        found = {key: from_rdflib(node) for key, node in report.predicate_objects(result)}
        findings.append(
            Finding(
                rule=names.of(found[SH.sourceShape]),
                severity=SEVERITY_NAMES.get(shape_name(found[SH.resultSeverity]), "error"),
                focus=found[SH.focusNode],
                message=min((str(n) for n in report.objects(result, SH.resultMessage)), default=""),
                path=found.get(SH.resultPath),
                value=found.get(SH.value),
                component=plain(found[SH.sourceConstraintComponent]),
            )
        )
    return findings


def _without_repetition(findings: Iterable[Finding]) -> list[Finding]:
    """Return `findings` less those that differ from another one by their component alone.

    A shape has one message for all its constraints: a value that breaks two of them is one fault.
    """
    ordered = sorted(findings, key=lambda finding: str(finding.component))
    seen = {(f.rule, f.focus, f.path, f.value, f.message): f for f in reversed(ordered)}
    return list(seen.values())


def with_lasting_names(
    findings: list[Finding], triples: Callable[[], Iterable[tuple[Term, Term, Term]]]
) -> list[Finding]:
    """Return `findings` with blank nodes named by what the data, `triples()`, says of them.

    Parsers and stores name blank nodes anew each time.
    """
    terms = {term for f in findings for term in (f.focus, f.path, f.value)}
    if not any(isinstance(term, BlankNode) for term in terms):
        return findings
    from mlkg.validation import fingerprints

    return fingerprints.with_lasting_names(findings, triples())


def stored_triples(store: Store) -> Iterator[tuple[Term, Term, Term]]:
    """Yield every triple of the default graph, derived facts left out."""
    derived = own_facts().predicates
    result = select(store, "SELECT ?s ?p ?o WHERE { ?s ?p ?o }", named=frozenset())
    for row in result:
        if row["p"].value not in derived:
            yield row["s"], row["p"], row["o"]


def _parts(triple: Triple) -> tuple[Term, Term, Term]:
    return triple.subject, triple.predicate, triple.object


def _refuse_service(shapes: Iterable[Triple]) -> None:
    """Raise ShapesError where a query of the shapes would open a connection.

    rdflib decodes codepoint escapes before it parses, which pySHACL's own check does not.
    """
    from mlkg.sparql.lexer import keywords_in

    for triple in shapes:
        text = triple.object
        if triple.predicate.value in _QUERIES and isinstance(text, Literal):
            for word in sorted(keywords_in(text.value) & {"LOAD", "SERVICE"}):
                raise ShapesError(
                    f"the shapes cannot be used: {word} is refused: a query must not open "
                    "connections"
                )


class _Names:
    """What findings call the shapes of one shapes graph."""

    def __init__(self, triples: Iterable[Triple]) -> None:
        around: dict[Term, list[Term]] = defaultdict(list)
        for triple in triples:
            if isinstance(triple.object, BlankNode):
                around[triple.object].append(triple.subject)
        self._around: Mapping[Term, list[Term]] = around

    def of(self, shape: Term) -> str:
        """Return the name of `shape`, or of the nearest shape around it that has an IRI."""
        seen: set[Term] = set()
        while isinstance(shape, BlankNode):
            if shape in seen or shape not in self._around:
                return "unnamed-shape"
            seen.add(shape)
            shape = min(self._around[shape], key=str)
        return shape_name(shape)
