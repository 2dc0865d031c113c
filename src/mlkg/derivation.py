"""Derived facts: which there are, which a query needs, and in which order they are computed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from functools import cache, cached_property

from mlkg.errors import HeaderError
from mlkg.resources import built_in_folder
from mlkg.stored import Derivation, derivations


class Facts:
    """The derived facts of a study, by the queries in `queries/derive` that give them."""

    def __init__(self, derivations: Mapping[str, Derivation]) -> None:
        """Take the queries by name; raise HeaderError when some need one another in a circle."""
        self._derivations = derivations
        givers: dict[str, set[str]] = {}
        for name, derivation in derivations.items():
            for predicate in derivation.predicates:
                givers.setdefault(predicate, set()).add(name)
        self._givers = givers
        self._needs = {
            name: sorted(self._giving(derivation.reads)) for name, derivation in derivations.items()
        }
        self._order = tuple(self._sorted())

    @cached_property
    def predicates(self) -> frozenset[str]:
        """The IRIs of all derived facts."""
        return frozenset(self._givers)

    def needed_by(self, query: str, prefixes: Mapping[str, str]) -> tuple[Derivation, ...]:
        """Return what a query needs: the facts that it names, and all that these need, in order.

        A query that may read any property needs all: one with a variable as predicate, a negated
        property set, or DESCRIBE.
        """
        from mlkg.sparql.mentions import mentioned

        return self.giving(mentioned(query, prefixes))

    def giving(
        self,
        iris: Collection[str] | None,
        stated: Callable[[str], bool] = lambda _: True,
    ) -> tuple[Derivation, ...]:
        """Return what gives the facts among `iris`, and all that these need, in order.

        None stands for all facts. `stated` tells whether the data state a property: a query that
        needs one of several, of which they state none, gives nothing, and is left out together
        with what only it needs.
        """
        wanted = self._derivations.keys() if iris is None else self._giving(iris)
        chosen = set(self._closure(wanted, stated))
        return tuple(self._derivations[name] for name in self._order if name in chosen)

    def _sorted(self) -> Iterator[str]:
        """Yield the names so that each comes behind those it needs."""
        done: set[str] = set()

        def visit(name: str, path: tuple[str, ...]) -> Iterator[str]:
            if name in path:
                circle = " → ".join([*path[path.index(name) :], name])
                raise HeaderError(f"derived facts need one another in a circle: {circle}")
            if name not in done:
                for other in self._needs[name]:
                    yield from visit(other, (*path, name))
                done.add(name)
                yield name

        for name in self._needs:
            yield from visit(name, ())

    def _giving(self, iris: Collection[str]) -> set[str]:
        return {name for iri in self._givers.keys() & set(iris) for name in self._givers[iri]}

    def _closure(self, names: Collection[str], stated: Callable[[str], bool]) -> Iterator[str]:
        waiting, seen = list(names), set(names)
        while waiting:
            name = waiting.pop()
            when = self._derivations[name].when
            if when and not any(map(stated, when)):
                continue
            yield name
            new = set(self._needs[name]) - seen
            seen |= new
            waiting += new


@cache
def own_facts() -> Facts:
    """Return the derived facts that come with mlkg."""
    return Facts(derivations([built_in_folder() / "queries"]))


NO_FACTS = Facts({})
"""For stores of triples that are no study."""
