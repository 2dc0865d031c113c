"""Rewritten queries mean the same: pages put together, datasets in the text, triples as rows."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph
import pytest
from pyoxigraph import Literal, NamedNode, Quad, QuerySolutions

from mlkg.errors import EndpointError
from mlkg.remote import rewriting
from mlkg.study import Study

ROOT = Path(__file__).parents[2]
STORED = sorted(p for p in (ROOT / "queries").rglob("*.rq") if p.parent.name != "since")
ORDERED = [path for path in STORED if "\nCONSTRUCT" not in path.read_text("utf-8")]

ODD = {
    "a limit of its own": "SELECT ?s ?o { ?s ?p ?o } ORDER BY ?o LIMIT 12 OFFSET 2",
    "offset before limit": "SELECT ?s ?o { ?s ?p ?o } ORDER BY ?o OFFSET 3 LIMIT 9",
    "an offset alone": "SELECT ?s ?o { ?s ?p ?o } ORDER BY ?o OFFSET 21",
    "values behind": "SELECT ?s ?o { ?s ?p ?o } ORDER BY ?o VALUES ?o { 1 2 3 4 5 6 7 8 9 }",
    "all three": "SELECT ?s ?o { ?s ?p ?o } ORDER BY ?o LIMIT 8 # LIMIT 3\nVALUES ?s { <urn:s1> }",
    "a comment behind": "SELECT ?s ?o { ?s ?p ?o } ORDER BY ?o # the end, LIMIT 2",
    "no order": "SELECT ?s ?o WHERE { ?s ?p ?o }",
    "groups": "SELECT ?s (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?s HAVING (COUNT(*) > 1)",
    "words in strings": 'SELECT ?o ?x { ?s ?p ?o BIND("} LIMIT 1 OFFSET 2" AS ?x) } ORDER BY ?o',
    "a limit in EXISTS": "SELECT ?s ?o { ?s ?p ?o } HAVING (EXISTS { SELECT * {} LIMIT 3 })",
    "an escape in a name": r"PREFIX u: <urn:> SELECT ?o { OPTIONAL { ?o u:\# ?x } ?s ?p ?o }",
    "a comparison": "SELECT ?o { ?s ?p ?o FILTER(?o<20&&'}'<'>') } ORDER BY ?o",
    "glued words": "SELECT ?o { ?s ?p ?o }ORDER BY?o LIMIT#\r5",
    "a limit inside": "SELECT ?o { { SELECT ?o { ?s ?p ?o } ORDER BY ?o LIMIT 20 } } ORDER BY ?o",
}


@pytest.fixture(scope="module")
def store() -> pyoxigraph.Store:
    """Thirty triples of five subjects, in a default and a named graph."""
    found = pyoxigraph.Store()
    for number in range(30):
        subject, predicate = NamedNode(f"urn:s{number % 5}"), NamedNode("urn:p")
        found.add(Quad(subject, predicate, Literal(number)))
        found.add(Quad(subject, predicate, Literal(number), NamedNode(f"urn:g{number % 3}")))
    return found


def solutions(store: pyoxigraph.Store, text: str) -> list[tuple[object, ...]]:
    """Return the rows of a SELECT."""
    result = store.query(text)
    assert isinstance(result, QuerySolutions)
    return [tuple(row) for row in result]


def names_of(store: pyoxigraph.Store, text: str) -> list[str]:
    """Return the variables of a SELECT."""
    result = store.query(text)
    assert isinstance(result, QuerySolutions)
    return [variable.value for variable in result.variables]


@pytest.mark.parametrize("wrapped", [False, True], ids=["page", "wrapped_page"])
@pytest.mark.parametrize("name", ODD)
def test_pages_put_together(name: str, wrapped: bool, store: pyoxigraph.Store) -> None:
    """The pages of a query are its rows, each once; in its order where that leaves none open."""
    text = ODD[name]
    names = names_of(store, text)
    found: list[tuple[object, ...]] = []
    while True:
        at = len(found)
        if wrapped:
            paged = rewriting.wrapped_page(text, names, 4, at, names)
        else:
            paged = rewriting.page(text, 4, at, names)
        rows = solutions(store, paged)
        found += rows
        if len(rows) < 4:
            break
    expected = solutions(store, text)
    if "ORDER BY" in text:
        assert found == expected
    assert sorted(map(str, found)) == sorted(map(str, expected))
    counted = solutions(store, rewriting.counting(text, names))
    assert [(len(expected), len(set(expected)))] == [
        tuple(int(cell.value) for cell in row)  # type: ignore[attr-defined]
        for row in counted
    ]


@pytest.mark.parametrize("path", ORDERED, ids=lambda path: path.stem)
def test_stored_queries_have_a_total_order(path: Path, study: Study) -> None:
    """Sorting by all variables besides changes no row of a stored query, nor its place."""
    text = path.read_text("utf-8")
    result = study.store.query(text)
    assert isinstance(result, QuerySolutions)
    names = [variable.value for variable in result.variables]
    expected = [tuple(row) for row in result]
    paged = study.store.query(rewriting.page(text, 10_000, 0, names))
    wrapped = study.store.query(rewriting.wrapped_page(text, names, 10_000, 0, names))
    assert isinstance(paged, QuerySolutions)
    assert isinstance(wrapped, QuerySolutions)
    assert expected == [tuple(row) for row in paged]
    assert expected == [tuple(row) for row in wrapped]


@pytest.mark.parametrize(
    "text",
    [
        "SELECT ?o { ?s ?p ?o } ORDER BY ?o",
        "SELECT ?o WHERE { ?s ?p ?o } ORDER BY ?o LIMIT 3",
        "SELECT ?g ?o where\n{ GRAPH ?g { ?s ?p ?o } } ORDER BY ?g ?o",
        "# FROM <urn:x>\nSELECT (?o AS ?from) { ?s ?p ?o } ORDER BY ?from",
    ],
)
def test_dataset_in_the_text(text: str, store: pyoxigraph.Store) -> None:
    """FROM clauses give the dataset that the protocol's fields give."""
    one, two = NamedNode("urn:g0"), NamedNode("urn:g1")
    result = store.query(text, default_graph=[one, two], named_graphs=[one])
    assert isinstance(result, QuerySolutions)
    expected = [tuple(row) for row in result]
    assert len(expected) > 0
    assert not rewriting.has_own_graphs(text)
    written = rewriting.with_graphs(text, ["urn:g0", "urn:g1"], ["urn:g0"])
    assert rewriting.has_own_graphs(written)
    assert expected == solutions(store, written)


