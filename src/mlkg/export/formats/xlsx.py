"""The study as a workbook: the table in colours, claims, evidence, sources, and the study itself.

Read back: the sheet Table is the grid, each cell its text alone; the symbol of the state is in the
number format, and the state of each claim on the sheet Claims. A cell of one quantity or date is a
number, whose text `mlkg.export.numbers.text_of` gives. Two columns of the sheet Study have
the names and values of the origin, an argument a row; custom properties repeat what fits in them.
"""

from __future__ import annotations

import datetime
import io
import math
import os
from collections.abc import Iterable, Sequence
from typing import Any

from pyoxigraph import NamedNode

from mlkg.errors import OutputError
from mlkg.export import qr
from mlkg.export.dossier import Dossier
from mlkg.export.links import web_address
from mlkg.export.listing import Listing
from mlkg.export.numbers import format_of, number_of
from mlkg.export.origin import Origin
from mlkg.export.part import LEFT_OUT
from mlkg.export.records import Claim, Evidence, bearing, conditions
from mlkg.export.xml import valid_xml
from mlkg.states import states
from mlkg.table import Cell

ROWS, COLUMNS, LINKS, ADDRESS, TEXT, PROPERTY = 1_048_576, 16_384, 65_530, 2_079, 32_767, 255
"""What a sheet, an address, a cell and a property can hold at most (Excel's specifications)."""

HOLDS_QR = True

_COMMENT, _LINK = 1_500, 40
"""Characters of a comment and of an address that one can see at once."""

_EPOCH = datetime.datetime(1980, 1, 1, tzinfo=datetime.UTC)
"""The date of a workbook unless SOURCE_DATE_EPOCH gives one: the first that a zip file knows."""


def study(dossier: Dossier) -> bytes:
    """Return the workbook; raise OutputError for a table that no sheet can hold."""
    book = _Book(dossier.table.title, dossier.origin)
    table, claims, evidence, sources, about = map(
        book.sheet, ("Table", "Claims", "Evidence", "Sources", "Study")
    )
    _table(table, dossier)
    _claims(claims, dossier)
    _evidence(evidence, dossier)
    _sources(sources, dossier)
    _about(about, dossier)
    return book.content()


def view(listing: Listing) -> bytes:
    """Return a workbook with the rows of a view, and where they come from."""
    book = _Book(listing.view, listing.origin)
    rows, about = book.sheet("Rows"), book.sheet("Study")
    rows.header(listing.header)
    values = listing.values()
    for place, (terms, texts) in enumerate(zip(listing.rows, values, strict=True), start=1):
        for column, (term, text) in enumerate(zip(terms, texts, strict=True)):
            rows.put(place, column, text, link=text if isinstance(term, NamedNode) else None)
    rows.finish(len(values))
    facts = [("View", listing.view), ("Summary", listing.summary), *_facts(listing.origin)]
    _pairs(about, facts)
    return book.content()


class _Book:
    """A workbook in memory, with the formats that its sheets share."""

    def __init__(self, title: str, origin: Origin) -> None:
        import xlsxwriter

        self._file = io.BytesIO()
        options = {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_numbers": False,
            "strings_to_urls": False,
        }
        self.book: Any = xlsxwriter.Workbook(self._file, options)
        self.book.set_properties(
            {"title": valid_xml(title)[:PROPERTY], "created": _date().replace(tzinfo=None)}
        )
        for name, text in origin.facts():
            if len(text.encode("utf-16-le")) // 2 <= PROPERTY:
                self.book.set_custom_property(f"mlkg {name.lower()}", valid_xml(text), "text")
        top = {"valign": "top", "text_wrap": True}
        self.plain = self.book.add_format(top)
        self.bold = self.book.add_format({**top, "bold": True})
        self.heading = self.book.add_format(
            {"bold": True, "text_wrap": True, "valign": "bottom", "bottom": 1}
        )
        self.iri = self.book.add_format({"valign": "top"})
        self.count = self.book.add_format({"valign": "top", "align": "center"})
        self.link = self.book.add_format({"valign": "top", "font_color": "#0563C1", "underline": 1})
        self._made: dict[tuple[str, str], Any] = {}

    def of_state(self, key: str, number_format: str | None = None) -> Any:
        """Return the format of cells in a state; `number_format` is for cells that are numbers."""
        state = states()[key]
        number_format = number_format or f'@" {state.symbol}"'
        if (key, number_format) not in self._made:
            self._made[key, number_format] = self.book.add_format(
                {
                    "valign": "top",
                    "text_wrap": True,
                    "bg_color": state.fill,
                    "font_color": state.ink,
                    "border": 1,
                    "border_color": "#FFFFFF" if key != "missing" else state.ink,
                    "num_format": number_format,
                }
            )
        return self._made[key, number_format]

    def sheet(self, name: str) -> _Sheet:
        sheet = self.book.add_worksheet(name)
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)
        return _Sheet(self, sheet)

    def content(self) -> bytes:
        self.book.close()
        return self._file.getvalue()


