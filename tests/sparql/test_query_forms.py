"""The parts of a CONSTRUCT, the form of a query, and where parameters are bound."""

from __future__ import annotations

import pytest
from pyoxigraph import Literal, QuerySolutions

from mlkg.errors import ParameterError, QueryError
from mlkg.sparql.binding import bind
from mlkg.sparql.forms import construct_parts, query_form
from mlkg.sparql.mentions import LIST, TYPE
from mlkg.store import EmbeddedStore

P = "PREFIX : <urn:> "


def test_parts_of_a_construct() -> None:
    """The offsets of the parts, and the properties of the template."""
    text = P + "# CONSTRUCT\nconstruct { ?s :p '}' ; a :C } where { ?s :q ?o } # end"
    parts = construct_parts(text)
    assert text[parts.start :].startswith("construct")
    assert text[parts.template_start : parts.template_end] == "{ ?s :p '}' ; a :C }"
    assert text[parts.pattern_start : parts.pattern_end] == "{ ?s :q ?o }"
    assert parts.predicates == {"urn:p", TYPE}
    assert construct_parts("CONSTRUCT{?s x:p 1}{}", {"x": "y:"}).predicates == {"y:p"}


def test_brackets_in_a_template() -> None:
    """Property lists and collections give their properties too."""
    text = P + "CONSTRUCT { [ :p ?a ] :q [ :r 1 ] , ( ?b [ :t 2 ] ) . ?s :u '1'^^:d } {}"
    assert construct_parts(text).predicates == {
        *("urn:p", "urn:q", "urn:r", "urn:t", "urn:u"),
        *LIST,
    }


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("SELECT * {}", "not a query of the form CONSTRUCT { … } WHERE { … }"),
        ("CONSTRUCT WHERE { ?s :p ?o }", "the CONSTRUCT has no template of its own, or has FROM"),
        (
            "CONSTRUCT { ?s :p 1 } FROM <x:g> WHERE { }",
            "between the template and the pattern only WHERE is allowed, not FROM",
        ),
        (
            "CONSTRUCT { ?s :p 1 } WHERE { ?s :q 1 } LIMIT 1",
            "nothing is allowed after the pattern: no ORDER BY, LIMIT or VALUES",
        ),
        (
            "CONSTRUCT { ?s :p 1 } WHERE { ?s :q 1 } ; CLEAR ALL",
            "nothing is allowed after the pattern: no ORDER BY, LIMIT or VALUES",
        ),
        (
            "CONSTRUCT { ?s ?p 1 } WHERE { }",
            "?p is a predicate of the template; it must be an IRI",
        ),
        (
            "CONSTRUCT { ?s :p 1 } WHERE { SERVICE:x { } }",
            "SERVICE is refused: a query must not open connections",
        ),
        (
            "CONSTRUCT { ?s :p 1 } WHERE { FILTER('='<'>') } #' }",
            "line 1: what follows can be read in two ways; put a space after the operator <, "
            "and leave out codepoint escapes",
        ),
    ],
)
def test_other_queries_have_no_such_parts(text: str, message: str) -> None:
    """The message states what is not allowed."""
    with pytest.raises(QueryError) as caught:
        construct_parts(P + text)
    assert str(caught.value) == message


def test_the_form_of_a_query() -> None:
    """The form is a keyword, not a name, a string or a comment."""
    assert query_form("PREFIX select: <x:> # SELECT\n aSk { select:a ?p 'SELECT' }") == "ASK"
    with pytest.raises(QueryError, match="not a query"):
        query_form("PREFIX ask: <x:>")


@pytest.mark.parametrize(
    "query",
    [
        "PREFIX : <urn:> SELECT ?s { OPTIONAL { ?s :\\# ?x } ?s ?p ?o }",
        'SELECT ?s { ?s ?p ?o FILTER(\'}\' != """{\'""") }',
        "SELECT ?s { ?s ?p ?o FILTER(1<2&&3>?o) }",
        "SELECT ?s (1<2 AS ?y) { ?s ?p ?o }",
        'SELECT ?s { ?s ?p ?o FILTER(?o != "\\u0022") }',
    ],
)
def test_binding_finds_the_pattern(query: str) -> None:
    """Braces in strings, escapes in names and operators do not lead astray."""
    store = EmbeddedStore()
    store.load("a.ttl", b"<x:s> <x:p> 1, 2 .")
    result = store.query(query, bindings={"o": Literal(2)})
    assert isinstance(result, QuerySolutions)
    assert [row["s"].value for row in result] == ["x:s"]


@pytest.mark.parametrize(
    "query",
    [
        "SELECT ?n { { SELECT (COUNT(*) AS ?n) { ?s ?p ?o } } }",
        "SELECT ?s { { SELECT ?s { ?s ?p ?o } ORDER BY ?o } }",
        "SELECT ?n { { SELECT (SUM(?o) AS ?n) { ?s ?p ?o } } }",
    ],
)
def test_a_sub_select_hides_what_it_does_not_return(query: str) -> None:
    """COUNT(*) returns no variable, and neither do an argument and a sort key."""
    with pytest.raises(ParameterError, match=r"the query has no variable \?o"):
        bind(query, {"o": Literal(2)})
