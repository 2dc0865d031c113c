"""The workbook, read by another library than wrote it."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from samples import HOSTILE, SMALL, TANGLED, Run

import mlkg
from mlkg import export
from mlkg.errors import OutputError
from mlkg.export.dossier import dossier
from mlkg.export.formats import xlsx
from mlkg.export.part import Part
from mlkg.export.settings import Settings

NewStudy = Callable[..., Path]


def opened(content: bytes) -> Any:
    """Return the workbook with formulas as formulas."""
    return openpyxl.load_workbook(io.BytesIO(content))


def texts(book: Any, sheet: str) -> list[list[str]]:
    """Return the values of a sheet as text."""
    return [
        ["" if value is None else str(value) for value in row]
        for row in book[sheet].iter_rows(values_only=True)
    ]


def by_name(book: Any, sheet: str) -> list[dict[str, str]]:
    """Return the rows of a sheet by the names of its columns, what is empty left out."""
    header, *rows = texts(book, sheet)
    pairs = (zip(header, row, strict=True) for row in rows)
    return [{name: text for name, text in row if text} for row in pairs]


def pairs(book: Any) -> list[tuple[str, str]]:
    """Return the names and values of the sheet Study."""
    return [(row[0], row[1]) for row in texts(book, "Study")]


@pytest.mark.parametrize("sample", [SMALL, TANGLED], ids=["small", "tangled"])
@pytest.mark.parametrize("part", [Part(), Part(transpose=True), Part(states=("supported",))])
def test_cells_come_back(new_study: NewStudy, sample: str, part: Part) -> None:
    """The sheet Table is the grid, text for text."""
    study = mlkg.load(new_study({"all.ttl": sample}))
    book = opened(export.export(study, "xlsx", part))
    assert book.sheetnames == ["Table", "Claims", "Evidence", "Sources", "Study"]
    assert dossier(study, part).grid().texts() == texts(book, "Table")


def test_states_are_seen(new_study: NewStudy) -> None:
    """A cell has its state's colour, and its symbol by the number format; its text is its own."""
    book = opened(export.export(mlkg.load(new_study({"all.ttl": SMALL})), "xlsx"))
    sheet = book["Table"]
    seen = {
        cell.value: (cell.number_format, cell.fill.fgColor.rgb, cell.font.color.rgb)
        for row in sheet["B2:C3"]
        for cell in row
    }
    assert seen == {
        "✔": ('@" ●"', "FFDAFBE1", "FF116329"),
        "◐ (at noon)": ('@" ○"', "FFFFF3C4", "FF6B4800"),
        "✘": ('@" ○"', "FFFFF3C4", "FF6B4800"),
        "?": ('@" ·"', "FFEEF1F4", "FF505A66"),
    }
    assert sheet.freeze_panes == "B2"
    comment = sheet["B2"].comment
    assert comment is not None
    told = "supported:\n– supports ✔ · The menu says so. · https://example.org/menu"
    assert told == comment.text
    assert sheet["C2"].comment is None


def test_sheets_behind_the_table(new_study: NewStudy) -> None:
    """Claims, evidence and sources are sheets with a filter, sources are links."""
    book = opened(export.export(mlkg.load(new_study({"all.ttl": SMALL})), "xlsx"))
    claim, iri = "https://example.org/soup-warm", "https://example.org/e1"
    assert ["Soup", "Warm", "✔", "", "supported", "", "1", claim] == texts(book, "Claims")[1]
    menu = "https://example.org/menu"
    (said,) = by_name(book, "Evidence")
    assert said == {
        **{"Option": "Soup", "Criterion": "Warm", "Direction": "supports", "Indicates": "✔"},
        **{"Counts": "yes", "Finding": "The menu says so.", "Source": menu},
        **{"Claim": claim, "Evidence": iri},
    }
    assert [[menu, "", "vendor page", "", menu]] == texts(book, "Sources")[1:]
    for name, corner in (("Claims", "A1:H5"), ("Evidence", "A1:W2"), ("Sources", "A1:E2")):
        assert (corner, "A2") == (book[name].auto_filter.ref, book[name].freeze_panes)
    link = book["Sources"]["A2"].hyperlink
    assert link is not None
    assert menu == link.target


