"""Changes to a study's files that are tried out before they are written."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph
from pyoxigraph import NamedNode, RdfFormat

from mlkg import files
from mlkg.editing.patches import Patch
from mlkg.editing.units import UNIT
from mlkg.errors import MlkgError, OutputError, RefusedError, StudyNotFoundError
from mlkg.store import BYTE_ORDER_MARK, EmbeddedStore
from mlkg.turtle.house_form import house_form
from mlkg.turtle.line_ends import unix_line_ends
from mlkg.validation.findings import Finding

if TYPE_CHECKING:
    from mlkg.study import FolderStudy, Study


@dataclass(frozen=True, slots=True)
class Change:
    """A file before and after; `before` is None where there is none yet. `name` is for messages."""

    path: Path
    name: str
    before: bytes | None
    after: bytes

    def diff(self) -> str:
        """Return the change as a unified diff."""
        old, new = ((text or b"").decode("utf-8") for text in (self.before, self.after))
        lines = difflib.unified_diff(
            old.splitlines(keepends=True),
            new.splitlines(keepends=True),
            "/dev/null" if self.before is None else f"a/{self.name}",
            f"b/{self.name}",
        )
        return "".join(
            line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
            for line in lines
        )


@dataclass(frozen=True, slots=True)
class Draft:
    """Changes in the order to write them; `records` are the IRIs that they write about."""

    changes: tuple[Change, ...]
    records: tuple[str, ...] = ()


def draft(study: Study, patches: Sequence[Patch], records: Sequence[str]) -> Draft:
    """Return what `patches` make of the files of `study`, in this order."""
    before = {file.name: file.turtle for file in study.files}
    return Draft(
        tuple(
            Change(study.root / patch.name, patch.name, before.get(patch.name), patch.content)
            for patch in patches
            if patch.content != before.get(patch.name)
        ),
        tuple(records),
    )


def loaded(study: Study, drafted: Draft) -> FolderStudy:
    """Return `study` as `drafted` would leave it."""
    from mlkg.study import load

    now = {file.name: file.turtle for file in study.files}
    return load(study.root, data={**now, **{c.name: c.after for c in drafted.changes}})


def check(study: Study, drafted: Draft) -> tuple[Finding, ...]:
    """Validate `study` as `drafted` would leave it; return what is found in the records of it.

    Raises RefusedError when there would be an error that the study does not have now.
    """
    _keeps_the_rest(drafted)
    findings = loaded(study, drafted).validate().findings
    errors = [finding for finding in findings if finding.severity == "error"]
    if errors:
        known = {(f.rule, f.focus, f.message) for f in study.validate().findings}
        added = [f for f in errors if (f.rule, f.focus, f.message) not in known]
        if added:
            raise RefusedError(f"{finding.rule}: {finding.message}" for finding in added)
    about = {NamedNode(iri) for iri in drafted.records}
    return tuple(finding for finding in findings if finding.focus in about)


def _keeps_the_rest(drafted: Draft) -> None:
    """Make sure that only statements about the draft's own records come and go."""
    own = set(drafted.records)
    for change in drafted.changes:
        old, new = _triples(change.before or b""), _triples(change.after)
        for triple in old ^ new:
            if isinstance(triple.subject, NamedNode) and triple.subject.value not in own:
                raise MlkgError(f"{change.name}: left as it is: the patch would change {triple}")


def _triples(turtle: bytes) -> set[pyoxigraph.Triple]:
    """Parse a file; triples with blank nodes are left out, for these have no lasting names."""
    text = unix_line_ends(turtle.removeprefix(BYTE_ORDER_MARK))
    quads = pyoxigraph.parse(text, RdfFormat.TURTLE)
    return {
        quad.triple
        for quad in quads
        if not isinstance(quad.object, pyoxigraph.BlankNode)
        and not isinstance(quad.subject, pyoxigraph.BlankNode)
    }


def write(drafted: Draft) -> None:
    """Write the changes, each file in one step; hold the study's lock meanwhile.

    Raises OutputError when a file has changed since, or cannot be written.
    """
    for change in drafted.changes:
        files.replace(change.path, change.before, change.after)


def formatted(root: Path, paths: Sequence[Path] = ()) -> Draft:
    """Return what brings Turtle files into the house form: `paths`, or all of the study's.

    Raises DataError for files that are not Turtle, OutputError for those that cannot be read.
    """
    found = [*paths] or [
        path for folder in ("data", "ontology") for path in sorted((root / folder).glob("*.ttl"))
    ]
    if not found:
        raise StudyNotFoundError(f"{root}: no *.ttl file in data/ or ontology/ here; name files")
    changes = []
    for path in found:
        name = path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)
        try:
            before = path.read_bytes()
        except OSError as error:
            raise OutputError(f"{name}: cannot be read: {error.strerror}") from error
        EmbeddedStore().load(name, before)
        mark = BYTE_ORDER_MARK if before.startswith(BYTE_ORDER_MARK) else b""
        text = before.removeprefix(BYTE_ORDER_MARK).decode("utf-8")
        after = mark + house_form(text, name).encode()
        if after != before:
            changes.append(Change(path, name, before, after))
    return Draft(tuple(changes))


def start(study: Study, name: str) -> Patch:
    """Begin a patch of a data file of `study`, or of a new one."""
    texts: Mapping[str, bytes] = {file.name: file.turtle for file in study.files}
    return Patch(name, texts.get(name, b""), {"unit": UNIT, **study.prefixes})
