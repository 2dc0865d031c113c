"""Where triples are held and queried: one small interface, and the embedded store behind it."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Protocol

import pyoxigraph
from pyoxigraph import (
    NamedNode,
    Quad,
    QueryBoolean,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Triple,
)

from mlkg.derivation import NO_FACTS, Facts
from mlkg.errors import DataError, Problem, QueryError
from mlkg.terms import Term
from mlkg.turtle.line_ends import unix_line_ends

QueryResult = QuerySolutions | QueryBoolean | QueryTriples
"""What a SELECT, an ASK, and a CONSTRUCT or DESCRIBE give."""

BYTE_ORDER_MARK = b"\xef\xbb\xbf"

NO_BINDINGS: Mapping[str, Term] = {}

_DEEPEST_NESTING = 200
_NEEDS_A_LOOK = re.compile(r"SERVICE|LOAD|GRAPH|FROM|NAMED|\\u", re.IGNORECASE)
_ERROR_AT = re.compile(r"error at (\d+):(\d+): (.*)", re.DOTALL)


class Store(Protocol):
    """What every command needs of the place that holds the triples."""

    def query(
        self,
        text: str,
        *,
        bindings: Mapping[str, Term] = NO_BINDINGS,
        prefixes: Mapping[str, str] | None = None,
        name: str = "query",
        named: frozenset[str] | None = None,
    ) -> QueryResult:
        """Run a SPARQL 1.1 query over the merge of all graphs and the derived facts it needs.

        `bindings` gives variables their terms, as `mlkg.sparql.bind` says.
        `prefixes` may be used in the text without being declared there.
        `name` stands for the query in error messages.
        `named` has the IRIs that the query names, where the caller knows them; else the text is
        read for those of derived facts. With an empty set no facts are computed for it, though it
        may see some: that is for queries that leave derived facts out of what they find.
        Raises QueryError when the text is no query, is refused, or fails.
        """
        ...


def select(
    store: Store,
    text: str,
    *,
    bindings: Mapping[str, Term] = NO_BINDINGS,
    name: str = "query",
    named: frozenset[str] | None = None,
) -> QuerySolutions:
    """Run a SELECT as `Store.query` does; raise QueryError when it is another form of query."""
    result = store.query(text, bindings=bindings, name=name, named=named)
    if not isinstance(result, QuerySolutions):
        raise QueryError(f"{name}: not a SELECT")
    return result


class EmbeddedStore:
    """RDF files in an Oxigraph store in memory.

    The default graph is the RDF merge of all files, in which a triple that two files state counts
    once; Oxigraph's union of named graphs would count it twice. Each file is also a named graph,
    loaded when the first query asks for `GRAPH`. The derived facts that a query needs join the
    default graph before it runs.
    """

    def __init__(self, facts: Callable[[], Facts] = lambda: NO_FACTS) -> None:
        """Make an empty store; `facts` gives the derived facts there are, when first needed."""
        self._store = pyoxigraph.Store()
        self._not_yet_named: list[tuple[NamedNode, bytes]] = []
        self._facts = facts
        self._derived: dict[str, frozenset[str]] = {}

    def load(self, file: str, turtle: bytes, base: str | None = None) -> None:
        """Add one Turtle file, all of it or nothing.

        `file` names it in messages; `base` is what relative IRIs are resolved against.
        A byte order mark is skipped, and CRLF is LF if every line ends so.
        Raises DataError when the bytes are not UTF-8 or not Turtle.
        """
        turtle = unix_line_ends(turtle.removeprefix(BYTE_ORDER_MARK))
        try:
            self._store.load(turtle, format=RdfFormat.TURTLE, base_iri=base)
        except SyntaxError as error:
            raise DataError([_turtle_problem(file, turtle, error)]) from error
        self._forget()

    def add(self, quads: Iterable[Quad]) -> None:
        """Add statements that are parsed already."""
        self._store.extend(quads)
        self._forget()

    def states(self, predicate: str) -> bool:
        """Tell whether the default graph has a triple with this predicate, derived or not."""
        pattern = (None, NamedNode(predicate), None, pyoxigraph.DefaultGraph())
        return any(self._store.quads_for_pattern(*pattern))

    def derive(self, iris: Collection[str] | None) -> None:
        """Compute the derived facts among `iris`, all of them for None, where they are not yet.

        Raises QueryError when a query that derives them fails.
        """
        for derivation in self._facts().giving(iris, self.states):
            if derivation.name in self._derived:
                continue
            if not derivation.own:
                self._refuse(derivation.text, str(derivation.path))
            try:
                self._store.update(derivation.insert)
            except (SyntaxError, OSError, RuntimeError, ValueError) as error:
                raise QueryError(f"{derivation.path}: {error}") from error
            self._derived[derivation.name] = derivation.predicates

    def derived(self) -> list[Triple]:
        """Return all derived facts, computed first where they are not yet."""
        self.derive(None)
        return [quad.triple for quad in self._derived_quads()]

    def _derived_quads(self) -> list[Quad]:
        return [
            quad
            for predicate in sorted(frozenset().union(*self._derived.values()))
            for quad in self._store.quads_for_pattern(
                None, NamedNode(predicate), None, pyoxigraph.DefaultGraph()
            )
        ]

    def _forget(self) -> None:
        """Take all derived facts out: the data changed."""
        if self._derived:
            for quad in self._derived_quads():
                self._store.remove(quad)
            self._derived.clear()

    def name_graphs(self, files: Iterable[tuple[NamedNode, bytes]]) -> None:
        """Let graphs name the triples of files that are loaded already."""
        self._not_yet_named += [
            (graph, unix_line_ends(turtle.removeprefix(BYTE_ORDER_MARK))) for graph, turtle in files
        ]

    def query(
        self,
        text: str,
        *,
        bindings: Mapping[str, Term] = NO_BINDINGS,
        prefixes: Mapping[str, str] | None = None,
        name: str = "query",
        named: frozenset[str] | None = None,
    ) -> QueryResult:
        """Run a query as `Store.query` says; SERVICE is refused: nothing leaves the machine."""
        self._refuse(text, name, prefixes)
        if named is None and self._facts().predicates:
            from mlkg.sparql.mentions import mentioned

            self.derive(mentioned(text, prefixes or {}))
        elif named:
            self.derive(named)
        if bindings:
            from mlkg.sparql.binding import bind

            text = bind(text, bindings)
        try:
            return self._store.query(text, prefixes=None if prefixes is None else dict(prefixes))
        except SyntaxError as error:
            raise QueryError(_query_message(name, text, error)) from error
        except (OSError, RuntimeError, ValueError) as error:
            raise QueryError(f"{name}: {error}") from error

    def _refuse(self, text: str, name: str, prefixes: Mapping[str, str] | None = None) -> None:
        """Raise for what must not run, and load the named graphs if the query reads them."""
        if sum(map(text.count, "({[")) > _DEEPEST_NESTING:
            from mlkg.sparql.lexer import deepest_nesting

            deepest = deepest_nesting(text)
            if deepest > _DEEPEST_NESTING:
                raise QueryError(
                    f"{name}: nested {deepest} levels deep, {_DEEPEST_NESTING} at most can be run"
                )
        if not _NEEDS_A_LOOK.search(text):
            return
        from mlkg.sparql.lexer import keywords_in

        words = keywords_in(text, prefixes or ())
        for word in sorted(words & {"LOAD", "SERVICE"}):
            raise QueryError(f"{name}: {word} is refused: a query must not open connections")
        if words & {"GRAPH", "NAMED", "FROM"}:
            for graph, turtle in self._not_yet_named:
                self._store.load(turtle, format=RdfFormat.TURTLE, to_graph=graph)
            self._not_yet_named.clear()


def _turtle_problem(file: str, turtle: bytes, error: SyntaxError) -> Problem:
    """Say in plain words what pyoxigraph found wrong with a Turtle file."""
    try:
        turtle.decode("utf-8")
    except UnicodeDecodeError as undecodable:
        before = turtle[: undecodable.start]
        column = len(before[before.rfind(b"\n") + 1 :].decode("utf-8")) + 1
        byte = turtle[undecodable.start]
        message = f"byte 0x{byte:02X} is not UTF-8 text; save the file as UTF-8"
        return Problem(file, message, before.count(b"\n") + 1, column)
    message = re.sub(r"^Parser error at line \d+ .*?: ", "", str(error.msg))
    if "No scheme found" in message:
        message = "a relative IRI; write it out in full, or with a prefix"
    elif undeclared := re.match(r"The prefix (\S*:) has not been declared", message):
        message = f"the prefix {undeclared[1]} is not declared; add @prefix {undeclared[1]} <…> ."
    return Problem(file, f"syntax error: {message}", error.lineno, error.offset)


def _query_message(name: str, text: str, error: SyntaxError) -> str:
    """Say where a query breaks, and show the line."""
    found = _ERROR_AT.search(str(error.msg))
    if found is None:
        return f"{name}: {error.msg}"
    line, column, expected = int(found[1]), int(found[2]), found[3]
    reason = "a prefix that is not declared" if "Prefix not found" in expected else "syntax error"
    shown = (text.split("\n") + [""] * line)[line - 1].rstrip()
    return f"{name}:{line}:{column}: {reason}\n    {shown}\n    {' ' * (column - 1)}^"
