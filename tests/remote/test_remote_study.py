"""A study in an endpoint is the same to every command as the same study in its folder."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

import pytest
import servers
from click.testing import CliRunner
from pushing import endpoint, put, write
from samples import PREFIXES, TANGLED, Run, made_up
from scripted_server import scripted

from mlkg.cli import READS_ENDPOINTS, Commands, Place, cli
from mlkg.errors import EndpointError, MlkgError
from mlkg.remote.study import open_study

pytestmark = pytest.mark.oxigraph_server

ROOT = Path(__file__).parents[2]
VIEWS = sorted(path.stem for path in (ROOT / "queries").glob("*.rq"))
RULES = sorted(path.stem for path in (ROOT / "queries" / "checks").glob("*.rq"))
COMMANDS = [
    "table",
    *(f"export --format {name}" for name in ("md", "csv", "tsv", "json")),
    *(f"export --format {name}" for name in ("ttl", "nt", "trig", "jsonld")),
    *(f"query {name} --format {form}" for name in VIEWS for form in ("table", "json", "tsv")),
    *(f"query {name} --format csv" for name in RULES),
    "query --list",
    "validate --no-baseline",
    "validate --no-baseline --format json",
    "validate --no-baseline --engine pyshacl --select unsupported-claim --format sarif",
    "validate --no-baseline --select forum-only-support --statistics",
]
EXPLAINED = {"real": ("kubeflow", "model mon"), "tangled": ("soup", "salty")}
SHOWN = ["text", "json", "md", "mermaid", "dot", "ttl"]


@pytest.fixture(scope="module")
def tangled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A study with every state, holes, doubles and broken records, under an IRI of its own."""
    folder = tmp_path_factory.mktemp("tangled")
    (folder / "data").mkdir()
    text = (PREFIXES + TANGLED).replace("https://example.org/", "https://tangled.example/")
    (folder / "data" / "all.ttl").write_text(text, "utf-8")
    return folder


@pytest.fixture(scope="module")
def places(oxigraph_server: servers.Server, tangled: Path) -> dict[str, tuple[Path, list[str]]]:
    """The studies: the folder of each, and the options that read it from the server."""
    found = {}
    for name, folder in (("real", ROOT), ("tangled", tangled)):
        iri = put(oxigraph_server, folder)
        found[name] = folder, ["--endpoint", oxigraph_server.query_url, "--study", iri]
    return found


def output(*args: str) -> tuple[int, bytes, str]:
    """Run a command in this process; return its status, its output and what it said besides."""
    done = CliRunner().invoke(cli, args)
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.exit_code, done.stdout_bytes, done.stderr


Places = dict[str, tuple[Path, list[str]]]


@pytest.mark.parametrize("which", ["real", "tangled"])
@pytest.mark.parametrize("command", COMMANDS)
def test_same_bytes(which: str, command: str, places: Places) -> None:
    """A command on the server gives status, output and messages of the command on the files."""
    folder, options = places[which]
    args = ["-C", str(folder)]
    expected = output(*args, *command.split())
    assert len(expected[1]) > 0 or expected[0] == 0
    assert expected == output(*args, *options, *command.split())


@pytest.mark.parametrize("which", ["real", "tangled"])
@pytest.mark.parametrize("format", SHOWN)
@pytest.mark.parametrize("names", [1, 2])
def test_same_explanations(which: str, format: str, names: int, places: Places) -> None:
    """An explanation from the server is the one from the files, places included."""
    folder, options = places[which]
    args = ["-C", str(folder)]
    command = ["explain", *EXPLAINED[which][:names], "--format", format]
    expected = output(*args, *command)
    assert len(expected[1]) > 0
    assert expected == output(*args, *options, *command)


def test_same_bytes_from_a_process(places: Places, run: Run, tmp_path: Path) -> None:
    """The command itself does as well, found by MLKG_ENDPOINT, and its status is 1 for findings."""
    folder, (_, url, *options) = places["tangled"]
    expected = run("-C", folder, "validate", cwd=tmp_path)
    found = run("-C", folder, *options, "validate", cwd=tmp_path, env={"MLKG_ENDPOINT": url})
    assert expected.returncode == 1
    assert (expected.returncode, expected.stdout) == (found.returncode, found.stdout)


def test_verify_and_qr(places: Places, run: Run, tmp_path: Path) -> None:
    """A file is verified against the server as against the files, and QR codes are the same."""
    folder, options = places["real"]
    for name in ("report.html", "table.xlsx", "study.trig"):
        assert run("-C", folder, "export", "-o", tmp_path / name).returncode == 0
        done = run("-C", folder, *options, "verify", tmp_path / name)
        assert (done.returncode, done.stdout) == (0, f"{tmp_path / name}: current\n")
    edited = tmp_path / "edited.md"
    written = run("-C", folder, "export").stdout
    edited.write_text(written.replace("| Free[", "| Paid[", 1), "utf-8")
    expected = run("-C", folder, "verify", edited)
    done = run("-C", folder, *options, "verify", edited)
    assert "file says Paid, the graph says Free" in expected.stdout
    assert (expected.returncode, expected.stdout) == (done.returncode, done.stdout)
    code = ["qr", "kubeflow", "model mon", "--repository", "https://git.example.org/study"]
    assert run("-C", folder, *code).stdout == run("-C", folder, *options, *code).stdout