@pytest.mark.parametrize(
    "text",
    [
        "CONSTRUCT { ?s <urn:of> ?o } WHERE { ?s ?p ?o FILTER(?o > 20) }",
        "CONSTRUCT { ?s <urn:n> ?n } { { SELECT ?s (SUM(?o) AS ?n) { ?s ?p ?o } GROUP BY ?s } }",
        "CONSTRUCT { ?s <urn:q> ?o ; <urn:r> ?none } WHERE { ?s ?p ?o OPTIONAL { ?o ?s ?none } }",
        "CONSTRUCT WHERE { ?s <urn:p> ?o }",
        "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o } ORDER BY ?o LIMIT 3 OFFSET 1",
        "CONSTRUCT { ?s ?p ?o } FROM <urn:g1> WHERE { ?s ?p ?o }",
        "PREFIX u: <urn:> CONSTRUCT { u:a u:b ?o } WHERE { ?s u:p ?o }",
        r"PREFIX u: <urn:> CONSTRUCT { ?s u:\# ?o } WHERE { ?s u:p ?o }",
    ],
)
def test_triples_as_rows(text: str, store: pyoxigraph.Store) -> None:
    """A CONSTRUCT by way of the rows that fill its template gives the same triples."""
    full = rewriting.full_construct(text)
    found = rewriting.template_rows(full)
    assert found is not None
    rows_text, names = found
    rows = solutions(store, rows_text)
    filled = rewriting.filled_template(full, names, rows)  # type: ignore[arg-type]
    expected = {str(triple) for triple in store.query(text)}  # type: ignore[union-attr]
    assert len(expected) > 0
    assert expected == {str(t) for t in pyoxigraph.Store().query(filled)}  # type: ignore[union-attr]


def test_blank_nodes_cannot_be_named() -> None:
    """Triples whose blank nodes would be torn apart are refused, not made up."""
    with pytest.raises(EndpointError, match="blank nodes"):
        rewriting.filled_template(
            "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }", ["s"], [(pyoxigraph.BlankNode(),)]
        )


def test_prefixes_are_declared_where_they_are_used() -> None:
    """Only the prefixes that a query uses and does not declare are put before its first line."""
    prefixes = {"a": "urn:a#", "b": "urn:b#", "c": "urn:c#", "": "urn:none#"}
    text = 'PREFIX b: <urn:own#>\nSELECT * { ?s a:x b:y . ?s :z "c:text" . ?s <c:iri> ?c }'
    assert rewriting.with_prefixes(text, prefixes) == (
        f"PREFIX : <urn:none#> PREFIX a: <urn:a#> {text}"
    )


def test_collections_in_a_template_are_made_anew_for_each_row() -> None:
    """Rows that are alike make blank nodes of their own, so they stay apart."""
    for template in ("?s <urn:p> ( ?o )", "?s <urn:p> [ <urn:q> ?o ]", "?s <urn:p> ?o , _:b"):
        found = rewriting.template_rows(f"CONSTRUCT {{ {template} }} WHERE {{ ?s ?p ?o }}")
        assert found == ("SELECT ?o ?s  WHERE { ?s ?p ?o }", ("o", "s"))


def test_keywords_in_names_and_strings_name_no_graph() -> None:
    """FROM and GRAPH count as keywords only."""
    text = "PREFIX from: <urn:> SELECT (from:f(?x) AS ?y) { ?x ?graph 'GRAPH FROM' } # FROM GRAPH"
    assert not rewriting.has_own_graphs(text)
    assert not rewriting.asks_for_graphs(text)
    assert rewriting.has_own_graphs("ASK FROM<urn:g>{ ?s ?p ?o }")
    assert rewriting.asks_for_graphs("PREFIX : <urn:> ASK { GRAPH:g { ?s ?p ?o } }")
