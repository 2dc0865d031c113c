"""GitLab's code quality report, the part of Code Climate's format that GitLab reads."""

from __future__ import annotations

import json

from mlkg.text import one_line
from mlkg.validation.findings import Report

_SEVERITIES = {"error": "critical", "warning": "minor", "info": "info"}


def render(report: Report) -> str:
    """Return a JSON array of violations, those in the baseline left out.

    A violation needs a place: a finding without one is put at the first line of `data`.
    """
    violations = [
        {
            "description": one_line(finding.message),
            "check_name": finding.rule,
            "fingerprint": finding.fingerprint,
            "severity": _SEVERITIES[finding.severity],
            "location": {"path": finding.file or "data", "lines": {"begin": finding.line or 1}},
        }
        for finding in report.findings
    ]
    return json.dumps(violations, ensure_ascii=False, indent=2) + "\n"
