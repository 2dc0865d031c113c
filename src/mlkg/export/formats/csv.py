"""The table as comma-separated values (RFC 4180)."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from io import StringIO

from mlkg.export.dossier import Dossier
from mlkg.export.listing import Listing


def study(dossier: Dossier) -> bytes:
    """Return the table."""
    grid = dossier.grid()
    header = [grid.corner, *(heading.label for heading in grid.across)]
    rows = [
        [down.label, *(cell.text for cell in row)]
        for down, row in zip(grid.down, grid.rows, strict=True)
    ]
    return _written([header, *rows])


def view(listing: Listing) -> bytes:
    """Return the rows of a view."""
    return _written([listing.header, *listing.values()])


def _written(rows: Iterable[Sequence[str]]) -> bytes:
    out = StringIO(newline="")
    csv.writer(out).writerows(rows)
    return out.getvalue().encode()
