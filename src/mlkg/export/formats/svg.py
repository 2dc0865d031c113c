"""The table as a picture for a README: cells by symbol and colour, in light and in dark.

Read back: each cell is a `g` of class `cell` with `data-option`, `data-criterion` (IRIs),
`data-state` and `data-text`, the whole text of the cell; its `title` says the same for people. The
element `metadata` holds the origin, see `mlkg.export.origin.from_comment`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from mlkg.export import qr
from mlkg.export.dossier import Dossier, Grid
from mlkg.export.origin import Origin, as_comment
from mlkg.export.part import LEFT_OUT
from mlkg.export.typesetting import lines, shortened, width
from mlkg.export.xml import xml_text
from mlkg.states import State, states
from mlkg.table import Cell, Heading

PAGE = 830
"""Pixels: how wide a README shows a picture. A table of many columns is wider."""

_NARROWEST = 560
"""Pixels: room for a line with the digest."""

_MARGIN, _GAP = 16, 3
_LABEL, _HEADING, _TEXT, _SMALL = 12, 10, 10, 9.5
_LEADING = 12
_ROTATED = 30
"""Degrees that a heading leans from upright where its words do not fit across its column."""

HOLDS_QR = True
_QR = 104

_DRAWN = {
    "✔": "M-5.5 .5 -2 4 5.5 -4.5",
    "✘": "M-4.5 -4.5 4.5 4.5M4.5 -4.5 -4.5 4.5",
}
"""Symbols drawn as lines, since faces show them in colour, differently, or not at all."""

_DISCS = {"●": 'r="3"', "○": 'class="ring" r="2.5"', "·": 'r="1.3"'}
"""Symbols of states drawn as discs, so that they are alike in every face."""


class _Layout(NamedTuple):
    """Where things go: the widths of the first column and the others, and what is above them."""

    stub: float
    column: float
    top: float
    headings: float
    rotated: bool


def study(dossier: Dossier) -> bytes:
    """Return the picture: title, table, legend and origin."""
    grid = dossier.grid()
    layout = _layout(grid)
    across = layout.stub + layout.column * len(grid.across)
    overhang = _overhang(grid) if layout.rotated else 0
    page = max(_NARROWEST, round(2 * _MARGIN + across - _GAP + overhang))
    body: list[str] = []
    body += _headings(grid, layout)
    y = layout.top + layout.headings
    for down, row in zip(grid.down, grid.rows, strict=True):
        drawn = [_fitted(cell, layout.column - _GAP - 4) for cell in row]
        label = lines(down.label, layout.stub - 8, _LABEL, 2)
        height = max(14 + 14 * len(label), 18 + _LEADING * max(1, *map(len, drawn)))
        body += _texts(label, _MARGIN, y + (height - _GAP) / 2, _LABEL, "label")
        for place, (heading, cell) in enumerate(zip(grid.across, row, strict=True)):
            x = _MARGIN + layout.stub + place * layout.column
            pair = (heading, down) if dossier.transposed else (down, heading)
            body += _cell(pair, cell, drawn[place], (x, y, layout.column - _GAP, height - _GAP))
        y += height
    y += 20
    room = page - 2 * _MARGIN - (_QR + _MARGIN if dossier.qr else 0)
    legend, end = _legend(dossier, y, room)
    footer, end = _footer(dossier.origin, end, room)
    if dossier.qr:
        footer += _qr(dossier.qr, page - _MARGIN - _QR, y - 8)
        end = max(end, y + _QR)
    height = round(end + 6)
    return "\n".join([*_head(dossier, page, height), *body, *legend, *footer, "</svg>\n"]).encode()


def _layout(grid: Grid) -> _Layout:
    labels = [width(heading.label, _LABEL) for heading in grid.down]
    stub = min(max([60, *labels]) + 16, 184)
    free = PAGE - 2 * _MARGIN - stub
    column = max(46, min(130, free / max(len(grid.across), 1)))
    room = column - _GAP - 2
    words = (word for heading in grid.across for word in heading.label.split())
    rotated = column < 100 and any(width(word, _HEADING) > room for word in words)
    if rotated:
        longest = max(width(_leaning(heading), _HEADING) for heading in grid.across)
        headings = longest * 0.87 + 16
    else:
        most = [len(lines(heading.label, room, _HEADING, 4)) for heading in grid.across]
        headings = 8 + 13 * max([1, *most])
    return _Layout(stub, column, 62, headings, rotated)


def _leaning(heading: Heading) -> str:
    return shortened(" ".join(heading.label.split()), 150, _HEADING)


def _overhang(grid: Grid) -> float:
    """Return how far a leaning heading reaches beyond its column."""
    return max(width(_leaning(heading), _HEADING) for heading in grid.across) * 0.5


def _head(dossier: Dossier, page: int, height: int) -> Iterator[str]:
    table = dossier.table
    size = f"{len(table.options)} options × {len(table.criteria)} criteria"
    counts = ", ".join(f"{count} {states()[key].label}" for key, count in _totals(dossier))
    title = xml_text(table.title)
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{page}" height="{height}" '
        f'viewBox="0 0 {page} {height}" role="img" aria-labelledby="title desc">'
    )
    yield f'<title id="title">{title}</title>'
    yield f'<desc id="desc">{size}: {counts}.</desc>'
    yield f"<metadata>{as_comment(dossier.origin)}</metadata>"
    yield f"<style>{_style()}</style>"
    yield f'<rect class="page" x=".5" y=".5" width="{page - 1}" height="{height - 1}" rx="6"/>'
    shown = xml_text(shortened(table.title, page - 2 * _MARGIN, 16))
    yield f'<text class="title" x="{_MARGIN}" y="30">{shown}</text>'
    told = f"{size} · {table.start}" if table.start else size
    yield f'<text class="faint" x="{_MARGIN}" y="47">{xml_text(told)}</text>'


def _style() -> str:
    faces = 'system-ui,-apple-system,"Segoe UI",Roboto,Helvetica,Arial,sans-serif'
    light = "".join(_rules(key, state.fill, state.ink) for key, state in states().items())
    dark = "".join(_rules(key, state.dark_fill, state.dark_ink) for key, state in states().items())
    return (
        f"text{{font-family:{faces};font-size:{_TEXT}px}}"
        ".page{fill:#fff;stroke:#d0d7de}"
        ".title{font-size:16px;font-weight:600}.title,.label,.heading{fill:#1f2328}"
        f".label{{font-size:{_LABEL}px}}.heading{{font-size:{_HEADING}px}}"
        f".faint{{font-size:{_SMALL}px;fill:#59636e}}"
        f".symbol{{font-size:{_SMALL}px;font-weight:700}}.middle{{text-anchor:middle}}"
        "path,.ring{fill:none;stroke:currentColor;stroke-width:2;"
        "stroke-linecap:round;stroke-linejoin:round}.ring{stroke-width:1.3}"
        ".qr{fill:#000;stroke:none}.missing rect{stroke:currentColor;stroke-dasharray:3 3}"
        + light
        + "@media "
        "(prefers-color-scheme:dark){.page{fill:#0d1117;stroke:#3d444d}"
        ".title,.label,.heading{fill:#f0f6fc}.faint{fill:#9198a1}" + dark + "}"
    )


def _rules(key: str, fill: str, ink: str) -> str:
    """Return the colours of one state as rules of CSS."""
    return f".{key} rect{{fill:{fill}}}.{key}{{color:{ink};fill:{ink}}}"


def _headings(grid: Grid, layout: _Layout) -> Iterator[str]:
    bottom = layout.top + layout.headings - 8
    for place, heading in enumerate(grid.across):
        x = _MARGIN + layout.stub + place * layout.column + (layout.column - _GAP) / 2
        if layout.rotated:
            yield (
                f'<text class="heading" transform="translate({_n(x)} {_n(bottom)}) '
                f'rotate({_ROTATED - 90})">{xml_text(_leaning(heading))}'
                f"<title>{xml_text(heading.label)}</title></text>"
            )
            continue
        parts = lines(heading.label, layout.column - _GAP - 2, _HEADING, 4)
        for rank, part in enumerate(parts):
            y = bottom - 13 * (len(parts) - 1 - rank)
            yield _text(part, x, y, "heading middle")


def _fitted(cell: Cell, room: float) -> list[str]:
    """Return the lines that a cell shows; a drawn symbol has the first line for itself."""
    symbol = cell.text[:1]
    if symbol in _DRAWN and cell.text[1:2] in ("", " "):
        return [symbol, *lines(cell.text[1:], room, _TEXT, 2)]
    return lines(cell.text, room, _TEXT, 3)


def _cell(
    pair: tuple[Heading, Heading],
    cell: Cell,
    shown: Sequence[str],
    box: tuple[float, float, float, float],
) -> Iterator[str]:
    if cell is LEFT_OUT:
        return
    x, y, wide, high = box
    option, criterion = pair
    yield (
        f'<g class="cell {cell.state}" data-option="{xml_text(option.iri)}" '
        f'data-criterion="{xml_text(criterion.iri)}" data-state="{cell.state}" '
        f'data-text="{xml_text(cell.text)}">'
    )
    full = f"{option.label} × {criterion.label}: {cell.text or 'no claim'} "
    full += f"({states()[cell.state].label})"
    yield f"<title>{xml_text(full)}</title>"
    yield f'<rect x="{_n(x)}" y="{_n(y)}" width="{_n(wide)}" height="{_n(high)}" rx="3"/>'
    middle = x + wide / 2
    top = y + high / 2 + 3 - _LEADING * (len(shown) - 1) / 2  # below the symbol of the state
    for rank, line in enumerate(shown):
        here = top + _LEADING * rank
        if line in _DRAWN:
            yield f'<path transform="translate({_n(middle)} {_n(here)})" d="{_DRAWN[line]}"/>'
        else:
            yield _text(line, middle, here + 3.5, "middle")
    yield _symbol(states()[cell.state], x + wide - 7, y + 7)
    yield "</g>"


def _symbol(state: State, x: float, y: float) -> str:
    """Draw the symbol of a state: discs as shapes, the others as text."""
    if disc := _DISCS.get(state.symbol):
        return f'<circle cx="{_n(x)}" cy="{_n(y)}" {disc}/>'
    return _text(state.symbol, x, y + 3.5, "symbol middle")


def _legend(dossier: Dossier, y: float, most: float) -> tuple[list[str], float]:
    """Return the legend with the states that occur, and the height where it ends."""
    drawn: list[str] = []
    x: float = _MARGIN
    for key, count in _totals(dossier):
        state = states()[key]
        words = f"{state.label} {count}"
        room = 26 + width(words, _TEXT)
        if x + room > _MARGIN + most and x > _MARGIN:
            x, y = _MARGIN, y + 20
        drawn += [
            f'<g class="{key}"><rect x="{_n(x)}" y="{_n(y - 8)}" width="16" height="16" rx="3"/>',
            _symbol(state, x + 8, y),
            "</g>",
            _text(words, x + 22, y + 3.5, "faint"),
        ]
        x += room + 12
    return drawn, y + 26


def _footer(origin: Origin, y: float, most: float) -> tuple[list[str], float]:
    """Return where the picture comes from, for who looks at it, and the height where it ends."""
    parts: list[str] = []
    for name, text in origin.facts():
        if name == "Arguments":
            continue
        fact = f"{name} {text}"
        longer = f"{parts[-1]} · {fact}" if parts else fact
        if parts and 1.15 * width(longer, _SMALL) <= most:
            parts[-1] = longer
        else:
            parts.append(shortened(fact, most, _SMALL))
    drawn = [_text(part, _MARGIN, y + 13 * rank, "faint") for rank, part in enumerate(parts)]
    return drawn, y + 13 * len(parts)


def _qr(address: str, x: float, y: float) -> Iterator[str]:
    """Yield the QR code of an address, black on white with its margin in any colour scheme."""
    rows = qr.rows(address)
    side = len(rows) + 8
    dark = "".join(
        f"M{column + 4} {row + 4}h1v1h-1z"
        for row, modules in enumerate(rows)
        for column, module in enumerate(modules)
        if module
    )
    yield f'<svg x="{_n(x)}" y="{_n(y)}" width="{_QR}" height="{_QR}" viewBox="0 0 {side} {side}">'
    yield f"<title>{xml_text(address)}</title>"
    yield f'<rect width="{side}" height="{side}" fill="#fff"/>'
    yield f'<path class="qr" shape-rendering="crispEdges" d="{dark}"/></svg>'


def _totals(dossier: Dossier) -> list[tuple[str, int]]:
    return list(dossier.table.totals().items())


def _texts(parts: Sequence[str], x: float, middle: float, size: float, role: str) -> Iterator[str]:
    top = middle - 14 * (len(parts) - 1) / 2 + size / 3
    for rank, part in enumerate(parts):
        yield _text(part, x, top + 14 * rank, role)


def _text(text: str, x: float, y: float, role: str) -> str:
    return f'<text class="{role}" x="{_n(x)}" y="{_n(y)}">{xml_text(text)}</text>'


def _n(number: float) -> str:
    """Return a number of pixels with one decimal at most."""
    return f"{number:.1f}".removesuffix(".0")
