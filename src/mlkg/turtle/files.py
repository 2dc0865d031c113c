"""Turtle files: read once, kept as bytes, loaded into a store, parsed again where terms matter."""

# Without "from __future__ import annotations": as text, each field of a NamedTuple is compiled at
# import, which every command would wait for.

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import pyoxigraph
from pyoxigraph import NamedNode, Quad, RdfFormat

from mlkg.errors import DataError, Problem
from mlkg.namespaces import WELL_KNOWN
from mlkg.store import BYTE_ORDER_MARK, EmbeddedStore
from mlkg.turtle.line_ends import unix_line_ends


class TurtleFile(NamedTuple):
    """One file: what messages call it, its bytes, and the named graph that it is, if it is one.

    `base` is what its relative IRIs are resolved against; without one they are errors.
    """

    name: str
    turtle: bytes
    graph: NamedNode | None = None
    base: str | None = None

    def quads(self) -> Iterator[Quad]:
        """Yield the file's triples in its graph, or in the default graph, in the file's order.

        The terms are as written: a store gives `007` back as `7`. Blank nodes get new labels.
        CRLF is LF if every line of the file ends so.
        """
        for quad in self._parser(rename_blank_nodes=True):
            if self.graph is None:
                yield quad
            else:
                yield Quad(quad.subject, quad.predicate, quad.object, self.graph)

    def prefixes(self) -> Mapping[str, str]:
        """Return the prefixes declared before the file's first triple."""
        parser = self._parser()
        next(parser, None)
        return parser.prefixes

    def _parser(self, *, rename_blank_nodes: bool = False) -> pyoxigraph.QuadParser:
        return pyoxigraph.parse(
            unix_line_ends(self.turtle.removeprefix(BYTE_ORDER_MARK)),
            RdfFormat.TURTLE,
            base_iri=self.base,
            rename_blank_nodes=rename_blank_nodes,
        )


def prefixes_of(files: Iterable[TurtleFile]) -> dict[str, str]:
    """Return the prefixes that `files` declare, over those that mlkg knows anyway."""
    known = dict(WELL_KNOWN)
    for file in files:
        known.update(file.prefixes())
    return known


NO_TEXTS: Mapping[str, bytes] = {}


def load_files(
    store: EmbeddedStore,
    paths: Iterable[Path],
    root: Path,
    texts: Mapping[str, bytes] = NO_TEXTS,
    *,
    with_base: bool = False,
) -> tuple[TurtleFile, ...]:
    """Load files into `store` and return them, named by their path below `root`.

    A file whose name `texts` has is not read from the disk: that text stands for it.
    `with_base` resolves relative IRIs against the file's own URL (RFC 3986 section 5.1.3).
    Raises DataError that names every file that cannot be read, not only the first.
    """
    files: list[TurtleFile] = []
    problems: list[Problem] = []
    for path in paths:
        name = path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)
        try:
            turtle = texts[name] if name in texts else path.read_bytes()
            base = path.absolute().as_uri() if with_base else None
            store.load(name, turtle, base)
        except OSError as error:
            problems.append(Problem(name, f"cannot be read: {error.strerror}"))
        except DataError as error:
            problems.extend(error.problems)
        else:
            files.append(TurtleFile(name, turtle, base=base))
    if problems:
        raise DataError(problems)
    return tuple(files)
