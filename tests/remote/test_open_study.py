"""Which study of an endpoint is opened, and what is noticed while others write to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import servers
from pushing import endpoint, put, write
from samples import SMALL, Run

import mlkg
from mlkg.errors import EndpointError, MlkgError, StudyNotFoundError
from mlkg.remote.protocol import Connection
from mlkg.remote.study import open_study
from mlkg.remote.updates import Updates

pytestmark = pytest.mark.oxigraph_server


@pytest.fixture
def alone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[servers.Server]:
    """A server of the test's own, without any study at first."""
    with servers.oxigraph(tmp_path_factory.mktemp("alone")) as server:
        yield server


def test_no_study_one_study_several(alone: servers.Server, run: Run, tmp_path: Path) -> None:
    """One study needs no name; of several, commands that need one list them, query sees all."""
    options = ["--endpoint", alone.query_url]
    done = run(*options, "table", cwd=tmp_path)
    said = f"mlkg: {alone.query_url}: there is no study; mlkg push puts one there\n"
    assert (done.returncode, done.stderr) == (2, said)

    first = write(tmp_path / "studies", "one", SMALL)
    put(alone, first)
    expected = run("-C", first, "table")
    assert expected.stdout == run(*options, "table", cwd=tmp_path).stdout

    other = SMALL.replace("mlkg:verdict mlkg:no", "mlkg:verdict mlkg:partial")
    second = write(tmp_path / "studies", "two", other.replace('"Soup"@en', '"SOUP"@en'))
    put(alone, second)
    for command in (["table"], ["validate"], ["export"], ["explain", "soup"]):
        done = run(*options, *command, cwd=tmp_path)
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr == (
            f"mlkg: {alone.query_url}: several studies; pick one with --study IRI:\n"
            "  https://one.example/study\n  https://two.example/study\n"
        )
    picked = run(*options, "--study", "https://two.example/study", "table", cwd=tmp_path)
    assert picked.stdout == run("-C", second, "table").stdout
    done = run(*options, "--study", "https://three.example/study", "table", cwd=tmp_path)
    assert done.returncode == 2
    assert "no study https://three.example/study; there is\n  https://one.ex" in done.stderr

    done = run(*options, "query", "across-studies", "--format", "tsv", cwd=tmp_path)
    rows = [line.split("\t") for line in done.stdout.splitlines()[1:]]
    one, two = ("<https://one.example/study>", "<https://two.example/study>")
    assert [[row[0], row[1], row[2], row[3], row[6]] for row in rows] == [
        ['"Pie"', '"Cheap"', '"open"', '"?"', one],
        ['"Pie"', '"Cheap"', '"open"', '"?"', two],
        ['"Pie"', '"Warm"', '"disagree"', '"✘"', one],
        ['"Pie"', '"Warm"', '"disagree"', '"◐"', two],
        ['"Soup"', '"Cheap"', '"agree"', '"◐"', one],
        ['"SOUP"', '"Cheap"', '"agree"', '"◐"', two],
        ['"Soup"', '"Warm"', '"agree"', '"✔"', one],
        ['"SOUP"', '"Warm"', '"agree"', '"✔"', two],
    ]


def test_triple_in_two_files(
    alone: servers.Server, new_study: Callable[..., Path], run: Run
) -> None:
    """A triple that two files state counts once, in one study and in all studies together."""
    text = SMALL.replace("https://example.org/", "https://twice.example/")
    again = 'ex:soup a mlkg:Option ; rdfs:label "Soup"@en .\nex:e1 mlkg:about ex:soup-warm .\n'
    folder = new_study({"a.ttl": text, "b.ttl": again})
    for file in (folder / "data").iterdir():
        file.write_text(file.read_text().replace("https://example.org/", "https://twice.example/"))
    iri = put(alone, folder)
    options = ["-C", folder, "--endpoint", alone.query_url, "--study", iri]
    for command in (["table"], ["query", "claims"], ["query", "coverage"], ["validate"]):
        expected = run("-C", folder, *command)
        found = run(*options, *command)
        assert (expected.returncode, expected.stdout) == (found.returncode, found.stdout)
        assert found.stderr == expected.stderr
    lines = "SELECT (COUNT(*) AS ?n) { ?s rdfs:label 'Soup'@en }"
    assert run(*options, "query", "-", stdin=lines).stdout == "n\n1\n"
    put(alone, write(folder, "beside", SMALL))
    query = "SELECT (COUNT(*) AS ?n) { <https://twice.example/soup> rdfs:label 'Soup'@en }"
    done = run("--endpoint", alone.query_url, "query", "-", stdin=query)
    assert done.stdout == "n\n1\n"
    assert done.stderr == (
        "note: two graphs state the same triple, which servers count twice: all is fetched and "
        "queried here; --study IRI picks one study\n"
    )


def test_push_under_way(oxigraph_server: servers.Server, tmp_path: Path) -> None:
    """While a push is under way the graphs are merged here, and the user is told."""
    folder = write(tmp_path, "pushing", SMALL)
    iri = put(oxigraph_server, folder)
    begin = Updates(iri, "another").begin(())
    Connection(endpoint(oxigraph_server), {}).update(begin)
    remote = open_study(endpoint(oxigraph_server), iri, environment={})
    (note,) = remote.notes
    assert note.startswith(f"{iri}: a push is under way or was cut off; the graphs are fetched")
    assert mlkg.load(folder).table() == remote.table()


def test_study_that_changes_while_it_is_read(
    oxigraph_server: servers.Server, tmp_path: Path
) -> None:
    """A push between two questions of a command is noticed at its end."""
    folder = write(tmp_path, "moving", SMALL)
    iri = put(oxigraph_server, folder)
    study = open_study(endpoint(oxigraph_server), iri, environment={})
    study.check_unchanged()
    file = folder / "data" / "all.ttl"
    file.write_text(file.read_text() + "ex:x a mlkg:Option .\n")
    put(oxigraph_server, folder)
    with pytest.raises(EndpointError, match="was written to while it was read"):
        study.check_unchanged()


def test_rules_for_change(oxigraph_server: servers.Server, tmp_path: Path) -> None:
    """Rules that compare with an earlier state run on the server's study and the files of then."""
    folder = write(tmp_path, "changing", SMALL)
    iri = put(oxigraph_server, folder)
    name = "data/all.ttl"
    now = (folder / name).read_text()
    then = now.replace("mlkg:verdict mlkg:no", "mlkg:verdict mlkg:yes")
    assert then != now
    earlier = mlkg.load(folder, data={name: then.encode()})
    local = mlkg.load(folder)
    local.compare_with(earlier)
    remote = open_study(endpoint(oxigraph_server), iri, folder=folder, environment={})
    remote.compare_with(earlier)
    expected = local.validate().findings
    assert "verdict-changed-without-evidence" in {finding.rule for finding in expected}
    assert expected == remote.validate().findings


def test_unknown_study_in_the_library(oxigraph_server: servers.Server) -> None:
    """An IRI that is none, and one that no study has, are errors of mlkg."""
    with pytest.raises(MlkgError, match="not an IRI"):
        open_study(endpoint(oxigraph_server), "no iri", environment={})
    with pytest.raises(StudyNotFoundError):
        open_study(endpoint(oxigraph_server), "urn:none", environment={})
