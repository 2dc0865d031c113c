"""What validation reports: findings, and the report that holds them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from mlkg.stored import SEVERITIES
from mlkg.terms import Term

_FIX = re.compile(r"\*\*Fix\.\*\*\s*(.*?)(?=\n\s*\n|\n\*\*|\Z)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Check:
    """A rule, a shape, or a check of mlkg itself: what it reports, and how to mend that.

    `notes` is Markdown, empty where nothing more than `summary` is known.
    """

    name: str
    severity: str
    summary: str
    notes: str = ""

    @property
    def fix(self) -> str:
        """How to mend a finding, in one line: what the notes say after `**Fix.**`."""
        found = _FIX.search(self.notes)
        return " ".join(found[1].split()) if found else ""


class Finding(NamedTuple):
    """One fault in one record.

    `rule` is the name of the rule or of the shape that found it, `severity` one of SEVERITIES.
    `focus` is the record; `path` and `value` tell the property and the value at fault, where one
    is. `component` is the IRI of the SHACL constraint component, None for rules.
    `message` is whole sentences or a phrase, with labels instead of IRIs.

    `file` is a path below the study's folder; `line` and `column` count from 1, columns in Unicode
    characters, and `end_column` is the one after the last. They are None where no file states
    anything about the record, and all but `file` where the text of the file is not at hand.
    `source_line` is the text of the line.
    `fingerprint` stays the same when the record moves or the message is worded anew.
    """

    rule: str
    severity: str
    focus: Term
    message: str
    path: Term | None = None
    value: Term | None = None
    component: str | None = None
    file: str | None = None
    line: int | None = None
    column: int | None = None
    end_line: int | None = None
    end_column: int | None = None
    source_line: str = ""
    fingerprint: str = ""

    def sort_key(self) -> tuple[object, ...]:
        """Order findings as one reads: by file, line and column, then severity and rule.

        Those without a place come last.
        """
        place = (self.file is None, self.file or "", self.line or 0, self.column or 0)
        rank = SEVERITIES.index(self.severity)
        triple = (str(self.focus), str(self.path), str(self.value))
        return (*place, rank, self.rule, *triple, self.message)


@dataclass(frozen=True, slots=True)
class Gone:
    """An entry of a baseline that nothing matches any more."""

    rule: str
    fingerprint: str
    message: str


@dataclass(frozen=True, slots=True)
class Report:
    """What a validation looked at and what it found, sorted.

    `records` counts the records of the data, `checks` the shapes and rules that were applied;
    `applied` says what these are, by name.
    `findings` are those that count; `known` are in the baseline, and `gone` are entries of the
    baseline that were not found again. `suppressed` counts the findings that a comment in the data
    explains away, and `notes` say what the user should know about how it was done.
    """

    records: int
    checks: int
    findings: tuple[Finding, ...]
    applied: Mapping[str, Check] = field(default_factory=dict)
    known: tuple[Finding, ...] = ()
    gone: tuple[Gone, ...] = ()
    suppressed: int = 0
    notes: tuple[str, ...] = ()

    def counts(self) -> Mapping[str, int]:
        """Return how many findings there are of each severity."""
        return {
            severity: sum(finding.severity == severity for finding in self.findings)
            for severity in SEVERITIES
        }

    def fails(self, fail_on: str) -> bool:
        """Tell whether any finding is as grave as `fail_on`, one of SEVERITIES or `never`."""
        return any(is_as_grave(finding.severity, fail_on) for finding in self.findings)


def is_as_grave(severity: str, limit: str) -> bool:
    """Tell whether `severity` is `limit` or graver; nothing is as grave as `never`."""
    return limit != "never" and SEVERITIES.index(severity) <= SEVERITIES.index(limit)
