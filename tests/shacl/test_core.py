"""SHACL Core where the W3C suite is silent, and the decisions that are this compiler's own."""

from __future__ import annotations

import subprocess
import sys

import pyoxigraph as ox
import pytest
from shacl_support import Data, compile_turtle, in_brief, load, validate

from mlkg.shacl import compile_shapes

PROPERTY = "ex:S sh:targetClass ex:T ; sh:property [ sh:path ex:p ; {} ] ."


@pytest.mark.parametrize(
    ("constraint", "data", "expected"),
    [
        pytest.param(
            "sh:datatype xsd:dateTime",
            'ex:p "2024-13-45"^^xsd:dateTime, "2024-02-29T00:00:00Z"^^xsd:dateTime',
            [('"2024-13-45"^^<xsd:dateTime>', "Datatype")],
            id="ill-formed dateTime",
        ),
        pytest.param(
            "sh:datatype xsd:date",
            'ex:p "2023-02-29"^^xsd:date, "2024-02-29"^^xsd:date, "2024-04-30"^^xsd:date',
            [('"2023-02-29"^^<xsd:date>', "Datatype")],
            id="day that the month lacks",
        ),
        pytest.param(
            "sh:datatype rdf:langString",
            'ex:p "a"@en, "a"',
            [('"a"', "Datatype")],
            id="language tag",
        ),
        pytest.param(
            "sh:in ( 1 'a' ex:b )",
            "ex:p 1, 1.0, 'a', 'a'@en, ex:b, ex:c",
            [
                ('"1"^^<xsd:decimal>', "In"),
                ('"a"@en', "In"),
                ("ex:c", "In"),
            ],
            id="sh:in compares terms, not values",
        ),
        pytest.param("sh:in ()", "ex:p 1", [('"1"^^<xsd:integer>', "In")], id="empty sh:in"),
        pytest.param("sh:hasValue 1", "ex:p 1.0", [(None, "HasValue")], id="sh:hasValue is a term"),
        pytest.param(
            "sh:minInclusive 2",
            'ex:p 1, 2.0, "x", ex:b, "two"^^xsd:integer',
            [
                ('"1"^^<xsd:integer>', "MinInclusive"),
                ('"two"^^<xsd:integer>', "MinInclusive"),
                ('"x"', "MinInclusive"),
                ("ex:b", "MinInclusive"),
            ],
            id="what cannot be compared violates a range",
        ),
        pytest.param(
            'sh:maxExclusive "2024-01-01T00:00:00Z"^^xsd:dateTime',
            'ex:p "2023-12-31T23:00:00-02:00"^^xsd:dateTime, "2023-06-01T00:00:00Z"^^xsd:dateTime,'
            ' "2024-01-01T00:00:00"^^xsd:dateTime',
            [
                ('"2023-12-31T23:00:00-02:00"^^<xsd:dateTime>', "MaxExclusive"),
                ('"2024-01-01T00:00:00"^^<xsd:dateTime>', "MaxExclusive"),
            ],
            id="time zones count, and a time without one may not compare",
        ),
        pytest.param(
            "sh:lessThan ex:q",
            "ex:p 1, 3, ex:b ; ex:q 2, 5",
            [('"3"^^<xsd:integer>', "LessThan"), ("ex:b", "LessThan")],
            id="sh:lessThan reports a value once, however many it fails against",
        ),
        pytest.param(
            r'sh:pattern "^\\d+$"',
            r'ex:p "12", "12\n", 7, "x", ex:b',
            [('"12\\n"', "Pattern"), ('"x"', "Pattern"), ("ex:b", "Pattern")],
            id="$ is the very end",
        ),
        pytest.param(
            r'sh:pattern "^\\p{Lu}\\s" ; sh:flags "i"',
            'ex:p "É x", "é y", "1 x"',
            [('"1 x"', "Pattern")],
            id="categories and flags",
        ),
        pytest.param(
            'sh:pattern "a.c" ; sh:flags "q"',
            'ex:p "a.c", "abc"',
            [('"abc"', "Pattern")],
            id="the flag q takes the pattern literally",
        ),
        pytest.param(
            "sh:minLength 1",
            'ex:p "", "€", _:b, ex:b',
            [('""', "MinLength"), ("_:", "MinLength")],
            id="blank nodes have no length",
        ),
        pytest.param(
            "sh:languageIn ( 'en' )",
            "ex:p 'a'@en, 'b'@en-GB, 'c'@eng, 'd', 1",
            [
                ('"1"^^<xsd:integer>', "LanguageIn"),
                ('"c"@eng', "LanguageIn"),
                ('"d"', "LanguageIn"),
            ],
            id="language ranges end at a hyphen",
        ),
        pytest.param(
            "sh:uniqueLang true",
            "ex:p 'a'@en, 'b'@EN, 'c'@en-GB, 'd', 'e'",
            [(None, "UniqueLang")],
            id="language tags in any case",
        ),
        pytest.param(
            "sh:class ex:C",
            "ex:p ex:direct, ex:sub, ex:none, 'x'",
            [('"x"', "Class"), ("ex:none", "Class")],
            id="subclasses at any distance",
        ),
        pytest.param(
            "sh:minCount 3",
            "ex:p 1, 1.0 , 1, 01",
            [(None, "MinCount")],
            id="values are counted as terms, each once",
        ),
        pytest.param("sh:maxCount 0", "ex:p 1, 2", [(None, "MaxCount")], id="none allowed"),
        pytest.param("sh:uniqueLang false", "ex:p 'a'@en, 'b'@en", [], id="uniqueLang false"),
        pytest.param("sh:flags 'i'", "ex:p 1", [], id="flags without a pattern"),
    ],
)
def test_values_of_a_property(
    constraint: str, data: str, expected: list[tuple[str | None, str]]
) -> None:
    """Exactly the values that break the constraint are reported."""
    classes = (
        "ex:direct a ex:C . ex:sub a ex:E . ex:E rdfs:subClassOf ex:D . ex:D rdfs:subClassOf ex:C ."
    )
    found = validate(PROPERTY.format(constraint), f"ex:a a ex:T ; {data} . {classes}")
    assert [("ex:a", *one) for one in expected] == found


