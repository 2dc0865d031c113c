"""A study's triples in the syntaxes of RDF, each file with a note of where it comes from.

The note is no triple: it is a comment, in JSON-LD a key that the context maps to null (JSON-LD
1.1, section 4.1). So what a reader gets is the study's data and nothing else, and has the study's
digest.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from pyoxigraph import BlankNode, CanonicalizationAlgorithm, Dataset, Literal, Quad, RdfFormat

from mlkg.errors import OutputError
from mlkg.export.origin import Origin, as_comment
from mlkg.export.part import WHOLE, Part, arguments, choose
from mlkg.export.settings import DEFAULT, Settings
from mlkg.results import serialize

if TYPE_CHECKING:
    from mlkg.study import Study

GRAPHS = {"ttl": RdfFormat.TURTLE, "nt": RdfFormat.N_TRIPLES, "rdfxml": RdfFormat.RDF_XML}
"""The syntaxes that hold one graph."""

DATASETS = {"nq": RdfFormat.N_QUADS, "trig": RdfFormat.TRIG, "jsonld": RdfFormat.JSON_LD}
"""The syntaxes that hold named graphs."""

NOTE = "mlkg-origin"
"""The key of the note in JSON-LD."""

_NO_XML = re.compile("[^\\t\\n\\r\\x20-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]")
_LOCAL_NAME = re.compile(r"[^\W\d][\w.-]*\Z")


def export(study: Study, format: str, part: Part = WHOLE, settings: Settings = DEFAULT) -> bytes:
    """Return the triples of `data/`, or of a part of it, in one of the syntaxes, sorted.

    What has no blank node is the same for the same triples, and so is what has some. Raises
    UnknownNameError and AmbiguousNameError for a part that is none, and OutputError for triples
    that the syntax cannot hold.
    """
    from mlkg.export.dossier import origin

    quads, words = statements(study, part)
    return written(quads, format, study.prefixes, origin(study, words, settings))


def statements(study: Study, part: Part = WHOLE) -> tuple[list[Quad], tuple[str, ...]]:
    """Return the statements of a part of `study`, and the words that choose the part."""
    quads = list(study.quads())
    if part == WHOLE:
        return quads, ()
    from mlkg.export.excerpt import excerpt

    table = study.table()
    chosen = choose(study, table, part)
    words = arguments(part, chosen)
    return (quads if part.is_whole() else excerpt(quads, chosen)), words


def written(
    quads: Iterable[Quad], format: str, prefixes: Mapping[str, str], origin: Origin
) -> bytes:
    """Return statements in one of the syntaxes, with a note of their origin.

    In GRAPHS it is the merge of all graphs. Raises OutputError for what the syntax cannot hold.
    """
    named = _named(list(quads))
    if format == "rdfxml":
        _refuse_what_xml_lacks(named)
    if format in GRAPHS:
        body = serialize({quad.triple for quad in named}, GRAPHS[format], prefixes)
    else:
        body = serialize(named, DATASETS[format], prefixes)
    return _with_note(body.decode(), format, as_comment(origin)).encode()


def _named(quads: Sequence[Quad]) -> Sequence[Quad]:
    """Return `quads` with blank nodes named by what is said of them (RDFC-1.0)."""
    if not any(isinstance(term, BlankNode) for quad in quads for term in quad):
        return quads
    dataset = Dataset(quads)
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return list(dataset)


def _refuse_what_xml_lacks(quads: Iterable[Quad]) -> None:
    """Raise OutputError for characters that XML has not (XML 1.0, section 2.2).

    And for a property whose IRI does not end in a name, for it cannot be an element (RDF 1.1 XML
    Syntax, section 5.1).
    """
    for quad in quads:
        if not _LOCAL_NAME.search(quad.predicate.value):
            raise OutputError(
                f"{quad.predicate}: RDF/XML cannot name this property; use another syntax"
            )
        if isinstance(quad.object, Literal) and _NO_XML.search(quad.object.value):
            raise OutputError(
                f"{quad.subject} {quad.predicate}: the text has a control character, which XML "
                "cannot hold; use another syntax"
            )


def _with_note(body: str, format: str, comment: str) -> str:
    if format == "rdfxml":
        declaration, end, rest = body.partition("?>")
        kept = rest.replace("\r", "&#13;")  # else XML reads a line feed (XML 1.0, section 2.11)
        return f"{declaration}{end}\n<!-- {comment} -->{kept}\n"
    if format == "jsonld":
        told = comment.partition(" ")[2]
        nodes = ",\n".join(json.dumps(node, ensure_ascii=False) for node in json.loads(body))
        context = json.dumps({NOTE: None})
        return f'{{"@context": {context},\n"{NOTE}": {told},\n"@graph": [\n{nodes}\n]}}\n'
    return f"# {comment}\n{body}"
