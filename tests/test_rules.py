"""Every rule finds what its violating case says, and nothing in its conforming case."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from stores import store_with

from mlkg import stored
from mlkg.namespaces import WELL_KNOWN
from mlkg.naming import shorten
from mlkg.turtle.files import load_files
from mlkg.validation.run import run_rule

ROOT = Path(__file__).parents[1]
CASES = Path(__file__).parent / "checks"
RULES = sorted(path.stem for path in (ROOT / "queries" / "checks").glob("*.rq"))
PREFIXES = {**WELL_KNOWN, "ex": "https://example.org/"}


def findings(rule_name: str, case: Path) -> list[str]:
    """Run one rule over one case beside mlkg's terms; a finding reads `record message`."""
    store = store_with(case)
    rule = stored.read_rule(ROOT / "queries" / "checks" / f"{rule_name}.rq")
    found = run_rule(store, rule, PREFIXES)
    return sorted(f"{shorten(finding.focus, PREFIXES)} {finding.message}" for finding in found)


def test_discovery_finds_every_rule() -> None:
    """The rules that mlkg runs are the files in queries/checks, and there are some."""
    assert len(RULES) >= 20
    assert list(stored.rules([ROOT / "queries"])) == RULES


def test_every_rule_has_its_two_cases() -> None:
    """A rule without cases fails the suite, and so do cases without a rule."""
    expected = {(rule, case) for rule in RULES for case in ("conforms.ttl", "violates.ttl")}
    assert expected == {(path.parent.name, path.name) for path in CASES.glob("*/*")}


@pytest.mark.parametrize("rule", RULES)
def test_violating_case(rule: str) -> None:
    """A rule reports exactly the lines `# finds RECORD MESSAGE` at the top of its case."""
    case = CASES / rule / "violates.ttl"
    expected = re.findall(r"^# finds (.*)$", case.read_text("utf-8"), re.MULTILINE)
    assert expected
    assert sorted(expected) == findings(rule, case)


@pytest.mark.parametrize("rule", RULES)
def test_conforming_case(rule: str) -> None:
    """A rule is silent about sound records and about near misses."""
    assert findings(rule, CASES / rule / "conforms.ttl") == []


@pytest.mark.parametrize("rule", RULES)
def test_fault_has_a_place(rule: str) -> None:
    """Where a rule tells the path and value at fault, that triple is in the data."""
    store = store_with()
    (case,) = load_files(store, [CASES / rule / "violates.ttl"], CASES)
    triples = {(quad.subject, quad.predicate, quad.object) for quad in case.quads()}
    found = run_rule(store, stored.read_rule(ROOT / f"queries/checks/{rule}.rq"), PREFIXES)
    named = [(f.focus, f.path, f.value) for f in found if f.path and f.value]
    assert [triple for triple in named if triple not in triples] == []