def test_focus_nodes_that_the_data_does_not_mention() -> None:
    """A target node is checked whether or not it occurs in the data, literals too."""
    shapes = """
ex:S sh:targetNode ex:nowhere, "x", 7 ; sh:property [ sh:path ex:p ; sh:minCount 1 ] ;
  sh:property [ sh:path [ sh:zeroOrMorePath ex:p ] ; sh:nodeKind sh:Literal ] ."""
    assert sorted(validate(shapes, ""), key=str) == [
        ('"7"^^<xsd:integer>', None, "MinCount"),
        ('"x"', None, "MinCount"),
        ("ex:nowhere", "ex:nowhere", "NodeKind"),
        ("ex:nowhere", None, "MinCount"),
    ]


@pytest.mark.parametrize(
    "kind", ["targetClass", "targetSubjectsOf", "targetObjectsOf", "targetNode"]
)
def test_many_targets(kind: str) -> None:
    """Ten thousand targets of one shape are one list in one query."""
    given = ", ".join(f"ex:t{number}" for number in range(10_000))
    plan = compile_turtle(f"ex:S sh:{kind} {given} ; sh:nodeKind sh:Literal .")
    data = {
        "targetClass": "ex:a a ex:t1, ex:t2 . ex:b a ex:sub . ex:sub rdfs:subClassOf ex:t3 .",
        "targetSubjectsOf": "ex:a ex:t1 1 . ex:b ex:t1 2 ; ex:t2 2 .",
        "targetObjectsOf": "ex:x ex:t1 ex:a, 1 ; ex:t2 ex:b .",
        "targetNode": "",
    }[kind]
    found = {name for name, *_ in in_brief(plan.run(load(data).select))}
    expected = {"ex:a", "ex:b"} if data else {f"ex:t{number}" for number in range(10_000)}
    assert expected == found
    assert len(plan.queries) == 1


def test_literals_as_focus_nodes() -> None:
    """sh:targetObjectsOf makes literals focus nodes, each once."""
    shapes = "ex:S sh:targetObjectsOf ex:p ; sh:datatype xsd:integer ."
    data = "ex:a ex:p 'x', 1, ex:b . ex:b ex:p 'x' ."
    assert validate(shapes, data) == [('"x"', '"x"', "Datatype"), ("ex:b", "ex:b", "Datatype")]


