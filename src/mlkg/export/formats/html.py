"""The study as one page: the table, and behind each cell what it rests on.

What a program can read from the page of a study, and rely on:

- `<meta name="mlkg:study">`, `mlkg:digest`, `mlkg:repository` and `mlkg:revision` hold the origin,
  each left out where nobody told. `mlkg:arguments` has the words of the command line, quoted for a
  shell: `shlex.split` gives them back.
- `<table id="matrix">` has a row of `<th scope="col">`, and in each further row `<th scope="row">`
  first; headings bear `data-option` or `data-criterion`, the IRI. Cells are `<td data-option
  data-criterion data-state>`; in each the one element of class `cell-text` holds the text of the
  cell and nothing else. A cell that is not part of the export is an empty `<td>` without any of it.
- `<article class="record" id="ANCHOR" data-option data-criterion data-state>` holds the evidence of
  a cell; in it `<section class="claim" data-claim>` is a claim and `<li class="evidence"
  data-evidence>` a piece of evidence, with the IRIs of these.
- `<li data-source>` in `<section id="sources">` is a source.
- Records and sources can be within `<noscript>`, see MANY; nothing else is.

The page of a view has `<table id="rows">`: a `<th>` a variable, cells `<td data-value>` with the
IRI or text in full, empty where the row has no value.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from mlkg.explain.reason import reason
from mlkg.export.dossier import Dossier
from mlkg.export.links import web_address
from mlkg.export.listing import Listing
from mlkg.export.page import render
from mlkg.export.records import Claim, Evidence, Source
from mlkg.states import State, states
from mlkg.table import Cell, Heading

DIRECTIONS = {"supports": "+", "disputes": "−", "inconclusive": "±"}
"""Each direction of evidence with the sign that stands for it."""

HOLDS_QR = True

MANY = 1500
"""From this number of cells on, a browser that runs the script reads only what is in view.

