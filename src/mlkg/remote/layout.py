"""How a study lies in an endpoint: its named graphs, and the manifest that lists them.

For a study with the IRI S:

- each file `data/NAME.ttl` is the graph `S/data/NAME.ttl`; each file of terms that queries need is
  the graph `S/ontology/NAME.ttl`;
- the graph `S/derived` has the derived facts of these files (`mlkg.derivation`);
- the graph `S/merged` is the RDF merge of all of these: the default graph of every query. Servers
  answer from one graph many times faster than from a hundred named together, and count a triple
  that two graphs state twice;
- the graph `S/manifest` lists the graphs of files and of derived facts. A graph that it does not
  list is no part of the study.

The manifest, with M for `S/manifest` and G for one of the graphs:

    M  a void:DatasetDescription ;
       foaf:primaryTopic S ;
       dcat:version "commit in git" ;            # where it is known
       mlkg:push "token" ;                       # only while a push is under way, or was cut off;
                                                 # another one for each file of that push
       mlkg:repeats true ;                       # only when two graphs state the same triple
       sh:declare M/prefix/NAME .
    M/prefix/NAME  sh:prefix "NAME" ;  sh:namespace "…"^^xsd:anyURI .
    G  a sd:NamedGraph ;
       sd:name G ;
       dcterms:identifier "data/NAME.ttl" ;
       spdx:checksum G/sha256 .
    G/sha256  a spdx:Checksum ;
       spdx:algorithm spdx:checksumAlgorithm_sha256 ;
       spdx:checksumValue "SHA-256 of the file's bytes"^^xsd:hexBinary .

The derived facts have the identifier "derived", and the digest of their N-Triples, sorted.
There are no blank nodes in it, so that a statement can be taken back by naming it.
While a graph is replaced its entry has no checksum; both are done in one request.

A reader asks for the manifest, then for what it wants, then for the manifest again. When both
manifests are equal, nothing changed meanwhile: not in one graph, and not between two of them. That
holds on servers too where a query that runs during a commit sees some of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from pyoxigraph import Literal, NamedNode, QuerySolutions, Triple

from mlkg.namespaces import MLKG, SHACL, WELL_KNOWN
from mlkg.naming import iri_path

_DCAT = "http://www.w3.org/ns/dcat#"
_SD = "http://www.w3.org/ns/sparql-service-description#"
_SPDX = "http://spdx.org/rdf/terms#"
_VOID = "http://rdfs.org/ns/void#"
_TYPE = NamedNode(f"{WELL_KNOWN['rdf']}type")

PRIMARY_TOPIC = NamedNode(f"{WELL_KNOWN['foaf']}primaryTopic")
VERSION = NamedNode(f"{_DCAT}version")
PUSH = NamedNode(f"{MLKG}push")
REPEATS = NamedNode(f"{MLKG}repeats")
DECLARE = NamedNode(f"{SHACL}declare")
_PREFIX = NamedNode(f"{SHACL}prefix")
_NAMESPACE = NamedNode(f"{SHACL}namespace")
NAME = NamedNode(f"{_SD}name")
_IDENTIFIER = NamedNode(f"{WELL_KNOWN['dcterms']}identifier")
CHECKSUM = NamedNode(f"{_SPDX}checksum")
_CHECKSUM_VALUE = NamedNode(f"{_SPDX}checksumValue")
_HEX_BINARY = NamedNode(f"{WELL_KNOWN['xsd']}hexBinary")
_ANY_URI = NamedNode(f"{WELL_KNOWN['xsd']}anyURI")

DATA, TERMS = "data", "ontology"
"""The folders whose files become graphs."""

DERIVED = "derived"
"""What stands for a file's name in the entry of the derived facts."""


class Entry(NamedTuple):
    """A graph of a study: its IRI, the file that it holds, and the SHA-256 of the file's bytes.

    `file` is DERIVED for the derived facts. `digest` is None when the graph may hold half a file:
    a push was cut off on a server where a request is not one transaction.
    """

    graph: str
    file: str
    digest: str | None


