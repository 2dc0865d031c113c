"""The W3C SHACL test suite, each case found through its manifests and run on its own.

The suite is not part of this repository: the environment variable MLKG_W3C_SHACL names a folder
with its `manifest.ttl` (data-shapes-test-suite/tests of https://github.com/w3c/data-shapes).
"""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pyoxigraph as ox
import pytest

from mlkg.shacl import Result, Select, ShapesError, Term, compile_shapes

SUITE = os.environ.get("MLKG_W3C_SHACL")
pytestmark = pytest.mark.skipif(
    SUITE is None, reason="MLKG_W3C_SHACL does not name a folder with the W3C SHACL suite"
)

MF = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#"
SHT = "http://www.w3.org/ns/shacl-test#"
SH = "http://www.w3.org/ns/shacl#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"

# Cases that do not pass, with the reason; docs/shacl.md lists the same.
NOT_PASSED = {
    "core/property/datatype-ill-formed": (
        "an Oxigraph store reads xsd:byte as xsd:integer when it loads data; the run is refused"
    ),  # test_where_datatypes_are_kept passes the case on another engine
    "sparql/pre-binding/shapesGraph-001": (
        "$shapesGraph and $currentShape are optional in SHACL and refused by name"
    ),
}


@dataclass(frozen=True)
class Case:
    """One sht:Validate entry: its name in the suite, its file and its node in that file."""

    name: str
    file: Path
    node: ox.NamedNode


def parse(file: Path) -> list[ox.Quad]:
    """Parse a Turtle file with its own URL as base, lexical forms as they are."""
    return list(ox.parse(path=str(file), base_iri=file.as_uri()))


def load(file: Path) -> ox.Store:
    """Load a Turtle file into a store."""
    store = ox.Store()
    store.extend(parse(file))
    return store


def select_from(store: ox.Store) -> Select:
    """Return the function that runs a SELECT over a store."""

    def select(text: str) -> ox.QuerySolutions:
        solutions = store.query(text)
        assert isinstance(solutions, ox.QuerySolutions)
        return solutions

    return select


def value(store: ox.Store, subject: Term | None, predicate: str) -> Term | None:
    """Return the first value of a property, or None."""
    if not isinstance(subject, ox.NamedNode | ox.BlankNode):
        return None
    found = store.quads_for_pattern(subject, ox.NamedNode(predicate), None)
    return next((quad.object for quad in found), None)


def members(store: ox.Store, head: Term | None) -> list[Term | None]:
    """Return the members of an RDF list."""
    found: list[Term | None] = []
    while head is not None and head != ox.NamedNode(RDF + "nil"):
        found.append(value(store, head, RDF + "first"))
        head = value(store, head, RDF + "rest")
    return found


def to_path(node: Term | None) -> Path:
    """Return the file that a file: URL names."""
    assert isinstance(node, ox.NamedNode)
    return Path(node.value.removeprefix("file://"))


def discover(manifest: Path, root: Path) -> list[Case]:
    """Walk the manifests and return every validation case."""
    store = load(manifest)
    cases = []
    for quad in store.quads_for_pattern(None, ox.NamedNode(MF + "include"), None):
        cases += discover(to_path(quad.object), root)
    for quad in store.quads_for_pattern(None, ox.NamedNode(MF + "entries"), None):
        for node in members(store, quad.object):
            if value(store, node, RDF + "type") == ox.NamedNode(SHT + "Validate"):
                assert isinstance(node, ox.NamedNode)
                name = manifest.relative_to(root).parent / Path(node.value).name
                cases.append(Case(str(name), manifest, node))
    return sorted(cases, key=lambda case: case.name)


CASES = discover(Path(SUITE).resolve() / "manifest.ttl", Path(SUITE).resolve()) if SUITE else []


def expected_results(store: ox.Store, report: Term | None) -> Counter[tuple[str, ...]]:
    """Return the results of an expected report, those that are equal in every part as one."""
    assert isinstance(report, ox.BlankNode)
    found = set()
    for quad in store.quads_for_pattern(report, ox.NamedNode(SH + "result"), None):
        path = value(store, quad.object, SH + "resultPath")
        names = ("focusNode", "value", "sourceConstraintComponent", "resultSeverity", "sourceShape")
        parts = [value(store, quad.object, SH + name) for name in names]
        found.add((None if path is None else path_text(store, path), *parts))
    return Counter(comparable(*parts) for parts in found)


