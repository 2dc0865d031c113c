"""The public Python API, as its documentation shows it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import rdflib
from pyoxigraph import NamedNode
from samples import SMALL

import mlkg
from mlkg.errors import QueryError, StudyNotFoundError, UnknownNameError


def test_load_and_query_by_name_and_text(study: mlkg.Study) -> None:
    """A stored view runs by name; text runs as it stands and may use the study's prefixes."""
    assert len(list(study.select("unsupported"))) == 61
    found = study.select("SELECT ?o { ?o a mlkg:Option ; rdfs:label 'MLflow'@en }")
    assert [row["o"].value.rpartition("/")[2] for row in found] == ["mlflow"]


def test_bindings(study: mlkg.Study) -> None:
    """A variable is bound to a term."""
    base = "https://w3id.org/mlkg/study/ml-deployment"
    rows = study.select("disputed", {"claim": NamedNode(f"{base}/claim/seldon-core-cost-plan")})
    assert [(row["option"].value, row["indicates"].value) for row in rows] == [
        ("Seldon Core", "Free")
    ]


def test_select_wants_a_select(study: mlkg.Study) -> None:
    """Another form of query is refused where rows are asked for."""
    with pytest.raises(QueryError, match="not a SELECT"):
        study.select("ASK { ?s ?p ?o }")


def test_validate_knows_its_names(study: mlkg.Study) -> None:
    """A misspelt rule is an error, never a check that silently does not run."""
    with pytest.raises(UnknownNameError) as caught:
        study.validate(ignore=frozenset({"unsuported-claim"}))
    expected = "no rule or shape is called unsuported-claim; did you mean unsupported-claim?"
    assert str(caught.value) == expected


def test_report(new_study: Callable[..., Path]) -> None:
    """A report counts records and checks, and its findings are sorted by place, then severity."""
    broken = SMALL.replace("mlkg:verdict mlkg:no", "mlkg:verdict ex:maybe")
    report = mlkg.load(new_study({"all.ttl": broken})).validate()
    assert report.records == 11
    assert [(f.line, f.column, f.severity, f.rule) for f in report.findings] == [
        (20, 16, "warning", "unsupported-claim"),
        (21, 87, "error", "claim-verdict"),
        (21, 87, "error", "verdict-outside-scale"),
        (21, 87, "warning", "unsupported-claim"),
    ]
    assert report.counts() == {"error": 2, "warning": 2, "info": 0}
    assert [report.fails(severity) for severity in ("error", "warning", "info")] == [True] * 3


def test_graph_keeps_lexical_forms(new_study: Callable[..., Path]) -> None:
    """The rdflib graph has every triple that queries see, numbers and dates as they are written."""
    odd = 'ex:soup ex:code 007 ; ex:day "2024-01-31Z"^^xsd:date ; ex:bad "x"^^xsd:integer .\n'
    study = mlkg.load(new_study({"all.ttl": SMALL + odd}))
    graph = study.graph()
    assert isinstance(graph, rdflib.Graph)
    assert len(graph) == len(study.triples())
    soup = rdflib.URIRef("https://example.org/soup")
    ex = rdflib.Namespace("https://example.org/")
    assert [str(graph.value(soup, ex[name])) for name in ("code", "day", "bad")] == [
        "007",
        "2024-01-31Z",
        "x",
    ]
    assert dict(graph.namespaces())["ex"] == rdflib.URIRef("https://example.org/")


def test_own_files_add_and_replace(new_study: Callable[..., Path]) -> None:
    """A study's own queries and ontology add to mlkg's; the same name takes mlkg's place."""
    folder = new_study({"all.ttl": SMALL})
    (folder / "queries" / "checks").mkdir(parents=True)
    (folder / "ontology").mkdir()
    (folder / "queries" / "mine.rq").write_text("#+ summary: Mine\nSELECT (1 AS ?x) {}", "utf-8")
    (folder / "queries" / "sources.rq").write_text("#+ summary: S\nSELECT (2 AS ?x) {}", "utf-8")
    (folder / "queries" / "checks" / "cold.rq").write_text(
        '#+ summary: Cold\n#+ severity: info\n#+ message: "{focus} is cold"\n'
        "SELECT ?focus { ?focus a <https://w3id.org/mlkg/ns#Option> } ORDER BY ?focus",
        "utf-8",
    )
    (folder / "ontology" / "own.ttl").write_text(
        '<https://example.org/t> <http://www.w3.org/2000/01/rdf-schema#label> "term"@en .', "utf-8"
    )
    study = mlkg.load(folder)
    assert [row["x"].value for row in study.select("mine")] == ["1"]
    assert [row["x"].value for row in study.select("sources")] == ["2"]
    assert len(list(study.select("SELECT * { <https://example.org/t> rdfs:label ?l }"))) == 1
    messages = [f.message for f in study.validate(select=frozenset({"cold"})).findings]
    assert messages == ["Soup is cold", "Pie is cold"]


def test_find_looks_upwards(new_study: Callable[..., Path], tmp_path: Path) -> None:
    """The study is the nearest folder with data/*.ttl."""
    folder = new_study({"all.ttl": SMALL})
    (folder / "docs" / "deep").mkdir(parents=True)
    assert mlkg.find(folder / "docs" / "deep") == folder
    with pytest.raises(StudyNotFoundError, match="a study is a folder with data"):
        mlkg.find(tmp_path.parents[-1])


def test_named_graphs_are_below_the_study(study: mlkg.Study) -> None:
    """A triple's file can be asked for; its graph is the study's IRI and the file's path."""
    rows = study.select(
        "SELECT DISTINCT ?g { GRAPH ?g { ?c a mlkg:Claim ; mlkg:option ?o }"
        " ?o rdfs:label 'KubeFlow'@en }"
    )
    expected = "https://w3id.org/mlkg/study/ml-deployment/data/claims-kubeflow.ttl"
    assert [row["g"].value for row in rows] == [expected]
