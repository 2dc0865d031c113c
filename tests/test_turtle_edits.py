"""Edits of triples in Turtle text: the lines concerned change, and every other byte stays."""

from __future__ import annotations

import pyoxigraph
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, Triple
from turtle_texts import documents

from mlkg.terms import Term
from mlkg.turtle.edits import Edits, Place, edited_files, edited_statements

EX = "http://ex/"
HEAD = "@prefix ex: <http://ex/> .\n\n"


def named(name: str) -> NamedNode:
    """Return an IRI of the examples."""
    return NamedNode(EX + name)


def triple(subject: str, predicate: str, value: str | Term) -> Triple:
    """Return a triple of the examples."""
    term = named(value) if isinstance(value, str) else value
    return Triple(named(subject), named(predicate), term)


NIL = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#nil")
GONE = triple("a", "p", "y")
NEW = triple("a", "q", "z")
MORE = triple("a", "r", Literal("w", language="en"))


def edited(body: str, edits: Edits) -> str:
    """Return a text with the examples' prefix, edited, without the prefix."""
    text = HEAD + body
    found = edited_files({"f.ttl": text.encode()}, edits).texts
    return found.get("f.ttl", text.encode()).decode().removeprefix(HEAD)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("ex:a\n  ex:v 1 ;\n  ex:p ex:y ;\n  ex:w 3 .\n", "ex:a\n  ex:v 1 ;\n  ex:w 3 .\n"),
        ("ex:a\n  ex:v 1 ;\n  ex:p ex:y .\n", "ex:a\n  ex:v 1 .\n"),
        ("ex:a\n  ex:v 1 ; # one\n  ex:p ex:y . # two\n", "ex:a\n  ex:v 1 . # one\n  # two\n"),
        (
            "ex:a\n  ex:v 1 ;\n  ex:p # why\n    ex:y ;\n  ex:w 3 .\n",
            "ex:a\n  ex:v 1 ;\n  # why\n  ex:w 3 .\n",
        ),
        ("ex:a\n  ex:p ex:y ;\n  ex:v 1 .\n", "ex:a\n  ex:v 1 .\n"),
        ("ex:a ex:v 1 ; ex:p ex:y ; ex:w 3 .", "ex:a ex:v 1 ; ex:w 3 ."),
        ("ex:a ex:v 1 ; ex:p ex:y .\nex:b ex:v 1 .\n", "ex:a ex:v 1 .\nex:b ex:v 1 .\n"),
        ("ex:a ex:v 1 ; ex:p ex:y . ex:b ex:v 1 .\n", "ex:a ex:v 1 . ex:b ex:v 1 .\n"),
        ("ex:a ex:p ex:y ;; ex:v 1 .", "ex:a ex:v 1 ."),
        ("ex:a ex:v 1 ; ex:p ex:y ; .", "ex:a ex:v 1 ; ."),
        ("ex:a ex:p ex:y , ex:x ; ex:v 1 .", "ex:a ex:p ex:x ; ex:v 1 ."),
        ("ex:a ex:p ex:x , ex:y ; ex:v 1 .", "ex:a ex:p ex:x ; ex:v 1 ."),
        ("ex:a ex:p ex:x , ex:y , ex:u .", "ex:a ex:p ex:x , ex:u ."),
        ("ex:a ex:p ex:y , ex:y ; ex:v 1 .", "ex:a ex:v 1 ."),
        ("ex:a ex:p ex:y .\n\nex:a ex:v 1 .\n", "\nex:a ex:v 1 .\n"),
        ("ex:a ex:p ex:y . # gone\nex:b ex:v 1 .\n", "# gone\nex:b ex:v 1 .\n"),
        ("<http://ex/a> <http://ex/p> <http://ex/\\u0079> ; ex:v 1 .", "<http://ex/a> ex:v 1 ."),
        (
            'ex:a ex:v [ ex:p ex:y ] , "ex:p ex:y" ; ex:p ex:y .',
            'ex:a ex:v [ ex:p ex:y ] , "ex:p ex:y" .',
        ),
        ("ex:b ex:p ex:y .\n", "ex:b ex:p ex:y .\n"),
    ],
)
def test_a_triple_goes(before: str, after: str) -> None:
    """However it is written, it goes with its line; comments and the rest stay."""
    assert edited(before, Edits({GONE: ()})) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "ex:a\n  ex:v 1 ;\n  ex:p ex:y ; # why\n  ex:w 3 .\n",
            "ex:a\n  ex:v 1 ;\n  ex:q ex:z ; # why\n  ex:w 3 .\n",
        ),
        ("ex:a ex:v 1 ; ex:p ex:y .", "ex:a ex:v 1 ; ex:q ex:z ."),
        ("ex:a ex:p # why\n ex:y , ex:y .", "ex:a ex:q # why\n ex:z ."),
        ("ex:a ex:p ex:y .\nex:a ex:v 1 ; ex:p ex:y .\n", "ex:a ex:q ex:z .\nex:a ex:v 1 .\n"),
    ],
)
def test_another_takes_its_place(before: str, after: str) -> None:
    """A new triple is written once, over the first statement of the one that goes."""
    assert edited(before, Edits({GONE: (NEW,)})) == after


