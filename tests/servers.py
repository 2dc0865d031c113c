"""Real SPARQL servers for tests: found, started on free ports of this machine, and stopped.

A test that needs one carries its mark, `@pytest.mark.oxigraph_server` or `@pytest.mark.virtuoso`,
and takes the fixture of that name, which is one server for the whole session. Where a server is not
installed the test is skipped with the reason; where the environment says CI=true it fails instead.
The mark `jena` does the same for Apache Jena, which runs on files.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import NamedTuple

import jena
import pytest

START_SECONDS = 60
STOP_SECONDS = 10
LIFE_SECONDS = 3600
"""How long a server lives at most, should the process that started it die."""

READY = "ASK {}"


class Server(NamedTuple):
    """A server that runs; the URLs are those of SPARQL 1.1's three protocols."""

    name: str
    query_url: str
    update_url: str
    graph_store_url: str
    pid: int
    log: Path


class ServerError(Exception):
    """A server did not start; the message ends with what it printed."""


MARKS: Mapping[str, str] = {
    "jena": "apt-get install libapache-jena-java",
    "openssl": "apt-get install openssl",
    "oxigraph_server": "pip install oxigraph",
    "virtuoso": "apt-get install virtuoso-opensource-7",
}
"""The marks of tests that need something beyond mlkg itself, and how to install that."""


def require(name: str) -> None:
    """Skip the test that runs when what the mark `name` stands for is missing; in CI, fail it."""
    if reason := missing(name):
        if os.environ.get("CI", "").lower() in ("true", "1"):
            pytest.fail(reason, pytrace=False)
        pytest.skip(reason)


def missing(name: str) -> str | None:
    """Return why tests with the mark `name` cannot run on this machine, None when they can."""
    if name == "jena":
        found = jena.is_installed()
    elif name == "openssl":
        found = shutil.which("openssl") is not None
    elif name == "oxigraph_server":
        found = _oxigraph() is not None
    else:
        found = _virtuoso() is not None and _isql() is not None
    return None if found else f"{name} is not installed: {MARKS[name]}"


@contextmanager
def oxigraph(folder: Path, *, read_only: bool = False) -> Iterator[Server]:
    """Run an Oxigraph server with the store below `folder`, a folder that exists.

    A store that is not there yet is made, empty, unless it is only for reading.
    """
    command = _oxigraph()
    if command is None:
        raise ServerError(missing("oxigraph_server"))
    port = _free_port()
    url = f"http://127.0.0.1:{port}"
    serve = "serve-read-only" if read_only else "serve"
    arguments = [serve, "--location", str(folder / "store"), "--bind", f"127.0.0.1:{port}"]
    with _running([command, *arguments], folder, f"{url}/query") as (pid, log):
        yield Server("oxigraph_server", f"{url}/query", f"{url}/update", f"{url}/store", pid, log)


@contextmanager
def virtuoso(
    folder: Path, *, result_limit: int = 1_000_000, buffers: int = 20_000
) -> Iterator[Server]:
    """Run Virtuoso 7 with an empty database in `folder`, writable without a password.

    It listens on the loopback interface only, reads no files and writes no checkpoints.
    `result_limit` is the number of rows after which it silently ends a result (ResultSetMaxRows);
    `buffers` are pages of 8 KiB.
    """
    command, isql = _virtuoso(), _isql()
    if command is None or isql is None:
        raise ServerError(missing("virtuoso"))
    http, sql = _free_port(), _free_port()
    settings = folder / "virtuoso.ini"
    settings.write_text(
        _VIRTUOSO_INI.format(
            folder=folder,
            http=http,
            sql=sql,
            limit=result_limit,
            buffers=buffers,
            dirty=buffers * 3 // 5,
        ),
        "utf-8",
    )
    url = f"http://127.0.0.1:{http}"
    arguments = ["+foreground", "+configfile", str(settings)]
    with _running([command, *arguments], folder, f"{url}/sparql") as (pid, log):
        granted = subprocess.run(
            [isql, f"127.0.0.1:{sql}", "dba", "dba", "ERRORS=STDOUT"],
            input=_VIRTUOSO_GRANTS,
            capture_output=True,
            text=True,
            timeout=START_SECONDS,
        )
        if granted.returncode != 0 or "Error" in granted.stdout:
            raise ServerError(f"Virtuoso refused its grants:\n{granted.stdout}{granted.stderr}")
        yield Server(
            "virtuoso", f"{url}/sparql", f"{url}/sparql", f"{url}/sparql-graph-crud", pid, log
        )


