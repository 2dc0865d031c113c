"""Apache Jena, a third engine, finds the same rows in files: stored queries and compiled shapes."""

from __future__ import annotations

import re
import subprocess
from collections import Counter, defaultdict
from pathlib import Path

import jena
import pytest
from pyoxigraph import QuerySolutions, RdfFormat, parse
from samples import PREFIXES, SPREAD, TANGLED

import mlkg
from mlkg.shacl import compile_shapes

pytestmark = pytest.mark.jena

ROOT = Path(__file__).parents[1]
STORED = sorted(path for path in (ROOT / "queries").rglob("*.rq") if path.parent.name != "since")
ROW = "urn:x-test:row"
Rows = Counter[tuple[str, ...]]
"""The rows of a query, each a sorted list of `variable term`, and how often each is there."""


def queries() -> dict[str, str]:
    """Return the stored queries and those that mlkg's shapes compile to, by name."""
    shapes = parse((ROOT / "ontology" / "shapes.ttl").read_bytes(), RdfFormat.TURTLE)
    found = {path.stem: path.read_text("utf-8") for path in STORED}
    compiled = compile_shapes(shapes).queries
    return found | {f"shape-{number}": text for number, text in enumerate(compiled)}


def in_one_update(texts: dict[str, str], variables: dict[str, list[str]]) -> str:
    """Return an update that writes the rows of each query into a graph of its own.

    So one process of Java answers all of them. The order of rows is lost.
    """
    operations = []
    for name, text in texts.items():
        prologue, select = re.split(r"^(?=SELECT\b)", text, maxsplit=1, flags=re.MULTILINE)
        row = " ; ".join(
            [f"_:row a <{ROW}>", *(f"<{ROW}/{one}> ?{one}" for one in variables[name])]
        )
        operations.append(
            f"{prologue}INSERT {{ GRAPH <{ROW}/{name}> {{ {row} }} }} WHERE {{ {{ {select} }} }}"
        )
    return " ;\n".join(operations)


def in_jena(data: str, update: str, folder: Path) -> dict[str, Rows]:
    """Run the update on N-Triples text, and return the rows that it wrote."""
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
    for quad in parse(done.stdout, RdfFormat.TRIG):
        graph, name = str(quad.graph_name)[1:-1], quad.predicate.value
        if graph.startswith(f"{ROW}/"):
            terms = rows[graph.removeprefix(f"{ROW}/")][str(quad.subject)]
            if name.startswith(f"{ROW}/"):
                terms.append(f"{name.removeprefix(f'{ROW}/')} {quad.object}")
    return {
        name: Counter(tuple(sorted(terms)) for terms in found.values())
        for name, found in rows.items()
    }


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The studies that are compared: this repository's own, and a tangled one of two files."""
    folder = tmp_path_factory.mktemp("spread")
    (folder / "data").mkdir()
    for name, text in (("one", TANGLED), ("two", SPREAD)):
        (folder / "data" / f"{name}.ttl").write_text(PREFIXES + text, "utf-8")
    return {"real": ROOT, "spread": folder}


@pytest.mark.parametrize("which", ["real", "spread"])
def test_same_rows_in_jena(which: str, folders: dict[str, Path], tmp_path: Path) -> None:
    """Each query has the same rows, as often."""
    study = mlkg.load(folders[which])
    expected: dict[str, Rows] = {}
    variables: dict[str, list[str]] = {}
    texts = queries()
    for name, text in texts.items():
        result = study.store.query(text)
        assert isinstance(result, QuerySolutions)
        variables[name] = [one.value for one in result.variables]
        expected[name] = Counter(
            tuple(sorted(f"{one} {row[one]}" for one in variables[name] if row[one]))
            for row in result
        )
    triples = "".join(f"{triple} .\n" for triple in sorted(study.triples(), key=str))
    found = in_jena(triples, in_one_update(texts, variables), tmp_path)
    assert len(texts) > 200
    different = {
        name: (rows - found.get(name, Counter()), found.get(name, Counter()) - rows)
        for name, rows in expected.items()
        if rows != found.get(name, Counter())
    }
    assert different == {}
