"""Values on every kind of scale, and what evidence says of them, in every format."""

from __future__ import annotations

import csv
import datetime
import io
import json
import re
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from samples import PREFIXES, SMALL, VALUED

import mlkg
from mlkg import export
from mlkg.export import csvw
from mlkg.export.details import Value
from mlkg.export.dossier import dossier
from mlkg.export.numbers import format_of, number_of, shown, text_of
from mlkg.export.part import Part
from mlkg.export.records import Claim, Evidence, bearing, conditions
from mlkg.export.settings import Settings
from mlkg.table import Heading
from mlkg.verification import ALTERED, CURRENT, verify
from mlkg.verification.past import Past

XSD = "http://www.w3.org/2001/XMLSchema#"
ROWS = [
    ["Option", "Warm", "Cheap", "Wait", "Stars", "Since", "Recipe", "Heat", "Vegan", "Crust"],
    ["Soup", "✔", "◐ (at noon)", "5 min", "75000 stars", "2024-03-01", "Apache-2.0, MIT", "hot",
     "✘", "n/a"],
    ["Pie", "✘", "?", "12.5 min", "?", "2020-01-01", "GPL-3.0, MIT", "hot", "✘",
     "✔ (on Sundays)"],
    ["Stew", "✔", "", "90 min", "?", "–", "CC0-1.0", "lukewarm", "n/a", "✔ (Freezer)"],
]  # fmt: skip


@pytest.fixture(scope="module")
def valued(tmp_path_factory: pytest.TempPathFactory) -> mlkg.Study:
    """The study with every kind of scale."""
    return loaded(tmp_path_factory.mktemp("valued"), VALUED)


def loaded(folder: Path, text: str) -> mlkg.Study:
    """Return a study of one file."""
    (folder / "data").mkdir()
    (folder / "data" / "all.ttl").write_text(PREFIXES + text, "utf-8")
    return mlkg.load(folder)


def test_text_formats(valued: mlkg.Study) -> None:
    """CSV, TSV and Markdown have the answers as the table prints them."""
    read = csv.reader(io.StringIO(export.export(valued, "csv").decode(), newline=""))
    assert list(read) == ROWS
    lines = export.export(valued, "tsv").decode().splitlines()
    assert [line.split("\t") for line in lines] == ROWS
    bare = export.export(valued, "md", settings=Settings(footnotes=False)).decode()
    table = [line for line in bare.splitlines() if line.startswith("| ")]
    cells = [[cell.strip().replace("\\", "") for cell in line.split("|")[1:-1]] for line in table]
    assert [cells[0], *cells[2:]] == ROWS


def test_json(valued: mlkg.Study) -> None:
    """Claims have the text of the answer, and either values or verdicts."""
    document = json.loads(export.export(valued, "json"))
    assert document["version"] == 2
    claims = {claim["iri"].rpartition("/")[2]: claim for claim in document["claims"]}
    told = {
        name: (claims[name]["verdict"], claims[name]["values"], claims[name]["verdicts"])
        for name in ("pie-wait", "soup-stars", "soup-since", "soup-recipe", "pie-stars")
    }

    def value(text: str, datatype: str, unit: str | None) -> dict[str, Any]:
        return {"value": text, "datatype": XSD + datatype, "unit": unit}

    minute = "http://qudt.org/vocab/unit/MIN"
    assert told == {
        "pie-wait": ("12.5 min", [value("12.5", "decimal", minute)], []),
        "soup-stars": ("75000 stars", [value("75000", "integer", "stars")], []),
        "soup-since": ("2024-03-01", [value("2024-03-01", "date", None)], []),
        "soup-recipe": (
            "Apache-2.0, MIT",
            [value("Apache-2.0", "string", None), value("MIT", "string", None)],
            [],
        ),
        "pie-stars": ("?", [], ["https://w3id.org/mlkg/ns#unknown"]),
    }
    assert claims["pie-wait"]["despite"] == ["https://example.org/wait-2"]


