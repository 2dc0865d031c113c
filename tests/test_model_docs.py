"""The page of the model holds what mlkg does: its examples validate, its tables are generated."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import mlkg
from mlkg.namespaces import MLKG

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "model.md").read_text("utf-8")
BLOCKS = re.findall(r"^```turtle\n(.*?)^```", PAGE, re.DOTALL | re.MULTILINE)


@pytest.fixture(scope="module")
def pasted(tmp_path_factory: pytest.TempPathFactory) -> mlkg.Study:
    """The examples of the page, pasted into one file."""
    folder = tmp_path_factory.mktemp("pasted")
    (folder / "data").mkdir()
    (folder / "data" / "study.ttl").write_text("\n".join(BLOCKS), "utf-8")
    return mlkg.load(folder)


def test_the_examples_validate(pasted: mlkg.Study) -> None:
    """Nothing in the examples is an error; the warnings are those that the examples are about."""
    found = sorted((f.severity, f.rule) for f in pasted.validate().findings)
    assert found == [("warning", "unsupported-claim")] * 3


def test_the_examples_have_the_states_that_the_page_tells(pasted: mlkg.Study) -> None:
    """Each cell of the example study is in the state that its records bring about."""
    table = pasted.table()
    assert [[f"{cell.text} {cell.state}" for cell in row] for row in table.rows] == [
        ["✔ reconciled", "? open", "MIT unsupported", "stable unsupported"],
        [
            "✘ by-absence",
            "12.5 ms (LiveReload) supported",
            "Apache-2.0, MIT weak",
            "stable unsupported",
        ],
    ]


def test_every_kind_of_record_has_an_example(pasted: mlkg.Study) -> None:
    """Each class of record that a shape targets is in an example, terms of mlkg aside."""
    shapes = (ROOT / "ontology" / "shapes.ttl").read_text("utf-8")
    own = {
        "Certainty",
        "Citation",
        "Direction",
        "LifecycleStatus",
        "LinkState",
        "Preference",
        "Question",
        "QuoteState",
        "Remark",
        "SearchOutcome",
        "SourceKind",
        "State",
        "ValueType",
    }
    targets = set(re.findall(r"sh:targetClass mlkg:(\w+)", shapes)) - own
    written = set(re.findall(r"^  a mlkg:(\w+)", "\n".join(BLOCKS), re.MULTILINE))
    assert len(targets) >= 14
    assert targets - written == set()


def test_every_derived_fact_is_listed() -> None:
    """The table of derived facts names each fact that mlkg derives, and no other."""
    section = PAGE.partition("## Derived facts")[2].partition("### Direction")[0]
    rows = [line for line in section.splitlines() if line.startswith("| `")]
    listed = {name for row in rows for name in re.findall(r"`mlkg:(\w+)`", row.split("|")[1])}
    study = mlkg.load(ROOT)
    assert {MLKG + name for name in listed} == study.facts().predicates
