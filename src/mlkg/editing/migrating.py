"""Migrating a study: files of a folder, of a revision of git, and graphs of an endpoint."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import BlankNode, NamedNode, Quad

from mlkg import files
from mlkg.editing.drafts import Change, Draft
from mlkg.editing.migration import Plan, Remark, plan
from mlkg.errors import DataError, MlkgError, OutputError, Problem, RefusedError, StudyNotFoundError
from mlkg.model_version import DIRECTION
from mlkg.namespaces import MLKG, WELL_KNOWN
from mlkg.store import EmbeddedStore
from mlkg.turtle.edits import EditedFiles, Edits, Line, edited_files, edited_statements
from mlkg.turtle.files import TurtleFile, prefixes_of
from mlkg.turtle.text import TurtleText
from mlkg.turtle.triples import all_statements

_DIGEST = f"{MLKG}digest"
_MAY_BE_OLD = (b"direction", b"digest", b"\\u", b"\\U")


class ContradictionError(DataError):
    """Evidence contradicts itself: its direction says one thing and its verdict another."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        """Take one problem for each piece of evidence."""
        super().__init__(problems)
        self.args = (
            f"{self}\nnothing written; delete the direction or the verdict that is wrong, and run "
            "mlkg migrate again",
        )


@dataclass(frozen=True, slots=True)
class Noted:
    """A remark with the line that it is about, before the migration and after."""

    line: Line
    remark: Remark


@dataclass(frozen=True, slots=True)
class Migration:
    """What migrates a folder: the files in the order to write them, and what to look at."""

    draft: Draft
    review: tuple[Noted, ...]


def migration(root: Path) -> Migration:
    """Return what migrates the study in the folder `root`; there are no changes for one that is.

    Raises StudyNotFoundError, and DataError, which names file and line, for files that are not
    Turtle; ContradictionError lists the evidence that contradicts itself. Raises RefusedError when
    the study would have errors that it does not have now.
    """
    texts = _files(root)
    found = _plan(texts)
    edited = edited_files(texts, found.edits)
    _check_contradictions(found.contradictions, edited)
    _check_edited(texts, found, edited)
    changes = [Change(root / name, name, texts[name], text) for name, text in edited.texts.items()]
    # A review's digest is renewed only together with its claim's evidence: should the writing be
    # cut off, the files of reviews are written already, and the next run does the rest.
    digests = {
        edited.lines[triple].file
        for triple in found.edits.replaced
        if triple.predicate.value == _DIGEST
    }
    changes.sort(key=lambda change: change.name not in digests)
    if changes:
        _check_result(root, texts, found, edited)
    noted = [Noted(edited.lines[remark.at], remark) for remark in found.review]
    noted.sort(key=lambda one: (one.line.file, one.line.before))
    return Migration(Draft(tuple(changes), tuple(sorted(_records(found)))), tuple(noted))


def write(drafted: Draft) -> None:
    """Write all files or none; hold the study's lock meanwhile.

    Raises OutputError when a file has changed since, or cannot be written.
    """
    for change in drafted.changes:
        if change.before != (change.path.read_bytes() if change.path.exists() else None):
            raise OutputError(f"{change.path}: changed meanwhile; nothing written, run again")
    written: list[Change] = []
    try:
        for change in drafted.changes:
            files.replace(change.path, change.before, change.after)
            written.append(change)
    except OutputError:
        for change in written:
            files.write_atomically(change.path, change.before or b"")
        raise


def migrated_files(texts: Mapping[str, bytes]) -> Mapping[str, bytes]:
    """Return Turtle files, by their names, in the present form, the same ones where they are in it.

    Where evidence contradicts itself, what it indicates counts. Files that are not Turtle are
    returned as they are.
    """
    if not any(word in text for text in texts.values() for word in _MAY_BE_OLD):
        return texts
    try:
        found = _plan(texts)
    except DataError:
        return texts
    if not found.edits.replaced:
        return texts
    return {**texts, **edited_files(texts, found.edits).texts}


def migrated_statements(quads: Sequence[Quad]) -> Sequence[Quad]:
    """Return statements in the present form, as `migrated_files` does; each keeps its graph."""
    direction = NamedNode(DIRECTION)
    if not any(quad.predicate == direction for quad in quads):
        return quads
    return list(edited_statements(quads, plan(lambda: quads, WELL_KNOWN).edits))


def _files(root: Path) -> dict[str, bytes]:
    """Read the data files of a study; raise StudyNotFoundError or DataError."""
    paths = sorted((root / "data").glob("*.ttl"))
    if not paths:
        raise StudyNotFoundError(f"{root}: no study here: no *.ttl file in {root / 'data'}")
    try:
        return {f"data/{path.name}": path.read_bytes() for path in paths}
    except OSError as error:
        name = f"data/{Path(error.filename).name}"
        raise DataError([Problem(name, f"cannot be read: {error.strerror}")]) from error


def _turtle_files(texts: Mapping[str, bytes]) -> list[TurtleFile]:
    """Return files in the order in which edits go through them."""
    return [TurtleFile(name, text) for name, text in sorted(texts.items())]


def _plan(texts: Mapping[str, bytes]) -> Plan:
    """Plan for Turtle files; raise DataError for those that are not, or need IRIs for records."""
    turtle = _turtle_files(texts)

    def read() -> Iterator[Quad]:
        for file in turtle:
            yield from file.quads()

    try:
        found = plan(read, prefixes_of(turtle))
    except (SyntaxError, ValueError):
        for name, text in texts.items():
            EmbeddedStore().load(name, text)
        raise
    if any(isinstance(triple.subject, BlankNode) for triple in found.edits.replaced):
        raise DataError(_without_iri(texts))
    return found


def _without_iri(texts: Mapping[str, bytes]) -> Iterator[Problem]:
    """Yield the evidence that has no IRI."""
    for name, text in sorted(texts.items()):
        source = TurtleText(text)
        for one in all_statements(source):
            if one.predicate == NamedNode(DIRECTION) and isinstance(one.subject, BlankNode):
                place = source.place(one.predicate_at.start)
                yield Problem(
                    name, "evidence without an IRI cannot be migrated; give it one", *place
                )


def _check_contradictions(found: Iterable[Remark], edited: EditedFiles) -> None:
    """Raise ContradictionError for evidence that contradicts itself."""
    problems = [
        Problem(
            edited.lines[one.at].file, f"{one.cell}: {one.message}", edited.lines[one.at].before
        )
        for one in found
    ]
    if problems:
        raise ContradictionError(sorted(problems, key=lambda one: (one.file, one.line or 0)))


def _check_edited(texts: Mapping[str, bytes], found: Plan, edited: EditedFiles) -> None:
    """Make sure that the text says what the plan says, and nothing else changes."""
    turtle = _turtle_files(texts)
    expected: dict[str, set[Quad]] = {file.name: set() for file in turtle}
    reading = expected[turtle[0].name]

    def read() -> Iterator[Quad]:
        nonlocal reading
        for file in turtle:
            reading = expected[file.name]
            yield from file.quads()

    for quad in edited_statements(read(), found.edits):
        reading.add(quad)
    for file in turtle:
        if file.name in edited.texts:
            changed = set(file._replace(turtle=edited.texts[file.name]).quads())
            if any(not _has_blank(quad) for quad in changed ^ expected.pop(file.name)):
                raise MlkgError(f"{file.name}: left as it is: the patch would change other triples")


def _has_blank(quad: Quad) -> bool:
    return isinstance(quad.subject, BlankNode) or isinstance(quad.object, BlankNode)


def _check_result(root: Path, texts: Mapping[str, bytes], found: Plan, edited: EditedFiles) -> None:
    """Raise RefusedError when validation would find errors that the study does not have now."""
    from mlkg.study import load

    def errors(data: Mapping[str, bytes]) -> list[str]:
        study = load(root, data=data)
        errors = (name for name, one in study.checks().items() if one.severity == "error")
        found = study.validate(select=frozenset(errors)).findings
        return [f"{one.rule}: {one.message}" for one in found]

    after = errors({**texts, **edited.texts})
    if not after:
        return
    directions = [one for one in found.edits.replaced if one.predicate.value == DIRECTION]
    without = edited_files(texts, Edits(dict.fromkeys(directions, ())))
    # By their messages, not their records: evidence of a claim off the scale is off it too.
    before = set(errors({**texts, **without.texts}))
    if added := [error for error in after if error not in before]:
        raise RefusedError(added)


def _records(found: Plan) -> set[str]:
    """Return the IRIs of the records that change."""
    subjects = {one.subject for one in found.edits.replaced} | {one for one, _ in found.edits.below}
    return {one.value for one in subjects if isinstance(one, NamedNode)}
