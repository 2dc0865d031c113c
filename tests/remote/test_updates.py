"""The texts of updates: SPARQL 1.1, small enough for servers, harmless once overtaken."""

from __future__ import annotations

import pyoxigraph
import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Triple

from mlkg.errors import EndpointError
from mlkg.remote import layout
from mlkg.remote.layout import Entry
from mlkg.remote.updates import BATCH_CHARACTERS, BATCH_TRIPLES, Updates, batches

STUDY = "https://example.org/lunch"
GRAPH = f"{STUDY}/data/a.ttl"
P = NamedNode("https://example.org/p")


def triple(number: int, text: str = "") -> Triple:
    """Return one of many triples."""
    return Triple(NamedNode(f"https://example.org/s{number}"), P, Literal(text))


def blank(number: int) -> Triple:
    """Return one of many triples about blank nodes."""
    return Triple(BlankNode(f"b{number}"), P, Literal(str(number)))


def test_batches_are_bounded() -> None:
    """No piece has more triples than servers take; all are there, in order."""
    triples = [triple(number) for number in range(2 * BATCH_TRIPLES + 1)]
    pieces = list(batches(triples, "data/a.ttl"))
    assert [piece.count("\n") for piece in pieces] == [BATCH_TRIPLES, BATCH_TRIPLES, 1]
    assert "".join(pieces) == layout.statements(triples)


def test_batches_are_bounded_by_size() -> None:
    """Long texts make pieces of fewer triples; one that is too long alone goes alone."""
    long = "x" * (BATCH_CHARACTERS // 3)
    triples = [triple(number, long) for number in range(4)] + [triple(5, long * 4), triple(6)]
    assert [p.count("\n") for p in batches(triples, "data/a.ttl")] == [2, 2, 1, 1]
    assert list(batches([], "data/a.ttl")) == []


def test_blank_nodes_stay_in_one_request() -> None:
    """They come first, together: in another request a label would be another node."""
    triples = [triple(number) for number in range(BATCH_TRIPLES)] + [blank(1), blank(2)]
    first, second = batches(triples, "data/a.ttl")
    assert first.startswith(layout.statements([blank(1), blank(2)]))
    assert [first.count("_:"), second.count("_:")] == [2, 0]


def test_too_many_blank_nodes_are_refused() -> None:
    """What cannot be sent right is not sent; the message names the file and the way out."""
    triples = [blank(number) for number in range(BATCH_TRIPLES + 1)]
    with pytest.raises(EndpointError, match=r"^data/a.ttl: 1001 statements.*--graph-store URL$"):
        list(batches(triples, "data/a.ttl"))


def test_an_overtaken_push_changes_nothing() -> None:
    """Whatever it still sends, nothing happens but to its own staging graph."""
    store = pyoxigraph.Store()
    late, own = Updates(STUDY, "late"), Updates(STUDY, "own")
    entry = Entry(GRAPH, "data/a.ttl", "ab" * 32)
    store.update(late.begin(()))
    store.update(own.begin(["late"]))
    for update in own.stage([triple(1)], "data/a.ttl"):
        store.update(update)
    store.update(own.replace(entry, "own, next"))
    before = set(store)
    for update in late.stage([triple(2)], "data/a.ttl"):
        store.update(update)
    staging = NamedNode(layout.staging_graph(STUDY, "late"))
    staged = {Quad(triple(2).subject, P, triple(2).object, staging)}
    assert set(store) == before | staged
    store.update(late.replace(entry._replace(digest="cd" * 32), "late, next"))
    store.update(late.drop(entry))
    store.update(late.end(layout.Manifest(STUDY, revision="late")))
    assert set(store) == before


def test_replacing_hands_the_push_on() -> None:
    """The token that follows is the only one, and updates with it count."""
    store = pyoxigraph.Store()
    first, second = Updates(STUDY, "first"), Updates(STUDY, "second")
    store.update(first.begin(()))
    store.update(first.replace(Entry(GRAPH, "data/a.ttl", "ab" * 32), "second"))
    tokens = [q.object for q in store.quads_for_pattern(None, layout.PUSH, None)]
    assert tokens == [Literal("second")]
    store.update(second.end(layout.Manifest(STUDY, revision="end")))
    assert [q.object for q in store.quads_for_pattern(None, layout.VERSION, None)] == [
        Literal("end")
    ]


def test_beginning_tidies_up() -> None:
    """What a push that was cut off had staged is gone, and its token too."""
    store = pyoxigraph.Store()
    first, second = Updates(STUDY, "first"), Updates(STUDY, "second")
    store.update(first.begin(()))
    for update in first.stage([triple(1)], "data/a.ttl"):
        store.update(update)
    store.update(second.begin(["first"]))
    manifest = NamedNode(layout.manifest_graph(STUDY))
    assert {graph.value for graph in store.named_graphs()} == {manifest.value}
    tokens = [q.object for q in store.quads_for_pattern(None, layout.PUSH, None)]
    assert tokens == [Literal("second")]
