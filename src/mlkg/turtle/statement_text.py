"""The text of one statement of a Turtle file, and changes to the lines of it that are concerned."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from pyoxigraph import Literal, NamedNode, Triple

from mlkg.errors import MlkgError
from mlkg.terms import Term
from mlkg.turtle.document import RDF_TYPE, Value, is_local, string, values
from mlkg.turtle.text import TurtleText
from mlkg.turtle.triples import Block, Scope, read_term

_XSD = "http://www.w3.org/2001/XMLSchema#"
_BARE = {f"{_XSD}integer": r"[+-]?[0-9]+", f"{_XSD}boolean": "true|false"}
_REST_OF_LINE = re.compile(r"[ \t]*(?:\r?\n|$)")
_COMMENT = re.compile(r"[ \t]*#[^\r\n]*")

Change = tuple[int, int, str]
"""A stretch of text, and what takes its place."""


_A = NamedNode(RDF_TYPE)
_predicate = attrgetter("predicate")


class Pair(NamedTuple):
    """A predicate with its objects, as a statement writes them; `start` is where it begins."""

    start: int
    predicate: NamedNode
    values: list[Value]


class StatementText:
    """The statement about one subject, and the changes to its text so far."""

    def __init__(self, source: TurtleText, block: Block, subject: NamedNode, newline: str) -> None:
        """Read the statement `block` about `subject` in a file whose lines end with `newline`."""
        self._text, self._newline = source.text, newline
        self._scope = block.scope
        self.subject, self.start = subject, block.extent.start
        tokens = list(source.tokens(*block.extent))
        self._code = [token for token in tokens if token.kind != "comment"]
        self._comments = [token for token in tokens if token.kind == "comment"]
        self.pairs: list[Pair] = []
        for index, group in groupby(values(self._code), key=_predicate):
            predicate = self._code[index]
            iri = _A if predicate.text == "a" else self._scope.iri(predicate.text)
            self.pairs.append(Pair(predicate.start, iri, list(group)))
        self._changes: list[Change] = []
        self._cuts: list[tuple[int, int]] = []
        self._deleted: set[int] = set()

    def objects(self, pair: Pair) -> list[Term | None]:
        """Return the objects of a pair, None for what is in brackets."""
        return [self._object(value) for value in pair.values]

    def _object(self, value: Value) -> Term | None:
        try:
            return read_term(self._code[value.first : value.first + 3], self._scope)[0]
        except (ValueError, SyntaxError, IndexError):
            return None

    def replace(self, number: int, gone: Mapping[int, tuple[Triple, ...]]) -> None:
        """Take objects from a pair, each with the triples that take its place."""
        pair = self.pairs[number]
        new = [triple for index in sorted(gone) for triple in gone[index]]
        if len(gone) == len(pair.values) and not new:
            self._deleted.add(number)
        elif len(gone) == len(pair.values):
            self._write_over(pair, new)
        else:
            self._replace_in_list(pair, gone)

    def _write_over(self, pair: Pair, new: list[Triple]) -> None:
        """Write the first of `new` over the predicate and its first object, the rest behind it."""
        first, code = pair.values[0], self._code
        if new[0].predicate != pair.predicate:
            predicate = code[first.predicate]
            self._changes.append((predicate.start, predicate.end, self._name(new[0].predicate)))
        begin, end = code[first.first].start, code[first.last].end
        indent = self._indent_of(pair)
        between = " ; " if indent is None else f" ;{self._newline}{indent}"
        further = "".join(between + self._line(triple) for triple in new[1:])
        self._changes.append((begin, end, self._term(new[0].object) + further))
        for before, value in zip(pair.values, pair.values[1:], strict=False):
            self._cuts.append((code[before.mark].start, code[value.last].end))

    def _replace_in_list(self, pair: Pair, gone: Mapping[int, tuple[Triple, ...]]) -> None:
        """Take some of the objects of a list, which has others, and write new ones over them.

        Triples of another property are written before the list.
        """
        code, kept = self._code, False
        other = [one for new in gone.values() for one in new if one.predicate != pair.predicate]
        indent = self._indent_of(pair)
        behind = " ; " if indent is None else f" ;{self._newline}{indent}"
        before = "".join(self._line(triple) + behind for triple in other)
        self._changes.append((pair.start, pair.start, before))
        for index, value in enumerate(pair.values):
            begin, end = code[value.first].start, code[value.last].end
            if index not in gone:
                kept = True
            elif same := [one for one in gone[index] if one.predicate == pair.predicate]:
                written = " , ".join(self._term(triple.object) for triple in same)
                self._changes.append((begin, end, written))
                kept = True
            elif kept:
                self._cuts.append((code[pair.values[index - 1].mark].start, end))
            else:
                self._cuts.append((begin, code[value.mark].end))

    def add_below(self, number: int, new: tuple[Triple, ...]) -> None:
        """Write triples below a pair: on lines of their own where the statement has lines."""
        last = self.pairs[number].values[-1]
        end, mark = self._code[last.last].end, self._code[last.mark]
        indent = next(filter(None, map(self._indent_of, self.pairs)), None)
        behind = self._line_ends(mark.end)
        alone = _REST_OF_LINE.match(self._text, behind) is not None
        written = [self._line(triple) for triple in new]
        if indent is None or (mark.text == ";" and not alone):
            self._changes.append((end, end, "".join(f" ; {line}" for line in written)))
            return
        lines = [f"{self._newline}{indent}{line}" for line in written]
        if mark.text == ";":
            self._changes.append((behind, behind, "".join(f"{line} ;" for line in lines)))
        elif "\n" in self._text[end : mark.start]:
            self._changes.append((end, end, "".join(f" ;{line}" for line in lines)))
        else:
            comment = self._text[mark.end : behind]
            self._changes.append((mark.start, behind, f";{comment}{' ;'.join(lines)} ."))

    def finished(self) -> list[Change]:
        """Return the changes, with what is deleted as a whole."""
        code = self._code
        if len(self._deleted) == len(self.pairs):
            self._cuts.append((code[0].start, code[-1].end))
        else:
            for number in sorted(self._deleted):
                self._delete(number)
        pieces = [piece for cut in self._cuts for piece in self._without_comments(*cut)]
        return [*self._changes, *(self._cut(*piece) for piece in self._joined(pieces))]

    def _delete(self, number: int) -> None:
        """Delete a pair and the semicolon behind it, or else the one before the pairs that end."""
        code, pair = self._code, self.pairs[number]
        first, mark = pair.values[0].predicate, pair.values[-1].mark
        if code[mark].text == ";":
            while self._deleted.issuperset(range(number + 1)) and code[mark + 1].text == ";":
                mark += 1  # none may follow the subject
        else:
            before = number
            while before - 1 in self._deleted:
                before -= 1
            semicolon = code[self.pairs[before].values[0].predicate - 1]
            self._changes.append((semicolon.start, semicolon.end, "."))
        self._cuts.append((code[first].start, code[mark].end))

    def _without_comments(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """Yield the parts of a stretch that are no comments."""
        for comment in self._comments:
            if start < comment.start < end:
                yield start, len(self._text[: comment.start].rstrip(" \t\r\n"))
                start = comment.end
        while start < end and self._text[start] in " \t\r\n":
            start += 1
        yield start, end

    def _joined(self, pieces: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
        """Yield stretches, those as one that have only white space between them."""
        begin, stop = -1, -1
        for start, end in sorted(pieces):
            if begin >= 0 and not self._text[stop:start].strip(" \t\r\n"):
                stop = max(stop, end)
                continue
            if begin >= 0:
                yield begin, stop
            begin, stop = start, end
        if begin >= 0:
            yield begin, stop

    def _cut(self, start: int, end: int) -> Change:
        """Return the change that deletes a stretch, and its lines where nothing else is on them."""
        text = self._text
        line_start = text.rfind("\n", 0, start) + 1
        rest = _REST_OF_LINE.match(text, end)
        if rest and not text[line_start:start].strip():
            return line_start, rest.end(), ""
        if rest:
            return len(text[:start].rstrip(" \t")), end, ""
        return start, end + len(text[end:]) - len(text[end:].lstrip(" \t")), ""

    def _indent_of(self, pair: Pair) -> str | None:
        """Return the white space before a predicate that begins its line, None for any other."""
        before = self._text[self._text.rfind("\n", 0, pair.start) + 1 : pair.start]
        return before if before and not before.strip(" \t") else None

    def _line_ends(self, offset: int) -> int:
        """Return where a comment behind `offset` on its line ends, `offset` when there is none."""
        behind = _COMMENT.match(self._text, offset)
        return behind.end() if behind else offset

    def _line(self, triple: Triple) -> str:
        return f"{self._name(triple.predicate)} {self._term(triple.object)}"

    def _term(self, term: object) -> str:
        """Return an IRI or a literal as the file writes it."""
        if isinstance(term, NamedNode):
            return self._name(term)
        if not isinstance(term, Literal):
            raise MlkgError(f"{term}: not a term that can be written into a data file")
        datatype = term.datatype.value
        if re.fullmatch(_BARE.get(datatype, r"(?!)"), term.value):
            return term.value
        plain = term.language or datatype == f"{_XSD}string"
        return string(term.value, term.language, None if plain else self._name(term.datatype))

    def _name(self, term: NamedNode) -> str:
        return "a" if term.value == RDF_TYPE else _written(term, self._scope)


def _written(term: NamedNode, scope: Scope) -> str:
    """Return the prefixed name of an IRI where the file declares a prefix for it, or `<IRI>`."""
    iri = term.value
    fitting = [
        (len(namespace), prefix)
        for prefix, namespace in scope.prefixes.items()
        if namespace and iri.startswith(namespace) and is_local(iri[len(namespace) :])
    ]
    if not fitting:
        return str(term)
    length, prefix = max(fitting)
    return f"{prefix}:{iri[length:]}"
