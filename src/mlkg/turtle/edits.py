"""Edits of triples, applied to statements or to the text of Turtle files.

In a text only the lines concerned change: comments, order, line ends and everything else stay.
"""

from __future__ import annotations

import bisect
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from operator import itemgetter
from typing import NamedTuple

from pyoxigraph import NamedNode, Quad, Triple

from mlkg.store import BYTE_ORDER_MARK
from mlkg.terms import Term
from mlkg.turtle.house_form import line_end
from mlkg.turtle.line_ends import has_crlf
from mlkg.turtle.statement_text import Change, Pair, StatementText
from mlkg.turtle.text import TurtleText
from mlkg.turtle.triples import blocks

Place = tuple[Term, Term]
"""A subject and a predicate: the first statement that has both."""


@dataclass(frozen=True, slots=True)
class Edits:
    """What becomes of the triples of a dataset, in whichever file or graph each is stated.

    `replaced` has the triples that go, each with those that take its place where it is stated
    first. `below` has triples to add, by the subject and the predicate that they go below.
    """

    replaced: Mapping[Triple, tuple[Triple, ...]] = field(default_factory=dict)
    below: Mapping[Place, tuple[Triple, ...]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        """Tell whether there is anything to do."""
        return bool(self.replaced or self.below)


class Line(NamedTuple):
    """Where something is stated: a file, and the line there before the edits and after."""

    file: str
    before: int
    after: int


class EditedFiles(NamedTuple):
    """The text of each file that changed, and where the edited statements are.

    `lines` is by the triples and the places that the edits name.
    """

    texts: Mapping[str, bytes]
    lines: Mapping[Triple | Place, Line]


def edited_statements(quads: Iterable[Quad], edits: Edits) -> Iterator[Quad]:
    """Yield statements as `edits` leave them, new ones in the graphs of those that they follow."""
    replaced, below = dict(edits.replaced), dict(edits.below)
    for quad in quads:
        triple = quad.triple
        if triple in edits.replaced:
            new = replaced.pop(triple, ())
        else:
            yield quad
            new = below.pop((quad.subject, quad.predicate), ()) if below else ()
        for one in new:
            yield Quad(one.subject, one.predicate, one.object, quad.graph_name)


def edited_files(files: Mapping[str, bytes], edits: Edits) -> EditedFiles:
    """Return the files, by their names, that `edits` change.

    The files are Turtle 1.1 in UTF-8. Statements about blank nodes are left as they are.
    """
    texts: dict[str, bytes] = {}
    lines: dict[Triple | Place, Line] = {}
    editor = _Editor(edits)
    for name, content in sorted(files.items()):
        source = TurtleText(content)
        changes, found = editor.changes(source)
        if not changes and not found:
            continue
        text, shifts = _applied(source.text, changes)
        mark = BYTE_ORDER_MARK if content.startswith(BYTE_ORDER_MARK) else b""
        if changes:
            texts[name] = mark + text.encode()
        for key, (stated, left) in found.items():
            shift = shifts[bisect.bisect_right(shifts, left, key=_offset) - 1][1]
            after = source.place(left)[0] + shift
            lines.setdefault(key, Line(name, source.place(stated)[0], after))
    return EditedFiles(texts, lines)


def _applied(text: str, changes: list[Change]) -> tuple[str, list[tuple[int, int]]]:
    """Return a text with changes made, and how many lines all before an offset add."""
    parts: list[str] = []
    shifts = [(-1, 0)]
    at = 0
    for start, end, new in sorted(changes, key=lambda change: change[:2]):
        parts += [text[at:start], new]
        added = new.count("\n") - text.count("\n", start, end)
        shifts.append((end, shifts[-1][1] + added))
        at = end
    return "".join([*parts, text[at:]]), shifts


_offset = itemgetter(0)


class _Editor:
    """Edits on their way through the files: what is added is added once."""

    def __init__(self, edits: Edits) -> None:
        self._edits = edits
        self._replaced, self._below = dict(edits.replaced), dict(edits.below)
        self._stated: dict[Place, dict[Term | None, Triple]] = {}
        for triple in edits.replaced:
            objects = self._stated.setdefault((triple.subject, triple.predicate), {})
            objects[triple.object] = triple
        self._subjects = {subject for subject, _ in (*self._stated, *edits.below)}

    def changes(
        self, source: TurtleText
    ) -> tuple[list[Change], dict[Triple | Place, tuple[int, int]]]:
        """Return the changes to a file, and the offsets of what they are about.

        Of each that of the statement now, and that of what is left of it or its record.
        """
        found: dict[Triple | Place, tuple[int, int]] = {}
        made: list[Change] = []
        newline = line_end(source.text)
        for block in blocks(source, crlf=has_crlf(source.text.encode())):
            if isinstance(block.subject, NamedNode) and block.subject in self._subjects:
                record = StatementText(source, block, block.subject, newline)
                for number, pair in enumerate(record.pairs):
                    self._decide(record, number, pair, found)
                made += record.finished()
        return made, found

    def _decide(
        self,
        record: StatementText,
        number: int,
        pair: Pair,
        found: dict[Triple | Place, tuple[int, int]],
    ) -> None:
        """Hand to `record` what becomes of one predicate with its objects."""
        place = record.subject, pair.predicate
        if place in self._stated:
            gone: dict[int, tuple[Triple, ...]] = {}
            for index, value in enumerate(record.objects(pair)):
                triple = self._stated[place].get(value)
                if triple is not None:
                    gone[index] = self._replaced.pop(triple, ())
                    left = pair.start if gone[index] else record.start
                    found.setdefault(triple, (pair.start, left))
            if gone:
                record.replace(number, gone)
        if place in self._edits.below:
            found.setdefault(place, (pair.start, pair.start))
            if new := self._below.pop(place, ()):
                record.add_below(number, new)
