"""The commands push and pull, as a user meets them."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
import servers
from pushing import Tapped, endpoint
from samples import SMALL, Run

from mlkg.remote.manifests import read_manifest
from mlkg.remote.protocol import Connection

NewStudy = Callable[..., Path]


@pytest.fixture
def folder(new_study: NewStudy, iri: str) -> Path:
    """A study of two files with an IRI of its own."""
    head, claims, rest = SMALL.replace("ex:study", f"<{iri}>").partition("ex:soup-warm")
    return new_study({"a.ttl": head, "b.ttl": claims + rest})


@pytest.fixture
def urls(server: servers.Server) -> list[str]:
    """The options that name a server."""
    return ["--endpoint", server.query_url, "--update-endpoint", server.update_url]


def test_push_and_pull(
    run: Run, folder: Path, iri: str, server: servers.Server, urls: list[str], tmp_path: Path
) -> None:
    """Each graph has its line, and the last line sums up; the table comes back the same."""
    done = run("-C", folder, "push", *urls)
    assert done.stderr == ""
    assert done.stdout == (
        "replaced   data/a.ttl\n"
        "replaced   data/b.ttl\n"
        "replaced   derived\n"
        "replaced   ontology/mlkg.ttl\n"
        "replaced   ontology/states.ttl\n"
        f"{iri}: 5 replaced, 0 dropped, 0 unchanged\n"
    )
    (folder / "data" / "b.ttl").rename(folder / "data" / "c.ttl")
    assert run("-C", folder, "push", *urls).stdout == (
        "unchanged  data/a.ttl\n"
        "dropped    data/b.ttl\n"
        "replaced   data/c.ttl\n"
        "unchanged  derived\n"
        "unchanged  ontology/mlkg.ttl\n"
        "unchanged  ontology/states.ttl\n"
        f"{iri}: 1 replaced, 1 dropped, 4 unchanged\n"
    )
    target = tmp_path / "pulled"
    done = run("pull", "--endpoint", server.query_url, "--study", iri, target)
    assert (done.stdout, done.stderr) == (f"{iri}: 2 data files in {target}\n", "")
    assert run("-C", target, "table").stdout == run("-C", folder, "table").stdout
    again = run("pull", "--endpoint", server.query_url, "--study", iri, target)
    assert again.returncode == 2
    assert again.stderr == f"mlkg: {target}: not empty; name a new or empty folder to pull into\n"


def test_dry_run(run: Run, folder: Path, iri: str, server: servers.Server, urls: list[str]) -> None:
    """It shows what a push would do, writes nothing, and needs no place to write to."""
    done = run("-C", folder, "push", "--endpoint", server.query_url, "--dry-run")
    assert done.stdout == (
        "replaced   data/a.ttl\n"
        "replaced   data/b.ttl\n"
        "replaced   derived\n"
        "replaced   ontology/mlkg.ttl\n"
        "replaced   ontology/states.ttl\n"
        f"{iri}: 5 replaced, 0 dropped, 0 unchanged; nothing written: --dry-run\n"
    )
    connection = Tapped(endpoint(server))
    assert read_manifest(connection, iri) is None


def test_the_endpoint_of_mlkg_itself(
    run: Run, folder: Path, iri: str, server: servers.Server, urls: list[str], tmp_path: Path
) -> None:
    """--endpoint, and --study for pull, can stand before the command too."""
    done = run("-C", folder, *urls[:2], "push", *urls[2:])
    assert done.stdout.endswith(f"{iri}: 5 replaced, 0 dropped, 0 unchanged\n")
    done = run(*urls[:2], "--study", iri, "pull", tmp_path / "pulled")
    assert done.stdout == f"{iri}: 2 data files in {tmp_path / 'pulled'}\n"


def test_settings_and_environment(run: Run, folder: Path, iri: str, server: servers.Server) -> None:
    """All three URLs can stand in the study's settings, or the environment, which comes first."""
    (folder / "mlkg.toml").write_text(
        f'endpoint = "{server.query_url}"\n'
        f'update-endpoint = "{server.update_url}"\n'
        f'graph-store = "{server.graph_store_url}"\n'
    )
    done = run("-C", folder, "push")
    assert done.stdout.endswith(f"{iri}: 5 replaced, 0 dropped, 0 unchanged\n")
    done = run("push", cwd=folder, env={"MLKG_ENDPOINT": "http://127.0.0.1:9/none"})
    assert done.returncode == 2
    assert "http://127.0.0.1:9/none" in done.stderr
    environment = {
        "MLKG_ENDPOINT": server.query_url,
        "MLKG_UPDATE_ENDPOINT": server.update_url,
        "MLKG_GRAPH_STORE": server.graph_store_url,
    }
    (folder / "mlkg.toml").write_text('endpoint = "http://127.0.0.1:9/none"\n')
    done = run("-C", folder, "push", env=environment)
    assert done.stdout.endswith(f"{iri}: 0 replaced, 0 dropped, 5 unchanged\n")


