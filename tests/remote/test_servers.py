"""Every server gives what the embedded store gives: views, rules, facts, shapes, push and pull.

Where a server is known to deviate, a test that names it is expected to fail, and fails the suite
when the server no longer does. docs/servers.md shows the same table as these tests.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

import pytest
import servers
from pushing import endpoint
from pyoxigraph import NamedNode, QuerySolutions, QueryTriples, RdfFormat, parse
from samples import FACTS, PREFIXES, SMALL, SPREAD, TANGLED, VALUED, Run

import mlkg
from mlkg import stored
from mlkg.explain.description import describe, pointing
from mlkg.export.forms import statements
from mlkg.namespaces import BEFORE
from mlkg.naming import record_names
from mlkg.remote import planning
from mlkg.remote.protocol import Connection
from mlkg.remote.push import push
from mlkg.remote.store import RemoteStore
from mlkg.remote.study import RemoteStudy, open_study
from mlkg.shacl import compile_shapes
from mlkg.store import EmbeddedStore, Store

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs" / "servers.md"
VIEWS = sorted((ROOT / "queries").glob("*.rq"))
FORMS = sorted((ROOT / "queries" / "exports").glob("*.rq"))
RULES = sorted((ROOT / "queries" / "checks").glob("*.rq"))
DERIVATIONS = sorted((ROOT / "queries" / "derive").glob("*.rq"))
FOR_CHANGE = sorted((ROOT / "queries" / "checks" / "since").glob("*.rq"))
CASES_FOR_CHANGE = sorted((ROOT / "tests" / "since").glob("*/[cv]*.ttl"))
STUDIES = ("real", "tangled", "spread", "valued", "facts")

Rows = list[tuple[str, ...]]


class Deviation(NamedTuple):
    """Where a server does not give what the standard asks for, and no rewriting helps."""

    server: str
    part: str
    note: int
    """The number of the note in docs/servers.md that tells what happens."""


PARTS = ("views", "rules", "facts", "shapes", "push", "pull")
LABELS = {"oxigraph_server": "Oxigraph server", "virtuoso": "Virtuoso 7"}
EQUAL_VALUES = Deviation("virtuoso", "push", 1)
PATHS = Deviation("virtuoso", "queries of one's own", 2)
DEVIATIONS = (EQUAL_VALUES, PATHS)

STATISTICS = Deviation("virtuoso", "queries with many branches", 3)
"""A deviation that comes and goes, so that no test of it can be expected to fail."""
MOST = 4
"""How many of the some three hundred comparisons in a run may differ for that reason."""
varied: list[str] = []
"""Those that differed in this run."""


def agree(server: servers.Server, name: str, here: object, there: object) -> None:
    """Compare what two stores give; a few answers may differ where they depend on statistics."""
    if here != there and server.name == STATISTICS.server and len(varied) < MOST:
        varied.append(name)
        pytest.xfail(f"docs/servers.md, note {STATISTICS.note}: {', '.join(varied)}")
    assert here == there


class Both(NamedTuple):
    """A study in its folder, and the same study in an endpoint."""

    here: mlkg.Study
    there: RemoteStudy


def text_of(name: str, iri: str) -> dict[str, str]:
    """Return the files of a sample, its IRIs below one of its own."""
    if name == "facts":
        return {"0.ttl": FACTS.read_text("utf-8")}
    texts = {
        "tangled": [TANGLED],
        "spread": [TANGLED, SPREAD],
        "small": [SMALL],
        "valued": [VALUED],
    }[name]
    own = [(PREFIXES + text).replace("https://example.org/", f"{iri}/") for text in texts]
    return {f"{number}.ttl": text for number, text in enumerate(own)}


def write(folder: Path, files: dict[str, str]) -> Path:
    """Write the data files of a study, and return its folder."""
    (folder / "data").mkdir(parents=True)
    for name, text in files.items():
        (folder / "data" / name).write_text(text, "utf-8")
    return folder


def put(server: servers.Server, study: mlkg.FolderStudy) -> RemoteStudy:
    """Push a study, and open it where it is then."""
    wanted = planning.wanted(study)
    list(push(Connection(endpoint(server, graph_store=True), {}), wanted, "token"))
    return open_study(endpoint(server), wanted.manifest.study, environment={})


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The folders of the studies that are compared."""
    made = tmp_path_factory.mktemp("studies")
    samples = {
        name: write(made / name, text_of(name, f"https://{name}.servers.example"))
        for name in (*STUDIES[1:], "small")
    }
    return {"real": ROOT, **samples}


