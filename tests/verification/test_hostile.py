"""Files that nobody vouches for: bombs, entities, ambiguities and nonsense end in one sentence."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

import mlkg
from mlkg import verification
from mlkg.errors import MlkgError
from mlkg.export import export
from mlkg.verification import ALTERED, exported, formats, verify
from mlkg.verification.past import Past
from mlkg.verification.readers import xlsx
from mlkg.verification.reading import ReadingError

DOCTYPE = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
FILE_ENTITY = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>'


@pytest.fixture(scope="module")
def past(study: mlkg.Study) -> Past:
    """The real study without a history."""
    return Past(study, None)


def workbook(parts: dict[str, bytes]) -> bytes:
    """Return a zip file."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
    return out.getvalue()


def test_every_format_can_be_verified() -> None:
    """There is a reader for each format that has cells of its own."""
    from mlkg.export import format_names

    assert set(format_names()) - set(formats()) == set()


@pytest.mark.parametrize("format", list(formats()))
@pytest.mark.parametrize(
    "content", [b"", b"\x00\xff\xfe", b"<<<", b"{" * 100_000, b"[" * 100_000, "é✔\n".encode() * 99]
)
def test_nonsense_is_refused(format: str, content: bytes, past: Past, tmp_path: Path) -> None:
    """Bytes that are no export are altered or an error of mlkg's own, never a traceback."""
    path = tmp_path / f"file.{format}"
    path.write_bytes(content)
    try:
        status = verify(path, past).status
    except MlkgError:
        return
    assert status in {ALTERED, verification.UNDECIDED}


@pytest.mark.parametrize("declared", [DOCTYPE, FILE_ENTITY])
@pytest.mark.parametrize("format", ["svg", "rdfxml"])
def test_entities_are_refused(
    format: str, declared: str, study: mlkg.Study, past: Past, tmp_path: Path
) -> None:
    """A document type is refused before anything expands or opens what it names."""
    content = export(study, format).decode()
    declaration, end, rest = content.partition("?>") if format == "rdfxml" else ("", "", content)
    path = tmp_path / f"file.{format}"
    path.write_text(f"{declaration}{end}{declared}{rest}", "utf-8")
    with pytest.raises(ReadingError, match="document type"):
        verify(path, past)
    path.write_bytes(f"{declared}{rest}".encode("utf-16"))
    with pytest.raises(ReadingError, match=r"document type|no XML"):
        verify(path, past)


def test_an_encoding_that_hides_a_type(study: mlkg.Study, past: Past, tmp_path: Path) -> None:
    """A declared encoding in which a document type does not look like one is refused."""
    path = tmp_path / "file.svg"
    declared = b'<?xml version="1.0" encoding="cp037"?>'
    path.write_bytes(declared + (DOCTYPE + "<svg/>").encode("cp037"))
    with pytest.raises(ReadingError, match="an encoding that mlkg does not write"):
        verify(path, past)


def test_a_zip_bomb_is_refused(past: Past, tmp_path: Path) -> None:
    """A workbook that unpacks to more than any of mlkg's is not unpacked."""
    path = tmp_path / "bomb.xlsx"
    path.write_bytes(workbook({"xl/worksheets/sheet1.xml": b"0" * (xlsx.UNPACKED + 1)}))
    assert path.stat().st_size < 2**20
    with pytest.raises(ReadingError, match="unpacks to more"):
        verify(path, past)
    path.write_bytes(workbook({f"xl/{n}.xml": b"" for n in range(xlsx.PARTS + 1)}))
    with pytest.raises(ReadingError, match="unpacks to more"):
        verify(path, past)


def test_a_workbook_with_entities_is_refused(study: mlkg.Study, past: Past, tmp_path: Path) -> None:
    """A part of a workbook with a document type is refused, wherever its declaration stands."""
    parts = {}
    with zipfile.ZipFile(io.BytesIO(export(study, "xlsx"))) as packed:
        for name in packed.namelist():
            parts[name] = packed.read(name)
    name = "xl/sharedStrings.xml"
    declaration, end, rest = parts[name].partition(b"?>")
    parts[name] = declaration + end + b" " * 10_000 + DOCTYPE.encode() + rest
    path = tmp_path / "entities.xlsx"
    path.write_bytes(workbook(parts))
    with pytest.raises(ReadingError, match="document type"):
        verify(path, past)


