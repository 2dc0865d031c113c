"""What a command loads: the hot path stays free of the heavy libraries."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = {"rdflib", "pyshacl", "SPARQLWrapper", "hypothesis", "rich"}
PROBE = """
import sys
from mlkg.cli import main
sys.argv[0] = "mlkg"
try:
    main()
finally:
    print(*sorted({name.partition(".")[0] for name in sys.modules}), file=sys.stderr)
"""


def loaded(root: Path, args: list[str]) -> set[str]:
    """Run a command and return the top-level modules that its process had loaded at its end."""
    done = subprocess.run(
        [sys.executable, "-c", PROBE, *args], cwd=root, capture_output=True, check=True
    )
    return set(done.stderr.decode().split())


@pytest.mark.parametrize(
    "args",
    [
        ["--help"],
        ["table"],
        ["query", "unsupported"],
        ["query", "evidence", "--format", "csv"],
        ["query", "--list"],
        ["rule"],
        ["export"],
        ["export", "--format", "json"],
        ["export", "--format", "trig"],
        ["explain", "kubeflow", "ci-cd"],
        ["explain", "kubeflow", "--format", "dot"],
    ],
    ids=" ".join,
)
def test_heavy_libraries_are_not_imported(root: Path, args: list[str]) -> None:
    """Help, table, query, rule, export and explain start without rdflib and pySHACL."""
    modules = loaded(root, args)
    assert {"mlkg", "click"} <= modules
    assert modules & HEAVY == set()


def test_validate_needs_them(root: Path) -> None:
    """The probe can tell: validation does import the SHACL engine."""
    assert HEAVY & loaded(root, ["validate", "-q"]) >= {"rdflib", "pyshacl"}
