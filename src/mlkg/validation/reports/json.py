"""Findings as JSON for other programs, version 1 of a layout that docs/ci.md describes."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from mlkg.naming import plain
from mlkg.terms import Term
from mlkg.validation.findings import Finding, Report


def render(report: Report) -> str:
    """Return one JSON object: a summary, the findings, those known, and what is gone."""
    document = {
        "version": 1,
        "summary": {
            "records": report.records,
            "checks": report.checks,
            **report.counts(),
            "known": len(report.known),
            "gone": len(report.gone),
            "suppressed": report.suppressed,
        },
        "findings": [_finding(finding) for finding in report.findings],
        "known": [_finding(finding) for finding in report.known],
        "gone": [asdict(entry) for entry in report.gone],
    }
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _finding(finding: Finding) -> dict[str, Any]:
    return {
        "rule": finding.rule,
        "severity": finding.severity,
        "focus": plain(finding.focus),
        "path": _text(finding.path),
        "value": _text(finding.value),
        "component": finding.component,
        "message": finding.message,
        "file": finding.file,
        "line": finding.line,
        "column": finding.column,
        "endLine": finding.end_line,
        "endColumn": finding.end_column,
        "fingerprint": finding.fingerprint,
    }


def _text(term: Term | None) -> str | None:
    return None if term is None else plain(term)