def test_several_take_its_place() -> None:
    """Each has a line of its own where the statement has lines."""
    edits = Edits({GONE: (NEW, MORE)})
    assert edited("ex:a\n\tex:p ex:y ; # why\n\tex:v 1 .\n", edits) == (
        'ex:a\n\tex:q ex:z ;\n\tex:r "w"@en ; # why\n\tex:v 1 .\n'
    )
    assert edited("ex:a ex:p ex:y .\n", edits) == 'ex:a ex:q ex:z ; ex:r "w"@en .\n'


def test_an_object_of_a_list_changes_in_place() -> None:
    """Another value of the same property is written over the one that goes."""
    edits = Edits({triple("a", "p", Literal("1")): (triple("a", "p", Literal("2")),)})
    assert edited('ex:a ex:p "0" , "1" , "3" .', edits) == 'ex:a ex:p "0" , "2" , "3" .'
    assert edited('ex:a ex:p """1""" .', edits) == 'ex:a ex:p "2" .'


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("ex:a\n  ex:p 1 ;\n  ex:v 2 .\n", "ex:a\n  ex:p 1 ;\n  ex:q ex:z ;\n  ex:v 2 .\n"),
        ("ex:a\n  ex:p 1 ; # one\n  ex:v 2 .", "ex:a\n  ex:p 1 ; # one\n  ex:q ex:z ;\n  ex:v 2 ."),
        ("ex:a\n  ex:p 1 . # one\n", "ex:a\n  ex:p 1 ; # one\n  ex:q ex:z .\n"),
        ("ex:a\n  ex:p 1 , 2 # one\n  .\n", "ex:a\n  ex:p 1 , 2 ;\n  ex:q ex:z # one\n  .\n"),
        ("ex:a ex:p 1 ;\n\tex:v 2 .", "ex:a ex:p 1 ;\n\tex:q ex:z ;\n\tex:v 2 ."),
        ("ex:a ex:p 1 ; ex:v 2 .", "ex:a ex:p 1 ; ex:q ex:z ; ex:v 2 ."),
        ("ex:a ex:p 1 ; ex:v 2 ;\n  ex:w 3 .", "ex:a ex:p 1 ; ex:q ex:z ; ex:v 2 ;\n  ex:w 3 ."),
        ("ex:a ex:p 1 .\nex:a ex:p 2 .\n", "ex:a ex:p 1 ; ex:q ex:z .\nex:a ex:p 2 .\n"),
    ],
)
def test_a_triple_goes_below_another(before: str, after: str) -> None:
    """It is written below the first statement of the property, on a line where there are lines."""
    assert edited(before, Edits(below={(named("a"), named("p")): (NEW,)})) == after


