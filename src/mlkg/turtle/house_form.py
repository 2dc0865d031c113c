"""The house form of Turtle: what reads well in a diff, one fact a line, comments kept.

Prefixes are sorted; `a` comes first and the label next; each predicate stands on its own line,
repeated for each object; one blank line parts subjects. The order of subjects and, apart from type
and label, of predicates is the author's and stays.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import pyoxigraph
from pyoxigraph import CanonicalizationAlgorithm, Dataset, RdfFormat

from mlkg.errors import MlkgError
from mlkg.namespaces import WELL_KNOWN
from mlkg.turtle.document import RDF_TYPE, Document, Record, Statement, Value, values
from mlkg.turtle.line_ends import unix_line_ends
from mlkg.turtle.text import Token

_LABEL = WELL_KNOWN["rdfs"] + "label"
_INDENT = "  "


@dataclass(slots=True)
class _Comment:
    text: str
    after_blank: bool


@dataclass(slots=True)
class _Unit:
    """A statement with the comments above it and the one behind it; none at the end of a file."""

    statement: Statement | None
    record: Record | None = None
    above: list[_Comment] = field(default_factory=list)
    after_blank: bool = False
    behind: str | None = None


@dataclass(slots=True)
class _Line:
    """A predicate with its object, the comments above it and the one behind it."""

    text: str
    rank: int
    above: list[str] = field(default_factory=list)
    behind: str | None = None


def house_form(text: str, name: str = "Turtle") -> str:
    """Return a Turtle document, without its byte order mark, in the house form.

    Line ends are those of the first line. Raises DataError when `text` is not Turtle 1.1, and
    MlkgError when the result would not be the same triples, which would be a fault of mlkg.
    """
    document = Document(text, name)
    lines = list(_lines(document, _with_sorted_prefixes(_units(document))))
    formatted = "".join(line + line_end(text) for line in lines)
    if _triples(text) != _triples(formatted):
        raise MlkgError(f"{name}: left as it is: its house form would not be the same triples")
    return formatted


def line_end(text: str) -> str:
    """Return the line end of the first line: CRLF or LF."""
    return "\r\n" if re.match(r"[^\n]*\r\n", text) else "\n"


def _triples(text: str) -> Dataset:
    dataset = Dataset(pyoxigraph.parse(unix_line_ends(text.encode()), RdfFormat.TURTLE))
    dataset.canonicalize(CanonicalizationAlgorithm.UNSTABLE)
    return dataset


def _units(document: Document) -> list[_Unit]:
    """Give each statement the comments that belong to it."""
    records = iter(document.records)
    units: list[_Unit] = []
    waiting: list[_Comment] = []
    at, end = 0, 0
    for statement in (*document.statements, None):
        start = statement.start if statement else len(document.text) + 1
        while at < len(document.tokens) and document.tokens[at].start < start:
            comment = document.tokens[at]
            breaks = document.text.count("\n", end, comment.start)
            if units and not waiting and breaks == 0 and units[-1].behind is None:
                units[-1].behind = comment.text.rstrip()
            else:
                waiting.append(_Comment(comment.text.rstrip(), breaks > 1))
            at, end = at + 1, comment.end
        breaks = document.text.count("\n", end, start)
        if statement:
            record = next(records) if statement.kind == "triples" else None
            units.append(_Unit(statement, record, waiting, breaks > 1))
            at, end = at + len(statement.tokens), statement.end
        elif waiting:
            units.append(_Unit(None, None, waiting))
        waiting = []
    return units


def _with_sorted_prefixes(units: list[_Unit]) -> list[_Unit]:
    """Sort each run of prefix declarations, unless it declares a prefix twice."""
    done: list[_Unit] = []
    run: list[_Unit] = []
    for unit in (*units, None):
        if unit and unit.statement and unit.statement.kind == "prefix":
            run.append(unit)
            continue
        names = [_prefix(each) for each in run]
        if len(set(names)) == len(names) > 1:
            head, after_blank = run[0].above, run[0].after_blank
            run[0].above, run[0].after_blank = [], False
            run.sort(key=_prefix)
            own = run[0].above
            if head and own:
                own[0].after_blank = after_blank
            elif head:
                run[0].after_blank = after_blank
            run[0].above = [*head, *own]
        done += run
        run = []
        if unit:
            done.append(unit)
    return done


def _prefix(unit: _Unit) -> str:
    return unit.statement.code[1].text if unit.statement else ""


def _lines(document: Document, units: Sequence[_Unit]) -> Iterator[str]:
    """Yield the lines of the document."""
    before: _Unit | None = None
    for unit in units:
        triples_before = before is not None and before.record is not None
        for number, comment in enumerate(unit.above):
            if (comment.after_blank and (before or number)) or (not number and triples_before):
                yield ""
            yield comment.text
        if unit.statement is None:
            return
        if unit.above:
            parted = unit.after_blank
        else:
            parted = triples_before or (before is not None and unit.record is not None)
        if parted:
            yield ""
        *rest, last = _record(document, unit) if unit.record else _directive(unit.statement)
        yield from rest
        yield f"{last} {unit.behind}" if unit.behind else last
        before = unit


def _directive(statement: Statement) -> Iterator[str]:
    for token in statement.tokens:
        if token.kind == "comment":
            yield token.text.rstrip()
    names = " ".join(token.text for token in statement.code[1:] if token.text != ".")
    yield f"@{statement.kind} {names} ."


def _record(document: Document, unit: _Unit) -> Iterator[str]:
    """Yield the lines of a statement with triples; its full stop has room for a comment behind."""
    record = unit.record
    assert record is not None  # noqa: S101 - only units with triples come here
    code = record.statement.code
    lines = [_line(record, value) for value in values(code)]
    heading, closing = _place_comments(document, record, lines)
    if not lines:
        yield from heading
        yield f"{_inline(code[:-1])} ."
        return
    yield _inline(code[: values(code)[0].predicate])
    yield from (_INDENT + comment for comment in heading)
    order = sorted(lines, key=lambda line: line.rank)
    stop_alone = bool(closing) or bool(unit.behind and order[-1].behind)
    for line in order:
        yield from (_INDENT + comment for comment in line.above)
        mark = " ;" if line is not order[-1] else "" if stop_alone else " ."
        behind = f" {line.behind}" if line.behind else ""
        yield f"{_INDENT}{line.text}{mark}{behind}"
    yield from (_INDENT + comment for comment in closing)
    if stop_alone:
        yield f"{_INDENT}."


def _line(record: Record, value: Value) -> _Line:
    code = record.statement.code
    iri = record.iri(code[value.predicate])
    name = "a" if iri == RDF_TYPE else code[value.predicate].text
    rank = {RDF_TYPE: 0, _LABEL: 1}.get(iri or "", 2)
    return _Line(f"{name} {_inline(code[value.first : value.last + 1])}", rank)


def _place_comments(
    document: Document, record: Record, lines: Sequence[_Line]
) -> tuple[list[str], list[str]]:
    """Give each comment inside a statement to a line; return those under the subject and the last.

    A comment behind an object, or behind the mark after it, stays there. Any other goes above the
    line that it stands in or before.
    """
    written = values(record.statement.code)
    heading: list[str] = []
    closing: list[str] = []
    passed = -1
    end = record.statement.start
    for token in record.statement.tokens:
        if token.kind != "comment":
            passed, end = passed + 1, token.end
            continue
        text = token.text.rstrip()
        begun = [k for k, value in enumerate(written) if value.first <= passed]
        inside = bool(begun) and passed < written[begun[-1]].last
        same_line = "\n" not in document.text[end : token.start]
        if not written or passed < written[0].predicate:
            heading.append(text)
        elif begun and not inside and same_line and lines[begun[-1]].behind is None:
            lines[begun[-1]].behind = text
        elif inside:
            lines[begun[-1]].above.append(text)
        elif len(begun) < len(lines):
            lines[len(begun)].above.append(text)
        else:
            closing.append(text)
        end = token.end
    return heading, closing


def _inline(code: Sequence[Token]) -> str:
    """Return tokens on one line: literals in one piece, marks and brackets with blanks around."""
    parts: list[str] = []
    for before, token in zip((None, *code), code, strict=False):
        glued = before is not None and (
            before.text == "^^"
            or (token.text == "^^" and before.kind == "string")
            or (token.kind == "at" and before.kind == "string")
            or (before.text + token.text in ("[]", "()") and token.kind == "mark")
        )
        parts.append(token.text if glued or before is None else f" {token.text}")
    return "".join(parts)
