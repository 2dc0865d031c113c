"""Parts of a study: chosen options, criteria and states, either way round."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from samples import SMALL, Run

import mlkg
from mlkg.errors import AmbiguousNameError, UnknownNameError
from mlkg.export.dossier import Dossier, dossier
from mlkg.export.part import Part

NewStudy = Callable[..., Path]


def texts(of: Dossier) -> list[list[str]]:
    """Return the grid as text, headings included."""
    grid = of.grid()
    header = [grid.corner, *(across.label for across in grid.across)]
    rows = zip(grid.down, grid.rows, strict=True)
    return [header, *([down.label, *(cell.text for cell in row)] for down, row in rows)]


@pytest.fixture
def small(new_study: NewStudy) -> mlkg.Study:
    """The small study."""
    return mlkg.load(new_study({"all.ttl": SMALL}))


def test_options_and_criteria_keep_the_order_of_the_study(small: mlkg.Study) -> None:
    """Names choose rows and columns; their order on the command line does not matter."""
    chosen = dossier(small, Part(options=("pie", "soup"), criteria=("cheap",)))
    assert texts(chosen) == [["Option", "Cheap"], ["Soup", "◐ (at noon)"], ["Pie", "?"]]
    assert sorted(chosen.claims) == [
        "https://example.org/pie-cheap",
        "https://example.org/soup-cheap",
    ]
    assert chosen.sources == ()
    base = "https://example.org"
    assert chosen.origin.arguments == (
        *("--option", f"{base}/soup", "--option", f"{base}/pie", "--criterion", f"{base}/cheap"),
    )


def test_states_leave_rows_and_columns_out(small: mlkg.Study) -> None:
    """Cells in other states are blank, and rows and columns that have no other are gone."""
    chosen = dossier(small, Part(states=("supported", "unsupported")))
    assert texts(chosen) == [
        ["Option", "Warm", "Cheap"],
        ["Soup", "✔", "◐ (at noon)"],
        ["Pie", "✘", ""],
    ]
    assert texts(dossier(small, Part(states=("open",)))) == [["Option", "Cheap"], ["Pie", "?"]]
    assert texts(dossier(small, Part(states=("missing",)))) == [["Option"]]


def test_transposed(small: mlkg.Study) -> None:
    """Criteria go down and options across; anchors stay those of option and criterion."""
    turned = dossier(small, Part(criteria=("warm",), transpose=True))
    assert texts(turned) == [["Criterion", "Soup", "Pie"], ["Warm", "✔", "✘"]]
    grid = turned.grid()
    assert [turned.anchor(grid.down[0], across) for across in grid.across] == [
        "soup.warm",
        "pie.warm",
    ]


def test_a_criterion_that_others_divide_stands_for_them(study: mlkg.Study) -> None:
    """Anomaly detection is judged by way of outlier and drift detection."""
    chosen = dossier(study, Part(options=("kubeflow",), criteria=("anomaly detection",)))
    assert texts(chosen) == [
        ["Option", "Outlier Detection", "Data Drift Detection"],
        ["KubeFlow", "✔ (Seldon Core)", "✔ (Seldon Core)"],
    ]


def test_a_state_that_there_is_not(small: mlkg.Study) -> None:
    """A misspelt state is an error that suggests the nearest."""
    with pytest.raises(UnknownNameError, match="did you mean disputed"):
        dossier(small, Part(states=("disputd",)))


def test_the_dossier_of_the_real_study(study: mlkg.Study) -> None:
    """It holds every claim, piece of evidence and source, and where the study comes from."""
    whole = dossier(study)
    pieces = [piece for claim in whole.claims.values() for piece in claim.evidence]
    assert (len(whole.claims), len(pieces), len(whole.sources)) == (100, 50, 32)
    assert len({piece.iri for piece in pieces}) == 50
    assert whole.origin.study == "https://w3id.org/mlkg/study/ml-deployment"
    assert whole.origin.arguments == ()
    assert len(set(whole.anchors.values())) == 100
    assert (
        whole.anchor(whole.table.options[3], whole.table.criteria[3]) == "kubeflow.model-monitoring"
    )


def test_anchors_of_names_alike(new_study: NewStudy) -> None:
    """Options whose IRIs end alike have anchors of their own, the same whatever is exported."""
    other = 'ex:a\\/soup a mlkg:Option ; rdfs:label "Other soup"@en ; schema:position 3 .\n'
    alike = mlkg.load(new_study({"all.ttl": SMALL + other}))
    whole, part = dossier(alike), dossier(alike, Part(options=("other soup",)))
    assert whole.anchors == part.anchors
    assert len(set(whole.anchors.values())) == 6
    assert whole.anchors["https://example.org/pie", "https://example.org/warm"] == "pie.warm"


def test_a_view_is_exported_with_its_parameters(run: Run) -> None:
    """Rows of a stored query, bound as mlkg query binds them."""
    done = run("export", "--view", "disputed", "-p", 'option="RayServe"', "-f", "tsv")
    assert done.returncode == 0
    assert [line.split("\t")[:3] for line in done.stdout.splitlines()] == [
        ["option", "criterion", "verdict"],
        ["RayServe", "Cost Plan", "Free/Paid"],
    ]


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["-p", "a=1"], "--param goes with --view NAME"),
        (["--view", "sources", "--option", "mlflow"], "are for the table, not for --view"),
        (["--view", "sources", "-f", "trig"], "a view cannot be written as trig; use csv"),
        (["--view", "sorces"], "did you mean sources?"),
        (["-f", "yaml"], "no format is called yaml; "),
        (["--qr", "-f", "csv"], "csv has no place for a QR code; use "),
        (["--view", "sources", "--qr", "-f", "html"], "a view has no place for a QR code; use "),
    ],
)
def test_what_cannot_be_exported(run: Run, args: list[str], message: str) -> None:
    """What does not go together is an error with the way out."""
    done = run("export", *args)
    assert (done.returncode, done.stdout) == (2, "")
    assert message in done.stderr


def test_a_hyphen_is_stdout(run: Run, new_study: Callable[..., Path]) -> None:
    """`-o -` writes to stdout, as no file named does, and makes no file."""
    root = new_study({"all.ttl": SMALL})
    assert run("export", "-o", "-", cwd=root).stdout == run("export", cwd=root).stdout != ""
    assert [path.name for path in root.iterdir()] == ["data"]


def test_candidates_are_a_line_each() -> None:
    """Labels with line ends do not tear the list of what a name can mean, nor its columns."""
    told = str(AmbiguousNameError("so", ["Soup\nof the day   ex:a", "Soufflé   ex:b"]))
    assert told.splitlines()[1:] == ["  Soup of the day   ex:a", "  Soufflé   ex:b"]
