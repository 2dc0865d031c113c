"""Apache Jena, a third engine, finds the same in files: views, rules, facts and compiled shapes."""

from __future__ import annotations

import re
import subprocess
from collections import Counter, defaultdict
from pathlib import Path

import jena
import pyoxigraph
import pytest
from pyoxigraph import NamedNode, Quad, QuerySolutions, QueryTriples, RdfFormat, parse
from samples import FACTS, PREFIXES, SPREAD, TANGLED, VALUED

import mlkg
from mlkg.shacl import compile_shapes

pytestmark = pytest.mark.jena

ROOT = Path(__file__).parents[1]
STORED = sorted(path for path in (ROOT / "queries").rglob("*.rq") if path.parent.name != "since")
ROW = "urn:x-test:row"
Rows = Counter[tuple[str, ...]]
"""What a query gives, and how often: a row as a sorted list of `variable term`, or a triple."""


def queries() -> dict[str, str]:
    """Return the stored queries and those that mlkg's shapes compile to, by name."""
    shapes = parse((ROOT / "ontology" / "shapes.ttl").read_bytes(), RdfFormat.TURTLE)
    found = {path.stem: path.read_text("utf-8") for path in STORED}
    assert len(found) == len(STORED), "each has a name of its own"
    compiled = compile_shapes(shapes).queries
    # Which of several solutions LIMIT 1 leaves is the engine's choice.
    total = [text for text in compiled if not text.endswith("LIMIT 1")]
    return found | {f"shape-{number}": text for number, text in enumerate(total)}


def in_one_update(texts: dict[str, str], variables: dict[str, list[str]]) -> str:
    """Return an update that writes what each query gives into a graph of its own.

    So one process of Java answers all of them. The order of rows is lost. A query without
    variables is a CONSTRUCT, and its graph has what that constructs.
    """
    operations = []
    for name, text in texts.items():
        if name not in variables:
            graph = f"INSERT {{ GRAPH <{ROW}/{name}> {{\\1}} }}\nWHERE"
            operations.append(re.sub(r"(?ms)^CONSTRUCT \{(.*?)(?:^| )\}\s*WHERE", graph, text))
            continue
        prologue, select = re.split(r"^(?=SELECT\b)", text, maxsplit=1, flags=re.MULTILINE)
        row = " ; ".join(
            [f"_:row a <{ROW}>", *(f"<{ROW}/{one}> ?{one}" for one in variables[name])]
        )
        operations.append(
            f"{prologue}INSERT {{ GRAPH <{ROW}/{name}> {{ {row} }} }} WHERE {{ {{ {select} }} }}"
        )
    return " ;\n".join(operations)


def in_jena(data: str, update: str, folder: Path) -> dict[str, Rows]:
    """Run the update on N-Triples text, and return the rows that it wrote.

    Values are spelt as the embedded store spells them.
    """
    (folder / "data.nt").write_text(data, "utf-8")
    (folder / "update.ru").write_text(update, "utf-8")
    done = subprocess.run(
        [*jena.updater(folder), "--data=data.nt", "--update=update.ru", "--dump"],
        cwd=folder,
        capture_output=True,
        timeout=120,
    )
    assert (done.returncode, done.stderr.decode()) == (0, "")
    rows: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    triples: dict[str, Rows] = defaultdict(Counter)
    store = pyoxigraph.Store()
    store.load(done.stdout, format=RdfFormat.TRIG)
    for quad in store:
        graph, name = str(quad.graph_name)[1:-1].removeprefix(f"{ROW}/"), quad.predicate.value
        if name.startswith(f"{ROW}/"):
            rows[graph][str(quad.subject)].append(f"{name.removeprefix(f'{ROW}/')} {quad.object}")
        elif quad.object == NamedNode(ROW):
            rows[graph][str(quad.subject)] += []
        else:
            triples[graph][(str(quad.triple),)] += 1
    counted = {
        name: Counter(tuple(sorted(terms)) for terms in found.values())
        for name, found in rows.items()
    }
    return counted | triples


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The studies that are compared: this repository's own, and samples, one of two files."""
    texts = {
        "spread": [PREFIXES + TANGLED, PREFIXES + SPREAD],
        "valued": [PREFIXES + VALUED],
        "facts": [FACTS.read_text("utf-8")],
    }
    found = {"real": ROOT}
    for study, files in texts.items():
        found[study] = tmp_path_factory.mktemp(study)
        (found[study] / "data").mkdir()
        for number, text in enumerate(files):
            (found[study] / "data" / f"{number}.ttl").write_text(text, "utf-8")
    return found


@pytest.mark.parametrize("which", ["real", "spread", "valued", "facts"])
def test_same_rows_in_jena(which: str, folders: dict[str, Path], tmp_path: Path) -> None:
    """Each query has the same rows, as often, or the same triples, over data and derived facts."""
    study = mlkg.load(folders[which])
    expected: dict[str, Rows] = {}
    variables: dict[str, list[str]] = {}
    texts = queries()
    for name, text in texts.items():
        result = study.store.query(text)
        if isinstance(result, QueryTriples):
            expected[name] = Counter({(str(triple),): 1 for triple in result})
            continue
        assert isinstance(result, QuerySolutions)
        variables[name] = [one.value for one in result.variables]
        expected[name] = Counter(
            tuple(sorted(f"{one} {row[one]}" for one in variables[name] if row[one]))
            for row in result
        )
    store = pyoxigraph.Store()
    store.extend(Quad(*triple) for triple in (*study.triples(), *study.store.derived()))
    triples = "".join(sorted(f"{quad.triple} .\n" for quad in store))
    found = in_jena(triples, in_one_update(texts, variables), tmp_path)
    assert len(texts) > 200
    different = {
        name: (rows - found.get(name, Counter()), found.get(name, Counter()) - rows)
        for name, rows in expected.items()
        if rows != found.get(name, Counter())
    }
    assert different == {}
