"""An installed mlkg works outside the checkout: the wheel carries ontology and queries."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from samples import SMALL


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the checkout."""
    target = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(target)],
        cwd=Path(__file__).parents[1],
        check=True,
        capture_output=True,
    )
    (built,) = target.glob("*.whl")
    return built


def test_wheel_holds_every_query_and_term(wheel: Path, root: Path) -> None:
    """What lies in ontology/ and queries/ lies in the wheel, file for file."""
    inside = {name for name in zipfile.ZipFile(wheel).namelist() if name.startswith("mlkg/")}
    for folder in ("ontology", "queries"):
        files = [path for path in (root / folder).rglob("*") if path.is_file()]
        assert files
        assert {f"mlkg/{path.relative_to(root).as_posix()}" for path in files} <= inside


def test_wheel_holds_every_file_of_the_package(wheel: Path, root: Path) -> None:
    """Templates, style and script of pages lie beside the modules, as in the checkout."""
    source = root / "src"
    inside = set(zipfile.ZipFile(wheel).namelist())
    files = {
        path.relative_to(source).as_posix()
        for path in (source / "mlkg").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert "mlkg/export/page/page.js" in files
    assert files <= inside


def test_installed_mlkg_runs_anywhere(
    wheel: Path, new_study: Callable[..., Path], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """In a fresh environment, far from the checkout, table and validate do their work.

    The environment takes the dependencies from this one, for the tests use no network; mlkg
    itself comes from the wheel.
    """
    environment = tmp_path_factory.mktemp("environment")
    subprocess.run([sys.executable, "-m", "venv", str(environment)], check=True)
    python = environment / "bin" / "python"
    install = ["-m", "pip", "install", "--no-index", "--no-deps", "--quiet", str(wheel)]
    subprocess.run([python, *install], check=True)
    (site,) = environment.glob("lib/python*/site-packages")
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n", "utf-8")
    folder = new_study({"all.ttl": SMALL})

    def run(*args: str) -> str:
        command = [str(environment / "bin" / "mlkg"), "-C", str(folder), *args]
        return subprocess.run(command, cwd="/", check=True, capture_output=True).stdout.decode()

    where = subprocess.run(
        [python, "-c", "import mlkg; print(mlkg.__file__)"],
        cwd="/",
        capture_output=True,
        check=True,
    )
    assert where.stdout.decode().startswith(str(site))
    assert "Soup  ✔ ●   ◐ (at noon) ○\n" in run("table")
    assert run("export", "--format", "html").startswith("<!doctype html>")
    assert run("validate", "-q").endswith(" checks, 0 errors, 2 warnings, 0 info\n")
