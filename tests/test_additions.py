"""The command new: options, criteria with their scales, and components."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from samples import HOUSE, Run

import mlkg
from mlkg.editing.additions import Addition, add
from mlkg.editing.drafts import check
from mlkg.editing.scales import NewScale
from mlkg.errors import MlkgError
from mlkg.turtle.house_form import house_form

ROOT = Path(__file__).parents[1]
NewStudy = Callable[..., Path]

pytestmark = pytest.mark.usefixtures("no_git_user")

AT = "2024-06-01T00:00:00Z"
STUDY = 'ex:study a mlkg:Study ; dcterms:title "Lunch"@en ; dcterms:license ex:licence .\n'


@pytest.fixture
def real(tmp_path: Path) -> Path:
    """A copy of the real study that may be written to."""
    (tmp_path / "data").mkdir()
    for path in (ROOT / "data").glob("*.ttl"):
        (tmp_path / "data" / path.name).write_bytes(path.read_bytes())
    return tmp_path


def test_new_option_opens_a_row(run: Run, real: Path) -> None:
    """A row of unknown claims in a file of its own, where every option has one."""
    done = run("new", "option", "KServe", "--also", "KFServing", cwd=real)
    assert (done.returncode, done.stderr) == (0, "")
    study = mlkg.load(real)
    table = study.table()
    assert table.options[-1].label == "KServe"
    assert {"open"} == {cell.state for cell in table.rows[-1]}
    assert study.validate().counts()["error"] == 0
    text = (real / "data" / "claims-kserve.ttl").read_text("utf-8")
    assert text == house_form(text)
    assert text.startswith(
        "# KServe: its row of the table, and what there is for and against it.\n\n@"
    )
    assert [f"# {heading.label}" for heading in table.criteria] == re.findall(
        r"^# .*[^.\n]$", text, re.MULTILINE
    )
    options = (real / "data" / "options.ttl").read_text("utf-8")
    before = (ROOT / "data" / "options.ttl").read_text("utf-8")
    assert f"{before[before.index('option:aws-sagemaker') :]}\noption:kserve\n" in options
    assert (
        'rdfs:label "KServe"@en ;\n  skos:altLabel "KFServing"@en ;\n  schema:position 11'
        in options
    )


def test_new_criterion_opens_a_column(run: Run, real: Path) -> None:
    """A claim in each option's file, at the end of the option's other claims."""
    done = run("new", "criterion", "Licence", "--definition", "Its terms.", cwd=real)
    assert (done.returncode, done.stderr) == (0, "")
    study = mlkg.load(real)
    assert study.table().criteria[-1].label == "Licence"
    assert {"open"} == {row[-1].state for row in study.table().rows}
    assert study.validate().counts()["error"] == 0
    for option in ("azure-ml", "kubeflow"):
        text = (real / "data" / f"claims-{option}.ttl").read_text("utf-8")
        assert text == house_form(text)
        assert text.endswith(
            f"\n# Licence\n\nclaim:{option}-licence\n  a mlkg:Claim ;\n"
            f"  mlkg:option option:{option} ;\n  mlkg:criterion criterion:licence ;\n"
            "  mlkg:verdict mlkg:unknown .\n"
        )


def test_new_completes_what_is_there(run: Run, new_study: NewStudy) -> None:
    """For a record that the study has, just the missing claims are opened."""
    folder = new_study(
        {"all.ttl": HOUSE.replace("mlkg:criterion ex:warm", "mlkg:criterion ex:cheap")}
    )
    text = HOUSE[: HOUSE.index("\nex:pie-cheap\n")] + HOUSE[HOUSE.index("\nex:e1\n") :]
    (folder / "data" / "all.ttl").write_text(text, "utf-8")
    done = run("new", "option", "pie", cwd=folder)
    assert done.returncode == 0
    assert re.fullmatch(r"data/all\.ttl:\d+: ex:pie-cheap\n", done.stdout)
    assert mlkg.load(folder).validate().counts()["error"] == 0


def added(study: mlkg.Study, kind: str, label: str, **given: Any) -> str:
    """Plan and check an addition, and return the lines that it adds to the files."""
    drafted = add(study, Addition(kind, label, AT, **given))
    check(study, drafted)
    return "\n".join(
        line[1:]
        for change in drafted.changes
        for line in change.diff().splitlines()[2:]
        if line.startswith("+")
    )


RECORDED = 'prov:generatedAtTime "2024-06-01T00:00:00Z"^^xsd:dateTime .'


@pytest.mark.parametrize("kind", ["option", "criterion"])
def test_the_first_of_its_kind(new_study: NewStudy, kind: str) -> None:
    """A study without options or criteria gets its first one, at position 1."""
    study = mlkg.load(new_study({"all.ttl": STUDY}))
    definition = "Served hot." if kind == "criterion" else None
    text = added(study, kind, "Hot", definition=definition)
    assert f"<https://example.org/study/{kind}/hot>\n  a mlkg:{kind.capitalize()} ;\n" in text
    assert f"  schema:position 1 ;\n  dcterms:isPartOf ex:study ;\n  {RECORDED}" in text
    assert "mlkg:Claim" not in text


@pytest.mark.parametrize("kind", ["option", "criterion"])
def test_a_study_without_positions(new_study: NewStudy, kind: str) -> None:
    """Where no record of the kind has a position, the new one has none either."""
    text = re.sub(r"  schema:position \d ;\n", "", HOUSE)
    study = mlkg.load(new_study({"all.ttl": text.encode()}))
    definition = "Served hot." if kind == "criterion" else None
    new = added(study, kind, "Hot", definition=definition)
    assert "schema:position" not in new
    assert new.count("a mlkg:Claim") == 2


def test_a_criterion_leaves_claims_with_their_former_states(run: Run, new_study: NewStudy) -> None:
    """The new claims go below all that belongs to an option's claims: nothing is split."""
    folder = new_study({"all.ttl": HOUSE.encode()})
    by = ["--by", "Ann", "--date", "2024-01-31"]
    for option, answer in (("soup", "no"), ("pie", "yes")):
        assert run("set", option, "cheap", answer, *by, cwd=folder).returncode == 0
        assert run("review", option, "cheap", *by, cwd=folder).returncode == 0
    assert run("set", "pie", "cheap", "no", *by, cwd=folder).returncode == 0
    done = run("new", "criterion", "Hot", "--definition", "Hot.", "--date", AT, cwd=folder)
    assert done.returncode == 0
    written = (folder / "data" / "all.ttl").read_text("utf-8")
    assert written == house_form(written)
    subjects = re.findall(r"^(ex:(?:soup|pie|e1)\S*)$", written, re.MULTILINE)
    assert subjects == [
        *("ex:soup", "ex:pie", "ex:soup-warm", "ex:soup-cheap", "ex:soup-cheap-before-1"),
        *("ex:soup-cheap-review-1", "ex:pie-warm", "ex:pie-cheap", "ex:pie-cheap-before-1"),
        *("ex:pie-cheap-review-1", "ex:pie-hot", "ex:e1", "ex:soup-hot"),
    ]


