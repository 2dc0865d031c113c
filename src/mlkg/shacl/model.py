"""Shapes and their constraints, as plain values (SHACL sections 2 and 4)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from mlkg.shacl.vocabulary import sh

if TYPE_CHECKING:
    from pyoxigraph import Literal, NamedNode

    from mlkg.shacl.paths import Path
    from mlkg.shacl.sparql_constraints import SparqlConstraint
    from mlkg.shacl.vocabulary import Term


@dataclass(frozen=True, slots=True)
class Targets:
    """Where a shape starts: its target declarations (2.1.3), each tuple sorted."""

    nodes: tuple[Term, ...] = ()
    classes: tuple[NamedNode, ...] = ()
    subjects_of: tuple[NamedNode, ...] = ()
    objects_of: tuple[NamedNode, ...] = ()

    def __bool__(self) -> bool:
        """Tell whether there is any target."""
        return bool(self.nodes or self.classes or self.subjects_of or self.objects_of)


@dataclass(frozen=True, slots=True, eq=False)
class Shape:
    """A node shape, or with a path a property shape (2.2, 2.3). A deactivated one is empty."""

    node: Term
    path: Path | None
    severity: NamedNode
    messages: tuple[Literal, ...] = ()
    constraints: tuple[Constraint, ...] = ()
    properties: tuple[Shape, ...] = ()
    targets: Targets = field(default_factory=Targets)


@dataclass(frozen=True, slots=True)
class ClassMembership:
    """sh:class (4.1.1)."""

    cls: NamedNode


@dataclass(frozen=True, slots=True)
class Datatype:
    """sh:datatype (4.1.2)."""

    datatype: NamedNode


@dataclass(frozen=True, slots=True)
class NodeKind:
    """sh:nodeKind (4.1.3); `kinds` are the names of the SPARQL tests one of which must hold."""

    kinds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Count:
    """sh:minCount or sh:maxCount (4.2); `minimum` says which."""

    limit: int
    minimum: bool


@dataclass(frozen=True, slots=True)
class Range:
    """sh:minExclusive and its three siblings (4.3): `value operator bound` must be true."""

    operator: str
    bound: Literal


@dataclass(frozen=True, slots=True)
class Length:
    """sh:minLength or sh:maxLength (4.4.1, 4.4.2); `minimum` says which."""

    limit: int
    minimum: bool


@dataclass(frozen=True, slots=True)
class Pattern:
    """sh:pattern with sh:flags (4.4.3)."""

    regex: str
    flags: str


@dataclass(frozen=True, slots=True)
class LanguageIn:
    """sh:languageIn (4.4.4)."""

    ranges: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class UniqueLang:
    """sh:uniqueLang true (4.4.5)."""


@dataclass(frozen=True, slots=True)
class Equals:
    """sh:equals (4.5.1)."""

    predicate: NamedNode


@dataclass(frozen=True, slots=True)
class Disjoint:
    """sh:disjoint (4.5.2)."""

    predicate: NamedNode


@dataclass(frozen=True, slots=True)
class LessThan:
    """sh:lessThan (4.5.3) with `<`, sh:lessThanOrEquals (4.5.4) with `<=`."""

    predicate: NamedNode
    operator: str


@dataclass(frozen=True, slots=True)
class Logic:
    """sh:not, sh:and, sh:or, sh:xone (4.6) and sh:node (4.7.1): how many shapes must hold.

    A value node violates the constraint unless the number of shapes that it conforms to lies
    in `least` to `most`.
    """

    name: str
    shapes: tuple[Shape, ...]
    least: int
    most: int


@dataclass(frozen=True, slots=True)
class Qualified:
    """sh:qualifiedMinCount or sh:qualifiedMaxCount (4.7.3); `siblings` when disjoint."""

    shape: Shape
    siblings: tuple[Shape, ...]
    limit: int
    minimum: bool


@dataclass(frozen=True, slots=True)
class Closed:
    """sh:closed true (4.8.1) with every property that the shape allows."""

    allowed: tuple[NamedNode, ...]


@dataclass(frozen=True, slots=True)
class HasValue:
    """sh:hasValue (4.8.2)."""

    value: Term


@dataclass(frozen=True, slots=True)
class In:
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
