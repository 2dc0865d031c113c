"""The table as evidence has it, for a terminal or a pipe."""

from __future__ import annotations

from mlkg.comparison import COMPARISONS, Compared, ComparedTable
from mlkg.table_text import Paint, grid, title_line

_ROLES = {
    "confirmed": "supported",
    "contradicted": "disputed",
    "contested": "suspect",
    "ready": "reconciled",
    "silent": "open",
}
"""The state in whose colour each comparison is printed."""


def render_compared(table: ComparedTable, *, width: int | None, paint: Paint) -> str:
    """Return the table as current evidence has it, differences from what is published marked."""
    lines = [title_line(table.title, table.options, table.criteria, "   by evidence", paint), ""]
    cells = [
        [(_compared(c), COMPARISONS[c.comparison], _ROLES[c.comparison]) for c in row]
        for row in table.rows
    ]
    lines += grid(table.options, table.criteria, cells, width, paint)
    totals = table.totals().items()
    lines.append("   ".join(paint(f"{COMPARISONS[c]} {c} {n}", _ROLES[c]) for c, n in totals))
    for view in ("contradicted", "contested", "ready"):
        if number := table.totals().get(view):
            claims = "1 claim is" if number == 1 else f"{number} claims are"
            lines.append(f"{claims} {view}; list: mlkg query {view}")
    return "".join(f"{line}\n" for line in lines)


def _compared(cell: Compared) -> str:
    """Return what evidence says of a cell, and behind it what is published where that differs."""
    if cell.comparison in {"contradicted", "contested"}:
        return f"{cell.indicated} (published {cell.published})"
    return cell.indicated