class Manifest(NamedTuple):
    """What an endpoint holds of one study.

    `entries` are sorted by file. `revision` is the git commit whose files these are, None when
    that is not known. `tokens` has something while a push is under way or was cut off; the graphs
    that have a digest are whole then too, but need not all be of the same state of the study.
    `repeats` tells that two graphs state the same triple: servers count it once for each graph,
    where the RDF merge that a default graph is (SPARQL 1.1 section 13.2.1) has it once.
    """

    study: str
    entries: tuple[Entry, ...] = ()
    prefixes: Mapping[str, str] = {}
    revision: str | None = None
    tokens: tuple[str, ...] = ()
    repeats: bool = False

    @property
    def settled(self) -> bool:
        """Tell whether no push is under way or was cut off."""
        return not self.tokens and all(entry.digest is not None for entry in self.entries)

    @property
    def data(self) -> tuple[Entry, ...]:
        """The graphs of the data files, which `GRAPH` in a query sees."""
        return tuple(e for e in self.entries if e.file.startswith(f"{DATA}/"))

    @property
    def terms(self) -> tuple[Entry, ...]:
        """The graphs of the terms, which only the default graph has besides."""
        return tuple(e for e in self.entries if e.file.startswith(f"{TERMS}/"))

    @property
    def derived(self) -> Entry | None:
        """The graph of the derived facts, which only the default graph has besides.

        None when a mlkg pushed the study that derived none, or its first push is not that far.
        """
        return next((e for e in self.entries if e.file == DERIVED), None)


def manifest_graph(study: str) -> str:
    """Return the IRI of the graph that holds the manifest of the study with the IRI `study`."""
    return f"{study}/manifest"


def merged_graph(study: str) -> str:
    """Return the IRI of the graph that holds all triples of a study, derived facts among them."""
    return f"{study}/merged"


def staging_graph(study: str, token: str) -> str:
    """Return the IRI of the graph that a push fills, while it has `token`, to replace another."""
    return f"{study}/push/{iri_path(token)}"


def graph_name(study: str, file: str) -> str:
    """Return the IRI of the graph that holds `file`, as in `data/claims.ttl`, or DERIVED."""
    return f"{study}/{iri_path(file)}"


def manifest_query(study: str | None = None) -> str:
    """Return the SELECT that `manifests` reads: one study's manifest, or all that there are.

    One row a graph, a prefix, a revision or a token; run it without naming graphs.
    """
    values = f"VALUES ?study {{ {NamedNode(study)} }}" if study else ""
    return f"""\
SELECT ?manifest ?study ?graph ?file ?digest ?prefix ?namespace ?revision ?token ?repeats
WHERE {{
  {values}
  GRAPH ?manifest {{
    ?manifest {PRIMARY_TOPIC} ?study .
    {{ ?graph {_IDENTIFIER} ?file }}
    UNION {{ ?graph {CHECKSUM} ?sum . ?sum {_CHECKSUM_VALUE} ?digest }}
    UNION {{ ?declaration {_PREFIX} ?prefix . ?declaration {_NAMESPACE} ?namespace }}
    UNION {{ ?manifest {VERSION} ?revision }}
    UNION {{ ?manifest {PUSH} ?token }}
    UNION {{ ?manifest {REPEATS} ?repeats }}
    UNION {{ ?manifest {_TYPE} ?type }}
  }}
}}
ORDER BY ?study ?graph ?file ?digest ?prefix ?revision ?token
"""


def manifests(rows: QuerySolutions) -> tuple[Manifest, ...]:
    """Return the manifests that a `manifest_query` found, sorted by the IRIs of their studies.

    A manifest counts only in the graph that has its name, and an entry only when its graph has the
    name that the file gives it: nothing in one study's manifest can speak of another's graphs.
    """
    found: dict[str, _Draft] = {}
    for row in rows:
        value = {name: str(row[name].value) for name in _COLUMNS if row[name] is not None}
        study = value["study"]
        if value["manifest"] != manifest_graph(study):
            continue
        draft = found.setdefault(study, _Draft({}, {}, {}, [], [], []))
        if "file" in value and _is_entry(study, value["graph"], value["file"]):
            draft.files[value["graph"]] = value["file"]
        if "digest" in value:
            draft.digests[value["graph"]] = value["digest"].lower()
        if "namespace" in value:
            draft.prefixes[value["prefix"]] = value["namespace"]
        if "revision" in value:
            draft.revisions.append(value["revision"])
        if "token" in value:
            draft.tokens.append(value["token"])
        if "repeats" in value:
            draft.repeats.append(value["repeats"])
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
    "repeats",
)


