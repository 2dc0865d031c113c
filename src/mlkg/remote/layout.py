"""How a study lies in an endpoint: its named graphs, and the manifest that lists them.

For a study with the IRI S:

- each file `data/NAME.ttl` is the graph `S/data/NAME.ttl`; each file of terms that queries need is
  the graph `S/ontology/NAME.ttl`;
- the graph `S/manifest` lists these graphs. A graph that it does not list is no part of the study.

The manifest, with M for `S/manifest` and G for one of the graphs:

    M  a void:DatasetDescription ;
       foaf:primaryTopic S ;
       dcat:version "revision in git" ;          # where it is known
       mlkg:push "token" ;                       # only while a push is under way, or was cut off
       sh:declare M/prefix/NAME .
    M/prefix/NAME  sh:prefix "NAME" ;  sh:namespace "…"^^xsd:anyURI .
    G  a sd:NamedGraph ;
       sd:name G ;
       dcterms:identifier "data/NAME.ttl" ;
       spdx:checksum G/sha256 .
    G/sha256  a spdx:Checksum ;
       spdx:algorithm spdx:checksumAlgorithm_sha256 ;
       spdx:checksumValue "SHA-256 of the file's bytes"^^xsd:hexBinary .

There are no blank nodes in it, so that a statement can be taken back by naming it.
The entry of a graph is written after the graph, in the same request.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from pyoxigraph import Literal, NamedNode, QuerySolutions, Triple

from mlkg.namespaces import MLKG, SHACL, WELL_KNOWN

_DCAT = "http://www.w3.org/ns/dcat#"
_SD = "http://www.w3.org/ns/sparql-service-description#"
_SPDX = "http://spdx.org/rdf/terms#"
_VOID = "http://rdfs.org/ns/void#"
_TYPE = NamedNode(f"{WELL_KNOWN['rdf']}type")

PRIMARY_TOPIC = NamedNode(f"{WELL_KNOWN['foaf']}primaryTopic")
VERSION = NamedNode(f"{_DCAT}version")
PUSH = NamedNode(f"{MLKG}push")
_DECLARE = NamedNode(f"{SHACL}declare")
_PREFIX = NamedNode(f"{SHACL}prefix")
_NAMESPACE = NamedNode(f"{SHACL}namespace")
_IDENTIFIER = NamedNode(f"{WELL_KNOWN['dcterms']}identifier")
_CHECKSUM = NamedNode(f"{_SPDX}checksum")
_CHECKSUM_VALUE = NamedNode(f"{_SPDX}checksumValue")
_HEX_BINARY = NamedNode(f"{WELL_KNOWN['xsd']}hexBinary")
_ANY_URI = NamedNode(f"{WELL_KNOWN['xsd']}anyURI")

DATA, TERMS = "data", "ontology"
"""The folders whose files become graphs."""


class Entry(NamedTuple):
    """A graph of a study: its IRI, the file that it holds, and the SHA-256 of the file's bytes."""

    graph: str
    file: str
    digest: str


class Manifest(NamedTuple):
    """What an endpoint holds of one study.

    `entries` are sorted by file. `revision` is the git commit whose files these are, None when
    that is not known. `tokens` has something while a push is under way or was cut off; the graphs
    listed are whole then too, but not all of them need be of the same state of the study.
    """

    study: str
    entries: tuple[Entry, ...] = ()
    prefixes: Mapping[str, str] = {}
    revision: str | None = None
    tokens: tuple[str, ...] = ()

    @property
    def data(self) -> tuple[Entry, ...]:
        """The graphs of the data files, which `GRAPH` in a query sees."""
        return tuple(e for e in self.entries if e.file.startswith(f"{DATA}/"))

    @property
    def terms(self) -> tuple[Entry, ...]:
        """The graphs of the terms, which only the default graph has besides."""
        return tuple(e for e in self.entries if e.file.startswith(f"{TERMS}/"))


def manifest_graph(study: str) -> str:
    """Return the IRI of the graph that holds the manifest of the study with the IRI `study`."""
    return f"{study}/manifest"


def graph_name(study: str, file: str) -> str:
    """Return the IRI of the graph that holds `file`, as in `data/claims.ttl`, of a study."""
    return f"{study}/{_iri_path(file)}"


def _iri_path(name: str) -> str:
    """Return a name as the path of an IRI."""
    return re.sub(r"[^\w./~-]", lambda odd: "".join(f"%{b:02X}" for b in odd[0].encode()), name)


