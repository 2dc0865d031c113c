"""The table of a study: options down, criteria across, each cell with its state."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from mlkg.states import states

if TYPE_CHECKING:
    from pyoxigraph import QuerySolutions

_COLUMNS = ("option", "criterion", "cell", "state", "support", "o", "c", "claim")
_COMPARED = ("option", "criterion", "published", "indicated", "comparison", "o", "c", "claim")

COMPARISONS: Mapping[str, str] = {
    "confirmed": "=",
    "contradicted": "≠",
    "contested": "!",
    "ready": "+",
    "silent": "·",
}
"""How evidence and a published answer compare, with the symbol of each, in the order of legends."""


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


class Compared(NamedTuple):
    """One cell as evidence has it: `comparison` is a key of COMPARISONS.

    `published` is what the claim says, `indicated` what current evidence says, empty for nothing.
    """

    published: str
    indicated: str
    comparison: str
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


class ComparedTable(NamedTuple):
    """The table as evidence has it; `rows[i][j]` is the cell of `options[i]`, `criteria[j]`."""

    title: str
    options: tuple[Heading, ...]
    criteria: tuple[Heading, ...]
    rows: tuple[tuple[Compared, ...], ...]

    def totals(self) -> Mapping[str, int]:
        """Return how many cells compare in each way, ways that no cell has left out."""
        counts = Counter(cell.comparison for row in self.rows for cell in row)
        return {way: counts[way] for way in COMPARISONS if counts[way]}


def table_from_rows(cells: QuerySolutions, studies: Iterable[Any]) -> Table:
    """Pivot the solutions of the views `table` and `study` into a Table."""

    def cell(text: Any, state: Any, support: Any, claim: Any) -> Cell:
        claims = () if claim is None else (claim.value,)
        return Cell(_value(text) or "", state.value, _value(support), claims)

    study = next(iter(studies), None)
    options, criteria, rows = _pivoted(cells, _COLUMNS, cell, _both)
    return Table(
        study=_value(study["study"]) if study else None,
        title=(_value(study["title"]) if study else None) or "Untitled study",
        start=_value(study["startDate"]) if study else None,
        licence=_value(study["licence"]) if study else None,
        options=options,
        criteria=criteria,
        rows=rows,
    )


def compared_table_from_rows(cells: QuerySolutions, studies: Iterable[Any]) -> ComparedTable:
    """Pivot the solutions of the views `table-by-evidence` and `study`."""

    def cell(published: Any, indicated: Any, comparison: Any, claim: Any) -> Compared:
        claims = () if claim is None else (claim.value,)
        return Compared(_value(published) or "", _value(indicated) or "", comparison.value, claims)

    def both(one: Compared, other: Compared) -> Compared:
        return Compared(
            f"{one.published} / {other.published}",
            one.indicated or other.indicated,
            "contested",
            (*one.claims, *other.claims),
        )

    study = next(iter(studies), None)
    title = (_value(study["title"]) if study else None) or "Untitled study"
    return ComparedTable(title, *_pivoted(cells, _COMPARED, cell, both))


_C = TypeVar("_C")


def _pivoted(
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


def _value(term: Any) -> str | None:
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
