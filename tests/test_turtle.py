"""Turtle read for its places: the same triples as pyoxigraph's, each term where it stands."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pyoxigraph
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Dataset, Quad, RdfFormat, Triple

from mlkg.turtle.text import Extent, TurtleText
from mlkg.turtle.triples import Statement, all_statements, blocks

ROOT = Path(__file__).parents[1]
FILES = sorted(
    [*ROOT.glob("data/*.ttl"), *ROOT.glob("ontology/*.ttl"), *ROOT.glob("tests/**/*.ttl")]
)
PREFIXES = "@prefix e: <http://e/> . @prefix : <http://d/> .\n"

DOCUMENTS = [
    "e:b e:p _:a.b . e:b e:p _:a.",
    "e:a e:p '''a\r\nb''' . e:b e:p 1\r;e:q 2#c\r.",
    "prefix f: <http://f/> f:a a f:b. [] e:p (1 2 [e:p 3]) . () e:p () .",
    "[ e:p 1 ] . [ e:p 2 ] e:q 3 ; ; . e:a e:p ((()) (1)) . ( 1 ) e:p 2 .",
    'e:a\\-b.c e:p 1.5, .5, -1e3, +2, true, "x"@en-US, "a"^^e:d .',
    'e:a e:p "\\u0041\\t\\"\\U0001F600", """a""b"c\\"""", \'it\'\'s\' .'.replace("''s", '"s'),
    'e:b e:p "x"@en.e:c e:p 3. e:1.2 e: 1. : a :.',
    'e:b e:p "# no comment", <http://x/#a>, \'"\', "\'" .# . e:x',
    'e:ü.·é e:p "😀", e:%20a, e:a:b, <http://e/\\u00e9> .',
    "@base <http://b/c/d> . <x> e:p <../y>, <#z>, <> . base <http://k/> <x> <y> <z> .",
    "@base <http://b/c/d> . <x> e:p <http://k/a/../c>, <u:v>, <http://b/e\u0301> .",
    "@prefix e: <http://other/> . e:a e:b e:c .",
    "@prefix # comment\n f: # comment\n <http://f/> # comment\n .\nf:a f:b f:c.",
    "e:a e:b e:c # .\n # ;\n ; e:d e:e . # end",
    "e:a e:p 5, 5.0, 5.e1, 5e1 . e:b e:p 5.",
    "e:b e:p <<( e:a e:b e:c )>> .",
    "e:a e:b e:c {| e:d e:e |} . << e:a e:b e:c ~ e:r >> e:q 1 . << e:a e:b e:d >> e:q 1 .",
    "e:x e:y e:z ~ e:k {| e:m e:n |} ~ {| e:m e:o |} , 3 ~ e:k2 .",
    'VERSION "1.2" e:b e:p "x"@en--ltr .',
    "",
    "# nothing\n",
]
"""What makes Turtle hard to read: each document after PREFIXES."""


def canonical(triples: Iterable[Triple]) -> set[Quad]:
    """Return triples with canonical blank nodes, so that equal sets are isomorphic graphs."""
    dataset = Dataset([Quad(t.subject, t.predicate, t.object) for t in triples])
    dataset.canonicalize(pyoxigraph.CanonicalizationAlgorithm.UNSTABLE)
    return set(dataset)


def parsed(turtle: bytes) -> set[Quad]:
    """Return the triples that pyoxigraph reads."""
    parser = pyoxigraph.parse(turtle.removeprefix(b"\xef\xbb\xbf"), RdfFormat.TURTLE)
    return canonical(quad.triple for quad in parser)


def read(turtle: bytes) -> set[Quad]:
    """Return the triples that `mlkg.turtle.triples` reads."""
    found = all_statements(TurtleText(turtle))
    return canonical(Triple(s.subject, s.predicate, s.object) for s in found)  # type: ignore[arg-type]


def text_at(text: TurtleText, extent: Extent) -> str:
    """Return the text of an extent."""
    return text.text[extent.start : extent.end]


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_project_files_read_alike(path: Path) -> None:
    """Every Turtle file of the project has the same triples for both readers."""
    turtle = path.read_bytes()
    assert parsed(turtle) == read(turtle)


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"], ids=["lf", "crlf", "cr"])
@pytest.mark.parametrize("document", DOCUMENTS)
def test_hard_documents_read_alike(document: str, ends: str) -> None:
    """All of Turtle reads alike, RDF 1.2 too, with a byte order mark and any line ends."""
    turtle = b"\xef\xbb\xbf" + (PREFIXES + document).replace("\n", ends).encode()
    assert parsed(turtle) == read(turtle)


def spaced(*parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Join parts with white space and comments, at least one space between two."""
    gap = st.sampled_from([" ", "\n", "\t ", " # e:x e:y 'z .\r\n", "\r"])
    return st.tuples(*[part for p in parts for part in (p, gap)]).map("".join)


