"""Text of SPARQL-based constraints: the rules of pre-binding, and joining a set of targets in.

SHACL defines a pre-bound variable by joining its value into every basic graph pattern of the
query (appendix A, Values Insertion). Here a whole set of values is joined instead, so that one
query serves every focus node. That gives the same solutions as long as nothing in the query
looks across solutions of different focus nodes; `per_focus_because` says when that fails.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mlkg.shacl.errors import IllFormedShapesError, UncompilableShapesError
from mlkg.sparql.lexer import Token, deepest_nesting, keywords_in, tokens

if TYPE_CHECKING:
    from collections.abc import Iterator

# Engines parse nested groups and expressions by recursion, and some die of deep ones.
DEEPEST_NESTING = 60

_AGGREGATES = {"COUNT", "SUM", "MIN", "MAX", "AVG", "SAMPLE", "GROUP_CONCAT"}
_OPTIONAL_PREBOUND = {"shapesGraph", "currentShape"}


def _is_mark(token: Token, marks: str) -> bool:
    return token.kind == "symbol" and token.text in marks


def substitute_path(text: str, path: str) -> str:
    """Put a SPARQL property path in the place of `$PATH` (5.2.1), outside strings and comments."""
    pieces, end = [], 0
    for token in tokens(text):
        if token.variable == "PATH":
            pieces += [text[end : token.start], path]
            end = token.end
    return "".join(pieces) + text[end:]


class _Group:
    """One `{ … }` of a query: what it mentions at any depth, and what its first triples bind.

    Only triples before the first nested group or BIND count as binding a variable: OPTIONAL and
    BIND look at what stands before them. `apart` is set where a set of targets cannot be joined
    in: in EXISTS, whose pattern takes its bindings from outside, and in GRAPH, whose pattern
    looks at other data than the targets do.
    """

    def __init__(self, inside: int, apart: str, *, is_exists: bool, is_select: bool) -> None:
        self.inside, self.end = inside, 0
        self.apart, self.is_exists, self.is_select = apart, is_exists, is_select
        self.bound: set[str] = set()
        self.mentioned: set[str] = set()
        self.opened = True

    @property
    def needs_bindings(self) -> bool:
        return not self.is_select and bool(self.mentioned - self.bound)

    @property
    def takes_bindings(self) -> bool:
        return not self.is_select and bool(self.mentioned)


class SparqlText(NamedTuple):
    """A checked query, and the places where bindings for its pre-bound variables go in.

    `per_focus_because` names what keeps one query from serving every focus node, if anything.
    """

    text: str
    kind: str
    head_start: int
    body_start: int
    body_end: int
    inserts: tuple[int, ...]
    per_focus_because: str

    @classmethod
    def read(cls, text: str, kind: str, where: str, prebound: frozenset[str]) -> SparqlText:
        """Check a query against the rules of pre-binding and find where bindings go in.

        Raises `IllFormedShapesError` for what appendix A forbids and `UncompilableShapesError` for
        what this compiler leaves out, each with the name of the construct.
        """
        return _Reader(text, kind, where, prebound).read()

    def with_bindings(self, bindings: str) -> str:
        """Return a SELECT query with a group graph pattern joined in wherever it is needed.

        An ASK query becomes the search for bindings that it does not hold for.
        """
        pieces, end = [f" {bindings} "], self.body_start
        for place in self.inserts:
            pieces += [self.text[end:place], " ", bindings, " "]
            end = place
        body = "".join(pieces) + self.text[end : self.body_end]
        prologue, head = self.text[: self.head_start], self.text[self.head_start : self.body_start]
        if self.kind == "select":
            return prologue + head + body + self.text[self.body_end :]
        return (
            f"{prologue}SELECT DISTINCT ?this ?value WHERE {{ {bindings} OPTIONAL {{ {{ "
            f"SELECT DISTINCT ?this ?value (true AS ?holds) WHERE {{{body}}} }} }} "
            "FILTER(!BOUND(?holds)) }"
        )


class _Reader:
    def __init__(self, text: str, kind: str, where: str, prebound: frozenset[str]) -> None:
        self.text, self.kind, self.where, self.prebound = text, kind, where, prebound
        self.tokens = tokens(text)
        self.because = ""
        self.groups: list[_Group] = []

    def read(self) -> SparqlText:
        self._refuse_by_name()
        head = self._head()
        self._walk(head)
        for index in range(head, len(self.tokens)):
            if self.tokens[index].word == "SELECT":
                self._select(index, is_top=index == head)
        nested = [group for group in self.groups[1:] if group.needs_bindings]
        for group in nested:
            if group.apart and not group.is_exists:
                self.because = self.because or f"a group in {group.apart}"
        if self.because:
            nested = [group for group in self.groups[1:] if group.takes_bindings]
        else:
            nested = [group for group in nested if not group.apart]
        return SparqlText(
            text=self.text,
            kind=self.kind,
            head_start=self.tokens[head].start,
            body_start=self.groups[0].inside,
            body_end=self.groups[0].end,
            inserts=tuple(group.inside for group in nested),
            per_focus_because=self.because,
        )

    def _refuse_by_name(self) -> None:
        previous = Token("symbol", "", 0, 0)
        # First, because what only cannot be compiled may go to another engine.
        if "SERVICE" in keywords_in(self.text):
            raise IllFormedShapesError(
                f"{self.where}: a query with pre-bound variables must not use SERVICE"
            )
        if deepest_nesting(self.text) > DEEPEST_NESTING:
            raise UncompilableShapesError(
                f"{self.where}: its query is nested more than {DEEPEST_NESTING} levels deep"
            )
        for token in self.tokens:
            if token.word in ("MINUS", "VALUES"):
                raise IllFormedShapesError(
                    f"{self.where}: a query with pre-bound variables must not use {token.word}"
                )
            if token.word == "FROM":
                raise UncompilableShapesError(f"{self.where}: FROM is not supported")
            if token.variable in _OPTIONAL_PREBOUND:
                raise UncompilableShapesError(f"{self.where}: ${token.variable} is not supported")
            if previous.word == "AS" and token.variable in self.prebound:
                raise IllFormedShapesError(
                    f"{self.where}: AS ?{token.variable} assigns to a pre-bound variable"
                )
            if token.variable == "PATH":
                raise IllFormedShapesError(f"{self.where}: $PATH stands only in a property shape")
            previous = token

    def _head(self) -> int:
        """Return the index of the SELECT or ASK that opens the query."""
        for index, token in enumerate(self.tokens):
            if token.word == self.kind.upper():
                return index
            if token.word in ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE"):
                break
        raise IllFormedShapesError(
            f"{self.where}: its sh:{self.kind} is not a {self.kind.upper()} query"
        )

    def _walk(self, head: int) -> None:
        """Find the groups, and in each the variables that it mentions and those that it binds."""
        stack: list[_Group] = []
        depths: list[int] = []
        for index in range(head, len(self.tokens)):
            token = self.tokens[index]
            if _is_mark(token, "{"):
                if self.groups and not stack:
                    break
                self._open(index, stack[-1] if stack else None)
                stack.append(self.groups[-1])
                depths.append(0)
            elif _is_mark(token, "}") and stack:
                stack.pop().end = token.start
                depths.pop()
            elif _is_mark(token, "()") and stack:
                depths[-1] += 1 if token.text == "(" else -1
            elif token.word == "BIND" and stack:
                stack[-1].opened = False
            elif token.variable in self.prebound and stack:
                for group in stack:
                    group.mentioned.add(token.variable)
                is_name = self.tokens[index - 1].word == "GRAPH"
                if stack[-1].opened and depths[-1] == 0 and not is_name:
                    stack[-1].bound.add(token.variable)
        if not self.groups or stack:
            raise IllFormedShapesError(f"{self.where}: its braces do not match")

    def _open(self, index: int, parent: _Group | None) -> None:
        following = self.tokens[index + 1].word if index + 1 < len(self.tokens) else ""
        is_exists = self.tokens[index - 1].word == "EXISTS"
        apart = parent.apart if parent else ""
        if self.tokens[index - 2].word == "GRAPH":
            apart = "GRAPH"
        if is_exists:
            apart = "EXISTS"
        elif parent:
            parent.opened = False
        group = _Group(
            self.tokens[index].start + 1,
            apart,
            is_exists=is_exists,
            is_select=following == "SELECT",
        )
        if parent and parent.is_select and not is_exists:
            # A sub-SELECT may use what it returns outside its pattern.
            group.mentioned.update(self.prebound)
        self.groups.append(group)

    def _select(self, start: int, *, is_top: bool) -> None:
        """Check what one SELECT returns, and whether it looks across solutions."""
        projected, grouped, aggregate = self._parts(start)
        what, needed = ("the query", {"this"}) if is_top else ("a sub-SELECT", set(self.prebound))
        if "*" in projected and is_top:
            projected = needed
        if missing := sorted(needed - projected):
            raise IllFormedShapesError(
                f"{self.where}: {what} must return the pre-bound variable ?{missing[0]} by name"
            )
        if aggregate and not ({"this", "value"} & self.prebound) <= grouped:
            self.because = f"{aggregate} without GROUP BY ?this"

    def _parts(self, start: int) -> tuple[set[str], set[str], str]:
        """Return the variables of a SELECT clause, those of its GROUP BY, and an aggregate."""
        projected: set[str] = set()
        grouped: set[str] = set()
        part, aggregate, depth = "SELECT", "", 0
        for token, previous in self._level(start):
            word = token.word
            if _is_mark(token, "()"):
                depth += 1 if token.text == "(" else -1
            elif _is_mark(token, "{"):
                part = "WHERE"
            elif word in ("GROUP", "ORDER", "HAVING", "LIMIT", "OFFSET"):
                part = word
            if word in ("LIMIT", "OFFSET"):
                self.because = word
            elif word in _AGGREGATES or word in ("GROUP", "HAVING"):
                aggregate = aggregate or word
            elif part == "SELECT" and (depth == 0 or previous.word == "AS"):
                projected.add("*" if _is_mark(token, "*") else token.variable)
            elif part == "GROUP" and depth == 0:
                grouped.add(token.variable)
        return projected, grouped, aggregate

    def _level(self, start: int) -> Iterator[tuple[Token, Token]]:
        """Walk one SELECT with each token's forerunner: its head and modifiers, past its body."""
        depth = 0
        for index in range(start + 1, len(self.tokens)):
            token = self.tokens[index]
            if _is_mark(token, "{"):
                if depth == 0:
                    yield token, self.tokens[index - 1]
                depth += 1
            elif _is_mark(token, "}"):
                if depth == 0:
                    return
                depth -= 1
            elif depth == 0:
                yield token, self.tokens[index - 1]
