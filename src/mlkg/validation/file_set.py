"""Any RDF files with any SHACL shapes: what `mlkg validate --shapes` checks, no study needed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path

import pyoxigraph
from pyoxigraph import NamedNode, Quad, RdfFormat, Triple

from mlkg.errors import DataError, MlkgError, Problem, ShapesError
from mlkg.namespaces import SHACL, WELL_KNOWN
from mlkg.store import EmbeddedStore
from mlkg.stored import Rule
from mlkg.terms import Term
from mlkg.turtle.files import TurtleFile, load_files, prefixes_of
from mlkg.validation.shapes import Shapes, shapes_of

_AS_TURTLE = {RdfFormat.TURTLE, RdfFormat.N_TRIPLES}


class FileSet:
    """RDF files as one graph, with the shapes to check it against.

    It has no rules. Relative IRIs start from the file's own URL. Findings have a place where the
    file is Turtle or N-Triples.
    """

    term_files: tuple[TurtleFile, ...] = ()
    compared = False
    folder = None

    def __init__(self, data: Sequence[Path], shapes: Sequence[Path]) -> None:
        """Load `data` and `shapes`, in the RDF syntax that each file's extension names.

        Of files with several graphs the merge of all graphs is taken.
        Raises DataError that names all files that cannot be read, MlkgError for an extension that
        is no RDF syntax.
        """
        self.root = Path()
        self.store = EmbeddedStore()
        self.files, self._others = _load(data, self.store)
        self.file_names = tuple(file.name for file in self.files)
        self._shape_files = tuple(shapes)

    @cached_property
    def prefixes(self) -> Mapping[str, str]:
        """The prefixes that the Turtle files declare, over those that mlkg knows anyway."""
        return prefixes_of(self.files)

    def triples(self) -> set[Triple]:
        """Return the merge of all files, terms as written."""
        written = {quad.triple for file in self.files for quad in file.quads()}
        return written.union(self._others)

    def files_about(self, terms: Collection[Term]) -> Mapping[Term, str]:
        """Return nothing: the text of every file that has places is at hand."""
        return {}

    def rules(self) -> Mapping[str, Rule]:
        """Return no rules: those are for studies."""
        return {}

    def rules_for_change(self) -> Mapping[str, Rule]:
        """Return no rules, as `rules` does."""
        return {}

    def shapes(self) -> Shapes:
        """Return the shapes, loaded once.

        Raises DataError that names all broken files of them, and ShapesError when no shape has a
        target.
        """
        return self._shapes

    @cached_property
    def _shapes(self) -> Shapes:
        store = EmbeddedStore()
        found = shapes_of(store, *_load(self._shape_files, store))
        if not any(_is_target(triple) for triple in found.graph):
            names = ", ".join(str(path) for path in self._shape_files)
            raise ShapesError(f"{names}: no shape has a target, so nothing would be checked")
        return found


def rdf_format(path: Path) -> RdfFormat:
    """Return the RDF syntax that the extension of `path` names; raise MlkgError when none does."""
    found = RdfFormat.from_extension(path.suffix.lstrip("."))
    if found is None:
        raise MlkgError(
            f"{path}: {path.suffix or 'no extension'} names no RDF syntax; "
            "use .ttl, .nt, .nq, .trig, .n3, .rdf or .jsonld"
        )
    return found


def _load(
    paths: Iterable[Path], store: EmbeddedStore
) -> tuple[tuple[TurtleFile, ...], list[Triple]]:
    """Load files; return those whose text is Turtle, and the triples of the others."""
    listed = list(paths)
    problems: list[Problem] = []
    files: tuple[TurtleFile, ...] = ()
    triples: list[Triple] = []
    try:
        turtle = [path for path in listed if rdf_format(path) in _AS_TURTLE]
        files = load_files(store, turtle, Path(), with_base=True)
    except DataError as error:
        problems.extend(error.problems)
    for path in listed:
        if rdf_format(path) in _AS_TURTLE:
            continue
        try:
            parsed = pyoxigraph.parse(
                path=path,
                format=rdf_format(path),
                base_iri=path.absolute().as_uri(),
                rename_blank_nodes=True,
            )
            triples += [quad.triple for quad in parsed]
        except OSError as error:
            problems.append(Problem(str(path), f"cannot be read: {error.strerror or error}"))
        except SyntaxError as error:
            problems.append(Problem(str(path), str(error.msg), error.lineno, error.offset))
    if problems:
        raise DataError(problems)
    store.add(Quad(triple.subject, triple.predicate, triple.object) for triple in triples)
    return files, triples


def _is_target(triple: Triple) -> bool:
    """Tell whether a triple may give a shape targets (SHACL section 2.1.3)."""
    predicate, value = triple.predicate.value, triple.object
    return predicate.startswith(f"{SHACL}target") or (
        predicate == f"{WELL_KNOWN['rdf']}type"
        and isinstance(value, NamedNode)
        and value.value == f"{WELL_KNOWN['rdfs']}Class"
    )