names = st.sampled_from(
    ["e:a", ":b", ":", "e:a.b", "e:c-1", "e:%41", "<http://x/y#z>", "e:é", "e:a:b"]
)
strings = st.builds(
    lambda body, quote: f"{quote}{body}{quote}",
    st.sampled_from(
        ["", "a", " . ", "#", "\\\\", "\\u00e9", "日本", "[ ] ( ) ; ,", "<x>", "@en ^^"]
    ),
    st.sampled_from(['"', "'", '"""', "'''"]),
)
literals = st.one_of(
    st.sampled_from(["1", "-1.50", ".5", "1e3", "true", "false", "007", '"""a\n"b" """']),
    strings,
    st.builds("{}@en-GB".format, strings),
    st.builds("{}^^{}".format, strings, names),
)
blank = st.sampled_from(["_:x", "_:x.y", "[]", "()"])
verbs = st.one_of(names, st.just("a"))
terms: st.SearchStrategy[str] = st.deferred(
    lambda: st.one_of(names, literals, blank, brackets, lists)
)
objects = st.lists(terms, min_size=1, max_size=2).map(" , ".join)
properties = st.lists(spaced(verbs, objects), min_size=1, max_size=3).map(" ; ".join)
brackets: st.SearchStrategy[str] = spaced(st.just("["), properties, st.just("]"))
lists: st.SearchStrategy[str] = st.lists(terms, max_size=2).map(
    lambda items: f"( {' '.join(items)} )"
)
triples = st.one_of(
    spaced(st.one_of(names, blank), properties, st.just(".")), spaced(brackets, st.just("."))
)
directives = st.sampled_from(
    ["@prefix e: <http://f/> .\n", "PREFIX : <http://g/>\n", "@prefix new: <http://n/>.\n"]
)
documents = st.lists(st.one_of(triples, triples, triples, directives), max_size=4).map("".join)


@settings(max_examples=300, deadline=None)
@given(documents)
def test_any_document_reads_alike(document: str) -> None:
    """What pyoxigraph reads in a random document, `mlkg.turtle.triples` reads too."""
    turtle = (PREFIXES + document).encode()
    assert parsed(turtle) == read(turtle)


def alone(text: TurtleText, statement: Statement, scope: str) -> set[object]:
    """Return the object that the text at its place stands for, when parsed alone."""
    line = f"{scope}<x:s> <x:p> {text_at(text, statement.object_at)}\n."
    return {q.object for q in pyoxigraph.parse(line.encode(), RdfFormat.TURTLE)}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_terms_stand_where_it_says(path: Path) -> None:
    """The text at the place of an object, a predicate or a subject is that term."""
    text = TurtleText(path.read_bytes())
    prefixes = pyoxigraph.parse(path.read_bytes().removeprefix(b"\xef\xbb\xbf"), RdfFormat.TURTLE)
    found = all_statements(text)
    list(prefixes)
    scope = "".join(f"@prefix {p}: <{ns}> .\n" for p, ns in prefixes.prefixes.items())
    for statement in found:
        if not isinstance(statement.object, BlankNode):
            assert statement.object in alone(text, statement, scope)
        predicate = text_at(text, statement.predicate_at)
        subject = text_at(text, statement.subject_at)
        inside = text_at(text, statement.object_at)
        if predicate == inside:
            continue  # a triple of a collection, which has no predicate of its own
        line = f"{scope}[] {predicate} [] ."
        assert {q.predicate for q in pyoxigraph.parse(line.encode(), RdfFormat.TURTLE)} == {
            statement.predicate
        }
        assert subject[0] in "[(" or subject in (
            str(statement.subject),
            *(
                f"{p}:{str(statement.subject)[len(ns) + 1 : -1]}"
                for p, ns in prefixes.prefixes.items()
            ),
        )


def test_places_count_unicode_characters() -> None:
    """Lines end with LF, CRLF or CR; columns count characters, not bytes; the mark counts not."""
    text = TurtleText("\ufeffe:é\r\n\u2028😀x\ry\n".encode())
    offsets = {char: text.place(text.text.index(char)) for char in ("é", "x", "y")}
    assert offsets == {"é": (1, 3), "x": (2, 3), "y": (3, 1)}
    assert [text.line(n) for n in (1, 2, 3, 4)] == ["e:é", "\u2028😀x", "y", ""]


def test_blocks_tell_their_subjects_and_scope() -> None:
    """A block is known by its subject without reading what is in it."""
    text = TurtleText(
        b"@prefix e: <http://e/> . e:a e:p 1. [] e:p 2 . @prefix e: <u:> . e:a e:p 3."
    )
    found = [(str(block.subject), text_at(text, block.extent)) for block in blocks(text)]
    assert found == [
        ("<http://e/a>", "e:a e:p 1."),
        ("None", "[] e:p 2 ."),
        ("<u:a>", "e:a e:p 3."),
    ]


def test_what_is_no_turtle_ends_quietly() -> None:
    """Text that is no Turtle never raises: what comes before its fault has its places."""
    for document in ("e:a e:b", "e:a e:b ]]] .", '<a> "open', "no:x no:y no:z .", "@prefix", ") ."):
        assert all_statements(TurtleText((PREFIXES + document).encode())) == []
    before = TurtleText((PREFIXES + "e:a e:b e:c ; x:d 1 .").encode())
    assert [str(s.object) for s in all_statements(before)] == ["<http://e/c>"]


def test_nesting_does_not_matter() -> None:
    """Brackets nested thousands deep are read without recursion."""
    text = f"{PREFIXES}e:a e:p {'[ e:p ' * 5000}1{' ]' * 5000} ."
    assert len(all_statements(TurtleText(text.encode()))) == 5001