def test_text_stays_text(new_study: NewStudy) -> None:
    """No text becomes a formula, a number or a link, and none is lost but what is too long."""
    study = mlkg.load(new_study({"all.ttl": HOSTILE}))
    found = dossier(study)
    book = opened(export.export(study, "xlsx"))
    kinds = {
        cell.data_type
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if cell.value is not None
    }
    assert {"s", "n"} == kinds
    numbers = [
        (sheet.title, cell.column_letter)
        for sheet in book
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "n" and cell.value is not None
    ]
    assert {("Claims", "G"), ("Study", "B")} == set(numbers)
    shown = texts(book, "Table")
    assert (shown[1][1], shown[1][2], shown[1][3]) == ("=1+1", "-5", "'=1")
    assert found.table.rows[0][0].text == shown[1][1]
    long = shown[3][1]
    assert (len(long), long.endswith("…")) == (xlsx.TEXT, True)
    assert {"javascript:alert(1)"} & {row[0] for row in texts(book, "Sources")}
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.hyperlink is None or str(cell.hyperlink.target).startswith("https://")
    links = [cell.hyperlink is not None for cell in book["Sources"]["A"]]
    assert links == [False, False, True, False]  # too long, fine, another scheme


def test_the_file_is_xml(new_study: NewStudy) -> None:
    """Every part of the file is well-formed, whatever characters the texts have."""
    from xml.etree import ElementTree

    study = mlkg.load(new_study({"all.ttl": HOSTILE}))
    with zipfile.ZipFile(io.BytesIO(export.export(study, "xlsx"))) as archive:
        for name in archive.namelist():
            ElementTree.fromstring(archive.read(name))  # noqa: S314 - our own file
            assert archive.getinfo(name).date_time == (1980, 1, 1, 0, 0, 0)


def test_origin(new_study: NewStudy) -> None:
    """The sheet Study and the custom properties say where the workbook comes from."""
    study = mlkg.load(new_study({"all.ttl": SMALL}))
    part = Part(criteria=("warm",))
    settings = Settings(repository="https://git.example.org/lunch")
    origin = dossier(study, part, settings).origin
    book = opened(export.export(study, "xlsx", part, settings))
    told = pairs(book)
    for name, text in origin.facts():
        if name != "Arguments":
            assert (name, text) in told
    assert list(origin.arguments) == [text for name, text in told if name == "Argument"]
    properties = {prop.name: prop.value for prop in book.custom_doc_props.props}
    assert {f"mlkg {name.lower()}": text for name, text in origin.facts()} == properties


def test_the_date_can_be_set(new_study: NewStudy, run: Run) -> None:
    """SOURCE_DATE_EPOCH dates the workbook; without it the date is 1980; a wrong one is refused."""
    folder = new_study({"all.ttl": SMALL})
    for told, year in (("", 1980), ("1700000000", 2023)):
        env = {"SOURCE_DATE_EPOCH": told}
        assert run("-C", folder, "export", "-o", folder / "a.xlsx", env=env).returncode == 0
        created = opened((folder / "a.xlsx").read_bytes()).properties.created
        assert created is not None
        assert year == created.year
    refused = run("-C", folder, "export", "-f", "xlsx", env={"SOURCE_DATE_EPOCH": "yesterday"})
    message = "mlkg: SOURCE_DATE_EPOCH: 'yesterday' is no number of seconds\n"
    assert (2, message) == (refused.returncode, refused.stderr)


def test_limits(new_study: NewStudy, monkeypatch: pytest.MonkeyPatch) -> None:
    """Links beyond what a sheet holds are text; a table beyond it is refused with a way out."""
    study = mlkg.load(new_study({"all.ttl": SMALL}))
    monkeypatch.setattr(xlsx, "LINKS", 0)
    book = opened(export.export(study, "xlsx"))
    cell = book["Sources"]["A2"]
    assert (cell.value, cell.hyperlink) == ("https://example.org/menu", None)
    monkeypatch.setattr(xlsx, "COLUMNS", 2)
    with pytest.raises(OutputError, match=r"2 columns, which is too few here; choose --option"):
        export.export(study, "xlsx")


def test_a_view(new_study: NewStudy) -> None:
    """A view has its rows on one sheet and its origin on another."""
    study = mlkg.load(new_study({"all.ttl": TANGLED}))
    book = opened(export.export_view(study, "sources", "xlsx"))
    assert book.sheetnames == ["Rows", "Study"]
    result = study.select("sources")
    expected = [[variable.value for variable in result.variables]]
    expected += [["" if term is None else str(term.value) for term in row] for row in result]
    assert expected == texts(book, "Rows")
    assert ("View", "sources") in pairs(book)