def test_updates_never_go_to_another_endpoint_than_the_named_one(
    run: Run, folder: Path, iri: str, server: servers.Server
) -> None:
    """The settings' URL for updates counts only with the settings' endpoint."""
    (folder / "mlkg.toml").write_text(
        f'endpoint = "http://127.0.0.1:9/production"\nupdate-endpoint = "{server.update_url}"\n'
    )
    done = run("-C", folder, "push", "--endpoint", "http://127.0.0.1:9/other")
    assert done.returncode == 2
    done = run("-C", folder, "push", "--endpoint", server.query_url)
    if server.update_url != server.query_url:
        assert done.returncode == 2
        assert f"{server.query_url}: the endpoint answered 4" in done.stderr
        assert "--update-endpoint URL" in done.stderr
        assert read_manifest(Connection(endpoint(server), {}), iri) is None


def test_what_cannot_be_pushed(run: Run, new_study: NewStudy, server: servers.Server) -> None:
    """A study that cannot be read, or has no IRI, is not pushed; nothing is asked for it."""
    dead = ["--endpoint", "http://127.0.0.1:9/sparql"]
    done = run("-C", new_study({"a.ttl": "ex:a a ."}), "push", *dead)
    assert done.returncode == 2
    assert re.match(r"mlkg: data/a.ttl:\d+:\d+: syntax error", done.stderr)
    done = run("-C", new_study({"a.ttl": "ex:a a ex:B ."}), "push", *dead)
    assert done.returncode == 2
    assert "graphs are named after the study's IRI" in done.stderr


@pytest.mark.parametrize("command", [["push"], ["pull", "new"]], ids=["push", "pull"])
def test_no_endpoint(run: Run, new_study: NewStudy, command: list[str]) -> None:
    """Without an endpoint the message says how to name one."""
    folder = new_study({"a.ttl": "<https://example.org/s> a mlkg:Study ."})
    done = run(*command, cwd=folder)
    assert done.returncode == 2
    assert done.stderr.startswith("mlkg: no endpoint is named; give --endpoint URL")
    assert not (folder / "new").exists()


@pytest.mark.oxigraph_server
def test_the_revision_is_kept(
    run: Run, folder: Path, iri: str, oxigraph_server: servers.Server, git: Callable[..., str]
) -> None:
    """The manifest names the commit whose files these are, and none when they are changed."""
    git(folder, "init", "-q")
    git(folder, "add", "data")
    git(folder, "commit", "-qm", "first")
    urls = ["--endpoint", oxigraph_server.query_url]
    urls += ["--update-endpoint", oxigraph_server.update_url]
    assert run("-C", folder, "push", *urls).returncode == 0
    connection = Connection(endpoint(oxigraph_server), {})
    found = read_manifest(connection, iri)
    assert found is not None
    assert found.revision == git(folder, "rev-parse", "HEAD").strip()
    with (folder / "data" / "a.ttl").open("a") as file:
        file.write("# changed\n")
    assert run("-C", folder, "push", *urls).returncode == 0
    found = read_manifest(connection, iri)
    assert found is not None
    assert found.revision is None


@pytest.fixture
def git() -> Callable[..., str]:
    """Run git in a folder, away from the user's settings, and return what it prints."""

    def run_git(folder: Path, *args: str) -> str:
        identity = ["-c", "user.name=Ann", "-c", "user.email=ann@example.org"]
        done = subprocess.run(
            ["git", *identity, *args],
            cwd=folder,
            check=True,
            capture_output=True,
            text=True,
            env={"HOME": str(folder), "PATH": os.environ["PATH"]},
        )
        return done.stdout

    return run_git
