"""Turtle 1.1 as text: its tokens, statements and records, each with its place in the file.

Parsers give triples and forget the text. Whatever points into a file or changes one needs the text:
the lines that messages name, the patches that commands write, the house form.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import pyoxigraph

from mlkg.errors import DataError, Problem

RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"

_UCHAR = r"\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8}"
_ECHAR = r"""\\[tbnrf"'\\]"""
_PN_BASE = (
    "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d"
    "\u2070-\u218f\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_PN_U = _PN_BASE + "_"
_PN = _PN_U + "0-9\u00b7\u0300-\u036f\u203f-\u2040\\-"
_PLX = r"%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?#@%]"
_PREFIX = rf"(?:[{_PN_BASE}](?:\.*[{_PN}])*)?:"
_LOCAL = rf"(?:[{_PN_U}:0-9]|{_PLX})(?:\.*(?:[{_PN}:]|{_PLX}))*"
_EXPONENT = r"[eE][+-]?[0-9]+"

_TOKEN = re.compile(
    "|".join(
        f"(?P<{kind}>{pattern})"
        for kind, pattern in {
            "space": r"[ \t\r\n]+",
            "comment": r"#[^\r\n]*",
            "iri": rf'<(?:[^\x00-\x20<>"{{}}|^`\\]|{_UCHAR})*>',
            "string": (
                rf'"""(?:"{{0,2}}(?:[^"\\]|{_ECHAR}|{_UCHAR}))*"""'
                rf"|'''(?:'{{0,2}}(?:[^'\\]|{_ECHAR}|{_UCHAR}))*'''"
                rf'|"(?:[^"\\\r\n]|{_ECHAR}|{_UCHAR})*"'
                rf"|'(?:[^'\\\r\n]|{_ECHAR}|{_UCHAR})*'"
            ),
            "blank": rf"_:[{_PN_U}0-9](?:\.*[{_PN}])*",
            "name": f"{_PREFIX}(?:{_LOCAL})?",
            "tag": r"@[A-Za-z]+(?:-[A-Za-z0-9]+)*",
            "number": (
                rf"[+-]?(?:[0-9]+\.[0-9]*{_EXPONENT}|\.?[0-9]+{_EXPONENT}"
                r"|[0-9]*\.[0-9]+|[0-9]+)"
            ),
            "word": r"[A-Za-z]+",
            "mark": r"\^\^|[.;,\[\]()]",
        }.items()
    )
)
_DIRECTIVES = {"@prefix": "prefix", "@base": "base", "prefix": "prefix", "base": "base"}
_OPENING = {"[": "]", "(": ")"}


@dataclass(frozen=True, slots=True)
class Token:
    """A terminal of the grammar, or a comment: `text` is what stands from `start` to `end`.

    `kind` is comment, iri, string, blank, name (with its prefix), tag (a language, or @prefix and
    @base), number, word (`a`, `true`, `false`, PREFIX, BASE) or mark.
    """

    kind: str
    text: str
    start: int
    end: int


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
        self.tokens = tuple(tokenize(text, name))
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
        line = bisect_right(self._lines, offset)
        return line, offset - self._lines[line - 1] + 1

    @cached_property
    def _lines(self) -> list[int]:
        return [0, *(match.end() for match in re.finditer("\n", self.text))]

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
                directive = token.kind in ("tag", "word")
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
        return _error(self.text, token.start, message, self.name)


def tokenize(text: str, name: str = "Turtle") -> Iterator[Token]:
    """Yield the terminals of Turtle 1.1 (sections 6.4 and 6.5) and the comments, in order.

    What lies between them is white space, so tokens and gaps together are `text` again.
    Raises DataError at the first character that begins none; `name` stands for the text there.
    """
    position = 0
    match = _TOKEN.match
    while position < len(text):
        found = match(text, position)
        if found is None or found.lastgroup is None:
            raise _error(text, position, f"{text[position]!r} begins nothing in Turtle 1.1", name)
        end = found.end()
        if found.lastgroup != "space":
            yield Token(found.lastgroup, found[0], position, end)
        position = end


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
        if code[at + 1].kind == "tag":
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
    iri = _unescape_numeric(token.text[1:-1])
    if base is None or re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", iri):
        return iri
    resolved = next(iter(pyoxigraph.parse(f"<{iri}> <x:p> <x:o> .", _TURTLE, base_iri=base)))
    return str(resolved.subject.value)


_TURTLE = pyoxigraph.RdfFormat.TURTLE


def _unescape_numeric(text: str) -> str:
    return re.sub(_UCHAR, lambda found: chr(int(found[0][2:], 16)), text)


def is_local(text: str) -> bool:
    """Tell whether `text` can stand after a prefix as it is (PN_LOCAL without escapes)."""
    return re.fullmatch(rf"[{_PN_U}0-9][{_PN}]*", text) is not None


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


def _error(text: str, offset: int, message: str, name: str) -> DataError:
    before = text[:offset]
    column = offset - (before.rfind("\n") + 1) + 1
    return DataError([Problem(name, f"syntax error: {message}", before.count("\n") + 1, column)])