def test_target_class_follows_subclasses_and_counts_once() -> None:
    """An instance of several subclasses is one focus node."""
    shapes = "ex:S sh:targetClass ex:C ; sh:path ex:p ; sh:maxCount 1 ."
    data = """ex:D rdfs:subClassOf ex:C, ex:E . ex:E rdfs:subClassOf ex:C .
ex:a a ex:C, ex:D, ex:E ; ex:p 1 . ex:b a ex:E ; ex:p 1, 2 ."""
    assert validate(shapes, data) == [("ex:b", None, "MaxCount")]


def test_implicit_class_target_needs_the_class_in_the_shapes_graph() -> None:
    """A shape is its own target when it is an rdfs:Class there, not for being an owl:Class."""
    body = "sh:property [ sh:path ex:p ; sh:minCount 1 ]"
    data = "ex:x a ex:S ."
    assert validate(f"ex:S a rdfs:Class, sh:NodeShape ; {body} .", data) == [
        ("ex:x", None, "MinCount")
    ]
    assert validate(f"ex:S a owl:Class, sh:NodeShape ; {body} .", data) == []
    linked = f"owl:Class rdfs:subClassOf rdfs:Class . ex:S a owl:Class, sh:NodeShape ; {body} ."
    assert validate(linked, data) == [("ex:x", None, "MinCount")]


def test_results_of_nested_property_shapes_are_their_own() -> None:
    """sh:property reports for the value node; sh:node reports for the focus node."""
    shapes = """
ex:S sh:targetClass ex:T ; sh:property ex:P . ex:P sh:path ex:p ; sh:property ex:Q ; sh:node ex:N .
ex:Q sh:path ex:q ; sh:minCount 1 ; sh:severity sh:Warning ; sh:message "needs a q"@en .
ex:N sh:property [ sh:path ex:r ; sh:minCount 1 ] ."""
    results = compile_turtle(shapes).run(load("ex:a a ex:T ; ex:p ex:b .").select)
    assert in_brief(results) == [("ex:a", "ex:b", "Node"), ("ex:b", None, "MinCount")]
    assert [one.severity.value.split("#")[1] for one in results] == ["Violation", "Warning"]
    assert (ox.Literal("needs a q", language="en"),) == results[1].messages
    assert [str(one.path) for one in results] == [
        "<https://example.org/p>",
        "<https://example.org/q>",
    ]


def test_a_value_node_reached_twice_is_reported_once() -> None:
    """Two focus nodes with the same value node give one result about that value node."""
    shapes = "ex:S sh:targetClass ex:T ; sh:property [ sh:path ex:p ; sh:property ex:Q ] ."
    shapes += "ex:Q sh:path ex:q ; sh:minCount 1 ."
    data = "ex:a a ex:T ; ex:p ex:v . ex:b a ex:T ; ex:p ex:v ."
    assert validate(shapes, data) == [("ex:v", None, "MinCount")]


def test_blank_nodes_all_the_way() -> None:
    """Blank nodes serve as focus nodes, value nodes and nodes of nested shapes."""
    shapes = """
ex:S sh:targetClass ex:T ; sh:property [ sh:path ex:p ; sh:or ( [ sh:class ex:C ] ex:HasQ ) ] .
ex:HasQ sh:path ex:q ; sh:minCount 2 ."""
    data = "_:a a ex:T ; ex:p _:b, _:c, _:d . _:b a ex:C . _:c ex:q 1, _:d . _:d ex:q 1 ."
    assert validate(shapes, data) == [("_:", "_:", "Or")]


def test_not_over_a_shape_with_several_constraints() -> None:
    """sh:not reports the values that break nothing, values of other focus nodes left alone."""
    shapes = """ex:S sh:targetClass ex:T ; sh:path ex:p ;
  sh:not [ sh:datatype xsd:string ; sh:minLength 3 ] ."""
    data = "ex:a a ex:T ; ex:p 'abc', 'ab', 7 . ex:b ex:p 'abcd' ."
    assert validate(shapes, data) == [("ex:a", '"abc"', "Not")]


