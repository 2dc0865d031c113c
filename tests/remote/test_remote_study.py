"""A study in an endpoint is the same to every command as the same study in its folder."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import servers
from click.testing import CliRunner
from pushing import endpoint
from samples import PREFIXES, SMALL, TANGLED, Run

import mlkg
from mlkg.cli import READS_ENDPOINTS, Commands, cli
from mlkg.errors import EndpointError, MlkgError, StudyNotFoundError
from mlkg.remote import planning
from mlkg.remote.protocol import Connection
from mlkg.remote.push import push
from mlkg.remote.study import open_study
from mlkg.remote.updates import Updates

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


def put(server: servers.Server, folder: Path) -> str:
    """Push the study in `folder`, and return its IRI."""
    wanted = planning.wanted(mlkg.load(folder))
    list(push(Connection(endpoint(server), {}), wanted, "token"))
    return wanted.manifest.study


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
    assert "an IRI picks a study of an endpoint: give --endpoint URL" in done.stderr
    assert run("--study", ROOT, "query", "study").stdout == run("query", "study").stdout


@pytest.fixture(scope="module")
def several(tmp_path_factory: pytest.TempPathFactory) -> Iterator[servers.Server]:
    """A server of its own, without any study at first."""
    with servers.oxigraph(tmp_path_factory.mktemp("several")) as server:
        yield server


def write(folder: Path, base: str, text: str) -> Path:
    """Write a study under an IRI of its own."""
    (folder / base / "data").mkdir(parents=True)
    full = (PREFIXES + text).replace("https://example.org/", f"https://{base}.example/")
    (folder / base / "data" / "all.ttl").write_text(full, "utf-8")
    return folder / base


def test_no_study_one_study_several(several: servers.Server, run: Run, tmp_path: Path) -> None:
    """One study needs no name; of several, commands that need one list them, query sees all."""
    options = ["--endpoint", several.query_url]
    done = run(*options, "table", cwd=tmp_path)
    said = f"mlkg: {several.query_url}: there is no study; mlkg push puts one there\n"
    assert (done.returncode, done.stderr) == (2, said)

    first = write(tmp_path / "studies", "one", SMALL)
    put(several, first)
    expected = run("-C", first, "table")
    assert expected.stdout == run(*options, "table", cwd=tmp_path).stdout

    other = SMALL.replace("mlkg:verdict mlkg:no", "mlkg:verdict mlkg:partial")
    second = write(tmp_path / "studies", "two", other.replace('"Soup"@en', '"SOUP"@en'))
    put(several, second)
    for command in (["table"], ["validate"], ["export"], ["explain", "soup"]):
        done = run(*options, *command, cwd=tmp_path)
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr == (
            f"mlkg: {several.query_url}: several studies; pick one with --study IRI:\n"
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
    oxigraph_server: servers.Server, new_study: Callable[..., Path], run: Run
) -> None:
    """A triple that two files state counts once, in one study and in all studies together."""
    text = SMALL.replace("https://example.org/", "https://twice.example/")
    again = 'ex:soup a mlkg:Option ; rdfs:label "Soup"@en .\nex:e1 mlkg:about ex:soup-warm .\n'
    folder = new_study({"a.ttl": text, "b.ttl": again})
    for file in (folder / "data").iterdir():
        file.write_text(file.read_text().replace("https://example.org/", "https://twice.example/"))
    iri = put(oxigraph_server, folder)
    options = ["-C", folder, "--endpoint", oxigraph_server.query_url, "--study", iri]
    for command in (["table"], ["query", "claims"], ["query", "coverage"], ["validate"]):
        expected = run("-C", folder, *command)
        found = run(*options, *command)
        assert (expected.returncode, expected.stdout) == (found.returncode, found.stdout)
        assert found.stderr == expected.stderr
    lines = "SELECT (COUNT(*) AS ?n) { ?s rdfs:label 'Soup'@en }"
    assert run(*options, "query", "-", stdin=lines).stdout == "n\n1\n"
    query = "SELECT (COUNT(*) AS ?n) { <https://twice.example/soup> rdfs:label 'Soup'@en }"
    done = run("--endpoint", oxigraph_server.query_url, "query", "-", stdin=query)
    assert done.stdout == "n\n1\n"
    assert "two graphs state the same triple, which servers count" in done.stderr


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


def test_requests_do_not_grow_with_the_data(
    oxigraph_server: servers.Server, places: Places, tmp_path: Path
) -> None:
    """A command asks as many questions of a large study as of a small one."""
    small = write(tmp_path, "small", SMALL)
    found: list[list[int]] = []
    for iri in (put(oxigraph_server, small), places["real"][1][3]):
        counts = []
        for use in (
            lambda study: study.table(),
            lambda study: list(study.select("unsupported")),
            lambda study: study.validate(select=frozenset(study.rules())),
            lambda study: study.quads(),
        ):
            study = open_study(endpoint(oxigraph_server), iri, environment={})
            use(study)
            counts.append(study.requests)
        found.append(counts)
    assert found[0][0] == 3  # the manifest, and the two views of a table
    assert found[0] == found[1]


def test_unknown_study_in_the_library(oxigraph_server: servers.Server) -> None:
    """An IRI that is none, and one that no study has, are errors of mlkg."""
    with pytest.raises(MlkgError, match="not an IRI"):
        open_study(endpoint(oxigraph_server), "no iri", environment={})
    with pytest.raises(StudyNotFoundError):
        open_study(endpoint(oxigraph_server), "urn:none", environment={})
