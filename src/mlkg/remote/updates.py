"""What push asks of an endpoint: the texts of its SPARQL 1.1 updates, one request each.

Only the push whose token the manifest has changes anything: each operation but the first says so
in its own WHERE. So a push that was overtaken by another does nothing any more, whatever it sends.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple

from mlkg.errors import EndpointError
from mlkg.remote import layout
from mlkg.remote.layout import CHECKSUM, DECLARE, NAME, PUSH, Entry, Manifest

BATCH_TRIPLES = 1000
"""Triples in one INSERT DATA at most: Virtuoso 7 runs out of parser stack at about 5000."""

BATCH_CHARACTERS = 500_000
"""Characters in one INSERT DATA at most, unless one triple alone is longer."""


class Updates:
    """The updates of one run of push while it has one token, for the study with the IRI `study`."""

    def __init__(self, study: str, token: str) -> None:
        """Take the study and the token, which no other run has."""
        self._study = study
        self._manifest = NamedNode(layout.manifest_graph(study))
        self._merged = NamedNode(layout.merged_graph(study))
        self._staging = NamedNode(layout.staging_graph(study, token))
        self._own = self._holds(token)
        self._if_own = f"GRAPH {self._manifest} {{ {self._own} }}"

    def begin(self, before: Iterable[str]) -> str:
        """Return the update that makes this push the one that may write, and tidies up.

        `before` has the tokens of pushes that were cut off, or are overtaken hereby.
        """
        return " ;\n".join(
            [
                f"DELETE {{ GRAPH {self._manifest} {{ ?m {PUSH} ?other }} }} "
                f"WHERE {{ GRAPH {self._manifest} {{ ?m {PUSH} ?other }} }}",
                f"INSERT DATA {{ GRAPH {self._manifest} {{\n"
                f"{layout.statements(layout.topic_triples(self._study))}{self._own} }} }}",
                *(
                    f"DROP SILENT GRAPH {NamedNode(layout.staging_graph(self._study, token))}"
                    for token in before
                ),
            ]
        )

    def stage(self, triples: Iterable[Triple], file: str) -> Iterator[str]:
        """Yield the updates that fill the staging graph; `file` names it in messages.

        Triples with blank nodes go into one request, because a label means another node in the
        next. Raises EndpointError when they are too many for that.
        """
        for batch in batches(triples, file):
            if "_:" in batch:  # Virtuoso 7 refuses blank nodes in INSERT DATA
                yield f"INSERT {{ GRAPH {self._staging} {{\n{batch}}} }} WHERE {{}}"
            else:
                yield f"INSERT DATA {{ GRAPH {self._staging} {{\n{batch}}} }}"

    def staged(self) -> str:
        """Return the SELECT of the count of triples that are staged, with each token there is."""
        count = f"SELECT (COUNT(*) AS ?count) WHERE {{ GRAPH {self._staging} {{ ?s ?p ?o }} }}"
        return (
            "SELECT ?count ?token WHERE {\n"
            f"  {{ {count} }}\n"
            f"  OPTIONAL {{ GRAPH {self._manifest} {{ {self._manifest} {PUSH} ?token }} }}\n"
            "}"
        )

    def replace(self, entry: Entry, following: str) -> str:
        """Return the update that puts what is staged in the place of a graph.

        From then on `following` is the token of this push, so that the next file is staged in
        another graph: a store like RocksDB steps over all that was ever deleted from one.
        What leaves the graph leaves the merged graph before, and what enters it enters the merged
        graph after it. So wherever a server breaks off, the graph tells the next run what to do.
        A triple that another graph of the study states as well stays in the merged graph.
        """
        graph = NamedNode(entry.graph)
        return " ;\n".join(
            [
                *self._unseal(entry),
                self._insert(layout.statements(layout.name_triples(entry))),
                self._unmerge(graph),
                self._empty(graph),
                self._fill(graph),
                self._fill(self._merged),
                self._insert(layout.statements(layout.checksum_triples(entry))),
                f"DROP SILENT GRAPH {self._staging}",
                f"DELETE {{ GRAPH {self._manifest} {{ {self._own} }} }} "
                f"INSERT {{ GRAPH {self._manifest} {{ {self._holds(following)} }} }} "
                f"WHERE {{ {self._if_own} }}",
            ]
        )

    def drop(self, entry: Entry) -> str:
        """Return the update that takes a graph out of the study."""
        graph = NamedNode(entry.graph)
        named = layout.statements(layout.name_triples(entry))
        return " ;\n".join(
            [
                *self._unseal(entry),
                self._unmerge(graph),
                self._empty(graph),
                f"DELETE {{ GRAPH {self._manifest} {{\n{named}}} }} WHERE {{ {self._if_own} }}",
            ]
        )

    def end(self, after: Manifest) -> str:
        """Return the update that says of the study as a whole what is so now, and gives up."""
        heading = layout.statements(layout.heading_triples(after))
        own = self._manifest
        return " ;\n".join(
            [
                self._delete(f"?d ?p ?o . {own} {DECLARE} ?d", f"{own} {DECLARE} ?d . ?d ?p ?o"),
                *(
                    self._delete(f"{own} {name} ?value", f"{own} {name} ?value")
                    for name in (layout.VERSION, layout.REPEATS)
                ),
                self._insert(heading),
                f"DELETE DATA {{ GRAPH {own} {{ {self._own} }} }}",
            ]
        )

    def give_up(self) -> str:
        """Return the update that a push sends which was overtaken: only its own staging goes."""
        return f"DROP SILENT GRAPH {self._staging}"

    def _holds(self, token: str) -> str:
        """Return the statement of the manifest that who has `token` may write."""
        return f"{self._manifest} {PUSH} {Literal(token)}"

    def _unseal(self, entry: Entry) -> Iterator[str]:
        graph, checksum = NamedNode(entry.graph), NamedNode(layout.checksum_node(entry))
        link = f"{graph} {CHECKSUM} ?sum"
        yield self._delete(link, link)
        yield self._delete(f"{checksum} ?p ?o", f"{checksum} ?p ?o")

    def _unmerge(self, graph: NamedNode) -> str:
        """Return an operation that takes a graph out of the merge, but what others state too."""
        others = (
            f"GRAPH ?other {{ ?s ?p ?o }} GRAPH {self._manifest} {{ ?other {NAME} ?other }} "
            f"FILTER(?other != {graph})"
        )
        return (
            f"DELETE {{ GRAPH {self._merged} {{ ?s ?p ?o }} }} WHERE {{ {self._if_own} "
            f"GRAPH {graph} {{ ?s ?p ?o }} FILTER NOT EXISTS {{ {others} }} }}"
        )

    def _empty(self, graph: NamedNode) -> str:
        return (
            f"DELETE {{ GRAPH {graph} {{ ?s ?p ?o }} }} "
            f"WHERE {{ {self._if_own} GRAPH {graph} {{ ?s ?p ?o }} }}"
        )

    def _fill(self, graph: NamedNode) -> str:
        """Return an operation that adds what is staged to a graph."""
        return (
            f"INSERT {{ GRAPH {graph} {{ ?s ?p ?o }} }} "
            f"WHERE {{ {self._if_own} GRAPH {self._staging} {{ ?s ?p ?o }} }}"
        )

    def _delete(self, template: str, pattern: str) -> str:
        """Return an operation that takes statements of the manifest back."""
        return (
            f"DELETE {{ GRAPH {self._manifest} {{ {template} }} }} "
            f"WHERE {{ {self._if_own} GRAPH {self._manifest} {{ {pattern} }} }}"
        )

    def _insert(self, text: str) -> str:
        """Return an operation that adds statements to the manifest."""
        return f"INSERT {{ GRAPH {self._manifest} {{\n{text}}} }} WHERE {{ {self._if_own} }}"


def batches(triples: Iterable[Triple], file: str) -> Iterator[str]:
    """Yield triples as N-Triples text in pieces that a server takes in one request.

    Raises EndpointError when the triples with blank nodes do not fit in the first piece.
    """
    ground: list[str] = []
    blank: list[str] = []
    for triple in triples:
        (blank if has_blank_node(triple) else ground).append(f"{triple} .\n")
    if len(blank) > BATCH_TRIPLES or sum(map(len, blank)) > BATCH_CHARACTERS:
        raise EndpointError(
            f"{file}: {len(blank)} statements with blank nodes, more than one update can hold; "
            "give the nodes IRIs, or send graphs whole with --graph-store URL"
        )
    batch: list[str] = []
    size = 0
    for line in chain(blank, ground):
        if batch and (len(batch) == BATCH_TRIPLES or size + len(line) > BATCH_CHARACTERS):
            yield "".join(batch)
            batch, size = [], 0
        batch.append(line)
        size += len(line)
    if batch:
        yield "".join(batch)


def has_blank_node(triple: Triple | Quad) -> bool:
    """Tell whether a blank node is in a triple, or in a triple term of it."""
    return any(
        isinstance(term, BlankNode) or (isinstance(term, Triple) and has_blank_node(term))
        for term in (triple.subject, triple.object)
    )
