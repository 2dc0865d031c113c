"""The table in GitHub-flavoured Markdown, with a footnote to each cell that has evidence.

Read back: the first table of the file is the grid, its first column the headings down; a cell is
its text as `mlkg.markdown.escape` writes it, then `[^ANCHOR]` where the cell has a footnote. The
footnote's first line ends in the state. The origin is in the comment that ends the file.
"""

from __future__ import annotations

from collections.abc import Iterator

from mlkg.export.dossier import Dossier, Grid
from mlkg.export.links import web_address
from mlkg.export.listing import Listing
from mlkg.export.origin import Origin, as_comment
from mlkg.export.records import Evidence, Source, bearing, conditions
from mlkg.markdown import escape, escape_paragraph, link, markdown_table, table_of_markup
from mlkg.table import Cell

SETTINGS = ("footnotes",)


def study(dossier: Dossier) -> bytes:
    """Return title, description, table, footnotes and origin."""
    table = dossier.table
    above = [f"# {_heading(table.title)}\n"]
    if dossier.description:
        above.append(f"{escape_paragraph(dossier.description)}\n")
    return "\n".join([*above, fragment(dossier), *_origin(dossier.origin, table.title)]).encode()


def view(listing: Listing) -> bytes:
    """Return the rows of a view, its summary above and its origin below."""
    above = f"{escape_paragraph(listing.summary)}\n"
    body = [above, fragment_of_view(listing), *_origin(listing.origin, None)]
    return "\n".join(body).encode()


def fragment(dossier: Dossier) -> str:
    """Return the table with its footnotes, to stand in another document."""
    grid = dossier.grid()
    noted = _notes(dossier, grid) if dossier.settings.footnotes else {}
    header = [grid.corner, *(escape(heading.label) for heading in grid.across)]
    rows = []
    for down, cells in zip(grid.down, grid.rows, strict=True):
        anchors = [dossier.anchor(down, across) for across in grid.across]
        marks = [f"[^{anchor}]" if anchor in noted else "" for anchor in anchors]
        texts = [escape(cell.text) + mark for cell, mark in zip(cells, marks, strict=True)]
        rows.append([escape(down.label), *texts])
    table = table_of_markup(header, rows)
    if not noted:
        return table
    lead = "\nA cell without a footnote has no evidence.\n\n"
    return table + lead + "\n".join(f"[^{anchor}]: {note}" for anchor, note in noted.items())


def fragment_of_view(listing: Listing) -> str:
    """Return the rows of a view to stand in another document."""
    return markdown_table(listing.header, listing.texts())


def _heading(title: str) -> str:
    """Return a title for a heading, where number signs at the end would be taken off."""
    escaped = escape(title)
    return f"{escaped[:-1]}\\#" if escaped.endswith("#") else escaped


def _notes(dossier: Dossier, grid: Grid) -> dict[str, str]:
    """Return the footnote of each cell that has one, by its anchor, in the order of the table."""
    notes = {}
    for down, cells in zip(grid.down, grid.rows, strict=True):
        for across, cell in zip(grid.across, cells, strict=True):
            if lines := list(_lines(dossier, cell)):
                option, criterion = (across, down) if dossier.transposed else (down, across)
                cell_name = f"{escape(option.label)} × {escape(criterion.label)}"
                first = f"**{cell_name}:** {escape(cell.text)}, {cell.state}\n\n"
                body = "".join(f"    - {line}\n" for line in lines)
                notes[dossier.anchor(down, across)] = first + body
    return notes


def _lines(dossier: Dossier, cell: Cell) -> Iterator[str]:
    """Yield what stands behind a cell: a line a reason, a line a piece of evidence."""
    for iri in cell.claims:
        claim = dossier.claims.get(iri)
        if claim is None:
            continue
        for reason in claim.rationale:
            yield f"rationale: {escape(reason)}"
        for piece in claim.evidence:
            yield _evidence(piece)


def _evidence(piece: Evidence) -> str:
    parts = [escape(bearing(piece))]
    parts += [escape(finding) for finding in piece.findings]
    if piece.quote is not None:
        parts.append(f"“{escape(piece.quote)}”")
    parts += [escape(condition) for condition in conditions(piece)]
    parts.append("no source" if piece.source is None else _source(piece.source))
    parts += [escape(told) for told in (piece.retrieved, *piece.by) if told]
    return " · ".join(part for part in parts if part)


def _source(source: Source) -> str:
    address = web_address(source.url)
    shown = source.title or source.url
    named = escape(shown) if address is None else link(shown, address)
    return ", ".join([named, *(escape(told) for told in (source.publisher, source.kind) if told)])


def _origin(origin: Origin, title: str | None) -> Iterator[str]:
    """Yield the line that says where the export comes from, and the same for programs."""
    name = title or origin.study or "Untitled study"
    address = web_address(origin.repository or "") or web_address(origin.study or "")
    parts = [f"From {escape(name) if address is None else link(name, address)}"]
    if origin.study is not None and title is not None:
        parts.append(f"study {escape(origin.study)}")
    if origin.repository is not None:
        parts.append(f"repository {escape(origin.repository)}")
    if origin.revision is not None:
        parts.append(f"revision `{origin.revision[:12]}`")
    parts.append(f"digest `sha256:{origin.digest}`")
    yield f"{', '.join(parts)}.\n"
    yield origin_comment(origin)


def origin_comment(origin: Origin) -> str:
    """Return the origin as a line that readers do not see."""
    return f"<!-- {as_comment(origin)} -->\n"
