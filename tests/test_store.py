"""The embedded store: merging files, naming graphs, refusing what must not run."""

from __future__ import annotations

import pytest
from pyoxigraph import Literal, NamedNode, QueryBoolean, QuerySolutions

from mlkg.errors import DataError, ParameterError, QueryError
from mlkg.namespaces import WELL_KNOWN
from mlkg.parameters import parse_parameters
from mlkg.store import EmbeddedStore

TRIPLE = b'<http://e/s> <http://e/p> "1" .'


def rows(store: EmbeddedStore, text: str) -> list[tuple[str, ...]]:
    """Run a SELECT and return the values of its rows."""
    result = store.query(text)
    assert isinstance(result, QuerySolutions)
    return [tuple(term.value for term in row) for row in result]


def test_a_triple_in_two_files_counts_once() -> None:
    """The default graph is the merge of the files, RDF 1.1 Semantics section 5.2."""
    store = EmbeddedStore()
    store.load("a.ttl", TRIPLE)
    store.load("b.ttl", TRIPLE)
    assert rows(store, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }") == [("1",)]


def test_each_file_is_a_named_graph() -> None:
    """GRAPH tells which file states a triple."""
    store = EmbeddedStore()
    for name in ("a", "b"):
        store.load(f"{name}.ttl", TRIPLE)
        store.name_graphs([(NamedNode(f"http://e/{name}.ttl"), TRIPLE)])
    found = rows(store, "SELECT ?g { GRAPH ?g { ?s ?p ?o } } ORDER BY ?g")
    assert found == [("http://e/a.ttl",), ("http://e/b.ttl",)]


def test_a_broken_file_adds_nothing() -> None:
    """What comes before the fault is not half-loaded."""
    store = EmbeddedStore()
    with pytest.raises(DataError):
        store.load("a.ttl", TRIPLE + b"\n<http://e/s> <http://e/p> ; .")
    assert rows(store, "SELECT * { ?s ?p ?o }") == []


@pytest.mark.parametrize(
    ("turtle", "problem"),
    [
        (
            b"<http://e/s>\n  <http://e/p> ex:o .",
            "a.ttl:2:16: syntax error: the prefix ex: is not declared; add @prefix ex: <…> .",
        ),
        (
            b"<http://e/s> <p> 1 .",
            "a.ttl:1:14: syntax error: a relative IRI; write it out in full, or with a prefix",
        ),
        (
            '<http://e/s> <http://e/p> "é" , "'.encode() + b'\xff" .',
            "a.ttl:1:34: byte 0xFF is not UTF-8 text; save the file as UTF-8",
        ),
        (
            b"<http://e/s> <http://e/p> <http://e/a b> .",
            "a.ttl:1:27: syntax error: Invalid IRI code point ' '",
        ),
    ],
)
def test_syntax_errors_have_a_place(turtle: bytes, problem: str) -> None:
    """A broken file is named with line, column and what to do."""
    with pytest.raises(DataError) as caught:
        EmbeddedStore().load("a.ttl", turtle)
    assert str(caught.value) == problem


@pytest.mark.parametrize(
    "turtle", [b"\xef\xbb\xbf" + TRIPLE, TRIPLE + b"\r\n\r\n", b"# nothing\r\n" + TRIPLE]
)
def test_byte_order_mark_and_crlf_are_fine(turtle: bytes) -> None:
    """Files from Windows editors load as they are."""
    store = EmbeddedStore()
    store.load("a.ttl", turtle)
    store.name_graphs([(NamedNode("http://e/a.ttl"), turtle)])
    assert rows(store, "SELECT ?o { GRAPH ?g { ?s ?p ?o } }") == [("1",)]


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
        "select * { service silent ?where { ?s ?p ?o } }",
        "SELECT * { ?s ?p 'a' SERVICE <http://127.0.0.1:9/> {} }",
        '#"\nSELECT * { SERVICE <http://127.0.0.1:9/> {} } #"',
    ],
)
def test_service_is_refused(query: str) -> None:
    """A query cannot make the process open connections."""
    with pytest.raises(QueryError, match=r"^query: SERVICE is refused"):
        EmbeddedStore().query(query)


@pytest.mark.parametrize(
    "query",
    [
        'ASK { ?service ?p "SERVICE <x>" }',
        "PREFIX service: <http://e/> ASK { ?s service:x <http://e/#SERVICE> } # SERVICE",
    ],
)
def test_the_word_service_elsewhere_is_fine(query: str) -> None:
    """Variables, strings, IRIs, prefixes and comments may say service."""
    assert isinstance(EmbeddedStore().query(query), QueryBoolean)


def test_deep_nesting_is_refused() -> None:
    """Oxigraph's parser overflows its stack on queries nested thousands of levels deep."""
    deep = "SELECT * WHERE " + "{" * 5000 + "}" * 5000
    with pytest.raises(QueryError, match=r"nested 5000 levels deep, 200 at most"):
        EmbeddedStore().query(deep)
    assert rows(EmbeddedStore(), "SELECT * WHERE " + "{" * 150 + "}" * 150) == [()]


