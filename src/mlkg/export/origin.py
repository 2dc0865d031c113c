"""Where an export comes from: the study, its digest, its repository, its revision."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import NamedTuple

from pyoxigraph import CanonicalizationAlgorithm, Dataset, Quad, RdfFormat, Triple, serialize


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
