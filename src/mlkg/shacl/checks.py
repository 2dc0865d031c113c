"""The checks of a plan: each turns solutions of its queries into violations of one constraint."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple, Protocol, TypeAlias

from pyoxigraph import BlankNode, Literal, NamedNode

from mlkg.shacl.errors import PlanRunError
from mlkg.shacl.paths import Path, Predicate
from mlkg.shacl.queries import Query, listed_bindings
from mlkg.shacl.vocabulary import brief
from mlkg.terms import Term

if TYPE_CHECKING:
    from mlkg.shacl.model import Constraint, Logic, Qualified
    from mlkg.shacl.sparql_constraints import SparqlConstraint


class Solution(Protocol):
    """One solution of a SELECT: the term bound to a variable by name, None when unbound."""

    def __getitem__(self, name: str, /) -> Term | None:
        """Return the term; KeyError counts as unbound."""


Select: TypeAlias = Callable[[str], Iterable[Solution]]
Row: TypeAlias = tuple[Term | None, ...]


class Run:
    """One run of a plan: puts each query to the store once and keeps its rows."""

    def __init__(self, select: Select) -> None:
        """Take the function that runs one SELECT over the data."""
        self._select = select
        self._rows: dict[str, list[Row]] = {}
        self.failing: dict[int, frozenset[Term]] = {}

    def rows(self, query: Query) -> list[Row]:
        """Return the solutions of a query, each as a tuple in the order of its columns."""
        if query.text not in self._rows:
            self._rows[query.text] = [
                tuple(_get(solution, name) for name in query.columns)
                for solution in self._select(query.text)
            ]
        return self._rows[query.text]


def _get(solution: Solution, name: str) -> Term | None:
    try:
        return solution[name]
    except KeyError:
        return None


class Violation(NamedTuple):
    """What a check found: the parts of a result that do not come from the shape."""

    focus: Term
    value: Term | None = None
    path: Path | None = None
    messages: tuple[Literal, ...] = ()


class Check(Protocol):
    """A constraint with the queries that check it on one set of nodes."""

    @property
    def constraint(self) -> Constraint:
        """The constraint that is checked."""

    def violations(self, run: Run) -> Iterator[Violation]:
        """Yield the violations, putting queries to the store through `run`."""

    def queries(self) -> Iterator[Query]:
        """Yield the queries that it may put, without those of shapes it refers to."""


class Conformance(Protocol):
    """A shape compiled for a set of nodes."""

    def failing(self, run: Run) -> frozenset[Term]:
        """Return the nodes of the set that do not conform."""


class QueryCheck(NamedTuple):
    """Every solution of the query is a violation."""

    constraint: Constraint
    query: Query
    value_at: int | None
    path_at: int | None

    def violations(self, run: Run) -> Iterator[Violation]:
        """Yield one violation for each solution."""
        for row in run.rows(self.query):
            value = None if self.value_at is None else row[self.value_at]
            path = None if self.path_at is None else row[self.path_at]
            if row[0] is not None:
                yield Violation(row[0], value, _predicate(path))

    def queries(self) -> Iterator[Query]:
        """Yield the query."""
        yield self.query


class GapCheck(NamedTuple):
    """sh:minCount 1: the solutions of a scan that leave the value unbound."""

    constraint: Constraint
    query: Query

    def violations(self, run: Run) -> Iterator[Violation]:
        """Yield the focus nodes without a value."""
        for row in run.rows(self.query):
            if row[1] is None and row[0] is not None:
                yield Violation(row[0])

    def queries(self) -> Iterator[Query]:
        """Yield the query."""
        yield self.query


class ValueCheck(NamedTuple):
    """One of the tests of a scan: its flag is set, and the exact test agrees."""

    constraint: Constraint
    query: Query
    flag_at: int | None
    conforms: Callable[[Term], bool] | None

    def violations(self, run: Run) -> Iterator[Violation]:
        """Yield the values that break the constraint."""
        for row in run.rows(self.query):
            focus, value = row[0], row[1]
            if focus is None or value is None:
                continue
            if self.flag_at is not None and not _is_true(row[self.flag_at]):
                continue
            if self.conforms is None or not self.conforms(value):
                yield Violation(focus, value)

    def queries(self) -> Iterator[Query]:
        """Yield the query."""
        yield self.query


def _predicate(term: Term | None) -> Predicate | None:
    return Predicate(term) if isinstance(term, NamedNode) else None


def _is_true(term: Term | None) -> bool:
    return isinstance(term, Literal) and term.value in ("true", "1")


class LogicCheck(NamedTuple):
    """sh:not, sh:and, sh:or, sh:xone and sh:node: set algebra on the nodes that fail shapes."""

    constraint: Logic
    pairs: Query
    shapes: tuple[Conformance, ...]

    def violations(self, run: Run) -> Iterator[Violation]:
        """Yield the value nodes that conform to too few or too many of the shapes."""
        failures = Counter(node for shape in self.shapes for node in shape.failing(run))
        least, most = self.constraint.least, self.constraint.most
        total = len(self.shapes)
        if least <= total <= most and all(total - n >= least for n in failures.values()):
            return
        for focus, value in run.rows(self.pairs):
            if focus is None or value is None:
                continue
            if not least <= total - failures[value] <= most:
                yield Violation(focus, value)

    def queries(self) -> Iterator[Query]:
        """Yield the query for the value nodes."""
        yield self.pairs


class QualifiedCheck(NamedTuple):
    """sh:qualifiedMinCount and sh:qualifiedMaxCount: count the value nodes that conform."""

    constraint: Qualified
    members: Query
    pairs: Query
    shape: Conformance
    siblings: tuple[Conformance, ...]

    def violations(self, run: Run) -> Iterator[Violation]:
        """Yield the focus nodes with too few or too many conforming values."""
        failing = self.shape.failing(run)
        rivals = [sibling.failing(run) for sibling in self.siblings]
        counts: dict[Term | None, int] = defaultdict(int)
        for focus, value in run.rows(self.pairs):
            if value not in failing and all(value in rival for rival in rivals):
                counts[focus] += 1
        limit, minimum = self.constraint.limit, self.constraint.minimum
        for focus, *_ in run.rows(self.members):
            count = counts[focus]
            if focus is not None and (count < limit if minimum else count > limit):
                yield Violation(focus)

    def queries(self) -> Iterator[Query]:
        """Yield the queries for the focus nodes and their value nodes."""
        yield self.members
        yield self.pairs


# What a solution of a SPARQL-based constraint may say about its result (5.3.2).
SOLUTION_COLUMNS = ("this", "value", "path", "message", "failure")
_PLACEHOLDER = re.compile(r"\{[?$](\w+)\}")


class SparqlCheck(NamedTuple):
    """A SPARQL-based constraint: one query for all, or one for each row of `each`.

    `each` lists the pre-bound terms for a query that looks across solutions (LIMIT, an
    aggregate without GROUP BY ?this …), which must then run on one focus node at a time.
    """

    constraint: SparqlConstraint
    where: str
    is_node_shape: bool
    query: Query
    each: Query | None

    def violations(self, run: Run) -> Iterator[Violation]:
        """Yield one violation for each distinct solution (5.3.2)."""
        seen = set()
        for row in self._solutions(run):
            found = self._violation(row)
            if found not in seen:
                seen.add(found)
                yield found

    def _solutions(self, run: Run) -> Iterator[Row]:
        if self.each is None:
            yield from run.rows(self.query)
            return
        for row in run.rows(self.each):
            terms = tuple(term for term in row if term is not None)
            if any(isinstance(term, BlankNode) for term in terms):
                raise PlanRunError(
                    f"{self.where}: the query must run on one focus node at a time "
                    f"({self.constraint.text.per_focus_because}), and {brief(terms[0])} is or has "
                    "a blank node, which a query cannot hold"
                )
            names = ("this", "value")[: len(terms)]
            text = self.constraint.text.with_bindings(
                " ".join([listed_bindings(names, terms), *parameter_bindings(self.constraint)])
            )
            yield from run.rows(Query(text, self.query.columns))

    def _violation(self, row: Row) -> Violation:
        found = dict(zip(self.query.columns, row, strict=True))
        focus, value, path = found["this"], found["value"], found["path"]
        if _is_true(found["failure"]):
            raise PlanRunError(f"{self.where}: the query reports a failure for {focus}")
        if focus is None:
            raise PlanRunError(f"{self.where}: a solution leaves ?this unbound")
        if value is None and self.is_node_shape:
            value = focus
        message = found["message"]
        messages = (message,) if isinstance(message, Literal) else self.constraint.messages
        terms = found | dict(self.constraint.parameters)
        return Violation(
            focus,
            value,
            _predicate(path),
            tuple(_filled(one, terms) for one in messages),
        )

    def queries(self) -> Iterator[Query]:
        """Yield the query, or the one for what it runs on one by one."""
        yield self.query if self.each is None else self.each


def message_variables(constraint: SparqlConstraint) -> list[str]:
    """Return the names of the variables that the messages of a constraint show."""
    return sorted({name for one in constraint.messages for name in _PLACEHOLDER.findall(one.value)})


def parameter_bindings(constraint: SparqlConstraint) -> list[str]:
    """Return the graph patterns that bind the parameters of a constraint component."""
    return [listed_bindings((name,), (term,)) for name, term in constraint.parameters]


def _filled(message: Literal, terms: dict[str, Term | None]) -> Literal:
    def shown(match: re.Match[str]) -> str:
        term = terms.get(match[1])
        if term is None:
            return match[0]
        return term.value if isinstance(term, Literal | NamedNode) else str(term)

    text = _PLACEHOLDER.sub(shown, message.value)
    if message.language:
        return Literal(text, language=message.language)
    return Literal(text, datatype=message.datatype)
