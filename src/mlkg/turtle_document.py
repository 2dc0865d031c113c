"""A Turtle file as its author wrote it: statements, and in them the predicates with their objects.

`mlkg.turtle_text` finds the tokens. Here they keep their comments and their order, for whatever
changes a file: the patches that commands write, and the house form.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import pyoxigraph

from mlkg.errors import DataError, Problem
from mlkg.turtle_text import Token, TurtleText, unescape

RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"

_MARKS = {"^^", ".", ";", ",", "[", "]", "(", ")"}
_DIRECTIVES = {"@prefix": "prefix", "@base": "base", "prefix": "prefix", "base": "base"}
_OPENING = {"[": "]", "(": ")"}


@dataclass(frozen=True, slots=True)
class Value:
    """One predicate with one object, as a statement writes them.

    `predicate`, `first` and `last` index the statement's `code`: the predicate, which objects in a
    list share, and the object's first and last token. `mark` is the token after the object.
    """

    predicate: int
    first: int
    last: int
    mark: int


@dataclass(frozen=True, slots=True)
class Statement:
    """A directive, or triples of one subject up to their full stop.

    `kind` is prefix, base or triples; `tokens` include comments between the first and the last.
    """

    kind: str
    tokens: tuple[Token, ...]

    @property
    def start(self) -> int:
        """Where the first token starts."""
        return self.tokens[0].start

    @property
    def end(self) -> int:
        """Where the last token ends."""
        return self.tokens[-1].end

    @property
    def code(self) -> tuple[Token, ...]:
        """The tokens without the comments."""
        return tuple(token for token in self.tokens if token.kind != "comment")


@dataclass(frozen=True, slots=True)
class Record:
    """The triples of one subject: `subject` is its IRI, None for a blank node or a list.

    `prefixes` and `base` are those in force there.
    """

    subject: str | None
    statement: Statement
    prefixes: Mapping[str, str]
    base: str | None

    def iri(self, token: Token) -> str | None:
        """Return the IRI that `token` stands for, None when it is none."""
        return resolve(token, self.prefixes, self.base)


class Document:
    """A Turtle file as text, without its byte order mark."""

    def __init__(self, text: str, name: str = "Turtle") -> None:
        """Read `text`; `name` stands for it in messages.

        Raises DataError, with line and column, when the text is not Turtle 1.1.
        """
        self.text = text
        self.name = name
        self._source = TurtleText(text.encode())
        self.tokens = tuple(tokens(self._source, name))
        self.statements = tuple(self._statements())

    @cached_property
    def records(self) -> tuple[Record, ...]:
        """The triples of the file, one record a statement, in order."""
        found: list[Record] = []
        prefixes: dict[str, str] = {}
        base: str | None = None
        for statement in self.statements:
            code = statement.code
            if statement.kind == "triples":
                scope = dict(prefixes)
                subject = resolve(code[0], scope, base)
                found.append(Record(subject, statement, scope, base))
            elif statement.kind == "prefix":
                prefixes[code[1].text[:-1]] = resolve(code[2], {}, base) or ""
            else:
                base = resolve(code[1], {}, base)
        return tuple(found)

    @cached_property
    def prefixes(self) -> Mapping[str, str]:
        """Every prefix that the file declares; of two declarations the later."""
        found: dict[str, str] = {}
        base: str | None = None
        for statement in self.statements:
            code = statement.code
            if statement.kind == "prefix":
                found[code[1].text[:-1]] = resolve(code[2], {}, base) or ""
            elif statement.kind == "base":
                base = resolve(code[1], {}, base)
        return found

    def place(self, offset: int) -> tuple[int, int]:
        """Return the line and the column, both from 1, of a character of the text."""
        return self._source.place(offset)

    def _statements(self) -> Iterator[Statement]:
        """Divide the tokens at the full stops that are in no bracket."""
        begin: int | None = None
        kind = "triples"
        open_brackets: list[Token] = []
        code = 0
        for index, token in enumerate(self.tokens):
            if token.kind == "comment":
                continue
            if begin is None:
                begin, code = index, 0
                directive = token.kind in ("at", "word")
                kind = _DIRECTIVES.get(token.text.lower(), "") if directive else "triples"
                if not kind:
                    raise self._error(token, f"{token.text} cannot begin a statement")
            code += 1
            if token.text in _OPENING and token.kind == "mark":
                open_brackets.append(token)
            elif (
                token.kind == "mark"
                and token.text in _OPENING.values()
                and (not open_brackets or _OPENING[open_brackets.pop().text] != token.text)
            ):
                raise self._error(token, f"{token.text} closes nothing")
            bare = kind != "triples" and self.tokens[begin].kind == "word"
            if bare:
                ends = code == (3 if kind == "prefix" else 2)
            else:
                ends = token.kind == "mark" and token.text == "." and not open_brackets
            if ends:
                statement = Statement(kind, self.tokens[begin : index + 1])
                self._check_directive(statement)
                yield statement
                begin = None
        if begin is not None:
            raise self._error(self.tokens[begin], "the statement that begins here has no end")

    def _check_directive(self, statement: Statement) -> None:
        code = statement.code
        kinds = [token.kind for token in code[1:]]
        expected = {"prefix": ["name", "iri"], "base": ["iri"]}.get(statement.kind)
        if expected is None:
            return
        if kinds[: len(expected)] != expected or (
            statement.kind == "prefix" and not code[1].text.endswith(":")
        ):
            raise self._error(code[0], f"not a {statement.kind} declaration")

    def _error(self, token: Token, message: str) -> DataError:
        return _error(self._source, token.start, message, self.name)


def tokens(source: TurtleText, name: str = "Turtle") -> Iterator[Token]:
    """Yield the tokens of a text and its comments; between them is white space.

    Raises DataError at the first character that begins no token of Turtle 1.1, and for what is new
    in RDF 1.2; `name` stands for the text there.
    """
    end = 0
    for token in source.tokens():
        gap = source.text[end : token.start]
        if gap.strip(" \t\r\n"):
            at = end + len(gap) - len(gap.lstrip(" \t\r\n"))
            raise _error(source, at, f"{source.text[at]!r} begins nothing in Turtle", name)
        if token.kind == "mark" and token.text not in _MARKS:
            raise _error(source, token.start, f"{token.text} is RDF 1.2, not Turtle 1.1", name)
        yield token
        end = token.end
    if rest := source.text[end:].strip(" \t\r\n"):
        at = source.text.index(rest, end)
        raise _error(source, at, f"{rest[0]!r} begins nothing in Turtle", name)


def values(code: Sequence[Token]) -> list[Value]:
    """Return the predicates with their objects that the tokens of a statement write.

    `code` is a `Statement.code` of triples. A subject in brackets may have none.
    """
    found: list[Value] = []
    at = _after_term(code, 0)
    while at < len(code) and code[at].text != ".":
        if code[at].text == ";":
            at += 1
            continue
        predicate = at
        at += 1
        while at < len(code):
            first = at
            at = _after_term(code, first)
            found.append(Value(predicate, first, at - 1, at))
            if at >= len(code) or code[at].text != ",":
                break
            at += 1
    return found


def _after_term(code: Sequence[Token], at: int) -> int:
    """Return the index after the term, list or bracket that begins at `at`."""
    token = code[at]
    if token.kind == "mark" and token.text in _OPENING:
        depth = 0
        while at < len(code):
            if code[at].kind == "mark":
                depth += (code[at].text in _OPENING) - (code[at].text in _OPENING.values())
            at += 1
            if depth == 0:
                return at
        return at
    if token.kind == "string" and at + 1 < len(code):
        if code[at + 1].kind == "at":
            return at + 2
        if code[at + 1].text == "^^":
            return at + 3
    return at + 1


def resolve(token: Token, prefixes: Mapping[str, str], base: str | None) -> str | None:
    """Return the IRI that `token` stands for, None when it is no IRI or its prefix is unknown."""
    if token.kind == "name":
        prefix, _, local = token.text.partition(":")
        if prefix not in prefixes:
            return None
        return prefixes[prefix] + re.sub(r"\\(.)", r"\1", local)
    if token.kind == "word" and token.text == "a":
        return RDF_TYPE
    if token.kind != "iri":
        return None
    iri = unescape(token.text[1:-1])
    if base is None or re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", iri):
        return iri
    resolved = next(iter(pyoxigraph.parse(f"<{iri}> <x:p> <x:o> .", _TURTLE, base_iri=base)))
    return str(resolved.subject.value)


_TURTLE = pyoxigraph.RdfFormat.TURTLE


def is_local(text: str) -> bool:
    """Tell whether `text` can stand after a prefix as it is (PN_LOCAL without escapes)."""
    return re.fullmatch(r"\w[\w-]*", text) is not None and not re.search(r"[^\W\d_a-zA-Z]", text)


def string(text: str, language: str | None = None, datatype: str | None = None) -> str:
    """Return a literal in double quotes on one line, as the house form has it.

    `datatype` is written as it is given, a prefixed name or an IRI in angle brackets.
    """
    named = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}
    body = "".join(
        named.get(char) or (f"\\u{ord(char):04X}" if ord(char) < 0x20 or char == "\x7f" else char)
        for char in text
    )
    return f'"{body}"' + (f"@{language}" if language else f"^^{datatype}" if datatype else "")


def _error(source: TurtleText, offset: int, message: str, name: str) -> DataError:
    return DataError([Problem(name, f"syntax error: {message}", *source.place(offset))])
