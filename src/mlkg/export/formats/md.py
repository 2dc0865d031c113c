"""The table in GitHub-flavoured Markdown."""

from __future__ import annotations

from mlkg.export.dossier import Dossier
from mlkg.export.listing import Listing
from mlkg.markdown import markdown_table


def study(dossier: Dossier) -> bytes:
    """Return the table."""
    return fragment(dossier).encode()


def fragment(dossier: Dossier) -> str:
    """Return the table to stand in another document."""
    grid = dossier.grid()
    header = [grid.corner, *(heading.label for heading in grid.across)]
    rows = [
        [down.label, *(cell.text for cell in row)]
        for down, row in zip(grid.down, grid.rows, strict=True)
    ]
    return markdown_table(header, rows)


def view(listing: Listing) -> bytes:
    """Return the rows of a view."""
    return fragment_of_view(listing).encode()


def fragment_of_view(listing: Listing) -> str:
    """Return the rows of a view to stand in another document."""
    return markdown_table(listing.header, listing.texts())
