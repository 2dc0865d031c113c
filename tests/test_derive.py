"""Every derived fact is what its cases list, no more and no less."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from stores import FACTS, ROOT, store_with

from mlkg import stored
from mlkg.namespaces import WELL_KNOWN
from mlkg.naming import shorten

CASES = sorted((Path(__file__).parent / "derive").glob("*/*.ttl"))
DERIVATIONS = stored.derivations([ROOT / "queries"])
PREFIXES = {**WELL_KNOWN, "ex": "https://example.org/"}


def derives(case: Path) -> list[str]:
    """Return the lines `# derives SUBJECT PREDICATE OBJECT` of a case, wherever they are."""
    return sorted(re.findall(r"^# derives (.*)$", case.read_text("utf-8"), re.MULTILINE))


def derived(case: Path, predicates: frozenset[str]) -> list[str]:
    """Return the triples with these predicates that mlkg derives from a case, as `derives` does."""
    triples = store_with(case).derived()
    return sorted(
        " ".join(shorten(term, PREFIXES) for term in triple)
        for triple in triples
        if triple.predicate.value in predicates
    )


def test_every_fact_has_a_case() -> None:
    """A query that derives facts has a folder of cases, in which each of its facts is derived."""
    assert {case.parent.name for case in CASES} == set(DERIVATIONS)
    for name, derivation in DERIVATIONS.items():
        lines = [line for case in CASES if case.parent.name == name for line in derives(case)]
        given = {line.split()[1].replace("mlkg:", WELL_KNOWN["mlkg"]) for line in lines}
        assert given == derivation.predicates, name


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name}/{case.stem}")
def test_case(case: Path) -> None:
    """The facts are exactly those that the case lists."""
    assert derives(case) == derived(case, DERIVATIONS[case.parent.name].predicates)


def test_order_follows_from_what_is_read() -> None:
    """Each fact comes after those that it reads."""
    order = [derivation.name for derivation in FACTS.giving(None)]
    assert sorted(order) == list(DERIVATIONS)
    for name, derivation in DERIVATIONS.items():
        for other, needed in DERIVATIONS.items():
            if name != other and derivation.reads & needed.predicates:
                assert order.index(other) < order.index(name), (other, name)
