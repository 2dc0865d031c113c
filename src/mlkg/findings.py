"""What validation reports: findings, and the report that holds them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mlkg.stored import SEVERITIES
from mlkg.terms import Term


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault in one record.

    `rule` is the name of the rule or of the shape that found it, `severity` one of SEVERITIES.
    `focus` is the record; `path` and `value` tell the property and the value at fault, where one
    is. `component` is the IRI of the SHACL constraint component, None for rules.
    `message` is whole sentences or a phrase, with labels instead of IRIs.
    """

    rule: str
    severity: str
    focus: Term
    message: str
    path: Term | None = None
    value: Term | None = None
    component: str | None = None

    def sort_key(self) -> tuple[int, str, str, str, str, str]:
        """Order findings by severity, rule, record, then the triple at fault."""
        rank = SEVERITIES.index(self.severity)
        triple = (str(self.focus), str(self.path), str(self.value))
        return (rank, self.rule, *triple, self.message)


@dataclass(frozen=True, slots=True)
class Report:
    """What a validation looked at and what it found, sorted.

    `records` counts the records of the data, `checks` the shapes and rules that were applied.
    """

    records: int
    checks: int
    findings: tuple[Finding, ...]

    def counts(self) -> Mapping[str, int]:
        """Return how many findings there are of each severity."""
        return {
            severity: sum(finding.severity == severity for finding in self.findings)
            for severity in SEVERITIES
        }

    def fails(self, fail_on: str) -> bool:
        """Tell whether any finding is as grave as `fail_on`, one of SEVERITIES."""
        limit = SEVERITIES.index(fail_on)
        return any(SEVERITIES.index(finding.severity) <= limit for finding in self.findings)
