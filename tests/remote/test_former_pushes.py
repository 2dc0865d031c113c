"""Studies that mlkg 0.1 pushed: read, migrated in memory, and pulled in the current form."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pyoxigraph
import servers
from pushing import endpoint
from pyoxigraph import NamedNode, RdfFormat, Triple
from samples import PREFIXES

import mlkg
from mlkg.editing import migrating
from mlkg.export import export
from mlkg.export.origin import digest_of
from mlkg.namespaces import MLKG
from mlkg.remote import layout
from mlkg.remote.layout import Entry, Manifest
from mlkg.remote.protocol import Connection
from mlkg.remote.pull import pull
from mlkg.remote.study import open_study

STUDY = """\
<S> a mlkg:Study ; dcterms:title "Lunch"@en .
ex:soup a mlkg:Option ; rdfs:label "Soup"@en ; dcterms:isPartOf <S> .
ex:warm a mlkg:Criterion ; rdfs:label "Warm"@en ; skos:definition "Served warm."@en ;
  mlkg:scale mlkg:yesNoScale ; dcterms:isPartOf <S> .
ex:menu a mlkg:Source ; schema:url <https://example.org/menu> ; mlkg:sourceKind mlkg:vendorPage .
ex:c a mlkg:Claim ; mlkg:option ex:soup ; mlkg:criterion ex:warm ; mlkg:verdict mlkg:yes .
"""
EVIDENCE = """\
ex:e a mlkg:Evidence ; mlkg:about ex:c ; mlkg:direction mlkg:supports ; mlkg:source ex:menu ;
  mlkg:finding "The menu says so."@en .
"""
TERMS = 'mlkg:yes a mlkg:Verdict ; rdfs:label "an old label"@en ; skos:notation "old" .\n'


def pushed_by_0_1(server: servers.Server, study: str) -> dict[str, bytes]:
    """Put a study on a server as mlkg 0.1 did: without derived facts; return its data files."""
    texts = {
        name: (PREFIXES + text.replace("<S>", f"<{study}>")).encode()
        for name, text in (
            ("data/a.ttl", STUDY),
            ("data/b.ttl", EVIDENCE),
            ("ontology/mlkg.ttl", TERMS),
        )
    }
    entries = tuple(
        Entry(layout.graph_name(study, name), name, hashlib.sha256(text).hexdigest())
        for name, text in texts.items()
    )
    manifest = Manifest(study, entries, {"ex": "https://example.org/", "mlkg": MLKG})
    about = list(layout.heading_triples(manifest))
    for entry in entries:
        about += [*layout.name_triples(entry), *layout.checksum_triples(entry)]
    graphs: dict[str, list[Triple]] = {layout.manifest_graph(study): about}
    for entry, text in zip(entries, texts.values(), strict=True):
        graphs[entry.graph] = [quad.triple for quad in pyoxigraph.parse(text, RdfFormat.TURTLE)]
    graphs[layout.merged_graph(study)] = [
        triple for entry in entries for triple in graphs[entry.graph]
    ]
    connection = Connection(endpoint(server), {})
    for name, triples in graphs.items():
        statements = layout.statements(triples)
        connection.update(f"INSERT DATA {{ GRAPH {NamedNode(name)} {{ {statements} }} }}")
    return {name: text for name, text in texts.items() if name.startswith("data/")}


def migrated(folder: Path, texts: dict[str, bytes]) -> mlkg.Study:
    """Return the same study, migrated as files."""
    return mlkg.load(folder, data=migrating.migrated_files(texts))


def test_it_is_read(server: servers.Server, iri: str, tmp_path: Path) -> None:
    """Table, rules, views and exports are those of the migrated study; a note says so.

    The terms are the current ones. The digest is that of the data as they were pushed.
    """
    local = migrated(tmp_path, pushed_by_0_1(server, iri))
    remote = open_study(endpoint(server), iri, environment={})
    assert remote.notes == (
        f"{iri}: mlkg 0.1 pushed it; all is fetched, migrated to the current model and queried "
        "here; mlkg push replaces it",
    )
    assert remote.table() == local.table()
    assert remote.table().totals() == {"supported": 1}
    for view in ("evidence", "unsupported", "coverage"):
        assert list(map(str, remote.select(view))) == list(map(str, local.select(view)))
    found, expected = (
        sorted((one.rule, one.message) for one in each.validate().findings)
        for each in (remote, local)
    )
    assert found == expected
    assert b"supports" in export(remote, "md")
    assert digest_of(remote.quads()) != digest_of(local.quads())
    directions = [q for q in remote.quads() if q.predicate.value.endswith("#direction")]
    assert len(directions) == 1
    assert not [t for t in remote.triples() if t.predicate.value.endswith("#direction")]


def test_it_is_pulled(server: servers.Server, iri: str, tmp_path: Path) -> None:
    """The files are in the current form; the terms of the former mlkg stay where they are."""
    pushed_by_0_1(server, iri)
    pull(Connection(endpoint(server), {}), iri, tmp_path / "pulled")
    names = sorted(p.relative_to(tmp_path).as_posix() for p in tmp_path.rglob("*.ttl"))
    assert names == ["pulled/data/a.ttl", "pulled/data/b.ttl"]
    text = (tmp_path / "pulled" / "data" / "b.ttl").read_text("utf-8")
    assert "mlkg:indicates mlkg:yes" in text
    assert "mlkg:direction" not in text
    assert "mlkg:modelVersion 2" in (tmp_path / "pulled" / "data" / "a.ttl").read_text("utf-8")
    assert mlkg.load(tmp_path / "pulled").table().totals() == {"supported": 1}
