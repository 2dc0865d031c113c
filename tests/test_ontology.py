"""Ontology, shapes, data and queries speak of the same terms."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pyoxigraph
import pytest
from pyoxigraph import NamedNode, RdfFormat
from stores import FACTS

from mlkg.namespaces import MLKG, SHACL

ROOT = Path(__file__).parents[1]
RDF_TYPE = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
OWL = "http://www.w3.org/2002/07/owl#"
QUDT = "http://qudt.org/schema/qudt/"
SHAPES_TEXT = (ROOT / "ontology" / "shapes.ttl").read_text("utf-8")


Found = list[tuple[Any, NamedNode, Any]]


def triples(*files: Path) -> Found:
    """Parse Turtle files."""
    parsers = [pyoxigraph.parse(path=file, format=RdfFormat.TURTLE) for file in files]
    return [(quad.subject, quad.predicate, quad.object) for quads in parsers for quad in quads]


ONTOLOGY = triples(ROOT / "ontology" / "mlkg.ttl", ROOT / "ontology" / "states.ttl")
SHAPES = triples(ROOT / "ontology" / "shapes.ttl")
DATA = triples(*sorted((ROOT / "data").glob("*.ttl")))
TERMS = sorted({s.value for s, _, _ in ONTOLOGY if isinstance(s, NamedNode)})
CLASSES = sorted(
    s.value
    for s, p, o in ONTOLOGY
    if isinstance(s, NamedNode) and p == RDF_TYPE and o == NamedNode(OWL + "Class")
)


def mlkg_terms(found: Found) -> set[str]:
    """Return the IRIs in mlkg's namespace that triples mention."""
    mentioned = {term.value for triple in found for term in triple if isinstance(term, NamedNode)}
    return {iri for iri in mentioned if iri.startswith(MLKG)}


@pytest.mark.parametrize("term", TERMS)
def test_term_is_described(term: str) -> None:
    """A term has a label and a definition with language tags, and says where it is defined."""
    described = {p.value: o for s, p, o in ONTOLOGY if s == NamedNode(term)}
    assert described[RDFS + "isDefinedBy"] == NamedNode(MLKG)
    if term != MLKG:
        for property_ in (RDFS + "label", SKOS + "definition"):
            text = described[property_]
            assert isinstance(text, pyoxigraph.Literal)
            assert text.language == "en"


def test_terms_in_use_are_declared() -> None:
    """Shapes, data and queries name no mlkg term that the ontology lacks."""
    in_queries = {
        MLKG + name
        for path in (ROOT / "queries").rglob("*.rq")
        for line in path.read_text("utf-8").splitlines()
        for name in re.findall(r"\bmlkg:(\w+)", line)
        if not line.startswith("#")
    }
    assert len(in_queries) > 15
    assert (mlkg_terms(SHAPES) | mlkg_terms(DATA) | in_queries) - set(TERMS) == set()


def test_every_class_has_a_shape() -> None:
    """Each class is the target of a node shape."""
    assert len(CLASSES) >= 13
    targets = {o.value for _, p, o in SHAPES if p.value == SHACL + "targetClass"}
    assert set(CLASSES) - targets == set()


def test_every_property_is_shaped() -> None:
    """Each mlkg property is the path of a property shape, but those that no data file states.

    These are derived facts, and the properties of manifests, which push writes.
    """
    of_manifests = {
        s.value
        for s, p, o in ONTOLOGY
        if p.value == RDFS + "domain" and o.value.endswith("void#DatasetDescription")
    }
    assert of_manifests == {MLKG + "push", MLKG + "repeats"}
    properties = {
        s.value
        for s, p, o in ONTOLOGY
        if p == RDF_TYPE and isinstance(o, NamedNode) and o.value.endswith("Property")
    }
    assert len(properties) >= 80
    assert FACTS.predicates <= properties
    paths = {o.value for s, p, o in SHAPES if p.value == SHACL + "path"} | {
        MLKG + name
        for name in re.findall(
            r"mlkg:(\w+)",
            " ".join(re.findall(r"sh:alternativePath \(([^)]*)\)", SHAPES_TEXT)),
        )
    }
    assert properties - paths == of_manifests | FACTS.predicates


def test_units_are_not_terms_of_mlkg() -> None:
    """The table of units has no term of mlkg, and each unit has what converts it."""
    units = triples(ROOT / "ontology" / "units.ttl")
    assert mlkg_terms(units) == set()
    kinds = {s for s, p, o in units if p == RDF_TYPE and o == NamedNode(QUDT + "Unit")}
    assert len(kinds) > 20
    for name in ("symbol", "conversionMultiplier", "hasQuantityKind"):
        assert {s for s, p, _ in units if p == NamedNode(QUDT + name)} == kinds, name


def test_every_shape_has_a_name_and_a_message() -> None:
    """A finding can name the shape that made it, and say in a sentence what is wrong."""
    kinds = {NamedNode(SHACL + "NodeShape"), NamedNode(SHACL + "PropertyShape")}
    shapes = {s for s, p, o in SHAPES if p == RDF_TYPE and o in kinds}
    assert len(shapes) >= 70
    assert [shape for shape in shapes if not isinstance(shape, NamedNode)] == []
    with_message = {s for s, p, _ in SHAPES if p.value == SHACL + "message"}
    assert shapes - with_message == set()
    linked = {o for _, p, o in SHAPES if p.value == SHACL + "property"}
    assert linked - shapes == set()


def test_shape_names_are_unambiguous() -> None:
    """No shape has the name of a rule, and no two have the same."""
    names = [
        s.value.partition("#")[2]
        for s, p, o in SHAPES
        if p == RDF_TYPE and isinstance(s, NamedNode) and o != NamedNode(OWL + "Ontology")
    ]
    rules = [path.stem for path in (ROOT / "queries" / "checks").glob("*.rq")]
    assert len(set(names + rules)) == len(names) + len(rules)


def test_scales_of_the_ontology_allow_unknown() -> None:
    """Every scale that mlkg brings allows mlkg:unknown."""
    scales = {s for s, p, o in ONTOLOGY if p == RDF_TYPE and o == NamedNode(MLKG + "Scale")}
    allowing = {
        s
        for s, p, o in ONTOLOGY
        if p.value == SKOS + "hasTopConcept" and o == NamedNode(MLKG + "unknown")
    }
    assert scales
    assert scales - allowing == set()
