"""SPARQL text: sets of nodes, scans over their values, and tests of one value."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pyoxigraph import Literal, NamedNode

from mlkg.shacl import model
from mlkg.shacl.paths import Predicate
from mlkg.shacl.values import compile_regex, datatype_test, is_portable, plain_form
from mlkg.shacl.vocabulary import RDF_LANG_STRING, RDF_TYPE, RDFS_SUBCLASS, XSD

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from mlkg.shacl.paths import Path
    from mlkg.terms import Term


# Beyond so many members sh:in becomes a join with a list: a long chain of `||` is slow, and one
# of some ten thousand terms exhausts the stack of an engine that parses by recursion.
LONGEST_TEST = 16


class Query(NamedTuple):
    """One SELECT and the variables to read from its solutions, in this order."""

    text: str
    columns: tuple[str, ...]


class Nodes(NamedTuple):
    """A set of nodes, as graph patterns that bind the variable `name` to each of them.

    Blank nodes cannot be written back into a query, so a set is always described by how its
    members are found, never by listing them. A member may be found more than once.
    """

    text: str
    depth: int = 0

    @property
    def name(self) -> str:
        """The variable without its mark."""
        return f"n{self.depth}"

    @property
    def variable(self) -> str:
        """The variable as a query writes it."""
        return f"?n{self.depth}"

    def step(self, path: Path) -> str:
        """Return the triple pattern from these nodes along a path."""
        return f"{self.variable} {path} ?n{self.depth + 1} ."

    def along(self, path: Path | None) -> Nodes:
        """Return the value nodes of these nodes: themselves when there is no path (3.5).

        A path that may have length zero reaches the node itself even when the data does not
        mention it, which a SPARQL path between two variables would miss.
        """
        if path is None:
            return self
        values = Nodes(f"{self.text} {self.step(path)}", self.depth + 1)
        if not path.nullable:
            return values
        reached = f"?reached{values.depth}"
        return Nodes(
            f"{self.text} OPTIONAL {{ {self.variable} {path} {reached} }} "
            f"BIND(COALESCE({reached}, {self.variable}) AS {values.variable})",
            values.depth,
        )


def targets(found: model.Targets) -> Nodes:
    """Return the target nodes of a shape (2.1.3), each once."""
    ways = []
    if found.nodes:
        ways.append(f"VALUES ?n0 {{ {' '.join(str(node) for node in found.nodes)} }}")
    if found.classes:
        ways.append(_members("?n0", found.classes))
    for iris, pattern in (
        (found.subjects_of, "?n0 {} ?any ."),
        (found.objects_of, "?any {} ?n0 ."),
    ):
        if iris:
            ways.append(_for_each(iris, pattern))
    if len(ways) > 1:
        ways = [" UNION ".join(f"{{ {way} }}" for way in ways)]
    return Nodes(f"{{ SELECT DISTINCT ?n0 WHERE {{ {ways[0]} }} }}")


def _for_each(iris: Sequence[NamedNode], pattern: str) -> str:
    """Return the pattern for any of some IRIs, which takes the place of the braces in it."""
    if len(iris) == 1:
        return pattern.format(iris[0])
    # A UNION of thousands would be slow to plan, and too deep for some engines.
    return f"VALUES ?given {{ {' '.join(str(iri) for iri in iris)} }} {pattern.format('?given')}"


def _members(variable: str, classes: Sequence[NamedNode]) -> str:
    """Return the pattern that binds a variable to the instances of some classes.

    The classes below these are found first, and once, which is faster than going up from each
    node. The limit keeps engines from joining the path with what surrounds it after all: Virtuoso
    7 then follows it for the first of many nodes only.
    """
    pattern = f"?class {RDFS_SUBCLASS}* {{}} ."
    if 1 < len(classes) <= LONGEST_TEST:
        # Virtuoso 7 refuses a path that ends at a variable of VALUES.
        below = " UNION ".join(f"{{ {pattern.format(one)} }}" for one in classes)
    else:
        below = _for_each(classes, pattern)
    found = f"SELECT DISTINCT ?class WHERE {{ {below} }} LIMIT {_MOST_CLASSES}"
    return f"{{ {found} }} {variable} {RDF_TYPE} ?class ."


_MOST_CLASSES = 1_000_000


def some(nodes: Nodes) -> Query:
    """Return the query for one of the nodes: it has no solution where the set is empty."""
    return Query(f"SELECT {nodes.variable} WHERE {{ {nodes.text} }} LIMIT 1", (nodes.name,))


def pairs(nodes: Nodes, path: Path | None) -> Query:
    """Return the query for every focus node with each of its value nodes."""
    values = nodes.along(path)
    names = (nodes.name, values.name)
    variables = " ".join(f"?{name}" for name in dict.fromkeys(names))
    return Query(f"SELECT DISTINCT {variables} WHERE {{ {values.text} }}", names)


def members(nodes: Nodes) -> Query:
    """Return the query for the nodes themselves."""
    return pairs(nodes, None)


class ValueTest(NamedTuple):
    """How one value node breaks a constraint.

    `breaks` is a SPARQL expression, never an error for a bound value, that is true of every
    violating value. `conforms` has the last word on the values that SPARQL alone cannot judge.
    """

    breaks: str
    conforms: Callable[[Term], bool] | None = None


_COMPARED = frozenset({f"{XSD}string", f"{XSD}integer"})
"""Datatypes whose equal values are the same term in every store that keeps values."""


def value_test(constraint: model.Constraint, value: str, where: str) -> ValueTest | None:
    """Return the test of one value that a constraint amounts to, or None when it is not one."""
    match constraint:
        case model.NodeKind(kinds=kinds):
            return ValueTest(f"!({' || '.join(f'{kind}({value})' for kind in kinds)})")
        case model.Datatype(datatype=datatype):
            return _datatype_test(datatype, value)
        case model.Range(operator=operator, bound=bound):
            return ValueTest(f"!COALESCE({value} {operator} {bound}, false)")
        case model.Length(limit=limit, minimum=minimum):
            operator = "<" if minimum else ">"
            return ValueTest(f"isBlank({value}) || STRLEN(STR({value})) {operator} {limit}")
        case model.Pattern(regex=regex, flags=flags):
            return _pattern_test(regex, flags, value, where)
        case model.LanguageIn(ranges=ranges):
            fits = [f"LANGMATCHES(LANG({value}), {Literal(one)})" for one in ranges]
            return ValueTest(f"!isLiteral({value}) || !({' || '.join(fits) or 'false'})")
        case model.In(values=terms) if len(terms) <= LONGEST_TEST:
            return ValueTest(f"!({_is_one_of(value, terms)})")
    return None


def _datatype_test(datatype: NamedNode, value: str) -> ValueTest:
    # Virtuoso 7 has no datatype for a literal with a language, so it is asked for the language.
    if datatype == RDF_LANG_STRING:
        other = f'!isLiteral({value}) || LANG({value}) = ""'
    else:
        other = f'!isLiteral({value}) || LANG({value}) != "" || DATATYPE({value}) != {datatype}'
    plain = plain_form(datatype.value)
    if plain == "":
        return ValueTest(other)
    if plain is None:
        return ValueTest("true", datatype_test(datatype.value))
    return ValueTest(
        f"{other} || !REGEX(STR({value}), {Literal(plain)})", datatype_test(datatype.value)
    )


def _pattern_test(regex: str, flags: str, value: str, where: str) -> ValueTest:
    compiled = compile_regex(regex, flags, where)

    def conforms(term: Term) -> bool:
        return isinstance(term, NamedNode | Literal) and compiled.search(term.value) is not None

    if not is_portable(regex, flags):
        return ValueTest("true", conforms)
    options = f", {Literal(flags)}" if flags else ""
    matches = f"REGEX(STR({value}), {Literal(regex)}{options})"
    return ValueTest(f"isBlank({value}) || !COALESCE({matches}, false)", conforms)


def _is_one_of(value: str, terms: Iterable[Term]) -> str:
    """Test for membership by term: `IN` does so for IRIs, and faster; for literals it does not."""
    terms = list(terms)
    iris = [str(term) for term in terms if isinstance(term, NamedNode)]
    tests = [f"{value} IN ({', '.join(iris)})"] if iris else []
    tests += [_is_term(value, term) for term in terms if not isinstance(term, NamedNode)]
    return " || ".join(tests) or "false"


def _is_term(value: str, term: Term) -> str:
    """Test for being a term that is no IRI.

    Virtuoso 7 takes no two equal strings or integers of a graph and of a query for the same term.
    """
    if not isinstance(term, Literal) or term.datatype.value not in _COMPARED:
        return f"sameTerm({value}, {term})"
    typed = f"DATATYPE({value}) = {term.datatype}"
    return f'(isLiteral({value}) && LANG({value}) = "" && {typed} && {value} = {term})'


class ViolationQuery(NamedTuple):
    """A query whose every solution is a violation, the focus node in its first column."""

    query: Query
    value_at: int | None = None
    path_at: int | None = None


def violations(
    constraint: model.Constraint, nodes: Nodes, path: Path | None
) -> list[ViolationQuery]:
    """Return the queries that find the violations of a constraint and nothing else.

    Empty for a constraint that needs more than that: a test of each value, or other shapes.
    """
    focus, values = nodes, nodes.along(path)
    value_at: int | None = 1
    match constraint:
        case model.ClassMembership(cls=cls):
            wanted = _members(values.variable, (cls,))
            if isinstance(path, Predicate):
                variables = f"{focus.variable} {values.variable}"
                found = f"SELECT {variables} WHERE {{ {_gap(nodes.step(path), wanted)} }}"
                body = f"{nodes.text} {{ {found} }}"
            else:
                body = _gap(values.text, wanted)
        case model.In(values=terms) if len(terms) > LONGEST_TEST:
            listed = " ".join(f"({term} true)" for term in terms)
            body = (
                f"{values.text} OPTIONAL {{ VALUES ({values.variable} ?found) {{ {listed} }} }} "
                "FILTER(!BOUND(?found))"
            )
        case model.HasValue(value=value):
            value_at = None
            if path is None:
                body = f"{nodes.text} FILTER(!({_is_one_of(nodes.variable, (value,))}))"
            else:
                body = _gap(nodes.text, f"{nodes.variable} {path} {value} .")
        case model.Disjoint(predicate=predicate):
            body = f"{values.text} {focus.variable} {predicate} {values.variable} ."
        case model.Equals(predicate=predicate):
            missing = _gap(values.text, f"{focus.variable} {predicate} {values.variable} .")
            other = f"{nodes.text} {nodes.variable} {predicate} ?other ."
            if path is None:
                extra = f"{other} FILTER(!sameTerm({nodes.variable}, ?other))"
            else:
                extra = _gap(other, f"{nodes.variable} {path} ?other .")
            return [
                ViolationQuery(_select((focus.name, values.name), missing), 1),
                ViolationQuery(_select((focus.name, "other"), extra), 1),
            ]
        case model.LessThan(predicate=predicate, operator=operator):
            body = (
                f"{values.text} {focus.variable} {predicate} ?other . "
                f"FILTER(!COALESCE({values.variable} {operator} ?other, false))"
            )
            return [ViolationQuery(_select((focus.name, values.name, "other"), body), 1)]
        case model.Closed(allowed=allowed):
            among = ", ".join(str(one) for one in allowed)
            other = f"FILTER(?property NOT IN ({among}))" if allowed else ""
            body = f"{values.text} {values.variable} ?property ?other . {other}"
            return [ViolationQuery(_select((focus.name, "other", "property"), body), 1, 2)]
        case model.Count(limit=limit, minimum=minimum):
            if minimum and limit <= 1:
                return []
            return [ViolationQuery(_count(nodes, path, limit, minimum=minimum))]
        case model.UniqueLang():
            tagged = f'BIND(LCASE(LANG({values.variable})) AS ?language) FILTER(?language != "")'
            repeated = f"HAVING (COUNT(DISTINCT {values.variable}) > 1)"
            return [ViolationQuery(_grouped(nodes, path, tagged, " ?language", repeated))]
        case _:
            return []
    return [ViolationQuery(_select((focus.name, values.name), body), value_at)]


def _select(names: tuple[str, ...], body: str) -> Query:
    variables = " ".join(f"?{name}" for name in dict.fromkeys(names))
    return Query(f"SELECT DISTINCT {variables} WHERE {{ {body} }}", names)


def _gap(found: str, wanted: str) -> str:
    """Return the pattern for what is found without what is wanted."""
    return f"{found} OPTIONAL {{ {wanted} BIND(true AS ?found) }} FILTER(!BOUND(?found))"


def _count(nodes: Nodes, path: Path | None, limit: int, *, minimum: bool) -> Query:
    counted = f"COUNT(DISTINCT {nodes.along(path).variable})"
    if not minimum:
        return _grouped(nodes, path, "", "", f"HAVING ({counted} > {limit})")
    body = nodes.along(path).text
    if path is not None and not path.nullable:
        body = f"{nodes.text} OPTIONAL {{ {nodes.step(path)} }}"
    text = (
        f"SELECT {nodes.variable} WHERE {{ {body} }} GROUP BY {nodes.variable} "
        f"HAVING ({counted} < {limit})"
    )
    return Query(text, (nodes.name,))


def _grouped(nodes: Nodes, path: Path | None, more: str, key: str, having: str) -> Query:
    """Return the query for the nodes with a group of values that `having` holds for.

    The values of a plain property are grouped before it is asked whose they are: groups that hold
    are rare, so that few nodes have to be looked for among `nodes`.
    """
    by = f"GROUP BY {nodes.variable}{key} {having}"
    if isinstance(path, Predicate):
        grouped = f"SELECT {nodes.variable} WHERE {{ {nodes.step(path)} {more} }} {by}"
        return _select((nodes.name,), f"{nodes.text} {{ {grouped} }}")
    return Query(
        f"SELECT {nodes.variable} WHERE {{ {nodes.along(path).text} {more} }} {by}", (nodes.name,)
    )


def scan(nodes: Nodes, path: Path | None, tests: list[ValueTest], *, gaps: bool) -> Query:
    """Return one query for the values that break any of some tests, with a flag for each test.

    With `gaps` it also returns the focus nodes that have no value, with the value unbound.
    """
    values = nodes.along(path)
    expressions = [test.breaks for test in tests]
    body = values.text
    wrong = expressions
    if gaps and path is not None:
        body = f"{nodes.text} OPTIONAL {{ {nodes.step(path)} }}"
        wrong = [f"!BOUND({values.variable})", *expressions]
    names = (nodes.name, values.name)
    variables = [f"?{name}" for name in dict.fromkeys(names)]
    flags: tuple[str, ...] = ()
    if len(tests) > 1:
        flags = tuple(f"breaks{index}" for index in range(len(tests)))
        # 1 and 0 are the same everywhere; a boolean in a result is an integer to Virtuoso 7.
        variables += [
            f"(IF({one}, 1, 0) AS ?{flag})" for one, flag in zip(expressions, flags, strict=True)
        ]
    condition = "" if "true" in wrong else f" FILTER({' || '.join(wrong)})"
    return Query(
        f"SELECT DISTINCT {' '.join(variables)} WHERE {{ {body}{condition} }}", names + flags
    )


def this_bindings(nodes: Nodes, path: Path | None, *, with_value: bool) -> str:
    """Return the sub-SELECT that binds `$this`, with value nodes also `$value`."""
    if not with_value:
        return f"{{ SELECT DISTINCT ({nodes.variable} AS ?this) WHERE {{ {nodes.text} }} }}"
    values = nodes.along(path)
    return (
        f"{{ SELECT DISTINCT ({nodes.variable} AS ?this) ({values.variable} AS ?value) "
        f"WHERE {{ {values.text} }} }}"
    )


def listed_bindings(names: tuple[str, ...], terms: tuple[Term, ...]) -> str:
    """Return the VALUES block that binds some variables once; blank nodes cannot be listed."""
    variables = " ".join(f"?{name}" for name in names)
    return f"VALUES ({variables}) {{ ({' '.join(str(term) for term in terms)}) }}"