SERVERS: Mapping[str, Callable[[Path], AbstractContextManager[Server]]] = {
    "oxigraph_server": oxigraph,
    "virtuoso": virtuoso,
}
"""The servers by their marks."""

_VIRTUOSO_INI = """\
[Database]
DatabaseFile = {folder}/virtuoso.db
ErrorLogFile = {folder}/virtuoso.log
LockFile = {folder}/virtuoso.lck
TransactionFile = {folder}/virtuoso.trx
xa_persistent_file = {folder}/virtuoso.pxa
ErrorLogLevel = 7
FileExtend = 200
MaxCheckpointRemap = 2000
TempStorage = TempDatabase

[TempDatabase]
DatabaseFile = {folder}/virtuoso-temp.db
TransactionFile = {folder}/virtuoso-temp.trx
MaxCheckpointRemap = 2000

[Parameters]
ServerPort = 127.0.0.1:{sql}
DisableUnixSocket = 1
MaxClientConnections = 10
CheckpointInterval = 0
CaseMode = 2
DirsAllowed = {folder}/nothing
AllowOSCalls = 0
SchedulerInterval = 10
NumberOfBuffers = {buffers}
MaxDirtyBuffers = {dirty}

[HTTPServer]
ServerPort = 127.0.0.1:{http}
ServerRoot = {folder}
ServerThreads = 6
Charset = UTF-8

[SPARQL]
ResultSetMaxRows = {limit}
MaxQueryCostEstimationTime = 0
MaxQueryExecutionTime = 300
"""
# By default nobody may write over HTTP.
_VIRTUOSO_GRANTS = """\
GRANT SPARQL_UPDATE TO "SPARQL";
DB.DBA.RDF_DEFAULT_USER_PERMS_SET ('nobody', 7);
"""


@contextmanager
def _running(command: list[str], folder: Path, query_url: str) -> Iterator[tuple[int, Path]]:
    """Run a server from when it answers until the block is left; give its pid and its log."""
    # Where these are, they end the server even when this process is killed and cannot.
    tied, timed = shutil.which("setpriv"), shutil.which("timeout")
    bound = [tied, "--pdeathsig", "TERM"] if tied else []
    bound += [timed, f"--kill-after={STOP_SECONDS}", str(LIFE_SECONDS)] if timed else []
    log = folder / "server.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [*bound, *command], cwd=folder, stdout=output, stderr=subprocess.STDOUT
        )
    try:
        _wait_until_ready(process, query_url, log)
        yield process.pid, log
    finally:
        process.terminate()
        try:
            process.wait(2 * STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_until_ready(process: subprocess.Popen[bytes], query_url: str, log: Path) -> None:
    """Return when the server answers a query; raise ServerError when it ends or takes too long."""
    url = f"{query_url}?{urllib.parse.urlencode({'query': READY})}"
    last = ""
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until and process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=5):  # noqa: S310 - a URL of our own
                return
        except (urllib.error.URLError, OSError) as error:
            last = str(error)
            time.sleep(0.1)
    ended = process.poll()
    state = f"ended with status {ended}" if ended is not None else f"does not answer: {last}"
    printed = log.read_text("utf-8", errors="replace")[-4000:]
    raise ServerError(f"{' '.join(map(str, process.args))}\n{state}\n{printed}")  # type: ignore[arg-type]


def _free_port() -> int:
    """Return a port of the loopback interface that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _oxigraph() -> str | None:
    return shutil.which("oxigraph", path=f"{Path(sys.executable).parent}{os.pathsep}{_path()}")


def _virtuoso() -> str | None:
    return shutil.which("virtuoso-t", path=_path())


def _isql() -> str | None:
    """Return Virtuoso's SQL client, which Debian calls isql-vt; plain isql is often unixODBC's."""
    return shutil.which("isql-vt", path=_path()) or shutil.which("isql-v", path=_path())


def _path() -> str:
    return os.environ.get("PATH", os.defpath)