def test_construct(places: Places, run: Run) -> None:
    """Triples that a query makes are the same."""
    folder, options = places["tangled"]
    text = "CONSTRUCT { ?o mlkg:claimed ?c } WHERE { ?c mlkg:option ?o } ORDER BY ?c LIMIT 3"
    for query in (text, "CONSTRUCT WHERE { ?c mlkg:verdict ?v }", "ASK { ?s a mlkg:Study }"):
        expected = run("-C", folder, "query", "-", stdin=query)
        assert expected.stdout
        assert expected.stdout == run("-C", folder, *options, "query", "-", stdin=query).stdout


@pytest.mark.parametrize(
    "query",
    [
        "SELECT ?nix { ?s ?p ?o",
        "SELECT * { ?s nix:p ?o }",
        "SELECT * { SERVICE <https://example.org/> { ?s ?p ?o } }",
    ],
)
def test_same_refusals(query: str, places: Places, run: Run) -> None:
    """What is no query, or must not run, is refused in the same words."""
    folder, options = places["tangled"]
    expected = run("-C", folder, "query", "-", stdin=query)
    found = run("-C", folder, *options, "query", "-", stdin=query)
    assert expected.returncode == 2
    assert (expected.returncode, expected.stderr) == (found.returncode, found.stderr)


def test_named_graphs(places: Places, run: Run) -> None:
    """GRAPH sees the data files of the study, and nothing else that the server has."""
    folder, options = places["real"]
    query = "SELECT ?g (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } } GROUP BY ?g ORDER BY ?g"
    expected = run("-C", folder, "query", "-", stdin=query)
    assert len(expected.stdout.splitlines()) == 1 + len(list((ROOT / "data").glob("*.ttl")))
    assert expected.stdout == run("-C", folder, *options, "query", "-", stdin=query).stdout


def test_without_the_folder(places: Places, run: Run, tmp_path: Path) -> None:
    """Without the files, findings name the file and no line; the rest is the same."""
    folder, options = places["tangled"]
    expected = run("-C", folder, "table")
    assert expected.stdout == run(*options, "table", cwd=tmp_path).stdout
    with_files = run("-C", folder, "validate").stdout.splitlines()
    without = run(*options, "validate", cwd=tmp_path).stdout.splitlines()
    assert len(with_files) == len(without) > 10
    assert with_files[-1] == without[-1]
    for line in without[:-1]:
        assert line.startswith("data/all.ttl: "), line
    for name in ("text", "json", "sarif", "junit", "github", "gitlab"):
        done = run(*options, "validate", "--format", name, cwd=tmp_path)
        assert (done.returncode, done.stderr) == (1, "")
        assert "data/all.ttl" in done.stdout
        assert "None" not in done.stdout


def test_file_that_is_not_what_was_pushed(
    places: Places, run: Run, tmp_path: Path, tangled: Path
) -> None:
    """A local file of other bytes gives no places: its lines are not those of the server's."""
    shutil.copytree(tangled, tmp_path / "study")
    file = tmp_path / "study" / "data" / "all.ttl"
    file.write_bytes(b"# one line more\n" + file.read_bytes())
    done = run("-C", tmp_path / "study", *places["tangled"][1], "validate")
    found = done.stdout.splitlines()[:-1]
    assert len(found) > 10
    assert all("data/all.ttl: " in line for line in found)


def test_own_queries_and_settings_of_the_folder(
    places: Places, run: Run, tmp_path: Path, tangled: Path
) -> None:
    """A folder's views, and its settings with the endpoint among them, count."""
    folder, (_, url, *options) = places["tangled"]
    (tmp_path / "queries").mkdir()
    (tmp_path / "data").mkdir()
    (tmp_path / "queries" / "own.rq").write_text(
        "#+ summary: Own\nSELECT ?o { ?o a <https://w3id.org/mlkg/ns#Option> } ORDER BY ?o\n"
    )
    (tmp_path / "mlkg.toml").write_text(f'endpoint = "{url}"\nselect = ["missing-claim"]\n')
    done = run("-C", tmp_path, *options, "query", "own", "--format", "tsv")
    assert done.stdout.splitlines()[1:] == [
        f"<https://tangled.example/{name}>" for name in ("dip", "pie", "soup")
    ]
    found = run("-C", tmp_path, *options, "validate").stdout.splitlines()
    assert found[-1].endswith("1 check, 4 errors, 0 warnings, 0 info")
    assert folder == tangled


