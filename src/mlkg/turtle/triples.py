"""Turtle text as triples, each term with the place where it stands.

pyoxigraph parses the data and is the gate: what comes here is Turtle already. This module only
finds out where in the text a triple was stated, which no parser of RDF for Python tells.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import pyoxigraph
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat

from mlkg.terms import Term
from mlkg.turtle.text import BETWEEN, TO_FULL_STOP, TOKEN, Extent, Token, TurtleText, unescape

_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_XSD = "http://www.w3.org/2001/XMLSchema#"
_TYPE, _FIRST, _REST, _NIL, _REIFIES = (
    NamedNode(_RDF + name) for name in ("type", "first", "rest", "nil", "reifies")
)
_NOWHERE = Extent(0, 0)


class Statement(NamedTuple):
    """One triple as it is stated: its terms, and the extent of each in the text."""

    subject: Term
    predicate: Term
    object: Term
    subject_at: Extent
    predicate_at: Extent
    object_at: Extent


class Scope:
    """The prefixes and the base that hold at a place, and the terms that names there mean."""

    def __init__(self, prefixes: dict[str, str], base: str | None, *, crlf: bool = False) -> None:
        """Take the prefixes without their colon; with `crlf`, CRLF in a string is LF."""
        self.prefixes = prefixes
        self.base = base
        self.crlf = crlf
        self._known: dict[str, NamedNode] = {}

    def iri(self, text: str) -> NamedNode:
        """Return the IRI that `text`, `<…>` or a prefixed name, means here.

        Raises ValueError when it means none.
        """
        if text not in self._known:
            self._known[text] = NamedNode(self._resolve(text))
        return self._known[text]

    def _resolve(self, text: str) -> str:
        if text.startswith("<"):
            written = unescape(text[1:-1])
            if self.base is None:
                return written
            triple = f"<{written}> <x:p> <x:o> ."
            found = next(pyoxigraph.parse(triple, RdfFormat.TURTLE, base_iri=self.base))
            return str(found.subject.value)
        prefix, _, local = text.partition(":")
        if prefix not in self.prefixes:
            raise ValueError(f"{prefix}: is not declared")
        if "\\" in local:
            local = re.sub(r"\\(.)", r"\1", local)
        return self.prefixes[prefix] + local


class Block(NamedTuple):
    """A subject with its predicates and objects, up to the full stop.

    `subject` is None when it is a blank node or a collection in brackets; `subject_at` is its first
    token. `scope` holds the prefixes and the base in force there.
    """

    extent: Extent
    subject: Term | None
    subject_at: Extent
    scope: Scope


def blocks(source: TurtleText, *, crlf: bool = False) -> Iterator[Block]:
    """Yield every block of a file without reading what is in it.

    With `crlf`, strings have LF where the text has CRLF. Stops where the text is no Turtle.
    """
    text = source.text
    scope = Scope({}, source.base, crlf=crlf)
    at = 0
    while (between := BETWEEN.match(text, at)) and (first := TOKEN.match(text, between.end())):
        start = first.start()
        if first.lastgroup == "at" or first[0].upper() in {"PREFIX", "BASE", "VERSION"}:
            try:
                scope, at = _directive(source, start, scope)
            except (ValueError, SyntaxError):
                return
            continue
        end = TO_FULL_STOP.match(text, start)
        if end is None:
            return
        at = end.end()
        subject: Term | None = None
        if first.lastgroup in {"iri", "name"}:
            try:
                subject = scope.iri(first[0])
            except (ValueError, SyntaxError):
                continue
        elif first.lastgroup == "blank":
            subject = _labelled(first[0])
        yield Block(Extent(start, at), subject, Extent(start, first.end()), scope)


def statements(source: TurtleText, block: Block) -> list[Statement]:
    """Return the triples of one block in the order in which their objects end.

    Blank nodes in brackets are named after the offset at which they stand.
    What comes after a fault in the text is left out.
    """
    tokens = [
        Token(match.lastgroup or "", match[0], *match.span())
        for match in TOKEN.finditer(source.text, *block.extent)
        if match.lastgroup not in {"space", "comment"}
    ]
    reader = _Reader(block.scope)
    with contextlib.suppress(ValueError, SyntaxError, IndexError):
        reader.read(tokens)
    return reader.found


def all_statements(source: TurtleText) -> list[Statement]:
    """Return the triples of a file in their order."""
    return [statement for block in blocks(source) for statement in statements(source, block)]


def read_term(ahead: Sequence[Token], scope: Scope) -> tuple[Term, int]:
    """Return the term that the tokens ahead start with, and how many of them it is.

    Raises ValueError, SyntaxError or IndexError where they start with none.
    """
    token = ahead[0]
    if token.kind in {"iri", "name"}:
        return scope.iri(token.text), 1
    if token.kind == "blank":
        return _labelled(token.text), 1
    if token.kind == "string":
        quotes = 3 if token.text[:3] in {'"""', "'''"} else 1
        written = token.text[quotes:-quotes]
        value = unescape(written.replace("\r\n", "\n") if scope.crlf else written)
        if len(ahead) > 1 and ahead[1].kind == "at":
            language, _, direction = ahead[1].text[1:].partition("--")
            if direction:
                base = pyoxigraph.BaseDirection(direction)
                return Literal(value, language=language, direction=base), 2
            return Literal(value, language=language), 2
        if len(ahead) > 1 and ahead[1].text == "^^":
            return Literal(value, datatype=scope.iri(ahead[2].text)), 3
        return Literal(value), 1
    if token.kind == "number":
        kind = (
            "double"
            if re.search("[eE]", token.text)
            else "decimal"
            if "." in token.text
            else "integer"
        )
        return Literal(token.text, datatype=NamedNode(_XSD + kind)), 1
    if token.text == "a":
        return _TYPE, 1
    if token.text in {"true", "false"}:
        return Literal(token.text, datatype=NamedNode(f"{_XSD}boolean")), 1
    raise ValueError(f"{token.text} is no term")


