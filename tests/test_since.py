"""Rules for change: each finds what its case says, in both engines."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import rdflib
from pyoxigraph import NamedNode
from stores import TERMS, store_with

from mlkg import stored
from mlkg.interop import to_rdflib
from mlkg.namespaces import BEFORE, WELL_KNOWN
from mlkg.naming import shorten
from mlkg.validation.run import run_rule

ROOT = Path(__file__).parents[1]
RULES_FOLDER = ROOT / "queries" / "checks" / "since"
CASES = Path(__file__).parent / "since"
RULES = sorted(path.stem for path in RULES_FOLDER.glob("*.rq"))
PREFIXES = {**WELL_KNOWN, "ex": "https://example.org/"}


def findings(rule: str, case: str) -> list[str]:
    """Run a rule over a case, with the data before it; a finding reads `record message`."""
    store = store_with(CASES / rule / f"{case}.ttl")
    store.name_graphs([(NamedNode(BEFORE), (CASES / rule / "before.ttl").read_bytes())])
    found = run_rule(store, stored.read_rule(RULES_FOLDER / f"{rule}.rq"), PREFIXES)
    return sorted(f"{shorten(finding.focus, PREFIXES)} {finding.message}" for finding in found)


def test_discovery_finds_every_rule() -> None:
    """The rules for change are the files in queries/checks/since, each with its three cases."""
    assert RULES == [
        "definition-changed",
        "evidence-removed-verdict-kept",
        "verdict-changed-without-evidence",
    ]
    assert list(stored.rules_for_change([ROOT / "queries"])) == RULES
    names = ("before.ttl", "conforms.ttl", "violates.ttl")
    assert {(rule, name) for rule in RULES for name in names} == {
        (path.parent.name, path.name) for path in CASES.glob("*/*")
    }


@pytest.mark.parametrize("rule", RULES)
def test_violating_case(rule: str) -> None:
    """A rule reports exactly the lines `# finds RECORD MESSAGE` at the top of its case."""
    text = (CASES / rule / "violates.ttl").read_text("utf-8")
    expected = re.findall(r"^# finds (.*)$", text, re.MULTILINE)
    assert expected
    assert sorted(expected) == findings(rule, "violates")


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("case", ["conforms", "before"])
def test_conforming_case(rule: str, case: str) -> None:
    """A rule is silent about sound changes, about near misses, and where nothing changed."""
    assert findings(rule, case) == []


@pytest.mark.filterwarnings("ignore:Dataset.default_context:DeprecationWarning")  # rdflib's own
@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("case", ["violates", "conforms"])
def test_same_rows_in_both_engines(rule: str, case: str) -> None:
    """A rule finds the same records in rdflib, with the earlier data as a named graph."""
    dataset = rdflib.Dataset()
    store = store_with(CASES / rule / f"{case}.ttl")
    for path in (*TERMS, CASES / rule / f"{case}.ttl"):
        dataset.default_graph.parse(path)
    for triple in store.derived():
        dataset.default_graph.add(tuple(map(to_rdflib, triple)))
    dataset.graph(rdflib.URIRef(BEFORE)).parse(CASES / rule / "before.ttl")
    rows = dataset.query((RULES_FOLDER / f"{rule}.rq").read_text("utf-8"))
    records = sorted(f"ex:{str(row[0]).rpartition('/')[2]}" for row in rows)  # type: ignore[index]
    assert records == [line.partition(" ")[0] for line in findings(rule, case)]