def test_query_errors_show_the_line() -> None:
    """A query that cannot be parsed is shown where it breaks."""
    with pytest.raises(QueryError) as caught:
        EmbeddedStore().query("SELECT * {\n  ?s ?p ex:o .\n}", name="my.rq")
    assert str(caught.value).split("\n") == [
        "my.rq:2:13: a prefix that is not declared",
        "      ?s ?p ex:o .",
        "                ^",
    ]


def test_bindings_are_terms_and_not_text() -> None:
    """A value that looks like SPARQL stays a value."""
    store = EmbeddedStore()
    store.load("a.ttl", TRIPLE)
    text = "SELECT ?s { ?s ?p ?o } # all"
    for value, found in (('1" } #', 0), ("1\\", 0), ("1", 1)):
        result = store.query(text, bindings={"o": Literal(value)})
        assert isinstance(result, QuerySolutions)
        assert len(list(result)) == found


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("ASK { ?s ?p ?o }", False),
        ("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }", [("0",)]),
        ("SELECT ?s { ?s ?p ?o } ORDER BY ?s LIMIT 1", []),
        ("SELECT (EXISTS { ?a ?b ?c } AS ?e) WHERE { ?s ?p ?o }", []),
        ("SELECT * { FILTER(?o = 2) }", [("2",)]),
        ("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }", []),
        ("DESCRIBE ?s { ?s ?p ?o }", []),
        ("SELECT ?s { { SELECT ?s ?o { ?s ?p ?o } } }", []),
        ("SELECT ?s { { SELECT * { ?s ?p ?o } } }", []),
    ],
)
def test_bindings_in_every_form_of_query(query: str, expected: object) -> None:
    """A bound variable need not be projected."""
    store = EmbeddedStore()
    store.load("a.ttl", TRIPLE)
    result = store.query(query, bindings={"o": Literal(2)})
    if isinstance(result, QueryBoolean):
        assert expected == bool(result)
    elif isinstance(result, QuerySolutions):
        assert expected == [tuple(term.value for term in row) for row in result]
    else:
        assert expected == list(result)


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("SELECT ?s { ?s ?p 1 }", "--param o: the query has no variable ?o; it has ?p, ?s"),
        (
            "SELECT ?s { ?s ?p '?o' # ?o\n }",
            "--param o: the query has no variable ?o; it has ?p, ?s",
        ),
        (
            "SELECT ?s { { SELECT ?s { ?s ?p ?o } } }",
            "--param o: the query has no variable ?o; it has ?s",
        ),
        (
            "CONSTRUCT WHERE { ?s ?p ?o }",
            "the query has no WHERE pattern of its own to give parameters to",
        ),
        ("DESCRIBE <x:y>", "the query has no WHERE pattern of its own to give parameters to"),
    ],
)
def test_a_binding_that_would_not_hold_is_an_error(query: str, message: str) -> None:
    """A parameter that cannot reach its variable is refused instead of ignored."""
    with pytest.raises(ParameterError) as caught:
        EmbeddedStore().query(query, bindings={"o": Literal(2)})
    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("item", "term"),
    [
        ("x=<http://e/a>", NamedNode("http://e/a")),
        ("?x=mlkg:yes", NamedNode("https://w3id.org/mlkg/ns#yes")),
        ('x="a=b"', Literal("a=b")),
        ('x="Hut"@de', Literal("Hut", language="de")),
        ("x=true", Literal(True)),
        ("x=42", Literal(42)),
        (
            'x="1"^^xsd:int',
            Literal("1", datatype=NamedNode("http://www.w3.org/2001/XMLSchema#int")),
        ),
    ],
)
def test_parameters(item: str, term: object) -> None:
    """A parameter's value is a term in Turtle."""
    assert parse_parameters([item], WELL_KNOWN) == {"x": term}


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (["x"], "--param x: not of the form name=term"),
        (["=1"], "--param =1: not of the form name=term"),
        (["x=1", "x=2"], "--param x=2: x is given twice"),
        (["x=plain words"], "--param x=plain words: not an RDF term: write <IRI>"),
        (["x=no:prefix"], "--param x=no:prefix: not an RDF term: write <IRI>"),
        (["x="], "--param x=: not an RDF term: write <IRI>"),
        (["x=1 . <x:s> <x:p> 2"], "--param x=1 . <x:s> <x:p> 2: not one RDF term: write <IRI>"),
        (["x=1, 2"], "--param x=1, 2: not one RDF term: write <IRI>"),
        (["x=[]"], "--param x=[]: not one RDF term: write <IRI>"),
    ],
)
def test_bad_parameters(given: list[str], message: str) -> None:
    """A bad parameter is named with what would do."""
    with pytest.raises(ParameterError) as caught:
        parse_parameters(given, WELL_KNOWN)
    assert str(caught.value).startswith(message)
