"""The stored views and rules: the same rows in two engines, and in step with one another."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pyoxigraph
import pytest
import rdflib
from samples import BENT, PREFIXES, TANGLED, VALUED

import mlkg
from mlkg import stored
from mlkg.interop import to_rdflib, to_rdflib_graph

ROOT = Path(__file__).parents[1]
STORED = sorted(
    p
    for p in (ROOT / "queries").rglob("*.rq")
    if p.parent.name not in {"derive", "exports", "since"}
)


def in_pyoxigraph(study: mlkg.Study, text: str) -> list[tuple[rdflib.term.Node | None, ...]]:
    """Run a SELECT on the embedded store; terms as rdflib has them."""
    rows = study.store.query(text)
    assert isinstance(rows, pyoxigraph.QuerySolutions)
    return [tuple(None if term is None else to_rdflib(term) for term in row) for row in rows]


def in_rdflib(graph: rdflib.Graph, text: str) -> list[tuple[rdflib.term.Node | None, ...]]:
    """Run the same SELECT in rdflib."""
    return [tuple(row) for row in graph.query(text)]  # type: ignore[arg-type]


def load(folder: Path, text: str) -> mlkg.FolderStudy:
    """Load a study of one file."""
    return mlkg.load(folder, data={"data/all.ttl": (PREFIXES + text).encode()})


@pytest.fixture(scope="module")
def tangled(tmp_path_factory: pytest.TempPathFactory) -> mlkg.FolderStudy:
    """A study of verdicts with holes, doubles and broken records."""
    return load(tmp_path_factory.mktemp("tangled"), TANGLED)


@pytest.fixture(scope="module")
def valued(tmp_path_factory: pytest.TempPathFactory) -> mlkg.FolderStudy:
    """A study with every kind of scale and every state, and answers that do not fit."""
    return load(tmp_path_factory.mktemp("valued"), VALUED + BENT)


@pytest.fixture(scope="module")
def studies(
    study: mlkg.FolderStudy, tangled: mlkg.FolderStudy, valued: mlkg.FolderStudy
) -> dict[str, mlkg.FolderStudy]:
    """The studies by name."""
    return {"real": study, "tangled": tangled, "valued": valued}


@pytest.fixture(scope="module")
def graphs(studies: dict[str, mlkg.FolderStudy]) -> dict[str, rdflib.Graph]:
    """The studies as rdflib graphs, with their derived facts."""
    return {
        name: to_rdflib_graph([*chosen.triples(), *chosen.store.derived()], chosen.prefixes)
        for name, chosen in studies.items()
    }


@pytest.mark.parametrize("which", ["real", "tangled", "valued"])
@pytest.mark.parametrize("path", STORED, ids=lambda path: path.stem)
def test_same_rows_in_both_engines(
    path: Path,
    which: str,
    studies: dict[str, mlkg.FolderStudy],
    graphs: dict[str, rdflib.Graph],
) -> None:
    """A stored query gives the same rows in pyoxigraph and in rdflib, in the same order."""
    text = path.read_text("utf-8")
    assert in_pyoxigraph(studies[which], text) == in_rdflib(graphs[which], text)


@pytest.mark.parametrize("path", STORED, ids=lambda path: path.stem)
def test_samples_exercise_every_query(
    path: Path, tangled: mlkg.FolderStudy, valued: mlkg.FolderStudy
) -> None:
    """The comparison of engines compares something: each query has rows on one of two samples."""
    text = path.read_text("utf-8")
    assert in_pyoxigraph(tangled, text) or in_pyoxigraph(valued, text)


def test_every_view_is_found() -> None:
    """Discovery finds each view, with a summary of its own."""
    views = stored.views([ROOT / "queries"])
    named = {
        "claims",
        "contested",
        "contradicted",
        "coverage",
        "disputed",
        "evidence",
        "ready",
        "sources",
        "study",
        "table",
        "table-by-evidence",
        "unsupported",
    }
    assert named <= set(views)
    assert len({view.summary for view in views.values()}) == len(views)


def test_cells_of_the_tangled_study(tangled: mlkg.Study) -> None:
    """Cells show qualifier and reliance, states tell all seven, holes and doubles are marked."""
    table = tangled.table()
    header = ["", *(heading.label for heading in table.criteria)]
    rows = [
        [option.label, *(f"{cell.text} {cell.state}" for cell in row)]
        for option, row in zip(table.options, table.rows, strict=True)
    ]
    salty = "✔ (if asked, Dip, Pie) unsupported"
    assert [header, *rows] == [
        ["", "Warm", "Cheap", "Fast", "Salty"],
        ["Soup", "✔ supported", "◐ (at noon) unsupported", "✔ unsupported", salty],
        ["Pie", "✘ disputed", "? open", " missing", "odd suspect"],
        ["Dip", " missing", " missing", " missing", "✔ / ✘ disputed"],
    ]


def test_rationale_reconciles(tangled: mlkg.Study) -> None:
    """A claim that evidence disputes is reconciled when it has a rationale."""
    states = {
        row["claim"].value: row["state"].value for row in tangled.select("table") if row["claim"]
    }
    assert states["https://example.org/dip-salty-2"] == "reconciled"
    assert states["https://example.org/pie-warm"] == "disputed"


@pytest.mark.parametrize("which", ["real", "tangled"])
def test_views_agree_about_support(which: str, study: mlkg.Study, tangled: mlkg.Study) -> None:
    """table, claims, coverage, unsupported and disputed count the same claims."""
    chosen = study if which == "real" else tangled
    cells = [row for row in chosen.select("table") if row["claim"]]
    states = Counter(row["state"].value for row in cells)
    coverage = list(chosen.select("coverage"))
    for kind in ("option", "criterion"):
        sums = {
            name: sum(int(row[name].value) for row in coverage if row["of"].value == kind)
            for name in ("claims", "supported", "unsupported", "open", "disputed")
        }
        assert sums["claims"] == len(cells)
        assert sums["open"] == states["open"]
        assert sums["supported"] + sums["unsupported"] + sums["open"] == sums["claims"]
        assert sums["unsupported"] == len(list(chosen.select("unsupported")))
        assert sums["disputed"] == len({row["claim"] for row in chosen.select("disputed")})
    bare = {row["claim"] for row in chosen.select("unsupported")}
    rule = chosen.validate(select=frozenset({"unsupported-claim"})).findings
    assert bare == {finding.focus for finding in rule}
    assert bare >= {row["claim"] for row in cells if row["state"].value == "unsupported"}
    counted = {
        row["claim"]
        for row in chosen.select("claims")
        if row["supporting"].value == "0" and row["verdict"].value != "?"
    }
    assert bare == counted