Sources and evidence then stand in `<noscript>` elements, which such a browser takes for plain text;
the script makes elements of those that come into view. Without the script they are elements.
"""


class Record(NamedTuple):
    """A cell with what stands behind it; `text` is `cell.text`, or says that there is none."""

    anchor: str
    option: Heading
    criterion: Heading
    cell: Cell
    reason: str
    claims: tuple[Claim, ...]

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """All evidence about the cell."""
        return tuple(piece for claim in self.claims for piece in claim.evidence)

    @property
    def disputing(self) -> tuple[Evidence, ...]:
        """The evidence that makes the cell disputed."""
        return tuple(piece for claim in self.claims for piece in claim.disputing())

    @property
    def supporting(self) -> int:
        """How many current pieces of evidence with a source support the cell."""
        return sum(claim.counts.supporting for claim in self.claims)


class Row(NamedTuple):
    """A row of the grid; None is a cell that is not part of the export."""

    heading: Heading
    records: tuple[Record | None, ...]

    def supported(self) -> int:
        """Return how many cells current, sourced evidence supports as their policy requires."""
        return sum(record.cell.support == "supported" for record in self.present())

    def partly(self) -> int:
        """Return how many cells are weak, or are supported by absence alone."""
        return sum(record.cell.support in {"weak", "by-absence"} for record in self.present())

    def present(self) -> tuple[Record, ...]:
        """Return the records of the cells that are part of the export."""
        return tuple(record for record in self.records if record is not None)


class Value(NamedTuple):
    """One value of a view: for people, in full, its kind and its language, if it has one."""

    text: str
    full: str
    kind: str | None
    language: str | None


def study(dossier: Dossier) -> bytes:
    """Return the page of a study."""
    grid = dossier.grid()
    rows = [
        Row(
            down,
            tuple(
                _record(dossier, down, across, cell)
                for across, cell in zip(grid.across, cells, strict=True)
            ),
        )
        for down, cells in zip(grid.down, grid.rows, strict=True)
    ]
    records = [record for row in rows for record in row.present()]
    columns = [
        Row(heading, tuple(row.records[i] for row in rows)) for i, heading in enumerate(grid.across)
    ]
    return render(
        "study.html",
        script=True,
        origin=dossier.origin,
        words=shlex.join(dossier.origin.arguments),
        dossier=dossier,
        is_part=not {"--option", "--criterion", "--state"}.isdisjoint(dossier.origin.arguments),
        table=dossier.table,
        totals=dossier.table.totals(),
        grid=grid,
        rows=rows,
        columns=columns,
        records=records,
        supported=sum(row.supported() for row in rows),
        spans=list(_spans(dossier.table.totals())),
        partly=sum(row.partly() for row in rows),
        disputed=[r for r in records if r.cell.state == "disputed"],
        others=_others(records),
        unanswered=_unanswered(records),
        unsupported=[(row.heading, found) for row in rows if (found := _unsupported(row))],
        resting=_resting(dossier.sources, records),
        keys=_keys(dossier),
        by_iri={(r.option.iri, r.criterion.iri): r.anchor for r in records},
        states=states(),
        signs=DIRECTIONS,
        qr=_qr(dossier),
        many=len(records) > MANY,
    )


def view(listing: Listing) -> bytes:
    """Return the page of a view."""
    from pyoxigraph import Literal, NamedNode

    def kind(term: object) -> str | None:
        if isinstance(term, NamedNode):
            return "iri"
        numeric = isinstance(term, Literal) and term.value.lstrip("-").replace(".", "", 1).isdigit()
        return "number" if numeric else None

    rows = [
        [
            Value(
                full if text == f"<{full}>" else text,
                full,
                kind(term),
                getattr(term, "language", None),
            )
            for term, text, full in zip(terms, texts, values, strict=True)
        ]
        for terms, texts, values in zip(
            listing.rows, listing.texts(), listing.values(), strict=True
        )
    ]
    return render(
        "view.html",
        origin=listing.origin,
        words=shlex.join(listing.origin.arguments),
        listing=listing,
        many=False,
        rows=rows,
    )


def _record(dossier: Dossier, down: Heading, across: Heading, cell: Cell) -> Record | None:
    if not cell.state:
        return None
    option, criterion = (across, down) if dossier.transposed else (down, across)
    claims = tuple(dossier.claims[iri] for iri in cell.claims if iri in dossier.claims)
    return Record(
        dossier.anchor(down, across), option, criterion, cell, _reason(cell, claims), claims
    )


def _reason(cell: Cell, claims: tuple[Claim, ...]) -> str:
    if not claims:
        return "no claim gives this cell a verdict"
    if len(claims) > 1:
        return f"{len(claims)} claims give this cell a verdict"
    return reason(cell.state, claims[0].verdict, claims[0].counts, claims[0].around)


def _unanswered(records: list[Record]) -> list[State]:
    """Return the states of the cells in which there is nothing to support."""
    found = {record.cell.state for record in records if record.cell.support is None}
    return [state for key, state in states().items() if key in found]


def _others(records: list[Record]) -> list[tuple[State, list[Record]]]:
    """Return the cells to look at in states that have no list of their own, by state."""
    listed = (state for state in states().values() if state.key not in _NOT_LISTED)
    found = [(state, [r for r in records if r.cell.state == state.key]) for state in listed]
    return [(state, cells) for state, cells in found if cells]


_NOT_LISTED = {"supported", "disputed", "unsupported", "open", "not-applicable", "not-assessed"}
"""The states that need no look, and those that have a list of their own."""


def _unsupported(row: Row) -> list[Record]:
    """Return the cells of a row that `mlkg.table.Table.unsupported` counts."""
    return [record for record in row.present() if record.cell.support == "unsupported"]


def _resting(
    sources: tuple[Source, ...], records: list[Record]
) -> list[tuple[Source, list[tuple[str, bool, Record]]]]:
    """Return each source with the evidence that names it: direction, whether it counts, cell."""
    found: dict[str, dict[tuple[str, bool, str], Record]] = {source.iri: {} for source in sources}
    for record in records:
        for piece in record.evidence:
            if piece.source is not None:
                key = (piece.direction, piece.current, record.anchor)
                found[piece.source.iri].setdefault(key, record)
    return [
        (source, [(way, current, cell) for (way, current, _), cell in found[source.iri].items()])
        for source in sources
    ]


def _keys(dossier: Dossier) -> Mapping[str, str]:
    """Return the part of an anchor that stands for an option or a criterion, by IRI."""
    keys: dict[str, str] = {}
    for (option, criterion), anchor in dossier.anchors.items():
        keys[option], _, keys[criterion] = anchor.partition(".")
    return keys


def _spans(totals: Mapping[str, int]) -> Iterator[tuple[str, float, float]]:
    """Divide a bar of 100 units by state; yield state, start and width."""
    whole, done = sum(totals.values()) or 1, 0
    for state, number in totals.items():
        yield state, round(100 * done / whole, 3), round(100 * number / whole, 3)
        done += number


def _qr(dossier: Dossier) -> tuple[str, object] | None:
    """Return what leads to the study at its repository: the address and a picture of its QR code.

    A page has it whenever the study names a repository. Raises OutputError when it was asked for
    and there is none.
    """
    repository = dossier.origin.repository
    if dossier.qr is None and (repository is None or web_address(repository) is None):
        return None
    from markupsafe import Markup

    from mlkg.export.qr import address, svg

    target = dossier.qr or address(dossier.origin)
    return target, Markup(svg(target))  # noqa: S704 - drawn by segno, holds no text
