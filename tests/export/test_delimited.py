"""CSV and TSV: what programs read back, what spreadsheets must not compute, and the metadata."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples import HOSTILE, SMALL, TANGLED, VALUED, Run

import mlkg
from mlkg import export
from mlkg.export import csvw
from mlkg.export.dossier import dossier
from mlkg.export.guard import guarded, unguarded
from mlkg.export.part import Part
from mlkg.export.settings import Settings

NewStudy = Callable[..., Path]
BARE = Settings(guard=False)


def csv_rows(content: bytes) -> list[list[str]]:
    """Return the records as Python's reader finds them, which follows RFC 4180."""
    return list(csv.reader(io.StringIO(content.decode(), newline=""), strict=True))


@pytest.mark.parametrize(
    "sample", [SMALL, TANGLED, VALUED, HOSTILE], ids=["small", "tangled", "valued", "hostile"]
)
@pytest.mark.parametrize("part", [Part(), Part(transpose=True), Part(states=("supported",))])
def test_cells_come_back(new_study: NewStudy, sample: str, part: Part) -> None:
    """Every heading and cell is read back, with the guard's apostrophes taken off."""
    study = mlkg.load(new_study({"all.ttl": sample}))
    texts = dossier(study, part).grid().texts()
    assert texts == csv_rows(export.export(study, "csv", part, BARE))
    made = csv_rows(export.export(study, "csv", part))
    assert texts == [[unguarded(value) for value in row] for row in made]
    lines = export.export(study, "tsv", part, BARE).decode().removesuffix("\n").split("\n")
    flat = [[" ".join(text.split()) for text in row] for row in texts]
    assert flat == [line.split("\t") for line in lines]


def test_form(new_study: NewStudy) -> None:
    """Records end in CRLF and a value is quoted where a program could divide it (RFC 4180)."""
    study = mlkg.load(new_study({"all.ttl": SMALL.replace("at noon", "noon; =1, or \\n later")}))
    expected = 'Option,Warm,Cheap\r\nSoup,✔,"◐ (noon; =1, or \n later)"\r\nPie,✘,?\r\n'
    assert expected == export.export(study, "csv").decode()
    expected = "Option\tWarm\tCheap\nSoup\t✔\t◐ (noon; =1, or later)\nPie\t✘\t?\n"
    assert expected == export.export(study, "tsv").decode()


@pytest.mark.parametrize(
    "value",
    [
        "=1+1",
        "+cmd",
        "-2+3",
        "@SUM(A1)",
        "\tx",
        "\rx",
        " =1",
        "＝1",
        "-",
        "+",
        "'=1",
        "''@a",
        "-5)",
    ],
)
def test_what_computes_is_guarded(value: str) -> None:
    """What a spreadsheet may take for a formula gets an apostrophe, which can be taken off."""
    assert (f"'{value}", value) == (guarded(value), unguarded(guarded(value)))


@pytest.mark.parametrize("value", ["", "✔", "-5", "+3.50", "-1,000.5", "-1e-3", "-5%", "'x", "a=1"])
def test_what_does_not_compute_is_left(value: str) -> None:
    """Plain numbers, signed ones too, and texts that begin otherwise stay as they are."""
    assert (value, value) == (guarded(value), unguarded(value))


@given(st.text(alphabet="'=+-@\t\r\n 1a,;＝", max_size=6))
def test_the_guard_can_be_taken_off(value: str) -> None:
    """Any value comes back from behind its guard, and nothing guarded begins a formula."""
    assert value == unguarded(guarded(value))
    assert guarded(value)[:1] not in {"=", "@", "\t", "\r", "＝"}


@pytest.mark.parametrize("format", ["csv", "tsv"])
def test_the_guard_is_on(new_study: NewStudy, run: Run, format: str) -> None:
    """Formulas are guarded unless `--no-guard` is given."""
    folder = new_study({"all.ttl": HOSTILE})
    guarded_rows = run("-C", folder, "export", "-f", format).stdout
    bare_rows = run("-C", folder, "export", "-f", format, "--no-guard").stdout
    for start in ("+cmd", "@SUM", "=1+1"):
        assert (f"'{start}" in guarded_rows, f"'{start}" in bare_rows) == (True, False)
    assert guarded_rows.replace("'+", "+").replace("'@", "@") != bare_rows
    assert "-5" in guarded_rows


@pytest.mark.parametrize("format", ["csv", "tsv"])
def test_metadata(new_study: NewStudy, run: Run, format: str) -> None:
    """A file has its columns and its origin beside it, as CSV on the Web; stdout has the table."""
    folder = new_study({"all.ttl": SMALL})
    target = folder / f"a b.{format}"
    args = ("export", "--criterion", "warm", "--transpose", "--repository", "https://git.example/")
    done = run("-C", folder, *args, "-o", target)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    beside = folder / f"a b.{format}-metadata.json"
    assert {"data", target.name, beside.name} == {path.name for path in folder.iterdir()}
    told = json.loads(beside.read_text("utf-8"))
    assert ("http://www.w3.org/ns/csvw", f"a%20b.{format}") == (told["@context"], told["url"])
    assert told["tableSchema"]["columns"] == [
        {
            "name": "heading",
            "titles": "Criterion",
            "propertyUrl": "http://www.w3.org/2000/01/rdf-schema#label",
        },
        {"name": "column_1", "titles": "Soup", "propertyUrl": "https://example.org/soup"},
        {"name": "column_2", "titles": "Pie", "propertyUrl": "https://example.org/pie"},
    ]
    part = Part(criteria=("warm",), transpose=True)
    settings = Settings(repository="https://git.example/")
    assert dossier(mlkg.load(folder), part, settings).origin == csvw.origin_of(told)
    assert done.stdout == run("-C", folder, *args, "-o", target).stdout
    assert target.read_bytes().decode() == run("-C", folder, *args, "-f", format).stdout


def test_metadata_of_a_view(new_study: NewStudy) -> None:
    """The columns of a view are its variables."""
    study = mlkg.load(new_study({"all.ttl": SMALL}))
    files = export.export_view_files(study, "v.csv", "coverage", "csv")
    assert list(files) == ["v.csv-metadata.json", "v.csv"]
    told = json.loads(files["v.csv-metadata.json"])
    names = [column["name"] for column in told["tableSchema"]["columns"]]
    assert csv_rows(files["v.csv"])[0] == names


def test_metadata_that_are_not_ours() -> None:
    """Other metadata tell no origin."""
    for told in ("{}", '{"dc:source": ""}', '{"dc:source": {}, "prov:wasGeneratedBy": {}}'):
        assert csvw.origin_of(json.loads(told)) is None


def test_a_device_has_nothing_beside(run: Run) -> None:
    """Writing to a device writes no metadata."""
    assert run("export", "-o", "/dev/null", "-f", "csv").returncode == 0
    assert not Path("/dev/null-metadata.json").exists()
