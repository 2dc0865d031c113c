"""The table as tab-separated values (IANA's text/tab-separated-values)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from mlkg.export.dossier import Dossier
from mlkg.export.listing import Listing


def study(dossier: Dossier) -> bytes:
    """Return the table; a tab or line end in a cell becomes a space."""
    grid = dossier.grid()
    header = [grid.corner, *(heading.label for heading in grid.across)]
    rows = [
        [down.label, *(cell.text for cell in row)]
        for down, row in zip(grid.down, grid.rows, strict=True)
    ]
    return _written([header, *rows])


def view(listing: Listing) -> bytes:
    """Return the rows of a view; a tab or line end in a value becomes a space."""
    return _written([listing.header, *listing.values()])


def _written(rows: Iterable[Sequence[str]]) -> bytes:
    lines = ("\t".join(" ".join(cell.split()) for cell in row) for row in rows)
    return "".join(f"{line}\n" for line in lines).encode()
