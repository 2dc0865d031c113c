"""What push has to do: what an endpoint holds of a study, against what it should hold."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

import pyoxigraph

from mlkg.errors import MlkgError
from mlkg.remote import layout
from mlkg.remote.layout import Entry, Manifest
from mlkg.remote.updates import has_blank_node
from mlkg.turtle.files import TurtleFile

if TYPE_CHECKING:
    from mlkg.study import FolderStudy

REPLACED, DROPPED, UNCHANGED = "replaced", "dropped", "unchanged"


class Step(NamedTuple):
    """One graph, and what push does with it: REPLACED, DROPPED or UNCHANGED.

    `entry` is what the manifest says of it afterwards, or said of it before it is dropped.
    """

    action: str
    entry: Entry


def counts(steps: Sequence[Step]) -> str:
    """Say how many graphs were replaced, dropped and left as they are."""
    return ", ".join(
        f"{sum(step.action == action for step in steps)} {action}"
        for action in (REPLACED, DROPPED, UNCHANGED)
    )


class Plan(NamedTuple):
    """What push does: a step for each graph, sorted by file; `writes` tells if any changes."""

    steps: tuple[Step, ...]
    writes: bool


class Wanted(NamedTuple):
    """What an endpoint should hold of a study: the manifest, and each graph's file by its name.

    The derived facts are the file `layout.DERIVED`, in N-Triples.
    """

    manifest: Manifest
    files: dict[str, TurtleFile]


def wanted(study: FolderStudy) -> Wanted:
    """Return what an endpoint should hold of a study that lies in files.

    All its derived facts are computed.
    Raises MlkgError when the study has no IRI to name its graphs after, or a fact of its own
    cannot be derived.
    """
    if study.iri is None:
        raise MlkgError(
            f"{study.root / 'data'}: graphs are named after the study's IRI, and the data has no "
            "mlkg:Study, or several; describe one there: <IRI> a mlkg:Study"
        )
    files: dict[str, TurtleFile] = {}
    for file in study.files:
        files[file.name] = file
    for file in study.term_files:
        files[f"{layout.TERMS}/{file.name.replace(chr(92), '/').rpartition('/')[2]}"] = file
    repeats = _repeats(files.values())
    files[layout.DERIVED] = _derived(study)
    entries = tuple(
        Entry(layout.graph_name(study.iri, name), name, hashlib.sha256(file.turtle).hexdigest())
        for name, file in sorted(files.items())
    )
    prefixes = dict(sorted(study.prefixes.items()))
    manifest = Manifest(study.iri, entries, prefixes, study.revision(), repeats=repeats)
    return Wanted(manifest, files)


def _derived(study: FolderStudy) -> TurtleFile:
    """Return the derived facts of a study as N-Triples, sorted, which are Turtle too.

    A blank node of one graph is another node in the next: facts about blank nodes are left out.
    """
    facts = (t for t in study.store.derived() if not has_blank_node(t))
    return TurtleFile(layout.DERIVED, "".join(sorted(f"{fact} .\n" for fact in facts)).encode())


def _repeats(files: Iterable[TurtleFile]) -> bool:
    """Tell whether two files state the same triple, as stores compare terms."""
    merged, apart = pyoxigraph.Store(), 0
    for file in files:
        alone = pyoxigraph.Store()
        alone.bulk_extend(file._replace(graph=None).quads())
        merged.extend(alone)
        apart += len(alone)
    return len(merged) < apart


def plan(there: Manifest | None, wanted: Manifest) -> Plan:
    """Return the steps from what is there, None for nothing, to what is wanted.

    Only graphs that the manifest of this study lists are ever dropped.
    """
    held = {entry.file: entry for entry in there.entries} if there else {}
    steps = [
        Step(UNCHANGED if held.get(entry.file) == entry else REPLACED, entry)
        for entry in wanted.entries
    ]
    kept = {entry.file for entry in wanted.entries}
    steps += [Step(DROPPED, entry) for file, entry in held.items() if file not in kept]
    return Plan(tuple(sorted(steps, key=lambda step: step.entry.file)), there != wanted)
