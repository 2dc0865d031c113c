"""Turtle as text: tokens, statements and records with their places."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph
import pytest
from hypothesis import given, settings
from pyoxigraph import NamedNode, RdfFormat
from turtle_texts import documents

from mlkg.errors import DataError
from mlkg.turtle.document import Document, resolve, string, tokens, values
from mlkg.turtle.text import TurtleText

ROOT = Path(__file__).parents[1]
FILES = sorted([*(ROOT / "data").glob("*.ttl"), *(ROOT / "ontology").glob("*.ttl")])


def joined(text: str) -> str:
    """Put the tokens of a text together again, with the gaps between them."""
    parts, position = [], 0
    for token in tokens(TurtleText(text.encode())):
        gap = text[position : token.start]
        assert gap.strip(" \t\r\n") == ""
        assert token.text == text[token.start : token.end]
        parts += [gap, token.text]
        position = token.end
    assert text[position:].strip(" \t\r\n") == ""
    return "".join([*parts, text[position:]])


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_tokens_are_the_file(path: Path) -> None:
    """Tokens and the white space between them give the file byte for byte."""
    text = path.read_bytes().decode()
    assert text == joined(text)


@settings(max_examples=300, deadline=None)
@given(documents())
def test_tokens_are_any_text(text: str) -> None:
    """The same holds for Turtle with every kind of token, and such text is Turtle to pyoxigraph."""
    assert text == joined(text)
    list(pyoxigraph.parse(text, RdfFormat.TURTLE))


@settings(max_examples=300, deadline=None)
@given(documents())
def test_records_are_what_a_parser_sees(text: str) -> None:
    """Subjects that are IRIs, and the IRIs of their predicates, are those that pyoxigraph finds."""
    found = set()
    for record in Document(text).records:
        code = record.statement.code
        for value in values(code):
            predicate = record.iri(code[value.predicate])
            if record.subject:
                found.add((record.subject, predicate))
    parsed = {
        (quad.subject.value, quad.predicate.value)
        for quad in pyoxigraph.parse(text, RdfFormat.TURTLE)
        if isinstance(quad.subject, NamedNode)
    }
    assert parsed == found


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_triple_is_written_once(path: Path) -> None:
    """Outside brackets, the predicates with objects that a file writes are its triples."""
    document = Document(path.read_text("utf-8"))
    written = sum(len(values(record.statement.code)) for record in document.records)
    triples = [
        quad
        for quad in pyoxigraph.parse(document.text, RdfFormat.TURTLE)
        if isinstance(quad.subject, NamedNode)
    ]
    assert len(triples) == written


def test_kinds_of_tokens() -> None:
    """Each terminal of the grammar is told from its neighbours."""
    text = '@prefix e: <x:y> . e:a.b a 1.5 , 1. e:c e:d\\~ , \'x\'@en-GB , """y"""^^e:t , _:b .#c'
    assert [(token.kind, token.text) for token in tokens(TurtleText(text.encode()))] == [
        ("at", "@prefix"),
        ("name", "e:"),
        ("iri", "<x:y>"),
        ("mark", "."),
        ("name", "e:a.b"),
        ("word", "a"),
        ("number", "1.5"),
        ("mark", ","),
        ("number", "1"),
        ("mark", "."),
        ("name", "e:c"),
        ("name", "e:d\\~"),
        ("mark", ","),
        ("string", "'x'"),
        ("at", "@en-GB"),
        ("mark", ","),
        ("string", '"""y"""'),
        ("mark", "^^"),
        ("name", "e:t"),
        ("mark", ","),
        ("blank", "_:b"),
        ("mark", "."),
        ("comment", "#c"),
    ]


def test_place_of_a_record() -> None:
    """Lines and columns count from 1, characters and not bytes, CRLF as one line end."""
    document = Document("@prefix e: <x:/> .\r\n# ä\r\n  e:ä e:p 1 .\r\n")
    record = document.records[0]
    assert record.subject == "x:/ä"
    assert document.place(record.statement.start) == (3, 3)


def test_prefixes_hold_from_where_they_stand() -> None:
    """A prefix that is declared anew means the later IRI from there on."""
    document = Document("@prefix e: <x:1/> . e:a a e:c . PREFIX e: <x:2/> e:a a e:c .")
    assert [record.subject for record in document.records] == ["x:1/a", "x:2/a"]
    assert document.prefixes == {"e": "x:2/"}


def test_base_resolves_relative_iris() -> None:
    """Relative IRIs are resolved against @base, as the parser does it."""
    document = Document("@base <http://e.org/d/> . <a> a <#b> . @base <../> . <a> a <b> .")
    assert [r.subject for r in document.records] == ["http://e.org/d/a", "http://e.org/a"]
    first = document.records[0]
    assert resolve(first.statement.code[2], {}, first.base) == "http://e.org/d/#b"


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("e:a e:b <no iri> .", ":1:9:"),
        ("@prefix e: <x:y> .\ne:a e:b 'open\n .", ":2:9:"),
        ("e:a e:b ( 1 ] .", ":1:13:"),
        ("e:a e:b 1", ":1:1:"),
        ("hello .", ":1:1:"),
        ("@prefix <x:y> .", ":1:1:"),
    ],
)
def test_what_is_not_turtle(text: str, place: str) -> None:
    """Text that is not Turtle 1.1 is refused with the place of the fault."""
    with pytest.raises(DataError, match=place):
        Document(text)


@settings(max_examples=200, deadline=None)
@given(documents())
def test_literals_come_back(text: str) -> None:
    """A literal that is written anew in the house form has the same text."""
    for quad in pyoxigraph.parse(text, RdfFormat.TURTLE):
        if isinstance(quad.object, pyoxigraph.Literal):
            written = f"<x:s> <x:p> {string(quad.object.value)} ."
            (again,) = pyoxigraph.parse(written, RdfFormat.TURTLE)
            assert quad.object.value == again.object.value
            assert "\n" not in written
