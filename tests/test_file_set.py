"""`mlkg validate --shapes`: any RDF files against any shapes, in both engines."""

from __future__ import annotations

import json
from pathlib import Path

import pyoxigraph
import pytest
from pyoxigraph import NamedNode, RdfFormat
from samples import Run

from mlkg.errors import DataError, MlkgError, ShapesError
from mlkg.validation.engines import ENGINES
from mlkg.validation.file_set import FileSet
from mlkg.validation.findings import Finding
from mlkg.validation.run import validate

ROOT = Path(__file__).parents[1]
SHAPES = """\
@prefix ex: <https://example.org/> .
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
ex:Dish a sh:NodeShape ;
  sh:targetClass ex:Soup ;
  sh:property [ sh:path ex:price ; sh:minCount 1 ; sh:datatype xsd:decimal ] .
"""
DATA = """\
@prefix ex: <https://example.org/> .
ex:pea a ex:Soup ; ex:price 4.50 .
ex:leek a ex:Soup .
ex:fish a ex:Soup ; ex:price "much" .
"""


@pytest.fixture
def shapes(tmp_path: Path) -> Path:
    """A shapes file without messages."""
    path = tmp_path / "shapes.ttl"
    path.write_text(SHAPES, "utf-8")
    return path


def brief(findings: tuple[Finding, ...]) -> list[tuple[object, ...]]:
    """Return what both engines must agree on."""
    return sorted((f.rule, f.severity, str(f.focus), str(f.value), f.component) for f in findings)


SH = "http://www.w3.org/ns/shacl#"
EXPECTED = [
    ("Dish", "error", "<https://example.org/fish>", '"much"', f"{SH}DatatypeConstraintComponent"),
    ("Dish", "error", "<https://example.org/leek>", "None", f"{SH}MinCountConstraintComponent"),
]


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("suffix", "syntax"),
    [
        ("ttl", RdfFormat.TURTLE),
        ("nt", RdfFormat.N_TRIPLES),
        ("nq", RdfFormat.N_QUADS),
        ("trig", RdfFormat.TRIG),
        ("n3", RdfFormat.N3),
        ("rdf", RdfFormat.RDF_XML),
        ("jsonld", RdfFormat.JSON_LD),
    ],
)
def test_every_rdf_syntax(
    tmp_path: Path, shapes: Path, engine: str, suffix: str, syntax: RdfFormat
) -> None:
    """The same faults are found in every syntax that the store reads, by both engines."""
    data = tmp_path / f"data.{suffix}"
    triples = [quad.triple for quad in pyoxigraph.parse(DATA, RdfFormat.TURTLE)]
    data.write_bytes(pyoxigraph.serialize(triples, format=syntax) or b"")
    report = validate(FileSet([data], [shapes]), engine=engine)
    assert brief(report.findings) == EXPECTED
    assert report.notes == ()


def test_graphs_of_a_dataset_are_merged(tmp_path: Path, shapes: Path) -> None:
    """A record may be spread over named graphs and files."""
    (tmp_path / "a.trig").write_text(
        "<http://g/1> { <https://example.org/pea> a <https://example.org/Soup> }", "utf-8"
    )
    (tmp_path / "b.nt").write_text(
        "<https://example.org/pea> <https://example.org/price> "
        '"4.5"^^<http://www.w3.org/2001/XMLSchema#decimal> .',
        "utf-8",
    )
    report = validate(FileSet([tmp_path / "a.trig", tmp_path / "b.nt"], [shapes]))
    assert report.findings == ()


def test_shapes_in_another_syntax(tmp_path: Path, shapes: Path) -> None:
    """Shapes may be in any RDF syntax too."""
    triples = [quad.triple for quad in pyoxigraph.parse(path=shapes)]
    other = tmp_path / "shapes.rdf"
    other.write_bytes(pyoxigraph.serialize(triples, format=RdfFormat.RDF_XML) or b"")
    (tmp_path / "data.ttl").write_text(DATA, "utf-8")
    assert brief(validate(FileSet([tmp_path / "data.ttl"], [other])).findings) == EXPECTED


def test_both_engines_agree_on_the_project() -> None:
    """One claims file without the records it names breaks many shapes, the same in both engines."""
    subject = FileSet([ROOT / "data" / "claims-azure-ml.ttl"], [ROOT / "ontology" / "shapes.ttl"])
    compiled, reference = (validate(subject, engine=engine) for engine in ENGINES)
    assert len(compiled.findings) == 44
    assert compiled.findings == reference.findings


def test_what_cannot_be_compiled_goes_to_pyshacl(tmp_path: Path) -> None:
    """Nothing is silently skipped: pySHACL takes over, and a note says why."""
    byte = SHAPES.replace("xsd:decimal", "xsd:byte")
    (tmp_path / "shapes.ttl").write_text(byte, "utf-8")
    (tmp_path / "data.ttl").write_text(DATA, "utf-8")
    report = validate(FileSet([tmp_path / "data.ttl"], [tmp_path / "shapes.ttl"]))
    faults = [(f.rule, str(f.focus).rpartition("/")[2]) for f in report.findings]
    assert sorted(faults) == [("Dish", "fish>"), ("Dish", "leek>"), ("Dish", "pea>")]
    (note,) = report.notes
    assert note.startswith("shapes are checked by pySHACL, which takes longer: ")
    assert "byte" in note


