"""Pull: the files come back, whole or not at all, and mean the same."""

from __future__ import annotations

from pathlib import Path

import pytest
import servers
from pushing import Tapped, check_holds, endpoint, pushed, study
from samples import PREFIXES, SMALL, TANGLED

import mlkg
from mlkg.errors import EndpointError, OutputError, StudyNotFoundError
from mlkg.export import export, format_names
from mlkg.export.settings import Settings
from mlkg.remote.planning import wanted
from mlkg.remote.protocol import Connection
from mlkg.remote.pull import UNFINISHED, pull

NO_REVISION = Settings(revision=False)
"""A pulled study is in no repository."""

TERMS = """\
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
<https://example.org/t> rdfs:label "t".
"""


def files_below(folder: Path) -> dict[str, bytes]:
    """Return the files in a folder, by their names."""
    found = sorted(path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


@pytest.mark.parametrize("sample", ["small", "tangled", "this checkout"])
def test_there_and_back(
    server: servers.Server, iri: str, tmp_path: Path, root: Path, sample: str
) -> None:
    """Table, triples and findings are as before; pushed and pulled again, all bytes are."""
    if sample == "this checkout":
        original = mlkg.load(root)
    else:
        text = {"small": SMALL, "tangled": TANGLED}[sample].replace("ex:study", f"<{iri}>")
        texts = {
            "data/a.ttl": (PREFIXES + text.partition("ex:soup-warm")[0]).encode(),
            "data/b.ttl": (PREFIXES + "".join(text.partition("ex:soup-warm")[1:])).encode(),
        }
        original = mlkg.load(tmp_path, data=texts)
    assert original.iri is not None
    connection = Connection(endpoint(server), {})
    pushed(connection, wanted(original))
    pull(connection, original.iri, tmp_path / "one")
    again = mlkg.load(tmp_path / "one")
    for name in format_names():
        assert export(again, name, settings=NO_REVISION) == export(
            original, name, settings=NO_REVISION
        )
    assert findings(again) == findings(original)
    pushed(connection, wanted(again))
    check_holds(server, wanted(again))
    pull(connection, original.iri, tmp_path / "two")
    assert files_below(tmp_path / "two") == files_below(tmp_path / "one")


def findings(one: mlkg.Study) -> list[tuple[str, str, str]]:
    """Return what validation finds, without places, which are of another text."""
    report = one.validate()
    return sorted((f.rule, str(f.focus), f.message) for f in report.findings)


def test_the_files(server: servers.Server, iri: str, tmp_path: Path) -> None:
    """They are in the house form, sorted; comments are gone, own terms are there, and no others.

    A prefix that no file uses is declared in the first one; blank nodes have stable names.
    """
    (tmp_path / "ontology").mkdir()
    (tmp_path / "ontology" / "own.ttl").write_text(TERMS)
    unused = "@prefix unused: <https://example.org/unused#> .\n"
    what = study(
        tmp_path,
        iri,
        {"a.ttl": f"# A comment\n{unused}ex:b ex:p 1, [] . ex:a a ex:B .", "b.ttl": ""},
    )
    connection = Connection(endpoint(server), {})
    pushed(connection, what)
    manifest = pull(connection, iri, tmp_path / "deep" / "down")
    assert manifest == what.manifest
    assert files_below(tmp_path / "deep" / "down") == {
        "data/a.ttl": b"@prefix ex: <https://example.org/> .\n"
        b"@prefix unused: <https://example.org/unused#> .\n"
        b"\n"
        b"ex:a\n  a ex:B .\n"
        b"\n"
        b"ex:b\n  ex:p 1 ;\n  ex:p _:c14n0 .\n",
        "data/b.ttl": b"",
        "data/study.ttl": b"@prefix ex: <https://example.org/> .\n"
        b"@prefix mlkg: <https://w3id.org/mlkg/ns#> .\n"
        b"\n"
        b"ex:%s\n  a mlkg:Study .\n" % iri.rpartition("/")[2].encode(),
        "ontology/own.ttl": b"@prefix ex: <https://example.org/> .\n"
        b"@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n"
        b"\n"
        b'ex:t\n  rdfs:label "t" .\n',
    }


def test_a_folder_that_is_not_empty(server: servers.Server, tmp_path: Path) -> None:
    """It is refused before anything is asked, and stays as it is; so is a file."""
    (tmp_path / "mine.txt").write_text("mine")
    for place in (tmp_path, tmp_path / "mine.txt"):
        connection = Tapped(endpoint(server))
        with pytest.raises(OutputError, match="name a new or empty"):
            pull(connection, None, place)
        assert connection.sent == []
    assert files_below(tmp_path) == {"mine.txt": b"mine"}


def test_all_files_or_none(server: servers.Server, iri: str, tmp_path: Path) -> None:
    """Cut off at any request, nothing is there; what a killed pull left is no obstacle."""
    what = study(tmp_path, iri, {"a.ttl": "ex:a a ex:B .", "b.ttl": "ex:b a ex:B ."})
    pushed(Connection(endpoint(server), {}), what)
    folder = tmp_path / "pulled"
    for number in range(1, 6):

        def cut(at: int, last: int = number) -> None:
            if at == last:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            pull(Tapped(endpoint(server), after=cut), iri, folder)
        assert not folder.exists()
    (folder / UNFINISHED / "data").mkdir(parents=True)
    (folder / UNFINISHED / "data" / "old.ttl").write_text("")
    connection = Tapped(endpoint(server))
    pull(connection, iri, folder)
    assert sorted(files_below(folder)) == ["data/a.ttl", "data/b.ttl", "data/study.ttl"]
    assert connection.sent == ["read"] * 5


def test_somebody_writes_into_the_folder(server: servers.Server, iri: str, tmp_path: Path) -> None:
    """What comes into the folder meanwhile stays, and nothing is mixed into it."""
    pushed(Connection(endpoint(server), {}), study(tmp_path, iri, {"a.ttl": ""}))
    folder = tmp_path / "pulled"
    folder.mkdir()

    def write(number: int) -> None:
        (folder / "mine.txt").write_text("mine")

    with pytest.raises(OutputError, match="not empty"):
        pull(Tapped(endpoint(server), after=write), iri, folder)
    assert files_below(folder) == {"mine.txt": b"mine"}


def test_a_study_that_changes_meanwhile(server: servers.Server, iri: str, tmp_path: Path) -> None:
    """Whatever request a push falls between, files of two states are never written."""
    before = study(tmp_path, iri, {"a.ttl": "ex:a a ex:B .", "b.ttl": "ex:a a ex:B ."})
    after = study(tmp_path, iri, {"a.ttl": "ex:a a ex:C .", "b.ttl": "ex:a a ex:C ."})
    for number in range(2, 6):
        pushed(Connection(endpoint(server), {}), before, f"before {number}")

        def change(at: int, last: int = number) -> None:
            if at == last:
                pushed(Connection(endpoint(server), {}), after, f"after {last}")

        with pytest.raises(EndpointError, match="a push changed the study while it was read"):
            pull(Tapped(endpoint(server), before=change), iri, tmp_path / "pulled")
        assert not (tmp_path / "pulled").exists()


def test_a_push_that_was_cut_off(server: servers.Server, iri: str, tmp_path: Path) -> None:
    """Its mixed state is not written into files as if it were one."""

    def cut(number: int) -> None:
        if number == 7:
            raise KeyboardInterrupt

    what = study(tmp_path, iri, {"a.ttl": "ex:a a ex:B .", "b.ttl": ""})
    with pytest.raises(KeyboardInterrupt):
        pushed(Tapped(endpoint(server), after=cut), what)
    with pytest.raises(EndpointError, match="a push is under way or was cut off"):
        pull(Connection(endpoint(server), {}), iri, tmp_path / "pulled")


def test_a_study_that_is_not_there(server: servers.Server, iri: str, tmp_path: Path) -> None:
    """The studies that are there are listed."""
    pushed(Connection(endpoint(server), {}), study(tmp_path, iri, {}))
    with pytest.raises(StudyNotFoundError) as missing:
        pull(Connection(endpoint(server), {}), f"{iri}/other", tmp_path / "pulled")
    assert f"  {iri}\n" in f"{missing.value}\n"


@pytest.mark.virtuoso
def test_more_triples_than_the_server_gives_at_once(tmp_path: Path, iri: str) -> None:
    """A server's limit on results does not cut a file short."""
    many = "".join(f'ex:s{n:03} ex:p "{n}" .\n' for n in range(250))
    what = study(tmp_path, iri, {"many.ttl": many})
    (tmp_path / "virtuoso").mkdir()
    with servers.virtuoso(tmp_path / "virtuoso", result_limit=100) as server:
        connection = Connection(endpoint(server), {})
        pushed(connection, what)
        pull(connection, iri, tmp_path / "pulled")
    assert files_below(tmp_path / "pulled")["data/many.ttl"].count(b" ex:p ") == 250