def _directive(source: TurtleText, start: int, scope: Scope) -> tuple[Scope, int]:
    """Read a directive; return the scope after it and the offset where it ends."""
    tokens = (token for token in source.tokens(start) if token.kind != "comment")
    keyword = next(tokens)
    last = next(tokens, keyword)
    word = keyword.text.lstrip("@").upper()
    if word == "PREFIX":
        prefix, last = last.text[:-1], next(tokens, last)
        prefixes = {**scope.prefixes, prefix: scope.iri(last.text).value}
        scope = Scope(prefixes, scope.base, crlf=scope.crlf)
    elif word == "BASE":
        scope = Scope(scope.prefixes, scope.iri(last.text).value, crlf=scope.crlf)
    if keyword.kind == "at":
        last = next(tokens, last)
    return scope, last.end


def _labelled(text: str) -> BlankNode:
    return BlankNode(f"label-{text[2:]}")


@dataclass(slots=True)
class _Frame:
    """A construct that is open: who its triples are about, and how far they have come."""

    mark: str
    start: int
    subject: Term | None = None
    subject_at: Extent = _NOWHERE
    predicate: Term | None = None
    predicate_at: Extent = _NOWHERE
    object: Term | None = None
    reifier: Term | None = None


class _Reader:
    """Reads the tokens of one block; nesting is a list, so that its depth does not matter."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope
        self._frames = [_Frame("", 0)]
        self.found: list[Statement] = []

    def read(self, tokens: list[Token]) -> None:
        """Read one block; raises ValueError, SyntaxError or IndexError where it is no Turtle."""
        number = 0
        while number < len(tokens):
            token = tokens[number]
            if token.kind == "mark":
                number += self._mark(token, tokens[number + 1 : number + 2])
            else:
                term, taken = read_term(tokens[number : number + 3], self._scope)
                self._value(term, Extent(token.start, tokens[number + taken - 1].end))
                number += taken

    def _value(self, term: Term, at: Extent) -> None:
        """Put a term in the place that is open for one."""
        frame = self._frames[-1]
        if frame.mark == "(":
            node = BlankNode(f"item-{at.start}")
            if frame.object is None:
                frame.subject = node
            else:
                self._state(frame.object, at, _REST, at, node, at)
            self._state(node, at, _FIRST, at, term, at)
            frame.object = node
        elif frame.subject is None:
            frame.subject, frame.subject_at = term, at
        elif frame.predicate is None:
            frame.predicate, frame.predicate_at = term, at
        elif frame.mark in {"<<", "<<("}:
            if frame.object is None:
                frame.object = term
            else:
                frame.reifier = term
        else:
            frame.object, frame.reifier = term, None
            self._state(
                frame.subject, frame.subject_at, frame.predicate, frame.predicate_at, term, at
            )

    def _state(
        self,
        subject: Term,
        subject_at: Extent,
        predicate: Term,
        predicate_at: Extent,
        object: Term,
        object_at: Extent,
    ) -> None:
        self.found.append(
            Statement(subject, predicate, object, subject_at, predicate_at, object_at)
        )

    def _mark(self, token: Token, after: list[Token]) -> int:
        """Open or close a construct; return how many tokens that took."""
        mark, start = token.text, token.start
        frame = self._frames[-1]
        if mark == "[":
            here = Extent(start, token.end)
            self._frames.append(_Frame(mark, start, BlankNode(f"anonymous-{start}"), here))
        elif mark in {"(", "<<", "<<("}:
            self._frames.append(_Frame(mark, start))
        elif mark == "{|":
            about = frame.reifier or self._reify(frame, start)
            frame.reifier = None
            self._frames.append(_Frame(mark, start, about, Extent(start, token.end)))
        elif mark == ";":
            frame.predicate = None
        elif mark == "~":
            named = bool(after) and after[0].kind in {"iri", "name", "blank"}
            given = read_term(after, self._scope)[0] if named else None
            if frame.mark == "<<":
                frame.reifier = given
            else:
                frame.reifier = self._reify(frame, start, given)
            return 2 if named else 1
        elif mark in {"]", ")", ">>", ")>>", "|}"}:
            self._frames.pop()
            self._close(frame, Extent(frame.start, token.end))
        return 1

    def _close(self, frame: _Frame, at: Extent) -> None:
        """Hand the term that a construct stands for to what it stands in."""
        if frame.mark == "[":
            assert frame.subject is not None  # noqa: S101 - set when it was opened
            self._value(frame.subject, at)
        elif frame.mark == "(":
            if frame.object is not None:
                self._state(frame.object, at, _REST, at, _NIL, at)
            self._value(frame.subject or _NIL, at)
        elif frame.mark == "<<(":
            self._value(_triple(frame), at)
        elif frame.mark == "<<":
            self._value(self._reify(frame, frame.start, frame.reifier), at)

    def _reify(self, frame: _Frame, start: int, given: Term | None = None) -> Term:
        """State that a reifier, a new one unless given, stands for the triple of `frame`."""
        reifier = given or BlankNode(f"reifier-{start}")
        here = frame.predicate_at
        self._state(reifier, here, _REIFIES, here, _triple(frame), here)
        return reifier


def _triple(frame: _Frame) -> pyoxigraph.Triple:
    if frame.subject is None or frame.predicate is None or frame.object is None:
        raise ValueError("a triple term that is not whole")
    return pyoxigraph.Triple(frame.subject, frame.predicate, frame.object)  # type: ignore[arg-type]
