"""The table of a study: options down, criteria across, each cell with its state."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from pyoxigraph import QuerySolutions

STATES: Mapping[str, str] = {
    "supported": "●",
    "unsupported": "○",
    "disputed": "!",
    "reconciled": "~",
    "suspect": "↻",
    "open": "·",
    "missing": "×",
}
"""Every state of a cell with the symbol that stands for it, in the order of legends."""


_COLUMNS = ("option", "criterion", "cell", "state", "supporting", "o", "c", "claim")


class Heading(NamedTuple):
    """An option or a criterion: its label and its IRI."""

    label: str
    iri: str


class Cell(NamedTuple):
    """One cell: what it says, its state (a key of STATES), the IRIs of its claims.

    `supporting` counts the pieces of evidence with a source that support the verdict.
    There is one claim a cell in a sound study, none where the claim is missing.
    """

    text: str
    state: str
    supporting: int
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
        return {state: counts[state] for state in STATES if counts[state]}

    def unsupported(self) -> int:
        """Return how many cells give a verdict other than unknown that nothing sourced supports."""
        return sum(
            cell.supporting == 0 and cell.state not in {"open", "missing"}
            for row in self.rows
            for cell in row
        )


def table_from_rows(cells: QuerySolutions, studies: Iterable[Any]) -> Table:
    """Pivot the solutions of the views `table` and `study` into a Table."""
    study = next(iter(studies), None)
    places = {variable.value: place for place, variable in enumerate(cells.variables)}
    # Looking each term up by name takes longer than all else that is done with a row.
    columns = itemgetter(*(places[name] for name in _COLUMNS))
    options: dict[str, Heading] = {}
    criteria: dict[str, Heading] = {}
    found: dict[tuple[str, str], Cell] = {}
    for row in cells:
        down, across, text, state, supporting, o, c, claim = columns(tuple(row))
        option, criterion = o.value, c.value
        if option not in options:
            options[option] = Heading(down.value, option)
        if criterion not in criteria:
            criteria[criterion] = Heading(across.value, criterion)
        here = Cell(
            _value(text) or "",
            state.value,
            int(_value(supporting) or 0),
            () if claim is None else (claim.value,),
        )
        before = found.get((option, criterion))
        found[option, criterion] = here if before is None else _both(before, here)
    return Table(
        study=_value(study["study"]) if study else None,
        title=(_value(study["title"]) if study else None) or "Untitled study",
        start=_value(study["startDate"]) if study else None,
        licence=_value(study["licence"]) if study else None,
        options=tuple(options.values()),
        criteria=tuple(criteria.values()),
        rows=tuple(tuple(found[o, c] for c in criteria) for o in options),
    )


def _value(term: Any) -> str | None:
    return None if term is None else str(term.value)


def _both(one: Cell, other: Cell) -> Cell:
    """Return the cell of two claims that judge the same option by the same criterion."""
    return Cell(
        f"{one.text} / {other.text}",
        "disputed",
        min(one.supporting, other.supporting),
        (*one.claims, *other.claims),
    )
