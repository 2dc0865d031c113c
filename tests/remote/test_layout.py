"""The manifest: what is written into it is read back, and nothing else counts."""

from __future__ import annotations

import pyoxigraph
from pyoxigraph import Literal, NamedNode, QuerySolutions, Triple

from mlkg.remote import layout
from mlkg.remote.layout import Entry, Manifest

STUDY = "https://example.org/lunch"
DIGEST = "ab" * 32


def entry(file: str, study: str = STUDY, digest: str | None = DIGEST) -> Entry:
    """Return the entry of a file."""
    return Entry(layout.graph_name(study, file), file, digest)


def store_of(*manifests: Manifest) -> pyoxigraph.Store:
    """Return a store with manifests written into it."""
    store = pyoxigraph.Store()
    for manifest in manifests:
        graph = NamedNode(layout.manifest_graph(manifest.study))
        triples = list(layout.heading_triples(manifest))
        for one in manifest.entries:
            triples += [*layout.name_triples(one), *layout.checksum_triples(one)]
        triples += [Triple(graph, layout.PUSH, Literal(token)) for token in manifest.tokens]
        store.update(f"INSERT DATA {{ GRAPH {graph} {{ {layout.statements(triples)} }} }}")
    return store


def read(store: pyoxigraph.Store, study: str | None = None) -> tuple[Manifest, ...]:
    """Return the manifests that a store has."""
    rows = store.query(layout.manifest_query(study))
    assert isinstance(rows, QuerySolutions)
    return layout.manifests(rows)


LUNCH = Manifest(
    STUDY,
    (
        entry("data/a b.ttl"),
        entry("data/soup.ttl", digest=None),
        entry("derived"),
        entry("ontology/mlkg.ttl"),
    ),
    {"": "https://example.org/", "é.x": "https://example.org/é#"},
    "0123abc",
    ("one", "two"),
    repeats=True,
)
DINNER = Manifest(f"{STUDY}/dinner", (entry("data/soup.ttl", f"{STUDY}/dinner"),))


def test_what_is_written_is_read() -> None:
    """Several manifests come back whole, sorted by study; one that is named comes alone."""
    store = store_of(DINNER, LUNCH)
    assert read(store) == (LUNCH, DINNER)
    assert read(store, DINNER.study) == (DINNER,)
    assert read(store, "https://example.org/none") == ()


def test_a_manifest_without_entries() -> None:
    """A study whose first push has only begun is there, with nothing in it."""
    empty = Manifest(STUDY, tokens=("one",))
    assert read(store_of(empty)) == (empty,)


def test_data_and_terms() -> None:
    """Data, terms and derived facts are told apart, and what is not settled says so."""
    assert [one.file for one in LUNCH.data] == ["data/a b.ttl", "data/soup.ttl"]
    assert [one.file for one in LUNCH.terms] == ["ontology/mlkg.ttl"]
    assert LUNCH.derived == Entry(f"{STUDY}/derived", "derived", DIGEST)
    assert DINNER.derived is None
    assert [DINNER.settled, LUNCH.settled] == [True, False]
    assert DINNER._replace(tokens=("one",)).settled is False
    assert LUNCH._replace(tokens=()).settled is False


def test_graph_names_are_those_of_files() -> None:
    """A name with odd characters gives an IRI that is one."""
    assert layout.graph_name(STUDY, "data/a b%.ttl") == f"{STUDY}/data/a%20b%25.ttl"


def test_a_manifest_speaks_for_its_own_study_only() -> None:
    """Neither a manifest in another graph counts, nor an entry for a graph of another study."""
    store = store_of(DINNER)
    elsewhere = NamedNode(f"{STUDY}/data/soup.ttl")
    triples = layout.statements(layout.heading_triples(LUNCH))
    store.update(f"INSERT DATA {{ GRAPH {elsewhere} {{ {triples} }} }}")
    own = NamedNode(layout.manifest_graph(DINNER.study))
    for file, graph in [
        ("data/soup.ttl", f"{STUDY}/data/soup.ttl"),
        ("data/../../data/soup.ttl", f"{DINNER.study}/data/../../data/soup.ttl"),
        ("derived", f"{STUDY}/derived"),
        ("derived/soup.ttl", f"{DINNER.study}/derived/soup.ttl"),
        ("other/soup.ttl", f"{DINNER.study}/other/soup.ttl"),
        ("data/soup.rdf", f"{DINNER.study}/data/soup.rdf"),
    ]:
        foreign = layout.statements(layout.name_triples(Entry(graph, file, DIGEST)))
        store.update(f"INSERT DATA {{ GRAPH {own} {{ {foreign} }} }}")
    assert read(store) == (DINNER,)