def test_evidence_in_json(valued: mlkg.Study) -> None:
    """A piece of evidence has all that is recorded of it, and whether it counts."""
    document = json.loads(export.export(valued, "json"))
    pieces = {piece["iri"].rpartition("/")[2]: piece for piece in document["evidence"]}
    assert pieces["stars-1"] == {
        "iri": "https://example.org/stars-1",
        "claim": "https://example.org/soup-stars",
        "direction": "supports",
        "current": True,
        "indicates": "75000 stars",
        "excludes": None,
        "excludesQualifier": None,
        "findings": [],
        "quote": None,
        "source": "https://example.org/shop",
        "locator": "Ratings",
        "edition": "2024",
        "reliesOn": [],
        "statedUnder": None,
        "appliesTo": ["the large bowl"],
        "certainty": "moderate",
        "validFrom": None,
        "validUntil": None,
        "withdrawn": None,
        "retrieved": "2024-05-01",
        "by": ["Ann"],
    }
    names = ("direction", "current", "indicates", "excludes", "excludesQualifier", "withdrawn")
    found = {
        iri: tuple(pieces[iri][name] for name in names)
        for iri in ("wait-1", "wait-4", "since-2", "heat-2", "heat-4", "crust-2", "stars-2")
    }
    assert found == {
        "wait-1": ("supports", True, "300 s", None, None, None),
        "wait-4": ("disputes", True, None, "above 1 h", None, None),
        "since-2": ("supports", False, "2020-01-01", None, None, "It was another pie."),
        "heat-2": ("supports", False, "hot", None, None, None),
        "heat-4": ("disputes", True, None, "above cold", None, None),
        "crust-2": ("disputes", True, None, None, "on Sundays", None),
        "stars-2": ("inconclusive", True, "120 stars", None, None, None),
    }
    assert (pieces["since-1"]["validFrom"], pieces["since-1"]["validUntil"]) == (
        "2024-03-01",
        "2024-06-01",
    )


LINES = {
    "soup.wait": ["supports 300 s"],
    "soup.stars": [
        "supports 75000 stars · at “Ratings” · edition 2024 · certainty moderate · "
        "applies to the large bowl"
    ],
    "soup.since": [
        "supports 2024-03-01 · valid from 2024-03-01 until 2024-06-01 · not counted"
    ],
    "pie.since": [
        "supports 2020-01-01 · withdrawn: It was another pie. · not counted",
        "inconclusive · excludes below 2019-01-01",
    ],
    "pie.wait": ["rationale: The shop counts the way back.", "disputes, indicates 20 min",
                 "supports 12.5 min"],
    "pie.crust": ["supports ✔", "disputes · excludes “on Sundays”"],
    "stew.crust": ["supports ✔ · by way of Freezer"],
    "stew.stars": ["inconclusive, indicates 10 stars", "inconclusive, indicates 12 stars"],
}  # fmt: skip


def test_evidence_in_markdown(valued: mlkg.Study) -> None:
    """A footnote has a line for each piece, with what it indicates, excludes, and when it holds."""
    text = export.export(valued, "md").decode()
    notes = re.findall(r"^\[\^(.*?)\]: .*\n\n((?: {4}- .*\n)*)", text, re.MULTILINE)
    found = {
        anchor: [line.strip()[2:].partition(" · [")[0] for line in body.splitlines()]
        for anchor, body in notes
    }
    assert {anchor: found[anchor] for anchor in LINES} == LINES


def test_evidence_in_latex_and_in_comments(valued: mlkg.Study) -> None:
    """The same phrases are in LaTeX, and in the comments on the cells of a workbook."""
    latex = export.export(valued, "tex").decode()
    assert (
        "supports 75000 stars \\textperiodcentered{} at \\textquotedblleft{}Ratings"
        "\\textquotedblright{} \\textperiodcentered{} edition 2024 \\textperiodcentered{} "
        "certainty moderate"
    ) in latex
    comment = workbook(valued)["Table"]["F3"].comment.text
    assert comment.split("\n") == [
        "unsupported:",
        "– supports 2020-01-01 · withdrawn: It was another pie. · not counted · "
        "https://example.org/menu",
        "– inconclusive · excludes below 2019-01-01 · https://example.org/shop",
    ]


def test_evidence_on_the_page(valued: mlkg.Study) -> None:
    """The record of a cell shows it all, and marks what does not count."""
    text = export.export(valued, "html").decode()
    records = dict(re.findall(r'<article class="record" id="(.*?)"(.*?)</article>', text, re.S))
    plain = {
        anchor: " ".join(re.sub(r"<[^>]*>", "", body).split()) for anchor, body in records.items()
    }
    assert (
        "article · edition 2024 · at “Ratings” · applies to the large bowl · certainty moderate · "
        "looked at on 2024-05-01 · recorded by Ann"
    ) in plain["soup.stars"]
    assert (
        "supports, indicates 2020-01-01 not counted Withdrawn: It was another pie."
        in (plain["pie.since"])
    )
    assert "valid from 2024-03-01 until 2024-06-01" in plain["soup.since"]
    assert "disputes, excludes above 1 h" in plain["stew.wait"]
    assert "disputes, excludes “on Sundays”" in plain["pie.crust"]
    assert "current evidence agrees on 120" in plain["pie.stars"]
    assert "current evidence disagrees" in plain["stew.stars"]
    assert "only searches that found nothing back ✘" in plain["soup.vegan"]
    assert plain["soup.crust"].count("No evidence.") == 1


