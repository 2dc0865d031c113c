"""What `mlkg link` records: the answers of the evidence itself, whatever the claim says."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from samples import HOUSE, VALUED, Run

import mlkg
from mlkg.editing.drafts import check, loaded
from mlkg.editing.linking import Link, link
from mlkg.errors import MlkgError, RefusedError
from mlkg.turtle.house_form import house_form

NewStudy = Callable[..., Path]

pytestmark = pytest.mark.usefixtures("no_git_user")

MENU = "https://example.org/menu"
AT = "2024-06-01T12:00:00Z"
PAGE = ["--source", MENU, "--retrieved", "2024-05-31", "--date", AT]
OPEN = (
    "say what the evidence indicates, whatever the claim says: "
    "--indicates ANSWER, --excludes ANSWER or --inconclusive"
)


@pytest.fixture
def valued(new_study: NewStudy) -> mlkg.Study:
    """The study with every kind of scale."""
    return mlkg.load(new_study({"all.ttl": VALUED}))


def recorded(study: mlkg.Study, option: str, *criteria: str, **given: Any) -> list[str]:
    """Return the lines that evidence adds to the files, without those that all evidence has."""
    drafted = link(study, option, criteria, Link(url=MENU, at=AT, **given))
    check(study, drafted)
    always = ("a mlkg:Evidence", "mlkg:about", "mlkg:source", "prov:generatedAtTime")
    added = [
        line[1:].strip()
        for change in drafted.changes
        for line in change.diff().splitlines()[2:]
        if line.startswith("+  ")
    ]
    return [line.rstrip(" ;.") for line in added if not line.startswith(always)]


@pytest.mark.parametrize(
    ("cell", "given", "lines"),
    [
        ("soup warm", {}, ["mlkg:indicates mlkg:yes"]),
        ("soup warm", {"way": "supports"}, ["mlkg:indicates mlkg:yes"]),
        ("soup warm", {"way": "disputes"}, ["mlkg:excludes mlkg:yes"]),
        ("soup warm", {"way": "inconclusive"}, []),
        ("soup warm", {"way": "disputes", "indicates": ("no",)}, ["mlkg:indicates mlkg:no"]),
        ("soup warm", {"way": "supports", "indicates": ("✔",)}, ["mlkg:indicates mlkg:yes"]),
        ("soup warm", {"indicates": ("partial",)}, ["mlkg:indicates mlkg:partial"]),
        ("soup warm", {"indicates": ("n/a",)}, ["mlkg:indicates mlkg:notApplicable"]),
        ("soup warm", {"excludes": ("no",)}, ["mlkg:excludes mlkg:no"]),
        (
            "soup warm",
            {"way": "supports", "excludes": ("no", "partial")},
            ["mlkg:indicates mlkg:yes", "mlkg:excludes mlkg:no", "mlkg:excludes mlkg:partial"],
        ),
        (
            "soup cheap",
            {"way": "disputes", "excludes_qualifier": "at noon"},
            ['mlkg:excludesQualifier "at noon"@en'],
        ),
        (
            "soup cheap",
            {"excludes_qualifier": "at night"},
            ['mlkg:excludesQualifier "at night"@en'],
        ),
        ("pie cheap", {"indicates": ("yes",)}, ["mlkg:indicates mlkg:yes"]),
        ("pie cheap", {"excludes": ("yes",)}, ["mlkg:excludes mlkg:yes"]),
        ("pie cheap", {"way": "inconclusive"}, []),
        ("soup wait", {}, ["mlkg:indicates 5"]),
        ("soup wait", {"way": "disputes"}, ["mlkg:excludes 5"]),
        ("pie wait", {}, ["mlkg:indicates 12.5"]),
        (
            "soup wait",
            {"way": "supports", "indicates": ("300 s",)},
            ["mlkg:indicates 300", "mlkg:unit unit:SEC"],
        ),
        (
            "soup wait",
            {"way": "disputes", "excludes_above": "4 min"},
            ["mlkg:excludesAbove 4"],
        ),
        (
            "soup wait",
            {"excludes_above": "1", "excludes_below": "0.05", "unit": "HR"},
            ["mlkg:excludesAbove 1", "mlkg:excludesBelow 0.05", "mlkg:unit unit:HR"],
        ),
        ("soup stars", {"indicates": ("75000 stars",)}, ["mlkg:indicates 75000"]),
    ],
)
def test_what_evidence_states(
    valued: mlkg.Study, cell: str, given: dict[str, Any], lines: list[str]
) -> None:
    """Evidence states answers: by default that of the claim, as the options say otherwise."""
    assert lines == recorded(valued, *cell.split(), **given)


def test_several_answers(new_study: NewStudy) -> None:
    """On a scale with several values, evidence indicates all that the claim gives, or some."""
    study = mlkg.load(
        new_study(
            {
                "all.ttl": HOUSE.encode(),
                "more.ttl": "ex:free a mlkg:Criterion ; rdfs:label 'Licence'@en ;"
                " skos:definition 'Terms.'@en ; mlkg:scale ex:licences ; dcterms:isPartOf ex:study"
                " .\nex:licences a mlkg:Scale ; rdfs:label 'licences'@en ; mlkg:several true ;"
                " mlkg:valueType mlkg:text .\nex:pie-free a mlkg:Claim ; mlkg:option ex:pie ;"
                " mlkg:criterion ex:free ; mlkg:value 'MIT' , 'Apache-2.0' .\n",
            }
        )
    )
    both = ['mlkg:indicates "Apache-2.0"', 'mlkg:indicates "MIT"']
    assert both == recorded(study, "pie", "licence")
    assert [line.replace("indicates", "excludes") for line in both] == recorded(
        study, "pie", "licence", way="disputes"
    )
    assert both[1:] == recorded(study, "pie", "licence", way="supports", indicates=("MIT",))
    one_more = recorded(study, "pie", "licence", way="disputes", indicates=("MIT, GPL", "BSD"))
    assert [f'mlkg:indicates "{name}"' for name in ("MIT", "GPL", "BSD")] == one_more


def test_all_that_evidence_can_say(valued: mlkg.Study) -> None:
    """Where and when it holds, how sure it is, and what it relies on, each has its property."""
    lines = recorded(
        valued,
        "soup",
        "warm",
        finding="Hot.",
        quote="hot",
        locator="Soups",
        edition="2024",
        retrieved="2024-05-31",
        valid_from="2024-01-01",
        valid_until="2025-01-01",
        certainty="low",
        because="A guess.",
        applies_to="large bowls",
        answered_by="cook",
        relies_on=("freezer", "pie"),
    )
    assert lines == [
        "mlkg:indicates mlkg:yes",
        'mlkg:finding "Hot."@en',
        'mlkg:quote "hot"',
        'mlkg:locator "Soups"',
        'mlkg:appliesTo "large bowls"@en',
        "mlkg:reliesOn ex:freezer",
        "mlkg:reliesOn ex:pie",
        "mlkg:certainty mlkg:low",
        'mlkg:certaintyReason "A guess."@en',
        'mlkg:edition "2024"',
        'mlkg:answeredBy "cook"',
        'mlkg:retrievedOn "2024-05-31"^^xsd:date',
        'mlkg:validFrom "2024-01-01"^^xsd:date',
        'mlkg:validUntil "2025-01-01"^^xsd:date',
    ]


@pytest.mark.parametrize(
    ("cell", "given", "message"),
    [
        ("pie cheap", {}, f"Pie × Cheap: the claim is open; {OPEN}"),
        ("pie cheap", {"way": "supports"}, f"Pie × Cheap: the claim is open; {OPEN}"),
        ("pie cheap", {"way": "disputes", "indicates": ("yes",)}, "the claim is open"),
        ("soup warm", {"way": "supports", "indicates": ("no",)}, "--supports, but .* disputes"),
        ("soup warm", {"way": "disputes", "indicates": ("yes",)}, "--disputes, but .* supports"),
        ("soup warm", {"way": "disputes", "excludes": ("no",)}, "is inconclusive about the claim"),
        ("soup warm", {"way": "supports", "excludes": ("yes",)}, "not indicate .* it excludes"),
        ("soup warm", {"indicates": ("no",), "excludes": ("✘",)}, "not indicate .* it excludes"),
        ("soup warm", {"way": "inconclusive", "indicates": ("no",)}, "indicates nothing"),
        ("soup warm", {"indicates": ("unknown",)}, "with --inconclusive"),
        ("soup warm", {"excludes": ("–",)}, "with --inconclusive"),
        ("soup warm", {"indicates": ("yes", "no")}, "allows one answer"),
        ("soup wait", {"unit": "s"}, "a unit belongs to an answer"),
        ("soup wait", {"indicates": ("1 h",), "excludes": ("5",)}, "in one unit"),
        ("soup warm", {"because": "so"}, "belongs to --certainty"),
        ("soup warm", {"valid_from": "2024"}, "2024: no such day"),
        ("soup warm", {"relies_on": ("ladle",)}, "no component or option is called ladle"),
    ],
)
def test_contradictions(valued: mlkg.Study, cell: str, given: dict[str, Any], message: str) -> None:
    """Evidence that says two things at once, or nothing about an open claim, is refused."""
    with pytest.raises(MlkgError, match=message):
        recorded(valued, *cell.split(), **given)


def test_a_unit_that_cannot_be_compared_is_refused(valued: mlkg.Study) -> None:
    """A unit that is a text, or of another kind, is an error of validation."""
    with pytest.raises(RefusedError, match="incomparable-unit"):
        recorded(valued, "soup", "wait", indicates=("5",), unit="jiffies")


def test_a_claim_that_is_not_assessed(new_study: NewStudy) -> None:
    """Evidence about it says what it indicates, as about an open one."""
    text = HOUSE.replace("mlkg:verdict mlkg:unknown", "mlkg:verdict mlkg:notAssessed")
    study = mlkg.load(new_study({"all.ttl": text.encode()}))
    with pytest.raises(MlkgError, match=f"Pie × Cheap: the claim is not assessed; {OPEN}"):
        recorded(study, "pie", "cheap")
    assert recorded(study, "pie", "cheap", indicates=("no",)) == ["mlkg:indicates mlkg:no"]


def test_several_criteria(run: Run, new_study: NewStudy) -> None:
    """Each claim gets a record of its own, which indicates the answer of that claim."""
    folder = new_study({"all.ttl": HOUSE.encode()})
    done = run("link", "soup", "warm", "cheap", *PAGE, "--finding", "The menu.", cwd=folder)
    assert (done.returncode, done.stderr) == (0, "")
    written = (folder / "data" / "all.ttl").read_text("utf-8")
    assert written == house_form(written)
    shared = """\
  mlkg:finding "The menu."@en ;
  mlkg:source ex:menu ;
  mlkg:retrievedOn "2024-05-31"^^xsd:date ;
  prov:generatedAtTime "2024-06-01T12:00:00Z"^^xsd:dateTime .