def test_a_file_too_large(past: Past, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file larger than the limit is not read."""
    monkeypatch.setattr(exported, "LARGEST", 1000)
    path = tmp_path / "large.csv"
    path.write_bytes(b"x" * 1001)
    with pytest.raises(MlkgError, match="is larger than"):
        verify(path, past)


def test_a_member_twice_is_ambiguous(study: mlkg.Study, past: Past, tmp_path: Path) -> None:
    """JSON that says two things under one name is refused: readers differ on which they take."""
    path = tmp_path / "twice.json"
    content = export(study, "json").decode()
    path.write_text(content.replace('"text": "✔"', '"text": "✘", "text": "✔"', 1), "utf-8")
    with pytest.raises(ReadingError, match="'text' is there twice"):
        verify(path, past)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ('["--endpoint", "https://example.org/"]', "does not have: --endpoint"),
        ('["-o", "/etc/passwd"]', "does not have: -o"),
        ('["--option"]', "break off after --option"),
        ('["--option", "nobody"]', "no option is called nobody"),
        ('["--view", "nothing"]', "no view or rule is called nothing"),
    ],
)
def test_arguments_are_no_commands(
    words: str, message: str, study: mlkg.Study, past: Past, tmp_path: Path
) -> None:
    """Words that a file names choose a part and a view; others are refused by name."""
    path = tmp_path / "words.json"
    content = export(study, "json").decode()
    path.write_text(content.replace('"arguments": []', f'"arguments": {words}', 1), "utf-8")
    with pytest.raises(MlkgError, match=message):
        verify(path, past)


def test_a_duplicated_table(study: mlkg.Study, past: Past, tmp_path: Path) -> None:
    """A second table above or below the honest one is found."""
    path = tmp_path / "double.md"
    content = export(study, "md").decode()
    for edited in (content + content, "| a | b |\n| - | - |\n| c | ✔ |\n\n" + content):
        path.write_text(edited, "utf-8")
        assert verify(path, past).status == ALTERED


def test_a_hidden_sheet_and_row(study: mlkg.Study, past: Past, tmp_path: Path) -> None:
    """A sheet, a row or a column that is hidden, and one that is added, are found."""
    import openpyxl

    content = export(study, "xlsx")
    path = tmp_path / "hidden.xlsx"
    for place in range(5):
        book = openpyxl.load_workbook(io.BytesIO(content))
        if place == 0:
            book["Evidence"].sheet_state = "hidden"
        elif place == 1:
            book["Table"].row_dimensions[3].hidden = True
        elif place == 2:
            book["Table"].column_dimensions["C"].hidden = True
        elif place == 3:
            book.create_sheet("Table 2")["A1"] = "✔"
        else:
            book["Table"]["B2"] = "=1+1"
        book.save(path)
        assert verify(path, past).status == ALTERED


def test_a_workbook_saved_by_another_program(study: mlkg.Study, past: Past, tmp_path: Path) -> None:
    """What another program saves is current as long as it says the same."""
    import openpyxl

    path = tmp_path / "saved.xlsx"
    openpyxl.load_workbook(io.BytesIO(export(study, "xlsx"))).save(path)
    result = verify(path, past)
    assert (result.status, result.differences) == (verification.CURRENT, ())


def test_triples_written_by_another_program(study: mlkg.Study, past: Past, tmp_path: Path) -> None:
    """Triples in another order and layout, without the note, are current, and a note says so."""
    import rdflib

    path = tmp_path / "again.ttl"
    graph = rdflib.Graph().parse(data=export(study, "ttl"), format="turtle")
    path.write_text(graph.serialize(format="turtle"), "utf-8")
    result = verify(path, past)
    assert (result.status, result.differences) == (verification.CURRENT, ())
    assert result.notes == ("it does not say what it was made from, as an export of mlkg does",)


def test_a_picture_drawn_otherwise(study: mlkg.Study, past: Past, tmp_path: Path) -> None:
    """A picture that shows another mark than its text says is found."""
    path = tmp_path / "drawn.svg"
    content = export(study, "svg").decode()
    tick, cross = "M-5.5 .5 -2 4 5.5 -4.5", "M-4.5 -4.5 4.5 4.5M4.5 -4.5 -4.5 4.5"
    assert tick in content
    path.write_text(content.replace(tick, cross, 1), "utf-8")
    result = verify(path, past)
    assert result.status == ALTERED
    assert len({(d.option, d.criterion) for d in result.differences}) == 1


def test_macros_redefined(study: mlkg.Study, past: Past, tmp_path: Path) -> None:
    """LaTeX that prints another verdict by another definition of a command is found."""
    path = tmp_path / "macros.tex"
    content = export(study, "tex").decode()
    path.write_text(content.replace("#2~", "yes~", 1), "utf-8")
    assert verify(path, past).status == ALTERED