def test_line_ends_and_byte_order_mark_stay() -> None:
    """CRLF and a byte order mark are as they were, in new lines too."""
    text = HEAD + "ex:a\n  ex:p ex:y ;\n  ex:v 1 .\n\n# é\n"
    content = b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode()
    new = text.replace("ex:p ex:y", 'ex:q ex:z ;\n  ex:r "w"@en').replace("\n", "\r\n")
    found = edited_files({"f.ttl": content}, Edits({GONE: (NEW, MORE)})).texts
    assert found == {"f.ttl": b"\xef\xbb\xbf" + new.encode()}


def test_names_are_those_of_the_file() -> None:
    """Any prefix of the file serves, and an IRI without one is written in full."""
    text = "@prefix : <http://ex/> .\n@prefix l: <http://ex/long/> .\n:a :p :y .\n"
    new = (triple("a", "q", "long/z"), triple("a", "q", NamedNode("http://other/z")))
    found = edited_files({"f.ttl": text.encode()}, Edits({GONE: new})).texts["f.ttl"]
    assert found.decode() == text.replace(":p :y", ":q l:z ; :q <http://other/z>")


def test_lines() -> None:
    """Each edited statement is found, by its line before the edits and after."""
    files = {
        "a.ttl": (
            HEAD + "ex:b\n  ex:v 1 ;\n  ex:p ex:y .\nex:a\n  ex:v 1 ;\n  ex:p 1 .\n"
        ).encode(),
        "b.ttl": (HEAD + "ex:a\n  ex:p ex:y .\n").encode(),
    }
    other = triple("b", "p", "y")
    below: dict[Place, tuple[Triple, ...]] = {(named("a"), named("v")): (NEW,)}
    found = edited_files(files, Edits({other: (), GONE: (MORE,)}, below))
    assert found.lines == {
        other: ("a.ttl", 5, 3),
        (named("a"), named("v")): ("a.ttl", 7, 6),
        GONE: ("b.ttl", 4, 4),
    }
    assert set(found.texts) == {"a.ttl", "b.ttl"}


def test_statements_are_edited_alike() -> None:
    """A new statement is in the graph of the first statement that it follows."""
    one, two = NamedNode("urn:1"), NamedNode("urn:2")
    quads = [Quad(GONE.subject, GONE.predicate, GONE.object, graph) for graph in (one, two)]
    assert list(edited_statements(quads, Edits({GONE: (NEW,)}))) == [
        Quad(NEW.subject, NEW.predicate, NEW.object, one)
    ]


def statements(text: bytes) -> set[Triple]:
    """Parse a file, without statements that have blank nodes."""
    return {
        quad.triple
        for quad in pyoxigraph.parse(text, RdfFormat.TURTLE)
        if not isinstance(quad.subject, BlankNode) and not isinstance(quad.object, BlankNode)
    }


@settings(max_examples=400)
@given(documents(), st.data())
def test_text_and_statements_agree(text: str, data: st.DataObject) -> None:
    """In any text: the triples become what the same edits make of the statements."""
    old = sorted(statements(text.encode()), key=str)
    named_objects = [one for one in old if one.object != NIL]  # an empty list is in brackets
    if not named_objects:
        return
    gone = data.draw(st.lists(st.sampled_from(named_objects), unique=True, max_size=4))
    new = [
        tuple(Triple(one.subject, named("new"), Literal(f"{n}")) for n in range(number))
        for one, number in zip(
            gone, data.draw(st.lists(st.integers(0, 2), min_size=4)), strict=False
        )
    ]
    kept = [one for one in old if all(one.subject != other.subject for other in gone)]
    below = data.draw(st.lists(st.sampled_from(kept), unique=True, max_size=2)) if kept else []
    edits = Edits(
        dict(zip(gone, new, strict=True)),
        {
            (one.subject, one.predicate): (Triple(one.subject, named("below"), Literal("x")),)
            for one in below
        },
    )
    quads = [Quad(one.subject, one.predicate, one.object) for one in old]
    expected = {quad.triple for quad in edited_statements(quads, edits)}
    after = edited_files({"f.ttl": text.encode()}, edits).texts.get("f.ttl", text.encode())
    assert statements(after) == expected