def manifest_query(study: str | None = None) -> str:
    """Return the SELECT that `manifests` reads: one study's manifest, or all that there are.

    One row a graph, a prefix, a revision or a token; run it without naming a default graph.
    """
    values = f"VALUES ?study {{ {NamedNode(study)} }}" if study else ""
    return f"""\
SELECT ?manifest ?study ?graph ?file ?digest ?prefix ?namespace ?revision ?token WHERE {{
  {values}
  GRAPH ?manifest {{
    ?manifest {PRIMARY_TOPIC} ?study .
    {{ ?graph {_IDENTIFIER} ?file . ?graph {_CHECKSUM} ?sum . ?sum {_CHECKSUM_VALUE} ?digest }}
    UNION {{ ?declaration {_PREFIX} ?prefix . ?declaration {_NAMESPACE} ?namespace }}
    UNION {{ ?manifest {VERSION} ?revision }}
    UNION {{ ?manifest {PUSH} ?token }}
    UNION {{ ?manifest {_TYPE} ?type }}
  }}
}}
ORDER BY ?study ?file ?prefix ?revision ?token
"""


def manifests(rows: QuerySolutions) -> tuple[Manifest, ...]:
    """Return the manifests that a `manifest_query` found, sorted by the IRIs of their studies.

    A manifest counts only in the graph that has its name, and an entry only when its graph has the
    name that the file gives it: nothing in one study's manifest can speak of another's graphs.
    """
    found: dict[str, _Draft] = {}
    for row in rows:
        value = {name: None if row[name] is None else row[name].value for name in _COLUMNS}
        study = value["study"]
        if study is None or value["manifest"] != manifest_graph(study):
            continue
        draft = found.setdefault(study, _Draft([], {}, [], []))
        graph, file, digest = value["graph"], value["file"], value["digest"]
        if graph and file and digest and _is_entry(study, graph, file):
            draft.entries.append(Entry(graph, file, digest.lower()))
        if value["namespace"] is not None:
            draft.prefixes[value["prefix"] or ""] = value["namespace"]
        if value["revision"] is not None:
            draft.revisions.append(value["revision"])
        if value["token"] is not None:
            draft.tokens.append(value["token"])
    return tuple(_manifest(study, draft) for study, draft in sorted(found.items()))


_COLUMNS = (
    "manifest",
    "study",
    "graph",
    "file",
    "digest",
    "prefix",
    "namespace",
    "revision",
    "token",
)


class _Draft(NamedTuple):
    entries: list[Entry]
    prefixes: dict[str, str]
    revisions: list[str]
    tokens: list[str]


def _manifest(study: str, draft: _Draft) -> Manifest:
    return Manifest(
        study,
        tuple(sorted(set(draft.entries), key=lambda entry: (entry.file, entry.digest))),
        dict(sorted(draft.prefixes.items())),
        min(draft.revisions, default=None),
        tuple(sorted(set(draft.tokens))),
    )


def _is_entry(study: str, graph: str, file: str) -> bool:
    folder, _, name = file.partition("/")
    plain = folder in (DATA, TERMS) and re.fullmatch(r"[^/\\\0]+\.ttl", name) is not None
    return plain and graph == graph_name(study, file)


def entry_triples(entry: Entry) -> Iterator[Triple]:
    """Yield the statements of a manifest about one graph."""
    graph, checksum = NamedNode(entry.graph), NamedNode(f"{entry.graph}/sha256")
    yield Triple(graph, _TYPE, NamedNode(f"{_SD}NamedGraph"))
    yield Triple(graph, NamedNode(f"{_SD}name"), graph)
    yield Triple(graph, _IDENTIFIER, Literal(entry.file))
    yield Triple(graph, _CHECKSUM, checksum)
    yield Triple(checksum, _TYPE, NamedNode(f"{_SPDX}Checksum"))
    algorithm = NamedNode(f"{_SPDX}checksumAlgorithm_sha256")
    yield Triple(checksum, NamedNode(f"{_SPDX}algorithm"), algorithm)
    yield Triple(checksum, _CHECKSUM_VALUE, Literal(entry.digest, datatype=_HEX_BINARY))


def heading_triples(
    study: str, prefixes: Mapping[str, str], revision: str | None
) -> Iterator[Triple]:
    """Yield the statements of a manifest about the study as a whole."""
    manifest = NamedNode(manifest_graph(study))
    yield Triple(manifest, _TYPE, NamedNode(f"{_VOID}DatasetDescription"))
    yield Triple(manifest, PRIMARY_TOPIC, NamedNode(study))
    if revision is not None:
        yield Triple(manifest, VERSION, Literal(revision))
    for prefix, namespace in sorted(prefixes.items()):
        declaration = NamedNode(f"{manifest.value}/prefix/{_iri_path(prefix)}")
        yield Triple(manifest, _DECLARE, declaration)
        yield Triple(declaration, _PREFIX, Literal(prefix))
        yield Triple(declaration, _NAMESPACE, Literal(namespace, datatype=_ANY_URI))


def as_statements(triples: Iterable[Triple]) -> str:
    """Return triples, which have no blank nodes, as N-Triples text for SPARQL Update."""
    return "".join(f"{triple} .\n" for triple in triples)
