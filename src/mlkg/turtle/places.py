"""Where records stand: file, line and column of the statements about them."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode

from mlkg.lookup import local_name
from mlkg.turtle.document import Document, Record
from mlkg.turtle.files import TurtleFile
from mlkg.turtle.text import TurtleText
from mlkg.turtle.triples import blocks

if TYPE_CHECKING:
    from mlkg.study import Study


@dataclass(frozen=True, slots=True)
class Place:
    """A file of the study, a line and a column, both from 1."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        """Format as `file:line`, which editors and terminals link."""
        return f"{self.file}:{self.line}"


def places(study: Study, iris: Collection[str]) -> dict[str, Place]:
    """Return where the first statement about each of `iris` stands, as far as `data/` has one."""
    wanted = set(iris)
    found: dict[str, Place] = {}
    for file in study.files:
        if _may_mention(file, wanted):
            source = TurtleText(file.turtle)
            for block in blocks(source):
                subject = block.subject
                if isinstance(subject, NamedNode) and subject.value in wanted:
                    wanted.discard(subject.value)
                    found[subject.value] = Place(file.name, *source.place(block.extent.start))
    return found


def statements_about(study: Study, iri: str) -> Iterator[tuple[TurtleFile, Document, Record]]:
    """Yield each statement about `iri` with the file that has it, in the order of the files."""
    for file in study.files:
        if _may_mention(file, {iri}):
            document = read(file)
            for record in document.records:
                if record.subject == iri:
                    yield file, document, record


def read(file: TurtleFile) -> Document:
    """Return the text of a data file; raise DataError when it is not Turtle 1.1."""
    return Document(file.turtle.decode("utf-8-sig"), file.name)


def _may_mention(file: TurtleFile, iris: Collection[str]) -> bool:
    """Tell cheaply whether a file can name one of `iris`: by its last part, or by an escape."""
    if b"\\" in file.turtle or b"%" in file.turtle or b"@base" in file.turtle:
        return bool(iris)
    return any(local_name(iri).encode() in file.turtle for iri in iris)
