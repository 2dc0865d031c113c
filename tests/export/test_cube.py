"""The cube passes the integrity constraints of the RDF Data Cube Vocabulary, and each can fail.

The constraints are section 11.1 of the W3C Recommendation of 16 January 2014,
https://www.w3.org/TR/vocab-data-cube/#wf-rules: each ASK tells whether it is broken.
"""

from __future__ import annotations

from pathlib import Path

import pyoxigraph
import pytest
import rdflib
from samples import PREFIXES, TANGLED, VALUED

import mlkg
from mlkg.export import export

QB = "PREFIX qb: <http://purl.org/linked-data/cube#>\n"
CONSTRAINTS = {
    "IC-1": """ASK {
  { ?obs a qb:Observation . FILTER NOT EXISTS { ?obs qb:dataSet ?dataset1 . } }
  UNION
  { ?obs a qb:Observation ; qb:dataSet ?dataset1, ?dataset2 . FILTER (?dataset1 != ?dataset2) }
}""",
    "IC-2": """ASK {
  { ?dataset a qb:DataSet . FILTER NOT EXISTS { ?dataset qb:structure ?dsd . } }
  UNION
  { ?dataset a qb:DataSet ; qb:structure ?dsd1, ?dsd2 . FILTER (?dsd1 != ?dsd2) }
}""",
    "IC-3": """ASK {
  ?dsd a qb:DataStructureDefinition .
  FILTER NOT EXISTS { ?dsd qb:component [qb:componentProperty [a qb:MeasureProperty]] }
}""",
    "IC-11": """ASK {
  ?obs qb:dataSet/qb:structure/qb:component/qb:componentProperty ?dim .
  ?dim a qb:DimensionProperty ;
  FILTER NOT EXISTS { ?obs ?dim [] }
}""",
    "IC-12": """ASK {
  FILTER( ?allEqual )
  {
    SELECT (MIN(?equal) AS ?allEqual) WHERE {
      ?obs1 qb:dataSet ?dataset .
      ?obs2 qb:dataSet ?dataset .
      FILTER (?obs1 != ?obs2)
      ?dataset qb:structure/qb:component/qb:componentProperty ?dim .
      ?dim a qb:DimensionProperty .
      ?obs1 ?dim ?value1 .
      ?obs2 ?dim ?value2 .
      BIND( ?value1 = ?value2 AS ?equal)
    } GROUP BY ?obs1 ?obs2
  }
}""",
    "IC-14": """ASK {
  ?obs qb:dataSet/qb:structure ?dsd .
  FILTER NOT EXISTS { ?dsd qb:component/qb:componentProperty qb:measureType }
  ?dsd qb:component/qb:componentProperty ?measure .
  ?measure a qb:MeasureProperty .
  FILTER NOT EXISTS { ?obs ?measure [] }
}""",
}
UPDATES = """PREFIX ex: <https://example.org/>
PREFIX mlkg: <https://w3id.org/mlkg/ns#>
"""
BREAKS = {
    "IC-1": "INSERT DATA { <https://example.org/soup-warm/observation> qb:dataSet ex:other }",
    "IC-2": "DELETE WHERE { ?cube qb:structure ?structure }",
    "IC-3": "DELETE { ?p a qb:MeasureProperty } WHERE { ?p a qb:MeasureProperty }",
    "IC-11": "DELETE WHERE { <https://example.org/soup-warm/observation> mlkg:criterion ?c }",
    "IC-12": "INSERT DATA { ex:double qb:dataSet <https://example.org/study/cube> ; "
    "mlkg:option ex:soup ; mlkg:criterion ex:warm }",
    "IC-14": "DELETE WHERE { <https://example.org/soup-warm/observation> mlkg:verdict ?v }",
}


def broken(graph: rdflib.Graph) -> set[str]:
    """Return the names of the constraints that a graph breaks."""
    return {name for name, ask in CONSTRAINTS.items() if graph.query(QB + ask).askAnswer}


@pytest.fixture
def tangled(tmp_path: Path) -> rdflib.Graph:
    """The cube of a study with holes, doubles and broken records."""
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "all.ttl").write_text(PREFIXES + TANGLED, "utf-8")
    return cube(mlkg.load(tmp_path))