def path_text(store: ox.Store, node: Term | None) -> str:
    """Write an expected result path as SPARQL, independently of the code under test."""
    if isinstance(node, ox.NamedNode):
        return str(node)
    for name, mark in (("zeroOrMorePath", "*"), ("oneOrMorePath", "+"), ("zeroOrOnePath", "?")):
        if (inner := value(store, node, SH + name)) is not None:
            return path_text(store, inner) + mark
    if (inner := value(store, node, SH + "inversePath")) is not None:
        return "^" + path_text(store, inner)
    separator = "/"
    if (head := value(store, node, SH + "alternativePath")) is not None:
        node, separator = head, "|"
    return "(" + separator.join(path_text(store, one) for one in members(store, node)) + ")"


def comparable(*parts: object) -> tuple[str, ...]:
    """Turn the parts of a result to text, every blank node to the same."""
    return tuple("_:" if isinstance(part, ox.BlankNode) else str(part) for part in parts)


def actual_results(results: list[Result]) -> Counter[tuple[str, ...]]:
    """Return results in the form of `expected_results`."""
    return Counter(
        comparable(*(one.path, one.focus, one.value, one.component, one.severity, one.source_shape))
        for one in results
    )


def test_discovery_finds_the_whole_suite() -> None:
    """The manifests lead to 98 core cases and 22 SPARQL cases, no two of the same name."""
    kinds = Counter(case.name.split("/")[0] for case in CASES)
    assert Counter(core=98, sparql=22) == kinds
    assert len(CASES) == len({case.name for case in CASES})
    assert set(NOT_PASSED) <= {case.name for case in CASES}


@pytest.mark.parametrize(
    "case",
    [
        pytest.param(
            case,
            id=case.name,
            marks=[pytest.mark.xfail(reason=NOT_PASSED[case.name], raises=ShapesError)]
            if case.name in NOT_PASSED
            else [],
        )
        for case in CASES
    ],
)
def test_case(case: Case) -> None:
    """A case gives the expected results, or is refused where the suite expects a failure."""
    store = load(case.file)
    action = value(store, case.node, MF + "action")
    data = load(to_path(value(store, action, SHT + "dataGraph")))
    shapes = parse(to_path(value(store, action, SHT + "shapesGraph")))
    report = value(store, case.node, MF + "result")
    if report == ox.NamedNode(SHT + "Failure"):
        with pytest.raises(ShapesError):
            compile_shapes(shapes)
        return
    results = compile_shapes(shapes).run(select_from(data))
    conforms = value(store, report, SH + "conforms")
    assert conforms == ox.Literal(not results)
    assert expected_results(store, report) == actual_results(results)


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::UserWarning")
def test_where_datatypes_are_kept() -> None:
    """On an engine that keeps xsd:byte, the plan of datatype-ill-formed gives what is expected."""
    import rdflib

    from mlkg.interop import from_rdflib

    (case,) = (case for case in CASES if case.name == "core/property/datatype-ill-formed")
    graph = rdflib.Graph().parse(case.file.with_name("datatype-ill-formed-data.ttl"))

    def select(text: str) -> list[dict[str, Term | None]]:
        rows = graph.query(text).bindings
        return [{str(name): from_rdflib(term) for name, term in row.items()} for row in rows]

    plan = compile_shapes(parse(case.file.with_name("datatype-ill-formed-shapes.ttl")))
    xsd = "http://www.w3.org/2001/XMLSchema#"
    assert [f'"300"^^<{xsd}byte>', f'"55"^^<{xsd}integer>', f'"c"^^<{xsd}byte>'] == [
        str(one.value) for one in plan.run(select)
    ]


def test_what_the_plan_refuses_goes_to_pyshacl() -> None:
    """`mlkg validate` hands datatype-ill-formed to pySHACL, which finds what is expected."""
    from mlkg.validation.file_set import FileSet
    from mlkg.validation.run import validate

    (case,) = (case for case in CASES if case.name == "core/property/datatype-ill-formed")
    data, shapes = (case.file.with_name(f"datatype-ill-formed-{x}.ttl") for x in ("data", "shapes"))
    report = validate(FileSet([data], [shapes]))
    xsd = "http://www.w3.org/2001/XMLSchema#"
    assert [f'"300"^^<{xsd}byte>', f'"55"^^<{xsd}integer>', f'"c"^^<{xsd}byte>'] == [
        str(finding.value) for finding in report.findings
    ]
    assert {f"{SH}DatatypeConstraintComponent"} == {f.component for f in report.findings}
    assert len(report.notes) == 1
