"""A study's files become graphs of an endpoint: only what changed, never half a file.

A graph is staged beside its place, counted there, and put in its place by one request. The last
push to begin wins; one that was overtaken notices, changes nothing any more, and says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count

import pyoxigraph
from pyoxigraph import QuerySolutions, RdfFormat, Triple

from mlkg.errors import EndpointError
from mlkg.remote import layout
from mlkg.remote.layout import Manifest
from mlkg.remote.manifests import read_manifest
from mlkg.remote.planning import DROPPED, REPLACED, UNCHANGED, Plan, Step, Wanted, plan
from mlkg.remote.protocol import Connection
from mlkg.remote.updates import Updates
from mlkg.turtle.files import TurtleFile


def push(
    connection: Connection,
    wanted: Wanted,
    token: str,
    report: Callable[[str], None] = lambda _: None,
) -> Iterator[Step]:
    """Make an endpoint hold what is wanted; yield each step when it is done.

    `token` stands for this run and for no other; each file has a number behind it.
    `report` is told what is being done.
    Nothing is sent but questions when nothing changed. Cut off at any point, a next run ends right.
    Raises EndpointError when the endpoint refuses something or loses triples, and when another
    push of the same study began meanwhile.
    """
    study = wanted.manifest.study
    report("reading what is there")
    there = read_manifest(connection, study)
    planned = plan(there, wanted.manifest)
    if not planned.writes:
        yield from planned.steps
        return
    run = _Run(connection, study, token)
    planned = run.begin(there, wanted.manifest)
    number = sum(step.action != UNCHANGED for step in planned.steps)
    done = 0
    for step in planned.steps:
        if step.action != UNCHANGED:
            done += 1
            report(f"{done} of {number}: {step.entry.file}")
        if step.action == REPLACED:
            run.replace(step, wanted.files[step.entry.file])
        elif step.action == DROPPED:
            connection.update(run.updates.drop(step.entry))
        yield step
    report("closing the manifest")
    run.end(wanted.manifest)


class _Run:
    """One run of push that writes."""

    def __init__(self, connection: Connection, study: str, token: str) -> None:
        self.connection = connection
        self.study = study
        self.tokens = (f"{token}-{number}" for number in count(1))
        self._hold(next(self.tokens))

    def _hold(self, token: str) -> None:
        """Write with this token from now on."""
        self.token = token
        self.updates = Updates(self.study, token)

    def begin(self, there: Manifest | None, wanted: Manifest) -> Plan:
        """Take the manifest over, and return the plan from what is there from now on."""
        self.connection.update(self.updates.begin(there.tokens if there else ()))
        now = read_manifest(self.connection, self.study)
        if now is None:
            raise EndpointError(
                f"{layout.manifest_graph(self.study)}: written, and not there when asked for; do "
                "the URLs for queries and for updates lead to the same store?"
            )
        if now.tokens != (self.token,):
            raise self._overtaken()
        return plan(now, wanted)

    def replace(self, step: Step, file: TurtleFile) -> None:
        """Stage a file, see that all of it arrived, and put it in the place of its graph."""
        name = step.entry.file
        triples = list(dict.fromkeys(quad.triple for quad in file.quads()))
        if triples and self.connection.endpoint.graph_store_url:
            staging = layout.staging_graph(self.study, self.token)
            self.connection.put_graph(staging, layout.statements(triples).encode())
        else:
            for update in self.updates.stage(triples, name):
                self.connection.update(update)
        self._check(name, triples)
        following = next(self.tokens)
        self.connection.update(self.updates.replace(step.entry, following))
        self._hold(following)

    def _check(self, name: str, triples: list[Triple]) -> None:
        """Raise EndpointError unless the staging graph has as many triples as it should."""
        result = self.connection.query(self.updates.staged())
        assert isinstance(result, QuerySolutions), "it is a SELECT"  # noqa: S101
        rows = list(result)
        if [getattr(row["token"], "value", None) for row in rows] != [self.token]:
            raise self._overtaken()
        arrived, expected = int(rows[0]["count"].value), _distinct(triples)
        if arrived != expected:
            raise EndpointError(
                f"{name}: the endpoint has {arrived} of {expected} statements; it drops, or "
                "takes for the same, what differs; the graph is left as it was"
            )

    def end(self, wanted: Manifest) -> None:
        """Close the manifest, and see that it says what is wanted."""
        self.connection.update(self.updates.end(wanted))
        now = read_manifest(self.connection, self.study)
        if now != wanted:
            raise self._overtaken()

    def _overtaken(self) -> EndpointError:
        self.connection.update(self.updates.give_up())
        return EndpointError(
            f"{self.study}: another push of this study began meanwhile, and this one stopped; "
            "each graph is whole, and the other push's; see that it ends, then push again"
        )


def _distinct(triples: list[Triple]) -> int:
    """Return how many triples a store keeps of these: one that reads 7 and 007 as one keeps one."""
    store = pyoxigraph.Store()
    store.bulk_load(layout.statements(triples).encode(), format=RdfFormat.N_TRIPLES)
    return len(store)
