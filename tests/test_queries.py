"""The stored views and rules: the same rows in two engines, and in step with one another."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pyoxigraph
import pytest
import rdflib
from samples import PREFIXES, TANGLED

import mlkg
from mlkg import stored
from mlkg.interop import to_rdflib

ROOT = Path(__file__).parents[1]
STORED = sorted(
    p for p in (ROOT / "queries").rglob("*.rq") if p.parent.name not in {"since", "exports"}
)


def in_pyoxigraph(study: mlkg.Study, text: str) -> list[tuple[rdflib.term.Node | None, ...]]:
    """Run a SELECT on the embedded store; terms as rdflib has them."""
    rows = study.store.query(text)
    assert isinstance(rows, pyoxigraph.QuerySolutions)
    return [tuple(None if term is None else to_rdflib(term) for term in row) for row in rows]


def in_rdflib(graph: rdflib.Graph, text: str) -> list[tuple[rdflib.term.Node | None, ...]]:
    """Run the same SELECT in rdflib."""
    return [tuple(row) for row in graph.query(text)]  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def tangled(tmp_path_factory: pytest.TempPathFactory) -> mlkg.Study:
    """A study in which every view and every rule has something to show."""
    folder = tmp_path_factory.mktemp("tangled")
    (folder / "data").mkdir()
    (folder / "data" / "all.ttl").write_text(PREFIXES + TANGLED, "utf-8")
    return mlkg.load(folder)


@pytest.fixture(scope="module")
def graphs(study: mlkg.Study, tangled: mlkg.Study) -> dict[str, rdflib.Graph]:
    """Both studies as rdflib graphs."""
    return {"real": study.graph(), "tangled": tangled.graph()}


@pytest.mark.parametrize("which", ["real", "tangled"])
@pytest.mark.parametrize("path", STORED, ids=lambda path: path.stem)
def test_same_rows_in_both_engines(
    path: Path,
    which: str,
    study: mlkg.Study,
    tangled: mlkg.Study,
    graphs: dict[str, rdflib.Graph],
) -> None:
    """A stored query gives the same rows in pyoxigraph and in rdflib, in the same order."""
    text = path.read_text("utf-8")
    ours = in_pyoxigraph(study if which == "real" else tangled, text)
    assert ours == in_rdflib(graphs[which], text)


@pytest.mark.parametrize("path", STORED, ids=lambda path: path.stem)
def test_tangled_study_exercises_every_query(path: Path, tangled: mlkg.Study) -> None:
    """The comparison of engines compares something: each query has rows on the tangled study."""
    assert len(in_pyoxigraph(tangled, path.read_text("utf-8"))) > 0


def test_every_view_is_found() -> None:
    """Discovery finds each view, with a summary of its own."""
    views = stored.views([ROOT / "queries"])
    named = {
        "claims",
        "coverage",
        "disputed",
        "evidence",
        "sources",
        "study",
        "table",
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


def test_the_digest_is_written_the_same_everywhere() -> None:
    """The three queries that compute a claim's digest take the same content, line for line."""
    marks = ("FILTER(?p IN", "FILTER(!STRSTARTS", "IF(isIRI", "REPLACE(REPLACE", "AS ?line)")
    written = {
        tuple(
            line[line.index(mark) :]
            for line in (ROOT / "queries" / f"{name}.rq").read_text("utf-8").splitlines()
            for mark in marks
            if mark in line
        )
        for name in ("digests", "table", "checks/suspect-claim")
    }
    assert [len(lines) for lines in written] == [5]
