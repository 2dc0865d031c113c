"""The table of a study: options down, criteria across, each cell with its state."""

# Without "from __future__ import annotations": as text, each field of a NamedTuple is compiled at
# import, which every command would wait for.

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import itemgetter
from typing import Any, NamedTuple, TypeVar

from pyoxigraph import QuerySolutions

from mlkg.states import states

_COLUMNS = ("option", "criterion", "cell", "state", "support", "o", "c", "claim")


class Heading(NamedTuple):
    """An option or a criterion: its label and its IRI."""

    label: str
    iri: str


class Cell(NamedTuple):
    """One cell: what it says, its state (a key of `mlkg.states.states`), the IRIs of its claims.

    `support` is how sourced evidence supports it, a key of the same; None where nothing is to be
    supported: the claim is open, not applicable, not assessed or missing.
    A sound study has one claim for each cell.
    """

    text: str
    state: str
    support: str | None
    claims: tuple[str, ...]


class Table(NamedTuple):
    """A study's table; `rows[i][j]` is the cell of `options[i]` under `criteria[j]`."""

    study: str | None
    title: str
    start: str | None
    licence: str | None
    options: tuple[Heading, ...]
    criteria: tuple[Heading, ...]
    rows: tuple[tuple[Cell, ...], ...]

    def totals(self) -> Mapping[str, int]:
        """Return how many cells are in each state, states that no cell is in left out."""
        counts = Counter(cell.state for row in self.rows for cell in row)
        return {state: counts[state] for state in states() if counts[state]}

    def unsupported(self) -> int:
        """Return how many cells have an answer that no current, sourced evidence supports."""
        return sum(cell.support == "unsupported" for row in self.rows for cell in row)


def table_from_rows(cells: QuerySolutions, studies: Iterable[Any]) -> Table:
    """Pivot the solutions of the views `table` and `study` into a Table."""

    def cell(text: Any, state: Any, support: Any, claim: Any) -> Cell:
        claims = () if claim is None else (claim.value,)
        return Cell(value_of(text) or "", state.value, value_of(support), claims)

    study = next(iter(studies), None)
    options, criteria, rows = pivoted(cells, _COLUMNS, cell, _both)
    return Table(
        study=value_of(study["study"]) if study else None,
        title=(value_of(study["title"]) if study else None) or "Untitled study",
        start=value_of(study["startDate"]) if study else None,
        licence=value_of(study["licence"]) if study else None,
        options=options,
        criteria=criteria,
        rows=rows,
    )


_C = TypeVar("_C")


def pivoted(
    cells: QuerySolutions,
    names: Sequence[str],
    cell: Callable[[Any, Any, Any, Any], _C],
    both: Callable[[_C, _C], _C],
) -> tuple[tuple[Heading, ...], tuple[Heading, ...], tuple[tuple[_C, ...], ...]]:
    """Return headings down and across, and the rows of what `cell` makes of each solution.

    `both` joins what several solutions give for one cell.
    """
    places = {variable.value: place for place, variable in enumerate(cells.variables)}
    # Looking each term up by name takes longer than all else that is done with a row.
    columns = itemgetter(*(places[name] for name in names))
    options: dict[str, Heading] = {}
    criteria: dict[str, Heading] = {}
    found: dict[tuple[str, str], _C] = {}
    for row in cells:
        down, across, first, second, third, o, c, claim = columns(tuple(row))
        option, criterion = o.value, c.value
        if option not in options:
            options[option] = Heading(down.value, option)
        if criterion not in criteria:
            criteria[criterion] = Heading(across.value, criterion)
        here = cell(first, second, third, claim)
        before = found.get((option, criterion))
        found[option, criterion] = here if before is None else both(before, here)
    rows = tuple(tuple(found[o, c] for c in criteria) for o in options)
    return tuple(options.values()), tuple(criteria.values()), rows


def value_of(term: Any) -> str | None:
    """Return the IRI or the text of a term, None for none."""
    return None if term is None else str(term.value)


def _both(one: Cell, other: Cell) -> Cell:
    """Return the cell of two claims that judge the same option by the same criterion."""
    supports = {one.support, other.support}
    return Cell(
        f"{one.text} / {other.text}",
        "disputed",
        "unsupported" if "unsupported" in supports else one.support or other.support,
        (*one.claims, *other.claims),
    )