def test_option_before_environment_before_settings(
    places: Places, run: Run, tmp_path: Path
) -> None:
    """--endpoint beats MLKG_ENDPOINT, which beats the settings."""
    _, (_, url, *study) = places["tangled"]
    nowhere = "http://127.0.0.1:1/sparql"
    (tmp_path / "mlkg.toml").write_text(f'endpoint = "{nowhere}"\n')
    at = ["-C", str(tmp_path), *study]
    assert run(*at, "table").returncode == 2
    assert run(*at, "table", env={"MLKG_ENDPOINT": url}).returncode == 0
    with_option = run("--endpoint", url, *at, "table", env={"MLKG_ENDPOINT": nowhere})
    assert with_option.returncode == 0


def test_options_behind_the_command(places: Places) -> None:
    """They mean what they mean before it, and the last one said counts."""
    folder, options = places["tangled"]
    at = ["-C", str(folder)]
    for command in (["table"], ["query", "claims"], ["explain", "soup"], ["export", "-f", "json"]):
        expected = output(*at, *options, *command)
        assert expected[0] == 0
        assert expected == output(*at, *command, *options)
    nowhere = ["--endpoint", "http://127.0.0.1:1/sparql", "--study", "urn:none"]
    assert output(*at, *nowhere, "table", *options) == output(*at, *options, "table")
    with (
        scripted(lambda *_: time.sleep(1)) as server,
        pytest.raises(EndpointError, match=r"no answer within 0\.2 s"),
    ):
        output("table", "--endpoint", server.url, "--timeout", "0.2")


def test_options_say_something_or_nothing() -> None:
    """What a command is told behind its name takes the place of what it was told before it."""
    told = Place(None, "urn:a", "http://a", 1.0, insecure=True)
    assert told == told.told(study=None, endpoint=None, timeout=None, insecure=False)
    assert told == Place(None).told(study="urn:a", endpoint="http://a", timeout=1.0, insecure=True)
    other = told.told(study="urn:b", endpoint="http://b", timeout=2.0, insecure=False)
    assert other == Place(None, "urn:b", "http://b", 2.0, insecure=True)


def test_every_command_that_reads_endpoints_has_the_options() -> None:
    """All of them, whichever it needs."""
    commands = Commands("mlkg")
    for name in READS_ENDPOINTS:
        command_found = commands.get_command(None, name)  # type: ignore[arg-type]
        assert command_found is not None
        names = {parameter.name for parameter in command_found.params}
        assert {"endpoint", "study", "timeout", "insecure"} <= names


def test_commands_on_files(run: Run, root: Path) -> None:
    """A command that works on files refuses --endpoint, and does not mind the other ways."""
    names = Commands("mlkg").list_commands(None)  # type: ignore[arg-type]
    others = [name for name in names if name not in READS_ENDPOINTS]
    assert {"diff", "fmt", "link", "new", "review", "rule", "set"} <= set(others)
    url = "http://127.0.0.1:1/sparql"
    for name in others:
        done = CliRunner().invoke(cli, ["--endpoint", url, name])
        assert isinstance(done.exception, MlkgError)
        assert str(done.exception).startswith(f"mlkg {name} works on files: leave out --endpoint")
    for command in (["rule"], ["fmt", "--check"], ["diff", "HEAD", "HEAD"]):
        assert run(*command, env={"MLKG_ENDPOINT": url}).returncode == 0


def test_study_by_iri_needs_an_endpoint(run: Run) -> None:
    """An IRI for --study without an endpoint says what it is for; a folder is still a folder."""
    done = run("--study", "https://example.org/study", "table")
    assert done.returncode == 2
    assert "an IRI picks a study of an endpoint to read: give --endpoint URL" in done.stderr
    assert run("--study", ROOT, "query", "study").stdout == run("query", "study").stdout


def test_requests_do_not_grow_with_the_data(
    oxigraph_server: servers.Server, tmp_path: Path
) -> None:
    """A command asks as many questions of a large study as of a small one of the same records."""
    small = write(tmp_path, "small", made_up(2, 2))
    large = write(tmp_path, "large", made_up(12, 12))
    found: list[list[int]] = []
    for iri in (put(oxigraph_server, small), put(oxigraph_server, large)):
        counts = []
        for use in (
            lambda study: study.table(),
            lambda study: list(study.select("unsupported")),
            lambda study: study.validate(),
            lambda study: study.quads(),
        ):
            study = open_study(endpoint(oxigraph_server), iri, environment={})
            use(study)
            counts.append(study.requests)
        found.append(counts)
    assert found[0][0] == 3  # the manifest, and the two views of a table
    assert found[0] == found[1]
