"""Turtle text as tokens and triples, each with the place where it stands.

pyoxigraph parses the data and is the gate: what comes here is Turtle already. This module only
finds out where in the text a triple was stated, which no parser of RDF for Python tells.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import NamedTuple

import pyoxigraph
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat

from mlkg.store import BYTE_ORDER_MARK
from mlkg.terms import Term

# Names by what cannot be in them. That is wider than the standard's PN_CHARS, but nothing else of
# the kind stands outside strings in what the gate let in, and it compiles forty times faster.
_NOT_IN_NAMES = r"\x00-\x20!\"#$&'()*+,./;<=>?@\[\\\]^`{|}~\x7f"
_START, _CHAR = f"[^{_NOT_IN_NAMES}:%0-9_-]", f"[^{_NOT_IN_NAMES}:%]"
_LOCAL_CHAR = rf"(?:[^{_NOT_IN_NAMES}]++|\\.)"
_PREFIX = rf"{_START}{_CHAR}*+(?:\.++{_CHAR}++)*+"
_LOCAL = rf"{_LOCAL_CHAR}++(?:\.++{_LOCAL_CHAR}++)*+"
_KINDS = {
    "space": r"[ \t\r\n]++",
    "name": rf"(?:{_PREFIX})?+:(?:{_LOCAL})?+",
    "iri": r"<[^<>\x00-\x20]*+>",
    "string": r'"""(?:[^"\\]++|\\.|"(?!""))*+"""'
    r"|'''(?:[^'\\]++|\\.|'(?!''))*+'''"
    r'|"(?:[^"\\\r\n]++|\\.)*+"'
    r"|'(?:[^'\\\r\n]++|\\.)*+'",
    "comment": r"#[^\r\n]*+",
    "at": r"@[A-Za-z]++(?:--?[A-Za-z0-9]++)*+",
    "number": r"[+-]?(?:(?:[0-9]+\.?[0-9]*|\.[0-9]+)[eE][+-]?[0-9]++|[0-9]*\.[0-9]++|[0-9]++)",
    "blank": rf"_:{_CHAR}++(?:\.++{_CHAR}++)*+",
    "word": r"[A-Za-z]++",
    "mark": r"<<\(|\)>>|<<|>>|\{\||\|\}|\^\^|[\[\]();,.~]",
}
_TOKEN = re.compile("|".join(f"(?P<{kind}>{rule})" for kind, rule in _KINDS.items()), re.DOTALL)
_IN_STATEMENT = re.compile(
    "(?:" + "|".join([*list(_KINDS.values())[:-1], r"[^.\"'#@<\\]|<"]) + r")*+\.", re.DOTALL
)
_BETWEEN = re.compile(rf"(?:{_KINDS['space']}|{_KINDS['comment']})*+")
_LINE_END = re.compile(r"\r\n|\n|\r")
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.DOTALL)
_ESCAPED = {"t": "\t", "b": "\b", "n": "\n", "r": "\r", "f": "\f"}
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_XSD = "http://www.w3.org/2001/XMLSchema#"
_TYPE, _FIRST, _REST, _NIL, _REIFIES = (
    NamedNode(_RDF + name) for name in ("type", "first", "rest", "nil", "reifies")
)


class Token(NamedTuple):
    """One token of Turtle: its kind, its text, and the offsets of its start and end."""

    kind: str
    text: str
    start: int
    end: int


class Extent(NamedTuple):
    """The offsets at which something starts and ends."""

    start: int
    end: int


_NOWHERE = Extent(0, 0)


class Statement(NamedTuple):
    """One triple as it is stated: its terms, and the extent of each in the text."""

    subject: Term
    predicate: Term
    object: Term
    subject_at: Extent
    predicate_at: Extent
    object_at: Extent


class TurtleText:
    """The text of a Turtle file, and where its lines start.

    A line ends with LF, CRLF or CR, as editors have it; a byte order mark is not part of the text.
    """

    def __init__(self, turtle: bytes) -> None:
        """Decode `turtle`, which is UTF-8."""
        self.text = turtle.removeprefix(BYTE_ORDER_MARK).decode("utf-8", errors="replace")
        self._starts = [0, *(end.end() for end in _LINE_END.finditer(self.text))]

    def place(self, offset: int) -> tuple[int, int]:
        """Return the line and the column of an offset, both from 1, in Unicode characters."""
        import bisect

        line = bisect.bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1

    def line(self, number: int) -> str:
        """Return one line, counted from 1, without its end."""
        stop = self._starts[number] if number < len(self._starts) else len(self.text)
        return self.text[self._starts[number - 1] : stop].rstrip("\r\n")

    def tokens(self, start: int = 0, end: int | None = None) -> Iterator[Token]:
        """Yield the tokens between two offsets, comments among them."""
        stop = len(self.text) if end is None else end
        for match in _TOKEN.finditer(self.text, start, stop):
            if match.lastgroup != "space":
                yield Token(match.lastgroup or "", match[0], match.start(), match.end())


@dataclass(frozen=True, slots=True)
class Block:
    """A subject with its predicates and objects, up to the full stop.

    `subject` is None when it is a blank node or a collection in brackets.
    `scope` holds the prefixes and the base in force there.
    """

    extent: Extent
    subject: Term | None
    scope: Scope


class Scope:
    """The prefixes and the base that hold at a place, and the terms that names there mean."""

    def __init__(self, prefixes: dict[str, str], base: str | None) -> None:
        """Take the prefixes without their colon."""
        self.prefixes = prefixes
        self.base = base
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
        return self.prefixes[prefix] + re.sub(r"\\(.)", r"\1", local)


def blocks(source: TurtleText) -> Iterator[Block]:
    """Yield every block of a file without reading what is in it.

    Stops where the text is no Turtle.
    """
    text = source.text
    scope = Scope({}, None)
    at = 0
    while (between := _BETWEEN.match(text, at)) and (first := _TOKEN.match(text, between.end())):
        start = first.start()
        if first.lastgroup == "at" or first[0].upper() in {"PREFIX", "BASE", "VERSION"}:
            try:
                scope, at = _directive(source, start, scope)
            except (ValueError, SyntaxError):
                return
            continue
        end = _IN_STATEMENT.match(text, start)
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
        yield Block(Extent(start, at), subject, scope)


def statements(source: TurtleText, block: Block) -> list[Statement]:
    """Return the triples of one block in the order in which their objects end.

    Blank nodes in brackets are named after the offset at which they stand.
    What comes after a fault in the text is left out.
    """
    tokens = [token for token in source.tokens(*block.extent) if token.kind != "comment"]
    reader = _Reader(block.scope)
    with contextlib.suppress(ValueError, SyntaxError, IndexError):
        reader.read(tokens)
    return reader.found


def all_statements(source: TurtleText, subjects: Collection[Term] | None = None) -> list[Statement]:
    """Return the triples of a file, only those of the blocks about `subjects` where given."""
    return [
        statement
        for block in blocks(source)
        if subjects is None or block.subject in subjects
        for statement in statements(source, block)
    ]


def unescape(text: str) -> str:
    """Return `text` with the escapes of Turtle's strings and IRIs replaced."""
    if "\\" not in text:
        return text
    return _ESCAPE.sub(
        lambda found: (
            chr(int(found[1] or found[2], 16))
            if found[3] is None
            else _ESCAPED.get(found[3], found[3])
        ),
        text,
    )


def _directive(source: TurtleText, start: int, scope: Scope) -> tuple[Scope, int]:
    """Read a directive; return the scope after it and the offset where it ends."""
    tokens = (token for token in source.tokens(start) if token.kind != "comment")
    keyword = next(tokens)
    last = next(tokens, keyword)
    word = keyword.text.lstrip("@").upper()
    if word == "PREFIX":
        prefix, last = last.text[:-1], next(tokens, last)
        scope = Scope({**scope.prefixes, prefix: scope.iri(last.text).value}, scope.base)
    elif word == "BASE":
        scope = Scope(scope.prefixes, scope.iri(last.text).value)
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
                term, taken = self._term(tokens[number : number + 3])
                self._value(term, Extent(token.start, tokens[number + taken - 1].end))
                number += taken

    def _term(self, ahead: list[Token]) -> tuple[Term, int]:
        """Return the term that the tokens ahead start with, and how many of them it is."""
        token = ahead[0]
        if token.kind in {"iri", "name"}:
            return self._scope.iri(token.text), 1
        if token.kind == "blank":
            return _labelled(token.text), 1
        if token.kind == "string":
            quotes = 3 if token.text[:3] in {'"""', "'''"} else 1
            value = unescape(token.text[quotes:-quotes])
            if len(ahead) > 1 and ahead[1].kind == "at":
                language, _, direction = ahead[1].text[1:].partition("--")
                if direction:
                    base = pyoxigraph.BaseDirection(direction)
                    return Literal(value, language=language, direction=base), 2
                return Literal(value, language=language), 2
            if len(ahead) > 1 and ahead[1].text == "^^":
                return Literal(value, datatype=self._scope.iri(ahead[2].text)), 3
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
            given = self._term(after)[0] if named else None
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
