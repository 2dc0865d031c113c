"""Where an export comes from: the study, its digest, its repository, its revision."""

from __future__ import annotations

import hashlib
import json
import re
import shlex
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

    def facts(self) -> tuple[tuple[str, str], ...]:
        """Return what is known as pairs of a name and a text, for people."""
        found = (
            ("Study", self.study),
            ("Repository", self.repository),
            ("Revision", self.revision),
            ("Digest", f"sha256:{self.digest}"),
            ("Arguments", shlex.join(self.arguments)),
        )
        return tuple((name, text) for name, text in found if text)


MARK = "mlkg:origin"
"""What stands before the origin in a comment."""

_MARKED = re.compile(rf"{MARK} (\{{.*\}})")


def as_comment(origin: Origin) -> str:
    """Return MARK and the origin as JSON, on one line of printable ASCII.

    `<`, `>`, `&` and the second of two hyphens are escaped in the way of JSON, so that the line can
    stand in a comment of HTML, XML or TeX.
    """
    written = f"{MARK} {json.dumps(origin._asdict())}"
    for character in "<>&\x7f":
        written = written.replace(character, f"\\u{ord(character):04x}")
    return written.replace("--", "-\\u002d")


def from_comment(text: str) -> Origin | None:
    """Return the first origin that `as_comment` wrote somewhere in `text`, None without one."""
    for found in _MARKED.finditer(text):
        try:
            members = json.loads(found[1])
            return Origin(**{**members, "arguments": tuple(members["arguments"])})
        except (ValueError, TypeError, KeyError):
            continue
    return None


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