def test_lists_of_the_page(valued: mlkg.Study) -> None:
    """Disputed are the claims in that state, unsupported those without support, as in the views."""
    text = export.export(valued, "html").decode()
    gaps = text.split('<section id="gaps"')[1].split("</section>")[0]
    disputed, _, unsupported = gaps.partition('<dl class="by-row">')
    disputed = disputed.partition("</ul>\n    <h3>")[0]

    def claims(view: str) -> set[str]:
        ends = (row["claim"].value.rpartition("/")[2] for row in valued.select(view))
        return {end.replace("-", ".", 1) for end in ends}

    assert set(re.findall(r'href="#(.*?)"', disputed)) == claims("disputed")
    assert set(re.findall(r'href="#(.*?)"', unsupported)) == claims("unsupported")
    assert claims("disputed") == {"stew.wait", "stew.heat", "pie.crust"}
    assert len(claims("unsupported")) == valued.table().unsupported() == 7
    told = re.findall(r"<p>Evidence (.*?)</p>", disputed)
    assert [" ".join(re.sub(r"<[^>]*>", "", one).split()) for one in told] == [
        "excludes on Sundays",
        "excludes above 1 h",
        "excludes below hot: It was hot.",
    ]


def workbook(study: mlkg.Study) -> Any:
    """Return the workbook of a study as another library reads it."""
    return openpyxl.load_workbook(io.BytesIO(export.export(study, "xlsx")))


def test_numbers_and_dates_in_a_workbook(valued: mlkg.Study) -> None:
    """One quantity or date is a number with its unit in the format; all else is text."""
    sheet = workbook(valued)["Table"]
    found = {name: (sheet[name].value, sheet[name].number_format) for name in ("D2", "D3", "E2")}
    assert found == {
        "D2": (5, 'General" min ●"'),
        "D3": (12.5, 'General" min ~"'),
        "E2": (75000, 'General" stars ●"'),
    }
    day = sheet["F2"]
    assert (day.value, day.number_format) == (datetime.datetime(2024, 3, 1), 'yyyy-mm-dd" ○"')
    texts = [sheet[name].value for name in ("E3", "F4", "G2", "H2")]
    assert texts == ["?", "–", "Apache-2.0, MIT", "hot"]


@pytest.mark.parametrize(
    ("value", "datatype", "answer", "expected"),
    [
        ("5", "integer", "5 min", 5),
        ("-12.5", "decimal", "-12.5", -12.5),
        ("0.1", "double", "0.1 $", 0.1),
        ("123456789012345", "integer", "123456789012345 B", 123456789012345),
        ("2024-03-01", "date", "2024-03-01", datetime.date(2024, 3, 1)),
        ("5", "integer", '5 "x"', None),
        ("5", "integer", f"5 {201 * 'x'}", None),
        ("5", "integer", "5 \x01", None),
        ("12.50", "decimal", "12.50 min", None),
        ("007", "integer", "007", None),
        ("1234567890123456", "integer", "1234567890123456", None),
        ("1E21", "double", "1E21", None),
        ("INF", "double", "INF", None),
        ("many", "integer", "many", None),
        ("7", "string", "7", None),
        ("2024-03-01Z", "date", "2024-03-01Z", None),
        ("1900-02-28", "date", "1900-02-28", None),
        ("-0044-03-15", "date", "-0044-03-15", None),
        ("5", "integer", "another", None),
    ],
)
def test_what_is_a_number(
    value: str, datatype: str, answer: str, expected: float | datetime.date | None
) -> None:
    """A number is written where its text comes back from value and format, else the text."""
    claim = Claim("", answer, None, (), (), values=(Value(value, XSD + datatype, None),))
    number = number_of(claim)
    assert (number, type(number) is datetime.date) == (
        expected,
        type(expected) is datetime.date,
    )
    if number is not None:
        for symbol in ("●", "…", "!"):
            assert text_of(number, format_of(answer, number, symbol)) == answer


def test_several_values_are_text() -> None:
    """A cell of several values, or of none, is no number."""
    value = Value("5", f"{XSD}integer", None)
    for values in ((), (value, Value("6", f"{XSD}integer", None))):
        assert number_of(Claim("", "5", None, (), (), values=values)) is None
    assert (shown(5.0), shown(12.5), text_of(7, "General")) == ("5", "12.5", "7")


