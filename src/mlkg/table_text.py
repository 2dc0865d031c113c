"""The table of a study for a terminal or a pipe, each cell with the symbol of its state."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from mlkg import text
from mlkg.states import symbols
from mlkg.table import Heading, Table

Paint = Callable[[str, str], str]
"""Given a text and a state (or `heading`, `faint`), returns the text with its colour."""


def render(table: Table, *, width: int | None, paint: Paint) -> str:
    """Return the table with its title, legend and totals.

    With a `width` in terminal columns cells wrap, and columns that still do not fit follow below
    in a further block; without one a row is one line.
    """
    marks = symbols()
    started = f"   began {table.start}" if table.start else ""
    lines = [title_line(table.title, table.options, table.criteria, started, paint), ""]
    cells = [[(cell.text, marks[cell.state], cell.state) for cell in row] for row in table.rows]
    lines += grid(table.options, table.criteria, cells, width, paint)
    totals = table.totals().items()
    lines.append("   ".join(paint(f"{marks[s]} {s} {n}", s) for s, n in totals))
    if unsupported := table.unsupported():
        claims = "1 claim has" if unsupported == 1 else f"{unsupported} claims have"
        lines.append(f"{claims} no sourced evidence for them; list: mlkg query unsupported")
    return "".join(f"{line}\n" for line in lines)


def title_line(
    title: str,
    options: Sequence[Heading],
    criteria: Sequence[Heading],
    more: str,
    paint: Paint,
) -> str:
    """Return the line over a table: its title, its size, and what more there is to say."""
    facts = f"{len(options)} options × {len(criteria)} criteria{more}"
    return f"{paint(title, 'heading')}   {paint(facts, 'faint')}"


def grid(
    options: Sequence[Heading],
    criteria: Sequence[Heading],
    cells: Sequence[Sequence[tuple[str, str, str]]],
    width: int | None,
    paint: Paint,
) -> Iterator[str]:
    """Yield the lines of a table whose cells are a text, a symbol and a role each."""
    glue = " " if width is None else "\u00a0"
    header = ["", *(heading.label for heading in criteria)]
    rows = [
        [option.label, *(f"{words}{glue}{symbol}".strip() for words, symbol, _ in row)]
        for option, row in zip(options, cells, strict=True)
    ]

    def block(chosen: Sequence[int]) -> list[str]:
        def style(row: int, column: int, cell: str) -> str:
            if row == -1 or column == 0:
                return paint(cell, "heading")
            return paint(cell, cells[row][chosen[column - 1]][2])

        pick = [0, *(number + 1 for number in chosen)]
        return text.columns(
            [header[i] for i in pick],
            [[row[i] for i in pick] for row in rows],
            width=width,
            style=style,
        )

    for chosen in _blocks([header, *rows], width):
        yield from [*block(chosen), ""]


def _blocks(cells: Sequence[Sequence[str]], width: int | None) -> list[list[int]]:
    """Divide the criteria into runs whose columns fit beside the options."""
    everything = list(range(len(cells[0]) - 1))
    if width is None:
        return [everything]
    narrow = [max(map(text.longest_word, column)) for column in zip(*cells, strict=True)]
    blocks: list[list[int]] = [[]]
    for number in everything:
        taken = [narrow[0], *(narrow[i + 1] for i in [*blocks[-1], number])]
        if blocks[-1] and sum(taken) + len(text.GAP) * (len(taken) - 1) > width:
            blocks.append([])
        blocks[-1].append(number)
    return blocks