class _Sheet:
    """A sheet that takes any text as text, and as many links as it can hold."""

    def __init__(self, book: _Book, sheet: Any) -> None:
        self.book, self.sheet = book, sheet
        self.next_row = 0
        self._links = 0
        self._lengths: dict[int, dict[int, list[int]]] = {}

    def header(self, names: Sequence[str]) -> None:
        """Write the first row and keep it in sight."""
        for column, name in enumerate(names):
            self.put(0, column, name, self.book.heading)
        self.sheet.freeze_panes(1, 0)
        self.sheet.repeat_rows(0)

    def put(
        self, row: int, column: int, text: str, form: Any = None, *, link: str | None = None
    ) -> None:
        """Write a text, with a link to an address on the web where `link` is one."""
        self._check(row, column)
        shown = _fitting(text)
        form = form or self.book.plain
        address = _address(link)
        lengths = [len(line) for line in shown.split("\n")]
        if address is not None:
            lengths = [min(sum(lengths), _LINK)]  # not wrapped
        self._lengths.setdefault(row, {})[column] = lengths
        if address is None or self._links >= LINKS:
            self.sheet.write_string(row, column, shown, form)
            return
        self._links += 1
        self.sheet.write_url(row, column, address, self.book.link, string=shown or address)

    def count(self, row: int, column: int, number: int) -> None:
        """Write a number."""
        self._check(row, column)
        self.sheet.write_number(row, column, number, self.book.count)

    def number(
        self, row: int, column: int, number: float | datetime.date, shown: str, form: Any
    ) -> None:
        """Write a number or a date, which is `shown` in its format."""
        self._check(row, column)
        self._lengths.setdefault(row, {})[column] = [len(shown)]
        if isinstance(number, datetime.date):
            self.sheet.write_datetime(row, column, number, form)
        else:
            self.sheet.write_number(row, column, number, form)

    def iri(self, row: int, column: int, iri: str) -> None:
        """Write an IRI on one line."""
        self._check(row, column)
        self.sheet.write_string(row, column, _fitting(iri), self.book.iri)

    def picture(self, row: int, column: int, png: bytes, description: str) -> None:
        """Put a picture over the sheet, with its corner at a cell."""
        told = {"image_data": io.BytesIO(png), "description": description}
        self.sheet.insert_image(row, column, "picture.png", told)

    def fit(self, narrowest: int = 10, widest: int = 48) -> None:
        """Set the widths of the columns, and the heights of rows whose texts need several lines."""
        widths: dict[int, int] = {}
        for cells in self._lengths.values():
            for column, lengths in cells.items():
                wanted = min(max([narrowest, *(length + 3 for length in lengths)]), widest)
                widths[column] = max(widths.get(column, 0), wanted)
        for column, wide in widths.items():
            self.sheet.set_column(column, column, wide)
        for row, cells in self._lengths.items():
            most = max(
                sum(max(1, math.ceil(length * 1.1 / widths[column])) for length in lengths)
                for column, lengths in cells.items()
            )
            if most > 1:
                self.sheet.set_row(row, min(15 * most, 400))

    def _check(self, row: int, column: int) -> None:
        if row >= ROWS or column >= COLUMNS:
            raise OutputError(
                f"a sheet of xlsx holds {ROWS:,} rows and {COLUMNS:,} columns, which is too few "
                "here; choose --option or --criterion, --transpose, or csv"
            )

    def finish(self, rows: int) -> None:
        """Fit columns and rows, and put a filter over `rows` rows under the header."""
        self.fit()
        if rows and self._lengths[0]:
            self.sheet.autofilter(0, 0, rows, max(self._lengths[0]))


