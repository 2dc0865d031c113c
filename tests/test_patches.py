"""Patches of Turtle files: what they write, and that every other byte stays."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple
from turtle_texts import documents

from mlkg.editing.patches import Patch, Values
from mlkg.errors import MlkgError
from mlkg.namespaces import WELL_KNOWN
from mlkg.turtle.house_form import house_form

ROOT = Path(__file__).parents[1]
EX = "http://ex/"
P = EX + "p"
A = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"


def patch(text: str) -> Patch:
    """Start a patch of a text; it may declare the prefixes that mlkg knows, and `new`."""
    return Patch("f.ttl", text.encode(), {**WELL_KNOWN, "new": "http://new/"})


HEAD = "@prefix ex: <http://ex/> .\n\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("ex:a\n  ex:v 1 ;\n  ex:p 2 ;\n  ex:q 3 .\n", "ex:a\n  ex:v 1 ;\n  ex:q 3 .\n"),
        ("ex:a\n  ex:v 1 ;\n  ex:p 2 .\n", "ex:a\n  ex:v 1 .\n"),
        ("ex:a\n  ex:v 1 ; # one\n  ex:p 2 . # two\n", "ex:a\n  ex:v 1 . # one\n  # two\n"),
        ("ex:a ex:v 1 ; ex:p 2 ; ex:q 3 .", "ex:a ex:v 1 ; ex:q 3 ."),
        ("ex:a ex:v 1 ; ex:p 2 .", "ex:a ex:v 1 ."),
        ("ex:a ex:v 1 ; ex:p 2 , 3 ; ex:q 4 .", "ex:a ex:v 1 ; ex:q 4 ."),
        ("ex:a ex:p 2 , 3 ; ex:q 4 .", "ex:a ex:q 4 ."),
        ("ex:a ex:v 1 ; ex:p 2 ; .", "ex:a ex:v 1 ; ."),
        ("ex:a ex:v 1 .\n", "ex:a ex:v 1 .\n"),
    ],
)
def test_clear(before: str, after: str) -> None:
    """All values of a property go, however they are written; comments and the rest stay."""
    edited = patch(HEAD + before)
    edited.clear(EX + "a", P)
    assert (HEAD + after).encode() == edited.content


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("ex:a\n  ex:v 1 ;\n  ex:q 3 .\n", "ex:a\n  ex:v 1 ;\n  ex:p 9 ;\n  ex:q 3 .\n"),
        (
            "ex:a\n  ex:v 1 ; # one\n  ex:q 3 .\n",
            "ex:a\n  ex:v 1 ; # one\n  ex:p 9 ;\n  ex:q 3 .\n",
        ),
        ("ex:a\n\tex:v 1 . # one\n", "ex:a\n\tex:v 1 ; # one\n\tex:p 9 .\n"),
        ("ex:a\n  ex:v 1 # one\n  .\n", "ex:a\n  ex:v 1 ;\n  ex:p 9 # one\n  .\n"),
        ("ex:a\n  ex:q 3 .\n", "ex:a\n  ex:q 3 ;\n  ex:p 9 .\n"),
        ("ex:a ex:v 1 , 2 ; ex:q 3 .", "ex:a ex:v 1 , 2 ;\n  ex:p 9 ; ex:q 3 ."),
        ("ex:a\n  ex:p 1 ;\n  ex:q 3 .\n", "ex:a\n  ex:p 9 ;\n  ex:q 3 .\n"),
        ('ex:a ex:p "x"@en .', "ex:a ex:p 9 ."),
        ("ex:a ex:v 0 ; ex:p 1 , 2 .\n", "ex:a ex:v 0 ;\n  ex:p 9 .\n"),
    ],
)
def test_set(before: str, after: str) -> None:
    """One value stands for all that were there, or goes below the property named."""
    edited = patch(HEAD + before)
    edited.set(EX + "a", P, Literal(9), after=EX + "v")
    assert (HEAD + after).encode() == edited.content


def test_a_record_goes_below_the_last_of_its_kin() -> None:
    """Below a statement, behind its comment, with a blank line; CRLF and BOM stay."""
    text = HEAD + "ex:a ex:p 1 . # one\nex:b ex:p 2 .\n# end"
    edited = Patch("f.ttl", b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode(), WELL_KNOWN)
    edited.insert_after([EX + "a"], EX + "c", [(A, NamedNode(EX + "C")), (P, Literal("x"))])
    expected = HEAD + 'ex:a ex:p 1 . # one\n\nex:c\n  a ex:C ;\n  ex:p "x" .\nex:b ex:p 2 .\n# end'
    assert b"\xef\xbb\xbf" + expected.replace("\n", "\r\n").encode() == edited.content


@pytest.mark.parametrize("ending", ["", "\n", "\n\n", "\n\n\n"])
def test_append(ending: str) -> None:
    """A record at the end has a blank line above it, and its section when one is named."""
    edited = patch(HEAD + "ex:a ex:p 1 ." + ending)
    edited.append(EX + "c", [(P, Literal("x", language="en"))], section="More")
    gap = ending if len(ending) > 1 else "\n\n"
    expected = f'{HEAD}ex:a ex:p 1 .{gap}# More\n\nex:c\n  ex:p "x"@en .\n'
    assert expected.encode() == edited.content


def test_prefixes_are_declared_in_their_place() -> None:
    """A prefix that is needed goes among the sorted ones; an IRI that no prefix fits is in full."""
    edited = patch("# head\n\n@prefix ex: <http://ex/> .\n@prefix z: <http://z/> . # z\n")
    edited.append(EX + "c", [(P, NamedNode("http://new/n")), (P, NamedNode(WELL_KNOWN["xsd"]))])
    edited.append(EX + "d", [(P, Literal("1", datatype=NamedNode(WELL_KNOWN["xsd"] + "byte")))])
    edited.append(EX + "e", [(P, NamedNode("http://ex/a/b"))])
    assert edited.content.decode() == (
        "# head\n\n@prefix ex: <http://ex/> .\n@prefix new: <http://new/> .\n"
        "@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .\n@prefix z: <http://z/> . # z\n"
        "\nex:c\n  ex:p new:n ;\n  ex:p <http://www.w3.org/2001/XMLSchema#> .\n"
        '\nex:d\n  ex:p "1"^^xsd:byte .\n'
        "\nex:e\n  ex:p <http://ex/a/b> .\n"
    )


def test_a_prefix_that_means_something_else_is_not_used() -> None:
    """A prefix of the file that stands for another namespace leaves the IRI in brackets."""
    edited = patch("@prefix new: <http://old/> .\n")
    edited.append("http://old/c", [(P, NamedNode("http://new/n"))])
    assert "new:c\n  <http://ex/p> <http://new/n> ." in edited.content.decode()


def test_no_such_record() -> None:
    """A record that the file does not have cannot be changed."""
    with pytest.raises(MlkgError, match=r"f\.ttl: has no record http://ex/b"):
        patch(HEAD + "ex:a ex:p 1 .").set(EX + "b", P, Literal(1), after=P)


def triples(content: bytes) -> set[Triple]:
    """Parse a file; blank nodes all become one, so that two texts can be compared."""
    return {
        Triple(quad.subject, quad.predicate, quad.object)
        for quad in pyoxigraph.parse(content.decode("utf-8-sig"), RdfFormat.TURTLE)
        if "_:" not in f"{quad.subject} {quad.object}"
    }


@settings(max_examples=300, deadline=None)
@given(documents(), st.data())
def test_triples_change_as_asked_and_no_others(text: str, data: st.DataObject) -> None:
    """In any text: clearing takes just those triples, setting adds just one, comments stay."""
    old = triples(text.encode())
    subjects = sorted({t.subject.value for t in old if isinstance(t.subject, NamedNode)})
    if not subjects:
        return
    subject = data.draw(st.sampled_from(subjects))
    properties = sorted({t.predicate.value for t in old if t.subject == NamedNode(subject)})
    if len(properties) < 2:
        return
    chosen = data.draw(st.sampled_from(properties))
    edited = patch(text)
    edited.clear(subject, chosen)
    gone = {t for t in old if (t.subject, t.predicate) == (NamedNode(subject), NamedNode(chosen))}
    assert old - gone == triples(edited.content)
    edited.set(subject, chosen, Literal("nøw\n"), after=properties[0])
    new = Triple(NamedNode(subject), NamedNode(chosen), Literal("nøw\n"))
    assert (old - gone) | {new} == triples(edited.content)


@settings(max_examples=200, deadline=None)
@given(documents())
def test_a_new_record_leaves_the_rest(text: str) -> None:
    """A record at the end adds lines to the text, and prefixes, and takes nothing away."""
    edited = patch(text)
    edited.append("http://new/x", [(A, NamedNode("http://new/C"))])
    content = edited.content.decode()
    assert content.replace("@prefix new: <http://new/> .\n", "", 1).startswith(text.rstrip("\r\n"))
    assert triples(text.encode()) | {
        Triple(NamedNode("http://new/x"), NamedNode(A), NamedNode("http://new/C"))
    } == triples(edited.content)


@pytest.mark.parametrize("path", sorted((ROOT / "data").glob("*.ttl")), ids=lambda p: p.name)
def test_what_is_written_is_in_house_form(path: Path) -> None:
    """A file in the house form is in it after a patch, too."""
    text = path.read_bytes()
    edited = Patch(path.name, text, WELL_KNOWN)
    subject = next(iter(pyoxigraph.parse(text, RdfFormat.TURTLE))).subject.value
    said: Values = [
        (A, NamedNode(EX + "C")),
        (WELL_KNOWN["prov"] + "value", Literal("x", language="en")),
    ]
    edited.insert_after([subject], subject + "-new", said)
    edited.set(subject, WELL_KNOWN["prov"] + "value", Literal(1), after=EX)
    assert edited.content.decode() == house_form(edited.content.decode())