class _Draft(NamedTuple):
    files: dict[str, str]
    digests: dict[str, str]
    prefixes: dict[str, str]
    revisions: list[str]
    tokens: list[str]
    repeats: list[str]


def _manifest(study: str, draft: _Draft) -> Manifest:
    entries = (Entry(graph, file, draft.digests.get(graph)) for graph, file in draft.files.items())
    return Manifest(
        study,
        tuple(sorted(entries, key=lambda entry: entry.file)),
        dict(sorted(draft.prefixes.items())),
        min(draft.revisions, default=None),
        tuple(sorted(set(draft.tokens))),
        bool({"true", "1"}.intersection(draft.repeats)),
    )


def _is_entry(study: str, graph: str, file: str) -> bool:
    folder, _, name = file.partition("/")
    plain = folder in (DATA, TERMS) and re.fullmatch(r"[^/\\\0]+\.ttl", name) is not None
    return (plain or file == DERIVED) and graph == graph_name(study, file)


def name_triples(entry: Entry) -> Iterator[Triple]:
    """Yield the statements of a manifest that name a graph and its file."""
    graph = NamedNode(entry.graph)
    yield Triple(graph, _TYPE, NamedNode(f"{_SD}NamedGraph"))
    yield Triple(graph, NAME, graph)
    yield Triple(graph, _IDENTIFIER, Literal(entry.file))


def checksum_triples(entry: Entry) -> Iterator[Triple]:
    """Yield the statements of a manifest that say which bytes a graph holds, if that is known."""
    if entry.digest is None:
        return
    checksum = NamedNode(checksum_node(entry))
    yield Triple(NamedNode(entry.graph), CHECKSUM, checksum)
    yield Triple(checksum, _TYPE, NamedNode(f"{_SPDX}Checksum"))
    algorithm = NamedNode(f"{_SPDX}checksumAlgorithm_sha256")
    yield Triple(checksum, NamedNode(f"{_SPDX}algorithm"), algorithm)
    yield Triple(checksum, _CHECKSUM_VALUE, Literal(entry.digest, datatype=_HEX_BINARY))


def checksum_node(entry: Entry) -> str:
    """Return the IRI of the checksum of a graph."""
    return f"{entry.graph}/sha256"


def topic_triples(study: str) -> Iterator[Triple]:
    """Yield the statements that make a graph a manifest."""
    manifest = NamedNode(manifest_graph(study))
    yield Triple(manifest, _TYPE, NamedNode(f"{_VOID}DatasetDescription"))
    yield Triple(manifest, PRIMARY_TOPIC, NamedNode(study))


def heading_triples(wanted: Manifest) -> Iterator[Triple]:
    """Yield the statements of a manifest about the study as a whole."""
    manifest = NamedNode(manifest_graph(wanted.study))
    yield from topic_triples(wanted.study)
    if wanted.revision is not None:
        yield Triple(manifest, VERSION, Literal(wanted.revision))
    if wanted.repeats:
        yield Triple(manifest, REPEATS, Literal(value=True))
    for prefix, namespace in sorted(wanted.prefixes.items()):
        declaration = NamedNode(f"{manifest.value}/prefix/{iri_path(prefix)}")
        yield Triple(manifest, DECLARE, declaration)
        yield Triple(declaration, _PREFIX, Literal(prefix))
        yield Triple(declaration, _NAMESPACE, Literal(namespace, datatype=_ANY_URI))


def statements(triples: Iterable[Triple]) -> str:
    """Return triples as N-Triples text, one a line, which SPARQL Update takes too."""
    return "".join(f"{triple} .\n" for triple in triples)
