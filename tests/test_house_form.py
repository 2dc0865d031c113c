"""The house form of Turtle: what it looks like, and that it changes no triple and no comment."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pyoxigraph
import pytest
from hypothesis import given, settings
from pyoxigraph import CanonicalizationAlgorithm, Dataset, RdfFormat
from turtle_texts import documents

from mlkg.turtle.document import tokens
from mlkg.turtle.house_form import house_form
from mlkg.turtle.text import TurtleText

ROOT = Path(__file__).parents[1]
FILES = sorted([*(ROOT / "data").glob("*.ttl"), *(ROOT / "ontology").glob("*.ttl")])

UNTIDY = """\
# About this file.
# In two lines.

@prefix ex: <http://ex/> . # the example
# stands for names
PREFIX a: <http://a/>
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .

# Section


# About one.
ex:one ex:p 1, # first
    007 , "a # b"@en; # third
  rdfs:label 'One' ; # its name
  # a note of its own
  ex:q [ ex:r ( 1 2 ) ; # inside
   ex:s [] ] ;
  <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> ex:C; # why
  # the end
  . # after
ex:two a ex:C .
ex:three # odd
  a ex:C ; ; .
# last words"""

TIDY = """\
# About this file.
# In two lines.

@prefix a: <http://a/> .
@prefix ex: <http://ex/> . # the example
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .

# Section

# About one.
ex:one
  a ex:C ; # why
  rdfs:label 'One' ; # its name
  ex:p 1 ; # first
  ex:p 007 ;
  ex:p "a # b"@en ; # third
  # a note of its own
  # inside
  ex:q [ ex:r ( 1 2 ) ; ex:s [] ]
  # the end
  . # after

ex:two
  a ex:C .

ex:three
  # odd
  a ex:C .

# last words
"""


def triples(text: str) -> Dataset:
    """Return the triples of a text, blank nodes named canonically."""
    dataset = Dataset(pyoxigraph.parse(text, RdfFormat.TURTLE))
    dataset.canonicalize(CanonicalizationAlgorithm.UNSTABLE)
    return dataset


def comments(text: str) -> Counter[str]:
    """Count the comments of a text."""
    return Counter(
        token.text.rstrip()
        for token in tokens(TurtleText(text.encode()))
        if token.kind == "comment"
    )


def test_untidy_text() -> None:
    """Every convention at once; a comment stays behind its object or goes above its line."""
    tidy = TIDY.replace("@prefix a:", "# stands for names\n@prefix a:")
    assert tidy == house_form(UNTIDY)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_this_repository_is_in_house_form(path: Path) -> None:
    """The files of the study and of the ontology are in the house form; `mlkg fmt` keeps them."""
    assert path.read_text("utf-8") == house_form(path.read_text("utf-8"))


@settings(max_examples=400, deadline=None)
@given(documents())
def test_triples_and_comments_stay(text: str) -> None:
    """Whatever the text: the same triples, the same comments, and the form is its own form."""
    formatted = house_form(text)
    assert triples(text) == triples(formatted)
    assert comments(text) == comments(formatted)
    assert formatted == house_form(formatted)


def test_line_ends_stay() -> None:
    """A file with CRLF keeps CRLF, and a line end inside a literal is left alone."""
    text = '@prefix e: <x:> .\r\ne:a e:b """1\n2""" .\r\n'
    assert house_form(text) == '@prefix e: <x:> .\r\n\r\ne:a\r\n  e:b """1\n2""" .\r\n'


def test_a_prefix_declared_twice_is_not_moved() -> None:
    """Order matters where a prefix changes its meaning, so such a run stays as it is."""
    text = "@prefix b: <x:1> .\n@prefix a: <x:2> .\n@prefix b: <x:3> .\n\nb:\n  a a: .\n"
    assert text == house_form(text)


def test_nothing_is_nothing() -> None:
    """An empty file, and one with comments only, stay."""
    assert house_form("") == ""
    assert house_form("# only\n\n# this") == "# only\n\n# this\n"
