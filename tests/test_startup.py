"""What a command loads: the hot path stays free of the heavy libraries."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = {
    "SPARQLWrapper",
    "dulwich",
    "hypothesis",
    "jinja2",
    "pygit2",
    "pyshacl",
    "rdflib",
    "regex",
    "rich",
    "urllib3",
    "wcwidth",
}
PROBE = """
import os, sys
from mlkg.cli import main
sys.argv[0] = "mlkg"
leave = os._exit
def tell(status):
    print(*sorted(sys.modules), file=sys.stderr, flush=True)
    leave(status)
os._exit = tell
main()
"""


def loaded(root: Path, args: list[str]) -> set[str]:
    """Run a command and return the top-level modules that its process had loaded at its end."""
    return {name.partition(".")[0] for name in loaded_modules(root, args)}


def loaded_modules(root: Path, args: list[str]) -> set[str]:
    """Run a command and return all modules that its process had loaded at its end."""
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
        ["validate"],
        ["validate", "--no-baseline", "--fail-on", "never"],
        ["export"],
        ["export", "--format", "json"],
        ["export", "--format", "svg"],
        ["export", "--format", "tex"],
        ["export", "--format", "trig"],
        ["explain", "kubeflow", "ci-cd"],
        ["explain", "kubeflow", "--format", "dot"],
        ["diff", "--help"],
        ["pull", "--help"],
        ["push", "--help"],
        ["fmt", "--check"],
    ],
    ids=" ".join,
)
def test_heavy_libraries_are_not_imported(root: Path, args: list[str]) -> None:
    """Help, table, query, rule, validate, export, explain and fmt do without rdflib and pySHACL."""
    modules = loaded(root, args)
    assert {"mlkg", "click"} <= modules
    assert modules & HEAVY == set()


def test_a_page_needs_its_template_engine_only(root: Path) -> None:
    """A page is written without rdflib and pySHACL."""
    assert loaded(root, ["export", "--format", "html", "-o", os.devnull]) & HEAVY == {"jinja2"}


def test_a_clean_run_locates_nothing(root: Path) -> None:
    """What finds places is loaded when there is something to report, and never imports rdflib."""
    clean = loaded_modules(root, ["validate", "-q", "--select", "orphan-source"])
    assert "mlkg.validation.run" in clean
    assert (
        clean
        & {
            "mlkg.validation.positions",
            "mlkg.turtle.triples",
            "mlkg.validation.fingerprints",
            "rdflib",
        }
        == set()
    )
    found = loaded_modules(root, ["validate", "-q", "--select", "disputed-claim"])
    assert {
        "mlkg.validation.positions",
        "mlkg.turtle.triples",
        "mlkg.validation.fingerprints",
    } <= found
    assert "rdflib" not in found


def test_settings_are_read_by_validate_only(root: Path) -> None:
    """Other commands do not open pyproject.toml."""
    assert "tomllib" in loaded_modules(root, ["validate", "-q", "--select", "orphan-source"])
    for command in ("table", "rule", "export"):
        assert "tomllib" not in loaded_modules(root, [command])


def test_the_reference_engine_needs_them(root: Path) -> None:
    """The probe can tell: the reference engine does import what the others do without."""
    assert HEAVY & loaded(root, ["validate", "-q", "--engine", "pyshacl"]) >= {"rdflib", "pyshacl"}