@pytest.fixture
def valued(tmp_path: Path) -> rdflib.Graph:
    """The cubes of a study with values on every kind of scale."""
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "all.ttl").write_text(PREFIXES + VALUED, "utf-8")
    return cube(mlkg.load(tmp_path))


def cube(study: mlkg.Study) -> rdflib.Graph:
    """Return the cube of a study."""
    return rdflib.Graph().parse(data=export(study, "qb"), format="turtle")


def test_the_study_s_cube_is_well_formed(study: mlkg.Study) -> None:
    """The cube of the real study has an observation a claim and breaks no constraint."""
    graph = cube(study)
    count = "SELECT (COUNT(?o) AS ?n) WHERE { ?o a qb:Observation }"
    ((number,),) = graph.query(QB + count)  # type: ignore[misc]
    assert int(number) == 100
    without_pairs = {name: ask for name, ask in CONSTRAINTS.items() if name != "IC-12"}
    assert {name for name, ask in without_pairs.items() if graph.query(QB + ask).askAnswer} == set()
    # IC-12 asks about every pair of observations, which the embedded store does in time.
    triples = export(study, "qb", syntax="nt")
    store = pyoxigraph.Store()
    store.load(triples, format=pyoxigraph.RdfFormat.N_TRIPLES)
    assert not store.query(QB + CONSTRAINTS["IC-12"])


def test_a_tangled_study_s_cube_is_well_formed(tangled: rdflib.Graph) -> None:
    """Two claims about one cell are one observation; cells without a claim are none."""
    assert broken(tangled) == set()


def test_the_cube_of_values_is_well_formed(valued: rdflib.Graph) -> None:
    """Claims with values are observations of a cube of their own, which breaks no constraint."""
    assert broken(valued) == set()
    sizes = valued.query(QB + "SELECT ?d (COUNT(?o) AS ?n) { ?o qb:dataSet ?d } GROUP BY ?d")
    assert {str(dataset): int(number) for dataset, number in sizes} == {  # type: ignore[misc]
        "https://example.org/study/cube": 17,
        "https://example.org/study/cube/values": 9,
    }


def test_values_have_units_and_counts(valued: rdflib.Graph) -> None:
    """An IRI is the unit of measure, a text an attribute of the cube; current pieces count."""
    query = """SELECT ?claim ?value ?measure ?text ?s ?d {
  ?o qb:dataSet <https://example.org/study/cube/values> ; mlkg:value ?value ;
    prov:wasDerivedFrom ?claim ;
    <https://example.org/study/cube/supporting> ?s ; <https://example.org/study/cube/disputing> ?d .
  OPTIONAL { ?o sdmx-attribute:unitMeasure ?measure }
  OPTIONAL { ?o <https://example.org/study/cube/unit> ?text }
}"""
    names = """PREFIX prov: <http://www.w3.org/ns/prov#>
PREFIX sdmx-attribute: <http://purl.org/linked-data/sdmx/2009/attribute#>
"""
    rows = valued.query(UPDATES + QB + names + query)
    found = sorted(
        tuple("" if term is None else str(term).rpartition("/")[2] for term in row)  # type: ignore[union-attr]
        for row in rows
    )
    assert found == [
        ("pie-recipe", "GPL-3.0", "", "", "1", "0"),
        ("pie-recipe", "MIT", "", "", "1", "0"),
        ("pie-since", "2020-01-01", "", "", "0", "0"),
        ("pie-wait", "12.5", "MIN", "", "1", "1"),
        ("soup-recipe", "Apache-2.0", "", "", "1", "0"),
        ("soup-recipe", "MIT", "", "", "1", "0"),
        ("soup-since", "2024-03-01", "", "", "0", "0"),
        ("soup-stars", "75000", "", "stars", "1", "0"),
        ("soup-wait", "5", "MIN", "", "1", "0"),
        ("stew-recipe", "CC0-1.0", "", "", "0", "0"),
        ("stew-wait", "90", "MIN", "", "1", "1"),
    ]


@pytest.mark.parametrize("name", CONSTRAINTS)
def test_each_constraint_can_fail(name: str, tangled: rdflib.Graph) -> None:
    """A cube that is broken in one way breaks that constraint."""
    tangled.update(UPDATES + QB + BREAKS[name])
    assert name in broken(tangled)
