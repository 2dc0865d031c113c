"""Every shape finds the faults of its case, one fault a record, and nothing else."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from mlkg.namespaces import WELL_KNOWN
from mlkg.naming import shorten
from mlkg.shapes import check_with_pyshacl, load_shapes
from mlkg.store import EmbeddedStore
from mlkg.turtle_files import load_files

ROOT = Path(__file__).parents[1]
CASES = sorted((Path(__file__).parent / "shapes").glob("*.ttl"))
SHAPES = load_shapes([ROOT / "ontology" / "shapes.ttl"], ROOT)
PREFIXES = {**WELL_KNOWN, "ex": "https://example.org/"}


def finds(case: Path) -> list[str]:
    """Return the lines `# finds RECORD SHAPE` of a case; every blank node is _:anonymous."""
    return sorted(re.findall(r"^# finds (.*)$", case.read_text("utf-8"), re.MULTILINE))


def test_every_shape_has_a_case() -> None:
    """No shape stays without a record that violates it."""
    named = {line.split()[1] for case in CASES for line in finds(case)}
    assert set(SHAPES.messages) == named


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.stem)
def test_case(case: Path) -> None:
    """The findings are exactly the records and shapes that the case lists."""
    files = load_files(EmbeddedStore(), [ROOT / "ontology" / "mlkg.ttl", case], ROOT)
    triples = {quad.triple for file in files for quad in file.quads()}
    found = {
        re.sub(r"^_:\S+", "_:anonymous", f"{shorten(finding.focus, PREFIXES)} {finding.rule}")
        for finding in check_with_pyshacl(triples, SHAPES, PREFIXES)
    }
    assert finds(case) == sorted(found)
