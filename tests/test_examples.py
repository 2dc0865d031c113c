"""The examples in the headers of rules are true: one is reported, the other is not."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from samples import PREFIXES, Run
from stores import store_with

from mlkg import stored
from mlkg.namespaces import WELL_KNOWN
from mlkg.validation.run import run_rule

ROOT = Path(__file__).parents[1]
RULES = stored.rules([ROOT / "queries"])


def reported(rule: stored.Rule, turtle: str) -> set[str]:
    """Return the records that a rule reports in an example beside mlkg's terms."""
    store = store_with(PREFIXES + turtle)
    return {str(finding.focus) for finding in run_rule(store, rule, WELL_KNOWN)}


@pytest.mark.parametrize("name", RULES)
def test_example(name: str) -> None:
    """Every rule has two examples, of which it reports the first."""
    rule = RULES[name]
    examples = re.findall(r"^```turtle\n(.*?)^```$", rule.notes, re.MULTILINE | re.DOTALL)
    violates, conforms = examples
    assert reported(rule, violates)
    assert reported(rule, conforms) == set()


@pytest.mark.parametrize("name", RULES)
def test_notes_are_in_their_order(name: str) -> None:
    """Why, Fix, Example, each once."""
    assert re.findall(r"^\*\*(\w+)\.\*\*", RULES[name].notes, re.MULTILINE) == [
        "Why",
        "Fix",
        "Example",
    ]


def test_shapes_are_explained(run: Run) -> None:
    """A shape tells which property of which records it is about and what it asks for."""
    lines = run("rule", "evidence-certainty").stdout.splitlines()
    assert lines[0] == "evidence-certainty  error"
    assert lines[3:5] == [
        "**About.** `mlkg:certainty` of `mlkg:Evidence`.",
        "**Asks for.** `sh:in ( mlkg:high mlkg:moderate mlkg:low )`, `sh:maxCount 1`.",
    ]


def test_checks_of_comments_are_explained(run: Run) -> None:
    """The checks that are no file of the study are explained like the others."""
    shown = run("rule", "broken-suppression").stdout
    assert "**Fix.** Write `# mlkg: ignore[rule] reason`" in shown