@pytest.fixture(scope="module")
def pushed() -> dict[tuple[str, str], Both]:
    """What was pushed so far, by server and study."""
    return {}


@pytest.fixture
def both(
    study_name: str,
    server: servers.Server,
    folders: dict[str, Path],
    pushed: dict[tuple[str, str], Both],
) -> Both:
    """The study that the test is about, pushed once for the module."""
    key = server.name, study_name
    if key not in pushed:
        study = mlkg.load(folders[study_name])
        pushed[key] = Both(study, put(server, study))
    return pushed[key]


@pytest.fixture(params=STUDIES)
def study_name(request: pytest.FixtureRequest) -> str:
    """The name of a study that is compared."""
    name: str = request.param
    return name


def rows(store: Store, text: str) -> Rows:
    """Run a SELECT, and return its rows as text, in their order.

    Which of several solutions LIMIT 1 leaves is the engine's choice: only that there is one counts.
    """
    result = store.query(text)
    assert isinstance(result, QuerySolutions)
    names = sorted(variable.value for variable in result.variables)
    if text.endswith("LIMIT 1"):
        return [() for _ in result]
    return [tuple(str(row[name] or "") for name in names) for row in result]


@pytest.mark.parametrize("view", VIEWS, ids=lambda path: path.stem)
def test_views(both: Both, server: servers.Server, view: Path) -> None:
    """A view has the same rows in the same order."""
    text = view.read_text("utf-8")
    agree(server, view.stem, rows(both.here.store, text), rows(both.there.store, text))


@pytest.mark.parametrize("rule", RULES, ids=lambda path: path.stem)
def test_rules(both: Both, server: servers.Server, rule: Path) -> None:
    """A rule has the same rows; findings are sorted later."""
    text = rule.read_text("utf-8")
    here, there = (sorted(rows(study.store, text)) for study in (both.here, both.there))
    agree(server, rule.stem, here, there)


@pytest.mark.parametrize("path", DERIVATIONS, ids=lambda path: path.stem)
def test_derived_facts(both: Both, server: servers.Server, path: Path) -> None:
    """A query of derived facts gives the same triples where data and facts are one graph."""
    text = path.read_text("utf-8")
    here, there = (study.query(text) for study in both)
    assert isinstance(here, QueryTriples)
    assert isinstance(there, QueryTriples)
    agree(server, path.stem, set(map(str, here)), set(map(str, there)))


def test_pushed_facts(both: Both, server: servers.Server) -> None:
    """The graph of derived facts has those that the embedded store derives."""
    there = RemoteStore(Connection(endpoint(server), {}), [f"{both.here.iri}/derived"])
    assert isinstance(both.here.store, EmbeddedStore)
    expected = [tuple(map(str, fact)) for fact in both.here.store.derived()]
    assert sorted(rows(there, "SELECT ?o ?p ?s { ?s ?p ?o }")) == sorted(
        (o, p, s) for s, p, o in expected
    )


@pytest.mark.parametrize("form", FORMS, ids=lambda path: path.stem)
def test_forms(both: Both, server: servers.Server, form: Path) -> None:
    """A standard form has the same statements."""
    read = stored.read_form(form)
    here, there = (
        sorted(map(str, statements(study.query(read.text), read)))
        for study in (both.here, both.there)
    )
    agree(server, form.stem, here, there)