"""
    for name, claim, verdict in (("e2", "warm", "yes"), ("e3", "cheap", "partial")):
        record = f"\nex:{name}\n  a mlkg:Evidence ;\n  mlkg:about ex:soup-{claim} ;\n"
        assert f"{record}  mlkg:indicates mlkg:{verdict} ;\n{shared}" in written
    assert {cell.state for cell in mlkg.load(folder).table().rows[0]} == {"supported"}


def test_several_criteria_are_all_linked_or_none(run: Run, new_study: NewStudy) -> None:
    """Where one of the claims is open, no record is written for the others either."""
    folder = new_study({"all.ttl": HOUSE.encode()})
    done = run("link", "pie", "warm", "cheap", *PAGE, cwd=folder)
    assert (done.returncode, done.stdout) == (2, "")
    assert f"Pie × Cheap: the claim is open; {OPEN}" in done.stderr
    assert (folder / "data" / "all.ttl").read_text("utf-8") == HOUSE
    assert run("link", "pie", "warm", "WARM", *PAGE, cwd=folder).returncode == 0
    assert (folder / "data" / "all.ttl").read_text("utf-8").count("a mlkg:Evidence") == 2


def test_a_default_is_recorded_when_it_is_made(valued: mlkg.Study) -> None:
    """Evidence that was linked to a claim disputes it once the claim says something else."""
    drafted = link(valued, "soup", ["warm"], Link(url=MENU, at=AT))
    changed = loaded(valued, drafted)
    assert changed.table().rows[0][0].state == "supported"
    files = {file.name: file.turtle.decode() for file in changed.files}
    turned = files["data/all.ttl"].replace(
        "mlkg:criterion ex:warm ; mlkg:verdict mlkg:yes",
        "mlkg:criterion ex:warm ; mlkg:verdict mlkg:no",
        1,
    )
    again = mlkg.load(valued.root, data={"data/all.ttl": turned.encode()})
    assert again.table().rows[0][0].state == "disputed"