@pytest.mark.parametrize(
    ("new", "lines"),
    [
        (
            NewScale(unit="ms", better="lower"),
            ["mlkg:valueType mlkg:quantity", "mlkg:unit unit:MilliSEC", "mlkg:better mlkg:lower"],
        ),
        (NewScale(unit="stars"), ["mlkg:valueType mlkg:quantity", 'mlkg:unit "stars"']),
        (NewScale(values="quantity"), ["mlkg:valueType mlkg:quantity"]),
        (
            NewScale(values="date", better="higher"),
            ["mlkg:valueType mlkg:date", "mlkg:better mlkg:higher"],
        ),
        (NewScale(values="text", several=True), ["mlkg:valueType mlkg:text", "mlkg:several true"]),
        (
            NewScale(verdicts=("yes", "If asked")),
            ["skos:hasTopConcept mlkg:yes", "skos:hasTopConcept ex:if-asked"],
        ),
    ],
)
def test_a_scale_is_made_with_its_criterion(
    new_study: NewStudy, new: NewScale, lines: list[str]
) -> None:
    """It is called as the criterion is, and says what its answers are."""
    study = mlkg.load(new_study({"all.ttl": HOUSE.encode()}))
    text = added(study, "criterion", "Speed", definition="How fast.", new_scale=new)
    body = "".join(f"  {line} ;\n" for line in lines)
    assert "  mlkg:scale ex:speed-scale ;\n" in text
    assert (
        "# Scales\n\nex:speed-scale\n  a mlkg:Scale ;\n"
        f'  rdfs:label "Speed"@en ;\n{body}  {RECORDED}'
    ) in text


