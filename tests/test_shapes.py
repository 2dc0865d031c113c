"""Every shape finds the faults of its case, one fault a record, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from samples import SMALL
from stores import TERMS

import mlkg
from mlkg.errors import ShapesError
from mlkg.namespaces import WELL_KNOWN
from mlkg.naming import shorten
from mlkg.validation.engines import ENGINES
from mlkg.validation.file_set import FileSet
from mlkg.validation.run import validate
from mlkg.validation.shapes import load_shapes

ROOT = Path(__file__).parents[1]
CASES = sorted((Path(__file__).parent / "shapes").glob("*.ttl"))
SHAPES_FILE = ROOT / "ontology" / "shapes.ttl"
PREFIXES = {**WELL_KNOWN, "ex": "https://example.org/"}


def finds(case: Path) -> list[str]:
    """Return the lines `# finds RECORD SHAPE` of a case; every blank node is _:anonymous."""
    return sorted(re.findall(r"^# finds (.*)$", case.read_text("utf-8"), re.MULTILINE))


def test_every_shape_has_a_case() -> None:
    """No shape stays without a record that violates it."""
    named = {line.split()[1] for case in CASES for line in finds(case)}
    assert set(load_shapes([SHAPES_FILE], ROOT).messages) == named


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_case(case: Path, engine: str) -> None:
    """The findings are exactly the records and shapes that the case lists, in both engines."""
    subject = FileSet(
        data=[*(p for p in TERMS if p.name != "units.ttl"), case], shapes=[SHAPES_FILE]
    )
    report = validate(subject, engine=engine)
    assert report.notes == ()
    found = {
        re.sub(r"^_:\S+", "_:anonymous", f"{shorten(finding.focus, PREFIXES)} {finding.rule}")
        for finding in report.findings
    }
    assert finds(case) == sorted(found)


OWN_SHAPES = """\
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix mlkg: <https://w3id.org/mlkg/ns#> .
@prefix ex: <https://example.org/> .
ex:shape a sh:NodeShape ; sh:targetClass mlkg:Option ;
  sh:property [ sh:path ex:price ; sh:minCount 1 ; sh:message "A price."@en ] .
"""


def test_a_shape_without_iri_goes_by_the_one_around_it(new_study: Callable[..., Path]) -> None:
    """Findings of anonymous shapes are reported, and can be selected and ignored."""
    folder = new_study({"all.ttl": SMALL})
    (folder / "ontology").mkdir()
    (folder / "ontology" / "own-shapes.ttl").write_text(OWN_SHAPES, "utf-8")
    study = mlkg.load(folder)
    found = study.validate(select=frozenset({"shape"})).findings
    assert [(f.rule, f.message) for f in found] == [
        ("shape", "Soup: A price."),
        ("shape", "Pie: A price."),
    ]
    assert study.validate(ignore=frozenset({"shape"})).counts()["error"] == 0
    assert study.validate().counts()["error"] == 2


@pytest.mark.parametrize("engine", ENGINES)
def test_unusable_shapes_are_named(new_study: Callable[..., Path], engine: str) -> None:
    """Shapes that an engine cannot use are an error of mlkg, with what is wrong."""
    folder = new_study({"all.ttl": SMALL})
    (folder / "ontology").mkdir()
    bad = OWN_SHAPES.replace("sh:minCount 1", "sh:minCount ex:one")
    (folder / "ontology" / "own-shapes.ttl").write_text(bad, "utf-8")
    with pytest.raises(ShapesError, match="minCount"):
        mlkg.load(folder).validate(engine=engine)