def _date() -> datetime.datetime:
    told = os.environ.get("SOURCE_DATE_EPOCH")
    if not told:
        return _EPOCH
    try:
        return datetime.datetime.fromtimestamp(int(told), datetime.UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise OutputError(f"SOURCE_DATE_EPOCH: {told!r} is no number of seconds") from error


def _address(link: str | None) -> str | None:
    address = web_address(link or "")
    return None if address is None or len(address) > ADDRESS else address


def _fitting(text: str, most: int = TEXT) -> str:
    """Return as much of a text as a cell holds, counted in UTF-16, with … for the rest."""
    encoded = text.encode("utf-16-le")
    if len(encoded) <= 2 * most:
        return text
    return encoded[: 2 * (most - 1)].decode("utf-16-le", errors="ignore") + "…"


def _table(sheet: _Sheet, dossier: Dossier) -> None:
    grid = dossier.grid()
    sheet.header([grid.corner, *(heading.label for heading in grid.across)])
    for row, (down, cells) in enumerate(zip(grid.down, grid.rows, strict=True), start=1):
        sheet.put(row, 0, down.label, sheet.book.bold)
        for column, cell in enumerate(cells, start=1):
            if cell is LEFT_OUT:
                continue
            _cell(sheet, row, column, dossier, cell)
            if behind := _behind(dossier, cell):
                sheet.sheet.write_comment(
                    row, column, behind, {"x_scale": 2.5, "y_scale": 2, "author": "mlkg"}
                )
    sheet.fit(12, 24)
    sheet.sheet.freeze_panes(1, 1)


def _cell(sheet: _Sheet, row: int, column: int, dossier: Dossier, cell: Cell) -> None:
    """Write a cell of the table: one quantity or date as a number, all else as text."""
    claims = _claims_of(dossier, cell)
    number = number_of(claims[0]) if [cell.text] == [claim.verdict for claim in claims] else None
    if number is None:
        sheet.put(row, column, cell.text, sheet.book.of_state(cell.state))
        return
    shown = format_of(cell.text, number, states()[cell.state].symbol)
    sheet.number(row, column, number, cell.text, sheet.book.of_state(cell.state, shown))


def _claims_of(dossier: Dossier, cell: Cell) -> list[Claim]:
    return [dossier.claims[iri] for iri in cell.claims if iri in dossier.claims]


def _behind(dossier: Dossier, cell: Cell) -> str:
    """Return what a comment says of a cell, nothing where there is no evidence and no reason."""
    claims = _claims_of(dossier, cell)
    lines = [f"rationale: {reason}" for claim in claims for reason in claim.rationale]
    lines += [_in_short(piece) for claim in claims for piece in claim.evidence]
    whole = valid_xml("\n".join([f"{cell.state}:", *lines]))
    return _fitting(whole, _COMMENT) if lines else ""


def _in_short(piece: Evidence) -> str:
    said = [bearing(piece), *piece.findings]
    said += [f"“{piece.quote}”"] if piece.quote is not None else []
    said += conditions(piece)
    said.append(piece.source.url if piece.source else "no source")
    return "– " + " · ".join([*said, *(told for told in (piece.retrieved, *piece.by) if told)])


def _claims(sheet: _Sheet, dossier: Dossier) -> None:
    sheet.header(
        ["Option", "Criterion", "Verdict", "Qualifier", "State", "Rationale", "Evidence", "Claim"]
    )
    row = 0
    table = dossier.table
    for option, cells in zip(table.options, table.rows, strict=True):
        for criterion, cell in zip(table.criteria, cells, strict=True):
            for claim in _claims_of(dossier, cell):
                row += 1
                told = (option.label, criterion.label, claim.verdict, claim.qualifier or "")
                for column, text in enumerate(told):
                    sheet.put(row, column, text)
                sheet.put(row, 4, cell.state, sheet.book.of_state(cell.state))
                sheet.put(row, 5, "\n".join(claim.rationale))
                sheet.count(row, 6, len(claim.evidence))
                sheet.iri(row, 7, claim.iri)
    sheet.finish(row)


_EVIDENCE = (
    *("Option", "Criterion", "Direction", "Indicates", "Excludes"),
    *("Excludes qualifier", "Counts", "Finding", "Quote"),
    *("Source", "Locator", "Edition", "Retrieved", "Valid from", "Valid until", "Certainty"),
    *("Applies to", "By way of", "Stated under", "By", "Withdrawn", "Claim", "Evidence"),
)


def _evidence(sheet: _Sheet, dossier: Dossier) -> None:
    sheet.header(_EVIDENCE)
    row = 0
    table = dossier.table
    for option, cells in zip(table.options, table.rows, strict=True):
        for criterion, cell in zip(table.criteria, cells, strict=True):
            for claim in _claims_of(dossier, cell):
                for piece in claim.evidence:
                    row += 1
                    told = [option.label, criterion.label, *_told(piece)]
                    for column, text in enumerate(told):
                        link = text if column == _EVIDENCE.index("Source") else None
                        sheet.put(row, column, text, link=link)
                    sheet.iri(row, len(told), claim.iri)
                    sheet.iri(row, len(told) + 1, piece.iri)
    sheet.finish(row)


def _told(piece: Evidence) -> list[str]:
    """Return what a piece of evidence says, in the order of _EVIDENCE."""
    said: list[str | None] = [piece.direction, piece.indicates, piece.excludes]
    said += [
        piece.excludes_qualifier,
        "yes" if piece.current else "no",
        "\n".join(piece.findings),
        piece.quote,
    ]
    said += [piece.source and piece.source.url, piece.locator, piece.edition, piece.retrieved]
    said += [piece.valid_from, piece.valid_until, piece.certainty, ", ".join(piece.applies_to)]
    said += [", ".join(other.label for other in piece.relies_on), piece.stated_under]
    said += [", ".join(piece.by), "yes" if piece.withdrawn == "" else piece.withdrawn]
    return [text or "" for text in said]


def _sources(sheet: _Sheet, dossier: Dossier) -> None:
    sheet.header(["Address", "Title", "Kind", "Publisher", "Source"])
    for row, source in enumerate(dossier.sources, start=1):
        sheet.put(row, 0, source.url, link=source.url)
        told = (source.title or "", source.kind or "", source.publisher or "")
        for column, text in enumerate(told, start=1):
            sheet.put(row, column, text)
        sheet.iri(row, 4, source.iri)
    sheet.finish(len(dossier.sources))


def _about(sheet: _Sheet, dossier: Dossier) -> None:
    table = dossier.table
    about = [
        ("Title", table.title),
        ("Description", dossier.description or ""),
        ("Licence", table.licence or ""),
        ("Start date", table.start or ""),
        ("Options", str(len(table.options))),
        ("Criteria", str(len(table.criteria))),
    ]
    _pairs(sheet, [*((name, text) for name, text in about if text), *_facts(dossier.origin)])
    for row, (state, count) in enumerate(table.totals().items(), start=sheet.next_row):
        sheet.put(row, 0, state, sheet.book.of_state(state))
        sheet.count(row, 1, count)
    if dossier.qr:
        sheet.picture(0, 3, qr.picture(dossier.qr, "png"), dossier.qr)


def _facts(origin: Origin) -> list[tuple[str, str]]:
    told = [(name, text) for name, text in origin.facts() if name != "Arguments"]
    return [*told, *(("Argument", word) for word in origin.arguments)]


def _pairs(sheet: _Sheet, pairs: Iterable[tuple[str, str]]) -> None:
    """Write names and values, a pair a row; there is room for a picture to the right."""
    for row, (name, text) in enumerate(pairs):
        sheet.put(row, 0, name, sheet.book.bold)
        sheet.put(row, 1, text, link=text)
        sheet.next_row = row + 2
    sheet.fit(12, 80)