@pytest.mark.parametrize(
    "case", CASES_FOR_CHANGE, ids=lambda path: f"{path.parent.name}-{path.stem}"
)
def test_rules_for_change(server: servers.Server, case: Path) -> None:
    """A rule for change has the same rows where the earlier state is a graph of the server."""
    text = (ROOT / "queries" / "checks" / "since" / f"{case.parent.name}.rq").read_text("utf-8")
    here = EmbeddedStore()
    before = (case.parent / "before.ttl").read_bytes()
    here.load(case.name, case.read_bytes())
    here.name_graphs([(NamedNode(BEFORE), before)])
    connection = Connection(endpoint(server, graph_store=True), {})
    graph = f"urn:x-test:{case.parent.name}:{case.stem}"
    connection.put_graph(graph, case.read_bytes())
    connection.put_graph(BEFORE, before)
    there = RemoteStore(connection, [graph], [BEFORE])
    agree(server, case.parent.name, sorted(rows(here, text)), sorted(rows(there, text)))


def test_every_rule_for_change_is_compared() -> None:
    """Each rule for change has the cases that are run."""
    assert {path.stem for path in FOR_CHANGE} == {case.parent.name for case in CASES_FOR_CHANGE}


def test_shapes(both: Both) -> None:
    """Each query that mlkg's shapes compile to has the same rows."""
    shapes = parse((ROOT / "ontology" / "shapes.ttl").read_bytes(), RdfFormat.TURTLE)
    queries = compile_shapes(shapes).queries
    assert len(queries) > 100
    different = [
        text
        for text in queries
        if sorted(rows(both.here.store, text)) != sorted(rows(both.there.store, text))
    ]
    assert different == []


@pytest.mark.parametrize(
    "command", ["table", "validate --no-baseline", "query claims --format tsv"]
)
def test_push_and_read(
    server: servers.Server, folders: dict[str, Path], run: Run, study_name: str, command: str
) -> None:
    """After `mlkg push`, a command prints of the endpoint what it prints of the folder."""
    folder = folders[study_name]
    urls = ["--endpoint", server.query_url, "--update-endpoint", server.update_url]
    done = run("-C", folder, "push", *urls, "--graph-store", server.graph_store_url)
    assert (done.returncode, done.stderr) == (0, "")
    iri = done.stdout.splitlines()[-1].partition(": ")[0]
    expected = run("-C", folder, *command.split())
    found = run("-C", folder, "--endpoint", server.query_url, "--study", iri, *command.split())
    assert expected.stdout
    assert (expected.returncode, expected.stdout) == (found.returncode, found.stdout)


@pytest.mark.parametrize("count", [1_800, 20_000])
def test_very_many_records(both: Both, count: int) -> None:
    """Tens of thousands of records, those of a large validation, are named and told of at once."""
    base = "https://example.org/no-record-with-a-name-of-some-length/"
    many = [NamedNode(f"{base}{number}") for number in range(count)]
    claims = [row["claim"] for row in both.here.select("claims")]
    here = record_names(both.here.store, [*many, *claims], {})
    assert here == record_names(both.there.store, [*many, *claims], {})
    assert sum(" × " in name for name in here.values()) == len(set(claims)) > 0
    iris = [term.value for term in (*many, *claims)]
    told = describe(both.here.store, iris)
    assert told == describe(both.there.store, iris)
    assert set(told) == {claim.value for claim in claims}
    evidence = pointing(both.here.store, "mlkg:about", iris)
    assert evidence == pointing(both.there.store, "mlkg:about", iris)
    assert set(evidence) <= set(told)
    files = both.there.files_about([*many, *claims])
    assert set(files) == set(claims)


def test_pull(both: Both, server: servers.Server, run: Run, tmp_path: Path) -> None:
    """A study that is pulled has the table and the findings of the study that was pushed."""
    target = tmp_path / "pulled"
    assert both.here.iri is not None
    done = run("pull", "--endpoint", server.query_url, "--study", both.here.iri, target)
    assert (done.returncode, done.stderr) == (0, "")
    pulled = mlkg.load(target)
    assert both.here.table() == pulled.table()
    assert findings(both.here) == findings(pulled)


def findings(study: mlkg.Study) -> list[tuple[str, str, str]]:
    """Return what `validate` finds, without its places: pull writes the files anew."""
    found = study.validate().findings
    return sorted((one.rule, str(one.focus), one.message) for one in found)