def test_an_ordered_scale_has_verdicts_of_its_own(new_study: NewStudy) -> None:
    """Their positions are their ranks, from low to high; the scale goes below the others."""
    folder = new_study(
        {
            "all.ttl": HOUSE.encode(),
            "scales.ttl": "ex:taste-scale a mlkg:Scale ; rdfs:label 'taste'@en ;"
            " skos:hasTopConcept ex:low .\n"
            "ex:low a mlkg:Verdict ; rdfs:label 'low'@en ; skos:notation 'low' .\n",
        }
    )
    study = mlkg.load(folder)
    new = NewScale(verdicts=("low", "high"), ordered=True, better="higher")
    drafted = add(study, Addition("criterion", "Heat", AT, definition="H.", new_scale=new))
    check(study, drafted)
    assert [change.name for change in drafted.changes] == ["data/scales.ttl", "data/all.ttl"]
    before = (folder / "data" / "scales.ttl").read_text("utf-8")
    after = drafted.changes[0].after.decode()
    assert (
        after
        == before.rstrip("\n")
        + f"""

ex:heat-scale
  a mlkg:Scale ;
  rdfs:label "Heat"@en ;
  skos:hasTopConcept ex:low-2 ;
  skos:hasTopConcept ex:high ;
  mlkg:ordered true ;
  mlkg:better mlkg:higher ;
  {RECORDED}

ex:low-2
  a mlkg:Verdict ;
  rdfs:label "low"@en ;
  skos:notation "low" ;
  schema:position 1 ;
  {RECORDED}

ex:high
  a mlkg:Verdict ;
  rdfs:label "high"@en ;
  skos:notation "high" ;
  schema:position 2 ;
  {RECORDED}
"""
    )


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"new_scale": NewScale(several=True)}, "say what the new scale allows"),
        ({"new_scale": NewScale(values="text", unit="ms")}, "a scale of texts has no unit"),
        ({"new_scale": NewScale(("a",), values="text")}, "has verdicts or values, not both"),
        ({"new_scale": NewScale(values="date", ordered=True)}, "only verdicts are --ordered"),
        ({"new_scale": NewScale(("a", "b"), better="lower")}, "only a scale with an order"),
        ({"new_scale": NewScale(("a", "Unknown"))}, r"\? is an answer on every scale"),
        ({"new_scale": NewScale(("a", "A"))}, "each verdict has a name of its own"),
        (
            {"new_scale": NewScale(("a",)), "scale": "yes or no"},
            "the study has a scale called yes or no",
        ),
        ({"scale": "z"}, "no scale is called z"),
    ],
)
def test_scales_that_cannot_be(new_study: NewStudy, given: dict[str, Any], message: str) -> None:
    """What does not go together, or has the name of a scale that there is, is refused."""
    study = mlkg.load(new_study({"all.ttl": HOUSE.encode()}))
    with pytest.raises(MlkgError, match=message):
        added(study, "criterion", "Speed", definition="How fast.", **given)


def test_a_known_criterion_keeps_its_scale(new_study: NewStudy) -> None:
    """A scale for a criterion that the study has is refused rather than forgotten."""
    study = mlkg.load(new_study({"all.ttl": HOUSE.encode()}))
    with pytest.raises(MlkgError, match="the study has the criterion Warm; it keeps its scale"):
        added(study, "criterion", "warm", new_scale=NewScale(values="text"))


def test_a_criterion_in_the_command_line(run: Run, new_study: NewStudy) -> None:
    """Its values can be set, linked and shown in the table right away."""
    folder = new_study({"all.ttl": HOUSE.encode()})
    new = [
        "new",
        "criterion",
        "Wait",
        "--definition",
        "Time.",
        "--unit",
        "min",
        "--better",
        "lower",
    ]
    for args in (
        [*new, "--scale", "minutes"],
        ["set", "soup", "wait", "300 s", "--by", "Ann"],
        ["link", "soup", "wait", "-s", "https://example.org/menu", "--indicates", "5 min"],
    ):
        assert run(*args, cwd=folder).returncode == 0, args
    study = mlkg.load(folder)
    cell = study.table().rows[0][2]
    assert (cell.text, cell.state) == ("5 min", "supported")
    assert study.validate().counts()["error"] == 0


def test_a_component(run: Run, new_study: NewStudy) -> None:
    """A component has no claims; claims and evidence rely on it."""
    folder = new_study({"all.ttl": HOUSE.encode()})
    new = ["new", "component", "Big Oven", "--also", "Stove", "--note", "In the cellar."]
    done = run(*new, "--date", AT, cwd=folder)
    assert (done.returncode, done.stderr) == (0, "")
    written = (folder / "data" / "all.ttl").read_text("utf-8")
    assert (
        written
        == HOUSE
        + f"""
# Components

ex:big-oven
  a mlkg:Component ;
  rdfs:label "Big Oven"@en ;
  skos:altLabel "Stove"@en ;
  skos:note "In the cellar."@en ;
  dcterms:isPartOf ex:study ;
  {RECORDED}
"""
    )
    done = run("new", "component", "stove", cwd=folder)
    assert done.returncode == 2
    assert "the study has the component Big Oven" in done.stderr
    by = ["--by", "Ann", "--date", "2024-01-31"]
    done = run("set", "pie", "warm", "yes", "--relies-on", "stove", *by, cwd=folder)
    assert done.returncode == 0
    assert mlkg.load(folder).table().rows[1][0].text == "✔ (Big Oven)"
