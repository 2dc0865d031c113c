"""Derived facts: another engine gives the same, and a sample has every one of their values."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import pyoxigraph
import pytest
from pyoxigraph import Quad, QueryTriples, RdfFormat, Triple
from samples import FACTS, PREFIXES, VALUED

import mlkg
from mlkg.interop import to_rdflib_graph
from mlkg.namespaces import MLKG

ROOT = Path(__file__).parents[1]
DERIVATIONS = sorted((ROOT / "queries" / "derive").glob("*.rq"))


@pytest.fixture(scope="module")
def studies(
    tmp_path_factory: pytest.TempPathFactory, study: mlkg.FolderStudy
) -> dict[str, mlkg.FolderStudy]:
    """This repository's study, and two that have all that facts are derived from."""
    found = {"real": study}
    for name, text in (("valued", PREFIXES + VALUED), ("facts", FACTS.read_text("utf-8"))):
        folder = tmp_path_factory.mktemp(name)
        found[name] = mlkg.load(folder, data={"data/all.ttl": text.encode()})
    return found


def constructed(study: mlkg.Study, path: Path) -> set[str]:
    """Return the triples that a query of derived facts gives."""
    result = study.store.query(path.read_text("utf-8"))
    assert isinstance(result, QueryTriples)
    return set(map(str, result))


def as_stored(triples: Collection[Triple]) -> set[Triple]:
    """Return triples with their values spelt as the embedded store spells them."""
    store = pyoxigraph.Store()
    store.extend(Quad(*triple) for triple in triples)
    return {quad.triple for quad in store}


@pytest.mark.parametrize("which", ["real", "facts"])
@pytest.mark.parametrize("path", DERIVATIONS, ids=lambda path: path.stem)
def test_same_facts_in_rdflib(path: Path, which: str, studies: dict[str, mlkg.FolderStudy]) -> None:
    """A query of derived facts gives the same triples in pyoxigraph and in rdflib."""
    study = studies[which]
    text = path.read_text("utf-8")
    ours = study.store.query(text)
    assert isinstance(ours, QueryTriples)
    everything = as_stored(study.triples()) | set(study.store.derived())
    theirs = to_rdflib_graph(everything, study.prefixes).query(text).graph
    assert theirs is not None
    written = theirs.serialize(format="nt").encode()
    read = as_stored({quad.triple for quad in pyoxigraph.parse(written, RdfFormat.N_TRIPLES)})
    assert set(map(str, ours)) == set(map(str, read))


def test_the_queries_together_give_all_facts(studies: dict[str, mlkg.FolderStudy]) -> None:
    """What a study derives is what its queries give one by one."""
    for study in studies.values():
        found: set[str] = set()
        for path in DERIVATIONS:
            found |= constructed(study, path)
        assert found == set(map(str, study.store.derived()))


@pytest.mark.parametrize("path", DERIVATIONS, ids=lambda path: path.stem)
def test_the_sample_exercises_every_query(path: Path, studies: dict[str, mlkg.FolderStudy]) -> None:
    """The comparisons of engines compare something."""
    assert len(constructed(studies["facts"], path)) > 0


@pytest.mark.parametrize("name", ["Direction", "QuoteState", "State", "Support"])
def test_the_sample_has_every_value(name: str, studies: dict[str, mlkg.FolderStudy]) -> None:
    """Every direction, state of a quote and state of a claim is derived for some record."""
    study = studies["facts"]
    fact = name[0].lower() + name[1:]
    given = {
        fact_found.object
        for fact_found in study.store.derived()
        if fact_found.predicate.value == f"{MLKG}{fact}"
    }
    if name == "Support":
        names = ("Supported", "Weak", "ByAbsence", "Unsupported")
        expected = {pyoxigraph.NamedNode(f"{MLKG}{one}") for one in names}
    else:
        rows = study.select(f"SELECT ?one {{ ?one a mlkg:{name} }}")
        expected = {row["one"] for row in rows}
    assert given == expected
    assert len(given) > 2


def test_a_quantity_without_a_unit_has_none(studies: dict[str, mlkg.FolderStudy]) -> None:
    """Where neither evidence nor scale has a unit, the text has none; else it has its symbol."""
    texts = {
        row["e"].value.rpartition("/")[2]: row["text"].value
        for row in studies["facts"].select("SELECT ?e ?text { ?e mlkg:indicatedAnswer ?text }")
    }
    assert texts["e57"] == "0.1"
    assert texts["e40"] == "0.0125 s"
    assert texts["e41"] == "12.5 ms"
    assert texts["e54"] == "5 forks"
    assert texts["e35"] == "Blau, red"


def test_equal_numbers_of_two_datatypes(studies: dict[str, mlkg.FolderStudy]) -> None:
    """Of 250 and 0.25 s, and of 75000 and 75000.0, the integer that is stated is indicated."""
    found = {
        row["claim"].value.rpartition("/")[2]: str(row["verdict"])
        for row in studies["facts"].select(
            "SELECT ?claim ?verdict { ?claim mlkg:indicatedVerdict ?verdict }"
        )
    }
    integer = "^^<http://www.w3.org/2001/XMLSchema#integer>"
    assert found["k-delay-3"] == f'"250"{integer}'
    assert found["k-stars"] == f'"75000"{integer}'
    assert found["k-open"] == f"<{MLKG}yes>"
    assert "k-contested" not in found
    assert "k-ruled-out" not in found