def only(*deviations: Deviation) -> pytest.MarkDecorator:
    """Run a test on each server, expected to fail where it deviates."""
    return pytest.mark.parametrize(
        "server",
        [
            pytest.param(
                name,
                marks=[
                    getattr(pytest.mark, name),
                    *(
                        pytest.mark.xfail(reason=f"docs/servers.md, note {one.note}")
                        for one in deviations
                        if one.server == name
                    ),
                ],
            )
            for name in servers.SERVERS
        ],
        indirect=True,
    )


def small(folder: Path, iri: str, more: str) -> mlkg.FolderStudy:
    """Return the small study with something added to it."""
    files = text_of("small", iri)
    return mlkg.load(
        write(
            folder,
            {**files, "more.ttl": PREFIXES.replace("https://example.org/", f"{iri}/") + more},
        )
    )


@pytest.mark.parametrize(
    "letters", ["a \u2714", "\u9762", "\U0001f37a", "\u00e9t\u00e9", r"%22 \\ \"a\"\r\n"]
)
def test_digests(server: servers.Server, iri: str, tmp_path: Path, letters: str) -> None:
    """A claim has the same digest in any alphabet, and whatever stands in its texts."""
    more = f'ex:e1 mlkg:quote "{letters}"@und ; mlkg:finding "{letters}f"@und , "f"@und .'
    here = small(tmp_path, iri, more)
    text = (ROOT / "queries" / "digests.rq").read_text("utf-8")
    assert rows(here.store, text) == rows(put(server, here).store, text)


@only(EQUAL_VALUES)
def test_equal_values(server: servers.Server, iri: str, tmp_path: Path) -> None:
    """Values of several datatypes that compare equal are several values of one property."""
    here = small(tmp_path, iri, "ex:soup ex:note 1 , 1.0 , 1e0 , true .")
    there = put(server, here)
    text = f"SELECT ?note WHERE {{ <{iri}/soup> <{iri}/note> ?note }}"
    assert sorted(rows(here.store, text)) == sorted(rows(there.store, text))


@only(PATHS)
def test_path_from_many_nodes(server: servers.Server, iri: str, tmp_path: Path) -> None:
    """A path of any length is followed from every node that it starts at."""
    more = "ex:Dish rdfs:subClassOf mlkg:Option . ex:Stew rdfs:subClassOf ex:Dish ."
    more += "".join(f"ex:o{n} a ex:{'Dish' if n % 2 else 'Stew'} .\n" for n in range(20))
    more += "".join(f"ex:c{n} mlkg:option ex:o{n} .\n" for n in range(20))
    here = small(tmp_path, iri, more)
    text = """
    PREFIX mlkg: <https://w3id.org/mlkg/ns#>
    PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
    SELECT ?claim ?option WHERE {
      ?claim mlkg:option ?option .
      OPTIONAL { ?option a/rdfs:subClassOf* mlkg:Option . BIND(true AS ?found) }
      FILTER(!BOUND(?found))
    }
    """
    assert sorted(rows(here.store, text)) == sorted(rows(put(server, here).store, text))


def test_the_table_in_the_docs() -> None:
    """The page shows for each server and part what the tests declare, and has each note."""
    page = DOCS.read_text("utf-8")
    header, _, *lines = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in page.splitlines()
        if line.startswith("|")
    ][: len(servers.SERVERS) + 3]
    shown = {line[0]: dict(zip(header[1:], line[1:], strict=True)) for line in lines}
    notes = {
        name: {
            part: sorted({one.note for one in DEVIATIONS if (one.server, one.part) == (name, part)})
            for part in PARTS
        }
        for name in servers.SERVERS
    }
    expected = {
        LABELS[name]: {
            part: f"yes, but {', '.join(map(str, numbers))}" if numbers else "yes"
            for part, numbers in parts.items()
        }
        for name, parts in notes.items()
    }
    for part in ("views", "rules", "facts"):
        expected[LABELS[STATISTICS.server]][part] = f"yes, but {STATISTICS.note}"
    expected["Apache Jena 4.5"] = {
        "views": "yes",
        "rules": "yes",
        "facts": "yes",
        "shapes": "yes",
        "push": "",
        "pull": "",
    }
    assert expected == shown
    told = {int(number) for number in re.findall(r"^(\d+)\. ", page, re.MULTILINE)}
    assert {one.note for one in (*DEVIATIONS, STATISTICS)} == told