def test_qualified_counts_with_siblings() -> None:
    """With disjoint siblings a value counts only for the shape that it alone conforms to."""
    shapes = """
ex:S sh:targetClass ex:Hand ; sh:property ex:Thumb, ex:Finger .
ex:Thumb sh:path ex:digit ; sh:qualifiedValueShape [ sh:class ex:Thumb ] ;
  sh:qualifiedValueShapesDisjoint true ; sh:qualifiedMinCount 1 ; sh:qualifiedMaxCount 1 .
ex:Finger sh:path ex:digit ; sh:qualifiedValueShape [ sh:class ex:Finger ] ;
  sh:qualifiedValueShapesDisjoint true ; sh:qualifiedMinCount 2 ; sh:qualifiedMaxCount 2 ."""
    data = """ex:good a ex:Hand ; ex:digit ex:t, ex:f1, ex:f2 .
ex:bad a ex:Hand ; ex:digit ex:tf, ex:f1 .
ex:t a ex:Thumb . ex:f1 a ex:Finger . ex:f2 a ex:Finger . ex:tf a ex:Thumb, ex:Finger ."""
    assert validate(shapes, data) == [("ex:bad", None, "QualifiedMinCount")] * 2


@pytest.mark.parametrize("length", [3, 17, 40_000])
def test_long_lists(length: int) -> None:
    """sh:in compares terms whatever the length of its list, and no length breaks the engine."""
    terms = [*(f'"{number}"' for number in range(length - 1)), "1.0"]
    shapes = PROPERTY.format(f"sh:in ( {' '.join(terms)} )")
    data = "ex:a a ex:T ; ex:p '0', '0'@en, 1.0, 1, ex:b ."
    expected = ['"0"@en', '"1"^^<xsd:integer>', "ex:b"]
    assert [("ex:a", one, "In") for one in expected] == validate(shapes, data)


def test_closed_shape_reports_property_and_value() -> None:
    """The result path of sh:closed is the property that is too many, the value its object."""
    shapes = """ex:S sh:targetClass ex:T ; sh:closed true ; sh:ignoredProperties ( rdf:type ) ;
  sh:property [ sh:path ex:p ] , [ sh:path [ sh:inversePath ex:q ] ] ."""
    (result,) = compile_turtle(shapes).run(load("ex:a a ex:T ; ex:p 1 ; ex:q 2 .").select)
    assert in_brief([result]) == [("ex:a", '"2"^^<xsd:integer>', "Closed")]
    assert str(result.path) == "<https://example.org/q>"


def test_one_triple_in_two_files_counts_once() -> None:
    """Over the union of named graphs a triple that stands in two of them is still one value."""
    store = ox.Store()
    for name in ("one", "two"):
        graph = ox.NamedNode(f"https://example.org/{name}")
        triple = '<https://example.org/a> <https://example.org/p> "x"@en .'
        store.load(triple, format=ox.RdfFormat.TURTLE, to_graph=graph)

    def select(text: str) -> ox.QuerySolutions:
        solutions = store.query(text, use_default_graph_as_union=True)
        assert isinstance(solutions, ox.QuerySolutions)
        return solutions

    shapes = """ex:S sh:targetSubjectsOf ex:p ; sh:path ex:p ; sh:maxCount 1 ; sh:minCount 2 ;
  sh:uniqueLang true ; sh:qualifiedValueShape [ sh:datatype rdf:langString ] ;
  sh:qualifiedMaxCount 1 ."""
    assert in_brief(compile_turtle(shapes).run(select)) == [("ex:a", None, "MinCount")]


def test_solutions_may_be_plain_dicts_without_the_unbound() -> None:
    """`select` may give any mapping from names to terms, as rows of an endpoint arrive."""
    data = load("ex:a a ex:T .")

    def select(text: str) -> list[dict[str, object]]:
        solutions = data.select(text)
        names = [variable.value for variable in solutions.variables]
        return [{name: row[name] for name in names if row[name] is not None} for row in solutions]

    plan = compile_turtle(PROPERTY.format("sh:minCount 1 ; sh:datatype xsd:integer"))
    assert in_brief(plan.run(select)) == [("ex:a", None, "MinCount")]  # type: ignore[arg-type]


