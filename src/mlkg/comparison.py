"""The table as evidence has it: what each cell indicates, compared with what is published."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from mlkg.table import Heading, pivoted, value_of

if TYPE_CHECKING:
    from pyoxigraph import QuerySolutions

_COLUMNS = ("option", "criterion", "published", "indicated", "comparison", "o", "c", "claim")

COMPARISONS: Mapping[str, str] = {
    "confirmed": "=",
    "contradicted": "≠",
    "contested": "!",
    "ready": "+",
    "silent": "·",
}
"""How evidence and a published answer compare, with the symbol of each, in the order of legends."""


class Compared(NamedTuple):
    """One cell as evidence has it: `comparison` is a key of COMPARISONS.

    `published` is what the claim says, `indicated` what current evidence says, empty for nothing.
    """

    published: str
    indicated: str
    comparison: str
    claims: tuple[str, ...]


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


def compared_table_from_rows(cells: QuerySolutions, studies: Iterable[Any]) -> ComparedTable:
    """Pivot the solutions of the views `table-by-evidence` and `study`."""

    def cell(published: Any, indicated: Any, comparison: Any, claim: Any) -> Compared:
        claims = () if claim is None else (claim.value,)
        return Compared(
            value_of(published) or "", value_of(indicated) or "", comparison.value, claims
        )

    def both(one: Compared, other: Compared) -> Compared:
        return Compared(
            f"{one.published} / {other.published}",
            one.indicated or other.indicated,
            "contested",
            (*one.claims, *other.claims),
        )

    study = next(iter(studies), None)
    title = (value_of(study["title"]) if study else None) or "Untitled study"
    return ComparedTable(title, *pivoted(cells, _COLUMNS, cell, both))
