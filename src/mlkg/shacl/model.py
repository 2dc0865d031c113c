"""Shapes and their constraints, as plain values (SHACL sections 2 and 4)."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from mlkg.shacl.vocabulary import sh

if TYPE_CHECKING:
    from pyoxigraph import Literal, NamedNode

    from mlkg.shacl.paths import Path
    from mlkg.shacl.sparql_constraints import SparqlConstraint
    from mlkg.terms import Term


class Targets(NamedTuple):
    """Where a shape starts: its target declarations (2.1.3), each tuple sorted."""

    nodes: tuple[Term, ...] = ()
    classes: tuple[NamedNode, ...] = ()
    subjects_of: tuple[NamedNode, ...] = ()
    objects_of: tuple[NamedNode, ...] = ()

    def __bool__(self) -> bool:
        """Tell whether there is any target."""
        return bool(self.nodes or self.classes or self.subjects_of or self.objects_of)


class Shape(NamedTuple):
    """A node shape, or with a path a property shape (2.2, 2.3). A deactivated one is empty."""

    node: Term
    path: Path | None
    severity: NamedNode
    messages: tuple[Literal, ...] = ()
    constraints: tuple[Constraint, ...] = ()
    properties: tuple[Shape, ...] = ()
    targets: Targets = Targets()


class ClassMembership(NamedTuple):
    """sh:class (4.1.1)."""

    cls: NamedNode


class Datatype(NamedTuple):
    """sh:datatype (4.1.2)."""

    datatype: NamedNode


class NodeKind(NamedTuple):
    """sh:nodeKind (4.1.3); `kinds` are the names of the SPARQL tests one of which must hold."""

    kinds: tuple[str, ...]


class Count(NamedTuple):
    """sh:minCount or sh:maxCount (4.2); `minimum` says which."""

    limit: int
    minimum: bool


class Range(NamedTuple):
    """sh:minExclusive and its three siblings (4.3): `value operator bound` must be true."""

    operator: str
    bound: Literal


class Length(NamedTuple):
    """sh:minLength or sh:maxLength (4.4.1, 4.4.2); `minimum` says which."""

    limit: int
    minimum: bool


class Pattern(NamedTuple):
    """sh:pattern with sh:flags (4.4.3)."""

    regex: str
    flags: str


class LanguageIn(NamedTuple):
    """sh:languageIn (4.4.4)."""

    ranges: tuple[str, ...]


class UniqueLang(NamedTuple):
    """sh:uniqueLang true (4.4.5)."""


class Equals(NamedTuple):
    """sh:equals (4.5.1)."""

    predicate: NamedNode


class Disjoint(NamedTuple):
    """sh:disjoint (4.5.2)."""

    predicate: NamedNode


class LessThan(NamedTuple):
    """sh:lessThan (4.5.3) with `<`, sh:lessThanOrEquals (4.5.4) with `<=`."""

    predicate: NamedNode
    operator: str


class Logic(NamedTuple):
    """sh:not, sh:and, sh:or, sh:xone (4.6) and sh:node (4.7.1): how many shapes must hold.

    A value node violates the constraint unless the number of shapes that it conforms to lies
    in `least` to `most`.
    """

    name: str
    shapes: tuple[Shape, ...]
    least: int
    most: int


class Qualified(NamedTuple):
    """sh:qualifiedMinCount or sh:qualifiedMaxCount (4.7.3); `siblings` when disjoint."""

    shape: Shape
    siblings: tuple[Shape, ...]
    limit: int
    minimum: bool


class Closed(NamedTuple):
    """sh:closed true (4.8.1) with every property that the shape allows."""

    allowed: tuple[NamedNode, ...]


class HasValue(NamedTuple):
    """sh:hasValue (4.8.2)."""

    value: Term


class In(NamedTuple):
    """sh:in (4.8.3)."""

    values: tuple[Term, ...]


Constraint: TypeAlias = (
    "ClassMembership | Datatype | NodeKind | Count | Range | Length | Pattern | LanguageIn"
    " | UniqueLang | Equals | Disjoint | LessThan | Logic | Qualified | Closed | HasValue | In"
    " | SparqlConstraint"
)

_RANGES = {
    ">": "MinExclusive",
    ">=": "MinInclusive",
    "<": "MaxExclusive",
    "<=": "MaxInclusive",
}


def component(constraint: Constraint) -> NamedNode:
    """Return the IRI of the constraint component that a constraint is declared by (4)."""
    match constraint:
        case ClassMembership():
            name = "Class"
        case Count(minimum=minimum):
            name = "MinCount" if minimum else "MaxCount"
        case Length(minimum=minimum):
            name = "MinLength" if minimum else "MaxLength"
        case Range(operator=operator):
            name = _RANGES[operator]
        case LessThan(operator=operator):
            name = "LessThan" if operator == "<" else "LessThanOrEquals"
        case Logic(name=given):
            name = given
        case Qualified(minimum=minimum):
            name = "QualifiedMinCount" if minimum else "QualifiedMaxCount"
        case (
            Datatype()
            | NodeKind()
            | Pattern()
            | LanguageIn()
            | UniqueLang()
            | Equals()
            | Disjoint()
            | Closed()
            | HasValue()
            | In()
        ):
            name = type(constraint).__name__
        case _:
            return constraint.component
    return sh(name + "ConstraintComponent")