SCALING = """
ex:S sh:targetClass ex:T ; sh:nodeKind sh:IRI ; sh:closed true ;
  sh:ignoredProperties ( rdf:type ex:q ) ; sh:property ex:P ;
  sh:sparql [ sh:prefixes ex:prefixes ; sh:select "SELECT $this { $this ex:p 0 }" ] .
ex:P sh:path ex:p ; sh:minCount 1 ; sh:maxCount 1 ; sh:datatype xsd:integer ; sh:minInclusive 0 ;
  sh:or ( [ sh:in ( 0 1 ) ] [ sh:not [ sh:pattern "^1" ] ] ) ;
  sh:qualifiedValueShape [ sh:hasValue 1 ] ; sh:qualifiedMinCount 1 .
"""


@pytest.mark.parametrize("size", [1, 10, 200])
def test_no_query_per_focus_node(size: int) -> None:
    """The number of queries does not grow with the data, and no query is put twice."""
    plan = compile_turtle(SCALING)
    data = load("".join(f"ex:n{one} a ex:T ; ex:p {one} . " for one in range(size)))
    plan.run(data.select)
    assert len(set(data.queries)) == len(data.queries)
    assert set(data.queries) <= set(plan.queries)
    assert len(plan.queries) - len(data.queries) <= 1


def test_constraints_of_one_path_share_a_scan() -> None:
    """A gap and the tests of single values take one query; counting takes another."""
    body = "sh:minCount 1 ; sh:maxCount 1 ; sh:nodeKind sh:Literal ; sh:datatype xsd:date"
    body += " ; sh:pattern '^2'"
    plan = compile_turtle(PROPERTY.format(body))
    assert plan.checks == 5
    assert len(plan.queries) == 2


def test_conforming_values_stay_in_the_store() -> None:
    """Values that SPARQL can tell to be right do not cross into Python."""
    body = "sh:minCount 1 ; sh:datatype xsd:date ; sh:pattern '^20'"
    body += " ; sh:in ( '2024-01-05'^^xsd:date )"
    plan = compile_turtle(PROPERTY.format(body))
    data = load('ex:a a ex:T ; ex:p "2024-01-05"^^xsd:date .')
    (query,) = plan.queries
    assert list(data.select(query)) == []


def test_results_are_the_same_in_the_same_order() -> None:
    """Two runs over the same data give equal results, sorted by focus node first."""
    plan = compile_turtle(PROPERTY.format("sh:maxCount 0 ; sh:nodeKind sh:IRI ; sh:minLength 2"))
    data = load("ex:b a ex:T ; ex:p 1, 2 . ex:a a ex:T ; ex:p 3 .")
    first = plan.run(data.select)
    assert first == plan.run(Data(data.store).select)
    assert [one[0] for one in in_brief(first)][:4] == ["ex:a", "ex:a", "ex:a", "ex:b"]
    assert len(first) == 8


def test_shapes_from_a_store_or_from_parsed_quads() -> None:
    """A store and the parser's quads compile alike; other named graphs are not read."""
    turtle = "<x:S> <http://www.w3.org/ns/shacl#targetNode> <x:a> ; "
    turtle += "<http://www.w3.org/ns/shacl#nodeKind> <http://www.w3.org/ns/shacl#Literal> ."
    store = ox.Store()
    store.load(turtle, format=ox.RdfFormat.TURTLE)
    assert (
        compile_shapes(store).queries
        == compile_shapes(ox.parse(turtle, format=ox.RdfFormat.TURTLE)).queries
    )
    elsewhere = ox.Store()
    elsewhere.load(turtle, format=ox.RdfFormat.TURTLE, to_graph=ox.NamedNode("x:g"))
    assert compile_shapes(elsewhere).queries == ()


def test_import_is_light() -> None:
    """Importing the package loads neither rdflib nor pySHACL."""
    code = (
        "import sys, mlkg.shacl;"
        "print([m for m in ('rdflib', 'pyshacl', 'SPARQLWrapper') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
