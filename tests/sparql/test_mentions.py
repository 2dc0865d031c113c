"""Which properties a query may read, by what it names."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from rdflib import URIRef, Variable
from rdflib.paths import Path as PropertyPath
from rdflib.plugins.sparql.algebra import translateQuery
from rdflib.plugins.sparql.parser import parseQuery

from mlkg.sparql.mentions import LIST, TYPE, mentioned

ROOT = Path(__file__).parents[2]
STORED = sorted((ROOT / "queries").rglob("*.rq"))
P = "PREFIX : <urn:> "


def urn(names: str) -> frozenset[str]:
    """Return the IRIs of local names."""
    return frozenset(f"urn:{name}" for name in names.split())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ASK { ?s :p ?o }", urn("p")),
        ("ASK { ?s a :C ; :p/^:q+ 1 , 'x'@en , '1'^^:d . }", {TYPE, *urn("C p q d")}),
        ("ASK { ?s <urn:x#p> ?o }", {"urn:x#p"}),
        ("BASE <http://e/a/> ASK { ?s <p> ?o }", {"http://e/a/p"}),
        ("SELECT ?p WHERE { ?s :p ?p } ORDER BY ?p LIMIT 1", urn("p")),
        ("ASK { ?s :p -5 , true ; :q [ :r ?o ] . [] :t ( ?p 1 [ :u 2 ] ) }",
         {*urn("p q r t u"), *LIST}),
        ("ASK { ?s (:p|:q)/:r* ?o }", urn("p q r")),
        ("ASK { ?s :p ?o FILTER(?o < 5 && ?p > ?q) BIND(?o+1 AS ?p) }", urn("p")),
        ("ASK { ?s :p ?o FILTER NOT EXISTS { ?s :q ?p } FILTER(EXISTS { ?s :r ?t } || ?o) }",
         urn("p q r")),
        ("ASK { FILTER :f(?a, ?p) OPTIONAL { ?s :p ?o } MINUS { ?s :q ?o } GRAPH ?g { ?s :r ?o } }",
         urn("f p q r")),
        ("SELECT (COUNT(?x) AS ?n) { { SELECT ?s (MAX(?o) AS ?x) { ?s :p ?o } GROUP BY ?s"
         " HAVING (?x > 1) } UNION { ?s :q ?x } }", urn("p q")),
        ("CONSTRUCT { ?s ?p ?o } WHERE { ?s :p ?p . ?p :q ?o }", urn("p q")),
        ("CONSTRUCT WHERE { ?s :p ?o }", urn("p")),
        ("ASK { ?s ?p ?o VALUES ?p { :a :b } }", urn("a b")),
        ("ASK { ?s ?p ?o VALUES (?p ?x) { (:a 1) (:b UNDEF) } }", urn("a b")),
        ("ASK { VALUES ?p { :a } { ?s ?p ?o } UNION { ?s :b ?o } }", urn("a b")),
        ("ASK { ?s ?p ?o FILTER(?p IN (:a, :b)) }", urn("a b")),
        ("SELECT * { ?s :p ?o } VALUES (?s) { (:a) }", urn("p a")),
    ],
)  # fmt: skip
def test_what_a_query_names(text: str, expected: frozenset[str]) -> None:
    """The IRIs of a query are those of its pattern, `a` and collections included."""
    assert mentioned(text if text.startswith("BASE") else P + text) == frozenset(expected)


@pytest.mark.parametrize(
    "text",
    [
        "ASK { ?s ?p ?o }",
        "ASK { ?s :p ?o ; ?q ?r }",
        "ASK { ?s :p [ ?q 1 ] }",
        "ASK { [ ?q 1 ] :p 2 }",
        "ASK { ?s :p ( 1 [ ?q 1 ] ) }",
        "ASK { ?s :p/!:q ?o }",
        "ASK { ?s !(:p|^:q) ?o }",
        "ASK { OPTIONAL { ?s ?p ?o } }",
        "ASK { { ?s :p ?o } UNION { ?s ?p ?o } }",
        "ASK { ?s :p ?o MINUS { ?s ?p 1 } }",
        "ASK { GRAPH :g { ?s ?p 1 } }",
        "ASK { ?s :p ?o FILTER NOT EXISTS { ?s ?q 1 } }",
        "ASK { ?s :p ?o FILTER(?o = 1 || EXISTS { ?s ?q 1 }) }",
        "ASK { BIND(EXISTS { ?s ?q 1 } AS ?x) }",
        "SELECT (EXISTS { ?s ?q 1 } AS ?x) { ?s :p ?o }",
        "SELECT * { { SELECT ?s { ?s ?p ?o } } }",
        "SELECT * { ?s :p ?o } ORDER BY EXISTS { ?s ?q 1 }",
        "SELECT * { ?s :p ?o } HAVING (EXISTS { ?s ?q 1 })",
        "CONSTRUCT WHERE { ?s ?p ?o }",
        "CONSTRUCT { ?s :p ?o } WHERE { ?s ?p ?o }",
        "DESCRIBE :x",
        "ASK { ?s ?p ?o VALUES ?p { :a UNDEF } }",
        "ASK { ?s ?p ?o VALUES (?x ?p) { (1 :a) (1 UNDEF) } }",
        "ASK { { ?s ?p ?o } UNION { VALUES ?p { :a } } }",
        "ASK { VALUES ?p { :a } OPTIONAL { ?s ?p ?o } }",
        "ASK { VALUES ?p { :a } { SELECT ?s { ?s ?p ?o } LIMIT 1 } }",
        "SELECT (COUNT(*) AS ?n) { ?s ?p ?o } VALUES ?p { :a }",
        "ASK { ?s ?p ?o FILTER(?p IN (:a, ?b)) }",
        "ASK { ?s ?p ?o FILTER(?p IN (:a) || true) }",
        "ASK { BIND(:a AS ?p) ?s ?p ?o }",
        "ASK { ?s no:such ?o }",
        "ASK { ?s <p> ?o }",
        "ASK { ?s :p ?o",
        "ASK { ?s :p ?o } }",
        "no query",
        "",
    ],
)
def test_what_may_read_any_property(text: str) -> None:
    """A free predicate, a negated property set, DESCRIBE and unclear text stand for all."""
    assert mentioned(P + text) is None


def test_prefixes_that_need_no_declaration() -> None:
    """Prefixes from outside are used where the query declares no other."""
    assert mentioned("PREFIX a: <x:> ASK { a:s b:p 1 }", {"a": "n:", "b": "m:"}) == frozenset(
        {"x:s", "m:p"}
    )


def predicates(part: object) -> Iterator[object]:
    """Yield the predicates of all triples in a query as rdflib parses it."""
    if isinstance(part, dict):
        for key, value in part.items():
            if key == "triples":
                for triple in value:
                    if isinstance(triple, tuple) and len(triple) == 3:
                        yield from in_path(triple[1])
            if key not in ("template", "_vars"):
                yield from predicates(value)
    elif isinstance(part, list | tuple):
        for value in part:
            yield from predicates(value)


def in_path(predicate: object) -> Iterator[object]:
    """Yield a predicate, or those in a path."""
    if isinstance(predicate, PropertyPath):
        for value in vars(predicate).values():
            for step in value if isinstance(value, list) else [value]:
                yield from in_path(step)
    elif isinstance(predicate, URIRef | Variable):
        yield predicate


@pytest.mark.parametrize("path", STORED, ids=lambda path: path.stem)
def test_against_rdflib(path: Path) -> None:
    """Every predicate that rdflib's algebra has is named; a free variable stands for all."""
    text = path.read_text("utf-8")
    found = set(predicates(translateQuery(parseQuery(text)).algebra))
    assert found
    mine = mentioned(text)
    if any(isinstance(one, Variable) for one in found) and "VALUES" not in text:
        assert mine is None or " IN (" in text
    if mine is not None:
        assert {str(one) for one in found if isinstance(one, URIRef)} <= mine
