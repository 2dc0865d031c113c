"""Where an export comes from: the study, its digest, its repository, its revision."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from typing import Any, NamedTuple

from pyoxigraph import CanonicalizationAlgorithm, Dataset, Quad, RdfFormat, Triple, serialize

from mlkg.errors import OutputError


class Origin(NamedTuple):
    """What every export says of itself; None is what nobody told.

    `study` is the study's IRI and `digest` that of its data, see `digest_of`.
    `repository` is the page at which the study is kept, `revision` git's commit of its data.
    `arguments` are the words of the command line that chose what to export.
    """

    study: str | None
    digest: str
    repository: str | None
    revision: str | None
    arguments: tuple[str, ...] = ()


def digest_of(statements: Iterable[Quad]) -> str:
    """Return the SHA-256 of a study's data, as 64 hexadecimal digits.

    It is taken of the RDFC-1.0 canonical N-Quads form of the merge of all graphs (RDF Dataset
    Canonicalization, section 4.4): prefixes, order, comments and the division into files do not
    count. Blank nodes may be named anyhow. Language tags count in lower case.
    """
    merged = Dataset(Quad(quad.subject, quad.predicate, quad.object) for quad in statements)
    merged.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return hashlib.sha256(canonical_lines(quad.triple for quad in merged)).hexdigest()


def canonical_lines(triples: Iterable[Triple]) -> bytes:
    """Return triples as sorted lines of canonical N-Triples; blank nodes keep their labels."""
    lines = serialize(triples, format=RdfFormat.N_TRIPLES) or b""
    return b"".join(sorted(lines.splitlines(keepends=True)))


def note(origin: Origin) -> str:
    """Return `origin` as one line of JSON that may stand in any comment.

    It is ASCII without angle brackets, so it ends neither an XML comment nor a processing
    instruction, and no line.
    """
    told = {name: value for name, value in origin._asdict().items() if value}
    line = json.dumps(told)
    return line.replace("<", "\\u003c").replace(">", "\\u003e").replace("--", "-\\u002d")


def read_note(text: str) -> Origin:
    """Return the origin that `note` wrote; raise OutputError when it is none."""
    try:
        told: Any = json.loads(text)
        words = told.pop("arguments", [])
        origin = Origin(**{"study": None, "repository": None, "revision": None, **told})
    except (ValueError, TypeError, AttributeError, RecursionError) as error:
        raise OutputError(f"what it says of its origin cannot be read: {error}") from error
    known = (value for value in origin[:4] if value is not None)
    if not isinstance(words, list) or not all(isinstance(word, str) for word in (*known, *words)):
        raise OutputError("what it says of its origin cannot be read: not texts")
    return origin._replace(arguments=tuple(words))
