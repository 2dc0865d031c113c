"""Changing a Turtle file as text: new records, new values, and every other byte as it was."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from pyoxigraph import Literal, NamedNode

from mlkg.errors import MlkgError
from mlkg.store import BYTE_ORDER_MARK
from mlkg.terms import Term
from mlkg.turtle.document import RDF_TYPE, Document, Record, Value, is_local, string, values
from mlkg.turtle.house_form import line_end

_PLAIN = "http://www.w3.org/2001/XMLSchema#string"
_SHORT = {
    "http://www.w3.org/2001/XMLSchema#boolean": re.compile(r"true|false"),
    "http://www.w3.org/2001/XMLSchema#decimal": re.compile(r"[+-]?[0-9]*\.[0-9]+"),
    "http://www.w3.org/2001/XMLSchema#integer": re.compile(r"[+-]?[0-9]+"),
}
"""The lexical forms that Turtle writes without quotation marks, by datatype."""

Values = Sequence[tuple[str, Term]]
"""What a record says: IRIs of properties with a value each, in the order to write them."""


class Patch:
    """A Turtle file that is being changed; `content` is what it has become."""

    def __init__(self, name: str, content: bytes, prefixes: Mapping[str, str]) -> None:
        """Start from the file's bytes; `prefixes` are those it may declare when it needs them.

        Raises DataError when the file is not Turtle 1.1.
        """
        self.name = name
        self._mark = BYTE_ORDER_MARK if content.startswith(BYTE_ORDER_MARK) else b""
        self._text = content[len(self._mark) :].decode("utf-8")
        self._newline = line_end(self._text)
        self._known = prefixes
        self._document = Document(self._text, name)

    @property
    def content(self) -> bytes:
        """The bytes of the file as it stands now."""
        return self._mark + self._text.encode()

    def subjects(self) -> list[str]:
        """Return the IRIs that the file has statements about, in its order."""
        return [record.subject for record in self._document.records if record.subject]

    def is_a(self, iri: str, kind: str) -> bool:
        """Tell whether the file says that `iri` is of the class `kind`."""
        return any(
            record.iri(record.statement.code[value.first]) == kind
            for record in self._document.records
            if record.subject == iri
            for value in values(record.statement.code)
            if record.iri(record.statement.code[value.predicate]) == RDF_TYPE
        )

    def says(self, iri: str, property: str) -> bool:
        """Tell whether the file gives a record a value for a property."""
        return self.has(iri) and bool(self._find(iri, property)[1])

    def has(self, iri: str) -> bool:
        """Tell whether the file has a statement about `iri`."""
        return any(record.subject == iri for record in self._document.records)

    def insert_after(
        self, anchors: Iterable[str], iri: str, said: Values, section: str | None = None
    ) -> None:
        """Write a record below the last of the records `anchors`, and a comment over it if given.

        Raises MlkgError when the file has none of them.
        """
        block = self._block(iri, said)
        if section:
            block = f"# {section}{self._newline * 2}{block}"
        wanted = set(anchors)
        found = [r.statement for r in self._document.records if r.subject in wanted]
        if not found:
            raise MlkgError(f"{self.name}: has none of the records that the new one goes below")
        at = self._line_ends(found[-1].end)
        gap = self._newline * 2
        self._edit(at, at, gap + block + ("" if self._text[at:] else self._newline))

    def append(self, iri: str, said: Values, section: str | None = None) -> None:
        """Write a record at the end, below a comment `# section` if one is given."""
        block = self._block(iri, said)
        lines = [f"# {section}", "", block] if section else [block]
        end = len(self._text)
        tail = self._text[len(self._text.rstrip("\r\n")) :].count("\n")
        gap = self._newline * max(0, 2 - tail) if self._text.strip() else ""
        self._edit(end, end, gap + self._newline.join(lines) + self._newline)

    def comment(self, words: str) -> None:
        """Write a comment on a line of its own at the end, and a blank line after it."""
        self._edit(len(self._text), len(self._text), f"# {words}{self._newline * 2}")

    def set(self, iri: str, property: str, value: Term, *, after: str) -> None:
        """Give a record one value for a property, in the place of any that it has.

        A new property goes below the last value of the property `after`, or else at the end.
        """
        written = self._term(value)
        record, found = self._find(iri, property)
        if len(found) == 1:
            code = record.statement.code
            self._edit(code[found[0].first].start, code[found[0].last].end, written)
            return
        self.clear(iri, property)
        self.add(iri, property, value, after=after)

    def add(self, iri: str, property: str, value: Term, *, after: str) -> None:
        """Give a record a further value; where it goes is as in `set`."""
        line = f"{self._predicate(property)} {self._term(value)}"
        record, found = self._find(iri, property)
        if not found:
            record, found = self._find(iri, after)
        code = record.statement.code
        last = (found or values(code))[-1]
        mark, end = code[last.mark], code[last.last].end
        below = self._newline + self._indent(record) + line
        behind = self._line_ends(mark.end)
        if mark.text == ";":
            self._edit(behind, behind, f"{below} ;")
        elif "\n" in self._text[end : mark.start]:
            self._edit(end, end, f" ;{below}")
        else:
            comment = self._text[mark.end : behind]
            self._edit(mark.start, behind, f";{comment}{below} .")

    def clear(self, iri: str, property: str) -> None:
        """Take every value of a property from a record; comments on it stay.

        A statement that says nothing else goes as a whole.
        """
        record, found = self._find(iri, property)
        while found:
            self._remove(record, found[-1])
            if not self.has(iri):
                return
            record, found = self._find(iri, property)

    def _find(self, iri: str, property: str) -> tuple[Record, list[Value]]:
        """Return the record about `iri`, and the values of a property in it.

        Where several statements are about `iri`, it is the first that has the property.
        """
        about = [record for record in self._document.records if record.subject == iri]
        if not about:
            raise MlkgError(f"{self.name}: has no record {iri}")
        for record in about:
            code = record.statement.code
            found = [v for v in values(code) if record.iri(code[v.predicate]) == property]
            if found:
                return record, found
        return about[0], []

    def _remove(self, record: Record, value: Value) -> None:
        code = record.statement.code
        written = values(code)
        number = written.index(value)
        own = value.predicate == value.first - 1
        shares_next = code[value.mark].text == ","
        if len(written) == 1:  # nothing is left of the statement
            self._cut(code[0].start, code[-1].end)
        elif own and shares_next:  # `p X , y`: the predicate stays for what follows
            self._cut(code[value.first].start, code[value.mark].end)
        elif not own:  # `p x , Y`: the comma before goes
            self._cut(code[written[number - 1].mark].start, code[value.last].end)
        elif value.mark < len(code) - 1:  # `P X ;` in the middle
            mark = value.mark
            while number == 0 and code[mark + 1].text == ";":  # none may follow the subject
                mark += 1
            self._cut(code[value.predicate].start, code[mark].end)
        else:  # `P X .` at the end: the semicolon before becomes the full stop
            before = code[value.predicate - 1]
            self._cut(code[value.predicate].start, code[value.mark].end)
            self._text = f"{self._text[: before.start]}.{self._text[before.end :]}"
        self._document = Document(self._text, self.name)

    def _cut(self, start: int, end: int) -> None:
        """Delete a stretch of text, and its lines where nothing else is on them."""
        text = self._text
        line_start = text.rfind("\n", 0, start) + 1
        rest = re.compile(r"[ \t]*(?:\r?\n|$)").match(text, end)
        if not text[line_start:start].strip() and rest:
            start, end = line_start, rest.end()
        elif rest:
            start = len(text[:start].rstrip(" \t"))
        else:
            end += len(text[end:]) - len(text[end:].lstrip(" \t"))
        self._text = text[:start] + text[end:]

    def _block(self, iri: str, said: Values) -> str:
        """Return a record in the house form."""
        lines = [f"  {self._predicate(name)} {self._term(value)}" for name, value in said]
        body = f" ;{self._newline}".join(lines)
        return f"{self._name(iri)}{self._newline}{body} ."

    def _predicate(self, iri: str) -> str:
        return "a" if iri == RDF_TYPE else self._name(iri)

    def _term(self, term: Term) -> str:
        if isinstance(term, NamedNode):
            return self._name(term.value)
        if isinstance(term, Literal):
            datatype = term.datatype.value
            if datatype in _SHORT and _SHORT[datatype].fullmatch(term.value):
                return term.value
            named = None if term.language or datatype == _PLAIN else self._name(datatype)
            return string(term.value, term.language, named)
        raise MlkgError(f"{term}: not a term that can be written into a data file")

    def _name(self, iri: str) -> str:
        """Return a prefixed name, declaring its prefix if need be, or the IRI in brackets."""
        for prefixes in (self._document.prefixes, self._known):
            fitting = [
                (len(namespace), prefix)
                for prefix, namespace in prefixes.items()
                if namespace and iri.startswith(namespace) and is_local(iri[len(namespace) :])
            ]
            for length, prefix in sorted(fitting, reverse=True):
                if self._document.prefixes.get(prefix) is None:
                    self._declare(prefix, iri[:length])
                elif self._document.prefixes[prefix] != iri[:length]:
                    continue
                return f"{prefix}:{iri[length:]}"
        return str(NamedNode(iri))

    def _declare(self, prefix: str, namespace: str) -> None:
        """Declare a prefix in its place among the sorted ones at the top."""
        line = f"@prefix {prefix}: <{namespace}> ."
        declared = [s for s in self._document.statements if s.kind == "prefix"]
        for statement in declared:
            if statement.code[1].text > f"{prefix}:":
                self._edit(statement.start, statement.start, line + self._newline)
                return
        if declared:
            at = self._line_ends(declared[-1].end)
            self._edit(at, at, self._newline + line)
        else:
            header = re.match(r"(?:#[^\n]*\n)+\r?\n", self._text)
            at = header.end() if header else 0
            self._edit(at, at, line + self._newline * 2)

    def _indent(self, record: Record) -> str:
        """Return the white space before the record's first predicate on a line of its own."""
        for value in values(record.statement.code):
            start = record.statement.code[value.predicate].start
            line = self._text[self._text.rfind("\n", 0, start) + 1 : start]
            if line and not line.strip():
                return line
        return "  "

    def _line_ends(self, offset: int) -> int:
        """Return where a comment behind `offset` on its line ends, `offset` when there is none."""
        behind = re.compile(r"[ \t]*#[^\r\n]*").match(self._text, offset)
        return behind.end() if behind else offset

    def _edit(self, start: int, end: int, new: str) -> None:
        self._text = self._text[:start] + new + self._text[end:]
        self._document = Document(self._text, self.name)
