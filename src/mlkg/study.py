"""A study, on disk or elsewhere: found, loaded, and asked."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from pyoxigraph import NamedNode, Quad, QuerySolutions, Triple

from mlkg import stored
from mlkg.derivation import Facts
from mlkg.errors import QueryError, StudyNotFoundError
from mlkg.model_version import check_statements
from mlkg.namespaces import BEFORE, WELL_KNOWN
from mlkg.naming import iri_path
from mlkg.resources import built_in_folder
from mlkg.store import NO_BINDINGS, EmbeddedStore, QueryResult, Store, select
from mlkg.table import Table, table_from_rows
from mlkg.terms import Term
from mlkg.turtle.files import NO_TEXTS, TurtleFile, load_files, prefixes_of

if TYPE_CHECKING:
    import rdflib

    from mlkg.comparison import ComparedTable
    from mlkg.validation.findings import Check, Report
    from mlkg.validation.shapes import Shapes

NO_SEVERITIES: Mapping[str, str] = {}

_UNIT = b"http://qudt.org/vocab/unit/"
_STUDIES = f"SELECT ?study WHERE {{ ?study a <{WELL_KNOWN['mlkg']}Study> }} LIMIT 2"


class Study(ABC):
    """A study: query it, print its table, hold it to its rules, wherever its triples are.

    `load` makes one of a folder, `mlkg.remote.study.RemoteStudy` is one in an endpoint.

    `root` is the folder that names of files are below, and `folder` is that of its settings, None
    when there is none. `files` and `term_files` are those whose text is at hand, `file_names` all
    files of the data. `notes` say what the user should know about how it was read.
    `migrated` tells that the data were read in the form of an earlier model.
    """

    root: Path
    folder: Path | None
    store: Store
    iri: str | None
    files: tuple[TurtleFile, ...]
    term_files: tuple[TurtleFile, ...]
    file_names: tuple[str, ...]
    notes: tuple[str, ...] = ()
    compared = False
    migrated = False

    def __init__(self, folder: Path | None) -> None:
        """Find the stored queries, shapes and terms of mlkg, and those of `folder` over them."""
        self.folder = folder
        folders = [built_in_folder(), *([folder] if folder else [])]
        self.query_folders = tuple(each / "queries" for each in folders)
        ontology = {
            path.name: path
            for each in folders
            for path in sorted((each / "ontology").glob("*.ttl"))
        }
        self.shape_files = tuple(
            path for name, path in sorted(ontology.items()) if name.endswith("shapes.ttl")
        )
        self.term_paths = tuple(
            path for _, path in sorted(ontology.items()) if path not in self.shape_files
        )

    @property
    @abstractmethod
    def prefixes(self) -> Mapping[str, str]:
        """The prefixes that the data files declare, over those that mlkg knows anyway."""

    @abstractmethod
    def triples(self) -> set[Triple]:
        """Return what queries see, the data and the terms it uses, the terms as written."""

    @abstractmethod
    def quads(self) -> list[Quad]:
        """Return the statements of the data, each in the graph of its file, terms as written."""

    @abstractmethod
    def revision(self) -> str | None:
        """Return the git commit whose data this is, None where that is not known."""

    @abstractmethod
    def compare_with(self, earlier: Study) -> None:
        """Let `validate` apply the rules for change too: what changed since `earlier`."""

    @abstractmethod
    def files_about(self, terms: Collection[Term]) -> Mapping[Term, str]:
        """Return the name of a data file that states something of each term.

        Only where its text is not at hand: else places are found in the text.
        """

    def views(self) -> Mapping[str, stored.View]:
        """Return the stored queries that answer questions, by name."""
        return stored.views(self.query_folders)

    def rules(self) -> Mapping[str, stored.Rule]:
        """Return the stored queries that find faults, by name."""
        return stored.rules(self.query_folders)

    def rules_for_change(self) -> Mapping[str, stored.Rule]:
        """Return the rules that compare the study with an earlier state of it, by name."""
        return stored.rules_for_change(self.query_folders)

    def facts(self) -> Facts:
        """Return the derived facts, mlkg's own and those of the study, read once.

        Raises HeaderError for a query of the study that cannot derive one.
        """
        return self._facts

    @cached_property
    def _facts(self) -> Facts:
        return Facts(stored.derivations(self.query_folders))

    def shapes(self) -> Shapes:
        """Return the shapes, loaded once; raise DataError that names all broken files of them."""
        return self._shapes

    @cached_property
    def _shapes(self) -> Shapes:
        from mlkg.validation.shapes import load_shapes

        return load_shapes(self.shape_files, self.root)

    def query(
        self,
        query: str,
        bindings: Mapping[str, Term] = NO_BINDINGS,
        *,
        name: str = "query",
    ) -> QueryResult:
        """Run a stored query by its name, or SPARQL 1.1 text as it stands.

        Text is told from a name by its white space or braces; in text the study's prefixes need no
        declaration. `bindings` gives variables of the query, without their question mark, a term.
        `name` stands for text in error messages.
        Returns pyoxigraph's result: solutions, a boolean or triples.
        Raises UnknownNameError for a name that no view or rule has, and QueryError.
        """
        if re.search(r"[\s{]", query) or not query:
            return self.store.query(query, bindings=bindings, prefixes=self.prefixes, name=name)
        view = stored.find_view(self.query_folders, query)
        return self.store.query(view.text, bindings=bindings, name=str(view.path), named=view.named)

    def select(self, query: str, bindings: Mapping[str, Term] = NO_BINDINGS) -> QuerySolutions:
        """Run a SELECT as `query` does; raise QueryError when it is another form of query."""
        result = self.query(query, bindings)
        if not isinstance(result, QuerySolutions):
            raise QueryError(f"{query}: not a SELECT")
        return result

    def table(self) -> Table:
        """Return the study's table, options down and criteria across, each cell with its state.

        Raises StudyNotFoundError when the data has no option or no criterion.
        """
        table = table_from_rows(self.select("table"), self.select("study"))
        if not table.rows:
            raise self._no_table()
        return table

    def compared_table(self) -> ComparedTable:
        """Return what current evidence indicates for each cell, compared with what is published.

        Raises StudyNotFoundError when the data has no option or no criterion.
        """
        from mlkg.comparison import compared_table_from_rows

        table = compared_table_from_rows(self.select("table-by-evidence"), self.select("study"))
        if not table.rows:
            raise self._no_table()
        return table

    def _no_table(self) -> StudyNotFoundError:
        return StudyNotFoundError(
            f"{self.place}: no table: the data has no mlkg:Option or no mlkg:Criterion"
        )

    def checks(self) -> Mapping[str, Check]:
        """Return everything that `validate` applies, rules and shapes among them, by name."""
        from mlkg.validation.checks import checks

        return checks({**self.rules(), **self.rules_for_change()}, self.shapes())

    def validate(
        self,
        *,
        select: frozenset[str] = frozenset(),
        ignore: frozenset[str] = frozenset(),
        severities: Mapping[str, str] = NO_SEVERITIES,
        paths: Sequence[str] = (),
        engine: str = "oxigraph",
    ) -> Report:
        """Check the shapes and the rules, and return the findings with file, line and column.

        `select` keeps only the rules and shapes named in it, `ignore` leaves those out, and
        `severities` gives some another severity.
        `paths`, files, folders or patterns below the study's folder, keeps the findings in them.
        `engine` checks the shapes: oxigraph, which compiles them to SPARQL, or pyshacl.
        Comments in the data that suppress findings count; settings and baselines are for commands.
        Raises UnknownNameError for a name that neither a rule nor a shape has, and MlkgError for a
        path where no data is.
        """
        from mlkg.validation.run import validate

        return validate(
            self,
            select=select,
            ignore=ignore,
            severities=severities,
            paths=paths,
            engine=engine,
        )

    def graph(self) -> rdflib.Graph:
        """Return what queries see, the data and the terms it uses, as an rdflib graph.

        Lexical forms stay as they are in the files: rdflib's normalisation is not applied.
        """
        from mlkg.interop import to_rdflib_graph

        return to_rdflib_graph(self.triples(), self.prefixes)

    @property
    @abstractmethod
    def place(self) -> str:
        """What messages call the place where the data is."""


class FolderStudy(Study):
    """A study in a folder, loaded into the embedded store; make one with `load`."""

    folder: Path
    store: EmbeddedStore

    def __init__(
        self,
        root: Path,
        data: Mapping[str, bytes] | None = None,
        stated: Mapping[str, bytes] = NO_TEXTS,
    ) -> None:
        """Load the study in the folder `root`; see `load`.

        `stated` has the files as they were before `data` was migrated: `quads` returns those.
        """
        super().__init__(root)
        self.root = root
        self._stated = stated
        self.migrated = bool(stated) and data != stated
        self._from_disk = data is None
        texts = data or {}
        found = (root / "data").glob("*.ttl") if data is None else (root / n for n in texts)
        data_files = sorted(found)
        if not data_files:
            missing = "no *.ttl file in" if (root / "data").is_dir() else "there is no"
            raise StudyNotFoundError(
                f"{root}: no study here: {missing} {root / 'data'}; name a study with -C DIR"
            )
        self.store = EmbeddedStore(self.facts)
        loaded = load_files(self.store, data_files, root, texts)
        self.term_files = load_files(self.store, self._terms_for(loaded), root)
        check_statements(self.store, self.facts(), loaded)
        self.iri = self._own_iri()
        base = self.iri or "urn:mlkg"
        self.files = tuple(
            file._replace(graph=NamedNode(f"{base}/{iri_path(file.name)}")) for file in loaded
        )
        self.file_names = tuple(file.name for file in self.files)
        self.store.name_graphs((file.graph, file.turtle) for file in self.files if file.graph)

    @property
    def place(self) -> str:
        """The folder of the data."""
        return str(self.root / "data")

    def _terms_for(self, files: Sequence[TurtleFile]) -> list[Path]:
        """Return the files of terms that data need: the table of units only where it names one."""
        units = any(_UNIT in file.turtle for file in files)
        return [path for path in self.term_paths if units or path.name != "units.ttl"]

    def _own_iri(self) -> str | None:
        """Return the IRI of the one study in the data, None when there is none or several."""
        result = select(self.store, _STUDIES, named=frozenset())
        found = [str(row[0].value) for row in result]
        return found[0] if len(found) == 1 else None

    @cached_property
    def prefixes(self) -> Mapping[str, str]:
        """The prefixes that the data files declare, over those that mlkg knows anyway."""
        return prefixes_of(self.files)

    def triples(self) -> set[Triple]:
        """Return what queries see, the data and the terms it uses, the terms as written."""
        files = (*self.files, *self.term_files)
        return {quad.triple for file in files for quad in file.quads()}

    def quads(self) -> list[Quad]:
        """Return the statements of the data, each in the graph of its file, terms as written."""
        files = (f._replace(turtle=self._stated.get(f.name, f.turtle)) for f in self.files)
        return [quad for file in files for quad in file.quads()]

    def compare_with(self, earlier: Study) -> None:
        """Let `validate` apply the rules for change too: what changed since `earlier`."""
        self.store.name_graphs((NamedNode(BEFORE), file.turtle) for file in earlier.files)
        self.compared = True

    def revision(self) -> str | None:
        """Return the commit that last changed the data, None where it is changed since."""
        from mlkg.history.git import revision_of

        if not self._from_disk:
            return None
        return revision_of(self.root, {file.name: file.turtle for file in self.files})

    def files_about(self, terms: Collection[Term]) -> Mapping[Term, str]:
        """Return nothing: the text of every file is at hand."""
        return {}


def load(path: str | Path = ".", *, data: Mapping[str, bytes] | None = None) -> FolderStudy:
    """Load the study in the folder `path`: its `data/*.ttl`, all of it or nothing.

    `data`, where it is given, has the data files by name, as in `data/claims.ttl`, and stands for
    all that the disk has: that is how a change is tried out, and how an earlier revision is read.

    Its own `ontology/*.ttl` and `queries/` add to those that come with mlkg; a file of the same
    name takes the place of mlkg's.
    Raises StudyNotFoundError when there is no study, and DataError, which names file, line and
    column, when any of its files cannot be read as Turtle.
    """
    return FolderStudy(Path(path), data)


def find(start: Path) -> Path:
    """Return the nearest folder that holds a study, from `start` upwards.

    Raises StudyNotFoundError when there is none.
    """
    for folder in _upwards(start.absolute()):
        if any((folder / "data").glob("*.ttl")):
            return folder
    raise StudyNotFoundError(
        f"no study in {start.absolute()} or above it: a study is a folder with data/*.ttl; "
        "name one with -C DIR"
    )


def _upwards(folder: Path) -> Iterator[Path]:
    yield folder
    yield from folder.parents