def test_shapes_without_target_are_refused(tmp_path: Path) -> None:
    """A run that would check nothing must not look like a pass."""
    (tmp_path / "shapes.ttl").write_text(SHAPES.replace("targetClass", "comment"), "utf-8")
    (tmp_path / "data.ttl").write_text(DATA, "utf-8")
    with pytest.raises(ShapesError, match="no shape has a target, so nothing would be checked"):
        validate(FileSet([tmp_path / "data.ttl"], [tmp_path / "shapes.ttl"]))


def test_every_broken_file_is_named(tmp_path: Path, shapes: Path) -> None:
    """Syntax errors of all files come at once, whatever their syntax."""
    for name in ("a.ttl", "b.rdf", "c.jsonld"):
        (tmp_path / name).write_text("<broken", "utf-8")
    paths = [tmp_path / name for name in ("a.ttl", "b.rdf", "c.jsonld", "d.nq")]
    with pytest.raises(DataError) as caught:
        FileSet(paths, [shapes])
    named = [problem.file.rpartition("/")[2] for problem in caught.value.problems]
    assert named == ["a.ttl", "b.rdf", "c.jsonld", "d.nq"]


def test_unknown_extension(tmp_path: Path, shapes: Path) -> None:
    """An extension that names no RDF syntax is refused with those that do."""
    with pytest.raises(MlkgError, match=r"data\.doc: \.doc names no RDF syntax; use \.ttl, \.nt"):
        FileSet([tmp_path / "data.doc"], [shapes])


def test_command(run: Run, tmp_path: Path, shapes: Path) -> None:
    """The command prints file, line and column, and needs no study."""
    (tmp_path / "data.ttl").write_text(DATA, "utf-8")
    done = run("validate", "--shapes", shapes, "data.ttl", cwd=tmp_path)
    assert done.returncode == 1
    assert done.stdout.splitlines() == [
        "data.ttl:3:1: error[Dish] ex:leek: ex:price breaks sh:minCount.",
        'data.ttl:4:30: error[Dish] ex:fish: ex:price breaks sh:datatype. Found: "much"',
        "3 records, 3 checks, 2 errors, 0 warnings, 0 info",
    ]
    as_json = run("validate", "--shapes", shapes, "data.ttl", "-f", "json", cwd=tmp_path)
    found = json.loads(as_json.stdout)["findings"]
    assert [(f["line"], f["path"]) for f in found] == [
        (3, "https://example.org/price"),
        (4, "https://example.org/price"),
    ]
    assert run("validate", "--shapes", shapes, cwd=tmp_path).returncode == 2


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ((" a sh:NodeShape ;", ""), "Dish"),
        (("ex:Dish a", "[] a"), "unnamed-shape"),
        (("ex:Dish a sh:NodeShape ;", "[]"), "unnamed-shape"),
    ],
)
def test_shapes_without_type_or_name(
    tmp_path: Path, engine: str, change: tuple[str, str], rule: str
) -> None:
    """A shape is one by its target, whether or not it has a type and an IRI."""
    (tmp_path / "shapes.ttl").write_text(SHAPES.replace(*change), "utf-8")
    (tmp_path / "data.ttl").write_text(DATA, "utf-8")
    subject = FileSet([tmp_path / "data.ttl"], [tmp_path / "shapes.ttl"])
    found = validate(subject, engine=engine).findings
    assert brief(found) == [(rule, *rest) for _, *rest in EXPECTED]


@pytest.mark.parametrize("engine", ENGINES)
def test_relative_iris_start_from_the_file(tmp_path: Path, shapes: Path, engine: str) -> None:
    """Files elsewhere may have relative IRIs; their records have a place all the same."""
    data = tmp_path / "data.ttl"
    data.write_text(DATA.replace("ex:leek", "<#leek>"), "utf-8")
    report = validate(FileSet([data], [shapes]), engine=engine)
    found = {(f.focus.value, f.line) for f in report.findings if isinstance(f.focus, NamedNode)}
    assert found == {(f"{data.as_uri()}#leek", 3), ("https://example.org/fish", 4)}


@pytest.mark.parametrize("engine", ENGINES)
def test_no_engine_opens_a_connection(engine: str, tmp_path: Path) -> None:
    """SERVICE in a query of shapes is refused however it is spelt, before rdflib decodes it."""
    (tmp_path / "shapes.ttl").write_text(
        "@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix ex: <https://example.org/> .\n"
        "ex:S a sh:NodeShape ; sh:targetClass ex:C ; sh:sparql [ sh:select "
        '"SELECT $this WHERE { SERV\\\\u0049CE <http://127.0.0.1:9/> { $this ?p ?o } }" ] .\n'
    )
    (tmp_path / "data.ttl").write_text("<https://example.org/a> a <https://example.org/C> .\n")
    subject = FileSet([tmp_path / "data.ttl"], [tmp_path / "shapes.ttl"])
    with pytest.raises(ShapesError, match="SERVICE"):
        validate(subject, engine=engine)
