"""What tests share: the checkout's own study, small studies, and the command itself."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
import rdflib
import servers
from hypothesis import settings
from samples import PREFIXES, Run

import mlkg

ROOT = Path(__file__).parents[1]

# The same examples in every run, and no clock: a loaded machine is no fault of the code.
settings.register_profile("mlkg", deadline=None, derandomize=True)
settings.load_profile("mlkg")


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip, or in CI fail, a test whose server is not installed."""
    for name in servers.MARKS:
        if item.get_closest_marker(name):
            servers.require(name)


@pytest.fixture(scope="session")
def oxigraph_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[servers.Server]:
    """An Oxigraph server for the session; tests tell their graphs apart by name."""
    servers.require("oxigraph_server")
    with servers.oxigraph(tmp_path_factory.mktemp("oxigraph")) as server:
        yield server


@pytest.fixture(scope="session")
def virtuoso(tmp_path_factory: pytest.TempPathFactory) -> Iterator[servers.Server]:
    """A Virtuoso 7 for the session; tests tell their graphs apart by name."""
    servers.require("virtuoso")
    with servers.virtuoso(tmp_path_factory.mktemp("virtuoso")) as server:
        yield server


@pytest.fixture(
    params=[pytest.param(name, marks=getattr(pytest.mark, name)) for name in servers.SERVERS]
)
def server(request: pytest.FixtureRequest) -> servers.Server:
    """Each of the real servers, for the session."""
    found = request.getfixturevalue(request.param)
    assert isinstance(found, servers.Server)
    return found


@pytest.fixture
def iri(request: pytest.FixtureRequest) -> str:
    """An IRI for a study that no other test has."""
    name = hashlib.sha256(request.node.nodeid.encode()).hexdigest()[:16]
    return f"https://example.org/{name}"


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout, which is itself a study."""
    return ROOT


@pytest.fixture(scope="session")
def study() -> mlkg.Study:
    """The study of ten deployment platforms, loaded once; nothing changes it."""
    return mlkg.load(ROOT)


@pytest.fixture
def run() -> Run:
    """Run the command `mlkg` in a process of its own, without a terminal, and return what it did.

    `run(*args, cwd=folder, stdin=text, env={…})`; output is decoded as UTF-8, line ends untouched.
    """

    def run_command(
        *args: str | Path,
        cwd: Path = ROOT,
        stdin: str = "",
        env: Mapping[str, str] | None = None,
    ) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            [sys.executable, "-m", "mlkg", *map(str, args)],
            cwd=cwd,
            input=stdin.encode(),
            capture_output=True,
            timeout=120,
            env={**os.environ, **(env or {})},
        )
        return subprocess.CompletedProcess(
            done.args, done.returncode, done.stdout.decode(), done.stderr.decode()
        )

    return run_command


@pytest.fixture
def new_study(tmp_path: Path) -> Callable[..., Path]:
    """Write a study into a temporary folder and return the folder.

    `new_study({"claims.ttl": "…"})`; the values are Turtle text or bytes, the prefixes of PREFIXES
    are put before text.
    """

    def write(files: Mapping[str, str | bytes]) -> Path:
        (tmp_path / "data").mkdir(exist_ok=True)
        for name, content in files.items():
            raw = content if isinstance(content, bytes) else (PREFIXES + content).encode()
            (tmp_path / "data" / name).write_bytes(raw)
        return tmp_path

    return write


@pytest.fixture
def lexical_forms() -> Iterator[None]:
    """Let rdflib keep literals as they are written."""
    before = rdflib.NORMALIZE_LITERALS
    rdflib.NORMALIZE_LITERALS = False
    yield
    rdflib.NORMALIZE_LITERALS = before


@pytest.fixture
def no_git_user(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nobody is known to git, whoever runs the tests."""
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_SYSTEM", os.devnull)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
