"""The graphs of a study in an endpoint become files again, in the house form."""

from __future__ import annotations

import contextlib
import hashlib
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path, PureWindowsPath

import pyoxigraph
from pyoxigraph import NamedNode, Quad, Triple

from mlkg.errors import EndpointError, OutputError
from mlkg.files import write_atomically
from mlkg.namespaces import WELL_KNOWN
from mlkg.remote.layout import Entry, Manifest
from mlkg.remote.manifests import pick_manifests, read_manifests
from mlkg.remote.protocol import Connection
from mlkg.remote.store import RemoteStore
from mlkg.resources import built_in_folder
from mlkg.store import select
from mlkg.turtle.writing import as_turtle

UNFINISHED = ".mlkg-pull"
"""The folder, in the one pulled into, that files are in until all are there."""

_TRIPLES = "SELECT ?s ?p ?o WHERE { ?s ?p ?o }"


def pull(
    connection: Connection,
    study: str | None,
    folder: Path,
    report: Callable[[str], None] = lambda _: None,
) -> Manifest:
    """Write a study of an endpoint into `folder`, which is new or empty; return its manifest.

    `study` is its IRI; without one it is the only study there. `report` is told what is being done.
    All files appear at once, or none. Comments are not in an endpoint, so they do not come back.
    Terms that are mlkg's own are left out, as they come with mlkg. A study that mlkg 0.1 pushed is
    migrated: its manifest has no derived facts.
    Raises OutputError for a folder that has something in it, StudyNotFoundError, and EndpointError,
    also when a push is under way or was cut off, or changes the study meanwhile.
    """
    check_empty(folder)
    report("reading what is there")
    (manifest,) = pick_manifests(connection, study)
    if not manifest.settled:
        raise EndpointError(
            f"{manifest.study}: a push is under way or was cut off, so that its files may be of "
            "two states; see that it ends, or push again"
        )
    former = manifest.derived is None
    own = [entry for entry in manifest.terms if not _comes_with_mlkg(entry, former=former)]
    wanted = [*manifest.data, *own]
    graphs: dict[str, list[Triple]] = {}
    for number, entry in enumerate(wanted, 1):
        _check_name(entry)
        report(f"{number} of {len(wanted)}: {entry.file}")
        graphs[entry.file] = _triples(connection, entry)
    if read_manifests(connection, manifest.study) != (manifest,):
        raise EndpointError(
            f"{manifest.study}: a push changed the study while it was read; nothing written, pull "
            "again"
        )
    report("writing")
    if former:
        graphs = _migrated(graphs)
    _write(folder, _files(graphs, manifest.prefixes))
    return manifest


def check_empty(folder: Path) -> None:
    """Raise OutputError unless `folder` is an empty folder, or nothing at all."""
    try:
        if folder.exists() and not folder.is_dir():
            raise OutputError(f"{folder}: not a folder; name a new or empty one")
        if folder.is_dir() and any(path.name != UNFINISHED for path in folder.iterdir()):
            raise OutputError(f"{folder}: not empty; name a new or empty folder to pull into")
    except OSError as error:
        raise OutputError(f"{folder}: cannot be read: {error.strerror}") from error


def _triples(connection: Connection, entry: Entry) -> list[Triple]:
    """Return what a graph states, its values spelt as the embedded store spells them.

    Virtuoso gives `true` back as `1`.
    """
    store = pyoxigraph.Store()
    rows = select(RemoteStore(connection, [entry.graph]), _TRIPLES, name=entry.file)
    store.extend(Quad(row["s"], row["p"], row["o"]) for row in rows)
    return [quad.triple for quad in store]


def _comes_with_mlkg(entry: Entry, *, former: bool) -> bool:
    """Tell whether terms are mlkg's own: the current bytes, or, of a former mlkg, the name."""
    path = built_in_folder() / entry.file
    if not path.is_file():
        return False
    return former or hashlib.sha256(path.read_bytes()).hexdigest() == entry.digest


def _migrated(graphs: Mapping[str, list[Triple]]) -> dict[str, list[Triple]]:
    """Return the triples of each file in the form of the current model."""
    from mlkg.editing.migrating import migrated_statements

    files = {NamedNode(f"urn:{number}"): file for number, file in enumerate(graphs)}
    found: dict[str, list[Triple]] = {file: [] for file in graphs}
    quads = [
        Quad(one.subject, one.predicate, one.object, graph)
        for graph, file in files.items()
        for one in graphs[file]
    ]
    for quad in migrated_statements(quads):
        assert isinstance(quad.graph_name, NamedNode), "each keeps its graph"  # noqa: S101
        found[files[quad.graph_name]].append(quad.triple)
    return found


def _check_name(entry: Entry) -> None:
    """Raise OutputError for a name that would lead out of its folder on some system."""
    name = entry.file.partition("/")[2]
    if PureWindowsPath(name).name != name or not name.isprintable():
        raise OutputError(f"{entry.graph}: its file {entry.file!r} has no name to write it by")


def _files(graphs: Mapping[str, list[Triple]], prefixes: Mapping[str, str]) -> dict[str, bytes]:
    """Return the files' texts; a prefix that no file uses is declared in the first one."""
    own = {prefix: ns for prefix, ns in prefixes.items() if WELL_KNOWN.get(prefix) != ns}
    mentioned = "\n".join(str(triple) for triples in graphs.values() for triple in triples)
    idle = {prefix: ns for prefix, ns in own.items() if f"<{ns}" not in mentioned}
    first = min((name for name in graphs if name.startswith("data/")), default=None)
    return {
        name: as_turtle(triples, prefixes, idle if name == first else {})
        for name, triples in sorted(graphs.items())
    }


def _write(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write files into a folder of their own in `folder`, then put `data` in its place, last."""
    unfinished = folder / UNFINISHED
    made = not folder.exists()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(unfinished, ignore_errors=True)  # of a pull that was cut off
        for name, content in files.items():
            path = unfinished / name
            path.parent.mkdir(parents=True, exist_ok=True)
            write_atomically(path, content)
        check_empty(folder)
        for path in sorted(unfinished.iterdir(), reverse=True):  # a study is where data/ is
            path.rename(folder / path.name)
        unfinished.rmdir()
    except (OSError, OutputError) as error:
        shutil.rmtree(unfinished, ignore_errors=True)
        if made:
            with contextlib.suppress(OSError):
                folder.rmdir()
        if isinstance(error, OutputError):
            raise
        raise OutputError(f"{folder}: cannot be written: {error.strerror}") from error
