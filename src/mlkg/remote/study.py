"""A study in an endpoint: the same to every command as one in a folder."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path

from pyoxigraph import NamedNode, Quad, Triple

from mlkg.errors import EndpointError
from mlkg.namespaces import BEFORE, WELL_KNOWN
from mlkg.remote.endpoint import Endpoint, shown
from mlkg.remote.layout import Entry, Manifest, merged_graph
from mlkg.remote.manifests import pick_manifests, read_manifests
from mlkg.remote.protocol import Connection
from mlkg.remote.store import ComparingStore, RemoteStore
from mlkg.sparql.values import listed
from mlkg.store import EmbeddedStore, select
from mlkg.study import Study
from mlkg.terms import Term
from mlkg.turtle.files import TurtleFile

_ALL_GRAPHS = "SELECT ?g ?s ?p ?o WHERE { GRAPH ?g { ?s ?p ?o } }"
_ABOUT = """
SELECT ?term (MIN(STR(?g)) AS ?graph) WHERE { %s GRAPH ?g { ?term ?p ?o } } GROUP BY ?term
"""


class RemoteStudy(Study):
    """One study of an endpoint, or all that are there as one graph.

    Stored queries, shapes and settings are mlkg's own and those of `folder`, if there is one. A
    file of that folder whose bytes are those that were pushed gives findings their places, and its
    comments count.
    """

    def __init__(self, connection: Connection, found: tuple[Manifest, ...], folder: Path | None):
        """Take one manifest or several; see `open_study`."""
        super().__init__(folder)
        self.root = folder or Path()
        self.iri = found[0].study if len(found) == 1 else None
        self._connection = connection
        self._found = found
        self._data = tuple(entry for one in found for entry in one.data)
        self._terms = _each_once(entry for one in found for entry in one.terms)
        self.file_names = tuple(sorted({entry.file for entry in self._data}))
        paths = {f"ontology/{path.name}": path for path in self.term_paths}
        self.files = tuple(self._at_hand(self._data, folder, {}))
        self.term_files = tuple(self._at_hand(self._terms, None, paths))
        self._derived = tuple(one.derived for one in found if one.derived is not None)
        self.migrated = len(self._derived) < len(found)
        merged = [merged_graph(self.iri)] if self.iri else []
        self._remote = RemoteStore(
            connection,
            merged or [entry.graph for entry in (*self._data, *self._terms, *self._derived)],
            [entry.graph for entry in self._data],
        )
        self.store = self._remote
        self.notes = tuple(self._why_here(merged=bool(merged)))
        if self.notes:
            self.store = self._copy()

    def _why_here(self, *, merged: bool) -> Iterable[str]:
        """Yield why the default graph cannot be had from the server, if it cannot."""
        for one in self._found:
            if not one.settled:
                yield (
                    f"{one.study}: a push is under way or was cut off; the graphs are fetched and "
                    "queried here, each whole, and may be of two states of the study"
                )
            elif one.derived is None:
                yield (
                    f"{one.study}: mlkg 0.1 pushed it; all is fetched, migrated to the current "
                    "model and queried here; mlkg push replaces it"
                )
        if not merged and self._repeats():
            yield (
                "two graphs state the same triple, which servers count twice: all is fetched and "
                "queried here; --study IRI picks one study"
            )

    @property
    def requests(self) -> int:
        """How many requests were sent so far."""
        return self._connection.requests

    @property
    def place(self) -> str:
        """The URL of the endpoint."""
        return shown(self._connection.endpoint.query_url)

    @cached_property
    def prefixes(self) -> Mapping[str, str]:
        """The prefixes that the data files declare, over those that mlkg knows anyway."""
        known = dict(WELL_KNOWN)
        for one in self._found:
            known.update(one.prefixes)
        return known

    def triples(self) -> set[Triple]:
        """Return what queries see, the data and the terms it uses, as the server gives them."""
        return {quad.triple for quad in self._current}

    def quads(self) -> list[Quad]:
        """Return the statements of the data, each in the graph of its file."""
        data = {entry.graph for entry in self._data}
        return [quad for quad in self._quads if str(quad.graph_name)[1:-1] in data]

    def revision(self) -> str | None:
        """Return the git commit that was pushed, None where that is not known."""
        revisions = {one.revision for one in self._found}
        return revisions.pop() if len(revisions) == 1 else None

    @cached_property
    def _quads(self) -> list[Quad]:
        graphs = [entry.graph for entry in (*self._data, *self._terms)]
        rows = select(RemoteStore(self._connection, graphs, graphs), _ALL_GRAPHS)
        return [Quad(row["s"], row["p"], row["o"], row["g"]) for row in rows]

    @cached_property
    def _current(self) -> Sequence[Quad]:
        """The data in the form of the current model, with the terms.

        A study that mlkg 0.1 pushed has the terms of its model: the current ones take their place.
        """
        if not self.migrated:
            return self._quads
        from mlkg.editing.migrating import migrated_statements

        paths = {f"ontology/{p.name}": p for p in self.term_paths if p.name != "units.ttl"}
        former = sorted(entry.graph for entry in self._terms if entry.file in paths)
        kept = [quad for quad in self._quads if str(quad.graph_name)[1:-1] not in former]
        graph = NamedNode(former[0]) if former else None
        terms = [
            quad
            for name, path in paths.items()
            for quad in TurtleFile(name, path.read_bytes(), graph).quads()
        ]
        return [*migrated_statements(kept), *terms]

    def _copy(self) -> EmbeddedStore:
        """Return the study in the embedded store, where a triple counts once; facts are derived.

        The facts of several studies are those of each on its own, as they were pushed.
        """
        several = len(self._found) > 1
        copy = EmbeddedStore() if several else EmbeddedStore(self.facts)
        data = {entry.graph for entry in self._data}
        copy.add(_in_default_graph(self._current))
        copy.add(quad for quad in self._current if str(quad.graph_name)[1:-1] in data)
        for one in self._found if several else ():
            own = {entry.graph for entry in (*one.data, *self._terms)}
            alone = EmbeddedStore(self.facts)
            alone.add(_in_default_graph(q for q in self._current if str(q.graph_name)[1:-1] in own))
            copy.add(Quad(*fact) for fact in alone.derived())
        return copy

    def _repeats(self) -> bool:
        """Tell whether a triple may be in two of the graphs that make the default graph."""
        names = [entry.file for entry in self._terms]
        return any(one.repeats for one in self._found) or len(set(names)) < len(names)

    def compare_with(self, earlier: Study) -> None:
        """Let `validate` apply the rules for change too: what changed since `earlier`.

        The earlier state is not in the endpoint: these rules run here, on a copy of both.
        """
        copy = self._copy()
        copy.name_graphs((NamedNode(BEFORE), file.turtle) for file in earlier.files)
        self.store = ComparingStore(self.store, copy)
        self.compared = True

    def files_about(self, terms: Collection[Term]) -> Mapping[Term, str]:
        """Return the name of the first data file that states something of each term."""
        wanted = sorted({str(term) for term in terms if isinstance(term, NamedNode)})
        if not wanted:
            return {}
        names = {entry.graph: entry.file for entry in self._data}
        found = select(self._remote, _ABOUT % listed("term", wanted))
        return {term: names[graph.value] for term, graph in found if graph and term in terms}

    def check_unchanged(self) -> None:
        """Raise EndpointError when the study was written to since it was opened.

        A command asks several questions: their answers belong together only if nothing changed.
        """
        if read_manifests(self._connection, self.iri) != self._found:
            raise EndpointError(
                f"{self.place}: the study was written to while it was read, so that what was "
                "printed may mix two states; run the command again"
            )

    def _at_hand(
        self, entries: Iterable[Entry], folder: Path | None, paths: Mapping[str, Path]
    ) -> Iterable[TurtleFile]:
        """Yield the local files whose bytes are those that were pushed."""
        for entry in entries:
            path = folder / entry.file if folder else paths.get(entry.file)
            try:
                turtle = path.read_bytes() if path else b""
            except OSError:
                continue
            if path and hashlib.sha256(turtle).hexdigest() == entry.digest:
                below = path.is_relative_to(self.root)
                name = path.relative_to(self.root).as_posix() if below else str(path)
                yield TurtleFile(name, turtle, NamedNode(entry.graph))


def open_study(
    endpoint: Endpoint,
    study: str | None = None,
    *,
    folder: Path | None = None,
    several: bool = False,
    environment: Mapping[str, str] | None = None,
) -> RemoteStudy:
    """Open the study with the IRI `study`, or the one that there is, in an endpoint.

    `folder` may have stored queries, shapes and settings of its own. With `several` all studies are
    opened as one where none is named. `environment` may have credentials; it is the process's own
    unless it is given.
    Raises StudyNotFoundError when there is no such study, or several to pick from, and
    EndpointError.
    """
    connection = Connection(endpoint, environment)
    found = pick_manifests(connection, study, several=several)
    return RemoteStudy(connection, found, folder)


def _in_default_graph(quads: Iterable[Quad]) -> Iterable[Quad]:
    return (Quad(quad.subject, quad.predicate, quad.object) for quad in quads)


def _each_once(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Return the term files of several studies, those with the same bytes once."""
    return tuple({(entry.file, entry.digest): entry for entry in entries}.values())
