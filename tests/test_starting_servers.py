"""The servers that tests start: they answer, they stop, and a missing one is said to be missing."""

from __future__ import annotations

import os
import subprocess
import sys
import urllib.parse
import urllib.request
from pathlib import Path

import pytest
import servers

NAMES = sorted(servers.MARKS)
ASKED = pytest.mark.parametrize("name", NAMES)

MARKED = """\
import pytest

@pytest.mark.{name}
def test_it() -> None:
    pass
"""


def ask(server: servers.Server, text: str) -> bytes:
    """Put a query to a server and return its answer as the server writes JSON."""
    request = urllib.request.Request(  # noqa: S310 - a server of our own
        f"{server.query_url}?{urllib.parse.urlencode({'query': text})}",
        headers={"Accept": "application/sparql-results+json"},
    )
    with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
        body: bytes = answer.read()
        return body


def outcome(name: str, folder: Path, environment: dict[str, str]) -> str:
    """Run a test with the mark `name` where nothing is installed, and return how pytest sums up."""
    test = folder / "test_marked.py"
    test.write_text(MARKED.format(name=name), "utf-8")
    (folder / "conftest.py").write_text(
        f"import sys\nsys.executable = {str(folder / 'python')!r}\n"
        "from conftest_of_mlkg import pytest_runtest_setup\n",
        "utf-8",
    )
    tests = Path(__file__).parent
    (folder / "conftest_of_mlkg.py").write_text((tests / "conftest.py").read_text("utf-8"), "utf-8")
    (folder / "pytest.ini").write_text(
        f"[pytest]\nmarkers = {name}\npythonpath = {tests} {tests.parent / 'benchmarks'} .\n",
        "utf-8",
    )
    kept = {key: value for key, value in os.environ.items() if key not in ("CI", "PATH")}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-rsf", "-p", "no:cacheprovider", str(test)],
        cwd=folder,
        env={**kept, "PATH": str(folder), **environment},
        capture_output=True,
        text=True,
        timeout=120,
    )
    return done.stdout


@ASKED
def test_missing_server_is_skipped(name: str, tmp_path: Path) -> None:
    """On a user's machine a test whose server is missing is skipped, with how to install it."""
    shown = outcome(name, tmp_path, {})
    assert "1 skipped" in shown
    assert f"{name} is not installed: {servers.MARKS[name]}" in shown


@ASKED
def test_missing_server_fails_in_ci(name: str, tmp_path: Path) -> None:
    """With CI=true the same test fails, and says the same."""
    shown = outcome(name, tmp_path, {"CI": "true"})
    assert "1 error" in shown
    assert f"{name} is not installed: {servers.MARKS[name]}" in shown


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=getattr(pytest.mark, name)) for name in servers.SERVERS]
)
def test_server_answers_writes_and_stops(name: str, tmp_path: Path) -> None:
    """A server is empty and writable while it runs, and gone with its process afterwards."""
    with servers.SERVERS[name](tmp_path) as server:
        update = urllib.request.Request(  # noqa: S310
            server.update_url,
            data=b"INSERT DATA { GRAPH <urn:x-test:g> { <urn:x-test:s> <urn:x-test:p> 1 } }",
            headers={"Content-Type": "application/sparql-update"},
        )
        urllib.request.urlopen(update, timeout=30).close()  # noqa: S310
        put = urllib.request.Request(  # noqa: S310
            f"{server.graph_store_url}?graph=urn:x-test:h",
            data=b"<urn:x-test:s> <urn:x-test:p> 2 .",
            headers={"Content-Type": "text/turtle"},
            method="PUT",
        )
        urllib.request.urlopen(put, timeout=30).close()  # noqa: S310
        answer = ask(server, "SELECT (SUM(?o) AS ?sum) { GRAPH ?g { <urn:x-test:s> ?p ?o } }")
        assert b'"3"' in answer
    with pytest.raises(OSError, match="refused"):
        ask(server, servers.READY)
    with pytest.raises(ProcessLookupError):
        os.kill(server.pid, 0)


@pytest.mark.virtuoso
def test_server_that_does_not_start_shows_its_log(tmp_path: Path) -> None:
    """A server that ends at once is reported with its status and what it printed."""
    (tmp_path / "virtuoso.db").mkdir()
    with (
        pytest.raises(servers.ServerError, match=r"(?s)ended with status \d+\n.*Virtuoso"),
        servers.virtuoso(tmp_path),
    ):
        pass