def test_a_number_edited_in_a_workbook(valued: mlkg.Study, tmp_path: Path) -> None:
    """Another number, another unit, a text in its place, or another day is found with its cell."""
    content = export.export(valued, "xlsx")
    path = tmp_path / "a.xlsx"
    edits: list[tuple[str, str, object]] = [
        ("D2", "value", 6),
        ("D2", "number_format", 'General" h ●"'),
        ("D2", "value", "5 min"),
        ("E2", "value", 75001),
        ("F2", "value", datetime.datetime(2024, 3, 2)),
        ("F2", "number_format", 'yyyy" ○"'),
    ]
    for name, what, new in [("A1", "value", "Option"), *edits]:
        book: Any = openpyxl.load_workbook(io.BytesIO(content))
        setattr(book["Table"][name], what, new)
        book.save(path)
        result = verify(path, Past(valued, None))
        if name == "A1":
            assert result.status == CURRENT  # as another program saves it
            continue
        where = {"D2": "Wait", "E2": "Stars", "F2": "Since"}[name]
        assert (result.status, {(d.option, d.criterion) for d in result.differences}) == (
            ALTERED,
            {("Soup", where)},
        )


DATED = """
ex:days a mlkg:Scale ; rdfs:label "days"@en ; mlkg:valueType mlkg:date .
ex:counts a mlkg:Scale ; rdfs:label "counts"@en ; mlkg:valueType mlkg:quantity .
ex:since a mlkg:Criterion ; rdfs:label "Since"@en ; mlkg:scale ex:days ; schema:position 3 .
ex:guests a mlkg:Criterion ; rdfs:label "Guests"@en ; mlkg:scale ex:counts ; schema:position 4 .
ex:tables a mlkg:Criterion ; rdfs:label "Tables"@en ; mlkg:scale ex:counts ; schema:position 5 .
ex:soup-since a mlkg:Claim ; mlkg:option ex:soup ; mlkg:criterion ex:since ;
  mlkg:value "2024-03-01"^^xsd:date .
ex:soup-guests a mlkg:Claim ; mlkg:option ex:soup ; mlkg:criterion ex:guests ; mlkg:value 5 .
ex:pie-guests a mlkg:Claim ; mlkg:option ex:pie ; mlkg:criterion ex:guests ; mlkg:value 2.5 .
ex:pie-since a mlkg:Claim ; mlkg:option ex:pie ; mlkg:criterion ex:since ;
  mlkg:verdict mlkg:unknown .
ex:soup-tables a mlkg:Claim ; mlkg:option ex:soup ; mlkg:criterion ex:tables ; mlkg:value 5 ;
  mlkg:qualifier "on Sundays"@en .
"""


@pytest.mark.parametrize("format", ["csv", "tsv"])
def test_datatypes_of_columns(tmp_path: Path, format: str) -> None:
    """A column of bare values has their datatype, and what is no answer there is null."""
    study = loaded(tmp_path, SMALL + DATED)
    (beside,) = csvw.metadata(dossier(study), f"a.{format}").values()
    columns = json.loads(beside)["tableSchema"]["columns"]
    assert {c["titles"]: (c.get("datatype"), c.get("null")) for c in columns} == {
        "Option": (None, None),
        "Warm": (None, None),
        "Cheap": (None, None),
        "Since": ("date", ["", "?"]),
        "Guests": ("decimal", [""]),
        "Tables": (None, None),
    }
    (turned,) = csvw.metadata(dossier(study, Part(transpose=True)), "a.csv").values()
    assert "datatype" not in json.loads(turned)["tableSchema"]["columns"][1]


def test_phrases() -> None:
    """What evidence says besides is told in phrases, and that it does not count last."""
    bare = Evidence("x", "disputes", None, (), None, None, None, ())
    assert (bearing(bare), conditions(bare)) == ("disputes", [])
    full = bare._replace(
        relies_on=(Heading("Seldon", "s"),),
        stated_under="Warm",
        excludes="✔",
        excludes_qualifier="at noon",
        locator="Install",
        edition="2.1",
        valid_from="2024-01-01",
        valid_until="2024-07-30",
        certainty="low",
        applies_to=("new customers", "Pro"),
        withdrawn="",
        current=False,
    )
    assert conditions(full) == [
        "excludes ✔",
        "excludes “at noon”",
        "by way of Seldon",
        "stated under Warm",
        "at “Install”",
        "edition 2.1",
        "valid from 2024-01-01 until 2024-07-30",
        "certainty low",
        "applies to new customers",
        "applies to Pro",
        "withdrawn",
        "not counted",
    ]
    assert conditions(bare._replace(valid_until="2024-07-30")) == ["valid until 2024-07-30"]
    assert conditions(bare._replace(valid_from="2024-01-01")) == ["valid from 2024-01-01"]
    assert conditions(bare._replace(withdrawn="Wrong page.")) == ["withdrawn: Wrong page."]
