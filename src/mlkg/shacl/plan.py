"""Compile shapes to checks, and run them: the way from a shapes graph to validation results."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pyoxigraph import Literal, NamedNode, Store

from mlkg.shacl import model, queries
from mlkg.shacl.checks import (
    SOLUTION_COLUMNS,
    Check,
    GapCheck,
    LogicCheck,
    QualifiedCheck,
    QueryCheck,
    Run,
    Select,
    SparqlCheck,
    ValueCheck,
    Violation,
    message_variables,
    parameter_bindings,
)
from mlkg.shacl.errors import IllFormedShapesError, PlanRunError
from mlkg.shacl.graph import ShapesGraph
from mlkg.shacl.queries import Nodes, Query
from mlkg.shacl.reader import read_shapes
from mlkg.shacl.sparql_constraints import SparqlConstraint
from mlkg.shacl.values import FOLDED_DATATYPES
from mlkg.shacl.vocabulary import XSD, brief
from mlkg.terms import Term

_MANY_PROPERTIES = 3

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from pyoxigraph import Quad, Triple

    from mlkg.shacl.paths import Path


class Result(NamedTuple):
    """A validation result (3.6.2).

    `path` prints as a SPARQL property path. `source_constraint` is set for sh:sparql only.
    `messages` are those that the shapes graph gives; it may be empty.
    """

    focus: Term
    path: Path | None
    value: Term | None
    component: NamedNode
    source_shape: Term
    source_constraint: Term | None
    severity: NamedNode
    messages: tuple[Literal, ...]

    def sort_key(self) -> tuple[str, ...]:
        """Order results by what they are about; blank node labels come last, as they may vary."""
        return tuple(
            str(part)
            for part in (
                self.focus,
                self.path,
                self.value,
                self.component,
                self.severity,
                "\n".join(str(message) for message in self.messages),
                self.source_shape,
                self.source_constraint,
            )
        )


class ShapePlan(NamedTuple):
    """A shape compiled for one set of nodes."""

    shape: model.Shape
    nodes: Nodes
    pairs: Query
    checks: tuple[Check, ...]
    properties: tuple[ShapePlan, ...]

    def failing(self, run: Run) -> frozenset[Term]:
        """Return the nodes of the set that do not conform to the shape (3.4.2)."""
        key = id(self)
        if key not in run.failing:
            found = {one.focus for check in self.checks for one in check.violations(run)}
            below = {node for plan in self.properties for node in plan.failing(run)}
            if self.shape.path is None:
                found |= below
            elif below:
                found |= {
                    focus
                    for focus, value in run.rows(self.pairs)
                    if value in below and focus is not None
                }
            run.failing[key] = frozenset(found)
        return run.failing[key]

    def results(self, run: Run) -> Iterator[Result]:
        """Yield the results of the shape and of its property shapes."""
        for check in self.checks:
            for violation in check.violations(run):
                yield self._result(check.constraint, violation)
        for plan in self.properties:
            yield from plan.results(run)

    def _result(self, constraint: model.Constraint, violation: Violation) -> Result:
        return Result(
            focus=violation.focus,
            path=violation.path or self.shape.path,
            value=violation.value,
            component=model.component(constraint),
            source_shape=self.shape.node,
            source_constraint=getattr(constraint, "node", None),
            severity=self.shape.severity,
            messages=violation.messages or self.shape.messages,
        )


class Plan(NamedTuple):
    """What a shapes graph compiles to.

    `queries` are the texts of all SELECTs that a run may put to the store. A run leaves out
    those whose answer cannot matter, and repeats none. `checks` counts the constraints that are
    really checked, once for each set of nodes. `per_focus` names the SPARQL-based constraints,
    with the reason, that need a query of their own for each focus node beside these. `shapes`
    are the compiled shapes with targets, and `kept_datatypes` those that the store must keep.
    """

    queries: tuple[str, ...]
    checks: int
    per_focus: tuple[str, ...]
    shapes: tuple[ShapePlan, ...]
    kept_datatypes: tuple[tuple[NamedNode, str], ...]

    def run(self, select: Select) -> list[Result]:
        """Validate the data that `select` queries; the results are sorted, none twice.

        A shape with several property shapes is left out where it has no target node.
        `select` takes the text of a SELECT and gives its solutions over the data's default
        graph. Blank nodes must keep their label from one query to the next. Raises
        `PlanRunError` when the store or the data leave no sound answer.
        """
        run = Run(select)
        for datatype, where in self.kept_datatypes:
            _refuse_folding(run, datatype, where)
        found = {
            result
            for plan in self.shapes
            if not _asks_first(plan) or run.rows(queries.some(plan.nodes))
            for result in plan.results(run)
        }
        return sorted(found, key=Result.sort_key)


def _asks_first(plan: ShapePlan) -> bool:
    """Tell whether a query for one target node is worth what it saves where there is none."""
    return len(plan.properties) >= _MANY_PROPERTIES


def compile_shapes(shapes: Iterable[Quad | Triple]) -> Plan:
    """Compile the shapes graph that is the default graph of a store, or of parsed quads.

    A `pyoxigraph.Store` works as it is. Parsed quads keep lexical forms that a store does not:
    only so is `sh:uniqueLang "1"^^xsd:boolean` told from `true`, as SHACL asks for. Raises
    `IllFormedShapesError`, `RecursiveShapesError` or `UncompilableShapesError`, naming the shape
    and the construct.
    """
    compiler = _Compiler()
    plans = tuple(
        compiler.compile(shape, queries.targets(shape.targets))
        for shape in read_shapes(ShapesGraph(shapes))
        if shape.targets
    )
    asked = (queries.some(plan.nodes).text for plan in plans if _asks_first(plan))
    compiler.texts.update(dict.fromkeys(asked))
    return Plan(
        queries=tuple(compiler.texts),
        checks=sum(
            len({id(check.constraint) for check in plan.checks}) for plan in compiler.plans.values()
        ),
        per_focus=tuple(compiler.per_focus),
        shapes=plans,
        kept_datatypes=tuple(sorted(compiler.kept_datatypes.items(), key=str)),
    )


class _Compiler:
    def __init__(self) -> None:
        self.plans: dict[tuple[int, str], ShapePlan] = {}
        self.texts: dict[str, None] = {}
        self.per_focus: list[str] = []
        self.kept_datatypes: dict[NamedNode, str] = {}
        self._syntax = Store()

    def compile(self, shape: model.Shape, nodes: Nodes) -> ShapePlan:
        """Compile a shape for a set of nodes, once for each such pair."""
        key = (id(shape), nodes.text)
        if key not in self.plans:
            values = nodes.along(shape.path)
            checks = tuple(self._checks(shape, nodes))
            for check in checks:
                self.texts.update((query.text, None) for query in check.queries())
            properties = tuple(self.compile(one, values) for one in shape.properties)
            pairs = queries.pairs(nodes, shape.path)
            if properties and shape.path is not None:
                self.texts[pairs.text] = None
            self.plans[key] = ShapePlan(shape, nodes, pairs, checks, properties)
        return self.plans[key]

    def _checks(self, shape: model.Shape, nodes: Nodes) -> Iterator[Check]:
        yield from self._scan(shape, nodes)
        values = nodes.along(shape.path)
        pairs = queries.pairs(nodes, shape.path)
        for constraint in shape.constraints:
            match constraint:
                case model.Logic():
                    below = tuple(self.compile(one, values) for one in constraint.shapes)
                    yield LogicCheck(constraint, pairs, below)
                case model.Qualified():
                    yield QualifiedCheck(
                        constraint,
                        queries.members(nodes),
                        pairs,
                        self.compile(constraint.shape, values),
                        tuple(self.compile(one, values) for one in constraint.siblings),
                    )
                case SparqlConstraint():
                    yield self._sparql(constraint, shape, nodes)
                case _:
                    for one in queries.violations(constraint, nodes, shape.path):
                        yield QueryCheck(constraint, one.query, one.value_at, one.path_at)

    def _scan(self, shape: model.Shape, nodes: Nodes) -> Iterator[Check]:
        """Check all that looks at one value at a time, and gaps, in one query."""
        value = nodes.along(shape.path).variable
        where = brief(shape.node)
        tested = [
            (constraint, test)
            for constraint in shape.constraints
            if (test := queries.value_test(constraint, value, where)) is not None
        ]
        gap = next(
            (
                one
                for one in shape.constraints
                if isinstance(one, model.Count) and one.minimum and one.limit == 1
            ),
            None,
        )
        if gap is not None and (shape.path is None or shape.path.nullable):
            gap = None
        if not tested and gap is None:
            return
        query = queries.scan(nodes, shape.path, [test for _, test in tested], gaps=gap is not None)
        if gap is not None:
            yield GapCheck(gap, query)
        for index, (constraint, test) in enumerate(tested):
            match constraint:
                case model.Datatype(datatype=iri) if iri.value in FOLDED_DATATYPES:
                    self.kept_datatypes.setdefault(iri, where)
            flag_at = 2 + index if len(tested) > 1 else None
            yield ValueCheck(constraint, query, flag_at, test.conforms)

    def _sparql(self, constraint: SparqlConstraint, shape: model.Shape, nodes: Nodes) -> Check:
        text = constraint.text
        where = f"{brief(shape.node)}: {brief(constraint.node or constraint.component)}"
        is_ask = text.kind == "ask"
        bindings = queries.this_bindings(nodes, shape.path, with_value=is_ask)
        columns = tuple(dict.fromkeys((*SOLUTION_COLUMNS, *message_variables(constraint))))
        query = Query(
            text.with_bindings(" ".join([bindings, *parameter_bindings(constraint)])), columns
        )
        try:
            self._syntax.query(query.text)
        except SyntaxError as error:
            raise IllFormedShapesError(f"{where}: its query does not parse: {error}") from None
        each = None
        if text.per_focus_because:
            each = queries.pairs(nodes, shape.path) if is_ask else queries.members(nodes)
            if not is_ask:
                each = Query(each.text, each.columns[:1])
            self.per_focus.append(f"{where} ({text.per_focus_because})")
        return SparqlCheck(constraint, where, shape.path is None, query, each)


def _refuse_folding(run: Run, datatype: NamedNode, where: str) -> None:
    """Raise when the store turns a datatype into another, as Oxigraph does with xsd:byte."""
    query = Query(
        f'SELECT (DATATYPE("{_SAMPLES.get(datatype.value, "1")}"^^{datatype}) AS ?kept) WHERE {{}}',
        ("kept",),
    )
    kept = [row[0] for row in run.rows(query)]
    if kept != [datatype]:
        raise PlanRunError(
            f"{where}: the store reads {datatype} as {kept[0] if kept else None}, so that "
            "sh:datatype cannot be checked there; "
            "use xsd:integer with sh:minInclusive and sh:maxInclusive"
        )


_SAMPLES = {XSD + "negativeInteger": "-1", XSD + "nonPositiveInteger": "-1"}
